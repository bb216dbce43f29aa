"""Figures over runs, channels, codecs and kinds of pictures: that they show what the table or sample has."""

import example_runs
import example_samples
import example_tables
import example_tests
import numpy as np
import pandas as pd
import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.figures import (
    boxplot,
    channels,
    codec_example,
    localisation,
    robustness,
    signature,
    spectra,
    style,
    transfer,
    whole_and_patchwise,
)
from neural_imaging.tables import arrays, tables


def _entries(drawing):
    return [text.get_text() for legend in drawing.legends for text in legend.get_texts()]


def _runs(weights=("fan-only", "1.0", "0.1"), runs=5):
    lines = [
        ["D90", isp, "jpeg50", weight, run, 0.4 + 0.2 * step + 0.01 * run, 0.35 + 0.2 * step]
        for isp in ("INet", "UNet")
        for step, weight in enumerate(weights)
        for run in range(runs)
    ]
    columns = ["camera", "isp", "channel", "lambda_isp", "run", "accuracy", "accuracy_libjpeg"]
    return pd.DataFrame(lines, columns=columns).assign(lambda_codec="none", signature="none")


def test_a_box_stands_for_the_runs_of_a_weight_and_pipeline():
    drawing = boxplot.draw(_runs())
    training, real = drawing.axes
    assert [label.get_text() for label in training.get_xticklabels()] == ["fan-only", "1", "0.1"]
    assert (training.get_title(), real.get_title()) == ("D90, differentiable", "D90, real codec")
    assert len(training.patches) == len(real.patches) == 6
    assert _entries(drawing) == ["INet", "UNet", "one run", "quartiles, median and range"]
    assert training.get_ylabel() == "accuracy on whole photographs (%)"
    dots = [line for line in training.lines if line.get_marker() == "o"]
    assert dots[0].get_ydata() == pytest.approx([40, 41, 42, 43, 44])


def test_few_runs_are_points_and_their_mean_without_a_box():
    drawing = boxplot.draw(_runs(runs=3))
    panel = drawing.axes[0]
    assert not panel.patches
    dots = [line for line in panel.lines if line.get_marker() == "o"]
    assert dots[0].get_ydata() == pytest.approx([40, 41, 42])
    assert panel.collections[0].get_segments()[0][:, 1] == pytest.approx([41, 41])
    assert _entries(drawing) == ["INet", "UNet", "one run", "mean of runs"]
    assert _entries(boxplot.draw(_runs(runs=1))) == ["INet", "UNet", "one run"]


def test_a_signature_has_a_box_of_its_own_behind_those_of_lambda():
    runs = _runs()
    runs = pd.concat([runs.assign(signature="1.5").query("lambda_isp == 'fan-only'"), runs])
    names = [label.get_text() for label in boxplot.draw(runs).axes[0].get_xticklabels()]
    assert names == ["fan-only", "1", "0.1", "signature 1.5"]


def test_boxes_of_learned_codecs_stand_over_the_codecs_weight():
    drawing = boxplot.draw(example_runs.channel_runs())
    panel = drawing.axes[0]
    assert [label.get_text() for label in panel.get_xticklabels()] == ["basic", "0.1"]
    assert panel.get_xlabel() == "λ of the codec"
    assert _entries(drawing)[0] == "16c"  # JPEG cannot learn


def test_jpeg_stands_over_its_quality_and_other_channels_beside_it():
    drawing = channels.draw(example_runs.channel_runs(), example_runs.CHANNELS)
    jpeg, others = drawing.axes
    lines = [line for line in jpeg.lines if len(line.get_xdata()) == 2]
    assert lines[0].get_xdata().tolist() == [10, 50]
    assert lines[0].get_ydata() == pytest.approx([31, 71])
    assert [label.get_text() for label in others.get_xticklabels()] == ["no codec", "16c"]
    assert _entries(drawing) == ["UNet, 2:1", "UNet", "differentiable", "real codec"]


def test_channels_without_jpeg_have_one_panel():
    runs = example_runs.channel_runs()
    drawing = channels.draw(runs[runs["channel"].isin(["none", "16c"])], example_runs.CHANNELS)
    assert [axes.get_xlabel() for axes in drawing.axes] == ["other channels"]


def test_a_channel_that_nobody_describes_is_refused():
    with pytest.raises(UserError, match="channel 16c of the table is not among the channels: jpeg50"):
        channels.draw(example_runs.channel_runs(), {"jpeg50": example_runs.CHANNELS["jpeg50"]})


