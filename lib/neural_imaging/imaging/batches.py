"""What manipulations, channels and codecs take: batches of RGB pictures."""

from neural_imaging.base.errors import UserError

# What does not clip leaves [0, 1] by a little. Pixels of 8 bits do by far more, and what is NaN is in no range.
_LOWEST, _HIGHEST = -0.5, 1.5


def check_shape(shape):
    """Refuse a shape that is none of a batch of RGB pictures; sides may be None. Returns it as a tuple."""
    shape = tuple(shape)
    if len(shape) != 4 or shape[3] not in (3, None):
        raise UserError(f"a batch of RGB pictures has the shape (batch, height, width, 3), not {shape}")
    return shape


def check(images, extremes, levels=False):
    """Refuse what is no batch of RGB pictures: it would come back in another shape, or white.

    Args:
        images: array or tensor, of any library; sides may be unknown.
        extremes: function without arguments that gives the least and the largest value, or None where there are no
            values, as in a graph that is traced. It is called for floats alone.
        levels: uint8, of 255, will do too.
    """
    shape, dtype = check_shape(images.shape), getattr(images.dtype, "name", str(images.dtype))
    if levels and "uint8" in dtype:
        return
    if "float" not in dtype:
        of_8_bits = "uint8, or " if levels else ""
        raise UserError(f"pictures are {of_8_bits}floats in [0, 1], not {dtype}; divide pixels of 8 bits by 255")
    ends = None if 0 in shape else extremes()
    if ends is not None and not (ends[0] >= _LOWEST and ends[1] <= _HIGHEST):
        least, most = map(float, ends)
        raise UserError(
            f"pictures are floats in [0, 1], not from {least:g} to {most:g}; divide pixels of 8 bits by 255"
        )
