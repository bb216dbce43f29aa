"""Estimate a channel from pictures before and after it: how a site makes them smaller, and how it codes them.

Sizes say whether sides shrink by a factor or to a longest side. The file that came back says how it was coded last.
The kernel, a coding that the file does not tell of, and one before the last are those whose prediction comes nearest to
what came back.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from neural_imaging.base.errors import UserError
from neural_imaging.coding import jpeg_tables, libjpeg
from neural_imaging.imaging import opening, raw_folder, resampling

# Qualities that are tried first, and around the best one of them; sub-samplings of codings that no file tells of.
_COARSE, _FINE = range(30, 101, 5), range(-4, 5)
_HIDDEN = ("4:2:0", "4:4:4")
# A coding more must make the prediction better by so much: with the wrong kernel it can blur its way to a small gain.
_GAIN = 0.7
# Pictures are compared in a part of so many pixels a side: of larger ones, more would hardly tell more.
_SIDE = 768
_BLOCK = 16
_NEAREST = {"4:4:0": "4:2:2", "4:1:1": "4:2:0"}


@dataclass
class Fit:
    """An estimated channel.

    Attributes:
        steps: its steps, as `channels.<name>.steps` of the configuration has them.
        differences: mean absolute difference between what came back and what the channel predicts, in grey levels, by
            the picture's name.
        refused: why pairs could not be used, by the picture's name.
        notes: what could not be told, or is told in another way, in words.
    """

    steps: list
    differences: dict
    refused: dict = field(default_factory=dict)
    notes: list = field(default_factory=list)


@dataclass
class _Pair:
    name: str
    before: np.ndarray
    after: np.ndarray
    coded: jpeg_tables.FileSettings | None


def paired(before, after):
    """Pairs of two files, or of two folders' pictures that have the same name but for the ending.

    Returns:
        (list of (name, file before, file after), list of (file, reason) that are passed over).

    Raises:
        UserError: a folder and a file, or neither.
    """
    before, after = Path(before), Path(after)
    if before.is_dir() != after.is_dir():
        raise UserError(f"{before} and {after}: give two pictures, or two folders of pictures")
    if not before.is_dir():
        return [(before.name, before, after)], []
    sides, passed = [], []
    for folder in (before, after):
        listed = raw_folder.listing(folder, ignored=raw_folder.named(opening.ENDINGS))
        passed += [(folder / file.path, file.reason) for file in listed if file.reason]
        named = {}
        for file in listed:
            if not file.reason:
                named.setdefault(file.path.with_suffix("").as_posix(), []).append(folder / file.path)
        passed += [(path, f"{named[name][0].name} has its name") for name in named for path in named[name][1:]]
        sides.append({name: paths[0] for name, paths in named.items()})
    for side, other in (sides, sides[::-1]):
        passed += [(path, "has no partner") for name, path in side.items() if name not in other]
    return [(name, path, sides[1][name]) for name, path in sides[0].items() if name in sides[1]], passed


def fit(pairs):
    """Estimate the channel of pairs of pictures.

    Args:
        pairs: list of (name, file before, file after).

    Returns:
        A `Fit`; of larger pictures parts are compared.

    Raises:
        UserError: no pair that can be used (pictures, neither cropped nor turned nor larger than before); or sizes that
            follow neither a factor nor a longest side.
    """
    opened, refused, notes = [], {}, []
    for name, before, after in pairs:
        try:
            opened.append(_opened(name, before, after))
        except UserError as error:
            refused[name] = str(error)
    if not opened:
        reasons = "; ".join(list(refused.values())[:3]) or "files of a pair have the same name but for the ending"
        raise UserError(f"no pair of pictures before and after that can be used: {reasons}")
    size = _size(opened, notes)
    last = _last(opened, notes)
    found = []
    for kernel in resampling.KERNELS if size else (None,):
        reduced = [_reduced(pair, kernel) for pair in opened]
        once = _coded(opened, reduced, last)
        found.append((once[0], kernel, None, once[1], once[2]))
        if once[0] > 0:
            score, first, differences = _before(opened, reduced, once[1])
            found.append((score / _GAIN, kernel, first, once[1], differences))
    _, kernel, first, coding, differences = min(found, key=lambda candidate: candidate[0])
    steps = [{"step": "resize", "kernel": kernel, **size}] if size else []
    if first is not None:
        steps.append(_described([first]))
        notes.append(f"what came back is explained better by a coding of quality {first[0]} before the last one")
    if coding[0] is not None:
        steps.append(_described(coding))
    names = [pair.name for pair in opened]
    return Fit(steps, dict(zip(names, map(float, differences), strict=True)), refused, notes)


def _opened(name, before, after):
    pictures = [opening.read(path).picture for path in (before, after)]
    coded = jpeg_tables.read(after) if Path(after).read_bytes()[:3] == b"\xff\xd8\xff" else None
    (height, width), (rows, columns) = (picture.shape[:2] for picture in pictures)
    scales = [small / large for small, large in ((rows, height), (columns, width))]
    # Either side may have been rounded up or down.
    if abs(scales[0] - scales[1]) > 1 / rows + 1 / columns and abs(scales[0] - scales[1]) * max(rows, columns) > 2:
        raise UserError(
            f"{after}: {columns} × {rows} pixels of {width} × {height}: it was cropped or turned, and only pictures "
            "that are whole tell of a channel"
        )
    if max(scales) > 1:
        raise UserError(f"{after}: has {columns} × {rows} pixels, more than the {width} × {height} of {before}")
    return _Pair(name, *pictures, coded)


def _size(pairs, notes):
    """How sides become smaller: {}, {"factor": …} or {"longest": …}."""
    sides = [(max(pair.before.shape[:2]), max(pair.after.shape[:2])) for pair in pairs]
    if all(before == after for before, after in sides):
        return {}
    longest = max(after for _, after in sides)
    bounded = all(after == min(before, longest) for before, after in sides)
    low, high = max(b / (a + 1) for b, a in sides), min(b / max(a - 1, 0.5) for b, a in sides)
    factor = _simple([b / a for b, a in sides]) if low < high else None
    if not bounded and factor is None:
        listed = "; ".join(f"{before} to {after}" for before, after in sides[:5])
        raise UserError(f"the longest sides ({listed}) follow neither one factor nor a longest side")
    if not bounded:
        return {"factor": factor}
    if factor is not None:
        notes.append(
            f"all pictures had the same longest side, so that a factor of {factor} would explain the sizes as well; "
            "pictures of other sizes would tell"
        )
    return {"longest": longest}


def _simple(ratios):
    """One factor for ratios that are equal but for rounding: whole, where that is what they are."""
    middle = float(np.median(ratios))
    return round(middle) if abs(middle - round(middle)) < 0.02 else round(middle, 4)


def _last(pairs, notes):
    """Last codings as [(quality, sub-sampling, tables)] of each pair, from the files; None where files do not tell."""
    if any(pair.coded is None for pair in pairs):
        notes.append("not all files that came back are JPEG, so that the coding was estimated from the pictures alone")
        return None
    codings = []
    for pair in pairs:
        subsampling = pair.coded.subsampling
        if subsampling in _NEAREST:
            notes.append(f"{pair.name} has sub-sampling {subsampling}; the nearest that a channel has is written")
            subsampling = _NEAREST[subsampling]
        standard = np.array_equal(jpeg_tables.pair(pair.coded.quality), pair.coded.tables)
        codings.append((pair.coded.quality, subsampling, None if standard else pair.coded.tables))
    kinds = {subsampling for _, subsampling, _ in codings}
    if len(kinds) > 1:
        notes.append(f"files have sub-samplings {', '.join(sorted(kinds))}; the most frequent one is written")
    return codings


def _reduced(pair, kernel):
    if kernel is None or pair.before.shape == pair.after.shape:
        return pair.before
    return resampling.resized_levels(pair.before, *pair.after.shape[:2], kernel)


def _coded(pairs, reduced, last):
    """(mean difference, codings, differences) of a reduction, with the files' codings or the best that is found."""
    if last is not None:
        differences = _differences(pairs, reduced, last)
        return differences.mean(), last, differences
    return min(
        (_searched(pairs, reduced, None, subsampling) for subsampling in (*_HIDDEN, None)), key=lambda fitted: fitted[0]
    )


