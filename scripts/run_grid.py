"""Train and evaluate the runs of an experiment one after another, in one process and without Snakemake.

Reads the workflow's configuration and writes the workflow's files. What is there already stays; what was stopped goes
on. Whatever a run needs (photographs, training set, pipeline, codec) is made before it. A run that fails is passed
over, and named at the end; the exit code is then 1.
"""

import argparse
import functools
import importlib
import sys
import time
from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line
from neural_imaging.base.errors import DiskFullError, UserError, reason
from neural_imaging.study import grid as grids
from neural_imaging.study import overlay

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "workflow"))

from planning import codecs, configuration, expected, grid, settings, steps  # noqa: E402
from planning.library import Library  # noqa: E402

# Programs that have networks. A checkpoint goes on only where the same modules are loaded, so all are, at once.
NETWORKS = ("train_isp", "set_camera", "train_dcn", "train_forensics", "evaluate_forensics")


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--configfile", type=Path, required=True, help="the workflow's, e.g. config/config.yaml")
    parser.add_argument("--experiment", required=True, help="one of its experiments")
    command_line.add_filter_arguments(parser)
    parser.add_argument("--dry-run", "-n", action="store_true", help="only say what there is to do")
    parser.add_argument(
        "--threads", type=command_line.count, help="processor threads (default: the configuration's for trainings)"
    )
    return parser.parse_args(arguments)


def read(configfile, library):
    """The configuration, checked as the workflow checks it."""
    config = overlay.read(configfile, ROOT / overlay.DEFAULTS)
    try:
        configuration.check_keys([configfile])
        configuration.check_schema(config)
        configuration.check(config, library)
        configuration.check_files(config)
    except configuration.ConfigurationError as error:
        raise UserError(f"configuration: {error}") from None
    return config


def runs_of(config, experiment, wanted):
    """The runs that are asked for, as mappings of column to text, the number of the run changing slowest."""
    if experiment not in config["experiments"]:
        known = config["experiments"]
        near = settings.guess([experiment], known)
        raise UserError(f"--experiment {experiment}: there is no such experiment{near}; there are {', '.join(known)}")
    found = grid.points(config["experiments"][experiment], codecs.learned_channels(config))
    # Half a grid is of most use where it is one run of everything.
    return sorted(grids.chosen(found, wanted), key=lambda run: int(run["run"]))


def main(arguments=None):
    options = parse_arguments(arguments)
    library = Library(ROOT)
    config = read(options.configfile, library)
    runs = runs_of(config, options.experiment, command_line.filters(options))
    protocol = config["experiments"][options.experiment]["protocol"]
    # A backend takes one number of threads for as long as it lives.
    threads = options.threads or config["threads"]["training"]
    planned = steps.Steps(config, threads)
    todo = {grid.run_path(protocol, run): planned.run(protocol, run)[1] for run in runs}
    if options.dry_run:
        for path, evaluation in todo.items():
            print(f"{path}: {state(path, evaluation, config)}")
        return
    failed = run(todo, config, library, threads)
    if failed:
        print(*(f"{path}: {why}" for path, why in failed.items()), sep="\n", file=sys.stderr)
        print(f"{len(failed)} of {len(todo)} runs failed", file=sys.stderr)
        raise SystemExit(1)


def state(path, evaluation, config):
    """What there is to do for a run, in words."""
    pending = ", ".join(step.program for step in steps.pending(evaluation))
    if pending:
        return pending
    try:
        check(path, config)
    except UserError as error:
        return f"finished, but {error}"
    return "finished"


def check(path, config):
    """Refuse a finished run that was made with other settings than the configuration's, or is damaged."""
    from neural_imaging.tables import verification

    other = []
    for file in (f"{path}/evaluation.json", f"{path}/record.json"):
        other += verification.differences(Path("results", file), expected.settings(config, file))
    if other:
        raise UserError(f"{'; '.join(other)}. Remove the run to make it anew")


def run(todo, config, library, threads):
    """Take all steps for all runs.

    Args:
        todo: mapping of each run's path to its evaluation, a `Step`.

    Returns:
        Mapping of the paths of runs that failed, or are of other settings than the configuration's, to the reason.
    """
    from tqdm import tqdm

    failed, broken = {}, {}
    with tqdm(todo.items(), desc="Grid", unit="run", disable=None) as bar:
        for number, (path, evaluation) in enumerate(bar, 1):
            started, pending = time.monotonic(), steps.pending(evaluation)
            try:
                for step in pending:
                    take(step, broken, library, threads)
                check(path, config)
            except DiskFullError:
                raise
            except Exception as error:
                failed[path] = reason(error)
            took = f"{time.monotonic() - started:.0f} s" if pending else "was there"
            bar.write(f"{number} of {len(todo)}: {path}: {failed.get(path) or took}")
    return failed


def take(step, broken, library, threads):
    """Call a step's program as its rule calls it; a step that failed before fails again at once."""
    if step.outputs in broken:
        raise UserError(f"{step.program} failed before: {broken[step.outputs]}")
    if step.program in NETWORKS:
        load(library, threads)
    # The workflow holds the listing's age against that of the outputs.
    library.listing(step.program, *step.networks)
    try:
        importlib.import_module(step.program).main(list(step.arguments))
    except (Exception, SystemExit) as error:
        if isinstance(error, DiskFullError):
            raise
        broken[step.outputs] = reason(error)
        raise UserError(f"{step.program}: {broken[step.outputs]}") from error
    finally:
        if step.program in NETWORKS:
            import keras

            keras.utils.clear_session()


@functools.cache
def load(library, threads):
    """Load the library's modules that programs with networks have."""
    from neural_imaging.base import runtime

    runtime.configure(threads=threads)
    files = {Path(file) for program in NETWORKS for file in library.files(program, *library.networks)}
    for file in sorted(files):
        if file.parts[0] == "lib":
            importlib.import_module(".".join(file.with_suffix("").parts[1:]).removesuffix(".__init__"))


if __name__ == "__main__":
    command_line.run(main)
