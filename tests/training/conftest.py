"""Models that trainings start from, made once for the files that need them, and a way to stop a training."""

import contextlib

import pytest
import tiny_codec
from small_trainings import ISP

from neural_imaging.training import isp
from neural_imaging.training.checkpoints import Checkpoint


@pytest.fixture(scope="session")
def isp_model(training_set, tmp_path_factory):
    folder = tmp_path_factory.mktemp("isp")
    isp.train(training_set, ISP, 0, folder / "model.keras", folder / "checkpoints")
    return folder / "model.keras"


@pytest.fixture(scope="session")
def codec_model(tmp_path_factory):
    path = tmp_path_factory.mktemp("codec") / "model.keras"
    tiny_codec.make().save(path)
    return path


class Stop(Exception):
    """A kill after a checkpoint was written."""


@pytest.fixture
def stop_after(monkeypatch):
    """Stop trainings after so many checkpoints: with stop_after(2): ..."""

    @contextlib.contextmanager
    def stop(count):
        save, saved = Checkpoint.save, []

        def save_and_stop(self, epoch):
            save(self, epoch)
            saved.append(epoch)
            if len(saved) == count:
                raise Stop

        with monkeypatch.context() as patched:
            patched.setattr(Checkpoint, "save", save_and_stop)
            with pytest.raises(Stop):
                yield

    return stop
