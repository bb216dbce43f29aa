"""Opening a training set: what is damaged is named."""

import os
import shutil

import imageio.v3 as imageio
import numpy as np
import pandas as pd
import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.datasets import images


@pytest.mark.parametrize("content", [b"", b"no picture", None])
@pytest.mark.parametrize("suffix", ["npy", "png"])
def test_a_damaged_file_is_named(training_set, tmp_path, suffix, content):
    folder = shutil.copytree(training_set.parent, tmp_path / "set", ignore=shutil.ignore_patterns(".unpacked"))
    damaged = folder / f"scene-0.{suffix}"
    damaged.write_bytes(damaged.read_bytes()[:1000] if content is None else content)
    with pytest.raises(UserError, match=f"scene-0.{suffix}: not a "):
        images.read(folder / "images.csv", "train")


def test_a_flipped_bit_of_a_target_is_named(training_set, tmp_path):
    folder = shutil.copytree(training_set.parent, tmp_path / "set", ignore=shutil.ignore_patterns(".unpacked"))
    damaged = bytearray((folder / "scene-0.png").read_bytes())
    damaged[len(damaged) // 2] ^= 1
    (folder / "scene-0.png").write_bytes(damaged)
    with pytest.raises(UserError, match=r"scene-0\.png: not a picture, or damaged \(.*another checksum"):
        images.read(folder / "images.csv", "train")


def _with_matrix(training_set, folder, text):
    """The set's table with this text for the colour matrix of its first photograph."""
    shutil.copytree(training_set.parent, folder, ignore=shutil.ignore_patterns(".unpacked"))
    rows = pd.read_csv(folder / "images.csv")
    rows.loc[0, "camera_to_srgb"] = text
    rows.to_csv(folder / "images.csv", index=False)
    return folder / "images.csv"


@pytest.mark.parametrize("text", ["1 0 0", "1 0 0 0 1 0 0 0 one", "1 0 0 0 1 0 0 0 nan", "1 0 0 0 1 0 0 0 1 0"])
def test_a_colour_matrix_that_is_none_is_named(training_set, tmp_path, text):
    table = _with_matrix(training_set, tmp_path / "set", text)
    with pytest.raises(UserError, match=f"camera_to_srgb of scene-0 should be nine numbers, not '{text}'"):
        images.read(table, "train")


def test_without_a_colour_matrix_colours_stay_as_they_are(training_set, tmp_path):
    table = _with_matrix(training_set, tmp_path / "set", "")
    np.testing.assert_array_equal(images.read(table, "train")[0].camera_to_srgb, np.eye(3))


@pytest.fixture
def table(training_set, tmp_path):
    """images.csv of a copy of the training set, its targets not yet unpacked."""
    folder = shutil.copytree(training_set.parent, tmp_path / "set", ignore=shutil.ignore_patterns(".unpacked"))
    return folder / "images.csv"


@pytest.mark.parametrize("seconds", [-100_000, 100_000])
def test_an_exchanged_target_is_seen_whatever_the_clocks_say(table, seconds):
    """`rsync -a` keeps the other machine's times, and the node that unpacked the former target may be ahead."""
    images.read(table, "train")
    path = table.with_name("scene-0.png")
    other = 255 - imageio.imread(path)
    time = path.stat().st_mtime + seconds
    imageio.imwrite(path, other)
    os.utime(path, (time, time))
    found = images.read(table, "train")[0]
    np.testing.assert_array_equal(found.target, other)
    np.testing.assert_array_equal(found.sums, images.integral_images(other))
    assert len(list((table.parent / ".unpacked").glob("scene-0.*"))) == 2


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY", None])
def test_a_damaged_unpacked_file_is_made_anew(table, content):
    whole = [np.array(one) for one in (images.read(table, "train")[0].target, images.read(table, "train")[0].sums)]
    for file in (table.parent / ".unpacked").iterdir():
        file.write_bytes(file.read_bytes()[:-100] if content is None else content)
    again = images.read(table, "train")[0]
    np.testing.assert_array_equal(again.target, whole[0])
    np.testing.assert_array_equal(again.sums, whole[1])
