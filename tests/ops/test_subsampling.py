import numpy as np
import pytest
from gradients import value_and_gradient
from keras import ops

from neural_imaging.coding import jpeg_tables, libjpeg
from neural_imaging.ops import jpeg, jpeg_quality, subsampling


def _pictures(height, width, count=64):
    rng, (rows, columns) = np.random.default_rng(0), np.mgrid[:height, :width]
    phases = np.arange(count)[:, None, None]
    waves = [0.5 + 0.3 * np.sin(rows / (3 + k) + columns / (5 + k) + phases) for k in range(3)]
    pictures = np.clip(np.stack(waves, axis=-1) + 0.03 * rng.standard_normal((count, height, width, 3)), 0, 1)
    return (np.rint(255 * pictures) / 255).astype(np.float32)


@pytest.mark.parametrize("height", [1, 2, 7, 15, 16, 17, 31, 40])
@pytest.mark.parametrize("width", [1, 2, 3, 4, 5, 9, 16, 33])
@pytest.mark.parametrize("kind", ["4:4:4", "4:2:2", "4:2:0"])
def test_sides_of_any_length_are_subsampled_as_libjpeg_does(kind, height, width):
    pictures = _pictures(height, width)
    ours = np.asarray(jpeg.compress(pictures, jpeg_quality.tables(100), "round", kind))
    # At quality 100 what differs are roundings of libjpeg's whole-number transforms, as many with 4:4:4.
    difference = 255 * np.abs(ours - libjpeg.compress(pictures, 100, kind))
    assert difference.max() < 5.1
    assert difference.mean() < 0.3


@pytest.mark.parametrize("kind", ["4:2:2", "4:2:0"])
@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("size", [(3, 5), (8, 8), (11, 40)])
def test_both_ways_of_upsampling_are_the_same_and_have_the_same_gradient(kind, whole, size, monkeypatch):
    rng = np.random.default_rng(0)
    planes = rng.integers(-128, 128, (2, 3, *size)).astype(np.float32)
    grown = (size[0] * subsampling.FACTORS[kind][0], size[1] * 2)
    cotangent = rng.standard_normal((2, 3, *grown)).astype(np.float32)
    results = []
    for dense in (0, 256):
        monkeypatch.setattr(subsampling, "_DENSE", dense)
        results.append(value_and_gradient(lambda x: subsampling.upsample(x, kind, whole), planes, cotangent))
    np.testing.assert_array_equal(results[0][0], results[1][0])
    np.testing.assert_allclose(results[0][1], results[1][1], atol=1e-5)
    # The gradient is the transpose of what is linear.
    linear = np.asarray(subsampling.upsample(planes, kind, False))
    assert np.sum(results[0][1] * planes) == pytest.approx(np.sum(linear * cotangent), rel=1e-3)


def test_averages_have_the_gradient_of_the_mean():
    rng = np.random.default_rng(0)
    planes = rng.standard_normal((2, 1, 16, 32)).astype(np.float32)
    for kind, (rows, columns) in subsampling.FACTORS.items():
        if kind == "4:4:4":
            continue
        cotangent = rng.standard_normal((2, 1, 16 // rows, 32 // columns)).astype(np.float32)
        value, gradient = value_and_gradient(lambda x, k=kind: subsampling.average(x, k, False), planes, cotangent)
        blocks = planes.reshape(2, 1, 16 // rows, rows, 32 // columns, columns)
        np.testing.assert_allclose(value, blocks.mean(axis=(3, 5)), atol=1e-6)
        assert np.sum(gradient * planes) == pytest.approx(np.sum(value * cotangent), rel=1e-4)


def test_constant_colour_stays_constant():
    planes = np.full((2, 1, 4, 6), 37.0, np.float32)
    for kind in ("4:2:2", "4:2:0"):
        assert np.all(ops.convert_to_numpy(subsampling.upsample(planes, kind, True)) == 37)


def test_tables_of_whole_qualities_in_tensors_are_those_of_numbers():
    every = np.arange(1, 101)
    expected = np.stack([jpeg_tables.pair(quality) for quality in every])
    for dtype in ("int32", "float32"):
        np.testing.assert_array_equal(jpeg_quality.tables(ops.convert_to_tensor(every, dtype)), expected)
    halves = np.arange(1, 100) + 0.5
    expected = np.stack([jpeg_tables.pair(quality) for quality in halves])
    np.testing.assert_array_equal(jpeg_quality.tables(ops.convert_to_tensor(halves, "float32")), expected)
