"""All parts of one photograph are on the same side of a split."""

import numpy as np
import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.datasets import splits


@pytest.mark.parametrize("seed", range(20))
def test_parts_of_one_source_stay_together_and_the_number_is_exact(seed):
    generator = np.random.default_rng(seed)
    torn = generator.permutation(np.repeat(np.arange(12), generator.integers(1, 5, 12)))
    sources = [*torn.tolist(), 12, 13, 14]
    chosen = splits.validation(sources, 9)
    assert len(chosen) == 9
    held_out = {sources[place] for place in chosen}
    assert held_out.isdisjoint(source for place, source in enumerate(sources) if place not in chosen)


def test_sources_of_one_part_are_taken_from_the_front():
    assert splits.validation(list("abcdef"), 2) == {0, 1}


def test_a_number_that_would_tear_a_source_apart_is_refused_with_those_that_can_be():
    with pytest.raises(
        UserError, match=r"4 of 9 pictures cannot be for validation: .*; nearest numbers that can: 3 and 6"
    ):
        splits.validation(list("aaabbbccc"), 4, "pictures")


@pytest.mark.parametrize(
    ("train", "validation", "good", "numbers"),
    [
        (None, None, 40, (32, 8)),
        (None, None, 2, (1, 1)),
        (None, None, 1000, (120, 30)),
        (None, None, None, (120, 30)),
        (None, 5, 40, (35, 5)),
        (8, None, 40, (8, 2)),
        (7, 3, 40, (7, 3)),
    ],
)
def test_numbers_that_are_left_open_follow_from_what_there_is(train, validation, good, numbers):
    assert splits.numbers(train, validation, good) == numbers
