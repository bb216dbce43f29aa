"""Tables made again from the records of a folder of results, to be held against those that lie there."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from neural_imaging.base.errors import UserError
from neural_imaging.study import catalogue
from planning import checkout

# Tables that are there once or not at all; their rules have no wildcards, and would run wherever they are forced.
_SINGLE = {*catalogue.TESTS, "isps", "headline"}
# What rules name from the folder in which they run.
_LINKED = ("config", "resources", "scripts")
_LAST = 5


def differences(results, configfile):
    """Make each table of a folder of results again, in a folder of its own, from the records there.

    Models and photographs need not be there. Tables that are measured, not gathered from records, stay as they are.

    Returns:
        (number of tables compared, lines), a line for each that comes out otherwise.
    """
    results = Path(results).absolute()
    names = sorted(path.name for path in results.glob("tables/*.csv") if not _is_measured(path.stem))
    if not names:
        raise UserError(f"{results}: has no tables; name the folder of results that the workflow makes")
    with tempfile.TemporaryDirectory() as folder:
        for name in _LINKED:
            Path(folder, name).symlink_to(checkout.ROOT / name)
        copied = Path(folder, "results")
        shutil.copytree(results, copied)
        for path in copied.rglob("*"):
            # All as old as each other, so that nothing but the tables is made again.
            os.utime(path, (0, 0))
        command = [sys.executable, "-m", "snakemake", "--cores", "1", "--rerun-triggers", "mtime"]
        command += ["--snakefile", checkout.ROOT / "Snakefile", "--directory", folder]
        command += ["--configfile", Path(configfile).absolute()]
        rules = [f"tabulate_{name}" for name in catalogue.TABLES if _is_there(name, results)]
        # Nothing else, so that no training begins where a record is missing.
        command += ["--allowed-rules", *rules, "--forcerun", *rules]
        command += ["--", *(f"results/tables/{name}" for name in names)]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if run.returncode:
            said = " ".join(run.stderr.strip().splitlines()[-_LAST:])
            raise UserError(f"{results}: its tables cannot be made again from its records: {said}")
        return len(names), [
            f"{results / 'tables' / name}: comes out otherwise when it is made again from the records"
            for name in names
            if (results / "tables" / name).read_bytes() != (copied / "tables" / name).read_bytes()
        ]


def _is_there(name, results):
    return name not in _SINGLE or (results / "tables" / f"{name}.csv").is_file()


def _is_measured(name):
    return name.removesuffix("_patches").endswith(tuple(catalogue.MEASURED))
