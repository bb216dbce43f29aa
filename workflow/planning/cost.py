"""How long jobs may take, for clusters that ask, and how long they are expected to.

Limits are generous and the same wherever they are planned: what trainings compute (`planning.work`) at rates that each
machine has. What is expected follows from the rates of one machine, which were measured (`training.rates`).
"""

import json
import math

from planning import work

# Operations a second that one processor thread was seen to reach at least in these trainings.
THREAD_RATE = 15e9
# A GPU's: a careful guess for a card with 8 GB, much below what its makers state.
GPU_RATE = 2e12
# Operations that take as long as going once through a pixel with a manipulation or a channel; and by how much networks
# are slower that compute little with each number.
PASS_OPERATIONS, SHALLOW = 15e3, {"INet": 15, "ClassicISP": 15}
# Seconds that a step may take beside all work.
STEP_SECONDS = 0.05
# An estimate that is too short kills a job, one that is too long only queues it later.
SAFETY = 2.0
# Start of the program, reading of images, and validation: what is allowed.
START_MINUTES = 20
# What the start of a program was seen to take, that of TensorFlow included.
START_EXPECTED = 0.2
# About the shares that the demo needs: of a run's training by each of its evaluations, and of their limits, which are
# round, by all other jobs.
OF_TRAINING, OF_LIMIT = 0.06, 0.005
_RUN = ("protocol", "channel", "isp", "camera", "lambda_isp", "lambda_codec", "signature")


def isp_minutes(config, name):
    """Minutes to ask for, for a pipeline's pre-training."""
    return _minutes(config, work.isp(config, name))


def codec_minutes(config, name):
    """Minutes to ask for, for a learned codec's training."""
    return _minutes(config, work.codec(config, name))


def forensic_minutes(config, protocol, channel, isp):
    """Minutes to ask for, for one joint training, in which all may learn."""
    return _minutes(config, work.forensic(config, protocol, channel, isp))


def margin(protocol, isp, channel):
    """Cells around a patch that are developed with it; see `work.margins`."""
    return work.margins(protocol, isp, channel)[0]


def _minutes(config, amounts):
    rate = GPU_RATE if config.get("gpu", False) else config["threads"]["training"] * THREAD_RATE
    seconds = sum(_allowed(json.loads(part), amount, rate) for part, amount in amounts.items())
    return START_MINUTES + math.ceil(SAFETY * seconds / 60)


def _allowed(part, amount, rate):
    if "step" in part:
        return STEP_SECONDS * amount
    return amount / rate * (SHALLOW.get(part["network"], 1) if "network" in part else PASS_OPERATIONS)


def parts(config, rule, wildcards):
    """Names of the parts whose rates `expected` needs."""
    return list(_basis(config, rule, wildcards)[0])


def expected(config, rule, wildcards, asked, seconds):
    """Minutes that a job is expected to take on a machine with measured rates.

    Args:
        config: the checked configuration.
        rule, wildcards: the job's; see `work.of_job`.
        asked: minutes that it asks for.
        seconds: of one operation, pixel or step, by the names of parts.
    """
    amounts, share = _basis(config, rule, wildcards)
    if not amounts:
        return START_EXPECTED + OF_LIMIT * asked
    return START_EXPECTED + share * sum(amount * seconds[part] for part, amount in amounts.items()) / 60


def _basis(config, rule, wildcards):
    """What a training computes that a job is or judges, and the job's share of it; nothing for other jobs."""
    if rule.startswith("evaluate_") and set(_RUN) <= wildcards.keys():
        return work.forensic(config, **{key: wildcards[key] for key in _RUN}), OF_TRAINING
    return work.of_job(config, rule, wildcards), 1
