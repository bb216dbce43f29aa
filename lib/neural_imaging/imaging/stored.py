"""Pictures as their files have them, of any depth and kind of colours, and what a screen shows of them."""

from dataclasses import dataclass

import numpy as np

from neural_imaging.imaging import profiles

# What EXIF's orientations make of a stored picture.
_UPRIGHT = {
    2: lambda picture: picture[:, ::-1],
    3: lambda picture: picture[::-1, ::-1],
    4: lambda picture: picture[::-1],
    5: lambda picture: picture.swapaxes(0, 1),
    6: lambda picture: np.rot90(picture, -1),
    7: lambda picture: picture[::-1, ::-1].swapaxes(0, 1),
    8: np.rot90,
}


@dataclass(frozen=True)
class Stored:
    """A picture as its file has it.

    Attributes:
        samples: unsigned, shape (height, width, 1, 3 or 4): grey, RGB with white as the largest, or inks (CMYK) with
            no ink as zero.
        opacity: shape (height, width), or None for an opaque picture.
        bits: of a sample, 1 to 16.
        profile: bytes of a colour profile, or None.
        orientation: EXIF's number, or None.
    """

    samples: np.ndarray
    opacity: np.ndarray | None
    bits: int
    profile: bytes | None = None
    orientation: int | None = None


def rounded(samples, bits, to=8):
    """Samples of so many bits as those of 8 (uint8) or 16 (uint16); the largest stays the largest."""
    if bits == to:
        return samples.astype(np.uint8 if to == 8 else np.uint16, copy=False)
    most, wanted = (1 << bits) - 1, (1 << to) - 1
    return ((samples.astype(np.uint32) * wanted + most // 2) // most).astype(np.uint8 if to == 8 else np.uint16)


def straight(colours, opacity, most):
    """Colours that were multiplied by the opacity, as they were before; `most` is the largest sample."""
    part = np.maximum(opacity, 1)[..., np.newaxis].astype(np.uint32)
    return np.minimum((colours.astype(np.uint32) * most + part // 2) // part, most)


def shown(picture, notes, doubts):
    """A picture as a viewer shows it on white: uint8, shape (height, width, 3), sRGB, upright.

    Colours are worked out with the bits that the file has and rounded once, at the end.

    Args:
        picture: `Stored`.
        notes, doubts: lists; what is changed is added, see `opening.Opened`.
    """
    opacity, most = picture.opacity, (1 << picture.bits) - 1
    if opacity is not None and opacity.min() == most:
        opacity = None
    # Deep samples of a linear profile would lose their shadows if they were rounded first.
    depth = 8 if picture.bits <= 8 and opacity is None else 16
    samples, most = rounded(picture.samples, picture.bits, depth), (1 << depth) - 1
    if samples.shape[2] == 4:
        doubt("CMYK becomes RGB", notes, doubts)
    colours = profiles.to_srgb(samples, picture.profile, notes) if picture.profile else None
    if colours is None:
        colours = _mixed(samples, most) if samples.shape[2] == 4 else samples
    if opacity is not None:
        doubt("transparent parts are laid on white", notes, doubts)
        colours = _on_white(colours, rounded(opacity, picture.bits, depth), most)
    colours = rounded(colours, depth)
    if colours.shape[2] == 1:
        colours = np.repeat(colours, 3, axis=2)
    upright = _UPRIGHT.get(picture.orientation, lambda stored: stored)(colours)
    return np.require(upright, requirements=("C", "W"))


def doubt(what, notes, doubts):
    """Note what lets one doubt whether a picture shows what a camera took."""
    notes.append(what)
    doubts.append(what)


def _mixed(inks, most):
    """RGB of plain inks, each of which takes away its share of the light."""
    light = most - inks.astype(np.uint32)
    return ((light[..., :3] * light[..., 3:] + most // 2) // most).astype(inks.dtype)


def _on_white(colours, opacity, most):
    part = opacity[..., np.newaxis].astype(np.uint32)
    return ((colours * part + most * (most - part) + most // 2) // most).astype(colours.dtype)
