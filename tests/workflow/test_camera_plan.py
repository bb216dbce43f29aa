"""What jobs know of cameras, splits and what is kept apart."""

import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow"))

from planning import cameras, codecs, configuration, jobs  # noqa: E402

from neural_imaging.base.errors import UserError  # noqa: E402
from neural_imaging.study import overlay  # noqa: E402


@pytest.fixture
def demo():
    return overlay.complete(yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8")), {})


def _with_folder(config, folder):
    camera = {"source": "simulated", "profile": "D90", "scenes": {"folder": folder}, "train": 5, "validation": 2}
    config["cameras"]["simulated"] = camera
    return config


def test_no_more_scenes_of_a_folder_are_made_than_are_used(demo):
    assert jobs.scenes(_with_folder(demo, "pictures"), "simulated") == {"folder": "pictures", "count": 7}


def test_a_folder_of_scenes_that_is_not_there_is_named(demo, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=r"simulated\.scenes\.folder: no folder pictures"):
        configuration.check_files(_with_folder(demo, "pictures"))


def test_a_folder_of_scenes_may_be_gone_once_the_training_set_is_made(demo, folder):
    for name in demo["cameras"]:
        (folder / "results/data" / name).mkdir(parents=True)
        (folder / "results/data" / name / "images.csv").touch()
    configuration.check_files(_with_folder(demo, "pictures"))


def test_a_home_folder_may_be_written_as_a_tilde(demo):
    assert cameras.own_folder(_with_folder(demo, "~/pictures")["cameras"]["simulated"]) == str(Path.home() / "pictures")
    assert cameras.own_folder({"source": "folder", "path": "~/raw"}) == str(Path.home() / "raw")


def test_settings_of_the_split_reach_the_program(demo):
    assert cameras.data_settings(demo, "simulated")["validation_photographs"] == 14
    demo["cameras"]["mine"] = {"source": "folder", "path": ".", "train": 1, "validation": 1, "split_by": "folder"}
    assert cameras.data_settings(demo, "mine")["split_by"] == "folder"


def test_a_codec_s_pictures_are_kept_apart_from_what_its_studies_compare_on(demo):
    assert codecs.compared_on(demo, "demo") == ["simulated"]
    demo["codec_studies"] = {}
    assert codecs.compared_on(demo, "demo") == []
