"""A JPEG that was a coarser JPEG before is recognised; one that was compressed once is not taken for one."""

import io

import numpy as np
import pytest
from PIL import Image

from neural_imaging.coding import jpeg_facts, recompression
from neural_imaging.imaging import opening
from neural_imaging.imaging.dead_leaves import scene


@pytest.fixture(scope="module")
def pictures():
    """Scenes that were never compressed, (256, 256, 3)."""
    generators = [np.random.default_rng(seed) for seed in range(3)]
    return [np.rint(255 * scene(256, 256, each) ** (1 / 2.2)).clip(0, 255).astype(np.uint8) for each in generators]


def saved(picture, **options):
    data = io.BytesIO()
    Image.fromarray(picture).save(data, "JPEG", **options)
    return data.getvalue()


def again(data, quality):
    return saved(np.asarray(Image.open(io.BytesIO(data)).convert("RGB")), quality=quality)


def trace(data):
    return recompression.measure(opening.luma(io.BytesIO(data)), jpeg_facts.read(data).tables[0])


@pytest.mark.parametrize("quality", [60, 75, 90, 98])
def test_one_compression_leaves_no_traces_of_two(pictures, quality):
    for picture in pictures:
        assert not trace(saved(picture, quality=quality)).found


@pytest.mark.parametrize(("first", "second"), [(60, 75), (75, 90), (80, 95)])
def test_a_coarser_compression_before_is_found_with_its_quality(pictures, first, second):
    for picture in pictures:
        found = trace(again(saved(picture, quality=first), second))
        assert found.found
        assert abs(found.quality - first) <= 2


def test_other_tables_than_libjpegs_are_found_and_have_no_quality(pictures):
    tables = [[round(value) for value in np.linspace(12, 5, 64)]] * 2
    found = trace(again(saved(pictures[0], qtables=tables), 92))
    assert found.found
    assert found.quality is None


def test_a_shifted_grid_leaves_no_traces(pictures):
    first = np.asarray(Image.open(io.BytesIO(saved(pictures[0], quality=75))).convert("RGB"))
    assert not trace(saved(first[1:, 1:], quality=90)).found


def test_little_or_clipped_pictures_are_not_measured(pictures):
    assert trace(saved(pictures[0][:64, :64])) is None
    assert trace(saved(np.full((256, 256, 3), 255, np.uint8))) is None
