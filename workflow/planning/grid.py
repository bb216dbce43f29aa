"""The grid of an experiment: which runs there are, and how their names appear in paths."""

import itertools

COLUMNS = ("camera", "isp", "channel", "lambda_isp", "run")


def number(value):
    """A λ as it stands in paths and tables: "fan-only" stays, 1.0 becomes 1."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def axes(experiment):
    """Values of each column of the grid, in the order of `COLUMNS`, as JSON types."""
    return {
        "camera": list(experiment["cameras"]),
        "isp": list(experiment["isps"]),
        "channel": list(experiment["channels"]),
        "lambda_isp": [number(value) for value in experiment["lambda_isp"]],
        "run": list(range(experiment["runs"])),
    }


def rows(experiment):
    """One tuple of texts a run, in the order of `COLUMNS`."""
    return [tuple(map(str, row)) for row in itertools.product(*axes(experiment).values())]
