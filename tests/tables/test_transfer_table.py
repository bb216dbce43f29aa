"""The table of transfer: a line a run and set, and for readers a line a grid point and set."""

import json

import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.study import grid
from neural_imaging.tables import transfer_table

GRID = {
    "camera": ["D90"],
    "isp": ["DNet"],
    "channel": ["jpeg50-alone", "16c"],
    "lambda_isp": ["fan-only"],
    "run": [0, 1],
    "lambda_codec": ["basic", 0.01],
    "learned": ["16c"],
}
TRAINED = [{"trained_on": "raw", "protocol": "iclr2020", "grid": GRID}]


def result(accuracy, pictures=3):
    """Of ten windows a picture and class; the first picture has one more named right than the second, and so on."""
    hits = [[10 * accuracy + 1 - place] * 2 for place in range(pictures)]
    return {"accuracy": accuracy, "confusion": [[1, 1], [1, 1]], "hits": hits, "trials": 10}


@pytest.fixture
def made(tmp_path):
    """Tests and evaluations of every run; run 1 is right more often, and with the real codec all are less often."""
    for point in grid.points(GRID):
        coded = point["lambda_codec"] != "none"
        real = "bitstream" if coded else "libjpeg"
        accuracy = 0.5 + 0.1 * point["run"]
        content = {"real_codec": real, "classes": ["native", "jpeg"], "optimised": [], "sets": []}
        for name in ("kodak", "clic"):
            codecs = {"differentiable": result(accuracy), real: result(accuracy - 0.2)}
            content["sets"].append(
                {"name": name, "source": name, "pictures": 3, "windows": 10, "refused": [], **codecs}
            )
        for root, file, text in (
            ("tests", "test.json", content),
            ("evaluations", "evaluation.json", {"whole": {"differentiable": {"accuracy": 0.8}}}),
        ):
            folder = grid.run_folder(tmp_path / root / "iclr2020", point)
            folder.mkdir(parents=True)
            (folder / file).write_text(json.dumps(text), encoding="utf-8")
    return tmp_path


def table(made, trained=TRAINED):
    return transfer_table.table(trained, made / "tests", made / "evaluations")


def test_each_run_has_a_line_for_each_set(made):
    found = table(made)
    # JPEG, and the codec with two weights; two runs, two sets.
    assert len(found) == 3 * 2 * 2
    assert list(found.columns) == transfer_table.COLUMNS
    line = found[(found["channel"] == "16c") & (found["run"] == 1) & (found["tested_on"] == "clic")].iloc[-1]
    assert (line["trained_on"], line["protocol"], line["lambda_codec"], line["windows"]) == (
        "raw",
        "iclr2020",
        "0.01",
        10,
    )
    assert line["accuracy"] == pytest.approx(0.6)
    assert line["accuracy_libjpeg"] == pytest.approx(0.4)
    assert 0 <= line["accuracy_libjpeg_low"] < 0.4 < line["accuracy_libjpeg_high"] < 1
    assert line["accuracy_own"] == pytest.approx(0.8)


def test_readers_get_means_and_spreads_over_runs(made):
    headings, lines = transfer_table.cells(table(made))
    assert len(lines) == 3 * 2
    first = dict(zip(headings, lines[0], strict=True))
    assert (first["Trained on"], first["Tested on"], first["Runs"]) == ("raw", "kodak", "2")
    # 50 and 60.
    assert first["Accuracy (%)"] == "55.0 ± 7.1"
    assert first["Accuracy, real codec (%)"] == "35.0 ± 7.1"
    assert first["Own (%)"] == "80.0 ± 0.0"


def test_runs_whose_camera_was_optimised_are_marked(made):
    assert "Optimised" not in transfer_table.cells(table(made))[0]
    path = next((made / "tests").rglob("channel~jpeg50-alone/**/test.json"))
    path.write_text(path.read_text(encoding="utf-8").replace('"optimised": []', '"optimised": ["isp", "signature"]'))
    assert (table(made)["optimised"] == "isp and signature").sum() == 2
    headings, lines = transfer_table.cells(table(made))
    marked = [line[headings.index("Optimised")] for line in lines]
    assert sorted(set(marked)) == ["isp and signature", "none"]


def test_a_test_that_is_not_there_is_named(made):
    trained = [{**TRAINED[0], "grid": {**GRID, "run": [2]}}]
    with pytest.raises(UserError, match=r"run~2/test.json: no such file"):
        table(made, trained)


def test_a_test_that_is_none_is_named(made):
    path = next((made / "tests").rglob("test.json"))
    path.write_text(json.dumps({"sets": []}), encoding="utf-8")
    with pytest.raises(UserError, match="not a test of a forensic network"):
        table(made)


def test_a_single_picture_has_an_accuracy_without_an_interval():
    tested = {"name": "mine", "pictures": 1, "windows": 10, "refused": []}
    tested |= {"differentiable": result(0.5, pictures=1), "libjpeg": result(0.4, pictures=1)}
    content = {"real_codec": "libjpeg", "classes": ["native", "jpeg"], "optimised": [], "sets": [tested]}
    assert "| 50.0 |" in " ".join(transfer_table.described(content).split())
