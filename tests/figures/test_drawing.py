import example_samples
import example_tables
import numpy as np
import pandas as pd
import pytest

from neural_imaging.figures import (
    confusion,
    detection,
    difference,
    differentiable_jpeg,
    manipulations,
    pipelines,
    progress,
    published,
    scatter,
    style,
)
from neural_imaging.tables import arrays, tables

SMALL = {"camera": ["D90"], "isp": ["UNet"], "channel": ["jpeg50"], "lambda_isp": ["fan-only", 0.1], "run": [0, 1]}
WIDE = {
    "camera": ["D90", "5D", "40D"],
    "isp": ["UNet", "INet"],
    "channel": ["jpeg50"],
    "lambda_isp": ["fan-only", 1, 0.1, 0.01],
    "run": [0],
}


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return example_tables.tables(tmp_path_factory.mktemp("small"), SMALL)


@pytest.fixture(scope="module")
def wide(tmp_path_factory):
    return example_tables.tables(tmp_path_factory.mktemp("wide"), WIDE)


@pytest.fixture(scope="module")
def sampled(tmp_path_factory):
    return example_samples.samples(tmp_path_factory.mktemp("samples"))


def _texts(drawing):
    """What a reader can read on a figure's panels."""
    return [
        text
        for axes in drawing.axes
        for text in (axes.get_title(), axes.get_title("left"), axes.get_xlabel(), axes.get_ylabel())
    ]


def test_scatter_shows_both_codecs_and_every_run(small):
    drawing = scatter.draw(tables.read(small["runs"], scatter.columns("psnr")), "psnr")
    assert {"D90, differentiable", "D90, real codec", "PSNR of whole photographs (dB)", style.WHOLE} <= set(
        _texts(drawing)
    )
    points = sorted(tuple(point) for dots in drawing.axes[0].collections for point in dots.get_offsets().tolist())
    assert len(points) == 4 + 2  # four runs, two means
    assert points[-1] == pytest.approx((42.1, 41))  # the baseline's second run


def test_scatter_has_a_panel_for_each_camera(wide):
    drawing = scatter.draw(tables.read(wide["runs"], scatter.columns("ssim")), "ssim")
    assert len(drawing.axes) == 6
    assert drawing.get_figwidth() == style.PAGE
    assert {"D90, real codec", "5D, real codec", "40D, real codec", "SSIM of whole photographs"} <= set(_texts(drawing))
    shown = [text.get_text() for legend in drawing.legends for text in legend.get_texts()]
    assert shown == ["fan-only", "λ = 1", "0.1", "0.01", "UNet", "INet", "one run"]


def test_progress_shows_mean_and_range_of_runs(small):
    drawing = progress.draw(tables.read(small["progress"], progress.COLUMNS))
    assert {"D90, UNet", "accuracy on patches\nat validations (%)", "cross-entropy (nats)", "epoch"} <= set(
        _texts(drawing)
    )
    baseline = drawing.axes[0].lines[0]
    assert baseline.get_xdata().tolist() == [50, 100, 150]
    assert baseline.get_ydata()[-1] == pytest.approx(40.5)  # 40 and 41 of 100 hits
    shown = [text.get_text() for text in drawing.legends[0].get_texts()]
    assert shown[-2:] == ["mean of runs", "from the lowest to the highest run"]
    band = drawing.axes[0].collections[0].get_paths()[0].vertices[:, 1]
    assert (band.min(), band.max()) == pytest.approx((20 + 0.1 * 20, 41))


def test_progress_draws_the_camera_that_was_asked_for(wide):
    table = tables.read(wide["progress"], progress.COLUMNS)
    assert "5D, INet" in _texts(progress.draw(table, camera="5D"))
    assert len(progress.draw(table).axes) == 2 * 3


def test_confusion_writes_percent_into_the_cells(small):
    drawing = confusion.draw(tables.read(small["confusion"], confusion.COLUMNS))
    assert [axes.get_title() for axes in drawing.axes] == ["fan-only: 40.5 %", "λ = 0.1: 60.5 %"]
    numbers = [text.get_text() for text in drawing.axes[1].texts]
    assert len(numbers) == 25
    assert numbers[0] == "61"  # 60.5; halves go up, as in the tables
    assert numbers[1] == "10"  # (40 + 39) / 8


