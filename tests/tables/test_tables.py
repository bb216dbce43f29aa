import json
import math

import example_runs
import pandas as pd
import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.study.grid import run_folder
from neural_imaging.tables import summaries, tables, typeset

GRID = {
    "camera": ["D90"],
    "isp": ["UNet"],
    "channel": ["jpeg50"],
    "lambda_isp": [0.001, "fan-only", 0.1],
    "run": [0, 1, 2],
}
FIRST = {"lambda_codec": "none", "signature": "none", **{key: values[0] for key, values in GRID.items()}}
HITS = {"fan-only": 40, 0.1: 60, 0.001: 90}


def _values(point):
    return {
        "hits": HITS[point["lambda_isp"]] + 2 * point["run"],
        "hits_libjpeg": HITS[point["lambda_isp"]] - 5,
        "hits_cropped": HITS[point["lambda_isp"]] - 20,
        "hits_patchwise": HITS[point["lambda_isp"]] + 4,
        "psnr": 40.0 + point["run"],
        "psnr_patchwise": 39.0,
    }


def _set_hits(content, count):
    content["whole"]["libjpeg"]["hits"][0] = [count] * 5


@pytest.fixture
def root(tmp_path):
    example_runs.write(tmp_path, GRID, _values)
    return tmp_path


@pytest.fixture
def found(root):
    return tables.evaluations(root, GRID)


def test_the_table_of_runs_has_a_line_a_run_with_the_baseline_first(found):
    table = tables.runs(found)
    assert list(table.columns[:7]) == [*tables.GROUP, "run"]
    assert list(table["lambda_isp"]) == ["fan-only"] * 3 + ["0.1"] * 3 + ["0.001"] * 3
    assert list(table["run"]) == [0, 1, 2] * 3
    assert set(table["lambda_codec"]) == set(table["signature"]) == {"none"}
    measures = ["accuracy", "accuracy_libjpeg", "accuracy_cropped", "accuracy_patchwise", "psnr", "psnr_patchwise"]
    assert table.iloc[4][measures].tolist() == pytest.approx([0.62, 0.55, 0.4, 0.64, 41, 39])


def test_the_interval_of_a_run_is_over_its_photographs(root):
    path = run_folder(root, FIRST) / "evaluation.json"
    content = json.loads(path.read_text())
    # 90 of 100 in each class: photographs of 25, 25, 20 and 20 hits.
    content["whole"]["differentiable"]["hits"] = [[25] * 5, [25] * 5, [20] * 5, [20] * 5]
    path.write_text(json.dumps(content))
    line = tables.runs(tables.evaluations(root, GRID)).query("lambda_isp == '0.001' and run == 0").iloc[0]
    # Four photographs say little: Wilson's interval over 500 windows would be 87 to 92 %.
    assert line["accuracy"] == 0.9
    assert line["accuracy_low"] < 0.8
    assert line["accuracy_high"] == 1
    # Where all photographs agree nothing is left to doubt.
    assert line[["accuracy_cropped_low", "accuracy_cropped_high"]].tolist() == pytest.approx([0.7, 0.7], abs=0.04)


def test_confusion_is_in_percent_of_the_true_class_and_averaged_over_runs(found):
    table = tables.confusion(found)
    assert list(table.columns) == [*tables.GROUP, "view", "codec", "true", "predicted", "percent", "percent_std"]
    assert len(table) == 3 * 2 * 2 * 25
    patchwise = table.query("view == 'patchwise' and lambda_isp == '0.1' and true == 'jpeg' and predicted == 'jpeg'")
    assert patchwise["percent"].tolist() == pytest.approx([64, 64])
    table = table[table["view"] == "whole"]
    cell = table[(table["lambda_isp"] == "0.1") & (table["true"] == "jpeg") & (table["predicted"] == "jpeg")]
    assert cell.set_index("codec")["percent"].to_dict() == pytest.approx({"differentiable": 62, "libjpeg": 55})
    assert cell.set_index("codec")["percent_std"].to_dict() == pytest.approx({"differentiable": 2, "libjpeg": 0})
    headings, lines = typeset.confusion(table)
    assert headings[3:8] == ["λ", "View", "Codec", "True class", "native (%)"]
    assert lines[0][:8] == ["D90", "UNet", "jpeg50", "fan-only", "whole", "differentiable", "native", "42.0 ± 2.0"]
    sums = table.groupby(["lambda_isp", "codec", "true"])["percent"].sum()
    assert sums.to_numpy() == pytest.approx(100)


