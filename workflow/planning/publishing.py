"""What a configuration's results are of, for pages: each experiment, study and test, with its tables and figures."""

from pathlib import Path

from planning import codecs, drawing, experiments, robustness, targets, transfer

# Tables of no experiment and no study, and their page.
SHARED, _SHARED_PAGE = ("isps", "differentiable_jpeg"), "pipelines"
# Tables that come with others, and those that readers are not shown.
_BESIDE, _UNSEEN = {"_published": "_published_confusion"}, "_photographs"


def subjects(config):
    """What `neural_imaging.publishing.subjects.Subject` takes, by page."""
    found = [_subject(config, name) for name in targets.names(config)]
    shared = {"name": _SHARED_PAGE, "paper": drawing.OF_PIPELINES, "tables": SHARED, "figures": ()}
    return [*found, {**shared, "runs": None, "groups": ("isp",)}]


def _subject(config, name):
    asked = [Path(path).stem for path in targets.tabulated(config, name)]
    tables = [table for table in asked if table not in SHARED and table != f"{name}{_UNSEEN}"]
    tables += [f"{name}{other}" for table, other in _BESIDE.items() if f"{name}{table}" in tables]
    runs = experiments.root(config, name).removeprefix("results/") if name in config["experiments"] else None
    groups = [runs] if runs else [name] if name in (transfer.SECTION, robustness.SECTION) else []
    groups += ["codecs", "profiles"] if name in codecs.studies(config) else []
    figures = tuple(Path(path).stem for path in targets.drawn(config, name))
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
    return drawing.OF_PIPELINES if name == robustness.SECTION else drawing.OF_CODECS
