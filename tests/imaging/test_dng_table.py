"""A table of DNG files: stack, levels, white balance and CFA are those of the file, or it is noted or refused."""

import csv
import itertools
import struct

import dng_cases as dng
import numpy as np
import pytest

from neural_imaging.datasets import dataset
from neural_imaging.imaging import bayer, raw

WHOLE = (0, 0, dng.HEIGHT, dng.WIDTH)
AREAS = (WHOLE, (1, 0, 40, 56), (0, 1, 39, 55), (3, 5, 37, 50), (4, 2, 36, 56))
NEUTRAL_GAINS = tuple(max(dng.NEUTRAL) / value for value in dng.NEUTRAL)
XY = (0.3457, 0.3585)
# Light of D65, Y = 1 (ISO/CIE 11664-2).
D65 = (0.95047, 1, 1.08883)
NOT_MADE = "corrections that it asks for are not made ({})"


def _gains(white, matrix=dng.MATRIX):
    """What makes this white (XYZ) grey."""
    gains = 1 / (matrix @ white)
    return gains / gains.min()


BALANCES = {
    "neutral": ({}, NEUTRAL_GAINS),
    "xy": ({"AsShotNeutral": None, "AsShotWhiteXY": (50729, 5, dng.rationals(XY))},
           _gains((XY[0] / XY[1], 1, (1 - sum(XY)) / XY[1]))),
    "none": ({"AsShotNeutral": None}, _gains(D65)),
}  # fmt: skip
PACKINGS = [
    (bits, compression, arrangement)
    for bits, compression in itertools.product((8, 10, 12, 14, 16), ("none", "ljpeg"))
    for arrangement in ({}, {"tile": (16, 16)}, {"below": True}, {"order": ">", "tile": (32, 16), "below": True})
]


def _row(name, cfa, *, area=WHOLE, cell=((64,),), deltas=(None, None), white=None, packing=PACKINGS[0], flip=0,
         balance="neutral", said=None, notes=()):  # fmt: skip
    """Name, bytes of the file, and what must be read from it."""
    bits, compression, arrangement = packing
    white = white or (1 << bits) - 1
    black = dng.black_of(np.asarray(cell, float), area, *deltas)
    mosaic = dng.samples(black, white, len(name), bits)
    cell = np.asarray(cell, float)
    changes, gains = BALANCES[balance]
    tags = {
        "Orientation": (274, 3, (dng.ORIENTATION[flip],)),
        "BlackLevelRepeatDim": (50713, 3, cell.shape),
        "BlackLevel": (50714, 5, dng.rationals(cell.ravel())),
        "WhiteLevel": (50717, 4, (white,)),
        "ActiveArea": (50829, 4, area),
    }
    for tag, values in zip((50716, 50715), deltas, strict=True):
        tags[f"{tag}"] = (tag, 10, dng.rationals(values)) if values is not None else None
    tags |= changes | (said or {})
    content = dng.file(mosaic, dng.tags(cfa, **tags), bits=bits, compression=compression, **arrangement)
    stack, letters = dng.stack(mosaic, black, white, cfa, area, gains)
    expected = {"stack": stack, "cfa": letters, "white": white, "gains": gains, "flip": flip, "notes": tuple(notes)}
    expected["black"] = sorted({*np.ravel(cell)}) if deltas[0] is None else None
    return name, content, expected


def _levels():
    """Filters, active areas and black levels, with all else changing beside them."""
    random = np.random.default_rng(0)
    kinds = {
        "one": {"cell": ((64,),)},
        "none": {"cell": ((0,),)},
        "each colour": {"cell": ((60, 70), (80, 90))},
        "columns": {"cell": ((60, 75),)},
        "rows": {"cell": ((60,), (75,))},
        "fractions": {"cell": ((60.25, 70.5), (80, 90.75))},
        "lines": {"cell": ((64,),), "by_line": True},
    }
    packings = itertools.cycle([packing for packing in PACKINGS if packing[0] > 8])
    flips, balances = itertools.cycle(range(8)), itertools.cycle(BALANCES)
    for cfa, area, (kind, options) in itertools.product(bayer.PATTERNS, AREAS, kinds.items()):
        deltas = (None, None)
        if options.get("by_line"):
            deltas = tuple(random.integers(-40, 40, side) / 4 for side in (area[2] - area[0], area[3] - area[1]))
        packing, flip, balance = next(packings), next(flips), next(balances)
        # What lies outside the active area is dark or light; black must not be looked for there.
        yield _row(f"{cfa} {area} black {kind} {packing} flip {flip} {balance}", cfa, area=area, cell=options["cell"],
                   deltas=deltas, packing=packing, flip=flip, balance=balance)  # fmt: skip


