import numpy as np
import pytest

from neural_imaging import models
from neural_imaging.base.errors import UserError
from neural_imaging.codec import codec
from neural_imaging.coding import bitstream
from neural_imaging.evaluation import learned, rate_distortion
from neural_imaging.tables import profiles


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder of codecs with one that has learned nothing."""
    folder = tmp_path_factory.mktemp("codecs")
    (folder / "4c").mkdir()
    models.create("TwitterDCN", n_features=4).save(folder / "4c" / "model.keras")
    return folder


@pytest.fixture(scope="module")
def found(folder):
    return learned.find("4c", [folder])


@pytest.fixture(scope="module")
def picture():
    return np.random.default_rng(1).integers(0, 256, (20, 43, 3), dtype=np.uint8)


def test_a_learned_codec_is_measured_like_a_standard(found, picture):
    (row,) = rate_distortion.profile([("noise", picture)], found, data_set="set")
    data = codec.compress(picture, found.model)
    assert set(row) == set(profiles.COLUMNS)
    assert (row["codec"], row["quality"], row["bytes"]) == ("4c", None, len(data))
    np.testing.assert_array_equal(found.decode(data), codec.decompress(data, found.model))


def test_its_payload_is_the_channels_and_the_list_of_their_sizes(found, picture):
    data = found.encode(picture)
    stream = bitstream.header(data)
    assert found.payload(data) == sum(stream.channel_bytes) + stream.parts["sizes"]
    assert sum(stream.channel_bytes) < found.payload(data) < len(data)


def test_it_has_no_quality(found, picture):
    with pytest.raises(UserError, match="4c is a learned codec, which has no quality"):
        rate_distortion.profile([("noise", picture)], found, [50])


def test_it_is_called_after_its_folder_or_its_archive(folder, tmp_path):
    archive = folder / "4c" / "model.keras"
    (tmp_path / "mine.keras").write_bytes(archive.read_bytes())
    assert learned.find(str(archive)).name == "4c"
    assert learned.find(str(folder / "4c")).name == "4c"
    assert rate_distortion.find(str(tmp_path / "mine.keras")).name == "mine"
