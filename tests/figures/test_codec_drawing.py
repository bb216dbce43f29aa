"""Figures of codecs: what they show, and that they fit on a page."""

from pathlib import Path

import example_samples
import example_tables
import numpy as np
import pandas as pd
import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.figures import codec_crops, entropy_estimation, rate_distortion, rate_distortion_accuracy, style
from neural_imaging.tables import arrays, tables

PUBLISHED = Path(__file__).resolve().parents[2] / "resources/published/rate_distortion.csv"
POINTS = pd.DataFrame(
    [
        ["kodak", "16c", np.nan, 0.5, 0.88, 16.0],
        ["kodak", "32c", np.nan, 0.8, 0.92, 18.0],
        ["kodak", "jpeg", 50, 0.9, 0.8, 14.0],
        ["kodak", "dcn", "16c", 0.5, 0.88, 16.0],
    ],
    columns=["data_set", "codec", "quality", "effective_bpp", "ssim", "ms_ssim_db"],
)


@pytest.fixture
def curves():
    return example_tables.rate_distortion()


def _entries(drawing):
    return [text.get_text() for legend in drawing.legends for text in legend.get_texts()]


def _line(axes, codec):
    look = rate_distortion.LOOKS[codec]
    return next(line for line in axes.lines if line.get_label() == look["label"])


def test_estimates_are_shown_over_the_scale_and_against_the_entropy():
    drawing = entropy_estimation.draw(example_tables.entropy_estimation())
    error, relative, estimate = drawing.axes
    assert [axes.get_xlabel() for axes in drawing.axes] == [
        "scale of the Laplace distribution", "scale of the Laplace distribution", "entropy (bit a symbol)",
    ]  # fmt: skip
    assert _entries(drawing) == ["Gaussian (γ = 5)", "t-Student (v = 50, γ = 25)", "exact"]
    gaussian, student = error.lines[1:]
    assert gaussian.get_ydata() == pytest.approx([0.1, 0.1, 0.1])
    assert student.get_ydata() == pytest.approx([0, 0, 0.05])
    assert np.isfinite(relative.lines[0].get_ydata()).tolist() == [False, True, True]  # no share of no entropy
    assert estimate.lines[0].get_xdata().tolist() == [0, 2, 3]
    assert estimate.get_title() == "Laplace numbers"


def test_accuracy_and_ssim_stand_over_the_rate_of_jpeg_and_of_each_learned_codec():
    drawing = rate_distortion_accuracy.draw(example_tables.coded_summary())
    accuracy, ssim = drawing.axes
    jpeg = _line(accuracy, "jpeg")
    assert jpeg.get_xdata().tolist() == [0.5, 1.5]
    assert jpeg.get_ydata() == pytest.approx([20, 40])
    paths = [line for line in ssim.lines if len(line.get_xdata()) == 4]
    assert [line.get_ydata() for line in paths] == [pytest.approx([0.93, 0.91, 0.89, 0.87])] * 2
    assert _entries(drawing) == ["JPEG", "16c", "32c", "basic", "λ = 1", "0.1", "0.001"]


def test_a_single_learned_codec_stands_in_the_title_and_jpeg_has_bars_too():
    summary = example_tables.coded_summary()
    drawing = rate_distortion_accuracy.draw(summary[summary["channel"] != "32c"])
    assert drawing.axes[0].get_title() == "D90, DNet, 16c"
    assert _entries(drawing) == ["JPEG", "basic", "λ = 1", "0.1", "0.001"]
    bars = [container for container in drawing.axes[0].containers if len(container.lines[2][0].get_segments()) == 2]
    (low, high), _ = bars[0].lines[2][0].get_segments()
    assert high[1] - low[1] == pytest.approx(2 * 100 * np.std([0.18, 0.22], ddof=1))


