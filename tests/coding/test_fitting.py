"""Channels are found again from pairs of pictures, which Pillow has made smaller and coded."""

import io
import shutil

import damages
import numpy as np
import pytest
import yaml
from PIL import Image

import fit_channel
import neural_imaging as ni
from neural_imaging.base import texts
from neural_imaging.base.errors import UserError
from neural_imaging.coding import fitting, jpeg_tables
from neural_imaging.imaging import dead_leaves, srgb

SIZES = [(300, 420), (420, 300), (360, 360), (330, 510), (500, 310)]
SUBSAMPLINGS = ("4:4:4", "4:2:2", "4:2:0")
KERNELS = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC,
           "lanczos": Image.Resampling.LANCZOS}  # fmt: skip


@pytest.fixture(scope="module")
def photographs(tmp_path_factory):
    """Five pictures of different sizes."""
    folder = tmp_path_factory.mktemp("before")
    for index, size in enumerate(SIZES):
        scene = dead_leaves.scene(*size, np.random.default_rng(index))
        Image.fromarray(srgb.encode(scene)).save(folder / f"{index}.png")
    return folder


def _longest(picture, longest, kernel):
    scale = min(1, longest / max(picture.size))
    return picture.resize([round(side * scale) for side in picture.size], KERNELS[kernel])


def _send(before, after, change, ending="jpg", **options):
    after.mkdir(parents=True, exist_ok=True)
    for path in sorted(before.iterdir()):
        change(Image.open(path)).save(after / f"{path.stem}.{ending}", **options)
    return fitting.fit(fitting.paired(before, after)[0])


def _recoded(picture, **options):
    stored = io.BytesIO()
    picture.save(stored, "JPEG", **options)
    return Image.open(stored)


@pytest.mark.parametrize("number", range(10))
def test_ten_channels_of_our_own_making_are_found(photographs, tmp_path, number):
    rng = np.random.default_rng([13, number])
    longest, quality = int(rng.integers(130, 400)), int(rng.integers(35, 96))
    kernel, subsampling = rng.choice(list(KERNELS)), str(rng.choice(SUBSAMPLINGS))
    fitted = _send(
        photographs, tmp_path / "after", lambda picture: _longest(picture, longest, kernel), quality=quality,
        subsampling=subsampling,
    )  # fmt: skip
    resize, jpeg = fitted.steps
    assert resize == {"step": "resize", "kernel": kernel, "longest": longest}
    assert jpeg == {"step": "jpeg", "subsampling": subsampling, "quality": quality}
    assert max(fitted.differences.values()) == 0
    assert fitted.refused == {}


@pytest.mark.parametrize("number", range(2))
def test_a_coding_that_no_file_tells_of_is_estimated(photographs, tmp_path, number):
    rng = np.random.default_rng([17, number])
    quality, longest, subsampling = (
        int(rng.integers(35, 96)),
        int(rng.integers(130, 300)),
        ("4:2:0", "4:4:4")[number % 2],
    )

    def sent(picture):
        return _recoded(_longest(picture, longest, "bicubic"), quality=quality, subsampling=subsampling)

    fitted = _send(photographs, tmp_path / "after", sent, ending="png")
    resize, jpeg = fitted.steps
    assert (resize["kernel"], resize["longest"]) == ("bicubic", longest)
    assert jpeg["subsampling"] == subsampling
    assert abs(jpeg["quality"] - quality) <= 2


def test_a_coding_before_the_last_one_is_found_and_said(photographs, tmp_path):
    def sent(picture):
        return _recoded(_longest(picture, 240, "lanczos"), quality=52, subsampling="4:2:0")

    fitted = _send(photographs, tmp_path / "after", sent, quality=88, subsampling="4:2:0")
    assert [step["step"] for step in fitted.steps] == ["resize", "jpeg", "jpeg"]
    assert abs(fitted.steps[1]["quality"] - 52) <= 2
    assert fitted.steps[2]["quality"] == 88
    assert "before the last one" in fitted.notes[-1]


def test_nothing_is_found_where_nothing_was_done(photographs, tmp_path):
    fitted = _send(photographs, tmp_path / "after", lambda picture: picture, ending="png")
    assert fitted.steps == []
    assert set(fitted.differences.values()) == {0.0}


def test_a_factor_is_told_from_a_longest_side(photographs, tmp_path):
    fitted = _send(
        photographs, tmp_path / "after", lambda picture: picture.reduce(2), quality=[70, 80][1], subsampling="4:4:4"
    )
    assert fitted.steps[0] == {"step": "resize", "kernel": "area", "factor": 2}


def test_qualities_that_vary_are_a_range(photographs, tmp_path):
    (tmp_path / "after").mkdir()
    for index, quality in enumerate((70, 82, 75, 91, 78)):
        Image.open(photographs / f"{index}.png").save(
            tmp_path / f"after/{index}.jpg", quality=quality, subsampling="4:2:0"
        )
    fitted = fitting.fit(fitting.paired(photographs, tmp_path / "after")[0])
    assert fitted.steps == [{"step": "jpeg", "subsampling": "4:2:0", "quality": [70, 91]}]


