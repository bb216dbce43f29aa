"""A finished study as a folder to keep: code, records, models, tables and figures, and who made what from what."""

import os
import shutil
from pathlib import Path

from neural_imaging.base import files, records
from neural_imaging.base.errors import UserError
from neural_imaging.publishing import provenance
from neural_imaging.publishing.graph import METADATA, WORKFLOW, Graph
from neural_imaging.study import catalogue

# Parts of the checkout that a run needs, and what they are.
CODE = {
    "workflow/": "rules of the workflow", "scripts/": "programs that rules call", "lib/": "the library",
    "config/": "configurations", "resources/": "published numbers and camera profiles",
    "profiles/": "resources of jobs", "envs/": "environments",
    **dict.fromkeys(
        ("Snakefile", "pyproject.toml", "requirements.txt", "environment.yml", "LICENSE", "CITATION.cff"), ""
    ),
}  # fmt: skip
_IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc", "*.egg-info")
# Programs of the kinds of records that are called otherwise.
_PROGRAMS = {"evaluation": "evaluate_forensics"}
# What lies beside a record and is of it.
_BESIDE = {records.NAME: ("model.keras", "training.csv"), "evaluation.json": ("probabilities.npz",)}
HEADLINE, _README = "headline", "README.md"


def write(results, output, checkout, shown, about, configuration=None, engine=""):
    """Write the crate of a study.

    Photographs and pictures that networks learned from are not in it: `images.csv` of each set has their hashes.

    Args:
        results: folder of results.
        output: folder of the crate, which is written anew.
        checkout: folder of the code.
        shown: `subjects.Subject` of each experiment, study and test.
        about: "name", "license" (a URL) and "creators" (names).
        configuration: the workflow's file of configuration; None for the defaults.
        engine: version of Snakemake.

    Raises:
        UserError: the folder holds something else, the results have no records, or a record is damaged.
    """
    results, output, found = Path(results), Path(output), provenance.Provenance(results)
    _clear(output)
    for name in CODE:
        _take(Path(checkout, name), output / name)
    for name in _kept(results, found):
        _take(results / name, output / "results" / name)
    commits = sorted({str(content["commit"]) for content in found.contents.values() if content.get("commit")})
    path = results / "tables" / f"{HEADLINE}.txt"
    headline = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    described = {**about, "description": " ".join(headline) or about["name"]}
    graph = Graph(output, described, ", ".join(commits), engine)
    files.write_text(output / _README, _readme(about, headline))
    graph.file(_README, about={"@id": "./"})
    graph.file(WORKFLOW)
    for name, description in CODE.items():
        graph.folder(name, description) if name.endswith("/") else graph.file(name)
    for record, content in found.contents.items():
        _act(graph, results, record, content)
    made = [*_tables(graph, results, shown, found), *_figures(graph, results, shown)]
    used = [graph.file(f"results/{path.relative_to(results)}") for path in _listings(results)]
    graph.run(_configuration(graph, output, configuration), used, made)
    files.write_json(output / METADATA, graph.content())


def _readme(about, headline):
    lines = [f"# {about['name']}", "", *(f"* {line}" for line in headline), *([""] if headline else [])]
    lines += [
        f"`{METADATA}` says which program made what from what, with settings, seeds and times (RO-Crate).",
        "The code is that of the records' commit if nothing was changed since; `results/` has records, models, tables",
        "and figures. Photographs are not here: each `images.csv` lists them with their hashes.",
    ]
    return "\n".join(lines) + "\n"


def _kept(results, found):
    """Names of files that are in the crate: records with what is of them, lists of sets, tables, figures, samples."""
    names = [path.relative_to(results).as_posix() for path in _listings(results)]
    for record in found.contents:
        names += [record, *_beside(results, record)]
    for folder in ("tables", "figures", "evaluation"):
        paths = sorted(path for path in (results / folder).rglob("*") if path.is_file() and path.name[0] != ".")
        names += [path.relative_to(results).as_posix() for path in paths]
    return names


