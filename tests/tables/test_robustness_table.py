"""The tables of robustness: a line a run and condition, gains over the network alone, and lines over all conditions."""

import json

import example_tests
import pandas as pd
import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.tables import robustness_table, tables

ORDER = ["jpeg30", "rounded", "median"]


@pytest.fixture
def trained(tmp_path):
    return example_tests.robustness_tests(tmp_path)


@pytest.fixture
def found(trained, tmp_path):
    return robustness_table.read(trained, tmp_path, ORDER)


def test_each_run_has_a_line_for_each_condition_in_the_order_asked_for(found):
    table = robustness_table.table(found)
    assert list(table.columns) == robustness_table.COLUMNS
    # The network alone, a signature and a pipeline; two runs.
    assert len(table) == 3 * 2 * 4
    assert table["condition"].tolist()[:4] == ["own", *ORDER]
    line = table.query("lambda_isp == '0.1' and run == 1 and condition == 'jpeg30'").iloc[0]
    assert line["accuracy"] == pytest.approx(0.6)
    assert line["accuracy_low"] < 0.6 < line["accuracy_high"]
    # Under the same condition, and of the same number.
    assert line["gain"] == pytest.approx(0.1)
    assert (line["gain_low"], line["gain_high"]) == pytest.approx((0.1, 0.1))
    assert (line["flagged"], line["false_alarms"], line["auc"]) == pytest.approx((0.75, 0.1, 0.8))
    assert line["confidence_right"] == pytest.approx(0.8)
    assert pd.isna(line["confidence_wrong"])


def test_traces_that_are_taken_for_others_are_told_from_lost_ones(found):
    condition = found[0].conditions["jpeg30"]
    for confusion, expected in (([[0, 10], [10, 0]], 1.0), ([[6, 4], [6, 4]], 0.5)):
        condition["confusion"] = confusion
        line = robustness_table.table(found[:1]).set_index("condition").loc["jpeg30"]
        assert line["relabelled"] == pytest.approx(expected)
    assert pd.isna(robustness_table.table(found).set_index("condition").loc["median", "relabelled"]).all()


def test_of_unknown_manipulations_the_area_counts(found):
    table = robustness_table.table(found)
    line = table.query("lambda_isp == '0.1' and run == 0 and condition == 'median'").iloc[0]
    assert (line["measure"], line["manipulations"]) == ("auc", "median:3")
    assert pd.isna(line["accuracy"])
    assert line["gain"] == pytest.approx(0.3)


def test_the_network_alone_has_no_gain(found):
    alone = robustness_table.table(found).query("lambda_isp == 'fan-only' and signature == 'none'")
    assert alone["gain"].isna().all()


def test_gains_are_means_over_runs_with_the_worst_condition_and_the_mean(found):
    gains = robustness_table.summary(found)
    assert list(gains.columns) == robustness_table.GAINS
    pipeline = gains[gains["lambda_isp"] == "0.1"].set_index("condition")
    assert pipeline.index.tolist() == ["own", *ORDER, "worst", "mean"]
    assert pipeline.loc["own", ["gain", "runs", "paired_runs", "above"]].tolist() == [pytest.approx(0.4), 2, 2, 2]
    # Of what was rounded the gain is 0; unknown manipulations count in neither.
    assert pipeline.loc["worst", ["of", "gain", "above"]].tolist() == ["rounded", pytest.approx(0), 0]
    assert pipeline.loc["mean", "gain"] == pytest.approx(0.05)
    signature = gains[gains["signature"] == "1.5"].set_index("condition")
    assert signature.loc["worst", ["of", "gain"]].tolist() == ["jpeg30", pytest.approx(-0.1)]
    alone = gains[(gains["lambda_isp"] == "fan-only") & (gains["signature"] == "none")].set_index("condition")
    assert alone.loc["worst", "score"] == pytest.approx(0.45)
    assert alone["gain"].isna().all()


