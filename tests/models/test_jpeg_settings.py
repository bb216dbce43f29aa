import re
from pathlib import Path

import keras
import numpy as np
import pytest
from gradients import value_and_gradient
from keras import ops

from neural_imaging.base.errors import UserError
from neural_imaging.coding import jpeg_tables, libjpeg
from neural_imaging.models.jpeg import DifferentiableJPEG, LibJPEG

SUBSAMPLINGS = jpeg_tables.SUBSAMPLINGS


def _pictures(height=32, width=40, count=2):
    """Smooth pictures with some noise, of whole levels, each another."""
    rng, (rows, columns) = np.random.default_rng(0), np.mgrid[:height, :width]
    waves = [0.5 + 0.3 * np.sin(rows / (3 + k) + columns / (5 + k)) for k in range(3)]
    pictures = np.stack(waves, axis=-1) + 0.03 * rng.standard_normal((count, height, width, 3))
    return (np.rint(255 * np.clip(pictures, 0, 1)) / 255).astype(np.float32)


@pytest.fixture
def site(tmp_path):
    """A file of a site that has its own tables and 4:2:0."""
    path, tables = tmp_path / "site.jpg", np.array([[5, 9], [7, 30]]).repeat(32, axis=1).reshape(2, 8, 8)
    path.write_bytes(libjpeg.encode(np.zeros((8, 8, 3), np.uint8), 50, "4:2:0", tables))
    return path


@pytest.mark.parametrize("rounding", ["round", "sin", "soft", "harmonic"])
@pytest.mark.parametrize("subsampling", SUBSAMPLINGS)
def test_each_picture_of_a_batch_may_have_its_quality_and_its_tables(rounding, subsampling):
    pictures, codec = _pictures(21, 35), DifferentiableJPEG(80, rounding, subsampling=subsampling)
    tables = np.stack([jpeg_tables.pair(quality) for quality in (30, 95)])
    expected = np.concatenate([codec(pictures[k : k + 1], quality=quality) for k, quality in enumerate((30, 95))])
    given = [{"quality": [30, 95]}, {"quality": np.array([30, 95])}, {"quality": ops.convert_to_tensor([30, 95])}]
    for setting in (*given, {"tables": tables}, {"tables": ops.convert_to_tensor(tables.astype(np.float32))}):
        np.testing.assert_allclose(codec(pictures, **setting), expected, atol=1e-5)


@pytest.mark.parametrize("subsampling", SUBSAMPLINGS)
def test_a_codec_like_a_file_compresses_as_the_file_was(site, subsampling):
    pictures, tables = _pictures(), jpeg_tables.read(site).tables
    assert DifferentiableJPEG.like(site).subsampling == LibJPEG.like(site).subsampling == "4:2:0"
    real = LibJPEG.like(site, subsampling=subsampling)(pictures)
    np.testing.assert_array_equal(real, libjpeg.compress(pictures, 50, subsampling, tables))
    ours = np.asarray(DifferentiableJPEG.like(site, rounding="round", subsampling=subsampling)(pictures))
    assert 255 * np.abs(ours - real).mean() < 0.5


def test_quality_scales_given_tables(site):
    codec = DifferentiableJPEG({30, 75}, tables=site)
    base = jpeg_tables.read(site).tables
    assert {int(codec.tables()[0, 0, 0]) for _ in range(20)} == {
        int(jpeg_tables.pair(q, base)[0, 0, 0]) for q in (30, 75)
    }
    np.testing.assert_array_equal(codec.tables(quality=ops.convert_to_tensor(75)), jpeg_tables.pair(75, base))


@pytest.mark.parametrize("rounding", ["round", "sin", "soft", "harmonic"])
@pytest.mark.parametrize("subsampling", SUBSAMPLINGS)
def test_gradients_pass_to_a_real_quality(rounding, subsampling):
    pictures, codec = _pictures(), DifferentiableJPEG(50, rounding, subsampling=subsampling)
    _, gradient = value_and_gradient(
        lambda quality: codec(pictures, quality=quality), np.array([42.3, 81.6], np.float32)
    )
    assert gradient.shape == (2,)
    assert np.all(np.isfinite(gradient))
    assert np.all(gradient != 0)


