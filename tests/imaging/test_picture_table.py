"""A table of pictures: each is what was written within a level, or noted, or refused with its reason; none silent."""

import itertools
import struct

import numpy as np
import picture_cases as table
import pytest
import tifffile
from picture_cases import ADOBE, ROUNDED, Case, case, said, saved
from PIL import Image

TURNS = itertools.cycle(range(1, 9))


def _pngs():
    kinds = [(bits, 0, 1, 0) for bits in (1, 2, 4, 8, 16)] + [(bits, 2, 3, 0) for bits in (8, 16)]
    kinds += [(bits, 4, 1, 1) for bits in (8, 16)] + [(bits, 6, 3, 1) for bits in (8, 16)]
    for bits, kind, colours, alpha in kinds:
        for name, profile in table.profiles(colours).items():
            if name == "srgb" and colours == 1:
                continue
            turn, samples, most = next(TURNS), table.samples(bits, colours + alpha, bits + kind), (1 << bits) - 1
            opacity = samples[..., -1] / most if alpha else None
            chunks = [(b"eXIf", table.exif(turn)), *profile.chunks]
            yield case(
                f"kind {kind} of {bits} bits, profile {name}, turned {turn}",
                table.png(table.turned(samples, turn), bits, kind, chunks, interlaced=turn % 2 == 0),
                table.shown(samples[..., :colours] / most, opacity, profile),
                said(bits, profile, opacity),
            )
    for bits, kind, colours in ((1, 0, 1), (2, 0, 1), (4, 0, 1), (8, 0, 1), (16, 0, 1), (8, 2, 3), (16, 2, 3)):
        samples, most = table.samples(bits, colours), (1 << bits) - 1
        key = samples[5, 5]
        opacity = 1.0 - (samples == key).all(axis=2)
        chunk = (b"tRNS", key.astype(">u2").tobytes())
        for name, profile in table.profiles(colours).items():
            if name in ("none", "linear"):
                chunks = [chunk, *profile.chunks]
                yield case(f"kind {kind} of {bits} bits, one colour clear, profile {name}",
                           table.png(samples, bits, kind, chunks), table.shown(samples / most, opacity, profile),
                           said(bits, profile, opacity))  # fmt: skip
    for bits, clear in itertools.product((1, 2, 4, 8), (False, True)):
        indices, colours = table.samples(bits, 1), np.random.default_rng(2).integers(0, 256, (1 << bits, 3))
        shares = np.random.default_rng(3).integers(0, 256, 1 << bits) if clear else None
        for name, profile in table.profiles(3).items():
            opacity = shares[indices[..., 0]] / 255 if clear else None
            chunks = profile.chunks
            chunks += [(b"tRNS", shares.astype(np.uint8).tobytes())] if clear else []
            yield case(f"palette of {bits} bits, clear {clear}, profile {name}",
                       table.png(indices, bits, 3, chunks, palette=colours),
                       table.shown(colours[indices[..., 0]] / 255, opacity, profile),
                       said(8, profile, opacity))  # fmt: skip
    yield from _png_words()


