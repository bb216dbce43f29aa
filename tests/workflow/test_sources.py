"""Where a camera's photographs come from, and what makes them necessary anew."""

import os
import sys
import time
from pathlib import Path

import pytest
import yaml
from loopback import Web, photograph

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow"))

from planning import cameras  # noqa: E402

SETS = {"train": 2, "validation": 1}
RAISE = {"source": "raise", "list": "RAISE.csv", "model": "Nikon D90", "count": 3, **SETS}
MIT5K = {"source": "mit5k", "photos": ["1-700"], "model": "Canon EOS 5D", **SETS}
FOLDER = {"source": "folder", "path": "p", "model": "Nikon D90", "count": 9, "orientation": "any", **SETS}


def configuration(camera, landscape_only=True):
    return {"cameras": {"a": camera}, "data": {"seed": 1, "landscape_only": landscape_only}}


def test_a_folder_is_filtered_when_its_training_set_is_made():
    settings = cameras.data_settings(configuration(FOLDER), "a")
    assert settings == {**SETS, "seed": 1, "target": "manual", "orientation": "any", "model": "Nikon D90", "count": 9}


def test_a_collection_is_filtered_when_it_is_fetched():
    config = configuration(RAISE)
    assert cameras.data_settings(config, "a") == {**SETS, "seed": 1, "target": "manual", "orientation": "landscape"}
    assert cameras.download_settings(config, "a") == {
        "list": "RAISE.csv",
        "model": "Nikon D90",
        "count": 3,
        "orientation": "landscape",
    }


def test_pictures_are_as_large_as_the_patches_cut_from_them():
    camera = {"source": "pictures", "path": "p", "count": 9, **SETS}
    training, same = {"patch": 32, "validation_patch": 64}, {"protocol": "joint", "channels": ["jpeg50"]}
    config = {
        **configuration(camera),
        "isps": {"ONet": {"training": training}, "other": {"training": {"patch": 999}}},
        "protocols": {"joint": {"patch": 64, "flips": True}},
        "channels": {"jpeg50": {"downsampling": "pool", "factor": 2, "codec": "jpeg"}},
        "experiments": {
            name: {**same, "cameras": [camera], "isps": [isp], "examples": {"pipelines": []}}
            for name, camera, isp in (("one", "a", "ONet"), ("two", "b", "other"))
        },
    }
    settings = cameras.data_settings(config, "a")
    # The patch, a cell more where it is flipped, and 16 on each side for manipulations and the channel.
    smallest = 2 * (64 + 1 + 2 * 16)
    assert settings == {**SETS, "seed": 1, "orientation": "landscape", "count": 9, "smallest": smallest}


def test_portraits_come_where_landscapes_are_not_asked_for():
    assert cameras.download_settings(configuration(MIT5K, False), "a")["orientation"] == "any"


def test_what_is_known_of_a_camera_counts_for_that_camera(tmp_path):
    path = tmp_path / "cameras.yaml"
    entries = {"D90": {"name": "Nikon D90", "cfa": "GBRG"}, "EOS5D": {"name": "Canon EOS 5D", "cfa": "RGGB"}}
    path.write_text(yaml.safe_dump(entries))
    for camera, names in (
        (RAISE, ["D90"]),
        (MIT5K, ["EOS5D"]),
        ({"source": "simulated", "profile": "EOS5D"}, ["EOS5D"]),
        ({"source": "folder", "path": "p"}, []),
    ):
        assert list(cameras.known(configuration(camera), "a", path)) == names


@pytest.mark.parametrize("text", [None, "[", "just words", "- a"])
def test_a_file_of_cameras_that_cannot_be_read_stops_no_planning(tmp_path, text):
    if text:
        (tmp_path / "cameras.yaml").write_text(text)
    assert cameras.known(configuration(RAISE), "a", tmp_path / "cameras.yaml") == {}


@pytest.mark.parametrize("camera", [RAISE, MIT5K], ids=["raise", "mit5k"])
def test_photographs_of_a_collection_are_fetched_and_not_simulated(checkout, camera):
    config = checkout.configuration(lambda content: content["cameras"].update(simulated=camera))
    jobs = checkout.plan("data", config=config)
    assert jobs["download_raw"] == jobs["prepare_data"] == jobs["prepare_comparison_set"] == 1
    assert "simulate_raw" not in jobs


def test_the_papers_photographs_are_fetched(checkout):
    codecs = {"prepare_codec_data": 1, "prepare_comparison_set": 4}
    jobs = checkout.plan("data", config="config/paper.yaml")
    assert jobs == {"download_raw": 4, "prepare_data": 4, "prepare_pictures": 1, "data": 1, **codecs}


class TestAfterAChangeOfTheCameras:
    """Results of a simulated D90 are there."""

    def change(self, checkout, edit):
        path = checkout.folder / "resources/cameras.yaml"
        path.write_text(edit(path.read_text(encoding="utf-8")), encoding="utf-8")
        later = time.time() + 10
        os.utime(path, (later, later))

    def test_another_camera_reruns_nothing(self, finished):
        self.change(finished, lambda text: text + "\nX1:\n  name: Maker X1\n  cfa: RGGB\n")
        assert finished.plan() == {}

    def test_the_camera_s_own_entry_reruns_what_has_it(self, finished):
        self.change(finished, lambda text: text.replace("white: 3840", "white: 3839"))
        assert {"simulate_raw", "prepare_data", "train_isp"} <= finished.plan().keys()


@pytest.mark.slow
def test_a_collection_becomes_a_training_set(finished, camera_file, tmp_path):
    names = [f"r{number:03d}t" for number in range(4)]
    with Web({f"{name}.NEF": photograph(tmp_path, camera_file, seed) for seed, name in enumerate(names)}) as web:
        rows = [f"{name},{web.url(name)}.NEF,Nikon D90\n" for name in names]
        (finished.folder / "RAISE.csv").write_text("File,NEF,Device\n" + "".join(rows))
        config = finished.configuration(lambda content: content["cameras"].update(simulated=RAISE))
        done = finished.snakemake("--cores", "1", "--configfile", config, "--", "data")
        assert done.returncode == 0, done.stderr
        assert (finished.folder / "results/data/simulated/images.csv").is_file()
        # The folder that Snakemake declares may go; what was fetched is kept.
        asked = len(web.asked)
        done = finished.snakemake("--cores", "1", "--configfile", config, "-R", "download_raw", "--", "data")
        assert done.returncode == 0, done.stderr
        assert len(web.asked) == asked
    assert finished.plan("data", config=config) == {}
