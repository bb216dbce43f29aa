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


ADOBE_RGB = "by EXIF its colours are Adobe RGB; without a profile they are taken as sRGB"


class StoredError(ValueError):
    """A picture whose samples are not understood; the message is the reason."""


class Doubt(str):
    """A note that lets one doubt whether a picture shows what a camera took."""


@dataclass(frozen=True)
class Stored:
    """A picture as its file has it."""

    samples: np.ndarray  # Unsigned, shape (height, width, channels): grey, RGB, or inks (CMYK) with no ink as zero.
    opacity: np.ndarray | None  # Shape (height, width); None for an opaque picture.
    bits: int  # Of a sample, 1 to 16.
    profile: bytes | None = None
    orientation: int | None = None  # EXIF's number.


def rounded(samples, bits, to=8):
    """Samples of so many bits as those of 8 (uint8) or 16 (uint16); the largest stays the largest."""
    dtype = np.uint8 if to == 8 else np.uint16
    if bits == to:
        return samples.astype(dtype, copy=False)
    most, wanted = (1 << bits) - 1, (1 << to) - 1
    return ((samples.astype(np.uint32) * wanted + most // 2) // most).astype(dtype)


def straight(colours, opacity, most):
    """Colours that were multiplied by the opacity, as they were before; `most` is the largest sample."""
    part = np.maximum(opacity, 1)[..., np.newaxis].astype(np.uint32)
    return np.minimum((colours.astype(np.uint32) * most + part // 2) // part, most)


def shown(picture, notes):
    """A picture as a viewer shows it on white: uint8, shape (height, width, 3), sRGB, upright.

    Colours are worked out with the bits that the file has and rounded once, at the end. What is changed is added to the
    list of notes.
    """
    opacity, most = picture.opacity, (1 << picture.bits) - 1
    if opacity is not None and opacity.min() == most:
        opacity = None
    # Deep samples of a linear profile would lose their shadows if they were rounded first.
    depth = 8 if picture.bits <= 8 and opacity is None else 16
    samples, most = rounded(picture.samples, picture.bits, depth), (1 << depth) - 1
    if samples.shape[2] == 4:
        notes.append(Doubt("CMYK becomes RGB"))
    colours = profiles.to_srgb(samples, picture.profile, notes) if picture.profile else None
    if colours is None:
        colours = _mixed(samples, most) if samples.shape[2] == 4 else samples
    if opacity is not None:
        notes.append(Doubt("transparent parts are laid on white"))
        colours = _on_white(colours, rounded(opacity, picture.bits, depth), most)
    colours = rounded(colours, depth)
    if colours.shape[2] == 1:
        colours = np.repeat(colours, 3, axis=2)
    upright = _UPRIGHT[picture.orientation](colours) if picture.orientation in _UPRIGHT else colours
    return np.require(upright, requirements=("C", "W"))


def note_number(pictures, notes):
    """Note that a file has several pictures, of which the first is used."""
    if pictures > 1:
        notes.append(Doubt(f"the first of {pictures} pictures in the file"))


def note_depth(bits, notes):
    """Note that samples lose bits."""
    if bits > 8:
        notes.append(f"{bits} bits a sample are rounded to 8")


def _mixed(inks, most):
    """RGB of plain inks, each of which takes away its share of the light."""
    light = most - inks.astype(np.uint32)
    return ((light[..., :3] * light[..., 3:] + most // 2) // most).astype(inks.dtype)


def _on_white(colours, opacity, most):
    part = opacity[..., np.newaxis].astype(np.uint32)
    return ((colours * part + most * (most - part) + most // 2) // most).astype(colours.dtype)
