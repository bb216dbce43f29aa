"""How long trainings may take: generous estimates from the size of a network's work, for clusters that ask."""

import math

from neural_imaging.study import channel_facts
from neural_imaging.study.settings import choose
from neural_imaging.study.trainings import CODEC

# Operations a second that one processor thread was seen to reach at least in these trainings.
THREAD_RATE = 15e9
# A GPU's, in the same trainings: a careful guess for a card with 8 GB, much below what its makers state.
GPU_RATE = 2e12
# An estimate that is too short kills a job, one that is too long only queues it later.
SAFETY = 2.0
# Start of the program, reading of images, and validation: what is allowed, and what it was seen to take.
START_MINUTES = 20
START_EXPECTED = 2
# Other jobs ask for round limits, and take about this share of them at most.
SHARE = 0.2

# Operations of one training step on one pixel: of the papers' forensic network (405 GFLOP on 100 patches of 128²), of a
# UNet of five steps and 32 features, and of the papers' codec (2.4 G multiplications on 128² pixels forward). The first
# two grow with the square of their width.
FAN_OPERATIONS = 405e9 / (100 * 128**2)
ISP_OPERATIONS = 3 * 2 * 1.2e6
CODEC_OPERATIONS = 3 * 2 * 2.4e9 / 128**2
WIDTH = 32
# Resolutions of the papers' UNet, each of which doubles what it reaches; cells that other pipelines reach at most; what
# manipulations and a channel need besides, and a channel with a learned codec.
STEPS, OTHERS_REACH, CHANNEL_REACH, CODEC_REACH = 5, 16, 16, 52


def isp_minutes(config, name):
    """Minutes for a pipeline's pre-training."""
    training = config["isps"][name]["training"]
    operations = training["batch"] * _isp_patch(training["patch"], config["isps"][name]["settings"])
    return _minutes(config, training["epochs"] * training["steps"] * operations)


def codec_minutes(config, name):
    """Minutes for a learned codec's training."""
    training, _ = choose(CODEC, config["codecs"][name]["training"])
    pixels = training["epochs"] * training["steps"] * training["batch"] * training["patch"] ** 2
    return _minutes(config, pixels * CODEC_OPERATIONS)


def forensic_minutes(config, protocol, channel, isp):
    """Minutes for one joint training."""
    protocol, channel, isp = config["protocols"][protocol], config["channels"][channel], config["isps"][isp]
    factor = min(channel_facts.factors(channel))
    seen, developed = protocol["patch"], protocol["patch"] + 2 * margin(protocol, isp, channel)
    # The FAN sees the inside alone.
    fan = FAN_OPERATIONS * (protocol["fan"].get("n_filters", WIDTH) / WIDTH) ** 2 * (2 * seen / factor) ** 2
    codec = CODEC_OPERATIONS * (2 * developed / factor) ** 2 if channel_facts.learned(channel) else 0
    classes = 1 + len(protocol["manipulations"])
    operations = classes * (fan + codec) + _isp_patch(developed, isp["settings"])
    return _minutes(config, protocol["epochs"] * protocol["steps"] * protocol["batch"] * operations)


def margin(protocol, isp, channel):
    """Cells around a patch that are developed with it; an estimate where the margin is what all parts reach.

    Args:
        protocol, isp, channel: entries of the configuration; None for a pipeline or a channel that counts for nothing.
    """
    given = protocol.get("margin", "reach")
    if given != "reach":
        return given
    around = 0 if channel is None else CODEC_REACH if channel_facts.learned(channel) else CHANNEL_REACH
    if channel is not None:
        around += math.ceil(max(channel_facts.factors(channel)) * channel_facts.around(channel) / 2)
    if isp is None:
        return around
    return around + (3 * 2 ** isp["settings"].get("n_steps", STEPS) if isp["model"] == "UNet" else OTHERS_REACH)


def _isp_patch(patch, settings):
    return patch**2 * ISP_OPERATIONS * (settings.get("n_filters", WIDTH) / WIDTH) ** 2


def _minutes(config, operations):
    """Minutes to ask a cluster for, for so many operations in a training."""
    rate = GPU_RATE if config.get("gpu", False) else config["threads"]["training"] * THREAD_RATE
    return START_MINUTES + math.ceil(SAFETY * operations / rate / 60)


def expected(asked, rule):
    """Minutes that a rule's job is expected to take, from the minutes that it asks for."""
    if rule.startswith("train_"):
        return START_EXPECTED + (asked - START_MINUTES) / SAFETY
    return SHARE * asked
