import argparse
import os
import runpy
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from neural_imaging.base import command_line
from neural_imaging.base.errors import UserError

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
PROGRAMS = sorted(path.stem for path in SCRIPTS.glob("*.py") if path.stem != "library_path")


def ends(main, capsys):
    with pytest.raises(SystemExit) as ended:
        command_line.run(main)
    assert ended.value.code == 2
    return capsys.readouterr().err


def test_a_folder_in_the_place_of_a_file_ends_with_one_line(tmp_path, capsys):
    assert ends(tmp_path.read_text, capsys).endswith(f"{tmp_path}: Is a directory\n")


def test_keras_adds_nothing_to_the_message_of_a_mistake(capsys):
    def main():
        import numpy as np

        from neural_imaging import models

        models.create("UNet", n_steps=3, n_filters=2)(np.zeros((1, 18, 18, 4), np.float32))

    line = ends(main, capsys)
    assert line.count("\n") == 1
    assert line.endswith("a UNet of 3 steps takes Bayer stacks whose sides are multiples of 4, not 18 × 18\n")


def test_settings_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    with pytest.raises(UserError, match="not a text file"):
        command_line.settings(str(tmp_path / "picture.png"))


@pytest.mark.parametrize("text", ["-1", "0", "1.5", "two", ""])
def test_a_number_of_threads_is_at_least_one(text):
    with pytest.raises(argparse.ArgumentTypeError, match="at least 1"):
        command_line.count(text)


def test_a_file_in_the_place_of_a_folder_is_refused(tmp_path):
    (tmp_path / "notes").write_text("")
    assert command_line.folder(str(tmp_path)) == tmp_path
    assert command_line.folder(str(tmp_path / "new" / "one")) == tmp_path / "new" / "one"
    for text in (tmp_path / "notes", tmp_path / "notes" / "one"):
        with pytest.raises(argparse.ArgumentTypeError, match="notes is a file, not a folder"):
            command_line.folder(str(text))


def test_a_seed_is_not_negative():
    assert command_line.seed("0") == 0
    with pytest.raises(argparse.ArgumentTypeError, match="at least 0"):
        command_line.seed("-1")


def test_two_outputs_are_not_the_same_file(tmp_path):
    first, second = tmp_path / "a.csv", tmp_path / "b" / ".." / "a.csv"
    command_line.outputs(("--output", first, ".csv"), ("--summary", None, ".csv"))
    with pytest.raises(UserError, match=r"--summary .*a\.csv: is also the file of --output; name another"):
        command_line.outputs(("--output", first, ".csv"), ("--summary", second, ".csv", ".md"))


# Of an installation there is one, so its check needs no arguments.
@pytest.mark.parametrize("program", [program for program in PROGRAMS if program != "self_check"])
def test_every_program_refuses_missing_arguments_in_one_line(program, capsys):
    # By its path: a test module has the name of a program.
    module = runpy.run_path(str(SCRIPTS / f"{program}.py"))
    parse = module["l3ic"].parse_arguments if program == "l3ic" else module["parse_arguments"]
    with pytest.raises(SystemExit) as ended:
        parse([])
    assert ended.value.code == 2
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    assert "the following arguments are required: " in line


def test_a_wrong_argument_is_named_in_one_line(capsys):
    parser = command_line.Parser(prog="program.py")
    parser.add_argument("--threads", type=command_line.count)
    with pytest.raises(SystemExit):
        parser.parse_args(["--threads", "two"])
    line = capsys.readouterr().err
    assert line.startswith("program.py: argument --threads: 'two' is not a whole number of at least 1")
    assert line.count("\n") == 1


@pytest.mark.parametrize(("option", "says"), [("--output", False), ("--summary", False), ("--output", True)])
def test_a_program_that_succeeds_says_what_it_has_made(tmp_path, capsys, option, says):
    def main():
        parser = command_line.Parser()
        parser.add_argument(option, type=Path)
        made = vars(parser.parse_args([option, str(tmp_path / "a.csv")]))[option[2:]]
        made.write_text("a")

    command_line.run(main, says)
    assert capsys.readouterr().err == ("" if says else f"done: {tmp_path / 'a.csv'}\n")
    command_line.run(lambda: None)  # What another program was asked for is not its own.
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux, which tells when a process ends")
@pytest.mark.parametrize("interrupt", [signal.SIG_DFL, signal.SIG_IGN], ids=["foreground", "background"])
def test_a_program_ends_with_the_workflow_that_started_it(tmp_path, interrupt):
    """Scripts start programs in the background with SIGINT ignored."""
    script = (
        "import pathlib, time\n"
        "from neural_imaging.base import command_line, files\n"
        "def main():\n"
        "    with files.atomic('result.txt'):\n"
        "        pathlib.Path('started').touch()\n"
        "        time.sleep(60)\n"
        "command_line.run(main)\n"
    )
    workflow = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    environment = {**os.environ, command_line.PARENT: str(workflow.pid), "PYTHONPATH": str(SCRIPTS.parent / "lib")}
    program = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=environment,
        preexec_fn=lambda: signal.signal(signal.SIGINT, interrupt),
    )
    while not (tmp_path / "started").exists():
        time.sleep(0.05)
    workflow.kill()
    workflow.wait()
    assert program.wait(timeout=30) == 130
    assert [path.name for path in tmp_path.iterdir()] == ["started"]


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_a_program_that_is_asked_to_end_waits_for_no_thread(tmp_path, asked):
    """TensorFlow's reader of batches waits for Python, and Python's end would wait for it."""
    script = (
        "import pathlib, threading, time\n"
        "from neural_imaging.base import command_line, files\n"
        "def main():\n"
        "    threading.Thread(target=time.sleep, args=[600]).start()\n"
        "    with files.atomic('result.txt'):\n"
        "        pathlib.Path('started').touch()\n"
        "        time.sleep(600)\n"
        "command_line.run(main)\n"
    )
    program = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(SCRIPTS.parent / "lib")},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    while not (tmp_path / "started").exists():
        time.sleep(0.05)
    program.send_signal(asked)
    assert program.wait(timeout=60) == 128 + asked
    assert [path.name for path in tmp_path.iterdir()] == ["started"]
