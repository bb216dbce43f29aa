"""EXIF is read as a reader can use it; damaged parts are left out."""

import io
import struct
import sys

import numpy as np
import pytest
from PIL import ExifTags, Image

import neural_imaging as ni
from neural_imaging.imaging import metadata, opening


@pytest.fixture
def picture():
    return np.random.default_rng(0).integers(0, 256, (48, 64, 3), np.uint8)


def exif():
    said = Image.Exif()
    said[271], said[272], said[305] = "Nikon", "D90\0\0", "Ver. 1\n2"
    camera = said.get_ifd(ExifTags.IFD.Exif)
    camera[0x829A], camera[0x829D], camera[0x8827] = 1 / 250, 5.6, 200
    camera[0x927C] = b"notes of the maker, with a place"
    return said


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_tags_are_texts_by_name(tmp_path, picture, kind):
    Image.fromarray(picture).save(tmp_path / "photo", kind, exif=exif())
    found = metadata.read(tmp_path / "photo")
    assert found.format == kind
    expected = {"Make": "Nikon", "Model": "D90", "ExposureTime": "1/250", "FNumber": "5.6", "ISOSpeedRatings": "200"}
    assert expected.items() <= found.exif.items()
    assert "\n" not in found.exif["Software"]
    assert "MakerNote" not in found.exif
    assert found.position is None


def test_files_that_are_built_as_tiff_but_are_no_picture_are_read_too(tmp_path):
    said = exif()
    said.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (48.0, 8.0, 0.0), 3: "E", 4: (11.0, 34.0, 0.0)})
    (tmp_path / "photo.dng").write_bytes(said.tobytes().removeprefix(b"Exif\0\0"))
    found = metadata.read(tmp_path / "photo.dng")
    assert found.known
    assert found.exif["Make"] == said[271]
    assert found.position == pytest.approx({"latitude": 48 + 8 / 60, "longitude": 11 + 34 / 60})


def test_of_files_that_cannot_be_read_nothing_is_known(tmp_path):
    assert not metadata.read(tmp_path / "nowhere.dng").known
    (tmp_path / "photo.crw").write_bytes(b"II\x1a\0\0\0HEAPCCDR" + bytes(64))
    found = metadata.read(tmp_path / "photo.crw")
    assert (found.known, found.exif, found.position) == (False, {}, None)


def test_a_position_is_no_part_of_the_other_tags(tmp_path, picture):
    said = exif()
    place = said.get_ifd(ExifTags.IFD.GPSInfo)
    place[1], place[2], place[3], place[4], place[5], place[6] = "S", (30, 30, 36), "E", (0, 15, 0), b"\x01", 12
    Image.fromarray(picture).save(tmp_path / "photo.jpg", exif=said)
    found = metadata.read(tmp_path / "photo.jpg")
    assert found.position == pytest.approx({"latitude": -30.51, "longitude": 0.25, "altitude": -12})
    assert not [name for name in found.exif if "GPS" in name]


def test_the_thumbnail_of_exif_is_read(tmp_path, picture):
    small = io.BytesIO()
    Image.new("RGB", (16, 12), (200, 50, 20)).save(small, "JPEG", quality=95)
    size = len(small.getvalue())
    # The head, a directory of one tag, which names the place of the next, and that one; behind it the picture.
    first = struct.pack("<HHHII", 1, 274, 3, 1, 1) + struct.pack("<I", 26)
    second = struct.pack("<H", 3) + b"".join(
        struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in ((259, 3, 6), (513, 4, 68), (514, 4, size))
    )
    data = b"II*\0" + struct.pack("<I", 8) + first + second + bytes(4)
    assert len(data) == 68
    Image.fromarray(picture).save(tmp_path / "photo.jpg", exif=b"Exif\0\0" + data + small.getvalue())
    found = metadata.read(tmp_path / "photo.jpg")
    assert found.thumbnail.shape == (12, 16, 3)
    np.testing.assert_allclose(found.thumbnail.mean(axis=(0, 1)), (200, 50, 20), atol=3)


def test_damaged_exif_is_left_out_wherever_it_is_cut(tmp_path, picture):
    whole = exif().tobytes()
    for end in range(6, len(whole), 7):
        Image.fromarray(picture).save(tmp_path / "photo.jpg", exif=whole[:end])
        assert metadata.read(tmp_path / "photo.jpg").format == "JPEG"


def test_a_raw_file_without_a_preview_has_none(tmp_path):
    ni.simulate_raw(np.full((64, 96, 3), 0.2), tmp_path / "photo.dng")
    assert metadata.of_raw(tmp_path / "photo.dng") is None
    (tmp_path / "photo.nef").write_bytes(b"text")
    assert metadata.of_raw(tmp_path / "photo.nef") is None


def test_heic_is_read_where_there_is_a_decoder(tmp_path):
    pillow_heif = pytest.importorskip("pillow_heif")
    pillow_heif.register_heif_opener()
    colour = np.full((64, 80, 3), (200, 50, 20), np.uint8)
    Image.fromarray(colour).save(tmp_path / "photo.heic", quality=95, exif=exif())
    np.testing.assert_allclose(opening.read(tmp_path / "photo.heic").picture, colour, atol=4)
    found = metadata.read(tmp_path / "photo.heic")
    assert (found.format, found.exif["Model"]) == ("HEIF", "D90")


def test_without_a_decoder_heic_is_refused_with_what_would_read_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    (tmp_path / "photo.heic").write_bytes(b"\0\0\0\x18ftypheic" + bytes(100))
    with pytest.raises(opening.PictureError, match=r"in HEIF, which needs a decoder here \(pip install pillow-heif\)"):
        opening.read(tmp_path / "photo.heic")
