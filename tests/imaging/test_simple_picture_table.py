"""A table of BMP, GIF and PPM pictures, and of what is no picture here: right within a level, noted or refused."""

import itertools
import struct

import imagecodecs
import numpy as np
import picture_cases as table
import pytest
from picture_cases import HEIGHT, LAID, ROUNDED, WIDTH, case, said, saved
from PIL import Image

MOST = (1, 15, 100, 255, 256, 1000, 1023, 4095, 65535)
COLOURS_PASSED = "what its header says of its colours, without a profile, is passed over"


def _bmps():
    for bits, topdown, short in itertools.product((1, 4, 8), (False, True), (False, True)):
        count = 2 if bits == 1 else (1 << bits) - (5 if short else 0)
        colours = np.random.default_rng(bits).integers(0, 256, (count, 3))
        indices = table.samples(bits, 1)[..., 0].astype(int) % count
        entries = b"".join(bytes([*colour[::-1], 0]) for colour in colours)
        yield case(f"palette of {bits} bits, {topdown}, {short}",
                   table.bmp(_packed(indices, bits), bits, palette=entries, topdown=topdown, colour_count=count),
                   colours[indices].astype(float))  # fmt: skip
    for bits, count in ((1, 2), (4, 16), (8, 256), (4, 2), (8, 2), (8, 16)):
        # Palettes of grey levels; of them Pillow does not heed how many bits choose from two.
        levels = np.linspace(0, 255, count).astype(int) if count == 2 else np.arange(count)
        indices = table.samples(bits, 1)[..., 0].astype(int) % count
        entries = b"".join(bytes([level, level, level, 0]) for level in levels)
        shown = np.repeat(levels[indices][..., np.newaxis], 3, axis=2).astype(float)
        data = table.bmp(_packed(indices, bits), bits, palette=entries, colour_count=count)
        refused = bits != {2: 1}.get(count, 8)
        yield case(f"grey palette of {count}, {bits} bits", data, None if refused else shown,
                   [f"for samples of {bits} bits"] if refused else [])  # fmt: skip
    for masks in ((0xF800, 0x7E0, 0x1F), (0x7C00, 0x3E0, 0x1F)):
        parts = [bin(mask).count("1") for mask in masks]
        samples = np.stack([table.samples(part, 1, part)[..., 0] for part in parts], axis=2).astype(int)
        pixels = sum(samples[..., place] * (mask & -mask) for place, mask in enumerate(masks))
        light = samples / [(1 << part) - 1 for part in parts]
        yield case(f"masks {masks}", table.bmp([row.astype("<u2").tobytes() for row in pixels], 16, masks=masks),
                   255 * light)  # fmt: skip
    colour, clear = table.samples(8, 3), table.samples(8, 4)
    rows = [row[:, ::-1].tobytes() for row in colour]
    for topdown in (False, True):
        yield case(f"24 bits, {topdown}", table.bmp(rows, 24, topdown=topdown), colour.astype(float))
    opacity, mixed = clear[..., 3] / 255, [row[:, [2, 1, 0, 3]].tobytes() for row in clear]
    yield case("32 bits", table.bmp(mixed, 32), clear[..., :3].astype(float))
    masks = (0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    yield case("32 bits with opacity", table.bmp(mixed, 32, masks=masks, header=56),
               table.shown(clear[..., :3] / 255, opacity), [LAID])  # fmt: skip
    odd = (0x3FF00000, 0xFFC00, 0x3FF)
    yield case("10 bits", table.bmp(mixed, 32, masks=odd, header=56), None, ["bitfields"])
    yield from _bmp_colours(rows, colour)


def _bmp_colours(rows, colour):
    for name, profile in table.profiles(3).items():
        if profile.data is None:
            continue
        data = bytearray(table.bmp(rows, 24, header=124, masks=(0,) * 4, compression=0, colours=b"DEBM"))
        struct.pack_into("<2I", data, 126, len(data) - 14, len(profile.data))
        yield case(f"profile {name}", bytes(data) + profile.data, table.shown(colour / 255, None, profile),
                   said(8, profile))  # fmt: skip
    for kind, notes in ((b"BGRs", []), (b" niW", []), (bytes(4), []), (bytes(4) + b"\1" * 48, [COLOURS_PASSED]),
                        (b"KNIL", [COLOURS_PASSED])):  # fmt: skip
        data = table.bmp(rows, 24, header=124, masks=(0,) * 4, compression=0, colours=kind)
        yield case(f"colours {kind[:5]}", data, colour.astype(float), notes)


def _packed(indices, bits):
    """Rows of places in a palette."""
    places = np.unpackbits(indices.astype(np.uint8)[..., np.newaxis], axis=2)[..., 8 - bits :]
    return [row.tobytes() for row in np.packbits(places.reshape(len(indices), -1), axis=1)]


def _gifs():
    indices = table.samples(8, 1)[..., 0]
    for seed, clear, interlaced in itertools.product(range(3), (None, 5), (0, 1)):
        colours = np.random.default_rng(seed).integers(0, 256, (256, 3))
        image = Image.fromarray(indices)
        image.putpalette(colours.astype(np.uint8).tobytes())
        options = {} if clear is None else {"transparency": int(indices[clear, clear])}
        opacity = None if clear is None else 1.0 - (indices == indices[clear, clear])
        yield case(f"palette {seed}, clear {clear}, interlaced {interlaced}",
                   saved(image, "GIF", interlace=interlaced, **options),
                   table.shown(colours[indices] / 255, opacity), said(8, None, opacity))  # fmt: skip
    grey = Image.fromarray(indices)
    shown = table.shown(indices[..., np.newaxis] / 255)
    yield case("grey", saved(grey, "GIF"), shown)
    for count in (2, 5):
        frames = [Image.fromarray(table.samples(8, 1, seed)[..., 0]) for seed in range(1, count)]
        data = saved(grey, "GIF", save_all=True, append_images=frames)
        yield case(f"{count} frames", data, shown, [f"the first of {count} pictures in the file"])
    # A frame that does not fill the picture; what it leaves free is clear.
    data = bytearray(saved(grey, "GIF"))
    struct.pack_into("<2H", data, 6, WIDTH + 4, HEIGHT + 2)
    framed = np.full((HEIGHT + 2, WIDTH + 4, 3), 255.0)
    framed[:HEIGHT, :WIDTH] = shown
    yield case("a smaller frame", bytes(data), framed, [LAID])


def _ppms():
    for (plain, binary, channels), most in itertools.product(((2, 5, 1), (3, 6, 3)), MOST):
        samples = np.random.default_rng(most).integers(0, most + 1, (HEIGHT, WIDTH, channels))
        head = f"P{{}}\n# a comment 9 9\n{WIDTH} {HEIGHT}\n# and 7\n{most}\n"
        notes = [ROUNDED.format(most.bit_length())] if most > 255 else []
        packed = samples.astype(">u2" if most > 255 else np.uint8).tobytes()
        shown = table.shown(samples / most)
        text = head.format(plain) + "\n".join(map(str, samples.ravel()))
        yield case(f"P{plain} up to {most}", text.encode(), shown, notes)
        yield case(f"P{binary} up to {most}", head.format(binary).encode() + packed, shown, notes)
        twice = 2 * (head.format(binary).encode() + packed)
        passed = "what follows the first picture in the file is passed over"
        yield case(f"two of P{binary} up to {most}", twice, shown, [passed, *notes])
    bits = table.samples(1, 1)
    shown = table.shown(1 - bits / 1)
    yield case("P1", f"P1 {WIDTH} {HEIGHT}\n{' '.join(map(str, bits.ravel()))}".encode(), shown)
    packed = np.packbits(bits[..., 0], axis=1).tobytes()
    yield case("P4", f"P4 {WIDTH} {HEIGHT}\n".encode() + packed, shown)
    floating = np.zeros((HEIGHT, WIDTH), np.float32).tobytes()
    yield case("Pf", f"Pf {WIDTH} {HEIGHT}\n-1.0\n".encode() + floating, None, ["floating-point"])
    above = f"P5 {WIDTH} {HEIGHT}\n1000\n".encode() + np.full((HEIGHT, WIDTH), 1001, ">u2").tobytes()
    yield case("above its largest", above, None, ["between 0 and 1000"])


def _others():
    colour, grey = Image.fromarray(table.samples(8, 3)), Image.fromarray(table.samples(16, 1)[..., 0])
    for kind in ("TGA", "PCX", "SGI", "QOI", "DDS", "ICO", "ICNS", "EPS", "PDF"):
        image = colour if kind != "ICNS" else colour.resize((64, 64))
        named = {"ICO": "an icon", "EPS": "PostScript", "PDF": "PDF"}.get(kind, "be read")
        yield case(kind, saved(image, kind), None, [named])
    yield case("deep SGI", saved(grey.convert("L"), "SGI"), None, ["cannot be read"])
    for usecontainer in (False, True):
        data = imagecodecs.jpegxl_encode(table.samples(8, 3), usecontainer=usecontainer)
        yield case(f"JPEG XL, {usecontainer}", data, None, ["a JPEG XL picture"])
    yield case("JPEG XR", imagecodecs.jpegxr_encode(table.samples(8, 3)), None, ["JPEG XR"])
    for start, reason in ((b"\0\0\0\x18ftypheic", "HEIF"), (b"\0\0\0\x18ftypmif1", "HEIF"), (b"8BPS", "Photoshop"),
                          (b"P7\nWIDTH", "PAM"), (b"v/1\1", "OpenEXR"), (b"<svg>", "not a picture")):  # fmt: skip
        yield case(f"{start}", start + bytes(400), None, [reason])


@pytest.mark.parametrize(("family", "least"), [(_bmps, 30), (_gifs, 16), (_ppms, 50), (_others, 15)])
def test_each_simple_picture_is_right_noted_or_refused(tmp_path, family, least):
    rows = list(family())
    assert len(rows) >= least
    assert table.faults(tmp_path, rows) == []