def test_transfer_has_both_axes_in_one_order_and_frames_their_diagonal():
    axes = transfer.draw(example_tests.transfer()).axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["raw", "kodak", "clic"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["raw", "kodak"]
    assert axes.images[0].get_array().tolist() == [[90, 60, 60], [60, 90, 60]]
    assert len(axes.patches) == 2
    assert {"90.0", "60.0", "58.0–92.0"} == {text.get_text() for text in axes.texts}


def test_gains_under_other_conditions_stand_beside_the_network_alone():
    left, right = robustness.draw(example_tests.robustness()).axes[:2]
    rows = [label.get_text() for label in left.get_yticklabels()]
    assert rows == ["own", "jpeg30", "rounded", "mean", "worst", "median (AUC)"]
    np.testing.assert_allclose(left.images[0].get_array()[:, 0], [45, 45, 45, 45, 45, 60])
    assert [label.get_text() for label in right.get_xticklabels()] == ["λ = 0.1", "signature 1.5"]
    gains = right.images[0].get_array()
    np.testing.assert_allclose(gains, [[40, 40], [10, -10], [0, 0], [5, -5], [0, -10], [30, 0]], atol=1e-9)
    # Both signs are as strong as each other, and a number whose interval leaves 0 out is bold.
    assert right.images[0].norm.vmin == -right.images[0].norm.vmax
    bold = {text.get_text() for text in right.texts if text.get_fontweight() == "bold"}
    assert bold == {"+40.0", "+30.0", "+10.0", "+5.0", "−5.0", "−10.0"}
    assert [text.get_text() for text in right.texts if text.get_text() in rows] == ["jpeg30", "rounded"]


def test_the_network_alone_under_other_conditions_is_drawn_without_gains():
    table = example_tests.robustness().query("lambda_isp == 'fan-only' and signature == 'none'")
    left, right = robustness.draw(table).axes[:2]
    assert left.images
    assert not right.images


def test_forged_regions_have_a_mark_for_each_trained_part():
    axes = localisation.draw(example_tests.localisation()).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["sharpen", "jpeg", "splice"]
    marks = [line for line in axes.lines if len(line.get_xdata()) == 1 and line.get_marker() in style.MARKERS]
    found = sorted((round(float(mark.get_ydata()[0])), round(float(mark.get_xdata()[0]), 1)) for mark in marks)
    # The network alone, a pipeline and a signature in each row: means over two runs.
    assert found == [(0, 55.5), (0, 55.5), (0, 80.5), (1, 55.5), (1, 55.5), (1, 75.5), (2, 55.5), (2, 55.5), (2, 80.5)]
    filled = {float(mark.get_xdata()[0]) > 60: mark.get_markerfacecolor() != "white" for mark in marks}
    assert filled == {True: True, False: False}
    assert _entries(axes.figure) == ["alone", "λ = 0.1", "signature 1.5"]


def test_a_single_photographs_regions_have_no_intervals():
    table = example_tests.localisation().assign(auc_low=np.nan, auc_high=np.nan)
    axes = localisation.draw(table).axes[0]
    assert {line.get_markerfacecolor() for line in axes.lines if line.get_marker() in style.MARKERS} == {"white"}


def test_few_pairs_of_a_transfer_are_points_with_bars():
    table = example_tests.transfer().query("trained_on == 'raw'").iloc[:2]
    axes = transfer.draw(table).axes[0]
    assert not axes.images
    assert [label.get_text() for label in axes.get_yticklabels()] == ["raw, tested on clic", "raw, tested on kodak"]
    assert [text.get_text() for text in axes.texts] == ["60.0", "60.0"]
    assert axes.get_xlabel() == "accuracy on whole pictures (%)\nbars: 95 % intervals"
    single = transfer.draw(table.assign(accuracy_low=np.nan, accuracy_high=np.nan)).axes[0]
    assert single.get_xlabel() == "accuracy on whole pictures (%)"


def test_repetitions_of_a_transfer_are_averaged():
    table = example_tests.transfer()
    axes = transfer.draw(pd.concat([table, table.assign(accuracy=table["accuracy"] - 0.2)])).axes[0]
    assert axes.images[0].get_array()[0].tolist() == pytest.approx([80, 50, 50])


@pytest.fixture(scope="module")
def sampled(tmp_path_factory):
    return example_samples.samples(tmp_path_factory.mktemp("samples"))


def test_spectra_have_a_row_a_codec_and_a_column_a_weight_around_no_change(sampled):
    sample = arrays.read(sampled["spectra"], spectra.ARRAYS)
    axes = spectra.draw(sample).axes
    assert [panel.get_title() for panel in axes[:3]] == ["basic", "λ = 0.1", "λ = 0.001"]
    assert [panel.get_ylabel() for panel in axes[:4:3]] == ["16c", "32c"]
    np.testing.assert_array_equal(axes[4].images[0].get_array(), sample["log_ratios"][1, 1])
    low, high = axes[0].images[0].get_clim()
    assert low == -high


def test_an_example_says_bits_a_pixel_and_ssim_of_each_version(sampled):
    axes = codec_example.draw(arrays.read(sampled["codec_example"], codec_example.ARRAYS)).axes
    assert [panel.get_title() for panel in axes[:3]] == [
        "original",
        "16c, basic\nshown: 0.40 bpp, SSIM 0.900\nmean of 12: 0.45 bpp, SSIM 0.800",
        "16c, λ = 0.001\nshown: 0.50 bpp, SSIM 0.850\nmean of 12: 0.56 bpp, SSIM 0.820",
    ]  # fmt: skip


def test_a_tile_is_followed_through_manipulations_and_the_channel(sampled):
    sample = arrays.read(sampled["signature"], signature.ARRAYS)
    pipeline = {**sample, "signature": np.array("none"), "lambda_isp": np.array("0.10")}
    axes = signature.draw([sample, pipeline]).axes
    assert [axes[place].get_ylabel() for place in (0, 5, 10, 15)] == [
        "signature 1.5", "manipulated", "received", "pipeline λ = 0.1",
    ]  # fmt: skip
    assert [panel.get_title() for panel in axes[:9]] == [
        "tile", "spectrum", "without", "with", "difference × 20", "native", "sharpen", "jpeg", "",
    ]  # fmt: skip
    assert axes[6].get_xlabel() == f"rms {np.sqrt(np.square(sample['manipulated'][1]).mean()):.2f}"
    shown = np.tile(sample["received"][2] @ [0.299, 0.587, 0.114], (3, 3))
    np.testing.assert_allclose(axes[12].images[0].get_array(), shown, rtol=1e-5)
    low, high = axes[12].images[0].get_clim()
    assert low == -high


def test_boxes_have_a_row_a_camera():
    both = pd.concat([_runs(), _runs().assign(camera="40D")])
    titles = [axes.get_title() for axes in boxplot.draw(both).axes]
    assert titles == ["D90, differentiable", "D90, real codec", "40D, differentiable", "40D, real codec"]
    assert len(boxplot.draw(both, camera="40D").axes) == 2


@pytest.fixture(scope="module")
def views(tmp_path_factory):
    """Runs and summary of an experiment with a trained pipeline and a signature."""
    grid = {"camera": ["D90"], "isp": ["UNet"], "channel": ["jpeg50"], "lambda_isp": ["fan-only", 0.1], "run": [0, 1]}
    made = example_tables.tables(tmp_path_factory.mktemp("views"), {**grid, "signature": ["none", 1.5]})
    runs, summary = tables.read(made["runs"], whole_and_patchwise.RUNS), tables.read(made["summary"], [])
    return runs, summary


def test_patches_and_whole_photographs_stand_side_by_side_with_the_crop_as_a_third(views):
    drawing = whole_and_patchwise.draw(*views)
    panel = drawing.axes[0]
    assert [label.get_text() for label in panel.get_xticklabels()] == ["fan-only", "λ = 0.1", "signature 1.5"]
    assert _entries(drawing)[:3] == [
        "patch by patch, as in the papers",
        "whole photographs",
        "whole photographs cropped by (1, 1), real codec",
    ]
    means = [container.lines[0].get_ydata() for container in panel.containers]
    # 40 and 41 hits of the network alone, 20 more with what learned, which patches overstate by 10.
    assert means[0] == pytest.approx([40.5, 70.5, 70.5])
    assert means[1] == pytest.approx([40.5, 60.5, 60.5])
    assert means[2] == pytest.approx([40.5, 40.5, 40.5])


def test_learned_codecs_have_a_place_for_each_channel_and_weight(views):
    runs, summary = views
    lines = [table[table["signature"] == "none"] for table in (runs, summary)]
    coded = [
        pd.concat(
            [table.assign(channel="16c", lambda_isp="fan-only", lambda_codec=weight) for weight in ("basic", "0.1")]
        )
        for table in (table[table["lambda_isp"] == "0.1"] for table in lines)
    ]
    drawing = whole_and_patchwise.draw(*(pd.concat(parts) for parts in zip(lines, coded, strict=True)))
    names = [label.get_text() for label in drawing.axes[0].get_xticklabels()]
    assert names == ["jpeg50, fan-only", "jpeg50, λ = 0.1", "16c, basic", "16c, λ = 0.1"]


def test_variants_are_sorted_from_the_baseline_over_lambda_to_signatures():
    variants = ["signature 3", "0.1", "0.1, signature 1.5", "fan-only", "1.0", "signature 1.5"]
    assert style.weights(variants) == ["fan-only", "1.0", "0.1", "signature 1.5", "signature 3", "0.1, signature 1.5"]
    assert len(set(style.weight_colours(variants).values())) == 6
