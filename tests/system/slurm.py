"""Run the workflow through a real SLURM on this one machine, end two trainings, and see equal weights at the end.

Brings up Debian's slurm-wlm (a controller and two nodes' daemons, without systemd, cgroups and accounting), runs the
workflow with `profiles/slurm`, and takes everything down. The first joint training that has written a
checkpoint is killed. SLURM sends another the signal that comes before the end of its time; that one must save its state
at once and end. Both go on as new jobs. Another run, without SLURM and undisturbed, must have the same models and
tables. Needs root, and

    apt-get install --no-install-recommends slurmctld slurmd slurm-client
"""

import argparse
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import kills
import yaml

from neural_imaging.base import records

PROGRAMS = ("slurmctld", "slurmd", "sbatch", "squeue", "scontrol")
# The plugin drops every SLURM_* variable, so the daemons' configuration must lie where SLURM looks by itself.
PLACE = Path("/etc/slurm/slurm.conf")
NODES = 2
CHECKPOINTS = f"{records.CHECKPOINT}-*.npz"
CONF = """
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/none
CredType=cred/none
SlurmctldPort=26817
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool/%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
EnforcePartLimits=ALL
SlurmdParameters=config_overrides
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=2,sched_interval=2,sched_min_interval=0,batch_sched_delay=0
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
DefMemPerCPU=200
KillWait=5
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
NodeName=n[1-{nodes}] NodeHostname={host} NodeAddr=127.0.0.1 Port=[27001-{last}] CPUs={cpus} RealMemory=32000
PartitionName=cpu Nodes=ALL Default=YES MaxTime=1440 State=UP
"""
# What `--start` takes over: photographs, pipelines, and what Snakemake knows of them.
TAKEN = ("results/data", "results/isp", ".snakemake/metadata")
# The signal of the profile's `--signal`, and how long saving may take.
SIGNAL, GRACE = "TERM", 60
CLUSTER = {"account": None, "partition": "cpu", "constraint": None, "gpu_partition": None, "gpu_constraint": None}


class Cluster:
    """A SLURM on this machine, up inside a `with` block.

    Args:
        folder: where its state and logs lie.
        cpus: processors that each node declares; they need not exist.
    """

    def __init__(self, folder, cpus):
        self._folder, self._cpus, self._daemons = folder, cpus, []

    def __enter__(self):
        if PLACE.exists() or PLACE.is_symlink():
            raise SystemExit(f"{PLACE} is there already: this machine has a SLURM of its own")
        for part in ("state", "spool"):
            (self._folder / part).mkdir(parents=True, exist_ok=True)
        conf = self._folder / "slurm.conf"
        values = {"host": platform.node().partition(".")[0], "folder": self._folder, "cpus": self._cpus}
        conf.write_text(CONF.format(**values, nodes=NODES, last=27000 + NODES), encoding="utf-8")
        PLACE.parent.mkdir(parents=True, exist_ok=True)
        PLACE.symlink_to(conf)
        try:
            self._start("slurmctld", "-D")
            for node in range(1, NODES + 1):
                self._start("slurmd", "-D", "-N", f"n{node}")
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start(self, *command):
        with (self._folder / "daemons.log").open("a", encoding="utf-8") as log:
            self._daemons.append(subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True))

    def _wait(self):
        for _ in range(120):
            found = subprocess.run(["sinfo", "-h", "-N", "-o", "%T"], capture_output=True, text=True).stdout.split()
            if found.count("idle") == NODES:
                return
            time.sleep(0.5)
        logs = "\n".join(path.read_text()[-2000:] for path in sorted(self._folder.glob("*.log")))
        raise SystemExit(f"SLURM's nodes are not ready after a minute:\n{logs}")

    def __exit__(self, *error):
        subprocess.run(["scancel", "--full", "--signal=KILL", "--user=root"], capture_output=True)
        for daemon in reversed(self._daemons):
            daemon.terminate()
            try:
                daemon.wait(timeout=20)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        PLACE.unlink(missing_ok=True)


def configuration(path, content):
    """Write the configuration with joint trainings that last long enough to be ended."""
    for protocol in content["protocols"].values():
        protocol["epochs"] = max(protocol["epochs"], 100)
    path.write_text(yaml.safe_dump(content), encoding="utf-8")


def take_over(start, folder):
    """Copy what `start` has of photographs and pipelines, so that the workflow has the joint trainings left to do."""
    for part in TAKEN:
        shutil.copytree(start / part, folder / part, symlinks=True, dirs_exist_ok=True)


def training_processes(folder, passed_over):
    """Processes of a joint training whose checkpoint is there, by number, and the checkpoint's folder.

    Args:
        folder: where the workflow works.
        passed_over: folders of checkpoints whose trainings do not count.
    """
    saved = folder.glob(f"results/checkpoints/forensics/**/{CHECKPOINTS}")
    for checkpoint in sorted({path.parent for path in saved}):
        named = str(checkpoint.relative_to(folder))
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                command = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
                here = (process / "cwd").resolve() == folder
            except OSError:
                continue
            if here and "scripts/train_forensics.py" in command and named in command:
                found.append(int(process.name))
        if found and checkpoint not in passed_over:
            return found, checkpoint
    return [], None


def kill(numbers, checkpoint):
    """End a training as a crash does."""
    for number in numbers:
        os.kill(number, signal.SIGKILL)


