"""Which photographs are for validation: so many as asked, and all parts of one photograph on the same side."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.imaging import raw_folder

SPLIT_BY = ("file", "folder")
# As many as the papers have of a camera.
MOST_TRAIN, MOST_VALIDATION = 120, 30
# A simulated camera lists its scenes here, and what each is a part of.
SCENES = "scenes.csv"


@dataclass(frozen=True)
class Origin:
    """What a file is a part of, and whether it is no synthetic scene. Parts of a source are on one side of a split."""

    source: str
    photograph: bool = True


def origins(folder, listed, split_by="file"):
    """Origin of each file (`raw_folder.Found`) of a folder, by its path.

    By "file" each is a source of its own, but files of one folder that differ by their endings alone (a.NEF and a.DNG)
    are one, as the first, and a simulated camera's scenes.csv has the last word. By "folder" all files of a folder are
    one.
    """
    if split_by == "folder":
        return {file.path: Origin(file.path.parent.as_posix()) for file in listed}
    scenes = _scenes(Path(folder) / SCENES)
    first = {}
    for file in listed:
        first.setdefault(_without_ending(file.path), file.path.as_posix())
    return {file.path: scenes.get(file.path.as_posix(), Origin(first[_without_ending(file.path)])) for file in listed}


def _without_ending(path):
    return path.parent, raw_folder.key(path.stem)


def _scenes(table):
    # Other programs may call a file so, too.
    rows = files.read_rows(table, ("file", "source", "synthetic")) if table.is_file() else []
    return {row["file"]: Origin(row["source"], row["synthetic"] != "True") for row in rows}


def numbers(train, validation, good):
    """How many of `good` photographs (None for as many as can be used) are to train on and for validation.

    Where `validation` is None, a fifth is for it, at most `MOST_VALIDATION`, or a quarter of `train`. Where `train` is
    None, the others are to train on, at most `MOST_TRAIN`.
    """
    if validation is None:
        most = MOST_TRAIN + MOST_VALIDATION if good is None else min(good, MOST_TRAIN + MOST_VALIDATION)
        validation = min(MOST_VALIDATION, max(1, round(most / 5 if train is None else train / 4)))
    if train is None:
        train = MOST_TRAIN if good is None else max(1, min(MOST_TRAIN, good - validation))
    return train, validation


def draw(origins, count, seed, photographs=None):
    """Places of the photographs that are for validation.

    Args:
        origins: `Origin` of each photograph, in their order.
        count: how many are for validation.
        seed: of the draw.
        photographs: how many of those are no synthetic scenes; None leaves it to chance.
    """
    # From the back, so that the first are to train on.
    order = np.random.default_rng(seed).permutation(len(origins))[::-1].tolist()
    strata = [(count, order, "photographs")]
    if photographs is not None:
        real = [place for place in order if origins[place].photograph]
        synthetic = [place for place in order if not origins[place].photograph]
        strata = [(photographs, real, "photographs"), (count - photographs, synthetic, "synthetic scenes")]
    chosen = set()
    for number, places, what in strata:
        held_out = validation([origins[place].source for place in places], number, what)
        chosen |= {places[index] for index in held_out}
    return chosen


def validation(sources, count, what="photographs"):
    """Places of whole sources that have `count` parts together.

    Sources are taken from the front as long as the rest can still be filled exactly. Where each has one part, these are
    the first `count`. `sources` are any values that can be compared, in the drawn order; `what` calls the parts for the
    message.

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
