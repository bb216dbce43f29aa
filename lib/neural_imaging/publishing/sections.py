"""Tables and figures of a results folder as sections of pages, each with its caption, its command and its records."""

import html
from pathlib import Path

import imageio.v3 as imageio

from neural_imaging.base import files
from neural_imaging.publishing import parts, pictures, provenance
from neural_imaging.study import catalogue
from neural_imaging.tables import tables

RECORDS = "records.html"
# What the catalogue calls a table, by the ending behind its subject's name.
_ENDINGS = {
    "": "summary", "_runs": "runs", "_confusion": "confusion", "_progress": "progress", "_detection": "detection",
    "_published": "published", "_published_confusion": "published_confusion", "_signature": "signature_table",
    "_rate_distortion": "rate_distortion_table", "_bd_rate": "bd_rate", "_channelwise": "channelwise",
    "_codec_runtime": "codec_runtime", "_entropy_estimation": "entropy_estimation",
}  # fmt: skip
_NAMED = {
    "headline": "headline", "isps": "isps", "differentiable_jpeg": "differentiable_jpeg",
    "transfer": "transfer_table", "robustness": "robustness_runs", "robustness_gains": "robustness_gains",
    "localisation": "localisation_runs", "localisation_gains": "localisation_gains", "fingerprints": "fingerprints",
    "fingerprints_changes": "fingerprints_changes",
    "attacks": "attacks",
}  # fmt: skip
# Where two share the report's caption.
_CAPTIONS = {"published_confusion": "published"}


class Sections:
    """Makes sections, and copies what they show beside the pages.

    Args:
        results: folder of results.
        output: folder of the pages.
        captions: folder of the report's captions, `<table>.rst`.
        configuration: the workflow's file of configuration that made them; "" for the defaults.

    Attributes:
        provenance: `Provenance` of the results.
        missing: files that were asked for and are not there.
    """

    def __init__(self, results, output, captions, configuration=""):
        self.results, self.output, self.captions = Path(results), Path(output), Path(captions)
        self.provenance = provenance.Provenance(results, configuration)
        self.missing = []

    def table(self, name, subject, groups, shown=()):
        """A table, "" where it is not there.

        Args:
            name: of its files below `tables/`.
            subject: the experiment or study that it is of.
            groups: groups of records (`Provenance.groups`), or folders above these, that it is made from.
            shown: `subjects.Subject` of each page, for a table whose lines are of one each.
        """
        content = self.read(f"tables/{name}.html")
        if not content:
            return ""
        (title, caption), path = called(name, subject), self.results / "tables" / f"{name}.csv"
        self._copy(f"tables/{name}.csv")
        count = parts.lines_of(content)
        links = _pages(path, count, shown) if shown else self._links(path, count, groups)
        table = parts.table(title, content, links, name)
        text = (self.captions / f"{caption}.rst").read_text(encoding="utf-8")
        made = self.source(f"tables/{name}.csv", groups)
        return f"<section><h3>{html.escape(title)}</h3>\n{parts.caption(text)}{table}{made}</section>\n"

    def figure(self, name, subject, groups):
        """A figure of a subject, "" where it is not there."""
        file, entry = Path("figures", subject, f"{name}.png"), catalogue.FIGURES[name]
        if not self._there(file):
            return ""
        picture, shown = imageio.imread(self.results / file, mode="RGB"), file.with_suffix(pictures.SUFFIX)
        pictures.write(self.output / shown, picture)
        made = self.source(file.with_suffix(".pdf"), groups)
        return parts.figure(entry.title, shown, picture.shape[1::-1], entry.caption, made)

    def source(self, file, groups):
        """The line that says how a file of the results was made, and from which groups of records."""
        links = [(f"{RECORDS}#{group}", group) for group in self._known(groups)]
        return parts.source(self.provenance.command(file), links)

    def read(self, file):
        """The text of a file of the results, "" where it is not there."""
        return (self.results / file).read_text(encoding="utf-8") if self._there(file) else ""

    def _copy(self, file):
        if self._there(file):
            files.write_text(self.output / file, self.read(file))

    def _there(self, file):
        found = (self.results / file).is_file()
        if not found:
            self.missing.append(f"results/{file}")
        return found

    def _known(self, groups):
        return [each for each in self.provenance.groups() if any(f"{each}/".startswith(f"{part}/") for part in groups)]

    def _links(self, path, count, groups):
        """For each line that a page shows of a table over runs, addresses and names of its records; else nothing."""
        table = tables.read(path, [])
        if not set(tables.GROUP) <= set(table.columns):
            return []
        # Of some tables, pages show the lines over all runs alone.
        if len(table) != count and "run" in table:
            table = table[table["run"].isna()]
        file = provenance.ROBUSTNESS if "condition" in table else provenance.EVALUATION
        runs = [
            (group.split("/")[-1], key, record)
            for group in self._known(groups)
            for key, record in self.provenance.runs(group, file).items()
        ]
        links = [_of_line(line, runs) for line in table.to_dict("records")]
        return links if len(links) == count and any(links) else []


def _pages(path, count, shown):
    """For each claim that was measured, its page and its records."""
    table = tables.read(path, ["protocol"])
    names = [protocol.partition(":")[0] for protocol in table["protocol"].dropna()]
    known = {subject.name: subject for subject in shown}
    links = []
    for name in names:
        subject = known.get(name)
        own = [] if subject is None else [(subject.file, name)]
        own += [(f"{RECORDS}#{subject.runs}", "records")] if subject is not None and subject.runs else []
        links.append(own)
    return links if len(links) == count else []


def _of_line(line, runs):
    """Addresses and names of the records of a line: of its run, or of all runs of its grid point."""
    point, links = tuple(str(line[name]) for name in tables.GROUP), []
    own = line.get("run")
    all_runs = own is None or own != own
    for protocol, (*labels, run), record in runs:
        alike = tuple(labels) == point and line.get("protocol", protocol) == protocol
        if alike and (all_runs or int(own) == int(run)):
            links.append((f"records/{record}", f"run {run}"))
    return links


def called(name, subject):
    """The title of a subject's table, and the name of its caption in the report."""
    kind = _NAMED[name] if name in _NAMED else _ENDINGS[name.removeprefix(subject)]
    return catalogue.TITLES[kind], _CAPTIONS.get(kind, kind)
