"""How long a job may take: a generous estimate from the size of its network's work, for clusters that ask."""

import math

# Operations a second that one processor thread was seen to reach at least in these trainings.
THREAD_RATE = 15e9
# An estimate that is too short kills a job, one that is too long only queues it later.
SAFETY = 2.0
# Start of the program, reading of images, and validation.
START_MINUTES = 20

# Operations of one training step on one pixel: of the papers' forensic network (405 GFLOP on 100 patches of 128²),
# and of a UNet of five steps and 32 features. Both grow with the square of their width.
FAN_OPERATIONS = 405e9 / (100 * 128**2)
ISP_OPERATIONS = 3 * 2 * 1.2e6
WIDTH = 32


def isp_minutes(isp, threads):
    """Minutes for an ISP's pre-training.

    Args:
        isp: its entry in the configuration.
        threads: processor threads.
    """
    training = isp["training"]
    operations = training["batch"] * _isp_patch(training["patch"], isp["settings"])
    return _minutes(training["epochs"] * training["steps"] * operations, threads)


def forensic_minutes(protocol, channel, threads):
    """Minutes for one joint training.

    Args:
        protocol: its entry in the configuration.
        channel: its channel's entry.
        threads: processor threads.
    """
    factor = channel["factor"] if channel["downsampling"] != "none" else 1
    pixels = (2 * protocol["patch"] / factor) ** 2
    classes = 1 + len(protocol["manipulations"])
    width = protocol["fan"].get("n_filters", WIDTH) / WIDTH
    operations = classes * pixels * FAN_OPERATIONS * width**2 + _isp_patch(protocol["patch"], {})
    return _minutes(protocol["epochs"] * protocol["steps"] * protocol["batch"] * operations, threads)


def _isp_patch(patch, settings):
    return patch**2 * ISP_OPERATIONS * (settings.get("n_filters", WIDTH) / WIDTH) ** 2


def _minutes(operations, threads):
    return START_MINUTES + math.ceil(SAFETY * operations / (threads * THREAD_RATE) / 60)