def test_tables_of_a_sites_own_are_written_out(photographs, tmp_path):
    tables = jpeg_tables.pair(50) // 3 + np.arange(64).reshape(8, 8) % 5 + 1
    fitted = _send(
        photographs,
        tmp_path / "after",
        lambda picture: picture,
        qtables=tables.reshape(2, 64).tolist(),
        subsampling="4:4:4",
    )
    (jpeg,) = fitted.steps
    np.testing.assert_array_equal(jpeg["tables"], tables)
    assert max(fitted.differences.values()) == 0


def test_tables_of_their_own_that_differ_from_file_to_file_are_said(photographs, tmp_path, capsys):
    after = tmp_path / "after"
    after.mkdir()
    for index in range(len(SIZES)):
        tables = jpeg_tables.pair(60 + 5 * index) + np.arange(64).reshape(8, 8) % 5
        Image.open(photographs / f"{index}.png").save(
            after / f"{index}.jpg", qtables=tables.reshape(2, 64).tolist(), subsampling="4:4:4"
        )
    fitted = fitting.fit(fitting.paired(photographs, after)[0])
    assert set(fitted.steps[0]) == {"step", "subsampling", "quality"}
    assert len([note for note in fitted.notes if "5 of 5 files have tables of their own that differ" in note]) == 1
    written = tmp_path / "site.yaml"
    fit_channel.main([str(photographs), str(after), "--output", str(written)])
    assert "tables of their own that differ" in capsys.readouterr().out
    assert "# 5 of 5 files have tables of their own that differ" in written.read_text(encoding="utf-8")


def test_one_longest_side_of_all_pictures_might_be_a_factor_unless_some_stayed_as_they_were(tmp_path):
    rng = np.random.default_rng(0)
    picture = Image.fromarray(rng.integers(0, 256, (101, 101, 3), dtype=np.uint8))
    picture.resize((100, 100)).save(tmp_path / "smaller.png")
    picture.save(tmp_path / "large.png")
    picture.crop((0, 0, 90, 90)).save(tmp_path / "small.png")
    smaller = ("a", tmp_path / "large.png", tmp_path / "smaller.png")
    fitted = fitting.fit([smaller])
    assert fitted.steps[0]["longest"] == 100
    assert "all pictures came back with the same longest side" in fitted.notes[0]
    stayed = fitting.fit([smaller, ("b", tmp_path / "small.png", tmp_path / "small.png")])
    assert stayed.steps[0]["longest"] == 100
    assert not [note for note in stayed.notes if "same longest side" in note]


class TestOfPairs:
    def test_what_cannot_be_used_is_named_and_the_others_are_fitted(self, photographs, tmp_path):
        after = tmp_path / "after"
        _send(photographs, after, lambda picture: picture.reduce(2), quality=80)
        Image.open(photographs / "0.png").rotate(90, expand=True).save(after / "0.jpg")
        (after / "1.jpg").write_bytes(b"no picture")
        (after / "2.jpg").rename(after / "other.jpg")
        pairs, passed = fitting.paired(photographs, after)
        fitted = fitting.fit(pairs)
        assert sorted(path.name for path, _ in passed) == ["2.png", "other.jpg"]
        assert "cropped or turned" in fitted.refused["0"]
        assert "not a picture" in fitted.refused["1"]
        assert fitted.steps[0]["factor"] == 2

    def test_pictures_that_differ_by_their_ending_alone_are_no_pair(self, photographs, tmp_path):
        for name in ("a.png", "a.bmp", "b.png"):
            for side in ("before", "after"):
                (tmp_path / side).mkdir(exist_ok=True)
                Image.open(photographs / "0.png").save(tmp_path / side / name)
        (tmp_path / "after/a.bmp").unlink()
        pairs, passed = fitting.paired(tmp_path / "before", tmp_path / "after")
        assert [name for name, *_ in pairs] == ["b"]
        reasons = {str(path.relative_to(tmp_path)): reason for path, reason in passed}
        assert list(reasons) == ["before/a.bmp", "before/a.png", "after/a.png"]
        assert "its partner is not known" in reasons["before/a.png"]
        assert reasons["after/a.png"] == "has no partner"

    def test_larger_pictures_and_odd_sizes_are_refused(self, photographs, tmp_path):
        Image.open(photographs / "0.png").resize((840, 600)).save(tmp_path / "a.png")
        with pytest.raises(UserError, match=r"840 × 600 pixels, more than the 420 × 300"):
            fitting.fit([("a", photographs / "0.png", tmp_path / "a.png")])
        for index, scale in enumerate((0.5, 0.7, 0.9)):
            picture = Image.open(photographs / f"{index}.png")
            picture.resize([round(scale * side) for side in picture.size]).save(tmp_path / f"{index}.png")
        pairs = [(str(index), photographs / f"{index}.png", tmp_path / f"{index}.png") for index in range(3)]
        with pytest.raises(UserError, match="follow neither one factor nor a longest side"):
            fitting.fit(pairs)

    def test_a_folder_and_a_file_are_no_pair(self, photographs):
        with pytest.raises(UserError, match="two pictures, or two folders"):
            fitting.paired(photographs, photographs / "0.png")
        with pytest.raises(UserError, match="no pair of pictures"):
            fitting.fit([])


