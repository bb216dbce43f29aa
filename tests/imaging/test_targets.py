"""Targets of training sets: the papers' pipeline, and LibRaw's automatic rendering."""

import csv

import imageio.v3 as imageio
import numpy as np
import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.datasets import dataset
from neural_imaging.imaging import develop, dng, raw, scenes, simulation


def test_the_manual_target_is_menon_without_correction_of_brightness(photograph):
    taken = raw.read(photograph("a.dng"))
    np.testing.assert_array_equal(develop.target(taken, "manual"), develop.develop_raw(taken, "menon"))


@pytest.mark.parametrize("flip", [0, 3, 6])
def test_the_automatic_target_lies_on_the_stack_whatever_the_orientation(photograph, flip):
    taken = raw.read(photograph("a.dng", flip=flip))
    automatic = develop.target(taken, "auto").astype(float)
    manual = develop.target(taken, "manual").astype(float)
    assert automatic.shape == manual.shape

    def likeness(down, right):
        moved = np.roll(automatic, (down, right), axis=(0, 1))[4:-4, 4:-4]
        return np.corrcoef(moved.ravel(), manual[4:-4, 4:-4].ravel())[0, 1]

    moves = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    assert max(moves, key=lambda move: likeness(*move)) == (0, 0)


def test_the_automatic_target_makes_one_pixel_in_a_hundred_white_however_dark_the_photograph(profile, tmp_path):
    scene = scenes.make("synthetic-0001", 64, 96, seed=5)
    means = []
    for name, light in (("bright.dng", 1), ("dark.dng", 0.25)):
        dng.write(tmp_path / name, simulation.expose(light * scene, profile()), profile())
        taken = raw.read(tmp_path / name)
        automatic = develop.target(taken, "auto")
        assert 0.003 < (automatic.max(axis=-1) == 255).mean() < 0.05
        means.append((automatic.mean(), develop.target(taken, "manual").mean()))
    (automatic_bright, bright), (automatic_dark, dark) = means
    assert dark < 0.6 * bright  # 0.25 to the power of 1 / 2.2 is 0.53
    assert automatic_dark == pytest.approx(automatic_bright, rel=0.1)


def test_a_set_has_the_target_that_was_asked_for_and_says_which(photograph, tmp_path):
    path = photograph("in/a.dng")
    dataset.prepare(path.parent, tmp_path / "out", train=1, validation=0, seed=1, target="auto")
    np.testing.assert_array_equal(imageio.imread(tmp_path / "out/a.png"), develop.target(raw.read(path), "auto"))
    with (tmp_path / "out/images.csv").open(newline="") as file:
        assert [row["target"] for row in csv.DictReader(file)] == ["auto"]


def test_an_unknown_target_is_refused_by_name(photograph, tmp_path):
    path = photograph("in/a.dng")
    with pytest.raises(UserError, match="use one of manual, auto"):
        develop.target(raw.read(path), "automatic")
    with pytest.raises(UserError, match="target must be one of manual, auto"):
        dataset.prepare(path.parent, tmp_path / "out", train=1, validation=0, seed=1, target="automatic")


def test_developing_leaves_how_numbers_are_printed_alone(photograph):
    before = np.get_printoptions()
    develop.target(raw.read(photograph("a.dng")))
    assert np.get_printoptions() == before
