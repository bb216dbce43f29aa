"""Configurations as the workflow checks them before anything runs."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow"))

from planning import codecs, configuration, grid  # noqa: E402

from neural_imaging.base.errors import UserError  # noqa: E402


def put(content, place, value):
    """Set what stands at a place of a configuration: names and numbers from the outside in."""
    *folders, key = place
    for folder in folders:
        content = content[folder]
    content[key] = value


def check_refusal(content, expected):
    """Check that a configuration is refused in one line which has these words."""
    line = refusal(content)
    assert line is not None
    assert all(words in line for words in expected), line
    assert "\n" not in line, line


def refusal(content):
    """The line with which a configuration is refused, as workflow/planning/start.py does it; None where it is not."""
    try:
        configuration.check_form(content)
        configuration.check(content)
    except UserError as error:
        return str(error)
    return None


def points(config, *names):
    """Folders of all points of experiments; those that several have stand there several times."""
    learned, chosen = codecs.learned_channels(config), [config["experiments"][name] for name in names]
    return [
        grid.run_path(experiment["protocol"], point)
        for experiment in chosen
        for point in grid.points(experiment, learned)
    ]
