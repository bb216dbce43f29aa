"""Some of an experiment's runs, as other sections of the configuration choose them: which they are, and checks."""

import collections

from neural_imaging.base.errors import UserError
from neural_imaging.study.settings import choose
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


class Tests:
    """A section of the configuration with tests of experiments' runs, which its entry `trained` chooses.

    Args:
        name: of the section.
        defaults: settings of a test with their defaults, see `study.settings.choose`.
    """

    def __init__(self, name, defaults=None):
        self._name, self._defaults = name, defaults

    def section(self, config):
        """The section, which may be missing: {} then."""
        return config.get(self._name, {})

    def settings(self, config):
        """Settings of a test."""
        return choose(self._defaults, self.section(config))[0]

    def trained(self, config):
        """What is tested: experiments with the chosen parts of their grids."""
        return [part(config, entry) for entry in self.section(config).get("trained", [])]

    def files(self, config, learned, root, file):
        """One file of every run that is tested, below a folder with one folder a protocol."""
        return files(self.trained(config), learned, root, file)

    def described(self, config, learned):
        """What tables are made of, as JSON types: "protocol" and "grid" of each part."""
        return [described(each, learned) for each in self.trained(config)]

    def check(self, config, learned):
        """Check that each entry has runs, and no run is there twice.

        Raises:
            UserError: at the first mistake.
        """
        for number, entry in enumerate(self.section(config).get("trained", [])):
            check(f"{self._name}.trained.{number}", entry, config, learned)
        tested = collections.Counter(run for each in self.trained(config) for run in runs(each, learned))
        if twice := [run for run, count in tested.items() if count > 1]:
            raise UserError(f"{self._name}.trained: has the run {twice[0]} twice")
