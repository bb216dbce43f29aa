"""The network sees each window as if it were the only picture, whatever the size of the photograph."""

import keras
import numpy as np
import pictures
import pytest
import tifffile

import neural_imaging as ni
from neural_imaging.analysis import windows
from neural_imaging.base.errors import UserError
from neural_imaging.imaging import opening


@pytest.fixture(scope="module")
def fan():
    return pictures.network(patch_size=16)


def alone(fan, picture, grid):
    """What the network says of each window, given to it alone."""
    cuts = [picture[y : y + grid.side, x : x + grid.side] for y in grid.rows for x in grid.columns]
    said = [keras.ops.convert_to_numpy(fan(cut[None].astype(np.float32) / 255, training=False))[0] for cut in cuts]
    return np.array(said).reshape(*grid.shape, -1)


@pytest.mark.parametrize("stride", [None, 8, 5])
def test_every_window_is_judged_as_if_it_were_alone(fan, stride):
    picture = pictures.textured(50, 67)
    analysis = ni.analyse(picture, fan, stride=stride)
    expected = alone(fan, picture, analysis.grid)
    assert expected.std(axis=(0, 1)).max() > 1e-3
    np.testing.assert_allclose(analysis.raw, expected, atol=1e-4)


def test_one_pass_over_the_picture_would_not_give_the_same():
    fan, picture = pictures.network(), pictures.textured(64, 64)
    features = keras.Model(fan.input, fan.get_layer(index=-4).output)

    def last(part):
        return keras.ops.convert_to_numpy(features(part[None].astype(np.float32) / 255))[0]

    inside = last(picture)[4:8, 4:8]
    assert np.abs(inside - last(picture[16:32, 16:32])).max() > 0.01


def test_windows_reach_every_pixel_and_stay_inside():
    for stride in (None, 1, 7, 16):
        grid = windows.grid(33, 50, 16, stride)
        for starts, length in ((grid.rows, 33), (grid.columns, 50)):
            covered = {pixel for start in starts for pixel in range(start, start + 16)}
            assert covered == set(range(length))


def test_a_photograph_in_a_file_is_read_by_bands(fan, tmp_path):
    picture = pictures.textured(80, 60)
    np.save(tmp_path / "large.npy", picture)
    mapped = np.load(tmp_path / "large.npy", mmap_mode="r")
    whole, by_bands = ni.analyse(picture, fan), ni.analyse(mapped, fan)
    assert isinstance(by_bands.photograph.picture, np.memmap)
    np.testing.assert_array_equal(by_bands.raw, whole.raw)
    np.testing.assert_array_equal(by_bands.states, whole.states)


def test_a_tiff_file_that_is_too_large_to_be_opened_is_read_in_parts(fan, tmp_path, monkeypatch):
    picture = pictures.textured(80, 60)
    tifffile.imwrite(tmp_path / "plain.tif", picture, photometric="rgb")
    tifffile.imwrite(tmp_path / "packed.tif", picture, photometric="rgb", compression="zlib")
    opened = ni.analyse(tmp_path / "plain.tif", fan)
    monkeypatch.setattr(opening, "MOST_PIXELS", 1000)
    by_parts = ni.analyse(tmp_path / "plain.tif", fan)
    assert isinstance(by_parts.photograph.picture, np.memmap)
    np.testing.assert_array_equal(by_parts.raw, opened.raw)
    assert "read in parts" in by_parts.photograph.facts["notes"][0]
    with pytest.raises(UserError, match=r"packed\.tif: more than 1000 pixels"):
        ni.analyse(tmp_path / "packed.tif", fan)


def test_says_what_classify_says(fan):
    picture = pictures.textured(40, 50)
    table = ni.classify(picture, fan)
    analysis = ni.analyse(picture, fan)
    np.testing.assert_allclose(analysis.raw.reshape(-1, 4), table.iloc[1:, 4:], atol=1e-5)
    assert analysis.judged.all()
    np.testing.assert_allclose(analysis.mean, table.iloc[0, 4:].astype(float), atol=1e-5)


def test_a_network_of_any_size_takes_the_window_that_is_asked_for():
    fan = pictures.network()
    assert ni.analyse(pictures.textured(140, 130), fan).grid.side == 128
    assert ni.analyse(pictures.textured(140, 130), fan, window=32).grid.shape == (5, 5)


def test_more_windows_than_anyone_waits_for_are_refused(monkeypatch):
    monkeypatch.setattr(windows, "MOST", 25 * 35)
    assert windows.grid(40, 50, 16).shape == (3, 4)
    assert windows.grid(40, 50, 16, 1).shape == (25, 35)
    with pytest.raises(UserError, match="stride 1: 51 × 40 pixels have 900 windows; at most 875 are judged"):
        windows.grid(40, 51, 16, 1)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"stride": 17}, "stride 17: must be from 1 to the window's side, 16"),
        ({"stride": 0}, "stride 0: must be"),
        ({"window": 32}, "window 32: the network takes windows of 16 pixels alone"),
    ],
)
def test_wrong_windows_are_refused(fan, given, words):
    with pytest.raises(UserError, match=words):
        ni.analyse(pictures.textured(40, 40), fan, **given)


def test_pictures_that_cannot_be_judged_are_refused(fan):
    with pytest.raises(UserError, match="15 × 40 pixels is smaller than the network's window, 16"):
        ni.analyse(pictures.textured(40, 15), fan)
    with pytest.raises(UserError, match=r"shape \(height, width, 3\), not \(40, 40\)"):
        ni.analyse(np.zeros((40, 40), np.uint8), fan)
    with pytest.raises(UserError, match="not int64"):
        ni.analyse(np.zeros((40, 40, 3), np.int64), fan)
    with pytest.raises(UserError, match="INet has no forensic network"):
        ni.analyse(pictures.textured(40, 40), ni.create("INet"))
