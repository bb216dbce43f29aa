import numpy as np
import pytest
from gradients import value_and_gradient

from neural_imaging.coding import jpeg_huffman, jpeg_segments, libjpeg
from neural_imaging.models.jpeg import DifferentiableJPEG


def _picture(height, width):
    rng, (rows, columns) = np.random.default_rng(0), np.mgrid[:height, :width]
    waves = np.stack([128 + 90 * np.sin(rows / (3 + k) + columns / (5 + k)) for k in range(3)], axis=-1)
    return np.clip(waves + 6 * rng.standard_normal(waves.shape), 0, 255).astype(np.uint8)


def _coded_bits(data):
    """Bits of a file's scan without its header and the zero bytes that follow bytes of ones."""
    for kind, _, start, end in jpeg_segments.segments(data):
        if kind == jpeg_segments.SCAN:
            coded = data[start + 10 : end]
            return 8 * (len(coded) - coded.count(b"\xff\x00"))
    raise AssertionError("no scan")


@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:2", "4:2:0"])
@pytest.mark.parametrize("quality", [10, 50, 95])
@pytest.mark.parametrize("size", [(64, 96), (37, 50), (40, 71), (8, 8)])
def test_bits_are_those_of_the_real_file(subsampling, quality, size):
    picture = _picture(*size)
    bits = DifferentiableJPEG(quality, "round", subsampling=subsampling).bits(picture[None] / np.float32(255))
    real = _coded_bits(libjpeg.encode(picture, quality, subsampling))
    # Roundings of the transform's last bit change some coefficients; the last byte is filled.
    assert float(bits[0]) == pytest.approx(real, rel=0.01, abs=16)


def test_bits_have_a_finite_gradient_that_costs_more_for_larger_coefficients():
    pictures = np.stack([_picture(32, 32), np.full((32, 32, 3), 128, np.uint8)]) / np.float32(255)
    codec = DifferentiableJPEG(50, subsampling="4:2:0")
    bits, gradient = value_and_gradient(codec.bits, pictures)
    assert bits[0] > 5 * bits[1]
    assert np.all(np.isfinite(gradient))
    # Less contrast costs less.
    assert np.sum(gradient[0] * (pictures[0] - pictures[0].mean())) > 0
    _, slope = value_and_gradient(lambda quality: codec.bits(pictures[:1], quality=quality), np.float32(50))
    assert slope > 0


def test_code_lengths_are_those_of_the_standard():
    lengths = jpeg_huffman.code_lengths()
    # T.81, tables K.3 to K.6: end of block, sixteen zeros, and the mean that does not change.
    assert lengths[:, 1, 0].tolist() == [4, 2]
    assert lengths[:, 1, 0xF0].tolist() == [11, 10]
    assert lengths[:, 0, 0].tolist() == [2, 2]
    assert (lengths > 0).sum(axis=2).tolist() == [[12, 162], [12, 162]]
