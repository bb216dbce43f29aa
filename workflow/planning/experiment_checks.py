"""Whether the parts of an experiment in the configuration fit together."""

import math

from neural_imaging.base.errors import UserError
from neural_imaging.study import networks
from neural_imaging.study.grid import BASIC, FAN_ONLY, NONE
from planning import cameras, checks, codecs, grid, names, sizes

# Points of a grid, each with two jobs: Snakemake plans ten thousand jobs in minutes.
MOST_RUNS = 100_000


def check(config):
    """Check all experiments."""
    for name, experiment in config["experiments"].items():
        place = f"experiments.{name}"
        names.check(place, name)
        _check_size(place, experiment)
        _check_examples(place, experiment)
        _check_sets(place, experiment, config)
        sizes.check(place, experiment, config)
        _check_signatures(place, experiment, config)
        _check_tiles(place, experiment, config)


def _check_size(place, experiment):
    columns = ("cameras", "isps", "channels", "lambda_isp", "lambda_codec", "signature")
    count = experiment["runs"] * math.prod(len(experiment.get(column, "1")) for column in columns)
    if count > MOST_RUNS:
        raise UserError(
            f"{place}.runs: with all values of its lists the grid has up to {count:,} points; {MOST_RUNS:,} are allowed"
        )


def _check_examples(place, experiment):
    """What figures show and what is compared must be in the experiment's lists."""
    examples, published = experiment["examples"], experiment.get("published")
    for key in ("camera", "isp", "channel"):
        checks.known(f"{place}.examples.{key}", examples[key], experiment[f"{key}s"], f"{place}.{key}s")
    weights = experiment["lambda_isp"]
    checks.known(f"{place}.examples.lambda_isp", examples["lambda_isp"], weights, f"{place}.lambda_isp")
    if examples["lambda_isp"] == FAN_ONLY and weights != [FAN_ONLY]:
        raise UserError(f"{place}.examples.lambda_isp: shows an optimised ISP, so it must be a number")
    if "lambda_codec" in examples:
        weights = experiment.get("lambda_codec", [BASIC])
        checks.known(f"{place}.examples.lambda_codec", examples["lambda_codec"], weights, f"{place}.lambda_codec")
    if examples["run"] >= experiment["runs"]:
        last = experiment["runs"] - 1
        raise UserError(f"{place}.examples.run: there are only runs 0 to {last}, not {examples['run']}")
    for key in ("camera", "isp") if published else ():
        checks.known(f"{place}.published.{key}", published[key], experiment[f"{key}s"], f"{place}.{key}s")


def _check_sets(place, experiment, config):
    """Each pipeline must be able to work with each camera's training set."""
    for name in cameras.pipelines(experiment):
        isp = config["isps"][name]
        for camera in experiment["cameras"]:
            if config["cameras"][camera]["source"] == "pictures" and not networks.known()[isp["model"]].takes_rgb:
                takers = ", ".join(key for key, network in networks.known().items() if network.takes_rgb)
                raise UserError(
                    f"{place}: pipeline {name} develops RAW, and camera {camera} has pictures without RAW; "
                    f"for those take {takers}, in an experiment of their own"
                )
            if camera not in isp.get("cameras", [camera]):
                raise UserError(f"{place}: pipeline {name} is not for camera {camera}; add it to its cameras")


def _check_signatures(place, experiment, config):
    """A signature must be allowed to learn, and no weight may be left without a run."""
    values, jointly = grid.signatures(experiment), experiment.get("signature_jointly", False)
    learns = [value for value in values if value != NONE]
    if learns and "signature" not in config["protocols"][experiment["protocol"]]["trainable"]:
        raise UserError(
            f"{place}.signature: {learns[0]} shall be learned, but protocols.{experiment['protocol']}.trainable has no "
            "signature; add it"
        )
    if jointly and not learns:
        raise UserError(f"{place}.signature_jointly: there is no signature to be combined; add 'signature'")
    examples, learned = experiment["examples"], codecs.learned_channels(config)
    try:
        points = grid.points(experiment, learned)
    except UserError as error:
        raise UserError(f"{place}: {error}") from None
    columns = ("lambda_isp", "lambda_codec") if learned.keys() & set(experiment["channels"]) else ("lambda_isp",)
    for column in columns:
        without = set(map(str, grid.axes(experiment)[column])) - {point[column] for point in points}
        if without:
            raise UserError(
                f"{place}.signature: signatures go with what does not learn, so {column} {min(without)} has no run; "
                "add none, or signature_jointly: true"
            )
    checks.known(f"{place}.examples.signature", examples.get("signature", NONE), values, f"{place}.signature")
    if grid.example(experiment, learned) not in points:
        raise UserError(f"{place}.examples: the grid has no such run; signatures go with what does not learn")


def _check_tiles(place, experiment, config):
    """Where pipelines' tiles start anew, every pipeline that learns must have one."""
    protocol = config["protocols"][experiment["protocol"]]
    learns = "isp" in protocol["trainable"] and set(experiment["lambda_isp"]) != {FAN_ONLY}
    if not (learns and protocol.get("phase_start")):
        return
    for name in experiment["isps"]:
        if not config["isps"][name]["settings"].get("phase"):
            raise UserError(
                f"protocols.{experiment['protocol']}.phase_start: {place} has pipeline {name}, which has no tile; give "
                f"isps.{name}.settings the setting phase"
            )
