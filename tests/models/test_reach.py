"""How far camera pipelines look: what they say of it is what holds, and no more than that."""

import numpy as np
import pytest

from neural_imaging import models
from neural_imaging.base.errors import UserError
from neural_imaging.developing import pipelines
from neural_imaging.models import margin

NETWORKS = [
    ("INet", {}),
    ("INet", {"kernel": 7, "cfa_pattern": "RGGB"}),
    ("UNet", {"n_steps": 2, "n_filters": 1}),
    ("UNet", {"n_steps": 3, "n_filters": 1}),
    ("UNet", {"n_steps": 4, "n_filters": 1}),
    ("UNet", {"n_steps": 3, "n_filters": 1, "borders": "reflect"}),
    ("DNet", {"n_layers": 4, "n_features": 2}),
    ("DNet", {"n_layers": 2, "n_features": 2, "kernel": 5}),
    ("ClassicISP", {}),
    ("ClassicISP", {"c_filters": [2, 2, 2]}),
    ("ClassicISP", {"c_filters": [2, 2], "kernel": 3, "residual": False}),
]


def _depends(network, margin):
    """Whether pixels of a block depend on anything further than `margin` cells from it.

    With positive weights nothing cancels out, and without biases the least light from far away shows in the dark.
    """
    unit, room = network.multiple, -(-network.reach // network.multiple) * network.multiple + network.multiple
    side = 2 * room + unit
    stack = np.ones((1, side, side, 4), np.float32)
    stack[:, room - margin : room + unit + margin, room - margin : room + unit + margin] = 0
    block = slice(2 * room, 2 * (room + unit))
    seen, dark = (np.asarray(network(batch))[:, block, block] for batch in (stack, 0 * stack))
    return (seen != dark).any()


@pytest.mark.parametrize(("name", "settings"), NETWORKS)
def test_a_network_looks_as_far_as_it_says(name, settings):
    network, rng = models.create(name, **settings), np.random.default_rng(0)
    for weight in network.trainable_weights:
        if weight.ndim == 0:  # The factor of a correction that is subtracted.
            weight.assign(-0.1)
        else:
            weight.assign(rng.uniform(0.01, 0.02, weight.shape) if weight.ndim > 1 else np.zeros(weight.shape))
    assert not _depends(network, network.reach)
    assert _depends(network, network.reach - 1)


def test_every_network_that_develops_says_how_far_it_looks():
    for name in pipelines.names():
        if pipelines.learns(name) and not getattr(models.network_class(name), "takes_rgb", False):
            assert models.create(name).reach is not None, name


@pytest.mark.parametrize("brightness", ["percentile", "shift"])
def test_brightness_is_that_of_the_whole_photograph(brightness):
    network = models.create("ClassicISP", brightness=brightness)
    assert network.reach is None
    assert network.linear_reach == models.create("ClassicISP").reach
    with pytest.raises(UserError, match="looks at the whole photograph"):
        margin.cells("reach", network)
