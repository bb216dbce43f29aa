"""TIFF files of all depths, orders and meanings of samples that are read give the picture that was written."""

import contextlib
import itertools

import numpy as np
import pytest
import tifffile
from PIL import Image

from neural_imaging.imaging import opening
from neural_imaging.imaging.opening import PictureError

DEPTHS = {8: np.uint8, 12: np.uint16, 16: np.uint16}
COLOURS = {"miniswhite": 1, "minisblack": 1, "rgb": 3, "separated": 4}
EXTRAS = {
    "none": (),
    "other": ("unspecified",),
    "straight": ("unassalpha",),
    "premultiplied": ("assocalpha",),
    "other first": ("unspecified", "unassalpha"),
}
SHAPE = (9, 13)


def _written(path, photometric, bits, extras, planar, **options):
    """Write random samples; gives colours, light up, and opacity or None, both from 0 to 1."""
    most = (1 << bits) - 1
    samples = np.random.default_rng(3).integers(0, most + 1, (*SHAPE, COLOURS[photometric] + len(extras)))
    colours, rest = samples[..., : COLOURS[photometric]], samples[..., COLOURS[photometric] :]
    opacity = rest[..., -1] / most if extras and extras[-1] != "unspecified" else None
    light = (most - colours if photometric in ("miniswhite", "separated") else colours) / most
    stored = colours
    if extras[-1:] == ("assocalpha",):
        stored = np.rint(colours * opacity[..., np.newaxis]).astype(int)
        if photometric == "miniswhite":
            stored = np.rint((most - colours) * opacity[..., np.newaxis]).astype(int)
            light = colours / most
    stored = np.concatenate([stored, rest], axis=2).astype(DEPTHS[bits])
    if stored.shape[2] == 1:
        stored = stored[..., 0]
    elif planar == "separate":
        stored = np.ascontiguousarray(np.moveaxis(stored, -1, 0))
    arrangement = {} if stored.ndim == 2 else {"planarconfig": planar}
    deep = {} if bits != 12 else {"bitspersample": 12}
    tifffile.imwrite(
        path, stored, photometric=photometric, extrasamples=extras or None, metadata=None,
        **arrangement, **deep, **options,
    )  # fmt: skip
    return light, opacity


def _shown(light, opacity):
    """What a viewer shows, from 0 to 255, before it is rounded."""
    if light.shape[2] == 4:
        # Plain inks, as Pillow mixes them.
        return 255 * light[..., :3] * light[..., 3:]
    light = np.broadcast_to(light, (*SHAPE, 3))
    return 255 * (light if opacity is None else light * opacity[..., np.newaxis] + 1 - opacity[..., np.newaxis])


# Of 12 bits tifffile writes no separate planes.
KINDS = [
    (*kind, planar)
    for kind in itertools.product(COLOURS, DEPTHS, EXTRAS)
    for planar in ("contig", "separate")
    if (kind[1], planar) != (12, "separate")
]


@pytest.mark.parametrize(("photometric", "bits", "extras", "planar"), KINDS)
def test_the_picture_is_that_which_was_written(tmp_path, photometric, bits, extras, planar):
    light, opacity = _written(tmp_path / "a.tif", photometric, bits, EXTRAS[extras], planar)
    if photometric == "separated" and opacity is not None:
        with pytest.raises(PictureError, match="inks are transparent"):
            opening.read(tmp_path / "a.tif")
        return
    opened = opening.read(tmp_path / "a.tif")
    # Premultiplied samples have fewer levels where little of them is seen; then all else is rounded twice.
    tolerance = 2.1 if photometric == "separated" or opacity is not None else 0.5
    np.testing.assert_allclose(opened.picture, _shown(light, opacity), atol=tolerance + 0.01)
    assert (f"{bits} bits a sample are rounded to 8" in opened.notes) == (bits > 8)
    assert ("transparent parts are laid on white" in opened.doubts) == (opacity is not None)


@pytest.mark.parametrize("options", [{"byteorder": ">"}, {"compression": "zlib", "predictor": True}, {"tile": (16, 16)},
                                     {"bigtiff": True}, {"rowsperstrip": 2}])  # fmt: skip
@pytest.mark.parametrize("bits", [8, 16])
def test_how_the_samples_are_packed_changes_nothing(tmp_path, bits, options):
    light, _ = _written(tmp_path / "a.tif", "rgb", bits, (), "contig", **options)
    np.testing.assert_allclose(opening.read(tmp_path / "a.tif").picture, _shown(light, None), atol=0.51)


def test_of_8_bits_pillow_reads_the_same(tmp_path):
    for photometric, count in COLOURS.items():
        for planar in ("contig", "separate"):
            _written(tmp_path / "a.tif", photometric, 8, (), planar)
            with Image.open(tmp_path / "a.tif") as image:
                expected = np.asarray(image.convert("RGB"))
            np.testing.assert_array_equal(opening.read(tmp_path / "a.tif").picture, expected, f"{photometric} {count}")


