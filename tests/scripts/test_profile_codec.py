import json
import os
import subprocess
import sys
from pathlib import Path

import imageio.v3 as imageio
import numpy as np
import pandas as pd
import pytest

import profile_codec
import tabulate
from neural_imaging.base.errors import UserError

ROOT = Path(profile_codec.__file__).resolve().parents[1]
PUBLISHED = ROOT / "resources" / "published" / "rate_distortion.csv"

QUALITIES = {"jpeg": "10 30 50 70 90", "webp": "0 30 60 80 95", "jpeg2000": "26 30 34 38"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")
    generator = np.random.default_rng(0)
    for name in ("one.png", "two.png"):
        coarse = np.kron(generator.integers(0, 256, (6, 6, 3)).astype(float), np.ones((8, 8, 1)))
        noisy = np.clip(coarse + generator.normal(0, 10, coarse.shape), 0, 255)
        imageio.imwrite(folder / name, noisy.astype(np.uint8))
    return folder


@pytest.fixture(scope="module")
def profiles(folder, tmp_path_factory):
    """Profiles of three codecs on a set that is called kodak."""
    output = tmp_path_factory.mktemp("profiles")
    for codec, grid in QUALITIES.items():
        command = ["--images", str(folder), "--codec", codec, "--data-set", "kodak", "--qualities", *grid.split()]
        profile_codec.main([*command, "--output", str(output / f"{codec}.json")])
    return sorted(output.glob("*.json"))


def test_a_profile_has_a_row_a_picture_and_quality(folder, tmp_path):
    output = tmp_path / "jpeg.json"
    command = ["--images", str(folder), "--codec", "jpeg", "--crop", "40", "--qualities", "20", "80", "--count", "1"]
    profile_codec.main([*command, "--name", "ours", "--output", str(output)])
    content = json.loads(output.read_text())
    rows = [(row["data_set"], row["image"], row["codec"], row["quality"]) for row in content["rows"]]
    assert rows == [(folder.name, "one.png", "ours", 20), (folder.name, "one.png", "ours", 80)]
    assert content["settings"]["crop"] == 40
    assert content["skipped"] == []


def test_tables_are_made_of_profiles(profiles, tmp_path, capsys):
    names = {name: tmp_path / f"{name}.csv" for name in ("rates", "curves", "averages", "bd", "images")}
    given = ["--profiles", *map(str, profiles)]
    outputs = {"output": "rates", "curves": "curves", "averages": "averages"}
    outputs = [f"--{option}={names[name]}" for option, name in outputs.items()]
    tabulate.main(["rate_distortion", *given, "--published", str(PUBLISHED), *outputs])
    tabulate.main(["bd_rates", *given, "--output", str(names["bd"]), "--per-image", str(names["images"])])
    assert "| kodak" in capsys.readouterr().out
    tables = {name: pd.read_csv(path) for name, path in names.items()}
    jpeg = tables["rates"].query("codec == 'jpeg'")
    assert jpeg["bpp"].tolist() == [0.5, 1.0, 1.5, 2.0]
    assert jpeg["ssim_published"].tolist() == [0.786, 0.893, 0.931, 0.949]
    assert set(tables["curves"]["codec"]) == {"jpeg", "jpeg2000", "webp"}
    assert len(tables["averages"]) == 14
    assert set(tables["bd"]["codec"]) == {"jpeg2000", "webp"}
    # Pictures of 48 pixels have no MS-SSIM.
    missing = tables["bd"].query("measure == 'ms_ssim_db'")
    assert missing["bd_rate_mean"].isna().all()
    assert missing["reason"].str.contains("needs two points").all()
    counts = tables["bd"].query("measure == 'psnr'")[["images", "missing"]].sum(axis="columns")
    assert counts.tolist() == [2, 2]
    assert len(tables["images"]) == 2 * 2 * 3
    for name in ("rates", "bd"):
        assert names[name].with_suffix(".md").is_file()
        assert names[name].with_suffix(".tex").is_file()


def test_bd_rates_of_whole_files_differ_from_those_of_the_picture_alone(profiles, tmp_path):
    for name, more in (("effective", []), ("files", ["--file-size"])):
        command = ["bd_rates", "--profiles", *map(str, profiles), *more]
        tabulate.main([*command, "--output", str(tmp_path / f"{name}.csv")])
    assert (tmp_path / "effective.csv").read_text() != (tmp_path / "files.csv").read_text()


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--codec", "jpeg", "--qualities", "0"], "JPEG: quality must be a whole number from 1 to 100"),
        (["--codec", "bpg"], "BPG needs the programs"),
        (["--codec", "jpeg", "--images", "nowhere"], "nowhere: no such file or folder"),
        (["--codec", "jpeg", "--crop", "4000"], "none of 2 pictures could be measured"),
        (["--codec", "jpeg", "--output", "profile.csv"], r"profile\.csv: the name must end with \.json"),
    ],
)
def test_wrong_calls_are_refused_and_write_nothing(folder, tmp_path, monkeypatch, more, message):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=message):
        profile_codec.main(["--images", str(folder), "--output", "profile.json", *more])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "more", "message"),
    [
        ("rate_distortion", ["--join", "dcn=16c,32c"], "dcn: 16c, 32c was not measured"),
        ("rate_distortion", ["--curves", "curves.txt"], "must end with .csv"),
        ("bd_rates", ["--anchor", "avif"], "kodak: avif was not measured"),
        ("bd_rates", ["--profiles", "none.json"], "none.json: no such file"),
    ],
)
def test_wrong_tables_are_refused_and_not_written(profiles, tmp_path, monkeypatch, name, more, message):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=message):
        tabulate.main([name, "--profiles", *map(str, profiles), "--output", "table.csv", *more])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("program", ["profile_codec", "tabulate", "plot"])
