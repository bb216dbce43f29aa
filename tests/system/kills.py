"""Kill the workflow again and again, repeat the same command each time, and compare with an undisturbed run.

Each kill is a SIGKILL at a random moment: of Snakemake alone, or of it and its jobs at once. Between two the folder is
unlocked, and nothing else is done. At the end all tables must be equal byte for byte, but for columns and lines that
hold times, and all trained weights bit for bit. Prints what was killed and what differs; exit code 1 where something
does, or where it ended too early.
"""

import argparse
import csv
import io
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import h5py

ROOT = Path(__file__).resolve().parents[2]
# Ending of columns that hold times, the unit of lines that do, and tables of nothing else.
TIMES, UNIT = "seconds", "s"
TIMED_TABLES = "*_codec_runtime.*"


def start(folder, options):
    """Start the workflow in a folder, as a session of its own."""
    command = [sys.executable, "-m", "snakemake", "--snakefile", ROOT / "Snakefile", "--directory", folder]
    command += ["--configfile", options.configfile.resolve(), "--cores", options.cores, "--quiet", "all"]
    subprocess.run([*map(str, command), "--unlock"], cwd=ROOT, check=True, capture_output=True)
    with (folder / "output.log").open("a", encoding="utf-8") as log:
        return subprocess.Popen(
            [*map(str, command), "--", *options.targets], cwd=ROOT, stdout=log, stderr=log, start_new_session=True
        )


def finish(folder, options):
    """Run the workflow to its end; gives the seconds that it took."""
    started = time.monotonic()
    if start(folder, options).wait():
        raise SystemExit(f"the workflow failed; see {folder / 'output.log'}")
    return time.monotonic() - started


def kill_often(folder, options, whole):
    """Start the workflow and kill it, `options.kills` times; gives how many kills met it at work.

    Args:
        whole: seconds that an undisturbed run takes. Together the moments are about half of it behind the start of
            each, so that there is work left for every kill.
    """
    moments = random.Random(options.seed)
    for number in range(options.kills):
        delay = moments.uniform(0, options.start + whole / options.kills)
        alone = moments.random() < 0.5
        process = start(folder, options)
        try:
            code = process.wait(timeout=delay)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL) if alone else os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            made = sum(1 for file in folder.glob("results/**/model.keras"))
            what = "Snakemake alone" if alone else "Snakemake and its jobs"
            print(f"kill {number + 1}: after {delay:.1f} s, of {what}, with {made} models made", flush=True)
        else:
            print(f"ended with exit code {code} before kill {number + 1}", flush=True)
            return number
    return options.kills


def without_times(path):
    """A table's bytes; of a CSV table those without the columns and lines that hold times."""
    if path.suffix != ".csv":
        return path.read_bytes()
    with path.open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    kept = [{name: text for name, text in row.items() if not name.endswith(TIMES)} for row in rows]
    kept = [row for row in kept if row.get("unit") != UNIT]
    return path.read_bytes() if kept == rows else repr(kept).encode()


def timed_tables(folder):
    """Tables that cannot be compared: those of nothing but times, and the texts of tables that have some."""
    mixed = [path for path in folder.glob("tables/*.csv") if without_times(path) != path.read_bytes()]
    texts = {path.with_suffix(suffix) for path in mixed for suffix in (".md", ".tex")}
    return {path.relative_to(folder) for path in texts | set(folder.glob(f"tables/{TIMED_TABLES}"))}


def weights(path):
    """Every array of a Keras archive: its name in the file to its type and bytes."""
    found = {}

    def keep(name, item):
        if isinstance(item, h5py.Dataset):
            found[name] = (str(item.dtype), item.shape, item[()].tobytes())

    with zipfile.ZipFile(path) as archive, h5py.File(io.BytesIO(archive.read("model.weights.h5"))) as file:
        file.visititems(keep)
    return found


def differences(one, other):
    """Tables and models that are not the same in two folders of results, and how many were compared."""
    timed = timed_tables(one)
    kinds = (("tables/*", without_times), ("**/model.keras", weights))
    found, compared = [], 0
    for pattern, content in kinds:
        names = {path.relative_to(folder) for folder in (one, other) for path in folder.glob(pattern)}
        for name in sorted(name for name in names - timed if name.parts[0] != "checkpoints"):
            compared += 1
            if not (one / name).is_file() or not (other / name).is_file():
                found.append(f"{name}: only in one of both")
            elif content(one / name) != content(other / name):
                found.append(f"{name}: differs")
    return found, compared


def folder_for(parent, name):
    folder = parent / name
    folder.mkdir(parents=True, exist_ok=True)
    for part in ("config", "resources", "scripts"):
        if not (folder / part).is_symlink():
            (folder / part).symlink_to(ROOT / part)
    return folder


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--configfile", type=Path, default=ROOT / "config/smoke.yaml", help="(default: %(default)s)")
    parser.add_argument("--kills", type=int, default=20, help="number of kills (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of the moments (default: %(default)s)")
    parser.add_argument("--cores", type=int, default=2, help="processor threads (default: %(default)s)")
    parser.add_argument(
        "--start", type=float, default=8, help="seconds in which Snakemake plans, before work (default: %(default)s)"
    )
    parser.add_argument("--directory", type=Path, help="where to work and leave the results (default: a temporary one)")
    parser.add_argument("targets", nargs="*", help="what to make (default: everything)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        parent = (options.directory or Path(temporary)).resolve()
        undisturbed, killed = folder_for(parent, "undisturbed"), folder_for(parent, "killed")
        if (killed / "results").exists():
            raise SystemExit(f"{killed}: has results of another run; name another folder")
        whole = finish(undisturbed, options)
        print(f"undisturbed: {whole:.0f} s", flush=True)
        count = kill_often(killed, options, whole)
        rest = finish(killed, options)
        found, compared = differences(undisturbed / "results", killed / "results")
        print(f"{count} kills, then {rest:.0f} s to the end; {compared} tables and models compared")
        print(*(found or ["all are equal"]), sep="\n")
        if found or count < options.kills or not compared:
            raise SystemExit(1)


if __name__ == "__main__":
    main()