def test_detection_shows_what_was_found_and_how_often_confidence_is_right(small):
    table = tables.read(small["detection_curves"], detection.COLUMNS)
    drawing = detection.draw(table)
    assert drawing.get_suptitle() == "windows of whole photographs (D90, UNet, jpeg50, real codec)"
    assert [text.get_text() for text in drawing.legends[0].get_texts()] == ["fan-only", "λ = 0.1"]
    found, reliability, scaled = drawing.axes
    assert found.get_xscale() == "log"
    baseline = table[table["lambda_isp"] == "fan-only"]
    roc = baseline[(baseline["curve"] == "roc") & (baseline["x"] > 0)]
    assert found.lines[0].get_xdata().tolist() == pytest.approx(100 * roc["x"].to_numpy())
    assert found.lines[0].get_ydata().tolist() == pytest.approx(100 * roc["y"].to_numpy())
    for axes, curve in ((reliability, "reliability"), (scaled, "reliability, scaled")):
        own = baseline[baseline["curve"] == curve]
        points = axes.collections[0].get_offsets()
        np.testing.assert_allclose(points, 100 * own[["x", "y"]].to_numpy())
        assert axes.lines[-1].get_xy1() == (0, 0)
        assert axes.lines[-1].get_slope() == 1


def test_detection_shows_the_channel_that_most_was_learned_for_or_the_one_that_is_asked_for(small):
    table = tables.read(small["detection_curves"], detection.COLUMNS)
    other = table[table["lambda_isp"] == "fan-only"].assign(channel="none")
    both = pd.concat([other, table])
    assert "jpeg50" in detection.draw(both).get_suptitle()
    drawing = detection.draw(both, channel="none")
    assert "none" in drawing.get_suptitle()
    assert [text.get_text() for text in drawing.legends[0].get_texts()] == ["fan-only"]


def test_confusion_leaves_the_places_without_a_lambda_empty(wide):
    table = tables.read(wide["confusion"], confusion.COLUMNS)
    grid = table[table["lambda_isp"] != "0.01"]
    more = grid.assign(lambda_isp=grid["lambda_isp"].map({"fan-only": "0.5", "1.0": "0.05", "0.1": "0.02"}))
    drawing = confusion.draw(pd.concat([grid, more]))
    assert sum(axes.axison for axes in drawing.axes) == 6
    assert len(drawing.axes) == 8


def test_published_shows_ranges_where_we_have_nothing(small):
    drawing = published.draw(tables.read(small["published"], published.COLUMNS))
    bars = drawing.axes[1].patches
    assert len(bars) == 11
    # Patch by patch as published, and whole photographs.
    ours = [
        container.lines[0].get_ydata()[:2] for container in drawing.axes[1].containers if hasattr(container, "lines")
    ]
    assert [means[0] for means in ours] == pytest.approx([40.5, 40.5])
    assert (bars[0].get_y(), bars[0].get_height()) == pytest.approx((43, 3))  # fan-only: 43 to 46 %


def test_published_has_the_tables_intervals_as_bars_that_lie_on_the_marks(small):
    table = tables.read(small["published"], published.COLUMNS)
    panel = published.draw(table).axes[1]
    marks, caps, (bars,) = next(each for each in panel.containers if hasattr(each, "lines")).lines
    low, high = (100 * table.loc[0, f"accuracy_patchwise_{end}"] for end in ("low", "high"))
    assert low < high
    assert bars.get_segments()[0][:, 1] == pytest.approx([low, high])
    assert [cap.get_ydata()[0] for cap in caps] == pytest.approx([low, high])
    assert min(bars.get_zorder(), *(cap.get_zorder() for cap in caps)) > marks.get_zorder()
    assert all(cap.get_markersize() > marks.get_markersize() for cap in caps)
    labels = [text.get_text() for text in published.draw(table).legends[0].get_texts()]
    assert all(label.endswith(": mean, 95 % interval") for label in labels[1:])


def test_a_single_run_is_not_drawn_as_a_mean_too(small):
    runs = tables.read(small["runs"], scatter.columns("psnr"))
    drawing = scatter.draw(runs[runs["run"] == 0], "psnr")
    points = [point for dots in drawing.axes[0].collections for point in dots.get_offsets().tolist()]
    assert len(points) == 2
    assert "mean of runs" not in [text.get_text() for legend in drawing.legends for text in legend.get_texts()]


