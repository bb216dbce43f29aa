import csv

import imageio.v3 as imageio
import numpy as np
import pytest

import compare_jpeg
from neural_imaging.base.errors import UserError
from neural_imaging.evaluation import jpeg_comparison


@pytest.fixture
def pictures(tmp_path):
    rows, columns = np.mgrid[:32, :40]
    waves = np.stack([128 + 90 * np.sin(rows / (3 + k) + columns / 7) for k in range(3)], axis=-1)
    for name, shift in (("b.png", 0), ("a.png", 20)):
        imageio.imwrite(tmp_path / name, (waves + shift).clip(0, 255).astype(np.uint8))
    return tmp_path


def test_the_table_has_a_line_a_picture_quality_and_codec(pictures):
    table = pictures / "table.csv"
    settings = '{"qualities": [20, 90]}'
    compare_jpeg.main(["--images", str(pictures), "--settings", settings, "--output", str(table)])
    rows = list(csv.DictReader(table.read_text().splitlines()))
    assert list(rows[0]) == ["image", "quality", "codec", "psnr"]
    assert [row["image"] for row in rows] == ["a.png"] * 10 + ["b.png"] * 10
    assert [row["codec"] for row in rows[:5]] == ["libjpeg", "round", "sin", "soft", "harmonic"]
    psnr = {(row["image"], row["quality"], row["codec"]): float(row["psnr"]) for row in rows}
    for name in ("a.png", "b.png"):
        assert psnr[name, "90", "libjpeg"] > psnr[name, "20", "libjpeg"]
        assert psnr[name, "20", "round"] == pytest.approx(psnr[name, "20", "libjpeg"], abs=0.05)


def test_pictures_are_found_in_folders_and_training_sets_validation_first(pictures):
    (pictures / "images.csv").write_text(
        "image,status,split\nb,used,train\na,used,validation\nc,refused,\n", encoding="utf-8"
    )
    assert [path.name for path in jpeg_comparison.find([pictures])] == ["a.png", "b.png"]
    assert [path.name for path in jpeg_comparison.find([pictures / "images.csv"])] == ["a.png", "b.png"]
    assert [path.name for path in jpeg_comparison.find([pictures / "images.csv"], 1)] == ["a.png"]
    assert len(jpeg_comparison.find([])) == 3


def test_what_is_no_picture_is_refused(pictures):
    (pictures / "text.png").write_text("no picture")
    with pytest.raises(UserError, match=r"text\.png: not a picture"):
        jpeg_comparison.read(pictures / "text.png")
    with pytest.raises(UserError, match="no such file"):
        jpeg_comparison.find([pictures / "none"])
    (pictures / "empty").mkdir()
    with pytest.raises(UserError, match="no pictures found"):
        jpeg_comparison.find([pictures / "empty"])


def test_what_is_changed_in_a_picture_or_passed_over_is_said(tmp_path, capsys):
    pictures = tmp_path / "set"
    for folder in (pictures, tmp_path / "disk"):
        folder.mkdir()
    imageio.imwrite(tmp_path / "disk/deep.png", np.full((8, 8), 65535, np.uint16))
    imageio.imwrite(pictures / "a.png", np.zeros((8, 8, 3), np.uint8))
    (pictures / "linked").symlink_to("../disk")
    (tmp_path / "disk/up").symlink_to("../set")
    (pictures / ".hidden.png").write_bytes(b"")
    (pictures / "notes.doc").write_bytes(b"")
    assert jpeg_comparison.find([pictures]) == [pictures / "a.png", pictures / "linked/deep.png"]
    said = capsys.readouterr().err.splitlines()
    assert said[0] == f"{pictures / '.hidden.png'}: passed over, hidden"
    assert said[1].startswith(f"{pictures / 'linked/up'}: passed over, a link to a folder that is looked into already")
    assert said[2].startswith(f"{pictures / 'notes.doc'}: passed over, its name does not end with .png")
    assert (jpeg_comparison.read(pictures / "linked/deep.png") == 255).all()
    assert capsys.readouterr().err == f"{pictures / 'linked/deep.png'}: 16 bits a sample are rounded to 8\n"
