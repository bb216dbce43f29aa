"""Pictures of every common kind become what a viewer would show, or are refused with the reason."""

import contextlib

import imagecodecs
import numpy as np
import picture_cases
import pytest
import tifffile
from picture_cases import STORED
from PIL import Image, ImageCms

from neural_imaging.imaging import opening
from neural_imaging.imaging.opening import PictureError

DEEP = ("16 bits a sample are rounded to 8",)


@pytest.fixture(scope="module")
def colours():
    return np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)


def _deep(colours):
    """Samples of 16 bits that round to these, from below and from above."""
    noise = np.random.default_rng(1).integers(-128, 129, colours.shape)
    return (colours.astype(int) * 257 + noise).clip(0, 65535).astype(np.uint16)


def test_pictures_of_8_bits_are_as_they_were(tmp_path, colours):
    Image.fromarray(colours).save(tmp_path / "a.png")
    Image.fromarray(colours).save(tmp_path / "a.webp", lossless=True)
    tifffile.imwrite(tmp_path / "a.tif", colours, photometric="rgb")
    for name in ("a.png", "a.webp", "a.tif"):
        opened = opening.read(tmp_path / name)
        np.testing.assert_array_equal(opened.picture, colours)
        assert opened.notes == ()


@pytest.mark.parametrize("planar", ["contig", "separate"])
def test_16_bits_are_rounded_to_8(tmp_path, colours, planar):
    deep = _deep(colours)
    (tmp_path / "a.png").write_bytes(imagecodecs.png_encode(deep))
    stored = deep if planar == "contig" else np.moveaxis(deep, -1, 0)
    tifffile.imwrite(tmp_path / "a.tif", stored, photometric="rgb", planarconfig=planar)
    for name in ("a.png", "a.tif"):
        opened = opening.read(tmp_path / name)
        np.testing.assert_array_equal(opened.picture, colours)
        assert opened.notes == DEEP


def test_12_bits_are_as_bright_as_they_should_be(tmp_path):
    samples = np.array([[0, 2048, 4095, 1000] * 2] * 8, np.uint16)
    tifffile.imwrite(tmp_path / "a.tif", samples, bitspersample=12, photometric="minisblack")
    opened = opening.read(tmp_path / "a.tif")
    np.testing.assert_array_equal(opened.picture[0, :4, 0], [0, 128, 255, 62])
    assert opened.notes == ("12 bits a sample are rounded to 8",)


