import csv
import json
import signal
import subprocess
import sys
import time

import pytest
from loopback import Web, photograph

import download_raw
import prepare_data

NAMES = [f"r{number:03d}t" for number in range(4)]


@pytest.fixture
def web(tmp_path, camera_file):
    with Web({f"{name}.NEF": photograph(tmp_path, camera_file, seed) for seed, name in enumerate(NAMES)}) as server:
        yield server


@pytest.fixture
def arguments(web, tmp_path):
    with (tmp_path / "RAISE.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerows([["File", "NEF", "Device"], *([name, web.url(f"{name}.NEF"), "Nikon D90"] for name in NAMES)])

    def build(**settings):
        text = json.dumps({"list": "RAISE.csv", "model": "Nikon D90", **settings})
        return ["--source", "raise", "--settings", text, "--output", "results/raw/D90"]

    return build


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def run(arguments, **options):
    command = [sys.executable, download_raw.__file__, *arguments]
    return subprocess.run(command, capture_output=True, text=True, **options)


def test_a_collection_becomes_a_training_set(arguments, tmp_path, capsys):
    download_raw.main(arguments(count=3))
    assert capsys.readouterr().out.startswith("results/raw/D90: 3 photographs, 0.")
    settings = json.dumps({"train": 2, "validation": 1})
    prepare_data.main(
        ["--source", "results/raw/D90", "--settings", settings, "--output", "results/data/D90/images.csv"]
    )
    with (tmp_path / "results/data/D90/images.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    *photographs, passed_over = rows
    taken = [(row["status"], row["cfa"], row["matrix_source"]) for row in photographs]
    assert taken == [("used", "GBRG", "cameras")] * 3
    assert (passed_over["status"], passed_over["image"]) == ("unused", "")
    assert passed_over["reason"]
    assert (tmp_path / "results/downloads/D90/downloads.csv").is_file()


def test_a_download_that_was_killed_goes_on(web, arguments, tmp_path):
    third = f"{NAMES[2]}.NEF"
    web.moods[third] = [("cut", 98_304), ("wait", 503, 60)]
    process = subprocess.Popen([sys.executable, download_raw.__file__, *arguments(count=4, connections=1)])
    started = time.monotonic()
    while web.ranges(third) != [None, "bytes=98304-"]:
        assert time.monotonic() - started < 60
        time.sleep(0.05)
    process.kill()
    process.wait()
    downloads = tmp_path / "results/downloads/D90"
    assert (downloads / f"{third}.part").stat().st_size == 98_304
    assert not (tmp_path / "results/raw/D90").exists()
    done = run(arguments(count=4, connections=1))
    assert done.returncode == 0, done.stderr
    assert [path for path, *_ in web.asked].count(f"{NAMES[0]}.NEF") == 1
    assert web.ranges(third)[-1] == "bytes=98304-"
    for name in NAMES:
        assert (tmp_path / f"results/raw/D90/{name}.NEF").read_bytes() == web.files[f"{name}.NEF"]
    assert web.sent == sum(map(len, web.files.values()))


def test_an_interrupt_ends_it_soon_and_quietly(web, arguments, tmp_path):
    web.moods[f"{NAMES[0]}.NEF"] = [("wait", 503, 60)]
    command = [sys.executable, download_raw.__file__, *arguments(count=1)]
    # Shells let jobs in the background ignore the interrupt, and children inherit that.
    heed = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # noqa: E731
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=heed)
    while not web.asked:
        time.sleep(0.05)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=40)
    assert process.returncode == 130
    assert "Traceback" not in errors


def test_what_is_missing_ends_with_one_line_and_exit_code_2(web, arguments):
    del web.files[f"{NAMES[1]}.NEF"]
    done = run(arguments(count=4))
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith(
        "download_raw.py: results/raw/D90: 4 photographs by Nikon D90 were asked for, 3 are here; 1 × not"
    )
    assert "results/downloads/D90/missing.csv" in line


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"list": "absent.csv"}, "absent.csv: no such list; the owners of RAISE hand it out at http"),
        ({"model": "Nikon D7000"}, "lists no photographs by Nikon D7000"),
        ({"modle": 1}, "unknown setting modle"),
        ({"count": "many"}, "count must be a whole number"),
    ],
)
def test_a_mistake_is_one_line(arguments, settings, message):
    done = run(arguments(**settings))
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert message in done.stderr


def test_a_full_disk_is_one_line(arguments):
    # Files of at most 64 blocks of 512 bytes, as a quota would have it.
    limited = ["bash", "-c", 'ulimit -f 64; trap "" XFSZ; exec "$0" "$@"', sys.executable, download_raw.__file__]
    done = subprocess.run([*limited, *arguments(count=1)], capture_output=True, text=True)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
    assert "cannot be written (File too large)" in done.stderr


def test_help_names_the_collections():
    assert "mit5k" in run(["--help"], check=True).stdout
