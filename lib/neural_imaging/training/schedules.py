"""Learning rates over the epochs of a training."""


def step_decay(rate, decay=1.0, every=1, first=False):
    """Multiply the learning rate by `decay` after each `every` epochs.

    Args:
        rate: learning rate of the first epoch.
        decay: factor, e.g. 0.85 in the protocol of CVPR 2019.
        every: epochs between two steps.
        first: also multiply it after the first epoch, and count from there, as CVPR 2019 does.

    Returns:
        Function of the epoch, counted from 0.
    """
    return lambda epoch: rate * decay ** ((epoch + every - 1 if first else epoch) // every)
