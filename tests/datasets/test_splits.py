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
