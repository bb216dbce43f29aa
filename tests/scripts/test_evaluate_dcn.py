"""The program evaluate_dcn: a codec beside JPEG on a few pictures, as a table, a picture and a line a mistake."""

import csv

import imageio.v3 as imageio
import numpy as np
import pytest
import tiny_codec

import evaluate_dcn
from neural_imaging.base import command_line
from neural_imaging.codec import codec
from neural_imaging.imaging import measures


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """Arguments for two pictures of three, and a codec."""
    folder = tmp_path_factory.mktemp("evaluate_dcn")
    random = np.random.default_rng(4)
    for name in ("b.png", "a.png", "c.png"):
        blocks = np.kron(random.integers(40, 216, (6, 7, 3)), np.ones((8, 8, 1)))
        picture = (blocks + random.normal(0, 8, blocks.shape)).clip(0, 255).astype(np.uint8)
        (folder / "pictures").mkdir(exist_ok=True)
        imageio.imwrite(folder / "pictures" / name, picture)
    (folder / "codecs/4c").mkdir(parents=True)
    tiny_codec.make().save(folder / "codecs/4c/model.keras")
    return {"images": folder / "pictures", "count": 2, "model": "4c", "models": folder / "codecs", "size": 40}


def run(**options):
    evaluate_dcn.main([text for name, value in options.items() for text in (f"--{name}", str(value))])


def test_table_and_picture_hold_the_codec_beside_jpeg(given, tmp_path, capsys):
    run(**given, output=tmp_path / "made/test.pdf")
    assert sorted(path.name for path in (tmp_path / "made").iterdir()) == ["test.csv", "test.pdf", "test.png"]
    with (tmp_path / "made/test.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    names = ["4c", "JPEG, nearest SSIM", "JPEG, nearest bpp"]
    assert [(line["image"], line["codec"]) for line in lines] == [(image, name) for image in "ab" for name in names]
    square = imageio.imread(given["images"] / "a.png")[4:44, 8:48]
    model = codec.find("4c", [given["models"]])
    decoded = codec.decompress(codec.compress(square, model), model)
    # Six digits are written.
    assert float(lines[0]["psnr"]) == pytest.approx(measures.psnr(square, decoded), rel=1e-5)
    assert float(lines[0]["ssim"]) == pytest.approx(measures.ssim(square, decoded, window="uniform"), rel=1e-5)
    assert lines[0]["quality"] == ""
    assert 1 <= float(lines[1]["quality"]) <= 100
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == 2 + 6 + 3
    assert [line.split("|")[1].strip() for line in printed[-3:]] == ["mean"] * 3
    mean = np.mean([float(line["psnr"]) for line in lines[::3]])
    assert f"{mean:.2f}" in printed[-3]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"output": "test.png"}, "--output test.png: the name must end with .pdf"),
        ({"images": "absent"}, "absent: no such file or folder"),
        ({"model": "64c"}, "no codec 64c: in "),
        ({"models": "absent"}, "absent: no such folder of codecs"),
        ({"size": 64}, "a.png: "),
    ],
)
def test_a_wrong_call_gets_one_line(given, tmp_path, monkeypatch, capsys, change, message):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        command_line.run(lambda: run(**{**given, "output": "test.pdf", **change}))
    assert ended.value.code == 2
    line = capsys.readouterr().err
    assert message in line
    assert line.count("\n") == 1
    assert not list(tmp_path.iterdir())