def test_photographs_are_not_enlarged(sampled):
    sample = arrays.read(sampled["pipelines"], pipelines.ARRAYS)
    width = sample["photos"].shape[2]
    large = {**sample, "photos": np.repeat(np.repeat(sample["photos"], 8, axis=1), 8, axis=2)}
    widths = []
    for shown in (sample, large):
        drawing = pipelines.draw(shown)
        drawing.draw_without_rendering()
        widths.append(drawing.axes[0].get_window_extent().width / drawing.dpi)
    assert widths[0] <= max(style.LEAST, width / style.RESOLUTION) < widths[1]


def test_differentiable_jpeg_is_shown_against_the_real_codec(small):
    drawing = differentiable_jpeg.draw(tables.read(small["differentiable_jpeg"], differentiable_jpeg.COLUMNS))
    above, below = drawing.axes
    assert [text.get_text() for text in above.get_legend().get_texts()] == [
        "libjpeg", "exact rounding", "sinusoidal", "soft", "harmonic",
    ]  # fmt: skip
    assert below.lines[1].get_ydata() == pytest.approx(np.full(5, 2.0))
    assert drawing.get_figwidth() == style.COLUMN


def test_pipelines_say_their_psnr_and_show_the_detail(sampled):
    drawing = pipelines.draw(arrays.read(sampled["pipelines"], pipelines.ARRAYS))
    assert [axes.get_title() for axes in drawing.axes[:3]] == ["target", "INet: 30.0 dB", "UNet: 40.0 dB"]
    photo, detail = drawing.axes[1].images[0].get_array(), drawing.axes[4].images[0].get_array()
    np.testing.assert_array_equal(detail, photo[4:20, 8:24])


def test_difference_says_what_was_optimised_and_how_much_is_amplified(sampled):
    drawing = difference.draw(arrays.read(sampled["difference"], difference.ARRAYS))
    assert [axes.get_title() for axes in drawing.axes[:3]] == [
        "pre-trained: 40.0 dB", "optimised: 38.0 dB\nUNet, λ = 0.1", "optimised − pre-trained, × 20",
    ]  # fmt: skip


def test_manipulations_are_named_with_their_strength(sampled):
    drawing = manipulations.draw(arrays.read(sampled["manipulations"], manipulations.ARRAYS))
    assert [axes.get_title() for axes in drawing.axes[:3]] == ["native", "sharpen 1", "jpeg 80"]


def test_behind_learned_codecs_no_figure_speaks_of_jpeg(small):
    runs = tables.read(small["runs"], scatter.columns("psnr")).assign(lambda_codec="basic")
    titles = [axes.get_title() for axes in scatter.draw(runs, "psnr").axes]
    assert [title.split(", ")[-1] for title in titles] == ["differentiable", "bitstream"] * (len(titles) // 2)
    cells = tables.read(small["confusion"], confusion.COLUMNS).assign(lambda_codec="basic", codec="bitstream")
    label = confusion.draw(cells.drop_duplicates(), codec="bitstream").get_supxlabel()
    assert "whole photographs; D90, UNet, bitstream" in label


def test_confusion_of_patches_says_so(small):
    drawing = confusion.draw(tables.read(small["confusion"], confusion.COLUMNS), view="patchwise")
    assert [axes.get_title() for axes in drawing.axes] == ["fan-only: 40.5 %", "λ = 0.1: 70.5 %"]
    assert "patch by patch" in drawing.get_supxlabel()


def test_a_signature_has_its_own_marker_and_label_and_is_not_joined_over_lambda(small):
    runs = tables.read(small["runs"], scatter.columns("psnr"))
    signed = runs[runs["lambda_isp"] == "0.1"].assign(lambda_isp="fan-only", signature="1.5")
    drawing = scatter.draw(pd.concat([runs, signed]), "psnr")
    handles = {text.get_text(): handle for legend in drawing.legends
               for handle, text in zip(legend.legend_handles, legend.get_texts(), strict=True)}  # fmt: skip
    assert handles["signature 1.5"].get_marker() == style.SIGNATURE_MARKER
    assert drawing.axes[0].lines[0].get_ydata() == pytest.approx([40.5, 60.5])
