"""The table of detection: lines of runs and of their means, from probabilities that must be those of the evaluation."""

import example_runs
import numpy as np
import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.study.grid import run_folder
from neural_imaging.tables import arrays, detection, detection_table, tables

GRID = {"camera": ["D90"], "isp": ["UNet"], "channel": ["jpeg50"], "lambda_isp": ["fan-only", 0.1], "run": [0, 1]}
FIRST = {**{key: values[0] for key, values in GRID.items()}, "lambda_codec": "none", "signature": "none"}


def values(point):
    return {"hits": 60 + 20 * (point["lambda_isp"] != "fan-only") + 4 * point["run"], "patches": 400}


@pytest.fixture
def root(tmp_path):
    example_runs.write(tmp_path, GRID, values)
    return tmp_path


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    example_runs.write(folder, GRID, values)
    return folder, *detection_table.table(folder, GRID)


def kept(root, point=FIRST):
    return arrays.read(run_folder(root, point) / "probabilities.npz", [])


def flat(probabilities):
    return probabilities.reshape(-1, 5), np.indices(probabilities.shape[:3])[1].ravel()


def test_a_line_is_a_run_and_one_without_a_number_is_the_mean_of_the_runs(made):
    folder, table, _ = made
    assert table["lambda_isp"].tolist() == ["fan-only"] * 3 + ["0.1"] * 3
    assert table["run"].isna().tolist() == [False, False, True] * 2
    assert table["runs"].tolist() == [1, 1, 2] * 2
    assert table["interval_over"].tolist() == ["photographs alone"] * 2 + ["runs and photographs"] + list(
        ["photographs alone"] * 2 + ["runs and photographs"]
    )
    expected = detection.measures(*flat(kept(folder)["whole_libjpeg"]))
    line = table.iloc[0]
    for name in (*detection.RANKED[:3], "calibration_error", "confidence_right", "confidence_wrong"):
        assert line[name] == pytest.approx(expected[name], abs=1e-9)
    for place, name in enumerate(example_runs.CLASSES):
        assert line[f"auc_{name}"] == pytest.approx(expected["class_auc"][place], abs=1e-9)
    for name in (*detection_table.MEASURES, "auc_sharpen", *detection_table.TEMPERATURES):
        if name != "tpr_at_0_1_percent":
            assert table[name][2] == pytest.approx(table[name][:2].mean())


def test_intervals_hold_the_value_and_a_rate_below_one_window_has_none(made):
    table = made[1]
    for name in detection_table.MEASURES:
        if name == "tpr_at_0_1_percent":
            assert table[name].isna().all()
            continue
        inside = (table[f"{name}_low"] <= table[name]) & (table[name] <= table[f"{name}_high"])
        assert inside.all(), name
        assert (table[f"{name}_low"] < table[f"{name}_high"]).all(), name


def test_curves_are_those_of_the_runs(made):
    _, table, curves = made
    line, own = table.iloc[2], curves[curves["lambda_isp"] == "fan-only"]
    roc = own[own["curve"] == "roc"]
    # 400 native windows: no false positive, then at least one.
    assert roc["x"].iloc[0] == 0
    assert roc["x"].iloc[1] >= 1 / 400
    assert roc["y"].is_monotonic_increasing
    at = roc.loc[np.isclose(roc["x"], 0.01), "y"].item()
    assert at == pytest.approx(line["tpr_at_1_percent"])
    reliability = own[own["curve"] == "reliability"]
    assert reliability["share"].sum() == pytest.approx(1)
    accuracy = (reliability["share"] * reliability["y"]).sum()
    assert accuracy == pytest.approx((60 + 64) / 2 / 400)


def test_the_page_has_a_line_a_grid_point(made, tmp_path):
    folder = made[0]
    detection_table.tabulate(root=folder, grid=GRID, output=tmp_path / "t.csv", curves=tmp_path / "c.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.csv", "t.csv", "t.html", "t.md", "t.tex"]
    lines = (tmp_path / "t.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 2 + 2
    assert lines[2].count("runs and photographs") == 1
    read = tables.read(tmp_path / "t.csv", ["auc", "run", "auc_jpeg"])
    assert len(read) == 6
    # The same evaluations give the same bytes.
    before = (tmp_path / "t.csv").read_bytes()
    detection_table.tabulate(root=folder, grid=GRID, output=tmp_path / "t.csv", curves=tmp_path / "c.csv")
    assert (tmp_path / "t.csv").read_bytes() == before


def changed(name, change):
    def damage(arrays_of):
        arrays_of[name] = change(arrays_of[name])

    return damage


@pytest.mark.parametrize(
    "damage",
    [
        changed("whole_libjpeg", lambda probabilities: probabilities[:, :, 1:]),
        changed("whole_libjpeg", lambda probabilities: probabilities[:, ::-1]),
        changed("whole_libjpeg", lambda probabilities: probabilities * np.nan),
        changed("whole_libjpeg", lambda probabilities: probabilities.astype(str)),
        changed("image", lambda names: names[::-1]),
        changed("classes", lambda names: names[::-1]),
    ],
    ids=["fewer windows", "other classes", "no numbers", "texts", "other photographs", "other names"],
)
def test_probabilities_of_another_evaluation_are_refused(root, damage):
    content = kept(root)
    damage(content)
    arrays.write(run_folder(root, FIRST) / "probabilities.npz", content)
    with pytest.raises(UserError, match=r"probabilities\.npz: not the probabilities of the evaluation beside it"):
        detection_table.table(root, GRID)


def test_missing_probabilities_are_named(root):
    (run_folder(root, FIRST) / "probabilities.npz").unlink()
    with pytest.raises(UserError, match=r"run~0/probabilities\.npz: no such file"):
        detection_table.table(root, GRID)


def test_runs_of_a_grid_point_must_have_the_same_windows(tmp_path):
    example_runs.write(tmp_path, GRID, lambda point: {"hits": 80, "patches": 200 + 200 * point["run"]})
    with pytest.raises(UserError, match="different photographs or windows"):
        detection_table.table(tmp_path, GRID)
