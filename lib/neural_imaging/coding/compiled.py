"""How loops over symbols are compiled."""

import numba


def compiled(function):
    """Compile a function at its first call, and keep the result for later programs if a folder can be written.

    Compiled code does not check indices. And what is kept is made anew when the function's own file changes, not when
    another file does: compiled functions call those of their own file, and of this one, alone.
    """
    try:
        return numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:
        return numba.njit(nogil=True)(function)


@compiled
def highest_bit(number):
    """Place of the highest bit that is set; 0 for the numbers 0 and 1."""
    place = 0
    while number > 1:
        number >>= 1
        place += 1
    return place
