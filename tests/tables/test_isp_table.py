"""Tables of trained pipelines: where their numbers come from, means and spreads."""

import json
import math
import shutil

import numpy as np
import pandas as pd
import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.tables import isp_table, tables, typeset


def _trained(root, camera, isp, psnr, network="UNet"):
    """Files of a training whose validation PSNR came to `psnr`."""
    folder = root / camera / isp
    folder.mkdir(parents=True)
    last = {"epoch": 30, "validation_psnr": psnr, "validation_ssim": psnr / 50}
    content = {"kind": "train_isp", "settings": {"model": network}, "metrics": last, "inputs": {"data/images.csv": "0"}}
    (folder / "record.json").write_text(json.dumps(content))
    history = [
        {**last, "epoch": epoch, "validation_psnr": psnr + change} for epoch, change in ((10, -5), (20, 1), (30, 0))
    ]
    pd.DataFrame(history).to_csv(folder / "training.csv", index=False)
    return folder


@pytest.fixture
def root(tmp_path):
    for camera, better in (("D90", 0), ("5D", 2)):
        _trained(tmp_path, camera, "UNet", 40.0 + better)
        _trained(tmp_path, camera, "INet", 33.0 + better, "INet")
    (tmp_path / "D90/other").mkdir()
    (tmp_path / "D90/other/record.json").write_text('{"kind": "evaluation"}')
    return tmp_path


def test_trained_pipelines_are_found_below_a_folder_or_by_name(root):
    assert [folder.name for folder in isp_table.find([root])] == ["INet", "UNet", "INet", "UNet"]
    assert isp_table.find([root / "D90/UNet", root / "D90"]) == [root / "D90/UNet", root / "D90/INet"]


def test_values_are_those_of_the_validation_of_the_kept_weights(root):
    table = isp_table.trained(isp_table.find([root]))
    assert list(table) == isp_table.TRAINED
    line = table[(table["camera"] == "D90") & (table["isp"] == "UNet")].iloc[0]
    assert (line["network"], line["measured_on"], line["count"]) == ("UNet", "validation", 1)
    assert (line["psnr_mean"], line["ssim_mean"]) == (40.0, 0.8)
    assert math.isnan(line["psnr_std"])


def test_several_cameras_give_a_mean_over_them(root):
    table = isp_table.trained(isp_table.find([root]))
    over = table[table["camera"] == isp_table.ALL].set_index("isp")
    assert over["psnr_mean"].to_dict() == {"INet": 34.0, "UNet": 41.0}
    assert over.loc["UNet", "psnr_std"] == pytest.approx(math.sqrt(2))
    assert over.loc["UNet", "count"] == 2
    # One of them measured on photographs: no mean with the other's validation.
    tables.write(_measured([41.0, 42.0, 43.0]), root / "5D/UNet/evaluation.csv")
    table = isp_table.trained(isp_table.find([root]))
    assert table[table["camera"] == isp_table.ALL]["isp"].tolist() == ["INet"]


def test_the_last_validations_can_be_averaged(root):
    table = isp_table.trained([root / "D90/UNet"], last=2)
    assert table.iloc[0]["psnr_mean"] == 40.5
    assert table.iloc[0]["psnr_std"] == pytest.approx(math.sqrt(0.5))
    assert table.iloc[0]["measured_on"] == "validations"


def _measured(psnr, pipeline="UNet"):
    columns = {"image": ["a", "b", "c"], "pipeline": pipeline, "psnr": psnr, "ssim": [0.9, 0.92, 0.94]}
    return pd.DataFrame(columns)


def test_measurements_on_photographs_come_before_the_validation(root):
    folder = root / "D90/UNet"
    tables.write(_measured([41.0, 42.0, 43.0]), folder / "evaluation.csv")
    line = isp_table.trained([folder]).iloc[0]
    assert (line["measured_on"], line["count"], line["psnr_mean"], line["psnr_std"]) == ("photographs", 3, 42.0, 1.0)


def test_a_summary_has_a_line_a_pipeline_and_knows_perfect_pictures():
    both = pd.concat([_measured([40.0, 41.0, 42.0]), _measured([50.0, np.inf, 50.0], "Python")])
    table = isp_table.summary(both)
    assert list(table) == isp_table.SUMMARY
    assert table["psnr_mean"].tolist() == [41.0, np.inf]
    headings, lines = isp_table.cells(table)
    assert headings == ["Pipeline", "n", "PSNR (dB)", "SSIM"]
    assert lines == [["UNet", "3", "41.00 ± 1.00", "0.920 ± 0.020"], ["Python", "3", "∞", "0.920 ± 0.020"]]
    assert r"$\infty$" in typeset.latex(headings, lines)


def test_the_table_is_written_in_three_forms(root, tmp_path):
    table = isp_table.trained(isp_table.find([root]))
    typeset.write(table, tmp_path / "isps.csv", isp_table.cells, group=1)
    assert pd.read_csv(tmp_path / "isps.csv")["camera"].tolist()[-1] == "all cameras"
    assert "| D90 " in (tmp_path / "isps.md").read_text()
    latex = (tmp_path / "isps.tex").read_text()
    assert r"34.00 $\pm$ 1.41" in latex
    assert latex.count("midrule") == 3  # below the headings, and where the camera changes


def test_a_folder_counts_once_and_two_of_one_name_are_refused(root, monkeypatch):
    monkeypatch.chdir(root)
    once = isp_table.find([root / "D90", "D90", root / "D90/UNet"])
    assert sorted(folder.name for folder in once) == ["INet", "UNet"]
    shutil.copytree(root / "D90", root / "again/D90")
    with pytest.raises(UserError, match="2 folders hold a pipeline INet of a camera D90; summarise them apart"):
        isp_table.find([root / "D90", root / "again"])


def test_mistakes_are_named(root, tmp_path):
    with pytest.raises(UserError, match="no such folder"):
        isp_table.find([root / "absent"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="no trained pipelines found"):
        isp_table.find([tmp_path / "empty"])
    tables.write(pd.concat([_measured([1, 2, 3]), _measured([1, 2, 3], "b")]), root / "D90/UNet/evaluation.csv")
    with pytest.raises(UserError, match=r"evaluation\.csv: measures several pipelines"):
        isp_table.trained([root / "D90/UNet"])
    (root / "D90/INet/record.json").write_text(
        json.dumps({"kind": "train_isp", "settings": {"model": "INet"}, "metrics": {}})
    )
    with pytest.raises(UserError, match="has no validation"):
        isp_table.trained([root / "D90/INet"])


@pytest.mark.parametrize(
    "content",
    [
        {"settings": {"model": "INet"}, "metrics": None},
        {"settings": {"model": "INet"}, "metrics": {"validation_psnr": "high", "validation_ssim": 0.9}},
        {"settings": "INet", "metrics": {}},
        [],
    ],
)
def test_a_damaged_record_is_named(root, content):
    path = root / "D90/INet/record.json"
    path.write_text(json.dumps(content and {"kind": "train_isp", **content}))
    with pytest.raises(UserError, match=r"record\.json: not the record of a"):
        isp_table.trained([root / "D90/INet"])


def test_text_in_the_place_of_a_measurement_is_named(root):
    table = _measured([41.0, "high", 43.0])
    tables.write(table, root / "D90/UNet/evaluation.csv")
    with pytest.raises(UserError, match=r"evaluation\.csv: column psnr must have numbers, not 'high'"):
        isp_table.trained([root / "D90/UNet"])
