"""Codecs as programs are given them: their names."""

import pytest
import tiny_codec

from neural_imaging import models
from neural_imaging.base.errors import UserError
from neural_imaging.evaluation import learned


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    path = tmp_path_factory.mktemp("codecs") / "4c" / "model.keras"
    path.parent.mkdir()
    tiny_codec.make().save(path)
    return path


def test_a_codec_is_called_as_asked_or_after_its_folder(archive):
    found = learned.load([str(archive), f"low={archive}"])
    assert list(found) == ["4c", "low"]
    assert found["low"].settings["n_features"] == 4


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        (["{}", "{}"], "two codecs are called 4c; name them, as in before="),
        (["low="], "low=: must be a codec, or a name and a codec"),
        (["={}"], "must be a codec, or a name and a codec"),
        (["low=none.keras"], r"none\.keras: no such model file"),
    ],
)
def test_codecs_that_cannot_be_told_apart_or_found_are_refused(archive, texts, reason):
    with pytest.raises(UserError, match=reason):
        learned.load([text.format(archive) for text in texts])


def test_another_network_is_refused_by_name(tmp_path):
    models.create("INet").save(tmp_path / "inet.keras")
    with pytest.raises(UserError, match=r"inet\.keras: .*INet, not a learned codec"):
        learned.load([str(tmp_path / "inet.keras")])