def _png_words():
    """What else PNG files say of their colours."""
    plain = (0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
    wide = (0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06)
    words = {
        "gamma 1": ((b"gAMA", struct.pack(">I", 100000)), ["its gamma of 1, without a profile, is passed over"]),
        "gamma 2.2": ((b"gAMA", struct.pack(">I", 45455)), []),
        "its primaries": ((b"cHRM", struct.pack(">8I", *(round(1e5 * value) for value in plain))), []),
        "wide": ((b"cHRM", struct.pack(">8I", *(round(1e5 * value) for value in wide))),
                 ["its primaries, without a profile, are passed over"]),
        "srgb": ((b"sRGB", b"\0"), []),
        "numbers of srgb": ((b"cICP", bytes([1, 13, 0, 1])), []),
        "numbers of hdr": ((b"cICP", bytes([9, 16, 0, 1])), ["by its numbers (primaries 9, transfer 16 of H.273) its "
                            "colours are not sRGB; they are taken as sRGB"]),
        "video range": ((b"cICP", bytes([1, 13, 0, 0])),
                        ["its samples do not use the full range (video), and are taken as if they did"]),
        "adobe by exif": ((b"eXIf", table.exif(1, True)), [ADOBE]),
    }  # fmt: skip
    for (name, (chunk, notes)), bits in itertools.product(words.items(), (8, 16)):
        samples = table.samples(bits, 3)
        yield Case(f"{name}, {bits} bits", _write(table.png(samples, bits, 2, [chunk])),
                   table.shown(samples / ((1 << bits) - 1)), (*notes, *said(bits)))  # fmt: skip
    frames = [Image.fromarray(table.samples(8, 3, seed)) for seed in range(3)]
    data = saved(frames[0], "PNG", save_all=True, append_images=frames[1:])
    yield case("animated", data, table.shown(table.samples(8, 3) / 255), ["the first of 3 pictures in the file"])


def _write(data):
    return lambda path: path.write_bytes(data)


def _tiffs():
    kinds = {"miniswhite": 1, "minisblack": 1, "rgb": 3}
    for (photometric, colours), bits, extra in itertools.product(kinds.items(), (8, 12, 16), (None, "unassalpha")):
        for name, profile in table.profiles(colours).items():
            if name == "srgb" and colours == 1:
                continue
            turn, most = next(TURNS), (1 << bits) - 1
            samples = table.samples(bits, colours + bool(extra), bits)
            opacity = samples[..., -1] / most if extra else None
            light = samples[..., :colours] / most
            light = 1 - light if photometric == "miniswhite" else light
            options = {"photometric": photometric, "extratags": [(274, "H", 1, turn, True)], "metadata": None}
            options |= {"iccprofile": profile.data} if profile.data else {}
            options |= {"bitspersample": 12} if bits == 12 else {}
            options |= {"extrasamples": [extra]} if extra else {}
            stored = table.turned(samples, turn)
            stored = stored[..., 0] if stored.shape[2] == 1 else stored
            options |= {"planarconfig": "contig"} if stored.ndim == 3 else {}
            yield Case(
                f"{photometric} of {bits} bits, {extra}, profile {name}, turned {turn}",
                lambda path, stored=stored, options=options: tifffile.imwrite(path, stored, **options),
                table.shown(light, opacity, profile),
                tuple(said(bits, profile, opacity)),
            )
    colour, deep, floating = table.samples(8, 3), table.samples(16, 3), table.samples(8, 3) / np.float32(255)
    yield _tiff("pages", [colour, 255 - colour], table.shown(colour / 255), ["the first of 2 pictures in the file"])
    yield _tiff("deep pages", [deep, deep], table.shown(deep / 65535), ["the first of 2 pictures in the file",
                ROUNDED.format(16)])  # fmt: skip
    yield _tiff("floating", [floating], None, ["floating-point"])
    yield _tiff("of 32 bits", [colour.astype(np.uint32)], None, ["more than 16 bits"])
    yield _tiff("signed", [deep.astype(np.int16)], None, ["signed numbers"])
    mixed = np.array([[1, 0, 1.402], [1, -0.344136, -0.714136], [1, 1.772, 0]])
    luma = ((colour - (0, 128.0, 128.0)) @ mixed.T).clip(0, 255)
    yield _tiff("ycbcr", [colour], luma, [], photometric="ycbcr")
    yield _tiff("ycbcr of 16 bits", [deep], None, ["YCBCR of 16 bits"], photometric="ycbcr")
    for photometric in ("cielab", "icclab"):
        for bits, picture in ((8, colour), (16, deep)):
            reason = f"{photometric.upper()} of {bits} bits"
            yield _tiff(f"{photometric} {bits}", [picture], None, [reason], photometric=photometric)
    tag = [(301, "H", 256, tuple(range(256)), True)]
    passed = "what its tags say of its colours, without a profile, is passed over"
    yield _tiff("measured", [colour], table.shown(colour / 255), [passed], extratags=tag)
    for turn in range(1, 9):
        turned = Image.fromarray(table.turned(colour, turn))
        directory = Image.Exif()
        directory.load(table.exif(turn, adobe=True))
        yield case(f"adobe by exif, turned {turn}", saved(turned, "TIFF", exif=directory),
                   table.shown(colour / 255), [ADOBE])  # fmt: skip


def _tiff(name, pages, shown, notes, photometric="rgb", **options):
    def write(path):
        with tifffile.TiffWriter(path) as file:
            for page in pages:
                file.write(page, photometric=photometric, metadata=None, **options)

    return Case(name, write, shown, tuple(notes))


@pytest.mark.parametrize(("family", "least"), [(_pngs, 120), (_tiffs, 90)])
def test_each_picture_of_the_table_is_right_noted_or_refused(tmp_path, family, least):
    rows = list(family())
    assert len(rows) >= least
    assert table.faults(tmp_path, rows) == []
