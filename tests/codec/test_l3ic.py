"""The command l3ic: pictures as people have them, in files and folders, and one clear line for what goes wrong."""

import importlib
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import imageio.v3 as imageio
import numpy as np
import pytest
import tiny_codec
from PIL import Image

from neural_imaging import presets
from neural_imaging.base import command_line
from neural_imaging.codec import archives, codec, l3ic
from neural_imaging.coding import bitstream
from neural_imaging.imaging import measures

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """A folder of two codecs."""
    folder = tmp_path_factory.mktemp("codecs")
    for name, seed in (("4c", 0), ("4c-other", 1)):
        (folder / name).mkdir()
        tiny_codec.make(seed=seed).save(folder / name / "model.keras")
    return folder


@pytest.fixture
def here(tmp_path, models, monkeypatch):
    """A working folder with a picture, where the codecs are found."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(archives.ENVIRONMENT, str(models))
    monkeypatch.setattr(presets, "FOLDER", tmp_path)
    imageio.imwrite("photo.png", _picture(30, 45))
    return tmp_path


def _picture(height, width):
    rows, columns = np.mgrid[:height, :width]
    return np.stack([(128 + 100 * np.sin(rows / (9 + k) + columns / 20)) for k in range(3)], axis=-1).astype(np.uint8)


def run(*arguments):
    """Run the command; the exit code."""
    try:
        command_line.run(lambda: l3ic.main([str(argument) for argument in arguments]))
    except SystemExit as ended:
        return ended.code
    return 0


def refused(capsys, *arguments):
    """The line of a call that is refused, and that nothing else was printed or written."""
    before = sorted(Path().rglob("*"))
    assert run(*arguments) == 2
    printed = capsys.readouterr()
    assert not printed.out
    assert printed.err.count("\n") == 1
    assert sorted(Path().rglob("*")) == before
    return printed.err


def test_a_picture_is_compressed_and_comes_back(here, models, capsys):
    assert run("compress", "photo.png", "-m", "4c", "--measure") == 0
    line = capsys.readouterr().out
    size = Path("photo.l3ic").stat().st_size
    assert line.startswith(f"photo.png → photo.l3ic: 45 × 30 pixels, {Path('photo.png').stat().st_size:,} → {size:,} ")
    assert f"{8 * size / (45 * 30):.3f} bits a pixel" in line
    assert run("decompress", "photo.l3ic", "-o", "back.png") == 0
    back = imageio.imread("back.png")
    expected = codec.decompress(Path("photo.l3ic").read_bytes(), codec.find("4c", [models]))
    np.testing.assert_array_equal(back, expected)
    original = _picture(30, 45)
    assert f"{measures.psnr(original, back):.2f} dB, SSIM {measures.ssim(original, back):.4f}" in line
    assert sorted(path.name for path in Path().iterdir()) == ["back.png", "photo.l3ic", "photo.png"]


def test_a_folder_becomes_a_folder_and_a_bad_file_stops_nothing(here, capsys):
    for name in ("in/a.png", "in/below/b.jpg", "in/.hidden/c.png", "in/two.png", "in/two.bmp"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        imageio.imwrite(name, _picture(24, 40))
    Path("in/broken.png").write_bytes(Path("in/a.png").read_bytes()[:200])
    Path("in/notes.txt").write_text("taken in May")
    assert run("compress", "in", "-m", "4c", "-o", "out") == 1
    printed = capsys.readouterr()
    made = ["a.l3ic", "below/b.l3ic", "two-bmp.l3ic", "two-png.l3ic"]
    assert sorted(str(path.relative_to("out")) for path in Path("out").rglob("*.*")) == made
    assert "in/broken.png: cannot be read as a picture (image file is truncated)\n1 of 5 failed\n" in printed.err
    total = sum(path.stat().st_size for path in Path("out").rglob("*.l3ic"))
    before = sum(Path("in", name).stat().st_size for name in ("a.png", "below/b.jpg", "two.bmp", "two.png"))
    assert f"total of 4 pictures: {before:,} → " in printed.out
    assert f" → {total:,} bytes, {8 * total / (4 * 24 * 40):.3f} bits a pixel" in printed.out
    assert run("decompress", "out", "-o", "back") == 0
    assert imageio.imread("back/below/b.png").shape == (24, 40, 3)


def test_linked_folders_are_looked_into_and_what_is_passed_over_is_named(here, capsys):
    for name in ("in/a.png", "disk/b.png", "in/.hidden/c.png"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        imageio.imwrite(name, _picture(24, 40))
    Path("in/linked").symlink_to("../disk")
    Path("in/again").symlink_to("../disk")
    Path("disk/up").symlink_to("../in")
    Path("in/notes.txt").write_text("taken in May")
    assert run("compress", "in", "-m", "4c", "-o", "out") == 0
    assert sorted(str(path.relative_to("out")) for path in Path("out").rglob("*.*")) == ["a.l3ic", "again/b.l3ic"]
    said = [line for line in capsys.readouterr().err.splitlines() if "passed over" in line]
    assert said == [
        "in/.hidden: passed over, hidden",
        "in/again/up: passed over, a link to a folder that is looked into already (.)",
        "in/linked: passed over, a link to a folder that is looked into already (again)",
        "in/notes.txt: passed over, not a picture by its name (*.txt)",
    ]


def test_without_an_output_files_lie_beside_their_sources(here):
    Path("in").mkdir()
    imageio.imwrite("in/a.png", _picture(16, 16))
    assert run("compress", "photo.png", "in", "-m", "4c") == 0
    assert Path("photo.l3ic").is_file()
    assert Path("in/a.l3ic").is_file()
    Path("made").mkdir()
    assert run("compress", "photo.png", "-m", "4c", "-o", "made") == 0
    assert Path("made/photo.l3ic").is_file()


def _grey(path):
    Image.fromarray(_picture(30, 45)[..., 0]).save(path)
    return np.repeat(_picture(30, 45)[..., :1], 3, axis=2), ""


def _turned(path):
    exif = Image.Exif()
    exif[274] = 6
    Image.fromarray(_picture(30, 45)).save(path, exif=exif)
    return np.rot90(_picture(30, 45), -1), ""


def _transparent(path):
    opacity = np.full((30, 45, 1), 255, np.uint8)
    opacity[:, :20] = 0
    Image.fromarray(np.concatenate([_picture(30, 45), opacity], axis=2)).save(path)
    shown = _picture(30, 45)
    shown[:, :20] = 255
    return shown, " (transparent parts are laid on white)"


@pytest.mark.parametrize("make", [_grey, _turned, _transparent])
def test_pictures_are_compressed_as_they_are_seen(here, models, capsys, make):
    expected, note = make("kind.png")
    assert run("compress", "kind.png", "-m", "4c") == 0
    assert capsys.readouterr().out.endswith(f" bits a pixel{note}\n")
    assert Path("kind.l3ic").read_bytes() == codec.compress(expected, codec.find("4c", [models]))


def test_what_a_file_says_of_itself_needs_no_model(here, monkeypatch, capsys):
    run("compress", "photo.png", "-m", "4c")
    monkeypatch.delenv(archives.ENVIRONMENT)
    capsys.readouterr()
    assert run("info", "photo.l3ic") == 0
    data = Path("photo.l3ic").read_bytes()
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "photo.l3ic"
    assert f"version 2, {len(data)} bytes, {8 * len(data) / (30 * 45):.3f} bits a pixel" in said[1]
    assert "45 × 30 pixels" in said[2]
    assert "6 × 4 cells of 4 features" in said[3]
    assert said[4].endswith(bitstream.header(data).model.weights_hash.hex())


def test_streams_of_the_released_l3ic_are_written_and_read(here):
    imageio.imwrite("whole.png", _picture(24, 40))
    assert run("compress", "whole.png", "-m", "4c", "--stream", "1") == 0
    assert bitstream.header(Path("whole.l3ic").read_bytes()).version == 1
    assert run("decompress", "whole.l3ic", "-m", "4c", "-o", "back.tif") == 0
    assert imageio.imread("back.tif").shape == (24, 40, 3)


def test_what_exists_is_overwritten_when_that_is_said(here, capsys):
    Path("photo.l3ic").write_text("mine")
    assert "photo.l3ic: exists already; name another with -o, or --force overwrites" in refused(
        capsys, "compress", "photo.png", "-m", "4c"
    )
    assert Path("photo.l3ic").read_text() == "mine"
    assert run("compress", "photo.png", "-m", "4c", "--force") == 0
    assert bitstream.header(Path("photo.l3ic").read_bytes()).width == 45
    capsys.readouterr()
    assert "photo.png: exists already" in refused(capsys, "decompress", "photo.l3ic")


def test_nothing_is_begun_where_some_outputs_exist(here, capsys):
    Path("in").mkdir()
    for name in ("a", "b", "c"):
        imageio.imwrite(f"in/{name}.png", _picture(8, 8))
    for name in ("b", "c"):
        Path(f"in/{name}.l3ic").touch()
    line = refused(capsys, "compress", "in", "-m", "4c")
    assert "in/b.l3ic: exists already, and 1 more of 3 are there; name another with -o, or --force overwrites" in line


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("compress absent.png -m 4c", "absent.png: no such file or folder"),
        ("compress notes.txt -m 4c", "notes.txt: not a picture, or of a kind that cannot be read"),
        ("compress photo.png -m 64c", "no codec 64c: in "),
        ("compress photo.png", "no preset l3ic-32c: this installation has no presets; name a codec with -m"),
        ("compress photo.png -m photo.png", "photo.png: not a .keras archive"),
        ("compress photo.png -m absent.keras", "absent.keras: no such model file"),
        ("compress photo.png -m 4c -o photo.jpg", "photo.jpg: the name must end with .l3ic"),
        ("compress photo.png -m 4c -o absent/photo", "absent/photo: the name must end with .l3ic"),
        ("compress photo.png -m 4c -o notes.txt/photo.l3ic", "notes.txt is not a folder"),
        ("compress photo.png photo.png -m 4c -o out", "photo.png and photo.png would both become out/photo-png.l3ic"),
        ("compress photo.png empty -m 4c -o out.l3ic", "empty: holds no files that end with .png, .jpg"),
        ("compress photo.png other.png -m 4c -o out.l3ic", "out.l3ic: more than one file is made; name a folder"),
        ("compress photo.png -m 4c --models absent", "--models absent: no such folder"),
        ("compress photo.png -m 4c --stream 1", "photo.png: version 1 of the bit-stream takes sides that are"),
        ("compress coded.l3ic -m 4c", "coded.l3ic: is compressed already"),
        ("decompress photo.png", "photo.png: the name of a compressed file ends with .l3ic"),
        ("decompress coded.l3ic -o coded.webp", "coded.webp: the name must end with .png or .tif"),
        ("decompress coded.l3ic -m 4c-other", "coded.l3ic: made with a TinyCodec of 4 features with weights "),
        ("decompress version1.l3ic", "version1.l3ic: the stream does not say with which model it was made"),
        ("decompress cut.l3ic", "cut.l3ic: cut or damaged: "),
        ("info picture.l3ic", "picture.l3ic: no l3ic stream"),
        ("info photo.png", "photo.png: the name of a compressed file ends with .l3ic"),
    ],
)
def test_a_wrong_call_gets_one_line_and_makes_nothing(here, models, capsys, arguments, message):
    network = codec.find("4c", [models])
    data = codec.compress(_picture(16, 24), network)
    Path("coded.l3ic").write_bytes(data)
    Path("cut.l3ic").write_bytes(data[:-20])
    Path("version1.l3ic").write_bytes(codec.compress(_picture(16, 24), network, version=1))
    Path("picture.l3ic").write_bytes(Path("photo.png").read_bytes())
    Path("notes.txt").write_text("taken in May")
    Path("empty").mkdir()
    imageio.imwrite("other.png", _picture(8, 8))
    assert message in refused(capsys, *arguments.split())


def test_a_model_that_is_nowhere_is_named_by_what_it_was(here, monkeypatch, capsys):
    run("compress", "photo.png", "-m", "4c", "-o", "coded.l3ic")
    monkeypatch.delenv(archives.ENVIRONMENT)
    capsys.readouterr()
    assert "which is not in results/codecs; name the model's archive" in refused(capsys, "decompress", "coded.l3ic")


def test_pictures_too_small_for_ssim_are_compressed_too(here, capsys):
    imageio.imwrite("dot.png", _picture(1, 2))
    assert run("compress", "dot.png", "-m", "4c", "--measure") == 0
    assert capsys.readouterr().out.endswith(" dB\n")


def test_a_mistake_nobody_foresaw_stops_one_of_many_only(here, monkeypatch, capsys):
    original = codec.compress

    def compress(image, *more):
        if image.shape[0] == 30:
            raise ArithmeticError("no number")
        return original(image, *more)

    monkeypatch.setattr(codec, "compress", compress)
    imageio.imwrite("other.png", _picture(8, 8))
    assert run("compress", "photo.png", "other.png", "-m", "4c") == 1
    assert "photo.png: ArithmeticError: no number\n1 of 2 failed\n" in capsys.readouterr().err
    assert Path("other.l3ic").is_file()
    assert not Path("photo.l3ic").exists()


def test_without_a_model_the_preset_compresses_and_its_stream_is_recalled(here, models, tmp_path_factory, monkeypatch):
    monkeypatch.setattr(presets, "FOLDER", tmp_path_factory.mktemp("presets"))
    tiny_codec.make(seed=2).save(presets.FOLDER / f"{presets.CODEC}.keras")
    (presets.FOLDER / "fan.keras").write_bytes(b"no codec")
    assert run("compress", "photo.png") == 0
    assert run("decompress", "photo.l3ic", "-o", "back.png") == 0
    preset = codec.find(presets.CODEC)
    data = Path("photo.l3ic").read_bytes()
    assert bitstream.header(data).model == codec.identity(preset)
    np.testing.assert_array_equal(imageio.imread("back.png"), codec.decompress(data, preset))


def test_a_codec_of_ones_own_comes_before_the_preset_of_its_name(here, models, tmp_path_factory, monkeypatch):
    monkeypatch.setattr(presets, "FOLDER", tmp_path_factory.mktemp("presets"))
    tiny_codec.make(seed=2).save(presets.FOLDER / "4c.keras")
    assert codec.identity(codec.find("4c")) == codec.identity(codec.find("4c", [models]))


def test_the_installed_command_is_there():
    script = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]["l3ic"]
    module, name = script.split(":")
    assert callable(getattr(importlib.import_module(module), name))


def test_the_script_does_as_the_command(tmp_path):
    done = subprocess.run(
        [sys.executable, ROOT / "scripts/l3ic.py", "info", tmp_path / "absent.l3ic"], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert done.stderr == f"l3ic.py: {tmp_path / 'absent.l3ic'}: no such file or folder\n"


def test_a_picture_whose_name_is_no_text_goes_there_and_back(here, models):
    name, stream = os.fsdecode(b"caf\xe9.png"), os.fsdecode(b"caf\xe9.l3ic")
    Path(name).write_bytes(Path("photo.png").read_bytes())
    assert run("compress", name, "-m", "4c") == 0
    assert run("decompress", stream, "-o", "back.png") == 0
    np.testing.assert_array_equal(
        imageio.imread("back.png"), codec.decompress(Path(stream).read_bytes(), codec.find("4c", [models]))
    )
