"""The grid of an experiment of the configuration. What a grid is, and how a run is called, says the library."""

from neural_imaging.study import grid
from neural_imaging.study.grid import BASIC, NONE, number

COLUMNS = grid.KEYS
# A run's folder below that of its protocol, as rules write it.
PATTERN = "/".join(f"{column}~{{{column}}}" for column in COLUMNS)


def axes(experiment, learned=()):
    """The grid of an entry of the configuration as `neural_imaging.study.grid.points` takes it, of JSON types.

    `learned` are all channels with a learned codec.
    """
    weights = {"lambda_isp": experiment["lambda_isp"]}
    weights |= {"lambda_codec": codec_weights(experiment), "signature": signatures(experiment)}
    return {
        "camera": list(experiment["cameras"]),
        "isp": list(experiment["isps"]),
        "channel": list(experiment["channels"]),
        **{column: [number(value) for value in values] for column, values in weights.items()},
        "run": list(range(experiment["runs"])),
        "learned": [name for name in experiment["channels"] if name in learned],
        "signature_jointly": experiment.get("signature_jointly", False),
    }


def codec_weights(experiment):
    """Weights of the codec's loss, of the channels that have a learned one."""
    return experiment.get("lambda_codec", [BASIC])


def signatures(experiment):
    """Strengths of learned signatures."""
    return experiment.get("signature", [NONE])


def points(experiment, learned=()):
    """All runs of an experiment as mappings of column to text."""
    return [
        {column: str(number(value)) for column, value in point.items()}
        for point in grid.points(axes(experiment, learned))
    ]


def example(experiment, learned=(), **other):
    """The run that figures show, or with `other` columns than its own, as a mapping of column to text."""
    shown = {**experiment["examples"], **other}
    weight = shown.get("lambda_codec", BASIC) if shown["channel"] in learned else NONE
    point = {"signature": NONE, **shown, "lambda_codec": weight}
    return {column: str(number(point[column])) for column in COLUMNS}


def run_path(protocol, run):
    """Folder of a run below the results, from its texts by column."""
    return f"forensics/{protocol}/{PATTERN.format_map(run)}"
