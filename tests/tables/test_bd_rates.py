import math

import numpy as np
import pandas as pd
import pytest
from test_rate_curves import profile

from neural_imaging.base.errors import UserError
from neural_imaging.tables import bd_rates

RATES, QUALITIES = np.array([0.25, 0.5, 1.0, 2.0]), np.array([28.0, 31.0, 34.0, 38.0])


def test_half_the_rate_at_every_quality_is_minus_50_percent():
    percent, overlap, reason = bd_rates.bd_rate(RATES, QUALITIES, RATES / 2, QUALITIES)
    assert percent == pytest.approx(-50)
    assert (overlap, reason) == (1, "")
    assert bd_rates.bd_rate(RATES, QUALITIES, RATES[::-1] * 3, QUALITIES[::-1])[0] == pytest.approx(200)


def test_only_qualities_that_both_reach_count():
    even = 31 + 3 * np.log2(RATES)
    percent, overlap, _ = bd_rates.bd_rate(RATES, even, 2 * RATES, even + 3)
    assert percent == pytest.approx(0, abs=1e-9)
    assert overlap == pytest.approx(6 / 9)


def test_less_than_half_of_the_codecs_qualities_is_no_comparison():
    even = 31 + 3 * np.log2(RATES)
    percent, overlap, reason = bd_rates.bd_rate(RATES, even, 4 * RATES, even + 6)
    assert math.isnan(percent)
    assert overlap == pytest.approx(3 / 9)
    assert reason == "both reach less than half of the codec's qualities: the anchor has 25 to 34, the codec 31 to 40"


def test_a_mean_over_pictures_is_that_of_logarithms():
    # Half and twice the rate are no change on average.
    estimate = bd_rates.mean([-50, 100])
    assert estimate.mean == pytest.approx(0)
    assert estimate.low < -50 < 100 < estimate.high


def test_a_learned_curve_is_compared_with_every_other_codec_directly():
    rows = pd.concat([profile(), profile("avif", scale=0.5), profile("dcn", scale=0.25)])
    table = bd_rates.summary(bd_rates.of_pictures(rows, learned=("dcn",)))
    means = table[table["measure"] == "ssim"].set_index(["codec", "anchor"])["bd_rate_mean"].to_dict()
    assert means == pytest.approx({("avif", "jpeg"): -50, ("dcn", "jpeg"): -75, ("dcn", "avif"): -50}, abs=1e-6)


@pytest.mark.parametrize(
    ("rate", "quality", "reason"),
    [
        ([0.5, 1.0], [39.0, 42.0], "no quality that both reach: the anchor has 28 to 38, the codec 39 to 42"),
        ([0.5], [30.0], "a curve needs two points, and the codec has 1"),
        ([0.5, 1.0], [30.0, np.nan], "a curve needs two points, and the codec has 1"),
        ([0.5, 1.0], [30.0, 30.0], "a curve needs two points, and the codec has 1"),
        ([], [], "a curve needs two points, and the codec has 0"),
    ],
)
def test_where_there_is_no_number_the_reason_is_given(rate, quality, reason):
    percent, overlap, said = bd_rates.bd_rate(RATES, QUALITIES, rate, quality)
    assert math.isnan(percent)
    assert overlap == 0
    assert said == reason


def test_points_that_cost_more_and_are_no_better_are_left_out():
    worse = bd_rates.bd_rate(RATES, QUALITIES, [*(RATES / 2), 0.3], [*QUALITIES, 29.0])
    assert worse[0] == pytest.approx(-50)


def test_every_picture_is_compared_with_the_anchor_on_the_same_picture():
    rows = pd.concat([profile(), profile("avif", scale=0.5), profile("32c", rates=(0.8,), quality=False)])
    table = bd_rates.of_pictures(rows)
    assert list(table.columns) == bd_rates.PER_IMAGE
    assert len(table) == 9  # Three pictures and measures; neither the anchor nor single points.
    np.testing.assert_allclose(table["bd_rate"], -50, atol=1e-6)
    summary = bd_rates.summary(table)
    assert summary["images"].tolist() == [3, 3, 3]
    np.testing.assert_allclose(summary[["bd_rate_low", "bd_rate_high"]], -50, atol=1e-6)
    assert bd_rates.of_pictures(rows, rate="bpp")["bd_rate"].tolist() == pytest.approx([-50] * 9)


def test_missing_numbers_are_counted_and_their_reason_kept():
    rows = pd.concat([profile(), profile("avif", scale=0.5)], ignore_index=True)
    rows.loc[(rows["codec"] == "avif") & (rows["image"] == "1.png"), ["ssim", "psnr"]] += 50
    rows.loc[rows["codec"] == "avif", "ms_ssim_db"] = np.nan
    summary = bd_rates.summary(bd_rates.of_pictures(rows)).set_index("measure")
    assert summary["images"].to_dict() == {"ssim": 2, "psnr": 2, "ms_ssim_db": 0}
    assert summary["missing"].to_dict() == {"ssim": 1, "psnr": 1, "ms_ssim_db": 3}
    assert "no quality that both reach" in summary.loc["ssim", "reason"]
    assert "needs two points" in summary.loc["ms_ssim_db", "reason"]
    headings, lines = bd_rates.cells(summary.reset_index())
    assert headings[2:] == ["Against", "SSIM (%)", "PSNR (%)", "MS-SSIM (%)", "Missing"]
    text = "−50.0 [−50.0, −50.0] (n = 2)"
    assert lines[0][:-1] == ["kodak", "avif", "jpeg", text, text, "–"]
    assert lines[0][-1].startswith("no quality that both reach")


def test_a_picture_that_the_anchor_lacks_is_said():
    rows = pd.concat([profile(images=2), profile("avif")])
    reasons = bd_rates.of_pictures(rows).set_index("image")["reason"]
    assert set(reasons["2.png"]) == {"jpeg was not measured on this picture"}
    assert set(reasons["0.png"]) == {""}


def test_a_set_without_the_anchor_is_refused():
    with pytest.raises(UserError, match="kodak: jpeg was not measured, which rates are compared with"):
        bd_rates.of_pictures(profile("avif"))
