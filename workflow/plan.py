"""Print what a configuration asks of a cluster: jobs, hours and GPU hours by stage. Nothing is run.

Hours of trainings are estimates from their settings (workflow/planning/cost.py), without waiting and with one attempt.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml
from planning import totals

ROOT = Path(__file__).resolve().parent.parent


def dry_run(configfile, folder, targets=()):
    """What `snakemake -n` prints for a configuration; its message and exit code end the program where it fails.

    Args:
        configfile: path of the configuration.
        folder: folder with the results that are there already.
        targets: what to make; everything without them.
    """
    # Snakemake states no more threads than it has cores.
    try:
        content = yaml.safe_load(Path(configfile).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        print(f"plan.py: {configfile}: cannot be read ({' '.join(str(error).split())})", file=sys.stderr)
        raise SystemExit(2) from None
    threads = content.get("threads") if isinstance(content, dict) else None
    numbers = threads.values() if isinstance(threads, dict) else ()
    cores = max((value for value in numbers if isinstance(value, int)), default=1)
    command = [sys.executable, "-m", "snakemake", "-n", "--snakefile", ROOT / "Snakefile", "--directory", folder]
    command += ["--cores", cores]
    done = subprocess.run(
        [*map(str, command), "--configfile", str(Path(configfile).resolve()), "--", *targets],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        print(done.stderr.strip() or done.stdout.strip(), file=sys.stderr)
        raise SystemExit(done.returncode)
    return done.stdout + done.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--configfile", type=Path, default=ROOT / "config/paper.yaml", help="(default: %(default)s)")
    parser.add_argument(
        "--directory", type=Path, help="folder whose results are left out of the plan (default: plan from scratch)"
    )
    parser.add_argument("targets", nargs="*", help="what to make (default: everything)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as empty:
        folder = options.directory or Path(empty)
        if not options.directory:
            for part in ("config", "resources", "scripts", "data"):
                Path(empty, part).symlink_to(ROOT / part)
        print(totals.table(totals.jobs(dry_run(options.configfile, folder.resolve(), options.targets))))


if __name__ == "__main__":
    main()
