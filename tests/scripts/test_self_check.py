"""The check of an installation: what it finds to be wrong, and that it can find it."""

import json
import subprocess
import sys

import keras
import pytest

import self_check as program
from neural_imaging.base.errors import UserError
from neural_imaging.training import self_check


def quick(broken=False):
    """Checks that take no time; one of them fails where a test says so."""

    def fail():
        print("a program's own words")
        if broken:
            raise OSError("no such\nlibrary")
        return {"psnr": 30.0}

    return lambda *_: {"UNet": lambda: {"last loss": 100.0}, "JPEG": fail}


@pytest.fixture
def stored(tmp_path, monkeypatch):
    """A file of numbers as a run of these checks stores them."""
    monkeypatch.setattr(self_check, "checks", quick())
    # TensorFlow takes no other number of threads once a test before this one has used it.
    monkeypatch.setattr(program.runtime, "configure", lambda **_: None)
    program.main(["--write", "--expected", str(tmp_path / "stored.json")])
    return tmp_path / "stored.json"


def _change(path, change):
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def test_a_sane_installation_has_a_line_a_check(stored, capsys):
    capsys.readouterr()
    program.main(["--expected", str(stored)])
    told = capsys.readouterr().out
    assert f"keras               {keras.__version__}" in told
    assert "graphics card" in told
    assert "JPEG 2000" in told
    assert [line.split()[:2] for line in told.splitlines()[-3:-1]] == [["ok", "UNet"], ["ok", "JPEG"]]
    assert "2 of 2 checks are ok" in told
    assert "own words" not in told


@pytest.mark.parametrize("loss", [94.0, 106.0])
def test_a_number_that_is_off_is_named(stored, loss, capsys):
    _change(stored, lambda content: content["checks"]["UNet"].update({"last loss": loss}))
    with pytest.raises(SystemExit) as ended:
        program.main(["--expected", str(stored)])
    assert ended.value.code == 1
    told = capsys.readouterr()
    assert f"last loss is 100, and should be {loss:g} ±" in told.out
    assert told.err.endswith("wrong: UNet\n")


def test_what_fails_is_said_in_its_line_and_the_others_go_on(stored, monkeypatch, capsys):
    monkeypatch.setattr(self_check, "checks", quick(broken=True))
    with pytest.raises(SystemExit):
        program.main(["--expected", str(stored)])
    assert "WRONG JPEG                OSError: no such library" in capsys.readouterr().out


def test_nothing_is_stored_of_an_installation_that_is_wrong(stored, monkeypatch, tmp_path):
    monkeypatch.setattr(self_check, "checks", quick(broken=True))
    with pytest.raises(SystemExit):
        program.main(["--write", "--expected", str(tmp_path / "other.json")])
    assert not (tmp_path / "other.json").exists()


def test_numbers_of_another_backend_are_not_compared(stored, capsys):
    _change(stored, lambda content: content.update(backend="other", checks={}))
    program.main(["--expected", str(stored)])
    assert "stored for other" in capsys.readouterr().out


def test_numbers_are_stored_for_every_check_of_the_project(tmp_path):
    _, stored = self_check.read(program.RESOURCES / "self_check.json")
    assert list(stored) == sorted(self_check.checks(tmp_path, None))
    for numbers in stored.values():
        assert self_check.fault(numbers, numbers) is None
        assert {name.split()[-1] for name in numbers} <= set(self_check.TOLERANCES)


@pytest.mark.parametrize("content", ["{}", "[]"])
def test_numbers_that_are_none_are_refused(tmp_path, content):
    (tmp_path / "other.json").write_text(content)
    with pytest.raises(UserError, match=r"other\.json: not stored by self_check"):
        self_check.read(tmp_path / "other.json")


@pytest.mark.slow
def test_this_installation_is_sane():
    # In a process of its own: threads cannot be set any more where TensorFlow is at work.
    command = [sys.executable, program.__file__]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert "4 of 4 checks are ok" in done.stdout, done.stdout + done.stderr