def test_a_run_without_the_network_alone_beside_it_has_no_gain(tmp_path):
    grid = {**example_tests.GRID, "lambda_isp": [0.1], "signature": ["none"]}
    found = robustness_table.read(example_tests.robustness_tests(tmp_path, grid), tmp_path)
    assert robustness_table.table(found)["gain"].isna().all()
    gains = robustness_table.summary(found)
    assert (gains["paired_runs"] == 0).all()
    # Without gains, the lowest accuracy is the worst.
    assert gains.set_index("condition").loc["worst", "of"] == "rounded"


def test_runs_of_another_protocol_may_have_a_condition_of_their_own(trained, tmp_path):
    runs = sorted(tmp_path.rglob("robustness.json"))
    for path in runs:
        content = json.loads(path.read_text(encoding="utf-8"))
        content["conditions"][-1]["name"] = "left-out"
        other = tmp_path / "without" / path.relative_to(tmp_path / "cvpr2019")
        other.parent.mkdir(parents=True)
        other.write_text(json.dumps(content), encoding="utf-8")
    both = [*trained, {**trained[0], "protocol": "without"}]
    gains = robustness_table.summary(robustness_table.read(both, tmp_path, [*ORDER, "left-out"]))
    conditions = gains.query("lambda_isp == '0.1'").groupby("protocol")["condition"].agg(list)
    assert conditions["cvpr2019"] == ["own", *ORDER, "worst", "mean"]
    assert conditions["without"] == ["own", "jpeg30", "rounded", "left-out", "worst", "mean"]
    (line,) = gains.query("lambda_isp == '0.1' and condition == 'left-out'").to_dict("records")
    assert (line["score"], line["gain"]) == pytest.approx((0.9, 0.3))


def test_readers_get_numbers_with_intervals(found):
    headings, lines = robustness_table.cells(robustness_table.summary(found))
    named = [dict(zip(headings, line, strict=True)) for line in lines]
    worst = next(line for line in named if line["Condition"] == "worst: jpeg30" and line["Signature"] == "1.5")
    assert worst["Gain (points)"].startswith("−10.0 [")
    assert worst["Gain (points)"].endswith("0 of 2 above")
    headings, lines = robustness_table.run_cells(robustness_table.table(found))
    assert dict(zip(headings, lines[3], strict=True))["Accuracy (%)"] == "–"


def test_written_tables_can_be_read_again(trained, tmp_path):
    output, gains = tmp_path / "robustness.csv", tmp_path / "robustness_gains.csv"
    robustness_table.tabulate(trained=trained, tests=tmp_path, output=output, gains=gains, conditions=ORDER)
    assert len(tables.read(output, robustness_table.COLUMNS)) == 24
    assert len(tables.read(gains, robustness_table.GAINS)) == 3 * 6
    assert "jpeg30" in gains.with_suffix(".md").read_text(encoding="utf-8")
    assert "jpeg30" in output.with_suffix(".tex").read_text(encoding="utf-8")


def test_one_test_is_described_with_what_was_left_out():
    content = example_tests.robustness_test({"own": 8, "jpeg30": 4}, {"median": 0.5}, photographs=1)
    content["left_out"], content["refused"] = [{"name": "a", "reason": "b"}], [{"file": "c", "reason": "d"}]
    text = robustness_table.described(content)
    assert text.endswith("left out: a: b\npassed over: c: d\n")
    # Of a single photograph there is no interval.
    assert [line.split("|")[2].strip() for line in text.splitlines()[2:5]] == ["80.0", "40.0", "–"]
    assert robustness_table.lines(content)["condition"].tolist() == ["own", "jpeg30", "median"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda content: content.pop("photographs"), "not a test of robustness"),
        (lambda content: content["conditions"].pop(0), "has no condition own"),
        (lambda content: content["conditions"][1]["hits"].pop(), "not a test of robustness"),
        (lambda content: content["conditions"].pop(), "other photographs or conditions"),
        (lambda content: content["photographs"].update(image=list("abcd")), "other photographs or conditions"),
    ],
)
def test_a_test_that_does_not_fit_is_named(trained, tmp_path, change, words):
    path = sorted(tmp_path.rglob("robustness.json"))[-1]
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(UserError, match=words) as refused:
        robustness_table.read(trained, tmp_path)
    assert "robustness.json" in str(refused.value)
