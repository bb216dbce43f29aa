import json
import math

import imageio.v3 as imageio
import numpy as np
import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.coding import standards
from neural_imaging.evaluation import rate_distortion
from neural_imaging.imaging import measures
from neural_imaging.tables import profiles


class Lossless:
    """A codec that keeps everything, in a file of a header and the samples."""

    name = label = "lossless"
    version, settings, qualities = "lossless 1", {}, (None,)

    @staticmethod
    def check(quality):
        assert quality is None

    @staticmethod
    def encode(image, quality):
        return b"head" + bytes([image.shape[1]]) + image.tobytes()

    @staticmethod
    def decode(data):
        return np.frombuffer(data[5:], np.uint8).reshape(-1, data[4], 3)

    @staticmethod
    def payload(data):
        return len(data) - 5


def _picture(seed, height=48, width=64):
    generator = np.random.default_rng(seed)
    coarse = np.kron(generator.integers(0, 256, (height // 8, width // 8, 3)).astype(float), np.ones((8, 8, 1)))
    return np.clip(coarse + generator.normal(0, 10, coarse.shape), 0, 255).astype(np.uint8)


@pytest.fixture
def folder(tmp_path):
    for seed, name in enumerate(("b.png", "a.png")):
        imageio.imwrite(tmp_path / name, _picture(seed))
    (tmp_path / "text.png").write_text("no picture")
    return tmp_path


def _paths(folder):
    return sorted(folder.glob("*.png"))


def test_a_row_says_what_a_picture_cost_and_what_was_kept():
    picture, codec = _picture(1, 184, 200), standards.get("jpeg")
    rows = rate_distortion.profile([("one", picture)], codec, [90, 30.0], data_set="set")
    assert [row["quality"] for row in rows] == [90, 30]
    for row in rows:
        assert set(row) == set(profiles.COLUMNS)
        data = codec.encode(picture, row["quality"])
        decoded = codec.decode(data)
        assert (row["data_set"], row["image"], row["codec"]) == ("set", "one", "jpeg")
        assert row["bytes"] == len(data)
        assert row["bpp"] == 8 * len(data) / (184 * 200)
        assert row["effective_bytes"] == codec.payload(data)
        assert row["effective_bpp"] == 8 * codec.payload(data) / (184 * 200)
        assert row["psnr"] == measures.psnr(picture, decoded)
        assert row["ssim"] == measures.ssim(picture, decoded, window="uniform")
        assert row["ms_ssim"] == measures.ms_ssim(picture, decoded)
        assert row["ms_ssim_db"] == pytest.approx(-10 * math.log10(1 - row["ms_ssim"]))
        assert row["encode_seconds"] > 0 < row["decode_seconds"]


def test_what_has_no_number_is_null_and_can_be_written_as_json():
    (equal,) = rate_distortion.profile([("equal", _picture(1, 184, 200))], Lossless())
    assert (equal["psnr"], equal["ssim"], equal["ms_ssim"], equal["ms_ssim_db"]) == (None, 1, 1, None)
    (small,) = rate_distortion.profile([("small", _picture(1))], standards.get("jpeg"), [50])
    assert (small["ms_ssim"], small["ms_ssim_db"]) == (None, None)
    json.dumps([equal, small], allow_nan=False)


def test_the_default_grid_is_the_codecs_own():
    rows = rate_distortion.profile([("a", _picture(1)), ("b", _picture(2))], standards.get("jpeg"))
    assert [row["quality"] for row in rows] == 2 * list(range(95, 5, -5))
    assert [row["image"] for row in rows] == 18 * ["a"] + 18 * ["b"]


def test_wrong_qualities_are_refused_before_any_work():
    def never():
        raise AssertionError
        yield

    for qualities, message in (([50, 101], "JPEG: quality must be"), ([50, 50.0], "given twice")):
        with pytest.raises(UserError, match=message):
            rate_distortion.profile(never(), standards.get("jpeg"), qualities)


@pytest.mark.parametrize("processes", [1, 2])
def test_a_bad_picture_is_listed_with_its_reason_and_stops_nothing(folder, processes):
    imageio.imwrite(folder / "tiny.png", _picture(3, 8, 16))
    rows, skipped, notes = rate_distortion.profile_files(
        _paths(folder), standards.get("jpeg"), [40, 80], data_set="set", crop=32, processes=processes
    )
    assert [(row["image"], row["quality"]) for row in rows] == [
        ("a.png", 40), ("a.png", 80), ("b.png", 40), ("b.png", 80),
    ]  # fmt: skip
    assert [entry["image"] for entry in skipped] == ["text.png", "tiny.png"]
    assert "not a picture" in skipped[0]["reason"]
    assert skipped[1]["reason"] == "16 × 8 pixels have no square of 32"
    assert notes == []


def test_pictures_of_one_name_in_two_folders_are_two_pictures(tmp_path):
    paths = [tmp_path / folder / "1.png" for folder in ("smooth", "noisy")]
    for seed, path in enumerate(paths):
        path.parent.mkdir()
        imageio.imwrite(path, _picture(seed))
    rows, _, _ = rate_distortion.profile_files(paths, standards.get("jpeg"), [90])
    assert [row["image"] for row in rows] == ["smooth/1.png", "noisy/1.png"]


def test_what_was_changed_at_opening_is_noted(tmp_path):
    imageio.imwrite(tmp_path / "deep.png", np.full((16, 16), 40_000, np.uint16))
    rows, _, notes = rate_distortion.profile_files([tmp_path / "deep.png"], standards.get("jpeg"), [90])
    assert len(rows) == 1
    assert notes == [{"image": "deep.png", "note": "16 bits a sample are rounded to 8"}]


def test_nothing_but_bad_pictures_is_refused(folder):
    with pytest.raises(UserError, match=r"JPEG: none of 1 pictures could be measured; text\.png: not a picture"):
        rate_distortion.profile_files([folder / "text.png"], standards.get("jpeg"), [50])


def test_the_middle_is_cropped_or_the_middle_square_made_smaller():
    picture = np.zeros((40, 60, 3), np.uint8)
    picture[4:36, 14:46] = 255
    np.testing.assert_array_equal(rate_distortion.cut(picture, crop=32), np.full((32, 32, 3), 255, np.uint8))
    resized = rate_distortion.cut(picture, resize=20)
    assert resized.shape == (20, 20, 3)
    assert resized[10, 10, 0] == 255
    assert resized[0, 0, 0] == 0
    assert rate_distortion.cut(picture) is picture
    for wrong in ({"crop": 41}, {"resize": 41}, {"crop": 8, "resize": 8}):
        with pytest.raises(UserError, match=r"no square of 41|not both"):
            rate_distortion.cut(picture, **wrong)


def test_profiles_are_written_with_their_record_and_read_as_one_table(folder):
    for name in ("jpeg", "webp"):
        rate_distortion.run(_paths(folder), standards.get(name), folder / f"{name}.json", [50, 80], data_set="set")
    content = json.loads((folder / "jpeg.json").read_text())
    assert content["kind"] == "profile_codec"
    assert content["settings"]["version"].startswith("libjpeg")
    assert content["metrics"] == {"pictures": 2, "skipped": 1, "rows": 4}
    assert len(content["inputs"]) == 3
    assert [entry["image"] for entry in content["skipped"]] == ["text.png"]
    table = profiles.read([folder / "jpeg.json", folder / "webp.json"])
    assert list(table.columns) == list(profiles.COLUMNS)
    assert table["codec"].tolist() == ["jpeg"] * 4 + ["webp"] * 4
    assert table["ms_ssim"].isna().all()


def test_a_codec_may_be_given_another_name_and_has_no_quality_if_it_is_learned(folder):
    rate_distortion.run([folder / "a.png"], Lossless(), folder / "own.json", name="mine")
    (row,) = profiles.read([folder / "own.json"]).to_dict("records")
    assert (row["codec"], row["quality"]) == ("mine", None)
    assert math.isnan(row["psnr"])


def test_files_that_are_no_profiles_are_refused(folder):
    rate_distortion.run([folder / "a.png"], standards.get("jpeg"), folder / "jpeg.json", [50], data_set="set")
    content = json.loads((folder / "jpeg.json").read_text())
    (folder / "other.json").write_text('{"kind": "train_isp"}')
    del content["rows"][0]["ssim"]
    (folder / "old.json").write_text(json.dumps(content))
    for name, message in (("other", "not a profile"), ("old", "its rows have no ssim"), ("none", "no such file")):
        with pytest.raises(UserError, match=message):
            profiles.read([folder / f"{name}.json"])
    with pytest.raises(UserError, match=r"jpeg\.json and .*jpeg\.json both have jpeg on set"):
        profiles.read([folder / "jpeg.json"] * 2)


def test_an_unknown_codec_is_refused(tmp_path):
    with pytest.raises(UserError, match=r"no codec 128c.*; standards are jpeg, jpeg2000, webp, jpegxl, avif, bpg"):
        rate_distortion.find("128c", [tmp_path])
