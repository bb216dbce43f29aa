"""Opening a training set: what is damaged is named."""

import shutil

import pytest

from neural_imaging.errors import UserError
from neural_imaging.training import images


@pytest.mark.parametrize("content", [b"", b"no picture", None])
@pytest.mark.parametrize("suffix", ["npy", "png"])
def test_a_damaged_file_is_named(training_set, tmp_path, suffix, content):
    folder = shutil.copytree(training_set.parent, tmp_path / "set", ignore=shutil.ignore_patterns(".unpacked"))
    damaged = folder / f"scene-0.{suffix}"
    damaged.write_bytes(damaged.read_bytes()[:1000] if content is None else content)
    with pytest.raises(UserError, match=f"scene-0.{suffix}: not a "):
        images.read(folder / "images.csv", "train")
