"""Which photographs are for validation: so many as asked, and all parts of one photograph on the same side."""

import csv
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from neural_imaging.base.errors import UserError

SPLIT_BY = ("file", "folder")
# As many as the papers have of a camera.
MOST_TRAIN, MOST_VALIDATION = 120, 30
# A simulated camera lists its scenes here, and what each is a part of.
SCENES, _COLUMNS = "scenes.csv", {"file", "source", "synthetic"}


@dataclass(frozen=True)
class Origin:
    """What a file shows.

    Attributes:
        source: what it is a part of; all parts of a source are on the same side of a split.
        photograph: whether it shows something real, not a synthetic scene.
    """

    source: str
    photograph: bool = True


def origins(folder, found, split_by="file"):
    """Origin of each file of a folder, by its path.

    Args:
        folder: where the files are; a simulated camera's has a scenes.csv.
        found: list of `raw_folder.Found`.
        split_by: "file" where each file is a source of its own, but files of one folder that differ by their endings
            alone (a.NEF and a.DNG) are one, as the first; "folder" where all files of a folder are one.

    Raises:
        UserError: another `split_by`.
    """
    if split_by not in SPLIT_BY:
        raise UserError(f"split_by must be one of {', '.join(SPLIT_BY)}, not {split_by!r}")
    if split_by == "folder":
        return {file.path: Origin(file.path.parent.as_posix()) for file in found}
    scenes = _scenes(Path(folder) / SCENES)
    first = {}
    for file in found:
        first.setdefault(_without_ending(file.path), file.path.as_posix())
    return {file.path: scenes.get(file.path.as_posix(), Origin(first[_without_ending(file.path)])) for file in found}


def _without_ending(path):
    return path.parent, path.stem.casefold()


def _scenes(table):
    if not table.is_file():
        return {}
    try:
        with table.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except (UnicodeDecodeError, csv.Error):
        return {}  # Another program's file.
    if not rows or not rows[0].keys() >= _COLUMNS:
        return {}
    return {row["file"]: Origin(row["source"], row["synthetic"] != "True") for row in rows}


def numbers(train, validation, good):
    """How many photographs are to train on and for validation, where that is left open.

    Args:
        train, validation: how many, or None: of `good` photographs a fifth, at most `MOST_VALIDATION`, is for
            validation, and the others, at most `MOST_TRAIN`, are to train on. Where `train` is given, a quarter as many
            are for validation.
        good: how many photographs there are; None for as many as can be used.
    """
    if validation is None:
        most = MOST_TRAIN + MOST_VALIDATION if good is None else min(good, MOST_TRAIN + MOST_VALIDATION)
        validation = min(MOST_VALIDATION, max(1, round(most / 5 if train is None else train / 4)))
    if train is None:
        train = MOST_TRAIN if good is None else max(1, min(MOST_TRAIN, good - validation))
    return train, validation


@dataclass(frozen=True)
class Draw:
    """Draws photographs for validation.

    Attributes:
        count: how many are for validation; None where what is there decides, see `numbers`.
        seed: of the draw.
        origins: `Origin` of each file, by its path.
        photographs: how many of those for validation are no synthetic scenes; None leaves it to chance.
    """

    count: int | None
    seed: int
    origins: dict = field(repr=False)
    photographs: int | None = None

    def validation(self, files):
        """Places of the files that are for validation.

        Args:
            files: paths of all that are used, in order.

        Raises:
            UserError: no choice of whole sources has exactly so many.
        """
        # From the back, so that the first are to train on.
        order = np.random.default_rng(self.seed).permutation(len(files))[::-1].tolist()
        drawn = [self.origins[files[place]] for place in order]
        if self.photographs is None:
            strata = [(self.count, order, "photographs")]
        else:
            real = [place for place, origin in zip(order, drawn, strict=True) if origin.photograph]
            synthetic = [place for place, origin in zip(order, drawn, strict=True) if not origin.photograph]
            strata = [
                (self.photographs, real, "photographs"),
                (self.count - self.photographs, synthetic, "synthetic scenes"),
            ]
        chosen = set()
        for count, places, what in strata:
            sources = [self.origins[files[place]].source for place in places]
            chosen |= {places[index] for index in validation(sources, count, what)}
        return chosen


def validation(sources, count, what="photographs"):
    """Choose what is for validation.

    Sources are taken from the front as long as the rest can still be filled exactly. Where each has one part, these are
    the first `count`.

    Args:
        sources: what each photograph is a part of, any values that can be compared, in the drawn order.
        count: how many photographs are for validation.
        what: the photographs in a word or two, for the message.

    Returns:
        Set of places in `sources`.

    Raises:
        UserError: no choice of whole sources has exactly so many parts.
    """
    parts = {}
    for place, source in enumerate(sources):
        parts.setdefault(source, []).append(place)
    groups = list(parts.values())
    # Bit n of reach[i] says whether sources i and those after it can have n parts together.
    reach = [1]
    for group in reversed(groups):
        reach.append(reach[-1] | reach[-1] << len(group))
    reach.reverse()
    if count < 0 or not reach[0] >> count & 1:
        possible = [number for number in range(len(sources) + 1) if reach[0] >> number & 1]
        near = sorted(possible, key=lambda number: abs(number - count))[:2]
        raise UserError(
            f"{count} of {len(sources)} {what} cannot be for validation: all parts of one source stay together; "
            f"nearest numbers that can: {' and '.join(map(str, sorted(near)))}"
        )
    chosen = set()
    for group, rest in zip(groups, reach[1:], strict=True):
        left = count - len(chosen)
        if len(group) <= left and rest >> left - len(group) & 1:
            chosen.update(group)
    return chosen
