"""The grid of an experiment: which runs there are, and how their names appear in paths."""

import itertools

COLUMNS = ("camera", "isp", "channel", "lambda_isp", "run")
# Channels with a learned codec have one column more: the weight of the codec's loss, or "basic".
CODED_COLUMNS = (*COLUMNS[:-1], "lambda_codec", COLUMNS[-1])
BASIC = "basic"


def number(value):
    """A λ as it stands in paths and tables: "fan-only" stays, 1.0 becomes 1."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def parsed(text):
    """The value behind its text in a path, the other way round than `number`: "0.1" is 0.1, "fan-only" stays."""
    try:
        return number(float(text))
    except ValueError:
        return text


def axes(experiment, learned=()):
    """Values of each column of the grid, as JSON types, in the order of `COLUMNS`.

    Args:
        experiment: its entry in the configuration.
        learned: names of all channels with a learned codec. Where the experiment has one of them, the grid also has
            lambda_codec, and under "learned" the names of its own.
    """
    own = [name for name in experiment["channels"] if name in learned]
    weights = [number(value) for value in experiment.get("lambda_codec", [BASIC])]
    return {
        "camera": list(experiment["cameras"]),
        "isp": list(experiment["isps"]),
        "channel": list(experiment["channels"]),
        "lambda_isp": [number(value) for value in experiment["lambda_isp"]],
        "run": list(range(experiment["runs"])),
        **({"lambda_codec": weights, "learned": own} if own else {}),
    }


def rows(experiment, learned=()):
    """One tuple of texts for each run behind a channel without a learned codec, in the order of `COLUMNS`."""
    values = axes(experiment, learned)
    values["channel"] = [name for name in values["channel"] if name not in learned]
    return _product(values, COLUMNS)


def coded_rows(experiment, learned):
    """One tuple of texts for each run behind a learned codec, in the order of `CODED_COLUMNS`."""
    values = axes(experiment, learned)
    return _product({**values, "channel": values["learned"]}, CODED_COLUMNS) if "learned" in values else []


def points(experiment, learned=()):
    """All runs of an experiment as mappings of column to text, without a learned codec first."""
    plain = [dict(zip(COLUMNS, row, strict=True)) for row in rows(experiment, learned)]
    return plain + [dict(zip(CODED_COLUMNS, row, strict=True)) for row in coded_rows(experiment, learned)]


def run_path(protocol, run):
    """Folder of a run below the results, from its texts by column."""
    return "/".join([f"forensics/{protocol}", *(f"{column}~{text}" for column, text in run.items())])


def _product(values, columns):
    return [tuple(map(str, row)) for row in itertools.product(*(values[column] for column in columns))]
