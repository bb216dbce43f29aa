"""Patches: aligned, deterministic, chosen by content."""

import numpy as np
import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.datasets.images import ImagePair, integral_images
from neural_imaging.datasets.patches import POLICIES, PatchSampler, fixed
from neural_imaging.imaging import bayer
from neural_imaging.training.batches import TrainingBatches

SIZE = 8


def pair(target, cfa="RGGB", name="test"):
    """A photograph whose mosaic is the target seen through the CFA, 257 times as large."""
    offsets = bayer.positions(cfa)
    planes = [target[row::2, column::2, min(k, 1) if k < 2 else k - 1] for k, (row, column) in enumerate(offsets)]
    stack = np.stack(planes, axis=-1).astype(np.uint16) * 257
    return ImagePair(name, cfa, np.eye(3), stack, target, integral_images(target))


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.fixture
def noise(rng):
    return rng.integers(0, 256, (64, 96, 3), np.uint8)


@pytest.mark.parametrize("cfa", bayer.PATTERNS)
@pytest.mark.parametrize("flips", [False, True])
def test_raw_and_rgb_patches_show_the_same_place_in_the_phase_of_the_cfa(noise, rng, cfa, flips):
    sampler = PatchSampler([pair(noise, cfa)], SIZE, "none", flips)
    raw, rgb = sampler.batch([0] * 32, rng)
    for stack, target in zip(raw, rgb, strict=True):
        np.testing.assert_array_equal(stack, pair(target, cfa).stack)


def test_flipped_patches_are_mirrored_in_both_directions(noise, rng):
    gradient = np.zeros_like(noise)
    gradient[..., 0], gradient[..., 1] = np.arange(96), 3 * np.arange(64)[:, None]
    _, rgb = PatchSampler([pair(gradient)], SIZE, "none", flips=True).batch([0] * 64, rng)
    directions = {(int(p[0, 1, 0]) > int(p[0, 0, 0]), int(p[1, 0, 1]) > int(p[0, 0, 1])) for p in rgb}
    assert len(directions) == 4


def test_integral_images_give_the_means_and_variances_of_patches(noise, rng):
    sampler = PatchSampler([pair(noise)], SIZE, "flat")
    tries = rng.integers(0, 24, (1, 25, 2))
    mean, variance = sampler._statistics([0], tries)
    for (row, column), m, v in zip(tries[0], mean[0], variance[0], strict=True):
        patch = noise[2 * row : 2 * (row + SIZE), 2 * column : 2 * (column + SIZE)] / 255
        assert m == pytest.approx(patch.mean(), abs=1e-9)
        assert v == pytest.approx(patch.var(), abs=1e-9)


@pytest.mark.parametrize("policy", ["flat", "flat-aggressive"])
def test_policies_against_flat_patches_find_the_textured_part(noise, rng, policy):
    picture = np.full_like(noise, 128)
    picture[:, 64:] = noise[:, 64:]
    _, rgb = PatchSampler([pair(picture)], SIZE, policy).batch([0] * 50, rng)
    assert ((rgb / 255).var(axis=(1, 2, 3)) >= 0.01).mean() > 0.95


def test_dark_and_textured_patches_are_avoided(noise, rng):
    picture = noise.copy()
    picture[:, :48] = 20
    picture[:, 48:72] = 120 + noise[:, 48:72] % 8
    _, rgb = PatchSampler([pair(picture)], 4, "dark-n-textured").batch([0] * 50, rng)
    patches = rgb / 255
    assert ((patches.mean(axis=(1, 2, 3)) > 0.35) & (patches.var(axis=(1, 2, 3)) < 0.005)).mean() > 0.9


@pytest.mark.parametrize("policy", [*POLICIES, "none"])
def test_a_flat_photograph_still_gives_patches(noise, rng, policy):
    raw, _ = PatchSampler([pair(np.full_like(noise, 90))], SIZE, policy).batch([0] * 4, rng)
    assert (raw == 90 * 257).all()


def test_batches_depend_on_the_seed_and_their_number_alone(noise, rng):
    images = [pair(noise), pair(noise[::-1].copy()), pair(noise[:, ::-1].copy())]
    sampler = PatchSampler(images, SIZE)
    whole = TrainingBatches(sampler, batch=4, total=6, seed=5)
    rest = TrainingBatches(sampler, batch=4, total=6, seed=5, start=4)
    assert (len(whole), len(rest)) == (6, 2)
    for a, b in zip(whole[5], rest[1], strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(whole[0][0], TrainingBatches(sampler, batch=4, total=6, seed=6)[0][0])


def test_each_pass_shows_every_photograph_once(noise):
    batches = TrainingBatches(PatchSampler([pair(noise)] * 6, SIZE), batch=4, total=3, seed=0)
    shown = [index for step in range(3) for index in batches._photographs(step)]
    assert sorted(shown[:6]) == sorted(shown[6:]) == list(range(6))


def test_validation_patches_are_the_same_each_time(noise):
    sampler = PatchSampler([pair(noise)] * 3, SIZE)
    for a, b in zip(fixed(sampler, 2, seed=1), fixed(sampler, 2, seed=1), strict=True):
        assert len(a) == 6
        np.testing.assert_array_equal(a, b)


def test_too_small_photographs_and_unknown_policies_are_refused(noise):
    with pytest.raises(UserError, match=r"photograph test has 48 × 32 Bayer cells, too small for patches of 33"):
        PatchSampler([pair(noise)], 33)
    with pytest.raises(UserError, match=r"patches of 32 \(setting validation_patch, 1 more for flips\)"):
        PatchSampler([pair(noise)], 32, flips=True, setting="validation_patch")
    with pytest.raises(UserError, match=r"patches of 20 \(setting patch, with a margin of 8 on each side\)"):
        PatchSampler([pair(noise)], 20, margin=8)
    with pytest.raises(UserError, match=r"unknown discard policy 'round'; known: none, flat"):
        PatchSampler([pair(noise)], 8, "round")