def test_the_program_writes_a_channel(photographs, tmp_path, capsys):
    before, after = tmp_path / "a.png", tmp_path / "a.jpg"
    picture = Image.open(photographs / "0.png").crop((0, 0, 200, 150))
    picture.save(before)
    _longest(picture, 100, "lanczos").save(after, quality=71)
    fit_channel.main([str(before), str(after), "--name", "mine"])
    printed = capsys.readouterr().out
    steps = yaml.safe_load(printed)["channels"]["mine"]["steps"]
    assert [step["step"] for step in steps] == ["resize", "jpeg"]
    assert "a.png: 0.00 " in printed
    fit_channel.main([str(before), str(after), "--output", str(tmp_path / "site.yaml")])
    assert yaml.safe_load((tmp_path / "site.yaml").read_text())["channels"]["site"]["steps"] == steps


@pytest.mark.parametrize(
    "name", ["a/b", "..", "", "a\nb", "a b", "$(touch PWNED)", "-x", "a*", "{x}", "é", "own\n", "a'b", 'a"b', "a:b"]
)
def test_a_name_that_no_channel_can_have_is_refused_before_anything_is_read(tmp_path, name):
    with pytest.raises(UserError, match=r"--name: .* is no name for paths"):
        fit_channel.main([str(tmp_path / "absent"), str(tmp_path / "absent"), f"--name={name}"])


@pytest.mark.parametrize("name", ["None", "nan", "1", "true", "1e3", "null", "0x1f", "2019-05-01"])
def test_a_name_that_yaml_would_read_as_something_else_stays_a_text(photographs, tmp_path, capsys, name):
    picture = photographs / "0.png"
    Image.open(picture).save(tmp_path / "0.jpg", quality=60)
    fit_channel.main([str(picture), str(tmp_path / "0.jpg"), f"--name={name}"])
    assert list(texts.mapping(capsys.readouterr().out, "printed")["channels"]) == [name]


@pytest.mark.parametrize(
    "name", ["a\nchannels: {b: 1}\n#", "a\r# b", "a\u2028b", "a\x85b", "\udcff", "a: b", "#", "{a}"]
)
def test_no_name_of_a_file_becomes_more_than_a_comment(photographs, tmp_path, name):
    before, after = tmp_path / "before", tmp_path / "after"
    for folder in (before, after):
        folder.mkdir()
    shutil.copy(photographs / "0.png", before / f"{name}.png")
    for file in (f"{name}.jpg", f"{name} alone.jpg"):
        Image.open(photographs / "0.png").save(tmp_path / "0.jpg", quality=60)
        shutil.copy(tmp_path / "0.jpg", after / file)
    fit_channel.main([str(before), str(after), "--output", str(tmp_path / "site.yaml")])
    text = (tmp_path / "site.yaml").read_text(encoding="utf-8")
    assert [line[0] for line in text.splitlines()].count("#") == 2
    assert list(texts.mapping(text, "written")) == ["channels"]


def test_where_nothing_was_done_no_channel_is_written(photographs, tmp_path):
    output = tmp_path / "site.yaml"
    with pytest.raises(UserError, match="no channel to write"):
        fit_channel.main([str(photographs), str(photographs), "--output", str(output)])
    assert not output.exists()


def test_each_damaged_picture_is_named_and_passed_over(photographs, tmp_path):
    Image.open(photographs / "0.png").save(tmp_path / "0.jpg", quality=60)
    content, count = (tmp_path / "0.jpg").read_bytes(), 0
    head = ((f"byte {place}", _flipped(content, place)) for place in range(0, 620, 7))
    for _, damaged in [*damages.bytes_of(content), *head]:
        (tmp_path / "0.jpg").write_bytes(damaged)
        said = _refusal(photographs / "0.png", tmp_path / "0.jpg")
        assert said is None or said.startswith(f"{tmp_path / '0.jpg'}: "), said
        assert said is None or "\n" not in said
        count += said is not None
    assert count >= 40


def _refusal(before, after):
    """Why a pair cannot be used; None where it can."""
    try:
        fitting._opened("0", before, after)
    except UserError as error:
        return str(error)
    return None


def _flipped(content, place):
    return content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]


def test_what_is_written_is_a_channel_that_does_the_same(photographs, tmp_path):
    fitted = _send(
        photographs, tmp_path, lambda picture: _longest(picture, 210, "bicubic"), quality=66, subsampling="4:2:0"
    )
    channel = ni.Channel(steps=fitted.steps)
    for index in range(len(SIZES)):
        sent, received = (
            np.asarray(Image.open(path)) for path in (photographs / f"{index}.png", tmp_path / f"{index}.jpg")
        )
        np.testing.assert_array_equal(np.rint(255 * channel.real(sent[np.newaxis])[0]), received)
