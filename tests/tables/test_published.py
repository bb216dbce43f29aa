from pathlib import Path

import pandas as pd
import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.tables import published, summaries, tables

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "published"


def _summary(channels=("jpeg50",)):
    lines = []
    for channel in channels:
        for weight, accuracy, psnr in [("fan-only", 0.40, 42.0), ("0.1", 0.90, 41.0), ("0.2", 0.8, 41.5)]:
            for run in (-0.02, 0, 0.02):
                point = ["D90", "UNet", channel, weight, "none", "none", run, "photo", "photo"]
                # Whole photographs give half of the accuracy, and 1 dB more.
                lines.append([*point, accuracy / 2, 0.3, 0.2, accuracy + run, psnr + 1, 0.99, psnr])
        lines.append(["D90", "UNet", channel, "fan-only", "none", "1.5", 0, "photo", "photo", *[0.7] * 4, 42, 0.99, 42])
    return summaries.summary(pd.DataFrame(lines, columns=tables.PHOTOGRAPHS))


@pytest.fixture
def theirs():
    return tables.read(FOLDER / "unet_d90_tradeoff.csv", published.PUBLISHED)


def test_the_difference_is_to_the_middle_of_the_published_range(theirs):
    table = published.tradeoff(_summary(), theirs, "D90", "UNet").set_index("lambda_isp")
    assert table.loc["0.1", "accuracy_published"] == 0.926
    assert table.loc["0.1", ["accuracy_mean", "psnr_mean"]].tolist() == pytest.approx([0.45, 42])
    assert table.loc["0.1", "accuracy_difference"] == pytest.approx(0.90 - (0.89 + 0.94) / 2)
    assert table.loc["0.1", "psnr_difference"] == pytest.approx(41.0 - (42.0 + 42.6) / 2)
    assert table.loc["fan-only", "accuracy_difference"] == pytest.approx(0.40 - 0.445)


def test_lines_that_only_one_side_has_are_kept_with_gaps(theirs):
    table = published.tradeoff(_summary(), theirs, "D90", "UNet")
    assert list(table["lambda_isp"]) == [
        "fan-only", "1.0", "0.5", "0.25", "0.2", "0.1", "0.05", "0.01", "0.005", "0.001", "0.0005", "0.0001",
    ]  # fmt: skip
    assert table.set_index("lambda_isp").loc["0.2", ["accuracy_published", "psnr_difference"]].isna().all()
    assert table.set_index("lambda_isp").loc["1.0", ["accuracy_mean", "psnr_difference"]].isna().all()
    assert set(table["channel"]) == {"jpeg50"}


def test_another_camera_gets_the_published_lines_alone(theirs):
    table = published.tradeoff(_summary(), theirs, "S40", "UNet")
    assert len(table) == 11
    assert table["runs"].isna().all()


def test_several_channels_need_a_choice(theirs):
    summary = _summary(["jpeg50", "jpeg70"])
    with pytest.raises(UserError, match="choose one of jpeg50, jpeg70"):
        published.tradeoff(summary, theirs, "D90", "UNet")
    assert set(published.tradeoff(summary, theirs, "D90", "UNet", "jpeg70")["channel"]) == {"jpeg70"}


def test_cells_are_ranges_and_signed_differences(theirs):
    headings, lines = published.tradeoff_cells(published.tradeoff(_summary(), theirs, "D90", "UNet"))
    line = next(line for line in lines if line[0] == "0.1")
    assert line[1:3] == ["3", "runs alone"]
    assert line[3].startswith("90.0 [")
    assert line[4:7] == ["89.0–94.0", "92.6", "−1.5"]
    assert line[7].startswith("45.0")
    assert line[-2:] == ["−1.3", "42.00 [42.00, 42.00]"]
    assert headings[6] == "difference (points)"
    assert next(line for line in lines if line[0] == "0.5")[1:4] == ["–", "–", "–"]


def test_confusion_matrices_are_compared_cell_by_cell():
    theirs = tables.read(FOLDER / "unet_d90_confusion.csv", ["lambda_isp", "true"])
    classes = list(theirs.columns[2:])
    lines = [
        [
            "D90",
            "UNet",
            "jpeg50",
            "0.1",
            "none",
            "none",
            view,
            codec,
            true,
            predicted,
            percent if true == predicted else 5,
        ]
        for view, percent in (("whole", 40), ("patchwise", 80))
        for codec in ("differentiable", "libjpeg")
        for true in classes
        for predicted in classes
    ]
    ours = pd.DataFrame(lines, columns=tables.CONFUSION)
    table = published.confusion(ours, theirs, "D90", "UNet")
    assert len(table) == 11 * 25
    assert list(table["lambda_isp"].unique())[:2] == ["fan-only", "1.0"]
    cell = table[(table["lambda_isp"] == "0.1") & (table["true"] == "native") & (table["predicted"] == "jpeg")]
    assert cell[["percent", "percent_published", "percent_difference"]].to_numpy().tolist() == [[5, 13, -8]]
    headings, text = published.confusion_cells(table)
    assert headings == ["λ", "True class", *(f"{name} (%)" for name in classes)]
    assert ["0.1", "native", "80 / 85 (−5)", "5 / 0 (+5)", "5 / 1 (+4)", "5 / 13 (−8)", "5 / 0 (+5)"] in text
    assert ["1.0", "native", "– / 39", "– / 17", "– / 16", "– / 21", "– / 7"] in text


def test_published_values_carry_over_whole():
    theirs = tables.read(FOLDER / "unet_d90_confusion.csv", ["lambda_isp", "true"])
    assert len(theirs) == 55
    diagonal = [line[line["true"]] for line in theirs.to_dict("records") if line["lambda_isp"] == "fan-only"]
    assert sum(diagonal) / 5 == pytest.approx(44.6)  # the headline of the papers
