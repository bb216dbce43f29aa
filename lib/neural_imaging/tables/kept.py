"""The part of a finished study that is worth keeping: tables, figures and records, and hashes of all that is left out.

Models and photographs are too large to lie beside a text. Their hashes say which they were, so that records which name
them can still be checked.
"""

import functools
import shutil
from pathlib import Path

from neural_imaging.base import files
from neural_imaging.base.errors import UserError

# In the folder of results; a line for each file that was there or that a record names.
MANIFEST = "manifest.csv"
COLUMNS = ("file", "bytes", "sha256", "kept")
# Of the files in a folder of results: those to keep, by pattern. Tables in other forms are made from these.
PATTERNS = (
    "tables/*.csv", "tables/*.md", "tables/*.txt", "figures/**/*.png", "presets/*.md", "data*/**/images.csv",
    "pictures/**/images.csv", "isp/**/*.json", "isp/**/*.csv", "codecs/**/*.json", "codecs/**/*.csv",
    "profiles/**/*.json", "profiles/**/*.csv", "forensics/**/*.json", "forensics/**/*.csv",
    "forensics/**/probabilities.npz", "forensics/**/signature.npz", "robustness/**/robustness.json",
    "transfer/**/test.json", "localisation/**/localisation.json", "fingerprints/**/fingerprints.json",
    "attacks/**/attacks.json",
)  # fmt: skip
# What programs write for themselves.
PASSED_OVER = {"checkpoints", "tensorboard", "logs", "benchmarks"}


def counts(path, results):
    """Whether a file in a folder of results is a result: none of a checkpoint, a log or a cache."""
    parts = path.relative_to(results).parts
    return not PASSED_OVER.intersection(parts) and not any(part.startswith(".") for part in parts)


def keep(results, output):
    """Copy what is worth keeping of a folder of results, and list all of it with its hashes.

    Args:
        results: folder of results.
        output: folder to write, which must not be there, or be one that this function has written.

    Returns:
        (kept, left_out): paths in the folder of results.

    Raises:
        UserError: no such folder, or something else lies where the results should go.
    """
    results, output = Path(results), Path(output)
    if not results.is_dir():
        raise UserError(f"{results}: no such folder; name the folder of results")
    if output.exists() and not (output / MANIFEST).is_file():
        raise UserError(f"{output}: is there already, and holds no kept results; name another folder")
    chosen = {path for pattern in PATTERNS for path in results.glob(pattern) if path.is_file()}
    there = sorted(path for path in results.rglob("*") if path.is_file() and counts(path, results))
    kept = [path.relative_to(results) for path in there if path in chosen]
    if not kept:
        raise UserError(f"{results}: has no tables and no records; name the folder of results that the workflow makes")
    shutil.rmtree(output, ignore_errors=True)
    for place in kept:
        (output / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(results / place, output / place)
    around, copied = results.absolute().parent, {(results / place).absolute() for place in kept}
    named = {around / name for place in kept if place.suffix == ".json" for name in _record(output / place)["inputs"]}
    inputs = {path for path in named if path.is_file() and path.is_relative_to(around)}
    listed = sorted({path.absolute() for path in there} | inputs)
    rows = [
        {
            "file": path.relative_to(around).as_posix(),
            "bytes": path.stat().st_size,
            "sha256": files.sha256(path),
            "kept": "yes" if path in copied else "no",
        }
        for path in listed
    ]
    files.write_table(output / MANIFEST, COLUMNS, rows)
    return kept, [path.relative_to(results) for path in there if path not in chosen]


def _record(path):
    """What a JSON file says of what it was made from; nothing where it is no record."""
    content = files.read_json(path)
    content = content if isinstance(content, dict) and "inputs" in content else {}
    return {"inputs": content.get("inputs", {}), "commit": content.get("commit"), "versions": content.get("versions")}


def page(folder, title, about):
    """A kept folder's front page, as Markdown: its headline, what it was made with, its figures and tables.

    Args:
        folder: holds the kept results in `results`.
        title: of the page.
        about: lines that stand below the title.
    """
    folder = Path(folder)
    results = folder / "results"
    said = [_record(path) for path in sorted(results.rglob("*.json"))]
    commits = sorted({record["commit"] for record in said if record["commit"]})
    versions = sorted({f"{name} {number}" for record in said for name, number in (record["versions"] or {}).items()})
    headline = results / "tables/headline.txt"
    figures = sorted(results.glob("figures/**/*.png"))
    tables = sorted(results.glob("tables/*.md"))
    lines = [f"# {title}", "", *about]
    if headline.is_file():
        lines += ["", "## In short", "", *(f"* {line}" for line in headline.read_text(encoding="utf-8").splitlines())]
    if tables:
        lines += ["", "## Tables", ""]
        lines += [f"* [{path.stem}]({path.relative_to(folder).as_posix()})" for path in tables]
    if figures:
        lines += ["", "## Figures"]
    for path in figures:
        place = path.relative_to(folder).as_posix()
        lines += ["", f"![{path.parent.name}: {path.stem}]({place})"]
    lines += ["", "## Made with", ""]
    lines += [f"* commit{'s' * (len(commits) > 1)} {', '.join(commits)}", f"* {', '.join(versions)}"]
    return "\n".join(lines) + "\n"


class Hashes:
    """SHA-256 of the files that records of a folder of results name, by their path from the folder around it.

    A kept folder's manifest stands for files that were left out.
    """

    def __init__(self, results):
        self._around = Path(results).absolute().parent
        manifest = Path(results) / MANIFEST
        listed = files.read_rows(manifest, COLUMNS) if manifest.is_file() else []
        self.listed = {row["file"]: row["sha256"] for row in listed}
        self._kept = [row["file"] for row in listed if row["kept"] == "yes"]
        self._of_file = functools.cache(files.sha256)

    def of(self, name):
        """The hash; None of a file that is neither there nor listed."""
        path = self._around / name
        return self._of_file(path) if path.is_file() else self.listed.get(name)

    def lists(self, path):
        """Whether the manifest lists a file by this path."""
        return path.absolute().relative_to(self._around).as_posix() in self.listed

    def faults(self):
        """A line for each listed file that is there with another hash, or was kept and is not there."""
        for name in self._kept:
            if not (self._around / name).is_file():
                yield f"{name}, which {MANIFEST} says was kept, is not there"
        for name, listed in self.listed.items():
            if (self._around / name).is_file() and self._of_file(self._around / name) != listed:
                yield f"{name} is not the file that {MANIFEST} lists: another hash"
