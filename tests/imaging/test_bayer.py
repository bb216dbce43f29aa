import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neural_imaging.base.errors import UserError
from neural_imaging.imaging import bayer


@pytest.mark.parametrize(("cfa", "order"), [("RGGB", "0123"), ("BGGR", "3120"), ("GRBG", "1032"), ("GBRG", "2031")])
def test_planes_are_red_first_green_second_green_blue(cfa, order):
    cell = np.array([[0, 1], [2, 3]])
    assert "".join(map(str, bayer.to_stack(cell, cfa)[0, 0])) == order


@given(st.sampled_from(bayer.PATTERNS), st.integers(1, 5), st.integers(1, 5), st.integers(0, 99))
def test_a_stack_goes_back_to_the_mosaic_it_came_from(cfa, rows, columns, seed):
    mosaic = np.random.default_rng(seed).integers(0, 9, (2 * rows, 2 * columns))
    np.testing.assert_array_equal(bayer.to_mosaic(bayer.to_stack(mosaic, cfa), cfa), mosaic)


def test_patterns_may_be_written_in_small_letters():
    assert bayer.positions("gbrg") == bayer.positions("GBRG")


def test_what_is_no_bayer_pattern_is_refused_by_name():
    with pytest.raises(UserError, match=r"RGBW.*RGGB"):
        bayer.to_stack(np.zeros((2, 2)), "RGBW")


def test_odd_mosaics_are_refused():
    with pytest.raises(UserError, match="even"):
        bayer.to_stack(np.zeros((3, 4)), "RGGB")


@pytest.mark.parametrize("cfa", bayer.PATTERNS)
@pytest.mark.parametrize("wanted", bayer.PATTERNS)
def test_a_stack_is_shifted_to_another_pattern_without_a_sample_in_a_wrong_place(cfa, wanted):
    mosaic = np.arange(48, dtype=np.uint16).reshape(6, 8)
    rows, columns = bayer.shift(cfa, wanted)
    shifted = bayer.shifted(bayer.to_stack(mosaic, cfa), cfa, wanted)
    assert shifted.dtype == np.uint16
    np.testing.assert_array_equal(bayer.to_mosaic(shifted, wanted), mosaic[rows : 6 - rows, columns : 8 - columns])
    assert (rows, columns) == bayer.shift(wanted, cfa)
    assert (rows + columns == 0) == (cfa == wanted)