def _searched(pairs, reduced, then, subsampling):
    """As `_coded`, of the best quality in a sub-sampling (None: no coding), with `then` coded once more."""

    def tried(quality):
        coding = None if subsampling is None else (quality, subsampling, None)
        differences = _differences(pairs, reduced, [coding] * len(pairs), then)
        return differences.mean(), [coding] * len(pairs), differences

    if subsampling is None:
        return tried(None)
    best = min(map(tried, _COARSE), key=lambda fitted: fitted[0])
    around = (best[1][0][0] + step for step in _FINE)
    return min((tried(quality) for quality in around if quality <= 100), key=lambda fitted: fitted[0])


def _before(pairs, reduced, coding):
    """(mean difference, coding, differences) of the best coding before the last, which no file tells of."""
    score, (first, *_), differences = min(
        (_searched(pairs, reduced, coding, kind) for kind in _HIDDEN), key=lambda fitted: fitted[0]
    )
    return score, first, differences


def _differences(pairs, reduced, codings, then=None):
    """Mean absolute difference of each pair, in grey levels, in the middle of the picture."""
    found = []
    for index, (pair, picture) in enumerate(zip(pairs, reduced, strict=True)):
        window = tuple(_middle(length) for length in pair.after.shape[:2])
        part = picture[window]
        for coding in (codings[index], None if then is None else then[index]):
            if coding is not None:
                part = libjpeg.decode(libjpeg.encode(part, *_arguments(coding)))
        found.append(np.abs(part.astype(np.float32) - pair.after[window]).mean())
    return np.array(found)


def _arguments(coding):
    quality, subsampling, tables = coding
    return (quality, subsampling) if tables is None else (50, subsampling, tables)


def _middle(length):
    """The middle of a side, from where a block of the codec begins."""
    start = max(0, length - _SIDE) // 2 // _BLOCK * _BLOCK
    return slice(start, min(length, start + _SIDE))


def _described(codings):
    """Codings of all pairs as one step."""
    qualities = sorted({quality for quality, *_ in codings})
    kinds = [subsampling for _, subsampling, _ in codings]
    step = {"step": "jpeg", "subsampling": max(sorted(set(kinds)), key=kinds.count)}
    tables = [pair for *_, pair in codings]
    if tables[0] is not None and all(pair is not None and np.array_equal(pair, tables[0]) for pair in tables):
        return {**step, "quality": 50, "tables": tables[0].astype(int).tolist()}
    return {**step, "quality": qualities[0] if len(qualities) == 1 else [qualities[0], qualities[-1]]}