def signal_by_slurm(numbers, checkpoint):
    """Let SLURM send a training's job its signal; the training must save its state and end."""
    environment = Path(f"/proc/{numbers[0]}/environ").read_bytes().decode(errors="replace").split("\0")
    (job,) = [entry.partition("=")[2] for entry in environment if entry.startswith("SLURM_JOB_ID=")]
    sent = time.time_ns()
    subprocess.run(["scancel", f"--signal={SIGNAL}", job], check=True)
    deadline = time.monotonic() + GRACE
    while Path(f"/proc/{numbers[0]}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    saved = max((state.stat().st_mtime_ns for state in checkpoint.glob(CHECKPOINTS)), default=0)
    if Path(f"/proc/{numbers[0]}").exists() or saved < sent:
        raise SystemExit(f"{checkpoint}: no state was saved at SLURM's signal")
    print(f"  saved {(saved - sent) / 1e9:.1f} s after the signal", flush=True)


ENDS = {"killed": kill, f"sent SIG{SIGNAL} by SLURM": signal_by_slurm}


def run(folder, options, environment):
    """Run the workflow through SLURM and end two of its trainings; gives the folders of their checkpoints."""
    command = [sys.executable, "-m", "snakemake", "--snakefile", kills.ROOT / "Snakefile", "--directory", folder]
    command += ["--workflow-profile", kills.ROOT / "profiles/slurm", "--configfile", options.configfile]
    log, ended, started = folder / "output.log", [], time.monotonic()
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [*map(str, command), "--", *options.targets], cwd=kills.ROOT, stdout=output, stderr=output, env=environment
        )
        try:
            while process.poll() is None:
                if len(ended) < len(ENDS):
                    numbers, checkpoint = training_processes(folder, ended)
                    if numbers:
                        what, end = list(ENDS.items())[len(ended)]
                        print(
                            f"{time.monotonic() - started:.0f} s: {what}: {checkpoint.relative_to(folder)}", flush=True
                        )
                        end(numbers, checkpoint)
                        ended.append(checkpoint)
                if time.monotonic() - started > options.limit:
                    raise SystemExit(f"not done after {options.limit} s; see {log}:\n{log.read_text()[-3000:]}")
                time.sleep(0.1)
        finally:
            if process.poll() is None:
                # SIGINT cancels the jobs.
                process.send_signal(signal.SIGINT)
                process.wait(timeout=60)
    text = log.read_text(encoding="utf-8")
    if process.returncode:
        raise SystemExit(f"the workflow failed through SLURM:\n{text[-4000:]}")
    if len(ended) < len(ENDS):
        raise SystemExit(f"only {len(ended)} of {len(ENDS)} trainings could be ended; more epochs may be needed")
    jobs = set(re.findall(r"SLURM jobid '?(\d+)", text))
    print(f"through SLURM: {time.monotonic() - started:.0f} s, {len(jobs)} SLURM jobs", flush=True)
    return ended


def resumed(folder, checkpoint):
    """How often a training went on, as its record says."""
    place = checkpoint.relative_to(folder / "results/checkpoints")
    return json.loads((folder / "results" / place / "record.json").read_text(encoding="utf-8"))["resumed"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = kills.ROOT / "config/smoke.yaml"
    parser.add_argument("--configfile", type=Path, default=default, help="(default: %(default)s)")
    parser.add_argument("--cores", type=int, default=2, help="of the undisturbed run (default: %(default)s)")
    parser.add_argument("--cpus", type=int, default=4, help="that each node declares (default: %(default)s)")
    parser.add_argument("--limit", type=float, default=1500, help="seconds at most (default: %(default)s)")
    parser.add_argument("--directory", type=Path, help="where to work and leave the results (default: a temporary one)")
    parser.add_argument("--start", type=Path, help="folder of a run, to take photographs and ISPs from")
    parser.add_argument("targets", nargs="*", help="what to make (default: everything)")
    options = parser.parse_args()
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing or os.geteuid():
        raise SystemExit(f"needs root and {', '.join(PROGRAMS)}; apt-get install slurmctld slurmd slurm-client")
    with tempfile.TemporaryDirectory() as temporary:
        parent = (options.directory or Path(temporary)).resolve()
        undisturbed, folder = kills.folder_for(parent, "undisturbed"), kills.folder_for(parent, "slurm")
        if options.start:
            for place in (undisturbed, folder):
                take_over(options.start, place)
        content = yaml.safe_load(options.configfile.read_text(encoding="utf-8"))
        options.configfile = parent / "config.yaml"
        configuration(options.configfile, content)
        cluster = yaml.safe_dump({**CLUSTER, "cores": options.cpus})
        (parent / "cluster.yaml").write_text(cluster, encoding="utf-8")
        environment = {**os.environ, "NEURAL_IMAGING_CLUSTER": str(parent / "cluster.yaml")}
        with tempfile.TemporaryDirectory() as state, Cluster(Path(state), options.cpus):
            ended = run(folder, options, environment)
        print(f"without SLURM: {kills.finish(undisturbed, options):.0f} s", flush=True)
        found, compared = kills.differences(undisturbed / "results", folder / "results")
        times = [resumed(folder, checkpoint) for checkpoint in ended]
        print(f"the ended trainings went on {times} times; {compared} tables and models compared")
        print(*(found or ["all are equal"]), sep="\n")
        if found or 0 in times or not compared:
            raise SystemExit(1)


if __name__ == "__main__":
    main()
