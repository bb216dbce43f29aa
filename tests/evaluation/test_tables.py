import json
import math

import example_runs
import pandas as pd
import pytest

from neural_imaging.errors import UserError
from neural_imaging.evaluation import summaries, tables, typeset
from neural_imaging.evaluation.grid import run_folder

GRID = {
    "camera": ["D90"],
    "isp": ["UNet"],
    "channel": ["jpeg50"],
    "lambda_isp": [0.001, "fan-only", 0.1],
    "run": [0, 1, 2],
}
HITS = {"fan-only": 40, 0.1: 60, 0.001: 90}


def _values(point):
    return {
        "hits": HITS[point["lambda_isp"]] + 2 * point["run"],
        "hits_libjpeg": HITS[point["lambda_isp"]] - 5,
        "psnr": 40.0 + point["run"],
    }


@pytest.fixture
def root(tmp_path):
    example_runs.write(tmp_path, GRID, _values)
    return tmp_path


@pytest.fixture
def found(root):
    return tables.evaluations(root, GRID)


def test_the_table_of_runs_has_a_line_a_run_with_the_baseline_first(found):
    table = tables.runs(found)
    assert ",".join(table.columns) == (
        "camera,isp,channel,lambda_isp,run,accuracy,accuracy_low,accuracy_high,accuracy_libjpeg,"
        "accuracy_libjpeg_low,accuracy_libjpeg_high,psnr,ssim"
    )
    assert list(table["lambda_isp"]) == ["fan-only"] * 3 + ["0.1"] * 3 + ["0.001"] * 3
    assert list(table["run"]) == [0, 1, 2] * 3
    assert table.iloc[4]["accuracy"] == 0.62
    assert table.iloc[4][["accuracy_low", "accuracy_high"]].tolist() == pytest.approx([0.60, 0.64])
    assert table.iloc[4]["accuracy_libjpeg"] == 0.55


def test_confusion_is_in_percent_of_the_true_class_and_averaged_over_runs(found):
    table = tables.confusion(found)
    assert ",".join(table.columns) == "camera,isp,channel,lambda_isp,codec,true,predicted,percent,percent_std"
    assert len(table) == 3 * 2 * 25
    cell = table[(table["lambda_isp"] == "0.1") & (table["true"] == "jpeg") & (table["predicted"] == "jpeg")]
    assert cell.set_index("codec")["percent"].to_dict() == pytest.approx({"differentiable": 62, "libjpeg": 55})
    assert cell.set_index("codec")["percent_std"].to_dict() == pytest.approx({"differentiable": 2, "libjpeg": 0})
    headings, lines = typeset.confusion(table)
    assert headings[3:7] == ["λ", "Codec", "True class", "native (%)"]
    assert lines[0][:7] == ["D90", "UNet", "jpeg50", "fan-only", "differentiable", "native", "42.0 ± 2.0"]
    sums = table.groupby(["lambda_isp", "codec", "true"])["percent"].sum()
    assert sums.to_numpy() == pytest.approx(100)


def test_progress_keeps_every_validation_of_every_run(root):
    table = tables.progress(root, GRID)
    assert list(table.columns[:6]) == ["camera", "isp", "channel", "lambda_isp", "run", "epoch"]
    assert len(table) == 9 * 3
    assert list(table["lambda_isp"].unique()) == ["fan-only", "0.1", "0.001"]


def test_a_missing_evaluation_is_named(root):
    path = run_folder(root, {key: values[0] for key, values in GRID.items()}) / "evaluation.json"
    path.unlink()
    with pytest.raises(UserError, match=r"lambda_isp~0\.001/run~0/evaluation\.json: no such file"):
        tables.evaluations(root, GRID)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda content: content.pop("psnr"), "entry 'psnr' is missing"),
        (lambda content: content.update(psnr=None), "not a whole evaluation"),
        (lambda content: content.update(run=7), "it says run 7, the folder says 0"),
        (lambda content: content.update(lambda_isp=0.5), "it says lambda_isp 0.5, the folder says 0.001"),
        (lambda content: content["libjpeg"].update(accuracy=91), "libjpeg accuracy is 91"),
        (lambda content: content["libjpeg"].update(interval=[0.1, 0.2]), "outside its interval"),
        (lambda content: content["differentiable"]["confusion"].pop(), "does not fit 5 classes"),
        (lambda content: content["differentiable"].update(confusion=[[0] * 5] * 5), "a class without patches"),
        (lambda content: content.update(differentiable=[]), "not a whole evaluation"),
        (lambda content: content["libjpeg"].pop("hits"), "entry 'hits' is missing"),
        (lambda content: content["libjpeg"]["hits"].pop(), "libjpeg hits do not fit 4 photographs and 5 classes"),
        (lambda content: content["libjpeg"]["hits"][1].pop(), "libjpeg hits do not fit 4 photographs and 5 classes"),
        (lambda content: content["libjpeg"]["hits"].__setitem__(0, [26] * 5), "not all whole numbers from 0 to 25"),
        (lambda content: content["libjpeg"]["hits"].__setitem__(0, [1.5] * 5), "not all whole numbers from 0 to 25"),
        (lambda content: content["libjpeg"]["hits"].__setitem__(0, [1] * 5), "do not add up to the confusion matrix"),
        (lambda content: content["libjpeg"].update(trials=50), "do not add up to the confusion matrix"),
        (lambda content: content["photographs"]["psnr"].pop(), "psnr has 3 values for 4 photographs"),
        (lambda content: content["photographs"]["ssim"].__setitem__(0, math.nan), "ssim of a photograph is no number"),
    ],
)
def test_a_damaged_evaluation_is_named_with_what_is_wrong(root, damage, message):
    path = run_folder(root, {key: values[0] for key, values in GRID.items()}) / "evaluation.json"
    content = json.loads(path.read_text())
    damage(content)
    path.write_text(json.dumps(content))
    with pytest.raises(UserError, match=message) as error:
        tables.evaluations(root, GRID)
    assert str(path) in str(error.value)


def test_an_evaluation_that_is_no_mapping_is_named(root):
    path = run_folder(root, {key: values[0] for key, values in GRID.items()}) / "evaluation.json"
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
    assert headings[-4:] == ["Bits a pixel", "difference", "SSIM, codec", "difference"]
    assert lines[2][4] == "0.1"


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
    assert ",".join(table.columns) == "camera,isp,channel,lambda_isp,run,photograph,accuracy,accuracy_libjpeg,psnr,ssim"
    keys = ["lambda_isp", "run"]
    means = table.groupby(keys)[list(tables.MEASURES)].mean()
    runs = tables.runs(found).set_index(keys)[list(tables.MEASURES)]
    pd.testing.assert_frame_equal(means, runs.sort_index(), check_exact=False)


def test_runs_on_different_photographs_are_no_pairs(root):
    path = run_folder(root, {key: values[0] for key, values in GRID.items()}) / "evaluation.json"
    content = json.loads(path.read_text())
    content["photographs"]["image"][0] = "another"
    path.write_text(json.dumps(content))
    with pytest.raises(
        UserError, match=r"the runs of D90, UNet, jpeg50, 0\.001 were measured on different photographs"
    ):
        tables.photographs(tables.evaluations(root, GRID))


def test_written_tables_are_read_back_unchanged(found, tmp_path):
    table = tables.runs(found)
    tables.write(table, tmp_path / "runs.csv")
    pd.testing.assert_frame_equal(tables.read(tmp_path / "runs.csv", tables.RUNS), table, check_dtype=False)
