"""Models that come with the library, trained and ready: each an archive here, with its card beside it.

`make presets` makes them again from the runs of config/overnight.yaml; docs/presets.md says what they are.
"""

from pathlib import Path

from neural_imaging.base.errors import UserError

# What is taken where no model is named: to compress pictures, and to ask what was done to one.
CODEC, FORENSIC = "l3ic-32c", "fan"
FOLDER = Path(__file__).parent


def names():
    """Names of the presets that are here, in alphabetical order."""
    return sorted(path.stem for path in FOLDER.glob("*.keras"))


def path(name, instead="name the archive of a model"):
    """Path of a preset's archive; where there is none, a `UserError` says what to do `instead`."""
    if name not in names():
        raise UserError(f"no preset {name}: {listed()}; {instead}")
    return FOLDER / f"{name}.keras"


def card(name):
    """A preset's card, as Markdown: what it learned from, how it was measured, and what it cannot do."""
    return path(name, "a card is that of a preset").with_suffix(".md").read_text(encoding="utf-8")


def located(model):
    """Path of a model: the path itself; or where there is no such file, and a preset of this name, that of its archive.

    What stands in the working folder comes first, since whoever has put it there has it in mind.
    """
    given = Path(model)
    return path(str(model)) if not given.exists() and str(model) in names() else given


def listed():
    """What presets there are, in words."""
    return f"presets are {', '.join(names())}" if names() else "this installation has no presets"
