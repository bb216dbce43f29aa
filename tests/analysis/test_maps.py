"""Maps have the mean of the windows over each place, and say where nothing can be told."""

import numpy as np
import pictures
import pytest

import neural_imaging as ni
from neural_imaging.analysis import undecidable


@pytest.fixture(scope="module")
def fan():
    return pictures.network(patch_size=16)


def test_each_place_has_the_mean_of_the_windows_that_cover_it(fan):
    picture = pictures.textured(37, 50)
    analysis = ni.analyse(picture, fan, stride=8)
    cells = analysis.map()
    sums, counts = np.zeros((37, 50, 4)), np.zeros((37, 50, 1))
    for row, y in enumerate(analysis.grid.rows):
        for column, x in enumerate(analysis.grid.columns):
            sums[y : y + 16, x : x + 16] += analysis.probabilities[row, column]
            counts[y : y + 16, x : x + 16] += 1
    rows, columns = cells.rendered(50)
    np.testing.assert_allclose(cells.values[rows, columns], sums / counts, atol=1e-6)


def test_a_window_that_is_too_flat_is_not_counted(fan):
    picture = pictures.textured(48, 48)
    picture[:, 16:32] = 128
    picture[:16, :16] = 3
    analysis = ni.analyse(picture, fan)
    names = [[undecidable.STATES[state] for state in row] for row in analysis.states]
    assert names == [["dark", "flat", "judged"], ["judged", "flat", "judged"], ["judged", "flat", "judged"]]
    np.testing.assert_allclose(analysis.mean, analysis.probabilities[analysis.judged].mean(axis=0))
    cells = analysis.map()
    np.testing.assert_array_equal(np.isnan(cells.values[..., 0]), ~analysis.judged)
    np.testing.assert_array_equal(np.isnan(cells.uncertainty), ~analysis.judged)
    np.testing.assert_array_equal(cells.states, analysis.states)


def test_nothing_is_said_of_a_picture_without_texture(fan):
    analysis = ni.analyse(np.full((32, 32, 3), 200, np.uint8), fan)
    assert analysis.mean is None
    assert analysis.content()["picture"] == {"windows": 4, "judged": 0, "probabilities": None}
    assert analysis.sentences()[0] == "Nothing can be said: every window is too flat to tell."
    assert "too flat to tell" in analysis.page()


def test_texture_is_the_difference_between_neighbours():
    stripes = np.zeros((1, 16, 16, 3), np.uint8)
    stripes[:, :, ::2] = 10
    texture, level = undecidable.measures(stripes)
    # Only one of the two directions differs, by 10 levels.
    assert texture[0] == pytest.approx(np.sqrt(100 / 2), rel=1e-5)
    assert level[0] == pytest.approx(5, rel=1e-5)


def test_uncertainty_goes_from_sure_to_a_guess(fan):
    analysis = ni.analyse(pictures.textured(16, 32), fan)
    analysis.probabilities[0, 0] = [0, 1, 0, 0]
    analysis.probabilities[0, 1] = 0.25
    np.testing.assert_allclose(analysis.map().uncertainty, [[0, 1]], atol=1e-6)
