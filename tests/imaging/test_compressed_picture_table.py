"""A table of JPEG, WebP, JPEG 2000 and AVIF pictures: each is right within a level, noted or refused; none silent.

What is lossy is compared with another decoder's samples (imagecodecs where Pillow reads, and the other way round).
"""

import itertools

import imagecodecs
import numpy as np
import picture_cases as table
import pytest
from picture_cases import case, said, saved
from PIL import Image

TURNS = itertools.cycle(range(1, 9))
HDR = "by its numbers (primaries 9, transfer 16 of H.273) its colours are not sRGB; they are taken as sRGB"
CMYK, FIRST = "CMYK becomes RGB", "the first of {} pictures in the file"


def _smooth(channels, most=255):
    """A slope in each channel, other ones in each, so that subsampled colours stay what they are."""
    y, x = np.mgrid[0 : table.HEIGHT, 0 : table.WIDTH]
    slopes = [x / table.WIDTH, y / table.HEIGHT, (x + y) / (table.WIDTH + table.HEIGHT), 1 - x / table.WIDTH]
    return np.rint(most * np.stack(slopes[:channels], axis=2)).astype(np.uint8 if most < 256 else np.uint16)


def _jpegs():
    for channels, options in itertools.product((1, 3), ({}, {"progressive": True}, {"quality": 30})):
        for name, profile in table.profiles(channels).items():
            turn, picture = next(TURNS), _smooth(channels).squeeze()
            data = saved(Image.fromarray(table.turned(picture, turn)), "JPEG", exif=_app1(turn),
                         icc_profile=profile.data, **options)  # fmt: skip
            decoded = imagecodecs.jpeg8_decode(data)
            light = _upright(decoded.reshape(*decoded.shape[:2], -1), turn) / 255
            notes = [profile.note] if profile.note else []
            yield case(f"{channels} channels, {name}, {options}", data, table.shown(light, None, profile), notes)
    for turn, adobe in itertools.product(range(1, 9), (False, True)):
        data = saved(Image.fromarray(table.turned(_smooth(3), turn)), "JPEG", exif=_app1(turn, adobe), quality=99)
        light = _upright(imagecodecs.jpeg8_decode(data), turn) / 255
        yield case(f"turned {turn}, adobe {adobe}", data, table.shown(light), [table.ADOBE] * adobe)
    inks = 255 - _smooth(4)
    mixed = (255.0 - inks[..., :3]) * (255 - inks[..., 3:]) / 255
    data = saved(Image.fromarray(inks, "CMYK"), "JPEG", quality=100, subsampling=0)
    # Inks are lossy, and mixed from two of them.
    decoded = imagecodecs.jpeg8_decode(data, outcolorspace="cmyk").astype(float)
    yield case("cmyk", data, decoded[..., :3] * decoded[..., 3:] / 255, [CMYK])
    assert np.abs(decoded[..., :3] * decoded[..., 3:] / 255 - mixed).max() < 8
    place = data.index(b"\xff\xee")
    bare = data[:place] + data[place + 2 + int.from_bytes(data[place + 2 : place + 4]) :]
    yield case("cmyk without a maker", bare, decoded[..., :3] * decoded[..., 3:] / 255,
               ["its inks are taken as Adobe's programs write them, though it does not say so", CMYK])  # fmt: skip
    frames = [Image.fromarray(_smooth(3)), Image.fromarray(255 - _smooth(3))]
    data = saved(frames[0], "MPO", save_all=True, append_images=frames[1:], quality=99)
    yield case("with a preview", data, table.shown(imagecodecs.jpeg8_decode(data) / 255))
    deep = imagecodecs.jpeg8_encode(_smooth(3, 4095), bitspersample=12)
    yield case("12 bits", deep, None, ["JPEG with more than 8 bits a sample"])
    lossless = imagecodecs.jpeg8_encode(table.samples(8, 3), lossless=True)
    yield case("lossless", lossless, table.shown(table.samples(8, 3) / 255))


def _app1(turn, adobe=False):
    return b"Exif\0\0" + table.exif(turn, adobe)


def _upright(picture, turn):
    """The picture of one that was stored turned; turning by a quarter is undone by turning the other way."""
    return table.turned(picture, {6: 8, 8: 6}.get(turn, turn))


def _webps():
    for alpha, lossless in itertools.product((0, 1), (True, False)):
        for name, profile in table.profiles(3).items():
            turn, picture = next(TURNS), table.samples(8, 3 + alpha) if lossless else _smooth(3 + alpha)
            data = saved(Image.fromarray(table.turned(picture, turn)), "WEBP", exif=table.exif(turn), lossless=lossless,
                         exact=True, icc_profile=profile.data or b"")  # fmt: skip
            decoded = _upright(imagecodecs.webp_decode(data), turn)
            assert not lossless or (decoded == picture).all()
            opacity = decoded[..., 3] / 255 if alpha else None
            yield case(f"alpha {alpha}, lossless {lossless}, {name}, turned {turn}", data,
                       table.shown(decoded[..., :3] / 255, opacity, profile),
                       said(8, profile, opacity))  # fmt: skip
    frames = [Image.fromarray(table.samples(8, 3, seed)) for seed in range(3)]
    data = saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    yield case("animated", data, table.shown(table.samples(8, 3) / 255), [FIRST.format(3)])


