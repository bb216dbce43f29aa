"""The page of an experiment, of a study of codecs, or of tests of runs."""

import html
from dataclasses import dataclass

from neural_imaging.publishing import matrices, parts, plots, provenance, sliders
from neural_imaging.study import catalogue


@dataclass(frozen=True)
class Subject:
    """What a page is of.

    Attributes:
        name: of the experiment, study or test.
        paper: which it is of, as readers see it.
        tables: names of files below `tables/`.
        figures: names of the catalogue.
        runs: folder of an experiment's runs, such as "forensics/cvpr2019"; None where it has none.
        groups: groups of records that tables and figures are made from, see `Provenance.groups`.
    """

    name: str
    paper: str
    tables: tuple
    figures: tuple
    runs: str | None
    groups: tuple

    @property
    def file(self):
        """The file of the page."""
        return f"study-{self.name}.html"


def page(subject, sections):
    """The content of a page as HTML, and what its scripts show, as JSON types."""
    shown = {"runs": [], "plots": {}}
    closer = (
        _accuracies(subject, sections, shown) + _rates(subject, sections, shown) + _matrices(subject, sections, shown)
    )
    closer += _pictures(subject, sections)
    tables = "".join(sections.table(name, subject.name, subject.groups) for name in subject.tables)
    figures = "".join(sections.figure(name, subject.name, subject.groups) for name in subject.figures)
    parted = (("Look closer", closer), ("Tables", tables), ("Figures", figures))
    body = "".join(f"<h2>{title}</h2>\n{part}" for title, part in parted if part)
    return f"<p>{html.escape(subject.paper)}</p>\n{body}", shown


def _accuracies(subject, sections, shown):
    table = sections.results / "tables" / f"{subject.name}_runs.csv"
    if subject.runs is None or not table.is_file():
        return ""
    runs = _put(sections.provenance, sections.provenance.runs(subject.runs), shown)
    views = plots.accuracies(plots.read_runs(table), runs)
    text = "Accuracy of each run's forensic network over the fidelity of its camera and codec. Stars are signatures."
    return _plot("accuracy", "Accuracy against fidelity", views, text, shown)


def _rates(subject, sections, shown):
    names = (f"{subject.name}_rate_distortion_{part}.csv" for part in ("curves", "averages"))
    files = [sections.results / "tables" / name for name in names]
    if not all(file.is_file() for file in files):
        return ""
    profiles = {}
    for record in sections.provenance.groups().get("profiles", []):
        _, data_set, name = record.removesuffix(".json").split("/")
        profiles[data_set, name] = len(shown["runs"])
        facts = sections.provenance.facts(record, f"{name} on {data_set}")
        shown["runs"].append({**facts, "classes": [], "confusions": {}})
    views = plots.rates(*plots.read_rates(*files), profiles)
    text = "Means over the pictures: marks are qualities of a codec, and learned codecs; lines are the fitted curves."
    return _plot("rates", "Rate and distortion", views, text, shown)


def _plot(name, title, views, text, shown):
    if not views:
        return ""
    shown["plots"][name] = views
    return parts.plot(name, title, views, text)


def _matrices(subject, sections, shown):
    table, found = sections.results / "tables" / f"{subject.name}_gains.csv", {}
    if subject.name != catalogue.ROBUSTNESS or not table.is_file():
        return ""
    for group in sections.provenance.groups():
        first, _, protocol = group.partition("/")
        if first == subject.name:
            tests = sections.provenance.runs(group, provenance.ROBUSTNESS)
            for (*point, _), run in _put(sections.provenance, tests, shown).items():
                found.setdefault((protocol, *point), []).append(run["number"])
    return "".join(matrices.sections(matrices.read(table), found))


def _pictures(subject, sections):
    found = ""
    for name in sliders.SAMPLES:
        file = f"evaluation/{subject.name}/{name}.npz"
        if (sections.results / file).is_file():
            made = sections.source(file, ("isp", "codecs", *subject.groups))
            found += sliders.write(sections.results / file, f"pictures/{subject.name}", sections.output, made)
    return found


def _put(records, found, shown):
    """Put runs on a page: a mapping of their keys to their number there and their seed."""
    numbers = {}
    for key, record in found.items():
        (classes, confusions), facts = records.matrices(record), records.facts(record, provenance.name(record))
        numbers[key] = {"number": len(shown["runs"]), "seed": facts["seed"]}
        shown["runs"].append({**facts, "classes": classes, "confusions": confusions})
    return numbers
