import numpy as np
import pytest
from keras import ops

from neural_imaging.ops import samples


@pytest.mark.parametrize("margin", [0, 1, 2])
def test_margins_are_cut_off_on_all_four_sides(margin):
    images = np.arange(2 * 5 * 6 * 3, dtype="float32").reshape(2, 5, 6, 3)
    expected = images[:, margin : 5 - margin, margin : 6 - margin]
    assert np.array_equal(ops.convert_to_numpy(samples.inside(ops.convert_to_tensor(images), margin)), expected)


@pytest.mark.parametrize("margin", [3, 4])
def test_a_margin_that_leaves_nothing_is_refused(margin):
    """One of three would leave a height of -1, which to TensorFlow is all rows but the first three."""
    with pytest.raises(ValueError, match=f"a margin of {margin} pixels leaves nothing of 5 by 9"):
        samples.inside(ops.zeros((1, 5, 9, 3)), margin)