def _listings(results):
    return sorted(
        path for folder in ("data", "pictures", "data_sets") for path in results.glob(f"{folder}/*/images.csv")
    )


def _beside(results, record):
    path = Path(record)
    others = (path.with_name(name) for name in _BESIDE.get(path.name, ()))
    return [other.as_posix() for other in others if (results / other).is_file()]


def _act(graph, results, record, content):
    """The action of a record: its settings, seed and inputs, and the files that it is of."""
    used = [
        graph.file(name) if (graph.root / name).is_file() else graph.elsewhere(name, digest)
        for name, digest in content.get("inputs", {}).items()
    ]
    used += [graph.value(key, content[key]) for key in ("settings", "seed", "versions") if content.get(key) is not None]
    made = [graph.file(f"results/{name}") for name in (record, *_beside(results, record))]
    program = _PROGRAMS.get(content.get("kind"), content.get("kind"))
    description = f"commit {content.get('commit')}"
    seconds = content.get("duration_seconds")
    ended = (results / record).stat().st_mtime
    graph.action(f"{program}: {Path(record).parent}", description, program, used, made, ended, seconds)


def _tables(graph, results, shown, found):
    """An action for each subject's tables, from its records; references to the tables."""
    made = []
    everything = [*((each.name, each.tables, each.groups) for each in shown)]
    everything.append((HEADLINE, (HEADLINE,), [group for each in shown for group in each.groups]))
    for subject, tables, groups in everything:
        programs = {}
        for table in tables:
            program = catalogue.MEASURED.get(table) or catalogue.MEASURED.get(table.removeprefix(subject), "tabulate")
            paths = sorted((results / "tables").glob(f"{table}.*"))
            programs.setdefault(program, []).extend(paths)
        used = [
            graph.file(f"results/{record}")
            for group, members in found.groups().items()
            if any(f"{group}/".startswith(f"{part}/") for part in groups)
            for record in members
        ]
        for program, paths in programs.items():
            own = [graph.file(f"results/tables/{path.name}") for path in paths]
            if own:
                ended = max(path.stat().st_mtime for path in paths)
                graph.action(f"{program}: tables of {subject}", "no record", program, used, own, ended)
            made += own
    return made


def _figures(graph, results, shown):
    """An action for each figure, from the files that the catalogue names; references to the figures."""
    made = []
    for subject in shown:
        for name in subject.figures:
            sources = (file.format(subject=subject.name) for file in catalogue.FIGURES[name].sources)
            used = [graph.file(f"results/{file}") for file in sources if (results / file).is_file()]
            paths = [results / f"figures/{subject.name}/{name}.{suffix}" for suffix in ("pdf", "png")]
            paths = [path for path in paths if path.is_file()]
            own = [graph.file(f"results/{path.relative_to(results)}") for path in paths]
            if own:
                ended = max(path.stat().st_mtime for path in paths)
                graph.action(f"plot: {name} of {subject.name}", "no record", "plot", used, own, ended)
            made += own
    return made


def _configuration(graph, output, configuration):
    """The file of configuration, of which a user's own is added to the crate."""
    name = "config/config.yaml"
    if configuration is not None:
        name = f"configuration/{Path(configuration).name}"
        _take(Path(configuration), output / name)
    return graph.file(name)


def _take(source, target):
    """Copy a file, or a folder with all in it, into the crate."""
    if source.is_dir():
        shutil.copytree(source, target, ignore=_IGNORED, dirs_exist_ok=True)
    elif not source.is_file():
        raise UserError(f"{source}: no such file; the crate needs it")
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def _clear(folder):
    """Take away a former crate; a folder with other things in it is left alone."""
    files.check_output(folder / METADATA)
    if os.path.lexists(folder):
        if any(folder.iterdir()) and not (folder / METADATA).is_file():
            raise UserError(f"{folder}: is not empty, and no crate is in it; name another folder")
        shutil.rmtree(folder)