def _packings():
    for cfa, packing in itertools.product(bayer.PATTERNS, PACKINGS):
        if (bayer.PATTERNS.index(cfa) + PACKINGS.index(packing)) % 2 == 0:
            yield _row(f"{cfa} {packing}", cfa, cell=((10,),), packing=packing)
    for bits, white in ((8, 200), (10, 1000), (12, 3000), (14, 16000), (16, 4095), (16, 60000)):
        yield _row(f"white {white} of {bits} bits", "RGGB", white=white, packing=(bits, "none", {}))


def _words():
    """What else files say: heeded, noted, or refused. A text in place of values is a piece of the reason."""
    for place, number in itertools.product((51008, 51009, 51022), range(1, 15)):
        name = ("WarpRectilinear", "WarpFisheye", "FixVignetteRadial", "FixBadPixelsConstant", "FixBadPixelsList",
                "TrimBounds", "MapTable", "MapPolynomial", "GainMap", "DeltaPerRow", "DeltaPerColumn", "ScalePerRow",
                "ScalePerColumn", "WarpRectilinear2")[number - 1]  # fmt: skip
        row = _row(f"list {place} {name}", "RGGB", said={"list": (place, 7, _opcodes(number))},
                   notes=[NOT_MADE.format(name)], packing=PACKINGS[number])  # fmt: skip
        needed = place != 51022 and name in ("TrimBounds", "MapTable", "MapPolynomial")
        yield (*row[:2], f"the correction {name}") if needed else row
    said = {"first": (51008, 7, _opcodes(4)), "third": (51022, 7, _opcodes(9, 1))}
    notes = [NOT_MADE.format("FixBadPixelsConstant, GainMap, WarpRectilinear")]
    yield _row("several lists", "RGGB", said=said, notes=notes)
    yield _row("a list that is too long", "RGGB", said={"list": (51009, 7, _opcodes(9, flags=1) + bytes(3 << 20))},
               notes=[NOT_MADE.format("GainMap")])  # fmt: skip
    yield _row("an empty list", "RGGB", said={"list": (51009, 7, bytes(4))})
    yield _row("a map that may be left out", "RGGB", said={"list": (51009, 7, _opcodes(7, flags=1))},
               notes=[NOT_MADE.format("MapTable")])  # fmt: skip
    name, content, expected = _row("two mosaics", "RGGB", notes=["one of 2 mosaics in the file"])
    yield name, _twice(content), expected
    refused = {
        "a damaged list": ({"list": (51009, 7, b"\0\0\0\5" + bytes(9))}, "list of corrections ends too early"),
        "floating-point": ({"kind": (339, 3, (3,))}, "floating-point or signed"),
        "signed": ({"kind": (339, 3, (2,))}, "floating-point or signed"),
        "blue first": ({"planes": (50710, 1, (2, 1, 0))}, "CFAPlaneColor"),
        "rows between rows": ({"rows": (50975, 4, (2,))}, "RowInterleaveFactor"),
        "columns between columns": ({"columns": (52547, 4, (2,))}, "ColumnInterleaveFactor"),
        "tiles in tiles": ({"tiles": (50974, 4, (2, 2))}, "SubTileBlockSize"),
        "staggered": ({"layout": (50711, 3, (2,))}, "staggered layout"),
        "four colours": ({"CFAPattern": (33422, 1, (0, 1, 3, 2))}, "not a Bayer mosaic"),
        "no colours": ({"CFAPattern": (33422, 1, (1, 1, 1, 1))}, "not a Bayer mosaic"),
        "two reds": ({"CFAPattern": (33422, 1, (0, 0, 1, 2))}, "not a Bayer mosaic"),
        "quads": ({"CFARepeatPatternDim": (33421, 3, (4, 4)),
                   "CFAPattern": (33422, 1, (0, 0, 1, 1) * 2 + (1, 1, 2, 2) * 2)}, "not a Bayer mosaic"),
        "six by six": ({"CFARepeatPatternDim": (33421, 3, (6, 6)), "CFAPattern": (33422, 1, (1, 0, 2, 1, 2, 0) * 6)},
                       "not a Bayer mosaic"),
        "a row of four": ({"CFARepeatPatternDim": (33421, 3, (1, 4))}, "not a Bayer mosaic"),
        "a column of four": ({"CFARepeatPatternDim": (33421, 3, (4, 1))}, "not a Bayer mosaic"),
        "shifted below": ({"CFARepeatPatternDim": (33421, 3, (4, 2)),
                           "CFAPattern": (33422, 1, (0, 1, 1, 2, 1, 0, 2, 1))}, "not a Bayer mosaic"),
        "black above white": ({"BlackLevel": (50714, 4, (70000,))}, "do not lie below white"),
    }  # fmt: skip
    for name, (changes, reason) in refused.items():
        mosaic = dng.samples(64, 65535)
        yield name, dng.file(mosaic, dng.tags("RGGB", **changes)), reason
    mosaic = dng.samples(64, 4095, bits=12)
    for bits in (8, 12, 16):
        packed = dng.file(np.minimum(mosaic, (1 << bits) - 1), dng.tags("RGGB"), bits=bits, compression="deflate")
        yield f"deflate, {bits} bits", packed, "compressed as deflate"
    yield "strips", dng.file(mosaic, dng.tags("RGGB"), bits=12, compression="ljpeg", rows=7), "in several strips"
    for name in ("rows of one", "rows of seven"):
        row = _row(name, "GRBG", packing=(12, "none", {"rows": 1 if name == "rows of one" else 7}))
        yield row
    for number, below in itertools.product((0, 9, 12, 16, 256, 65535), (False, True)):
        packing = (12, "none", {"below": below})
        yield _row(f"turned by {number}", "RGGB", said={"Orientation": (274, 3, (number,))}, packing=packing)
    yield _row("planes in order", "RGGB", said={"planes": (50710, 1, (0, 1, 2))})
    yield _row("steps of one", "RGGB", said={"rows": (50975, 4, (1,)), "tiles": (50974, 4, (1, 1))})


