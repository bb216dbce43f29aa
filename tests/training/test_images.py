"""Opening a training set: what is damaged is named."""

import shutil

import numpy as np
import pandas as pd
import pytest

from neural_imaging.errors import UserError
from neural_imaging.training import images


@pytest.mark.parametrize("content", [b"", b"no picture", None])
@pytest.mark.parametrize("suffix", ["npy", "png"])
def test_a_damaged_file_is_named(training_set, tmp_path, suffix, content):
    folder = shutil.copytree(training_set.parent, tmp_path / "set", ignore=shutil.ignore_patterns(".unpacked"))
    damaged = folder / f"scene-0.{suffix}"
    damaged.write_bytes(damaged.read_bytes()[:1000] if content is None else content)
    with pytest.raises(UserError, match=f"scene-0.{suffix}: not a "):
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