def test_lines_go_over_the_weights_of_pipelines_where_codecs_stay_as_they_are():
    summary = example_tables.coded_summary()
    basic = summary[summary["lambda_codec"] == "basic"]
    drawing = rate_distortion_accuracy.draw(pd.concat([basic, basic.assign(lambda_isp="0.1")]))
    assert len(drawing.axes) == 2
    assert _entries(drawing) == ["16c", "32c", "fan-only", "λ = 0.1"]
    assert sum(len(line.get_xdata()) == 2 for line in drawing.axes[0].lines) == 2


def test_each_weight_of_the_pipeline_has_a_column_where_codecs_learn_too():
    summary = example_tables.coded_summary()
    both = pd.concat([summary, summary[summary["lambda_codec"] != "none"].assign(lambda_isp="0.1")])
    drawing = rate_distortion_accuracy.draw(both)
    assert [axes.get_title() for axes in drawing.axes] == ["pipeline as it is", "pipeline with λ = 0.1", "", ""]
    assert [axes.get_ylabel() for axes in drawing.axes] == [
        "accuracy on whole photographs,\nreal codec (%)", "", "SSIM of whole pictures", "",
    ]  # fmt: skip
    assert _entries(drawing) == ["JPEG", "16c", "32c", "basic", "λ = 1", "0.1", "0.001"]
    # JPEG reaches 1.5 bits a pixel, the codecs half of it and less: with equal steps they would fill a corner.
    low, high = drawing.axes[0].get_xlim()
    assert (drawing.axes[0].get_xscale(), low < 0.4, high > 1.5) == ("log", True, True)
    assert high / low < 1.2 * 1.5 / 0.4
    alone = rate_distortion_accuracy.draw(both, lambda_isp="0.1")
    assert len(alone.axes) == 2
    assert "JPEG" not in _entries(alone)


def test_a_table_without_rates_has_no_accuracy_over_the_rate():
    with pytest.raises(UserError, match="no line of D90, DNet has a rate"):
        rate_distortion_accuracy.draw(example_tables.coded_summary().assign(effective_bpp_mean=np.nan))


def test_a_latent_has_a_panel_of_its_own():
    numbers = example_tables.entropy_estimation()
    latent = numbers.assign(source="16c", scale=np.nan)
    drawing = entropy_estimation.draw(pd.concat([numbers, latent]))
    assert [axes.get_title() for axes in drawing.axes] == ["", "", "Laplace numbers", "latent of 16c"]
    assert drawing.get_figwidth() == style.PAGE
    assert len(entropy_estimation.draw(latent).axes) == 1


def test_crops_say_bits_a_pixel_ssim_and_quality(tmp_path):
    sample = arrays.read(example_samples.samples(tmp_path)["codec_crops"], codec_crops.ARRAYS)
    drawing = codec_crops.draw(sample)
    assert [axes.get_title() for axes in drawing.axes] == [
        "original",
        "16c\n0.50 bpp, SSIM 0.900",
        "JPEG, nearest SSIM\n0.90 bpp, SSIM 0.900 (Q 60)",
        "JPEG, nearest bpp\n0.50 bpp, SSIM 0.800 (Q 30)",
        "",
        "0.40 bpp, SSIM 0.850",
        "0.80 bpp, SSIM 0.851 (Q 55)",
        "0.40 bpp, SSIM 0.700 (Q 25)",
    ]
    assert [axes.get_ylabel() for axes in drawing.axes[::4]] == ["a", "b"]
    np.testing.assert_array_equal(drawing.axes[6].images[0].get_array(), sample["crops"][1, 2])


@pytest.mark.parametrize("rows", [1, 12])
def test_any_number_of_crops_fits_on_a_page(rows):
    sample = {
        "images": np.array(["a"] * rows),
        "names": np.array(["original", "16c", "JPEG, nearest SSIM", "JPEG, nearest bpp"]),
        "crops": np.zeros((rows, 4, 8, 8, 3), np.uint8),
        **{name: np.full((rows, 3), 0.5) for name in ("bpp", "ssim", "quality")},
    }
    drawing = codec_crops.draw(sample)
    assert drawing.get_figwidth() <= style.PAGE + 1e-6
    assert drawing.get_figheight() <= style.PAGE_HEIGHT


