"""The tables of localisation: a line a run and region, gains over the network alone, and what is not above chance."""

import json

import example_tests
import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

from neural_imaging.base.errors import UserError
from neural_imaging.tables import localisation_table, statistics, tables

REGIONS = ["sharpen", "jpeg", "splice"]


@pytest.fixture
def trained(tmp_path):
    return example_tests.localisation_tests(tmp_path)


@pytest.fixture
def found(trained, tmp_path):
    return localisation_table.read(trained, tmp_path)


def test_each_run_has_a_line_for_each_region(found):
    table = localisation_table.table(found)
    assert list(table.columns) == localisation_table.COLUMNS
    # The network alone, a signature and a pipeline; two runs.
    assert len(table) == 3 * 2 * 3
    assert table["region"].tolist()[:3] == REGIONS
    line = table.query("lambda_isp == '0.1' and run == 1 and region == 'sharpen'").iloc[0]
    assert line[["photographs", "untouched", "window", "stride", "share"]].tolist() == [4, 4, 48, 24, 0.25]
    assert line["auc"] == pytest.approx(0.81)
    estimate = statistics.bootstrap([[0.91, 0.81, 0.81, 0.71]], 0, 1)
    assert (line["auc_low"], line["auc_high"]) == pytest.approx((estimate.low, estimate.high))
    assert line["over_control"] == pytest.approx(0.31)
    # On the same photographs, and of the same number.
    assert (line["gain"], line["gain_low"], line["gain_high"]) == pytest.approx((0.25, 0.25, 0.25))
    assert line["f1_everywhere"] == pytest.approx(0.4)


def test_photographs_as_wholes_are_ranked_by_the_highest_value_of_their_maps(found):
    line = localisation_table.table(found).query("run == 0 and region == 'sharpen' and lambda_isp == '0.1'").iloc[0]
    truth, scores = [0] * 4 + [1] * 4, [0.55] * 4 + [0.7, 0.6, 0.6, 0.5]
    assert line["image_auc"] == pytest.approx(metrics.roc_auc_score(truth, scores), abs=1e-9)
    assert line["average_precision"] == pytest.approx(metrics.average_precision_score(truth, scores), abs=1e-9)
    # One false alarm of four photographs is 25 %.
    assert pd.isna(line["tpr_at_1_percent"])
    assert line["average_precision_low"] <= line["average_precision"] <= line["average_precision_high"]


def test_rates_are_there_where_there_are_photographs_enough():
    content = example_tests.localisation_test({"sharpen": 0.8}, photographs=100)
    content["untouched"]["score"] = np.linspace(0, 0.65, 100).tolist()
    line = localisation_table.lines_of(content).iloc[0]
    # Only the first forged photograph is above all untouched ones but the highest.
    assert line["tpr_at_1_percent"] == pytest.approx(0.01)


def test_what_is_not_above_chance_is_said_so(found):
    table = localisation_table.table(found)
    words = table["above_chance"]
    assert (words == np.where(table["auc_low"] > 0.5, "yes", "no")).all()
    assert set(words[table["auc"] > 0.7]) == {"yes"}
    assert set(words[table["auc"] < 0.6]) == {"no"}
    headings, lines = localisation_table.run_cells(table)
    assert [line[headings.index("Above chance")] for line in lines] == words.tolist()
    one = localisation_table.lines_of(example_tests.localisation_test({"sharpen": 0.9}, photographs=1))
    assert one["above_chance"].tolist() == ["no interval"]


def test_gains_are_means_over_runs(found):
    gains = localisation_table.summary(found)
    assert list(gains.columns) == localisation_table.GAINS
    pipeline = gains[gains["lambda_isp"] == "0.1"].set_index("region")
    assert pipeline.index.tolist() == REGIONS
    assert pipeline.loc["jpeg", ["auc", "gain", "runs", "paired_runs", "above"]].tolist() == [
        pytest.approx(0.755), pytest.approx(0.2), 2, 2, 2,
    ]  # fmt: skip
    assert pipeline.loc["splice", ["gain", "above"]].tolist() == [pytest.approx(0), 0]
    signature = gains[gains["signature"] == "1.5"].set_index("region")
    assert signature["gain"].tolist() == pytest.approx([0, 0, 0.25])
    alone = gains[(gains["lambda_isp"] == "fan-only") & (gains["signature"] == "none")]
    assert alone["gain"].isna().all()
    assert alone["paired_runs"].tolist() == [0, 0, 0]


def test_readers_see_intervals_beside_numbers(trained, tmp_path):
    localisation_table.tabulate(
        trained=trained, tests=tmp_path, output=tmp_path / "all.csv", gains=tmp_path / "gains.csv"
    )
    text = (tmp_path / "gains.md").read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if "sharpen" in line and "| 0.1 " in line)
    assert "+25.0 [+25.0, +25.0]" in line
    assert (tmp_path / "gains.tex").is_file()
    written = tables.read(tmp_path / "gains.csv", localisation_table.GAINS)
    assert localisation_table.cells(written) == localisation_table.cells(
        localisation_table.summary(localisation_table.read(trained, tmp_path))
    )


def test_public_sets_have_no_control_and_may_have_no_untouched_pictures():
    content = example_tests.localisation_test({"set": 0.8})
    content["regions"][0]["control"], content["untouched"] = [], {"image": [], "source": [], "score": []}
    line = localisation_table.lines_of(content).iloc[0]
    assert line["auc"] == pytest.approx(0.8)
    assert line[["control", "over_control", "average_precision"]].isna().all()
    assert "| set    | 80.0 [" in localisation_table.described(content)


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content["regions"].pop(),
        lambda content: content.update(stride=12),
        lambda content: content["regions"][0].update(share=[0.1] * 4),
        lambda content: content["regions"][0].update(image=list("abcd")),
    ],
)
def test_runs_that_are_compared_were_tested_on_the_same(trained, tmp_path, change):
    path = sorted(tmp_path.rglob("localisation.json"))[-1]
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(UserError, match="has other photographs, regions or windows than the runs beside it"):
        localisation_table.read(trained, tmp_path)