def test_progress_keeps_every_validation_of_every_run(root):
    table = tables.progress(root, GRID)
    assert list(table.columns[:8]) == [*tables.GROUP, "run", "epoch"]
    assert len(table) == 9 * 3
    assert list(table["lambda_isp"].unique()) == ["fan-only", "0.1", "0.001"]


def test_a_missing_evaluation_is_named(root):
    path = run_folder(root, FIRST) / "evaluation.json"
    path.unlink()
    with pytest.raises(UserError, match=r"lambda_isp~0\.001/.*/run~0/evaluation\.json: no such file"):
        tables.evaluations(root, GRID)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda content: content.pop("cropped"), "entry 'cropped' is missing"),
        (lambda content: content["whole"].pop("psnr"), "entry 'psnr' is missing"),
        (lambda content: content["whole"].update(psnr=None), "not a whole evaluation"),
        (lambda content: content.update(run=7), "it says run 7, the folder says 0"),
        (lambda content: content.update(signature=1.5), "it says signature 1.5, the folder says none"),
        (lambda content: content.update(lambda_isp=0.5), "it says lambda_isp 0.5, the folder says 0.001"),
        (lambda content: content["whole"]["libjpeg"].update(accuracy=91), "whole: the libjpeg accuracy is 91"),
        (lambda content: content["cropped"]["differentiable"]["confusion"].pop(), "does not fit 5 classes"),
        (lambda content: content["whole"]["libjpeg"].update(confusion=[[0] * 5] * 5), "a class that was not measured"),
        (lambda content: content["whole"].update(differentiable=[]), "not a whole evaluation"),
        (lambda content: content["patchwise"]["libjpeg"].pop("hits"), "entry 'hits' is missing"),
        (lambda content: content["whole"]["libjpeg"]["hits"].pop(), "hits do not fit 4 photographs and 5 classes"),
        (lambda content: content["whole"]["libjpeg"]["hits"][1].pop(), "hits do not fit 4 photographs and 5 classes"),
        (lambda content: _set_hits(content, 26), "not all whole numbers from 0 to 25"),
        (lambda content: _set_hits(content, 1.5), "not all whole numbers from 0 to 25"),
        (lambda content: _set_hits(content, 1), "do not add up to the confusion matrix"),
        (lambda content: content["cropped"]["libjpeg"].update(trials=50), "do not add up to the confusion matrix"),
        (lambda content: content["patchwise"]["photographs"]["psnr"].pop(), "psnr has 3 values for 4 photographs"),
        (lambda content: content["patchwise"]["photographs"]["image"].pop(), "not those of the whole view"),
        (lambda content: content["whole"]["photographs"].update(ssim=[math.nan] * 4), "ssim of a photograph is no"),
    ],
)
def test_a_damaged_evaluation_is_named_with_what_is_wrong(root, damage, message):
    path = run_folder(root, FIRST) / "evaluation.json"
    content = json.loads(path.read_text())
    damage(content)
    path.write_text(json.dumps(content))
    with pytest.raises(UserError, match=message) as error:
        tables.evaluations(root, GRID)
    assert str(path) in str(error.value)


def test_an_evaluation_that_is_no_mapping_is_named(root):
    path = run_folder(root, FIRST) / "evaluation.json"
    path.write_text("[]")
    with pytest.raises(UserError, match=r"evaluation\.json: not a whole evaluation"):
        tables.evaluations(root, GRID)


def test_runs_behind_learned_codecs_stand_beside_those_behind_jpeg(tmp_path):
    coded = {"channel": ["jpeg50", "16c"], "lambda_isp": ["fan-only"], "lambda_codec": [0.1, "basic"], "run": [0, 1]}
    grid = {**GRID, **coded, "learned": ["16c"]}

    def values(point):
        return {"hits": 50, "hits_libjpeg": 40, "compression": {"effective_bpp": 0.5 + point["run"], "ssim": 0.9}}

    example_runs.write(tmp_path, grid, values)
    found = tables.evaluations(tmp_path, grid)
    summary = summaries.summary(tables.photographs(found))
    assert summary[["channel", "lambda_codec", "runs"]].to_numpy().tolist() == [
        ["jpeg50", "none", 2],
        ["16c", "basic", 2],
        ["16c", "0.1", 2],
    ]
    assert (summary["effective_bpp_mean"] == 1).all()
    assert (summary["accuracy_libjpeg_mean"] == 0.4).all()
    assert set(tables.confusion(found)["codec"]) == {"differentiable", "libjpeg", "bitstream"}
    assert list(tables.progress(tmp_path, grid)["lambda_codec"].unique()) == ["none", "basic", "0.1"]
    tables.write(summary, tmp_path / "summary.csv")
    read = tables.read(tmp_path / "summary.csv", ["lambda_codec", "codec_ssim_mean"])
    assert list(read["lambda_codec"]) == ["none", "basic", "0.1"]
    headings, lines = summaries.cells(read)
    assert headings[4:6] == ["λ codec", "Runs"]
    assert "Accuracy, cropped, real codec (%)" in headings
    assert headings[-4:] == ["Bits a pixel", "difference", "SSIM, codec", "difference"]
    assert lines[2][4] == "0.1"


