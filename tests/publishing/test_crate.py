"""A study as a research object: every record is an action, every file that it names is there, and an archive of it."""

import datetime
import json
import shutil
import zipfile
from pathlib import Path

import example_runs
import pytest
from finished_study import COMMIT, SUBJECTS

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.publishing import crate, deposit

ABOUT = {"name": "A study", "license": "https://spdx.org/licenses/CC-BY-4.0", "creators": ["Doe, Jane"]}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """The parts of the checkout that a crate takes, without what is large."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in crate.CODE:
        (folder / name).mkdir() if name.endswith("/") else shutil.copy(example_runs.ROOT / name, folder)
    for path in (*(example_runs.ROOT / "scripts").glob("*.py"), example_runs.ROOT / "workflow/Snakefile"):
        shutil.copy(path, folder / path.parent.name)
    return folder


@pytest.fixture(scope="module")
def study(results, checkout, tmp_path_factory):
    """The crate of the small study."""
    output, mine = tmp_path_factory.mktemp("crate") / "crate", results.parent / "my.yaml"
    mine.write_text("cameras: {}\n", encoding="utf-8")
    crate.write(results, output, checkout, SUBJECTS, ABOUT, mine, "9.0")
    return output


@pytest.fixture(scope="module")
def entities(study):
    content = json.loads((study / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    found = {entity["@id"]: entity for entity in content["@graph"]}
    assert len(found) == len(content["@graph"])
    return found


def _types(entity):
    return [entity["@type"]] if isinstance(entity["@type"], str) else entity["@type"]


def _references(value):
    if isinstance(value, dict):
        return [value["@id"]]
    return [reference for each in value for reference in _references(each)] if isinstance(value, list) else []


def test_every_file_of_the_crate_is_there_and_every_reference_leads_to_an_entity(study, entities):
    for entity in entities.values():
        if "File" in _types(entity):
            assert (study / entity["@id"]).stat().st_size == int(entity["contentSize"])
        for key, value in entity.items():
            if key not in ("conformsTo", "@id"):
                assert set(_references(value)) <= set(entities), entity["@id"]


def _action_of(entities, path):
    actions = [entity for entity in entities.values() if "CreateAction" in _types(entity) and entity["@id"] != "#run"]
    (action,) = (entity for entity in actions if path in _references(entity["result"]))
    return action


def test_a_record_is_an_action_with_its_program_settings_inputs_and_times(results, entities):
    path = next(results.rglob("lambda_isp~0.1/**/run~1/record.json")).relative_to(results.parent).as_posix()
    action = _action_of(entities, path)
    assert action["instrument"] == {"@id": "scripts/train_forensics.py"}
    assert str(Path(path).with_name("model.keras")) in _references(action["result"])
    assert "results/data/D90/images.csv" in _references(action["object"])
    values = {entities[each]["name"]: entities[each].get("value") for each in _references(action["object"])}
    assert json.loads(values["settings"]) == {"windows": 2}
    assert values["seed"] == "101"
    assert COMMIT in action["description"]
    started, ended = (datetime.datetime.fromisoformat(action[key]) for key in ("startTime", "endTime"))
    assert (ended - started).total_seconds() == pytest.approx(90, abs=1)


def test_an_input_that_is_not_in_the_crate_is_named_with_its_hash(entities, results):
    path = results / "profiles/kodak/jpeg.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    assert record["inputs"], "the profile of this study has a picture as input"
    action = _action_of(entities, "results/profiles/kodak/jpeg.json")
    ((name, digest),) = record["inputs"].items()
    assert entities[f"#sha256-{digest}"]["name"] == name
    assert f"#sha256-{digest}" in _references(action["object"])


def test_tables_and_figures_are_what_the_run_made(entities):
    made = set(_references(entities["#run"]["result"]))
    assert {
        "results/tables/cvpr2019.csv",
        "results/tables/headline.csv",
        "results/figures/cvpr2019/pipelines.png",
    } <= made
    used = set(_references(_action_of(entities, "results/tables/cvpr2019.csv")["object"]))
    assert sum(path.endswith("evaluation.json") for path in used) == 6
    assert "configuration/my.yaml" in _references(entities["#run"]["object"])


def test_photographs_are_left_out(study):
    assert list((study / "results/data/D90").iterdir()) == [study / "results/data/D90/images.csv"]


def test_a_deposit_has_every_file_and_what_zenodo_asks(study, tmp_path):
    count, size = deposit.write(study, tmp_path / "study.zip", ["arXiv:1812.01516"])
    with zipfile.ZipFile(tmp_path / "study.zip") as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == sorted(
            path.relative_to(study).as_posix() for path in study.rglob("*") if path.is_file()
        )
        assert len(archive.namelist()) == count
    assert size == (tmp_path / "study.zip").stat().st_size
    told = files.read_json(tmp_path / "study.json")["metadata"]
    assert told["creators"] == [{"name": "Doe, Jane"}]
    assert (told["title"], told["license"], told["version"]) == ("A study", "cc-by-4.0", COMMIT)
    assert told["related_identifiers"][0]["identifier"] == "arXiv:1812.01516"


def test_the_same_crate_gives_the_same_archive(study, tmp_path):
    for name in ("a.zip", "b.zip"):
        deposit.write(study, tmp_path / name)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_what_is_no_crate_is_refused(results, checkout, tmp_path):
    with pytest.raises(UserError, match="is no crate; make crate makes one"):
        deposit.write(tmp_path / "none", tmp_path / "a.zip")
    (tmp_path / "mine.txt").touch()
    with pytest.raises(UserError, match="is not empty, and no crate is in it"):
        crate.write(results, tmp_path, checkout, SUBJECTS, ABOUT)
