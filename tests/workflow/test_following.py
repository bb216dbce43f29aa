"""What a run tells while it is under way and at its end, on a terminal and in a log."""

import contextlib
import importlib.util
import io
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import yte

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow"))

from planning import closing, following, headline, remaining  # noqa: E402

RAW = "results/raw/simulated"
# In the place of the program that simulates photographs: works a while, and fails.
BROKEN = 'import sys, time\n\nprint("first line", flush=True)\ntime.sleep(5)\nsys.exit("the disk is full")\n'


def _job(rule, **more):
    return remaining.Job(rule, **{"asked": 10, **more})


class TestTimeLeft:
    def test_is_not_told_before_a_job_of_the_kind_has_told_its_own(self):
        prepared = _job("prepare_data", started=0, ended=5)
        assert remaining.seconds([prepared, _job("train_isp")], 5, 2) is None
        assert remaining.seconds([_job("tabulate_isps")], 5, 2) is None

    def test_is_that_of_jobs_of_the_rule_in_proportion_to_what_they_ask_for(self):
        jobs = [_job("train_isp", started=0, ended=30), _job("train_isp", asked=40)]
        assert remaining.seconds(jobs, 30, 1) == 120

    def test_takes_other_jobs_for_a_rule_that_has_none_yet(self):
        jobs = [_job("prepare_data", started=0, ended=6), _job("plot", asked=5)]
        assert remaining.seconds(jobs, 6, 1) == 3

    def test_trusts_a_training_s_own_pace(self):
        running = _job("train_isp", started=10, expected=50)
        assert remaining.seconds([running], 20, 2) == 40
        # The next one is as long; after it nothing is left for the second processor.
        assert remaining.seconds([running, _job("train_isp")], 20, 2) == 50

    def test_counts_processors_and_cards(self):
        done, waiting = _job("train_isp", started=0, ended=60, threads=2, gpus=1), _job("train_isp", threads=2, gpus=1)
        jobs = [done, waiting, waiting]
        assert remaining.seconds(jobs, 60, cores=4, gpus=2) == 60
        assert remaining.seconds(jobs, 60, cores=4, gpus=1) == 120
        # A job has no more threads than there are processors.
        assert remaining.seconds(jobs, 60, cores=1, gpus=2) == 120

    def test_targets_take_none(self):
        assert remaining.seconds([_job("all", asked=0)], 0, 1) == 0

    def test_is_told_in_words(self):
        times = (20, 61, 3600, 7200)
        expected = ["less than a minute", "about 2 minutes", "about 60 minutes", "about 2.0 hours"]
        assert [remaining.words(time) for time in times] == expected


class TestValidations:
    @pytest.fixture
    def path(self, tmp_path):
        path = tmp_path / "run~0.log"
        path.write_text("INet for D90: epoch 9 of 10: accuracy 0.9\n", encoding="utf-8")
        os.utime(path, ns=(1, 1))
        return path

    def test_the_last_whole_line_counts(self, path):
        log = following.Log(path, started=100)
        path.write_text("start\nINet for D90: epoch 2 of 10: accuracy 0.5\nINet for D90: epoch 4 of 10: acc")
        log.look(110)
        assert log.validation == "INet for D90: epoch 2 of 10: accuracy 0.5"
        assert log.expected == 50
        with path.open("a") as file:
            file.write("uracy 0.75\n")
        log.look(130)
        assert log.validation.endswith("epoch 4 of 10: accuracy 0.75")
        # 30 s are over, and the last two epochs took 10 s each.
        assert log.expected == 30 + 6 * 10

    def test_accuracy_stands_first(self, path):
        log = following.Log(path, started=100)
        path.write_text("fan-only, run 0: epoch 1 of 2: loss 1.6, psnr 30, accuracy 0.5\n", encoding="utf-8")
        log.look(110)
        assert log.validation == "fan-only, run 0: epoch 1 of 2: accuracy 0.5, loss 1.6, psnr 30"

    def test_the_log_of_an_earlier_try_says_nothing(self, path):
        log = following.Log(path, started=100)
        log.look(110)
        assert log.validation is None
        following.Log(path.with_name("none.log"), started=100).look(110)

    def test_a_training_that_goes_on_from_a_checkpoint_is_not_taken_for_a_fast_one(self, path):
        log = following.Log(path, started=100)
        path.write_text("fan-only, run 0: epoch 50 of 60: accuracy 0.5\n")
        log.look(110)
        with path.open("a") as file:
            file.write("fan-only, run 0: epoch 55 of 60: accuracy 0.6\n")
        log.look(160)
        assert log.expected == 60 + 50


