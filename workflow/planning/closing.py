"""What a run says at its end: its headline and what it made, or what failed and how to go on."""

import shlex
from pathlib import Path

from planning import headline

# The figure to open first: the first of these that there is.
_FIRST = ("whole_and_patchwise", "rate_distortion", "robustness", "transfer")
# Longer lists of files are counted by folder.
_LISTED = 12
# How many failed jobs are told in full, with how many lines of their logs, which lie in so many bytes.
_FAILED, _LINES, _BYTES = 5, 5, 4000


def success(dag):
    """Lines for a run that made the files which were asked for: its headline, the figure to open first, and a list."""
    asked = {str(file) for job in dag.targetjobs for file in [*job.input, *job.output]} | set(dag.targetfiles)
    files = {
        what: sorted(file for file in asked if file.startswith(f"results/{what}/") and Path(file).is_file())
        for what in ("tables", "figures")
    }
    lines = []
    if headline.TABLE in files["tables"] and (said := _headline()):
        lines += [f"Headline ({headline.TABLE}):", *(f"  {line}" for line in said)]
    if first := _first(files["figures"]):
        lines += ["Open first:", f"  {first}"]
    for what, made in files.items():
        if made:
            lines += [f"{what.capitalize()}:", *(f"  {line}" for line in _list(made))]
    return lines


def _headline():
    path = Path(headline.LINES)
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []


def _first(figures):
    names = [Path(file).stem for file in figures]
    return next((figures[names.index(name)] for name in _FIRST if name in names), next(iter(figures), None))


def _list(files):
    """The files, or where there are many, their number in each folder."""
    if len(files) <= _LISTED:
        return files
    folders = [str(Path(file).parent) for file in files]
    return [f"{folders.count(folder)} in {folder}/" for folder in dict.fromkeys(folders)]


def failure(failed, arguments):
    """Lines for a run that ended early: the last lines of each failed job's log, and how to go on.

    Args:
        failed: pairs of a rule and its logs; none where the run was stopped by hand.
        arguments: of the command, with the program, as `sys.argv` has them.
    """
    lines = [f"{len(failed)} job{'s' * (len(failed) > 1)} failed:" if failed else "The run was stopped."]
    for rule, logs in failed[:_FAILED]:
        lines += [f"  {rule}, at the end of {log}:" for log in logs[:1]] or [f"  {rule}, which has no log"]
        lines += [f"    {line}" for log in logs[:1] for line in _last(log)]
    if len(failed) > _FAILED:
        lines.append(f"  and {len(failed) - _FAILED} more; all logs are in results/logs/")
    cause = "when the cause is gone, " if failed else ""
    return [
        *lines,
        f"What is done is kept; {cause}the same command goes on from here, and trainings from their checkpoints:",
        f"  {_command(arguments)}",
        *(["docs/troubleshooting.md names common causes."] if failed else []),
    ]


def _last(log):
    try:
        with Path(log).open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - _BYTES))
            text = file.read().decode("utf-8", "replace")
    except OSError as error:
        return [f"(cannot be read: {error.strerror})"]
    return [line for line in text.splitlines() if line.strip()][-_LINES:] or ["(empty)"]


def _command(arguments):
    program, *others = arguments
    started = ["python", "-m", "snakemake"] if Path(program).name == "__main__.py" else [program]
    return shlex.join([*started, *others])