def _jpeg2000s():
    for bits, channels, kind in itertools.product((4, 8, 10, 12, 16), (1, 2, 3, 4), ("jp2", "j2k")):
        picture, most = table.samples(bits, channels), (1 << bits) - 1
        data = imagecodecs.jpeg2k_encode(picture.squeeze(), level=0, reversible=True, bitspersample=bits,
                                         codecformat=kind)  # fmt: skip
        colours = channels - (channels in (2, 4))
        opacity = picture[..., -1] / most if colours < channels else None
        light = picture[..., :colours] / most
        yield case(f"{kind} of {bits} bits, {channels}", data, table.shown(light, opacity), said(bits, None, opacity))
        if kind == "j2k" or bits == 4:
            continue
        for method, (name, profile) in itertools.product((2, 3), table.profiles(colours).items()):
            if profile.data:
                coloured = table.jp2_with(data, method, profile.data)
                yield case(f"jp2 of {bits} bits, {channels}, profile {name}", coloured,
                           table.shown(light, opacity, profile), said(bits, profile, opacity))  # fmt: skip
        turn = next(TURNS)
        word = table.jp2_box(b"uuid", b"JpgTiffExif->JP2" + table.exif(turn))
        turned = imagecodecs.jpeg2k_encode(table.turned(picture, turn).squeeze(), level=0, reversible=True,
                                           bitspersample=bits)  # fmt: skip
        yield case(f"jp2 of {bits} bits, {channels}, turned {turn}", turned + word, table.shown(light, opacity),
                   said(bits, None, opacity))  # fmt: skip
    grey = imagecodecs.jpeg2k_encode(table.samples(8, 1).squeeze(), level=0)
    for number in (0, 14, 15, 20):
        colours = number.to_bytes(4)
        yield case(f"colours {number}", table.jp2_with(grey, 1, colours), None, [f"number {number} of JPEG 2000"])
    data = table.jp2_with(imagecodecs.jpeg2k_encode(table.samples(8, 4), level=0, reversible=True), 1, (12).to_bytes(4))
    stored = 255.0 - table.samples(8, 4)
    yield case("inks", data, stored[..., :3] * stored[..., 3:] / 255, [CMYK])
    signed = imagecodecs.jpeg2k_encode(table.samples(8, 1).squeeze().astype(np.int8), level=0)
    yield case("signed", signed, None, ["signed numbers"])


def _avifs():
    for bits, channels in itertools.product((8, 10, 12), (1, 2, 3, 4)):
        picture, most, colours = table.samples(bits, channels), (1 << bits) - 1, channels - (channels in (2, 4))
        data = imagecodecs.avif_encode(picture.squeeze(), level=100, bitspersample=bits, speed=10,
                                       pixelformat="444" if channels > 2 else "400")  # fmt: skip
        opacity = picture[..., -1] / most if colours < channels else None
        yield case(f"{bits} bits, {channels} channels", data, table.shown(picture[..., :colours] / most, opacity),
                   said(bits, None, opacity))  # fmt: skip
    for bits, most in ((8, 255), (10, 1023)):
        data = imagecodecs.avif_encode(_smooth(3, most), level=100, bitspersample=bits, speed=10, pixelformat="444",
                                       primaries=9, transfer=16, matrix=0)  # fmt: skip
        yield case(f"high dynamic range, {bits}", data, table.shown(_smooth(3, most) / most), [HDR, *said(bits)])
    for alpha, turn in itertools.product((0, 1), range(1, 9)):
        picture = table.turned(_smooth(3 + alpha), turn)
        data = saved(Image.fromarray(picture), "AVIF", quality=90, speed=10, exif=table.exif(turn))
        decoded = _upright(imagecodecs.avif_decode(data), turn)
        opacity = decoded[..., 3] / 255 if alpha else None
        yield case(f"turned {turn}, alpha {alpha}", data, table.shown(decoded[..., :3] / 255, opacity),
                   said(8, None, opacity))  # fmt: skip
    for name, profile in table.profiles(3).items():
        if name != "junk":
            data = saved(Image.fromarray(_smooth(3)), "AVIF", quality=90, speed=10, icc_profile=profile.data)
            light = imagecodecs.avif_decode(data) / 255
            yield case(f"profile {name}", data, table.shown(light, None, profile), said(8, profile))
    frames = [Image.fromarray(_smooth(3)), Image.fromarray(255 - _smooth(3))]
    data = saved(frames[0], "AVIF", save_all=True, append_images=frames[1:], quality=90, speed=10)
    yield case("animated", data, table.shown(imagecodecs.avif_decode(data)[0] / 255), [FIRST.format(2)])


@pytest.mark.parametrize(("family", "least"), [(_jpegs, 45), (_webps, 20), (_jpeg2000s, 100), (_avifs, 30)])
def test_each_compressed_picture_is_right_noted_or_refused(tmp_path, family, least):
    rows = list(family())
    assert len(rows) >= least
    assert table.faults(tmp_path, rows) == []
