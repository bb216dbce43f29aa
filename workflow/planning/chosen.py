"""Some of an experiment's runs, as other sections of the configuration choose them: which they are, and checks."""

from neural_imaging.base.errors import UserError
from planning import checks, grid

# Keys that choose among an experiment's runs, and what those are that it need not have.
_DEFAULTS = {"lambda_codec": [grid.BASIC], "signature": [grid.NONE]}
_AXES = ("cameras", "isps", "channels", "lambda_isp", "lambda_codec", "signature")


def part(config, entry):
    """An experiment with the part of its grid that an entry chooses."""
    whole = config["experiments"][entry["experiment"]]
    return {**whole, **{key: entry[key] for key in (*_AXES, "runs") if key in entry}}


def runs(part, learned):
    """Folders of an experiment's runs, below that of all protocols."""
    return [f"{part['protocol']}/{grid.PATTERN.format_map(point)}" for point in grid.points(part, learned)]


def files(parts, learned, root, file):
    """One file of every run of some parts of experiments, below a folder with one folder a protocol."""
    paths = [f"{root}/{run}/{file}" for part in parts for run in runs(part, learned)]
    return list(dict.fromkeys(paths))


def described(part, learned):
    """A part of an experiment as programs take it, JSON types: "protocol" and "grid"."""
    return {"protocol": part["protocol"], "grid": grid.axes(part, learned)}


def check(place, entry, config, learned):
    """Check an entry, which stands at a place of the configuration, and gives runs.

    Raises:
        UserError: at the first mistake.
    """
    name = entry["experiment"]
    whole = config["experiments"][name]
    for key in _AXES:
        for value in entry.get(key, []):
            checks.known(f"{place}.{key}", value, whole.get(key, _DEFAULTS.get(key)), f"experiments.{name}.{key}")
    if entry.get("runs", 0) > whole["runs"]:
        raise UserError(f"{place}.runs: the experiment has {whole['runs']} runs, not {entry['runs']}")
    if not runs(part(config, entry), learned):
        raise UserError(f"{place}: has no runs; signatures are combined with what does not learn")