def _dag(*files):
    for file in files:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        Path(file).touch()
    return SimpleNamespace(targetjobs=[SimpleNamespace(input=files, output=[])], targetfiles=set())


class TestTheEnd:
    def test_has_the_headline_and_the_figure_to_open_first(self, folder):
        Path(headline.LINES).parent.mkdir(parents=True)
        Path(headline.LINES).write_text("a gain\na cost\n", encoding="utf-8")
        figures = [f"results/figures/{name}.pdf" for name in ("a/system", "b/whole_and_patchwise")]
        assert closing.success(_dag(headline.TABLE, *figures)) == [
            f"Headline ({headline.TABLE}):",
            "  a gain",
            "  a cost",
            "Open first:",
            "  results/figures/b/whole_and_patchwise.pdf",
            "Tables:",
            f"  {headline.TABLE}",
            "Figures:",
            *(f"  {figure}" for figure in figures),
        ]

    def test_has_no_headline_that_was_not_asked_for(self, folder):
        Path(headline.LINES).parent.mkdir(parents=True)
        Path(headline.LINES).write_text("a gain\n", encoding="utf-8")
        figure = "results/figures/a/system.pdf"
        assert closing.success(_dag(figure)) == ["Open first:", f"  {figure}", "Figures:", f"  {figure}"]
        assert closing.success(_dag("results/data/simulated/images.csv")) == []

    def test_counts_many_files_by_folder(self, folder):
        figures = [f"results/figures/{name}/{number}.pdf" for name in "ab" for number in range(7)]
        lines = closing.success(_dag(*figures))
        assert lines[-3:] == ["Figures:", "  7 in results/figures/a/", "  7 in results/figures/b/"]

    def test_tells_the_last_lines_of_failed_jobs_and_how_to_go_on(self, folder):
        Path("long.log").write_text("".join(f"line {number}\n" for number in range(2000)), encoding="utf-8")
        failed = [("train_isp", ["long.log"]), ("plot", ["none.log"]), ("mine", [])]
        lines = closing.failure(failed, [".venv/bin/snakemake", "--cores", "2", "--config", "a=b c"])
        assert lines[:7] == [
            "3 jobs failed:",
            "  train_isp, at the end of long.log:",
            *(f"    line {number}" for number in range(1995, 2000)),
        ]
        assert lines[7:9] == ["  plot, at the end of none.log:", "    (cannot be read: No such file or directory)"]
        assert lines[9] == "  mine, which has no log"
        assert "  .venv/bin/snakemake --cores 2 --config 'a=b c'" in lines

    def test_of_many_failed_jobs_tells_some_and_where_the_others_are(self):
        lines = closing.failure([("mine", [])] * 40, ["/lib/snakemake/__main__.py", "--cores", "2"])
        assert len(lines) < 12
        assert "  and 35 more; all logs are in results/logs/" in lines
        assert "  python -m snakemake --cores 2" in lines

    def test_of_a_run_that_was_stopped_says_no_more_than_that(self):
        stopped, how, command = closing.failure([], ["snakemake", "--cores", "2"])
        assert stopped == "The run was stopped."
        assert "goes on from here" in how
        assert command == "  snakemake --cores 2"


class _Terminal(io.StringIO):
    def isatty(self):
        return True


