"""Colour profiles are judged by what they do to colours, not by their names."""

import struct

import numpy as np
import pytest
from PIL import Image, ImageCms

from neural_imaging.imaging import opening

SRGB = ((0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141))
ADOBE = ((0.6097, 0.3111, 0.0195), (0.2053, 0.6257, 0.0609), (0.1492, 0.0632, 0.7446))
WHITE = (0.9642, 1.0, 0.8249)


def _profile(space, name, gamma, primaries=()):
    """A minimal ICC profile, version 2: one curve, a power."""

    def xyz(values):
        return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(65536 * value) for value in values))

    text = name.encode() + b"\0"
    tags = {b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(78), b"wtpt": xyz(WHITE)}
    tags |= {letter + b"XYZ": xyz(values) for letter, values in zip((b"r", b"g", b"b"), primaries, strict=False)}
    curve = b"curv\0\0\0\0" + struct.pack(">IHH", 1, round(256 * gamma), 0)
    tags |= {letter + b"TRC": curve for letter in ((b"r", b"g", b"b") if primaries else (b"k",))}
    table, body, start = b"", b"", 132 + 12 * len(tags)
    for tag, data in tags.items():
        data += bytes(-len(data) % 4)
        table += tag + struct.pack(">2I", start + len(body), len(data))
        body += data
    content = struct.pack(">I", len(tags)) + table + body
    head = struct.pack(">I4sI4s4s4s", 128 + len(content), b"lcms", 0x02100000, b"mntr", space, b"XYZ ")
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + xyz(WHITE)[8:]
    return head.ljust(128, b"\0") + content


def _read(folder, samples, profile, name="a.png", **options):
    Image.fromarray(samples).save(folder / name, icc_profile=profile, **options)
    return opening.read(folder / name)


@pytest.fixture(scope="module")
def colours():
    return np.random.default_rng(0).integers(30, 220, (20, 30, 3), np.uint8)


@pytest.mark.parametrize("name", ["sRGB IEC61966-2.1", "linear sRGB", "x"])
def test_a_linear_profile_is_followed_whatever_its_name(tmp_path, name):
    opened = _read(tmp_path, np.full((16, 16, 3), 55, np.uint8), _profile(b"RGB ", name, 1.0, SRGB))
    assert abs(int(opened.picture[0, 0, 0]) - 128) <= 1  # of 55 / 255, by the curve of IEC 61966-2-1
    assert opened.notes == (f"colours of the profile {name} become sRGB",)


def test_srgb_by_another_name_changes_nothing(tmp_path, colours):
    plain = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    place = plain.index("sRGB built-in".encode("utf-16-be"))
    plain[place : place + 26] = "monitor     5".encode("utf-16-be")
    opened = _read(tmp_path, colours, bytes(plain))
    np.testing.assert_array_equal(opened.picture, colours)
    assert opened.notes == ()


def test_other_primaries_are_followed(tmp_path):
    opened = _read(tmp_path, np.full((4, 4, 3), (60, 200, 60), np.uint8), _profile(b"RGB ", "sRGB", 2.2, ADOBE))
    assert opened.picture[0, 0, 0] < 20
    assert opened.notes == ("colours of the profile sRGB become sRGB",)


def test_profiles_of_grey_pictures_are_followed(tmp_path):
    opened = _read(tmp_path, np.full((16, 16), 55, np.uint8), _profile(b"GRAY", "linear", 1.0))
    assert np.abs(opened.picture.astype(int) - 128).max() <= 1
    assert opened.notes == ("colours of the profile linear become sRGB",)
    opened = _read(tmp_path, np.full((16, 16), 55, np.uint8), _profile(b"RGB ", "linear", 1.0, SRGB), "b.tif")
    assert np.abs(opened.picture.astype(int) - 128).max() <= 1


def test_a_profile_of_another_kind_of_colours_is_passed_over_with_a_word(tmp_path, colours):
    opened = _read(tmp_path, colours, _profile(b"GRAY", "grey", 1.0))
    np.testing.assert_array_equal(opened.picture, colours)
    assert opened.notes == ("its colour profile grey is of other colours than the picture, and is passed over",)


def test_transparent_pictures_have_their_profile_too(tmp_path):
    linear = _profile(b"RGB ", "linear", 1.0, SRGB)
    for opacity in (255, 254):
        samples = np.full((16, 16, 4), (55, 55, 55, opacity), np.uint8)
        opened = _read(tmp_path, samples, linear)
        assert abs(int(opened.picture[0, 0, 0]) - 128) <= 2


def test_what_a_file_says_of_its_colours_without_a_profile_is_noted(tmp_path, colours):
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0xA001] = 2
    Image.fromarray(colours).save(tmp_path / "a.jpg", exif=exif)
    assert "Adobe RGB" in opening.read(tmp_path / "a.jpg").notes[0]
    Image.fromarray(colours).save(tmp_path / "b.png")
    content = (tmp_path / "b.png").read_bytes()
    place = content.index(b"IDAT") - 4
    gamma = bytes.fromhex("0000000467414d41000186a031e8965f")  # 1.0
    (tmp_path / "b.png").write_bytes(content[:place] + gamma + content[place:])
    assert opening.read(tmp_path / "b.png").notes == ("its gamma of 1, without a profile, is passed over",)
