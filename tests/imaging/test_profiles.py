"""Colour profiles are judged by what they do to colours, not by their names."""

import icc
import numpy as np
import pytest
from PIL import Image, ImageCms

from neural_imaging.imaging import opening


def _read(folder, samples, embedded, name="a.png", **options):
    Image.fromarray(samples).save(folder / name, icc_profile=embedded, **options)
    return opening.read(folder / name)


@pytest.fixture(scope="module")
def colours():
    return np.random.default_rng(0).integers(30, 220, (20, 30, 3), np.uint8)


@pytest.mark.parametrize("name", ["sRGB IEC61966-2.1", "linear sRGB", "x"])
def test_a_linear_profile_is_followed_whatever_its_name(tmp_path, name):
    opened = _read(tmp_path, np.full((16, 16, 3), 55, np.uint8), icc.profile(b"RGB ", name, 1.0, icc.SRGB))
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
    opened = _read(tmp_path, np.full((4, 4, 3), (60, 200, 60), np.uint8), icc.profile(b"RGB ", "sRGB", 2.2, icc.ADOBE))
    assert opened.picture[0, 0, 0] < 20
    assert opened.notes == ("colours of the profile sRGB become sRGB",)


def test_profiles_of_grey_pictures_are_followed(tmp_path):
    opened = _read(tmp_path, np.full((16, 16), 55, np.uint8), icc.profile(b"GRAY", "linear", 1.0))
    assert np.abs(opened.picture.astype(int) - 128).max() <= 1
    assert opened.notes == ("colours of the profile linear become sRGB",)
    opened = _read(tmp_path, np.full((16, 16), 55, np.uint8), icc.profile(b"RGB ", "linear", 1.0, icc.SRGB), "b.tif")
    assert np.abs(opened.picture.astype(int) - 128).max() <= 1


def test_a_profile_of_another_kind_of_colours_is_passed_over_with_a_word(tmp_path, colours):
    opened = _read(tmp_path, colours, icc.profile(b"GRAY", "grey", 1.0))
    np.testing.assert_array_equal(opened.picture, colours)
    assert opened.notes == ("its colour profile grey is of other colours than the picture, and is passed over",)


def test_transparent_pictures_have_their_profile_too(tmp_path):
    linear = icc.profile(b"RGB ", "linear", 1.0, icc.SRGB)
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