def test_grey_pictures_have_three_equal_channels(tmp_path, colours):
    grey, deep = colours[..., 0], np.ascontiguousarray(_deep(colours)[..., 0])
    Image.fromarray(grey).save(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes(imagecodecs.png_encode(deep))
    tifffile.imwrite(tmp_path / "c.tif", deep)
    (tmp_path / "d.pgm").write_bytes(b"P5 30 20 65535\n" + deep.astype(">u2").tobytes())
    for name, notes in (("a.png", ()), ("b.png", DEEP), ("c.tif", DEEP), ("d.pgm", DEEP)):
        opened = opening.read(tmp_path / name)
        np.testing.assert_array_equal(opened.picture, np.repeat(grey[..., np.newaxis], 3, axis=2))
        assert opened.notes == notes


def test_palettes_and_black_and_white_are_shown_in_their_colours(tmp_path):
    squares = Image.new("RGB", (16, 8), "red")
    squares.paste("blue", (8, 0, 16, 8))
    squares.convert("P", palette=Image.Palette.ADAPTIVE).save(tmp_path / "a.png")
    np.testing.assert_array_equal(opening.read(tmp_path / "a.png").picture, np.asarray(squares))
    Image.fromarray(np.eye(8, dtype=bool)).save(tmp_path / "b.png")
    np.testing.assert_array_equal(opening.read(tmp_path / "b.png").picture[..., 0], 255 * np.eye(8))


@pytest.mark.parametrize("orientation", STORED)
def test_pictures_are_turned_as_their_files_say(tmp_path, colours, orientation):
    stored = np.ascontiguousarray(STORED[orientation](colours))
    exif = Image.Exif()
    exif[274] = orientation
    Image.fromarray(stored).save(tmp_path / "a.png", exif=exif)
    tag = [(274, "H", 1, orientation, True)]
    tifffile.imwrite(tmp_path / "b.tif", stored, photometric="rgb", extratags=tag)
    tifffile.imwrite(tmp_path / "c.tif", stored.astype(np.uint16) * 257, photometric="rgb", extratags=tag)
    for name in ("a.png", "b.tif", "c.tif"):
        np.testing.assert_array_equal(opening.read(tmp_path / name).picture, colours)


def test_transparent_parts_are_laid_on_white(tmp_path, colours):
    opacity = np.full((20, 30, 1), 255, np.uint8)
    Image.fromarray(np.concatenate([colours, opacity], axis=2)).save(tmp_path / "opaque.png")
    opened = opening.read(tmp_path / "opaque.png")
    np.testing.assert_array_equal(opened.picture, colours)
    assert opened.notes == ()
    opacity[:, :10] = 0
    transparent = np.concatenate([colours, opacity], axis=2)
    Image.fromarray(transparent).save(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes(imagecodecs.png_encode(transparent.astype(np.uint16) * 257))
    for name, notes in (("a.png", ()), ("b.png", DEEP)):
        opened = opening.read(tmp_path / name)
        assert (opened.picture[:, :10] == 255).all()
        np.testing.assert_array_equal(opened.picture[:, 10:], colours[:, 10:])
        assert opened.notes == (*notes, "transparent parts are laid on white")


def test_colours_of_a_profile_become_srgb(tmp_path, colours):
    smooth = Image.fromarray(colours)
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    smooth.save(tmp_path / "a.png", icc_profile=plain)
    opened = opening.read(tmp_path / "a.png")
    np.testing.assert_array_equal(opened.picture, colours)
    assert opened.notes == ()
    smooth.save(tmp_path / "b.png", icc_profile=_swapped(plain))
    opened = opening.read(tmp_path / "b.png")
    assert opened.notes == ("colours of the profile swapped become sRGB",)
    # Two conversions by tables of 8 bits, each exact to about a level.
    inner = (colours > 8).all(axis=2)
    difference = np.abs(opened.picture[inner].astype(int) - colours[inner][:, ::-1])
    assert np.median(difference) <= 1
    smooth.save(tmp_path / "c.png", icc_profile=b"no profile")
    opened = opening.read(tmp_path / "c.png")
    np.testing.assert_array_equal(opened.picture, colours)
    assert opened.notes == ("its colour profile cannot be used and is passed over",)


def _swapped(profile):
    """A profile whose red and blue primaries have changed places."""
    profile = profile.replace(b"rXYZ", b"tmp0", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"tmp0", b"bXYZ", 1)
    return profile.replace("sRGB built-in".encode("utf-16-be"), "swapped".ljust(13, "\0").encode("utf-16-be"))


def test_only_the_first_of_several_pictures_is_taken(tmp_path, colours):
    first, second = Image.fromarray(colours), Image.fromarray(255 - colours)
    first.save(tmp_path / "a.tif", save_all=True, append_images=[second])
    opened = opening.read(tmp_path / "a.tif")
    np.testing.assert_array_equal(opened.picture, colours)
    assert opened.notes == ("the first of 2 pictures in the file",)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("absent.png", "no such file"),
        (".", "is a folder, not a picture"),
        ("text.png", "not a picture, or of a kind that cannot be read: a text"),
        ("empty.jpg", "not a picture, or of a kind that cannot be read"),
        ("cut.png", "cannot be read as a picture"),
        ("cut-deep.png", "cannot be read as a picture"),
        ("cut.jpg", "cannot be read as a picture"),
        ("cut.tif", "cannot be read as a picture"),
        ("float.tif", "its samples are floating-point numbers"),
        ("long.tif", "its samples have more than 16 bits"),
        ("photo.NEF", "is a RAW photograph; develop it first"),
    ],
)
def test_what_is_no_picture_is_refused_with_the_reason(tmp_path, colours, name, reason):
    deep = _deep(colours)
    Image.fromarray(colours).save(tmp_path / "a.jpg")
    whole = {
        "cut.png": imagecodecs.png_encode(colours),
        "cut-deep.png": imagecodecs.png_encode(deep),
        "cut.jpg": (tmp_path / "a.jpg").read_bytes(),
    }
    for file, data in whole.items():
        (tmp_path / file).write_bytes(data[: len(data) // 2])
    tifffile.imwrite(tmp_path / "float.tif", colours[..., 0].astype(np.float32))
    tifffile.imwrite(tmp_path / "long.tif", deep[..., 0].astype(np.uint32) * 65536)
    tifffile.imwrite(tmp_path / "photo.NEF", colours, photometric="rgb")
    tifffile.imwrite(tmp_path / "a.tif", deep, photometric="rgb")
    (tmp_path / "cut.tif").write_bytes((tmp_path / "a.tif").read_bytes()[:-2000])
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "empty.jpg").touch()
    with pytest.raises(PictureError, match=reason) as refused:
        opening.read(tmp_path / name)
    assert str(refused.value) == f"{tmp_path / name}: {refused.value.reason}"


def test_damaged_files_give_no_other_error_and_print_nothing(tmp_path, colours, caplog):
    rng = np.random.default_rng(7)
    Image.fromarray(colours).save(tmp_path / "a.jpg")
    tifffile.imwrite(tmp_path / "a.tif", _deep(colours), photometric="rgb", compression="zlib")
    sources = [imagecodecs.png_encode(_deep(colours)), imagecodecs.png_encode(colours)]
    sources += [(tmp_path / name).read_bytes() for name in ("a.jpg", "a.tif")]
    for _ in range(100):
        for data in sources:
            damaged = bytearray(data)
            for place in rng.integers(0, min(len(data), 300), 3):
                damaged[place] = rng.integers(256)
            (tmp_path / "damaged").write_bytes(damaged)
            with contextlib.suppress(PictureError):
                assert opening.read(tmp_path / "damaged").picture.shape[2] == 3
    assert not caplog.records


@pytest.mark.parametrize("bits", [1, 8, 16])
@pytest.mark.parametrize("interlaced", [False, True])
def test_each_flipped_bit_of_a_png_file_is_found(tmp_path, bits, interlaced):
    data = picture_cases.png(picture_cases.samples(bits, 1), bits, 0, interlaced=interlaced)
    start = data.index(b"IDAT") + 4
    for place in range(start, len(data) - 12):
        damaged = bytearray(data)
        damaged[place] ^= 1
        (tmp_path / "a.png").write_bytes(damaged)
        with pytest.raises(PictureError):
            opening.read(tmp_path / "a.png")


def test_a_picture_that_no_memory_would_hold_is_refused(tmp_path, colours):
    tifffile.imwrite(tmp_path / "a.tif", _deep(colours), photometric="rgb")
    data = bytearray((tmp_path / "a.tif").read_bytes())
    with tifffile.TiffFile(tmp_path / "a.tif") as file:
        place = file.pages[0].tags["ImageWidth"].valueoffset
    data[place : place + 4] = (1 << 30).to_bytes(4, "little")
    (tmp_path / "huge.tif").write_bytes(data)
    with pytest.raises(PictureError, match=r"more than \d+ pixels"):
        opening.read(tmp_path / "huge.tif")