def test_help_loads_no_network(program):
    loaded = "sorted(set(sys.modules) & {'numpy', 'keras', 'pandas'})"
    code = f"import atexit, sys, {program}; atexit.register(lambda: print({loaded})); {program}.parse_arguments(['-h'])"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT / "scripts", check=True)
    assert done.stdout.endswith("[]\n")


def profiled(folders, codec, output, *more):
    images = [str(folder) for folder in folders]
    command = ["--images", *images, "--codec", codec, "--data-set", "both", "--qualities", *QUALITIES[codec].split()]
    profile_codec.main([*command, *more, "--output", str(output)])
    return output


def test_pictures_of_one_name_in_two_folders_are_compared_each_on_its_own(folder, tmp_path):
    folders = [tmp_path / "a", tmp_path / "b"]
    for place, copied in enumerate(folders):
        copied.mkdir()
        for path in folder.glob("*.png"):
            imageio.imwrite(copied / path.name, np.flip(imageio.imread(path), axis=place))
    paths = [str(profiled(folders, codec, tmp_path / f"{codec}.json")) for codec in ("jpeg", "webp")]
    tabulate.main(["bd_rates", "--profiles", *paths, "--output", str(tmp_path / "bd.csv")])
    # Noise has pictures without a common range of quality, which are counted as missing.
    assert set(pd.read_csv(tmp_path / "bd.csv")[["images", "missing"]].sum(axis="columns")) == {4}


@pytest.mark.parametrize("change", [["--crop", "40"], ["--resize", "40"], None, []])
def test_other_pictures_or_other_parts_of_one_name_are_not_compared(folder, tmp_path, change):
    """None is a folder of other pictures, and an empty list the same pictures in another folder."""
    for name, axis in (("a", 0), ("b", 1 if change is None else 0)):
        (tmp_path / name).mkdir()
        for path in folder.glob("*.png"):
            imageio.imwrite(tmp_path / name / path.name, np.flip(imageio.imread(path), axis=axis))
    paths = [str(profiled([tmp_path / "a"], "jpeg", tmp_path / "jpeg.json"))]
    paths += [str(profiled([tmp_path / "b"], "webp", tmp_path / "webp.json", *(change or [])))]
    command = ["bd_rates", "--profiles", *paths, "--output", str(tmp_path / "bd.csv")]
    if change == []:
        tabulate.main(command)
        return
    with pytest.raises(UserError, match=r"one\.png of both is another picture, or another part of it, in each"):
        tabulate.main(command)


def test_a_picture_whose_name_is_no_text_is_measured(folder, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / os.fsdecode(b"caf\xe9.png")).write_bytes((folder / "one.png").read_bytes())
    content = profiled([tmp_path / "in"], "jpeg", tmp_path / "jpeg.json").read_text(encoding="utf-8")
    assert "caf" in content
