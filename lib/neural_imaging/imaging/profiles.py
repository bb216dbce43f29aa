"""Colour profiles (ICC): what they make of a picture's colours, judged by their numbers and not by their names."""

import io

import numpy as np
from PIL import Image, ImageCms

# The picture that a profile is of, by its space.
_MODES = {"GRAY": "L", "RGB": "RGB", "CMYK": "CMYK", "LAB": "LAB"}
# Profiles of sRGB differ in the last digits of their numbers, and in how they write down the curve.
_TOLERANCE = 2


def to_srgb(image, profile, notes):
    """Colours of a picture as sRGB, through the profile that its file has.

    Args:
        image: of Pillow.
        profile: the profile's bytes.
        notes: list; a note is added where colours change, and where the profile is passed over.

    Returns:
        RGB image; None where the picture is sRGB as it is, or the profile cannot be used.
    """
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = _MODES.get(source.profile.xcolor_space.strip().upper())
        name = " ".join(ImageCms.getProfileDescription(source).split())
        if image.mode not in ("RGB", "CMYK", "LAB"):
            image = image.convert("L" if mode == "L" and image.mode in ("1", "L") else "RGB")
        if mode != image.mode:
            notes.append(f"its colour profile {name} is of other colours than the picture, and is passed over")
            return None
        transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
        if _changes(transform, mode):
            converted = ImageCms.applyTransform(image, transform)
            notes.append(f"colours of the profile {name} become sRGB")
            return converted
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        notes.append("its colour profile cannot be used and is passed over")
    return None


def _changes(transform, mode):
    """Whether colours come out as others than they go in."""
    if mode not in ("L", "RGB"):
        return True
    steps = np.arange(0, 256, 15, dtype=np.uint8)
    if mode == "L":
        colours = steps[np.newaxis]
        expected = np.repeat(colours[..., np.newaxis], 3, axis=2)
    else:
        colours = expected = np.stack(np.meshgrid(steps, steps, steps), -1).reshape(len(steps), -1, 3)
    made = np.asarray(ImageCms.applyTransform(Image.fromarray(colours), transform))
    return np.abs(made.astype(int) - expected).max() > _TOLERANCE