def test_every_data_set_has_a_panel_and_every_codec_a_curve(curves):
    drawing = rate_distortion.draw(curves)
    assert [axes.get_title() for axes in drawing.axes] == ["Kodak", "CLIC"]
    assert drawing.get_figwidth() == style.PAGE
    assert _entries(drawing) == ["JPEG", "AVIF", "learned (DCN)"]
    learned = _line(drawing.axes[1], "dcn")
    assert learned.get_xdata().tolist() == [0.25, 0.5, 0.75, 1, 1.25, 1.5]  # beyond there is no average
    assert drawing.axes[0].get_xlim() == (0, 2)
    assert _line(drawing.axes[0], "jpeg").get_xdata().max() == 2


def test_one_data_set_fits_a_column(curves):
    drawing = rate_distortion.draw(curves, "ms_ssim_db", data_sets=["clic"], limit=1.0)
    assert drawing.get_figwidth() == style.COLUMN
    (axes,) = drawing.axes
    assert (axes.get_title(), axes.get_ylabel()) == ("CLIC", "MS-SSIM (dB)")
    assert _line(axes, "avif").get_ydata().tolist() == [13, 14, 15, 16]


def test_learned_codecs_are_marked_by_name_on_their_curve(curves):
    (axes,) = rate_distortion.draw(curves, points=POINTS, data_sets=["kodak"]).axes
    assert [text.get_text() for text in axes.texts] == ["16c", "32c"]
    marks = axes.lines[-1]
    assert (marks.get_xdata().tolist(), marks.get_ydata().tolist()) == ([0.5, 0.8], [0.88, 0.92])
    assert sum(line.get_label() == "learned (DCN)" for line in axes.lines) == 1


def test_where_learned_codecs_have_no_curve_a_line_joins_them(curves):
    drawing = rate_distortion.draw(curves[curves["codec"] != "dcn"], points=POINTS, data_sets=["kodak"])
    assert _line(drawing.axes[0], "dcn").get_xdata().tolist() == [0.5, 0.8]
    assert "learned (DCN)" in _entries(drawing)


def test_published_values_are_open_marks_in_their_codecs_colour(curves):
    published = tables.read(PUBLISHED, rate_distortion.PUBLISHED)
    drawing = rate_distortion.draw(curves, published=published)
    kodak = drawing.axes[0]
    (models,) = [line for line in kodak.lines if line.get_marker() == "s"]
    assert models.get_xdata().tolist() == [0.49, 0.81, 1.41]
    assert (models.get_color(), models.get_markerfacecolor()) == (rate_distortion.LOOKS["dcn"]["color"], "white")
    # What only others measured is named too, so that no mark stays without an entry.
    assert _entries(drawing)[3:] == ["published", "published model", "JPEG 2000, published", "BPG, published"]
    decibels = rate_distortion.draw(curves, "ms_ssim_db", published=published).axes[0]
    low = next(line for line in decibels.lines if line.get_marker() == "s")
    assert low.get_ydata()[0] == pytest.approx(-10 * np.log10(1 - 0.975))


def test_all_that_is_marked_lies_inside_the_axes(curves):
    bad = POINTS.assign(ssim=0.3)
    published = tables.read(PUBLISHED, rate_distortion.PUBLISHED)
    axes = rate_distortion.draw(curves, points=bad, published=published).axes[0]
    low, high = axes.get_ylim()
    assert low < 0.3
    assert high > 0.974  # the best published SSIM on Kodak


def test_a_data_set_that_the_table_lacks_is_refused(curves):
    with pytest.raises(UserError, match="data_set raw is not in the table; it has kodak, clic"):
        rate_distortion.draw(curves, data_sets=["raw"])