def _twice(content):
    """The file with its directory a second time, behind the first."""
    (place,) = struct.unpack_from("<I", content, 4)
    (count,) = struct.unpack_from("<H", content, place)
    end, content = place + 2 + 12 * count, content + bytes(len(content) % 2)
    return content[:end] + struct.pack("<I", len(content)) + content[end + 4 :] + content[place:end] + bytes(4)


def _opcodes(*numbers, flags=0):
    """A list of corrections, each with four bytes of parameters; big-endian in every file."""
    return struct.pack(">I", len(numbers)) + b"".join(
        struct.pack(">5I", number, 0x01030000, flags, 4, 0) for number in numbers
    )


def _fault(path, name, content, expected):
    path.write_bytes(content)
    try:
        photograph = raw.read(path)
    except raw.RawError as error:
        right = isinstance(expected, str) and expected in error.reason
        return "" if right else f"{name}: refused: {error.reason}"
    if isinstance(expected, str):
        return f"{name}: used, with the notes {photograph.notes}"
    said = (photograph.cfa, photograph.white_level, photograph.flip, photograph.notes, photograph.stack.shape)
    wanted = (*(expected[key] for key in ("cfa", "white", "flip", "notes")), expected["stack"].shape)
    if said != wanted:
        return f"{name}: {said}, not {wanted}"
    if not np.allclose(photograph.white_balance, expected["gains"], atol=2e-3):
        return f"{name}: white balance {photograph.white_balance}, not {expected['gains']}"
    if expected["black"] is not None and not np.allclose(sorted({*photograph.black_levels}), expected["black"]):
        return f"{name}: black levels {photograph.black_levels}, not {expected['black']}"
    difference = np.abs(photograph.stack - expected["stack"]).max()
    return f"{name}: {difference:.3g} away" if difference > 1e-5 else ""


@pytest.mark.parametrize(("family", "least"), [(_levels, 140), (_packings, 80), (_words, 60)])
def test_each_file_of_the_table_is_right_noted_or_refused(tmp_path, family, least):
    rows = list(family())
    faults = [text for row in rows if (text := _fault(tmp_path / "a.dng", *row))]
    assert faults == []
    assert len(rows) >= least


@pytest.mark.parametrize("compression", ["none", "ljpeg"])
@pytest.mark.parametrize("below", [False, True])
def test_tables_that_make_samples_linear_are_followed(tmp_path, compression, below):
    table = np.rint(np.linspace(0, 1, 4096) ** 2 * 65535).astype(int)
    stored = dng.samples(64, 4095, bits=12)
    said = dng.tags(
        "GBRG", table=(50712, 3, tuple(table)), BlackLevel=(50714, 4, (300,)), WhiteLevel=(50717, 4, (60000,))
    )
    (tmp_path / "a.dng").write_bytes(dng.file(stored, said, bits=12, compression=compression, below=below))
    photograph = raw.read(tmp_path / "a.dng")
    expected, _ = dng.stack(table[stored], 300, 60000, "GBRG", WHOLE, NEUTRAL_GAINS)
    np.testing.assert_allclose(photograph.stack, expected, atol=1e-5)


def test_the_list_of_a_training_set_says_what_was_passed_over(tmp_path):
    (tmp_path / "in").mkdir()
    for seed, number in enumerate((9, 1)):
        mosaic = dng.samples(64, 65535, seed)
        content = dng.file(mosaic, dng.tags("RGGB", list=(51009, 7, _opcodes(number))))
        (tmp_path / f"in/{number}.dng").write_bytes(content)
    dataset.prepare(tmp_path / "in", tmp_path / "out", train=1, validation=1, seed=0, orientation="any")
    with (tmp_path / "out/images.csv").open(newline="") as file:
        said = {row["file"]: row["reason"] for row in csv.DictReader(file)}
    assert said == {"9.dng": NOT_MADE.format("GainMap"), "1.dng": NOT_MADE.format("WarpRectilinear")}
