"""A codec's training set on disk, and random patches of its pictures."""

from pathlib import Path

import numpy as np
from PIL import Image

from neural_imaging.base import termination
from neural_imaging.base.errors import DAMAGED_ARCHIVE, UserError
from neural_imaging.datasets.images import mapped, read_table
from neural_imaging.datasets.picture_set import PICTURES

_COLUMNS = ("file", "status", "split", "place")
_PROGRAM = "scripts/prepare_codec_data.py"
# Range of the random gamma, as in the released toolbox: samples on [0, 1] are raised to the power of 1/gamma.
_GAMMAS = 0.25, 3.0


def read(tables, split):
    """Open the pictures of one split of training sets, by their `images.csv`.

    Returns:
        List of uint8 arrays, (side, side, 3), memory-mapped; one set after another, each in the order of its table.

    Raises:
        UserError: a table or its pictures are missing or damaged, or the split is empty.
    """
    return [picture for table in tables for picture in _read(Path(table), split)]


def _read(table, split):
    if table.is_dir():
        raise UserError(f"{table}: is a folder; name the images.csv of a training set of codecs ({_PROGRAM} makes one)")
    rows = read_table(table, "training set of codecs", "pictures", _PROGRAM)
    if any(column not in rows for column in _COLUMNS):
        raise UserError(f"{table}: not the table of a training set of codecs; {_PROGRAM} makes one")
    places = rows["place"][(rows["status"] == "used") & (rows["split"] == split)]
    if places.empty:
        raise UserError(f"{table}: has no picture in its {split} split")
    path = table.with_name(PICTURES)
    try:
        pictures = mapped(path)
        places = places.astype(int)
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; {_PROGRAM} makes one") from None
    except DAMAGED_ARCHIVE as error:
        raise UserError(f"{path}: damaged ({error}); prepare the set again") from None
    fits = pictures.ndim == 4 and pictures.shape[3] == 3 and pictures.dtype == np.uint8
    if not fits or not places.between(0, len(pictures) - 1).all():
        raise UserError(f"{path}: does not fit {table}; prepare the set again")
    if places.duplicated().any():
        raise UserError(f"{table}: place {places[places.duplicated()].iloc[0]} is there twice; prepare the set again")
    return [pictures[place] for place in places]


class PictureSampler:
    """Draws random patches of pictures (uint8 RGB), changed at random as protocol B has it.

    Args:
        size: side of a patch in pixels.
        flips: flip half of the patches in each direction.
        gamma: share of patches whose tone is changed by a random gamma from 0.25 to 3.
        resize: share of patches that are made smaller: of squares of up to twice the size.
        setting: what the user calls the size, for messages.
    """

    def __init__(self, pictures, size, flips=False, gamma=0.0, resize=0.0, setting="patch"):
        for picture in pictures:
            if min(picture.shape[:2]) < size:
                height, width = picture.shape[:2]
                raise UserError(
                    f"pictures of {width} × {height} pixels are too small for patches of {size} (setting {setting})"
                )
        self.images, self.size = pictures, size
        self._flips, self._gamma, self._resize = flips, gamma, resize

    @property
    def stored(self):
        """Bytes of a patch as it is drawn."""
        return self.size**2 * 3

    @property
    def computed(self):
        """Bytes of it as float32."""
        return self.stored * 4

    def batch(self, chosen, rng):
        """Draw one patch of each chosen picture, by their indices; the patches depend on `rng` alone.

        Returns:
            A tuple of one array: uint8, (len(chosen), size, size, 3).
        """
        patches = np.empty((len(chosen), self.size, self.size, 3), np.uint8)
        for patch, index in zip(patches, termination.heeded(chosen), strict=True):
            cut = self._cut(self.images[index], rng)
            down, across = np.where(self._flips & (rng.random(2) < 0.5), -1, 1)
            cut = cut[::down, ::across]
            patch[...] = _tone(rng.uniform(*_GAMMAS))[cut] if rng.random() < self._gamma else cut
        return (patches,)

    def _cut(self, picture, rng):
        length = self.size
        if rng.random() < self._resize:
            length = int(rng.integers(length, min(2 * length, *picture.shape[:2]) + 1))
        top, left = (int(rng.integers(side - length + 1)) for side in picture.shape[:2])
        cut = picture[top : top + length, left : left + length]
        if length == self.size:
            return cut
        return np.asarray(Image.fromarray(cut).resize((self.size, self.size), Image.Resampling.LANCZOS))


def _tone(gamma):
    """What each 8-bit sample becomes by a gamma."""
    return np.rint(255 * (np.arange(256) / 255) ** (1 / gamma)).astype(np.uint8)