@pytest.mark.parametrize("compression", ["group3", "group4", "packbits", "tiff_lzw", None])
def test_black_and_white_is_read_however_it_is_packed(tmp_path, compression):
    bits = np.random.default_rng(0).random((11, 21)) > 0.5
    Image.fromarray(bits).save(tmp_path / "a.tif", compression=compression)
    np.testing.assert_array_equal(opening.read(tmp_path / "a.tif").picture[..., 0], 255 * bits)


@pytest.mark.parametrize("scale", [257, 256, 1])
def test_palettes_have_their_colours(tmp_path, scale):
    palette = np.random.default_rng(1).integers(0, 256, (3, 256))
    palette[:, 0] = 255
    indices = np.arange(256, dtype=np.uint8).reshape(8, 32)
    colormap = (palette * scale).astype(np.uint16)
    tifffile.imwrite(tmp_path / "a.tif", indices, photometric="palette", colormap=colormap, metadata=None)
    np.testing.assert_array_equal(opening.read(tmp_path / "a.tif").picture, palette.T[indices])


def test_jpeg_inside_a_tiff_file_is_read(tmp_path):
    y, x = np.mgrid[0:64, 0:64]
    smooth = np.stack([3 * x, 3 * y, x + y], axis=2).astype(np.uint8)
    Image.fromarray(smooth).save(tmp_path / "a.tif", compression="jpeg", quality=100)
    tifffile.imwrite(tmp_path / "b.tif", smooth, photometric="rgb", compression="jpeg", metadata=None)
    for name in ("a.tif", "b.tif"):
        difference = opening.read(tmp_path / name).picture.astype(int) - smooth
        assert np.abs(difference).mean() < 3


@pytest.mark.parametrize(
    ("dtype", "photometric", "reason"),
    [
        (np.int32, "minisblack", "signed numbers|more than 16 bits"),
        (np.uint32, "minisblack", "more than 16 bits"),
        (np.int16, "minisblack", "signed numbers"),
        (np.int8, "minisblack", "signed numbers"),
        (np.float16, "minisblack", "floating-point"),
        (np.float32, "rgb", "floating-point"),
        (np.float64, "minisblack", "floating-point"),
        (np.uint16, "cielab", "CIELAB of 16 bits"),
        (np.uint16, "cfa", "of the kind CFA"),
    ],
)
def test_samples_that_are_not_understood_are_refused(tmp_path, dtype, photometric, reason):
    """Whatever the values: small ones in samples of 32 bits would be black."""
    samples = np.full((16, 16, 3) if photometric in ("rgb", "cielab") else (16, 16), 100, dtype)
    tifffile.imwrite(tmp_path / "a.tif", samples, photometric=photometric, metadata=None)
    with pytest.raises(PictureError, match=reason):
        opening.read(tmp_path / "a.tif")


def test_channels_that_a_file_does_not_explain_are_refused(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", np.zeros((16, 16, 2), np.uint16), photometric="minisblack",
                     planarconfig="contig", extrasamples=["unspecified"], metadata=None)  # fmt: skip
    content = (tmp_path / "a.tif").read_bytes()
    # Another number for the tag that says it.
    (tmp_path / "a.tif").write_bytes(content.replace((338).to_bytes(2, "little") + b"\3\0", b"\xff\xff\3\0"))
    with pytest.raises(PictureError, match="2 channels, and does not say what they are"):
        opening.read(tmp_path / "a.tif")


def test_inks_other_than_those_of_print_are_refused(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", np.zeros((16, 16, 4), np.uint8), photometric="separated", metadata=None,
                     extratags=[(332, "H", 1, 2, True)])  # fmt: skip
    with pytest.raises(PictureError, match="inks are not"):
        opening.read(tmp_path / "a.tif")


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_preview_is_not_the_picture(tmp_path, dtype):
    small, large = np.zeros((8, 8, 3), dtype), np.full((32, 32, 3), np.iinfo(dtype).max, dtype)
    with tifffile.TiffWriter(tmp_path / "a.tif") as file:
        file.write(small, photometric="rgb", subfiletype=1, metadata=None)
        file.write(large, photometric="rgb", metadata=None)
    opened = opening.read(tmp_path / "a.tif")
    assert opened.picture.shape == (32, 32, 3)
    assert not opened.doubts
    with tifffile.TiffWriter(tmp_path / "b.tif") as file:
        for _ in range(3):
            file.write(large, photometric="rgb", metadata=None)
    assert opening.read(tmp_path / "b.tif").doubts == ("the first of 3 pictures in the file",)


def test_damaged_files_of_every_kind_give_no_other_error(tmp_path):
    rng = np.random.default_rng(7)
    for photometric in COLOURS:
        _written(tmp_path / "a.tif", photometric, 16, ("unassalpha",), "contig")
        data = (tmp_path / "a.tif").read_bytes()
        for _ in range(60):
            damaged = bytearray(data)
            for place in rng.integers(0, 300, 3):
                damaged[place] = rng.integers(256)
            (tmp_path / "damaged").write_bytes(damaged)
            with contextlib.suppress(PictureError):
                assert opening.read(tmp_path / "damaged").picture.shape[2] == 3