class TestBars:
    """The default profile chooses them; profiles/slurm does not."""

    @pytest.fixture
    def logger(self, monkeypatch):
        """The logger that the profile chooses for a command."""

        def logger(command, stream=_Terminal, installed=True):
            with monkeypatch.context() as patch:
                patch.setattr(sys, "argv", ["snakemake", *command.split()])
                patch.setattr(sys, "stdout", stream())
                patch.setattr(sys, "stderr", stream())
                patch.setenv("TERM", "xterm")
                patch.setattr(importlib.util, "find_spec", lambda name: installed or None)
                with (ROOT / "profiles/default/config.yaml").open(encoding="utf-8") as file:
                    return yte.process_yaml(file, require_use_yte=True).get("logger")

        return logger

    @pytest.mark.parametrize(
        "command", ["--cores 2", "-c2 cvpr2019", "--cores 2 --quiet host reason", "-j 2 -F --configfile my-n.yaml"]
    )
    def test_are_for_runs_on_a_terminal(self, logger, command):
        assert logger(command) == ["rich"]
        assert logger(command, stream=io.StringIO) is None
        assert logger(command, installed=False) is None

    @pytest.mark.parametrize(
        "command",
        [
            *("-n", "-np --cores 2", "-c2 --dry-run", "--lint", "--list", "--summary", "--detailed-summary", "--dag"),
            *("--report a.html", "-c2 --quiet", "-c2 -q all", "-c2 --quiet progress"),
        ],
    )
    def test_are_not_for_plans_and_lists_and_not_where_quiet_is_asked_for(self, logger, command):
        assert logger(command) is None


@pytest.fixture(scope="module")
def broken(new_checkout):
    """A copy in which no photographs can be simulated."""
    checkout = new_checkout("broken")
    (checkout.folder / "scripts/simulate_raw.py").write_text(BROKEN, encoding="utf-8")
    return checkout


def _options(*more):
    return ["--cores", "1", "--configfile", "config/smoke.yaml", *more, "--", RAW]


@pytest.mark.slow
class TestRun:
    def test_that_fails_ends_with_the_lines_of_its_log_and_the_command(self, broken):
        done = broken.snakemake(*_options("--quiet", "host", "reason"))
        assert done.returncode == 1
        told = done.stderr[done.stderr.index("1 job failed:") :]
        log = "results/logs/simulate_raw/simulated.log"
        assert f"  simulate_raw, at the end of {log}:\n    first line\n    the disk is full\n" in told
        assert "the same command goes on from here" in told
        assert f"  python -m snakemake {' '.join(_options('--quiet', 'host', 'reason'))}\n" in told

    def test_on_a_terminal_shows_bars_jobs_and_what_failed(self, broken):
        pytest.importorskip("snakemake_logger_plugin_rich", reason="needs the logger of requirements.txt")
        reader, terminal = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-m", "snakemake", *_options()],
            cwd=broken.folder,
            env={**os.environ, "TERM": "xterm", "COLUMNS": "110", "LINES": "40"},
            stdin=subprocess.DEVNULL,
            stdout=terminal,
            stderr=terminal,
        )
        os.close(terminal)
        shown = b""
        # On Linux a terminal that nobody writes to any more is an error.
        with open(reader, "rb", buffering=0) as file, contextlib.suppress(OSError):
            while part := file.read(65536):
                shown += part
        assert process.wait(60) == 1
        text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode("utf-8"))
        assert "0 of 1 jobs done, 1 running" in text
        assert "Total Progress" in text
        assert "the same command goes on from here" in text
        assert "Traceback" not in text

    def test_that_succeeds_ends_with_the_headline(self, finished):
        (finished.folder / headline.LINES).write_text("what was gained\n", encoding="utf-8")
        done = finished.snakemake("--touch", "--cores", "1", "--configfile", "config/smoke.yaml", "-R", "all")
        assert done.returncode == 0, done.stderr
        assert f"Headline ({headline.TABLE}):\n  what was gained\n" in done.stdout
        assert "Open first:\n  results/figures/cvpr2019/whole_and_patchwise.pdf\n" in done.stdout
