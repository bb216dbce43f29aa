"""What a configuration's results are of, for pages: each experiment, study and test, with its tables and figures."""

from pathlib import Path

from neural_imaging.study import catalogue
from planning import codecs, drawing, experiments, targets, transfer

# Tables of no experiment and no study, and their page, whose name none of these can have (planning/names.py).
SHARED, _SHARED_PAGE = ("isps", "differentiable_jpeg"), "isps"
# Tables that come with others, and those that readers are not shown.
_BESIDE, _UNSEEN = {"_published": "_published_confusion"}, "_photographs"


def subjects(config):
    """What `neural_imaging.publishing.subjects.Subject` takes, by page."""
    # All at once: a figure that two experiments would show alike is there for the first alone.
    figures = [Path(path) for path in targets.drawn(config)]
    drawn = {name: tuple(path.stem for path in figures if path.parent.name == name) for name in targets.names(config)}
    found = [_subject(config, name, figures) for name, figures in drawn.items()]
    shared = {"name": _SHARED_PAGE, "paper": drawing.OF_PIPELINES, "tables": SHARED, "figures": ()}
    return [*found, {**shared, "runs": None, "groups": ("isp",)}]


def _subject(config, name, figures):
    asked = [Path(path).stem for path in targets.tabulated(config, name)]
    tables = [table for table in asked if table not in SHARED and table != f"{name}{_UNSEEN}"]
    tables += [f"{name}{other}" for table, other in _BESIDE.items() if f"{name}{table}" in tables]
    runs = experiments.root(config, name).removeprefix("results/") if name in config["experiments"] else None
    groups = [runs] if runs else [name] if name in catalogue.TESTS else []
    groups += ["codecs", "profiles"] if name in codecs.studies(config) else []
    return {
        "name": name,
        "paper": _paper(config, name),
        "tables": tuple(tables),
        "figures": figures,
        "runs": runs,
        "groups": tuple(groups),
    }


def _paper(config, name):
    if name in config["experiments"]:
        return drawing.paper(config, name)
    return drawing.OF_PIPELINES if name in catalogue.TESTS and name != transfer.SECTION else drawing.OF_CODECS