@pytest.mark.parametrize("subsampling", SUBSAMPLINGS)
def test_gradients_of_smooth_rounding_are_those_of_finite_differences(subsampling):
    rng = np.random.default_rng(1)
    pictures = _pictures(24, 33, 2) * 0.5 + 0.25
    cotangent = rng.standard_normal(pictures.shape).astype(np.float32)
    tables = np.stack([jpeg_tables.pair(q) for q in (60, 85)]).astype(np.float32)
    quality = np.array([42.3, 81.6], np.float32)
    for rounding in ("sin", "harmonic"):
        codec = DifferentiableJPEG(80, rounding, subsampling=subsampling)
        for function, at, step in (
            (codec, pictures, 5e-5),
            (lambda values, codec=codec: codec(pictures, tables=values), tables, 1e-3),
            (lambda values, codec=codec: codec(pictures, quality=values), quality, 4e-3),
        ):
            direction = rng.standard_normal(at.shape).astype(np.float32)
            _, gradient = value_and_gradient(function, at, cotangent)
            ends = [np.asarray(function(ops.convert_to_tensor(at + s * step * direction)), np.float64) for s in (1, -1)]
            slope = np.sum((ends[0] - ends[1]) * cotangent) / (2 * step)
            # Rounding of float32 sums, divided by the step.
            noise = 5e-5 / step
            assert np.sum(gradient * direction) == pytest.approx(slope, rel=0.03, abs=noise)


@pytest.mark.parametrize("subsampling", SUBSAMPLINGS)
@pytest.mark.parametrize("rounding", ["round", "sin", "soft", "harmonic"])
@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("size", [(1, 1), (16, 24)])
def test_gradients_are_finite_on_flat_pictures(subsampling, rounding, value, size):
    codec = DifferentiableJPEG(50, rounding, subsampling=subsampling)
    result, gradient = value_and_gradient(codec, np.full((1, *size, 3), value, np.float32))
    assert result.shape == gradient.shape == (1, *size, 3)
    assert np.all(np.isfinite(gradient))
    np.testing.assert_allclose(result, value, atol=0.03)


@pytest.mark.parametrize("subsampling", SUBSAMPLINGS)
@pytest.mark.parametrize("origin", [(3, 5), (8, 0), (17, 12)])
def test_a_grid_with_an_origin_is_that_of_the_picture_it_was_cut_from(subsampling, origin):
    # The grid of a picture that lost so many rows and columns begins so many before its corner.
    cut = tuple(-place % 16 for place in origin)
    whole = _pictures(64, 80, 1)
    codec = DifferentiableJPEG(60, "round", subsampling=subsampling)
    expected = np.asarray(codec(whole))[:, cut[0] :, cut[1] :]
    shifted = DifferentiableJPEG(60, "round", subsampling=subsampling, origin=origin)
    compressed = np.asarray(shifted(whole[:, cut[0] :, cut[1] :]))
    # Blocks that were cut are continued, and up-sampling reaches a pixel beyond them.
    np.testing.assert_array_equal(compressed[:, 18:, 18:], expected[:, 18:, 18:])
    real = LibJPEG(60, subsampling=subsampling, origin=origin)(whole[:, cut[0] :, cut[1] :])
    assert 255 * np.abs(compressed - real).mean() < 0.5


def test_settings_survive_saving(tmp_path, site):
    inputs = keras.Input((32, 40, 3))
    codec = DifferentiableJPEG.like(site, origin=(3, 4), rounding="sin")
    model = keras.Model(inputs, codec(inputs))
    model.save(tmp_path / "codec.keras")
    loaded = keras.saving.load_model(tmp_path / "codec.keras", safe_mode=True)
    np.testing.assert_array_equal(loaded(_pictures()), model(_pictures()))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"subsampling": "4:1:1"}, "4:4:4, 4:2:2, 4:2:0"),
        ({"tables": np.ones((8, 8))}, r"shape \(2, 8, 8\)"),
        ({"tables": "missing.jpg"}, "missing.jpg: cannot be read"),
        ({"origin": 3}, "a row and a column"),
        ({"origin": (-1, 0)}, "at least 0"),
        ({"origin": (0.5, 0)}, "whole numbers"),
    ],
)
@pytest.mark.parametrize("codec", [DifferentiableJPEG, LibJPEG])
def test_wrong_settings_are_named(codec, settings, message):
    with pytest.raises(UserError, match=message):
        codec(50, **settings)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"tables": np.ones((3, 2, 8, 8))}, "3 pairs of (JPEG )?tables for 2 pictures"),
        ({"tables": np.zeros((2, 8, 8))}, "at least 1|from 1 to"),
        ({"tables": np.ones((2, 8, 8)), "quality": 50}, "not both"),
        ({"quality": [20, 30, 40]}, "3 qualities for 2 pictures"),
    ],
)
@pytest.mark.parametrize("codec", [DifferentiableJPEG(50), LibJPEG(50)])
def test_what_does_not_fit_the_pictures_of_a_call_is_named(codec, settings, message):
    with pytest.raises(UserError, match=message):
        codec(_pictures(), **settings)


def test_the_example_of_the_page_runs():
    page = (Path(__file__).resolve().parents[2] / "docs/jpeg.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    names = {}
    exec(example, names)
    assert names["compressed"].shape == names["pictures"].shape
