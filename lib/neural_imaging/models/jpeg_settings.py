"""Settings that the differentiable and the real JPEG have in common."""

import numbers

import numpy as np
from keras import ops

from neural_imaging.base.errors import UserError
from neural_imaging.coding import jpeg_tables
from neural_imaging.ops import samples


class Quality:
    """A quality factor, or how to draw one.

    Args:
        quality: a number from 1 to 100; two whole numbers (low, high) draw from the range, both ends included;
            a set, or more than two whole numbers, draw from these. Arrays and tensors that have values are as numbers
            and lists.
    """

    def __init__(self, quality):
        quality = samples.plain(quality)
        if isinstance(quality, numbers.Real):
            values = [jpeg_tables.real_quality(quality)]
        elif isinstance(quality, (list, tuple, set, frozenset, range)) and len(quality) > 0:
            values = [jpeg_tables.quality_factor(choice) for choice in quality]
        else:
            raise UserError(f"JPEG quality must be a number, a range (low, high) or a set of numbers, not {quality!r}")
        if len(values) == 2 and not isinstance(quality, (set, frozenset)):
            if values[0] > values[1]:
                raise UserError(f"JPEG quality range must be (low, high), not {quality!r}")
            self.setting, self.choices = values, list(range(values[0], values[1] + 1))
        else:
            self.choices = sorted(set(values))
            # Two numbers in a list mean a range; written twice they stay a set.
            self.setting = self.choices * 2 if len(self.choices) == 2 else self.choices
        if len(self.choices) == 1:
            self.setting = self.choices[0]

    @property
    def fixed(self):
        """The one quality factor, or None where it is drawn."""
        return self.choices[0] if len(self.choices) == 1 else None

    def tables(self, base=None):
        """Tables of all choices: float32, shape (choices, 2, 8, 8), brightness first.

        Args:
            base: tables that the qualities scale, shape (2, 8, 8); None for the standard ones.
        """
        return np.array([jpeg_tables.pair(choice, base) for choice in self.choices], np.float32)


def origin(place):
    """Row and column at which a block begins, as two whole numbers."""
    place = samples.plain(place)
    if not isinstance(place, list | tuple) or len(place) != 2:
        raise UserError(f"a JPEG grid's origin is a row and a column, not {place!r}")
    if not all(isinstance(side, numbers.Integral) and not isinstance(side, bool) and side >= 0 for side in place):
        raise UserError(f"a JPEG grid's origin is two whole numbers of at least 0, not {place!r}")
    return tuple(map(int, place))


def quality_of_call(quality, count=None):
    """The quality of a call.

    Args:
        quality: a number; a list or an array with each picture's own; a tensor of either.
        count: how many pictures there are, if that is known.

    Returns:
        A number, a list, or the tensor where it holds floats or has no values yet.

    Raises:
        UserError: all else, such as the ranges that constructors take.
    """
    known = samples.plain(quality)
    shape = tuple(quality.shape) if ops.is_tensor(known) else np.shape(known)
    if isinstance(known, set | frozenset | tuple | str) or len(shape) > 1:
        raise UserError(
            f"the JPEG quality of a call is a number, or a list with each picture's own, not {quality!r}; ranges are "
            "for the constructor"
        )
    if shape and None not in (count, shape[0]) and shape[0] != count:
        raise UserError(f"there are {shape[0]} qualities for {count} pictures")
    if not ops.is_tensor(known):
        several = isinstance(known, list)
        known = [jpeg_tables.real_quality(each) for each in known] if several else jpeg_tables.real_quality(known)
    floats = ops.is_tensor(quality) and "float" in str(quality.dtype)
    return quality if floats else known


def tables_of_call(tables, count=None):
    """Tables of a call as a tensor, float32, shape (2, 8, 8), or (batch, 2, 8, 8) with each picture's own.

    Args:
        tables: array, tensor or nested list of that shape, with numbers of at least 1; or the path of a JPEG file.
        count: how many pictures there are, if that is known.

    Raises:
        UserError: no such tables; not as many as pictures.
    """
    if not ops.is_tensor(tables) and np.ndim(tables) < 3:
        tables = jpeg_tables.given(tables)
    tables = ops.cast(ops.convert_to_tensor(tables), "float32")
    shape = tuple(tables.shape)
    if shape[-3:] != (2, 8, 8) or len(shape) > 4:
        raise UserError(f"JPEG tables have the shape (2, 8, 8) or (batch, 2, 8, 8), brightness first, not {shape}")
    if len(shape) == 4 and None not in (count, shape[0]) and shape[0] != count:
        raise UserError(f"there are {shape[0]} pairs of JPEG tables for {count} pictures")
    least = samples.value(ops.min(tables))
    if least is not None and not least >= 1:
        raise UserError(f"JPEG tables hold numbers of at least 1, not {least:g}")
    return tables
