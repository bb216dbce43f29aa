"""Tiles: the picture is that of the whole, whatever the network's reach, whatever the size."""

import functools

import numpy as np
import pytest
from scipy.ndimage import uniform_filter

from neural_imaging.base.errors import UserError
from neural_imaging.imaging import tiles

_develop = functools.partial(tiles.process, after=2)


def _double(values):
    return values.repeat(2, axis=0).repeat(2, axis=1)[..., :3]


def _blur(reach):
    """A renderer that looks exactly `reach` cells far, with the values outside the stack taken for 0."""
    return lambda stack: _double(uniform_filter(stack, (2 * reach + 1, 2 * reach + 1, 1), mode="constant"))


def _pool_and_blur(multiple, reach):
    """A renderer that pools cells first, and so depends on where they begin."""

    def render(stack):
        height, width = stack.shape[:2]
        assert height % multiple == width % multiple == 0
        cells = stack.reshape(height // multiple, multiple, width // multiple, multiple, 4).max(axis=(1, 3))
        size = 2 * (reach // multiple) + 1
        pooled = uniform_filter(cells, (size, size, 1), mode="constant")
        return _double(pooled.repeat(multiple, axis=0).repeat(multiple, axis=1))

    return render


@pytest.fixture(scope="module")
def stack():
    return np.random.default_rng(1).random((67, 90, 4))


@pytest.mark.parametrize("side", [11, 16, 40, 70, 200])
def test_tiles_give_what_the_whole_gives(stack, side):
    np.testing.assert_allclose(_develop(stack, _blur(4), reach=4, side=side), _blur(4)(stack), atol=1e-12)


@pytest.mark.parametrize("side", [40, 56, 96])
def test_tiles_begin_where_pooled_cells_do(stack, side):
    render = _pool_and_blur(8, 16)
    whole = _develop(stack, render, multiple=8, reach=None)
    tiled = _develop(stack, render, multiple=8, reach=16, side=side)
    np.testing.assert_allclose(tiled, whole, atol=1e-12)
    assert whole.shape == (134, 180, 3)


def test_a_smaller_reach_than_the_networks_would_show(stack):
    assert np.abs(_develop(stack, _blur(4), reach=3, side=20) - _blur(4)(stack)).max() > 1e-3


def test_no_tile_is_larger_than_asked_and_every_cell_is_developed_once():
    for length in (1, 5, 16, 100, 1501, 2000):
        for side in (48, 100, 768):
            found = tiles.spans(length, 16, 10, side)
            assert max(last - first for _, _, first, last in found) <= max(side // 16 * 16, 16)
            assert found[0][0] == 0
            assert found[-1][1] >= length > found[-1][1] - 16
            assert [stop for _, stop, _, _ in found[:-1]] == [start for start, _, _, _ in found[1:]]


def test_what_depends_on_everything_is_not_cut():
    assert tiles.spans(1501, 16, None, 64) == [(0, 1504, 0, 1504)]


def test_a_picture_that_fits_into_one_tile_needs_no_margins():
    assert tiles.spans(40, 16, 96, 64) == [(0, 48, 0, 48)]


def test_tiles_without_room_are_refused_with_the_least_that_would_do():
    with pytest.raises(UserError, match=r"tiles of 128 Bayer cells .* needs 208 at least"):
        tiles.spans(1000, 16, 94, 128)


@pytest.mark.parametrize("shape", [(1, 1, 4), (3, 50, 4), (8, 8, 4)])
def test_small_stacks_are_continued(shape):
    stack = np.random.default_rng(2).random(shape)
    developed = _develop(stack, _double, multiple=16, reach=0)
    np.testing.assert_array_equal(developed, _double(stack))


@pytest.mark.parametrize(("before", "after"), [(8, 1), (1, 8), (2, 3)])
def test_cells_may_have_samples_of_any_number_on_each_side(before, after):
    source = np.random.default_rng(3).random((before * 23, before * 31, 3))

    def function(part):
        cells = part.reshape(len(part) // before, before, -1, before, 3).mean(axis=(1, 3))
        blurred = uniform_filter(cells, (5, 5, 1), mode="constant")
        return blurred.repeat(after, axis=0).repeat(after, axis=1)

    tiled = tiles.process(source, function, before=before, after=after, reach=2, side=11)
    assert tiled.shape == (23 * after, 31 * after, 3)
    np.testing.assert_allclose(tiled, function(source), atol=1e-12)
