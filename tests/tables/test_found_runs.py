"""Runs of a grid that is half finished: those that are there count, the others are named."""

import shutil

import example_runs
import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.tables import experiment, tables
from neural_imaging.tables.found_runs import FoundRuns

GRID = {"camera": ["D90"], "isp": ["UNet"], "channel": ["jpeg50"], "lambda_isp": ["fan-only", 0.1], "run": [0, 1, 2]}
CODED = {**GRID, "channel": ["jpeg10", "16c"], "lambda_codec": ["basic", 0.01], "learned": ["16c"], "run": [0]}
PLACE = "camera~D90/isp~UNet/channel~jpeg50"
ALONE = "lambda_codec~none/signature~none"


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "results/forensics/cvpr2019"
    example_runs.write(folder, GRID, lambda point: {"hits": 50 + 10 * point["run"]})
    return folder


def test_a_finished_grid_has_the_workflows_tables(root):
    found, whole = FoundRuns(root), tables.evaluations(root, GRID)
    assert found.notes == []
    assert tables.runs(found.evaluations()).equals(tables.runs(whole))
    assert tables.confusion(found.evaluations()).equals(tables.confusion(whole))
    assert found.progress().equals(tables.progress(root, GRID))


def test_what_is_missing_is_named_and_the_rest_counts(root, tmp_path):
    shutil.rmtree(root / PLACE / f"lambda_isp~0.1/{ALONE}/run~0")
    (root / PLACE / f"lambda_isp~0.1/{ALONE}/run~1/evaluation.json").write_text("{")
    (root / PLACE / f"lambda_isp~fan-only/{ALONE}/run~1/evaluation.json").unlink()
    trained = root / PLACE / f"lambda_isp~fan-only/{ALONE}/run~2"
    (trained / "evaluation.json").unlink()
    (trained / "model.keras").touch()
    checkpoint = tmp_path / "results/checkpoints/forensics/cvpr2019" / PLACE / f"lambda_isp~0.1/{ALONE}/run~3"
    checkpoint.mkdir(parents=True)
    for name in ("0123456789abcdef-000041-000000", "0123456789abcdef-000042-000003"):
        (checkpoint / f"neural-imaging-{name}.npz").touch()
    found = FoundRuns(root)
    assert [(row.lambda_isp, row.run) for row in tables.runs(found.evaluations()).itertuples()] == [
        ("fan-only", 0),
        ("0.1", 2),
    ]
    only, joint = found.notes
    assert only == (
        f"{PLACE}/lambda_isp~fan-only/{ALONE}: run 1 unfinished, run 2 trained, not evaluated, run 3 missing"
    )
    assert joint.startswith(f"{PLACE}/lambda_isp~0.1/{ALONE}: run 0 missing, run 1 not usable (evaluation.json: not a")
    assert joint.endswith(", run 3 in training (42 epochs done)")


def test_a_run_without_a_whole_training_is_left_out_of_all(root):
    (root / PLACE / f"lambda_isp~0.1/{ALONE}/run~1/training.csv").write_text("")
    found = FoundRuns(root)
    assert "run 1 not usable (training.csv: not a CSV table" in found.notes[-1]
    assert 1 not in found.progress().query("lambda_isp == '0.1'")["run"].tolist()


def test_only_runs_that_are_asked_for_are_looked_at(root):
    shutil.rmtree(root / PLACE / f"lambda_isp~0.1/{ALONE}/run~0")
    found = FoundRuns(root, {"lambda_isp": ["1e-1"], "run": ["1"]})
    assert tables.runs(found.evaluations())["accuracy"].tolist() == [0.6]
    assert found.notes == []


def test_channels_without_a_learned_codec_can_be_looked_at_alone(tmp_path):
    example_runs.write(tmp_path, CODED, lambda point: {})
    assert (
        tables.runs(FoundRuns(tmp_path).evaluations())["lambda_codec"].tolist() == ["basic", "0.01"] * 2 + ["none"] * 2
    )
    assert set(tables.runs(FoundRuns(tmp_path, {"channel": ["jpeg10"]}).evaluations())["lambda_codec"]) == {"none"}


def test_a_folder_without_finished_runs_is_refused(root, tmp_path):
    with pytest.raises(UserError, match="no such folder"):
        FoundRuns(tmp_path / "nothing")
    with pytest.raises(UserError, match="has no runs"):
        FoundRuns(tmp_path)
    with pytest.raises(UserError, match=r"lambda_isp 3\.0: there is no such run; there are fan-only, 0\.1"):
        FoundRuns(root, {"lambda_isp": ["3"]})
    (root / PLACE / f"lambda_isp~0.1/{ALONE}/run~1/evaluation.json").unlink()
    with pytest.raises(UserError, match="none of these runs is finished"):
        FoundRuns(root, {"lambda_isp": ["0.1"], "run": ["1"]}).evaluations()


def test_folders_of_other_names_are_passed_over(root):
    (root / PLACE / "lambda_isp~many/run~0").mkdir(parents=True)
    (root / PLACE / f"lambda_isp~0.1/{ALONE}/run~first").mkdir()
    (root / "notes/b~c/d~e/f~g/run~1").mkdir(parents=True)
    assert len(tables.runs(FoundRuns(root).evaluations())) == 6


def test_a_matrix_has_percent_of_each_true_class(root):
    evaluations = FoundRuns(root, {"run": ["0"]}).evaluations()
    headings, lines = next(experiment.matrices(evaluations, "differentiable", lambda *table: table))[1]
    assert headings == ["true class", *example_runs.CLASSES]
    assert lines[1] == ["sharpen", "12.5", "50.0", "12.5", "12.5", "12.5"]
