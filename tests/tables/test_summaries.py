"""Summaries: means with intervals, and paired differences to what only the forensic network learned."""

import math

import numpy as np
import pandas as pd
import pytest

from neural_imaging.tables import statistics, summaries, tables, typeset


def _lines(runs=(0, 1, 2), photographs=4, **accuracies):
    """Photographs of grid points by their λ (joint=…, fan=…), with an accuracy a run."""
    lines = []
    for name, values in accuracies.items():
        weight = {"fan": "fan-only", "joint": "0.1"}[name]
        for run, value in zip(runs, values, strict=True):
            for place in range(photographs):
                # Photographs differ, in the same way in each run.
                accuracy = value + 0.01 * (place - (photographs - 1) / 2)
                measures = [accuracy, accuracy - 0.1, accuracy - 0.2, accuracy, 40.0 - run, 0.9, 40.0]
                lines.append(["D90", "UNet", "jpeg50", weight, "none", "none", run, *[f"photo-{place}"] * 2, *measures])
    return pd.DataFrame(lines, columns=tables.PHOTOGRAPHS)


@pytest.fixture
def table():
    return summaries.summary(_lines(fan=[0.40, 0.42, 0.44], joint=[0.9, 0.41, 0.94])).set_index("lambda_isp")


def test_a_summary_has_means_spreads_and_intervals(table):
    assert [*tables.GROUP[:3], *table.columns[3:]] == [name for name in summaries.SUMMARY if name != "lambda_isp"]
    line = table.loc["fan-only"]
    assert line["runs"] == 3
    assert line["accuracy_mean"] == pytest.approx(0.42)
    assert line["accuracy_std"] == pytest.approx(0.02)
    assert line["accuracy_low"] < 0.40 < 0.44 < line["accuracy_high"]
    assert line["interval_over"] == "runs and photographs"
    assert line[["ssim_low", "ssim_high"]].to_numpy(float) == pytest.approx([0.9, 0.9])


def test_the_difference_is_to_the_run_of_the_baseline_with_the_same_seed(table):
    line = table.loc["0.1"]
    assert line["accuracy_difference"] == pytest.approx(0.33)
    assert line["paired_runs"] == 3
    assert line["accuracy_above"] == 2
    # PSNR is that of the baseline in each run, though it differs between runs.
    assert line[["psnr_difference", "psnr_difference_low", "psnr_difference_high"]].to_list() == [0, 0, 0]
    assert line["psnr_above"] == 0
    assert table.loc["fan-only", "paired_runs"] == 0
    assert table.loc["fan-only"][["accuracy_difference", "accuracy_above"]].isna().all()


def test_seeds_that_only_one_side_has_are_no_pairs():
    lines = _lines(fan=[0.4, 0.4, 0.4], joint=[0.9, 0.5, 0.7])
    table = summaries.summary(lines[(lines["run"] > 0) | (lines["lambda_isp"] == "fan-only")]).set_index("lambda_isp")
    assert table.loc["0.1", "paired_runs"] == 2
    assert table.loc["0.1", "accuracy_difference"] == pytest.approx(0.2)


def test_one_run_has_the_interval_of_its_photographs_and_says_so():
    table = summaries.summary(_lines(runs=(1,), fan=[0.4], joint=[0.9])).set_index("lambda_isp")
    line = table.loc["0.1"]
    assert line["interval_over"] == "photographs alone"
    assert math.isnan(line["accuracy_std"])
    assert 0.88 < line["accuracy_low"] < 0.9 < line["accuracy_high"] < 0.92
    headings, lines = summaries.cells(table.reset_index())
    assert headings[4:6] == ["Runs", "Intervals over"]
    assert lines[1][4:6] == ["1", "photographs alone"]


def test_one_photograph_and_one_run_have_no_interval():
    line = summaries.summary(_lines(runs=(1,), photographs=1, joint=[0.9])).iloc[0]
    assert line["interval_over"] == "none"
    assert math.isnan(line["accuracy_low"])
    assert "90.0" in summaries.cells(pd.DataFrame([line]))[1][0]


def test_the_baseline_behind_a_learned_codec_is_the_codec_as_it_was():
    lines = _lines(fan=[0.4, 0.5, 0.6]).assign(effective_bpp=0.4, codec_ssim=0.9)
    parts = [lines.assign(lambda_codec="basic")]
    for isp, codec, gain in (("fan-only", "0.1", 0.2), ("0.5", "0.1", 0.3), ("0.5", "basic", 0.1)):
        changed = lines.assign(lambda_isp=isp, lambda_codec=codec, effective_bpp=0.5)
        parts.append(changed.assign(accuracy=changed["accuracy"] + gain))
    table = summaries.summary(pd.concat(parts)).set_index(["lambda_isp", "lambda_codec"])
    gains = table["accuracy_difference"].drop(("fan-only", "basic"))
    assert gains.to_numpy() == pytest.approx([0.2, 0.3, 0.1])
    assert table.loc[("fan-only", "0.1"), "effective_bpp_difference"] == pytest.approx(0.1)
    assert table.loc[("fan-only", "basic"), "paired_runs"] == 0


def test_the_baseline_of_a_signature_has_none():
    lines = _lines(fan=[0.4, 0.5, 0.6])
    signed = lines.assign(signature="1.5", accuracy=lines["accuracy"] + 0.2)
    table = summaries.summary(pd.concat([lines, signed])).set_index("signature")
    assert table.loc["1.5", "accuracy_difference"] == pytest.approx(0.2)
    assert table.loc["none", "paired_runs"] == 0


def test_readers_see_signatures_where_there_are_any(table):
    signed = table.reset_index().assign(signature=["none", "1.5"])
    assert summaries.cells(signed)[0][4] == "Signature"
    assert "Signature" not in summaries.cells(table.reset_index())[0]


def test_what_was_not_measured_stays_empty():
    lines = _lines(fan=[0.4, 0.5, 0.6]).assign(lambda_codec="none", effective_bpp=np.nan, codec_ssim=np.nan)
    line = summaries.summary(lines).iloc[0]
    assert line[["effective_bpp_mean", "effective_bpp_low", "codec_ssim_difference"]].isna().all()
    assert line["accuracy_mean"] == pytest.approx(0.5)


def test_readers_see_the_interval_and_in_how_many_runs_the_difference_is_above_zero(table):
    headings, lines = summaries.cells(table.reset_index()[summaries.SUMMARY])
    assert headings[6:8] == ["Accuracy, whole (%)", "difference (points)"]
    assert lines[0][7] == "–"
    assert lines[1][6].startswith("75.0 [")
    assert lines[1][7].startswith("+33.0 [")
    assert lines[1][7].endswith("], 2 of 3 above")
    assert r"2 of 3 above" in typeset.latex(headings, lines)


def test_a_weighted_sum_of_points_is_taken_run_by_run():
    found = summaries.Photographs(_lines(fan=[0.40, 0.42, 0.44], joint=[0.9, 0.92, 0.94]))
    fan, joint = found.points
    estimate = found.combined([(joint, "accuracy", 1), (fan, "accuracy", -1)])
    assert (estimate.low, estimate.high) == pytest.approx((0.5, 0.5))
    assert (estimate.mean, estimate.runs, estimate.above) == (pytest.approx(0.5), 3, 3)
    other = ("D90", "UNet", "jpeg50", "0.2", "none", "none")
    assert found.combined([(joint, "accuracy", 1), (other, "accuracy", -1)]) is None
    assert estimate.over == statistics.BOTH