def test_a_signature_is_compared_with_what_has_none(tmp_path):
    grid = {**GRID, "lambda_isp": ["fan-only", 0.1], "signature": ["none", 1.5, 3]}

    def values(point):
        return {"hits": 40 if point["signature"] == "none" else 80}

    example_runs.write(tmp_path, grid, values)
    summary = summaries.summary(tables.photographs(tables.evaluations(tmp_path, grid)))
    assert summary[["lambda_isp", "signature"]].to_numpy().tolist() == [
        ["fan-only", "none"], ["fan-only", "1.5"], ["fan-only", "3.0"], ["0.1", "none"],
    ]  # fmt: skip
    assert summary["accuracy_difference"].tolist()[1:] == pytest.approx([0.4, 0.4, 0.0])
    assert summaries.cells(summary)[0][4:6] == ["Signature", "Runs"]


def test_a_table_keeps_the_spelling_of_lambda_when_read(tmp_path):
    (tmp_path / "t.csv").write_text("lambda_isp,psnr\nfan-only,43\n1,40\n0.0001,30\n")
    assert list(tables.read(tmp_path / "t.csv", ["psnr"])["lambda_isp"]) == ["fan-only", "1.0", "0.0001"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not a CSV table"),
        ("a,b\n1,2\n", "no column psnr; it has a, b"),
        ("psnr\n", "no lines"),
        ("psnr\n40\nhigh\n", "column psnr must have numbers, not 'high'"),
        ("psnr,b\n1,2,3,4\n5\n1,2,3,4,5,6\n", "not a CSV table"),
    ],
)
def test_a_wrong_table_is_refused_by_name(tmp_path, text, message):
    path = tmp_path / "t.csv"
    path.write_text(text)
    with pytest.raises(UserError, match=message) as error:
        tables.read(path, ["psnr"])
    assert str(path) in str(error.value)
    with pytest.raises(UserError, match="no such file"):
        tables.read(tmp_path / "none.csv", ["psnr"])


def test_lines_of_photographs_have_what_the_runs_have_on_average(found):
    table = tables.photographs(found)
    assert list(table.columns) == [*tables.GROUP, "run", "photograph", "source", *tables.MEASURES]
    keys = ["lambda_isp", "run"]
    means = table.groupby(keys)[list(tables.MEASURES)].mean()
    runs = tables.runs(found).set_index(keys)[list(tables.MEASURES)]
    pd.testing.assert_frame_equal(means, runs.sort_index(), check_exact=False)


def test_runs_on_different_photographs_are_no_pairs(root):
    path = run_folder(root, FIRST) / "evaluation.json"
    content = json.loads(path.read_text())
    for view in ("whole", "patchwise"):
        content[view]["photographs"]["image"][0] = "another"
    path.write_text(json.dumps(content))
    with pytest.raises(
        UserError, match=r"the runs of D90, UNet, jpeg50, 0\.001, none, none were measured on different photographs"
    ):
        tables.photographs(tables.evaluations(root, GRID))


def test_written_tables_are_read_back_unchanged(found, tmp_path):
    table = tables.runs(found)
    tables.write(table, tmp_path / "runs.csv")
    pd.testing.assert_frame_equal(tables.read(tmp_path / "runs.csv", tables.RUNS), table, check_dtype=False)


@pytest.mark.parametrize("name", ["None", "NA", "null", "nan", "007", "1e3", "True"])
def test_a_name_that_looks_like_nothing_or_a_number_is_read_back_as_it_is(tmp_path, name):
    grid = {**GRID, "camera": [name], "channel": [name]}
    example_runs.write(tmp_path, grid, lambda point: {"hits": 40})
    table = tables.runs(tables.evaluations(tmp_path, grid))
    tables.write(table, tmp_path / "runs.csv")
    again = tables.read(tmp_path / "runs.csv", tables.RUNS)
    assert set(again["camera"]) == set(again["channel"]) == {name}
