import dataclasses

import numpy as np
import photographs
import pytest
import tifffile

from neural_imaging.base.errors import UserError
from neural_imaging.imaging import bayer, develop, dng, raw, simulation, srgb


def test_a_grey_card_is_grey_and_follows_the_gamma(tmp_path, profile):
    card = np.full((32, 48, 3), 0.2, np.float32)
    card[:, 24:] = 0.5
    dng.write(tmp_path / "a.dng", simulation.expose(card, profile()), profile())
    for pipeline in photographs.PIPELINES:
        developed = photographs.develop(tmp_path / "a.dng", pipeline)
        for columns, light in ((slice(2, 20), 0.2), (slice(28, 46), 0.5)):
            assert np.abs(developed[2:-2, columns] - 255 * light ** (1 / 2.2)).max() < 1.5, pipeline


@pytest.mark.parametrize("pipeline", photographs.PIPELINES)
@pytest.mark.parametrize("flip", range(8))
def test_orientation_turns_the_picture_upright(photograph, flip, pipeline):
    plain = photographs.develop(photograph("plain.dng"), pipeline)
    turned = photographs.develop(photograph("turned.dng", flip=flip), pipeline)
    mirrored = plain[:: -1 if flip & 2 else 1, :: -1 if flip & 1 else 1]
    np.testing.assert_array_equal(turned, mirrored.swapaxes(0, 1) if flip & 4 else mirrored)


def test_flips_mean_the_turns_of_the_exif_orientation(photograph):
    # 6: the camera was held so that the sensor's left side was up; the picture is turned a quarter clockwise.
    plain = photographs.develop(photograph("plain.dng"))
    path = photograph("turned.dng", flip=6)
    np.testing.assert_array_equal(photographs.develop(path), np.rot90(plain, -1))
    assert tifffile.TiffFile(path).pages[0].tags["Orientation"].value == 6
    assert not raw.read(path).landscape


def test_targets_stay_aligned_with_the_stack(photograph):
    read = raw.read(photograph("a.dng", flip=6))
    assert develop.develop_raw(read).shape == (2 * read.stack.shape[0], 2 * read.stack.shape[1], 3)


@pytest.mark.parametrize("demosaicing", develop.DEMOSAICING)
@pytest.mark.parametrize("cfa", bayer.PATTERNS)
def test_one_colour_stays_one_up_to_the_borders(cfa, demosaicing):
    colour = np.array([0.6, 0.3, 0.1])
    mosaic = bayer.to_mosaic(np.tile(colour[[0, 1, 1, 2]], (10, 12, 1)), cfa)
    full = develop.demosaic(mosaic, cfa, demosaicing)
    np.testing.assert_allclose(full, np.broadcast_to(colour, (20, 24, 3)), atol=1e-12)


@pytest.mark.parametrize("cfa", bayer.PATTERNS)
def test_colours_are_right_in_every_pattern(tmp_path, profile, cfa):
    camera = dataclasses.replace(profile(), cfa=cfa)
    patches = np.array([[0.5, 0.2, 0.1], [0.1, 0.4, 0.15], [0.1, 0.15, 0.5]], np.float32)
    scene = np.repeat(np.repeat(patches[None], 16, axis=1), 32, axis=0)
    dng.write(tmp_path / "a.dng", simulation.expose(scene, camera), camera)
    developed = photographs.develop(tmp_path / "a.dng")
    for centre, patch in zip((8, 24, 40), patches, strict=True):
        assert np.abs(developed[8:-8, centre].astype(int) - srgb.encode(patch)).max() <= 1


def test_an_unknown_demosaicing_is_refused_by_name():
    with pytest.raises(UserError, match="use one of menon, bilinear"):
        develop.demosaic(np.zeros((8, 8)), "RGGB", "magic")
