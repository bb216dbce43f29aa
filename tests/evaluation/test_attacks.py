"""Attacks on a signature: a known tile is estimated, removed and planted, and controls do nothing to it."""

import json

import numpy as np
import pytest
import tiny_forensics

from neural_imaging.base.errors import UserError
from neural_imaging.datasets import images
from neural_imaging.evaluation import attacks
from neural_imaging.fingerprints import repeated
from neural_imaging.forensics.channel import Channel
from neural_imaging.layers.tile import Signature
from neural_imaging.tables import attacks_table

PERIOD, SETTINGS = 8, {"photographs": [1, 4, 99], "windows": 2, "sigma": 10.0}


def run(channel=None, **settings):
    """A run whose signature is noise, so that the residual's filter sees all of it."""
    tile = Signature(strength=2.0, period=PERIOD, seed=1)
    pipeline = tiny_forensics.make(channel=channel, manipulations=("jpeg:80",), signature=tile, **settings)
    noise = np.random.default_rng(5).normal(size=(PERIOD, PERIOD, 3)).astype(np.float32)
    # It passes the pooling.
    tile.values.assign(noise[::2, ::2].repeat(2, axis=0).repeat(2, axis=1))
    return pipeline


def photograph(seed):
    """A photograph of 96 × 128 pixels, grey with noise, on which no tile is clipped."""
    stack = np.random.default_rng(seed).normal(12000, 500, (48, 64, 4)).astype(np.uint16)
    target = np.full((96, 128, 3), 128, np.uint8)
    sums = images.integral_images(target)
    return images.ImagePair(str(seed), "RGGB", np.eye(3, dtype=np.float32), stack, target, sums)


@pytest.fixture(scope="module")
def tested():
    return attacks.Test(run(Channel(downsampling="pool", factor=2, codec="none")), SETTINGS)


@pytest.fixture(scope="module")
def found(tested):
    return tested.results([photograph(seed) for seed in range(6)], [photograph(seed) for seed in (10, 11)])


def line(found, estimate, count=6):
    lines = [*found["attacks"], *found["controls"]]
    return next(each for each in lines if (each["estimate"], each["count"]) == (estimate, count))


def test_the_tile_is_known_at_both_scales(tested, found):
    pooled = tested.tile.reshape(4, 2, 4, 2, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(tested.small, repeated.centred(pooled), atol=1e-3)
    assert (found["period"], found["available"]) == (PERIOD, 6)
    assert found["strength"] == pytest.approx(2, rel=1e-4)


def test_there_are_as_many_photographs_as_there_are(found):
    pairs = [(each["estimate"], each["count"], each["groups"]) for each in found["attacks"]]
    expected = [(1, 6), (4, 1), (6, 1)]
    assert pairs == [(name, *each) for name in (attacks.DEVELOPED, attacks.RECEIVED) for each in expected]


def test_estimates_find_the_tile_and_come_no_further_than_the_limit(found):
    for count in (1, 4, 6):
        developed = line(found, attacks.DEVELOPED, count)
        assert 0.85 < developed["correlation"] <= developed["limit"] + 0.005
        assert line(found, attacks.RECEIVED, count)["correlation"] > 0.85
        assert line(found, attacks.RECEIVED, count)["limit"] is None


def test_unsigned_photographs_do_not_tell_it(found):
    for name in (attacks.UNSIGNED, attacks.RANDOM):
        assert abs(line(found, name)["used"]) < 0.2
    low, high = found["limits"]
    assert low < min(found["unsigned"]["correlation"]) < max(found["unsigned"]["correlation"]) < high
    assert min(found["signed"]["correlation"]) > high


def test_removal_leaves_nothing_and_that_of_another_tile_leaves_it(found):
    removed = line(found, attacks.DEVELOPED)["removed"]
    assert np.abs(removed["correlation"]).max() < 0.25
    random = line(found, attacks.RANDOM)["removed"]
    assert min(random["correlation"]) > 0.5
    # Both change as much: 2 levels rms are 42 dB.
    assert np.mean(removed["psnr"]) == pytest.approx(20 * np.log10(255 / 2), abs=0.7)
    assert np.mean(random["psnr"]) == pytest.approx(np.mean(removed["psnr"]), abs=0.3)


def test_what_is_planted_is_found(found):
    for name in (attacks.DEVELOPED, attacks.RECEIVED):
        planted = line(found, name)["planted"]
        assert min(planted["correlation"]) > found["limits"][1]
        assert np.mean(planted["psnr"]) == pytest.approx(42, abs=1.5)


def test_answers_are_counted_for_each_version(found):
    for part in (found["signed"], found["unsigned"], *(each["removed"] for each in found["attacks"])):
        assert np.sum(part["named"], axis=-1).tolist() == [[2, 2], [2, 2]]
    assert np.sum(found["attacks"][0]["forged"]["named"], axis=-1).tolist() == [[2], [2]]


def test_a_run_is_attacked_and_its_record_can_be_read(training_set, tmp_path):
    run().save(tmp_path / "model.keras")
    found = attacks.judge(
        tmp_path / "model.keras", training_set, {"photographs": [2], "windows": 1}, tmp_path / "a.json", {"run": 1}
    )
    content = attacks_table.read(tmp_path / "a.json")
    assert (content["kind"], content["labels"]) == ("evaluate_attacks", {"run": 1})
    assert content["settings"] == {"photographs": [2], "windows": 1, "sigma": 10.0}
    assert content["attacks"] == json.loads(json.dumps(found["attacks"]))
    assert content["metrics"] == {f"{each['estimate']} 2": each["used"] for each in found["attacks"]}


@pytest.mark.parametrize(
    ("pipeline", "settings", "message"),
    [
        (tiny_forensics.make, {}, "model.keras: the run has no signature that could be attacked"),
        (run, {"photographs": [0]}, "test of attacks: setting photographs"),
        (run, {"strength": 1}, "unknown setting strength"),
        (
            lambda: run(Channel(steps=[{"step": "crop", "origin": 1}, {"step": "jpeg", "quality": 50}])),
            {},
            "the run's channel crops",
        ),
    ],
)
def test_mistakes_are_named(training_set, tmp_path, pipeline, settings, message):
    pipeline().save(tmp_path / "model.keras")
    with pytest.raises(UserError, match=message):
        attacks.judge(tmp_path / "model.keras", training_set, settings, tmp_path / "a.json")
    assert not (tmp_path / "a.json").exists()
