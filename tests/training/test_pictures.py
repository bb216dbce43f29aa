"""Patches of pictures: cut, flipped, toned and made smaller at random, the same for the same generator."""

import numpy as np
import pandas as pd
import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.datasets import picture_set, pictures
from neural_imaging.datasets.pictures import PictureSampler
from neural_imaging.training.batches import TrainingBatches

SIZE = 16


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.fixture
def ramp():
    """Rows and columns as colours; the third channel is grey 128."""
    picture = np.full((64, 64, 3), 128, np.uint8)
    picture[..., 0], picture[..., 1] = 3 * np.arange(64)[:, None], 2 * np.arange(64)
    return picture


@pytest.fixture
def data_set(tmp_path, rng):
    """images.csv of a small set, written by hand: two pictures to train on, one for validation."""
    np.save(tmp_path / "pictures.npy", rng.integers(0, 256, (3, 32, 32, 3), np.uint8))
    rows = [
        {"file": "a.png", "status": "used", "split": "validation", "place": 0},
        {"file": "b.png", "status": "refused", "split": "", "place": ""},
        {"file": "c.png", "status": "used", "split": "train", "place": 1},
        {"file": "d.png", "status": "used", "split": "train", "place": 2},
    ]
    pd.DataFrame(rows).to_csv(tmp_path / "images.csv", index=False)
    return tmp_path / "images.csv"


def draw(sampler, rng, count=200):
    (patches,) = sampler.batch([0] * count, rng)
    assert patches.dtype == np.uint8
    assert patches.shape == (count, sampler.size, sampler.size, 3)
    return patches.astype(int)


def test_patches_are_cut_out_of_the_whole_picture(ramp, rng):
    patches = draw(PictureSampler([ramp], SIZE), rng)
    corners = {(patch[0, 0, 0] // 3, patch[0, 0, 1] // 2) for patch in patches}
    assert min(corners)[0] == 0
    assert max(corners)[0] == 64 - SIZE
    row, column = patches[0, 0, 0, 0] // 3, patches[0, 0, 0, 1] // 2
    np.testing.assert_array_equal(patches[0], ramp[row : row + SIZE, column : column + SIZE])


def test_half_of_the_patches_are_flipped_in_each_direction(ramp, rng):
    patches = draw(PictureSampler([ramp], SIZE, flips=True), rng)
    down = (patches[:, 1, 0, 0] < patches[:, 0, 0, 0]).mean()
    across = (patches[:, 0, 1, 1] < patches[:, 0, 0, 1]).mean()
    # Four standard deviations of a share of 200.
    assert down == pytest.approx(0.5, abs=0.14)
    assert across == pytest.approx(0.5, abs=0.14)


def test_half_of_the_patches_get_a_tone_of_the_released_toolbox(ramp, rng):
    grey = draw(PictureSampler([ramp], SIZE, gamma=0.5), rng)[:, 0, 0, 2]
    assert (grey != 128).mean() == pytest.approx(0.5, abs=0.14)
    # 128 to the power of 1/0.25 and of 1/3.
    assert 16 <= grey.min() < 40
    assert 190 < grey.max() <= 203


def test_patches_made_smaller_show_up_to_twice_as_much(ramp, rng):
    patches = draw(PictureSampler([ramp], SIZE, resize=0.5), rng)
    seen = (patches[:, -1, 0, 0] - patches[:, 0, 0, 0]) / (3 * (SIZE - 1))
    assert (seen > 1.02).mean() == pytest.approx(0.5, abs=0.14)
    # Lanczos's filter changes a ramp by a level at its ends.
    assert 1.8 < seen.max() < 2.1
    assert seen.min() > 0.95


def test_pictures_that_are_hardly_larger_than_a_patch_are_made_smaller_too(rng):
    draw(PictureSampler([np.zeros((SIZE, SIZE + 3, 3), np.uint8)], SIZE, resize=1.0), rng)


def test_batches_depend_on_the_seed_and_their_number_alone(ramp):
    sampler = PictureSampler([ramp, ramp[::-1], ramp[:, ::-1]], SIZE, flips=True, gamma=0.5, resize=0.5)
    whole = TrainingBatches(sampler, batch=4, total=6, seed=5)
    rest = TrainingBatches(sampler, batch=4, total=6, seed=5, start=4)
    np.testing.assert_array_equal(whole[5][0], rest[1][0])
    assert not np.array_equal(whole[5][0], whole[4][0])
    assert not np.array_equal(whole[5][0], TrainingBatches(sampler, batch=4, total=6, seed=6)[5][0])


def test_sets_are_read_split_by_split_and_joined(data_set):
    stored = np.load(data_set.with_name("pictures.npy"))
    np.testing.assert_array_equal(pictures.read([data_set], "train"), stored[1:])
    np.testing.assert_array_equal(pictures.read([data_set, data_set], "validation"), stored[[0, 0]])


def test_a_prepared_set_is_read_as_it_was_made(tmp_path):
    scenes = {"photographs": False, "dead_leaves": 3, "height": 32, "width": 32}
    table = picture_set.prepare([], tmp_path, {"side": 16, "validation": 1, "scenes": scenes})
    assert len(pictures.read([table], "train")) == 2
    assert pictures.read([table], "validation")[0].shape == (16, 16, 3)


def test_small_pictures_are_refused(ramp):
    with pytest.raises(UserError, match=r"pictures of 64 × 64 pixels are too small for patches of 65"):
        PictureSampler([ramp], 65)


def test_what_is_no_set_of_pictures_is_named(data_set, training_set, tmp_path):
    for table, message in (
        (tmp_path, "is a folder; name the images.csv of a training set of codecs"),
        (tmp_path / "none.csv", "no such training set of codecs; scripts/prepare_codec_data.py makes one"),
        (training_set, "not the table of a training set of codecs"),
        (data_set.with_name("pictures.npy"), "not a table of pictures"),
    ):
        with pytest.raises(UserError, match=message):
            pictures.read([table], "train")


@pytest.mark.parametrize("content", [b"", b"no pictures", None])
def test_damaged_pictures_are_named(data_set, content):
    path = data_set.with_name("pictures.npy")
    path.write_bytes(path.read_bytes()[:3000] if content is None else content)
    with pytest.raises(UserError, match=r"pictures.npy: damaged"):
        pictures.read([data_set], "train")
    path.unlink()
    with pytest.raises(UserError, match=r"pictures.npy: no such file"):
        pictures.read([data_set], "train")


def test_pictures_of_another_set_are_refused(data_set):
    np.save(data_set.with_name("pictures.npy"), np.zeros((2, 32, 32, 3), np.uint8))
    with pytest.raises(UserError, match="does not fit"):
        pictures.read([data_set], "train")
