"""Colour profiles (ICC): what they make of a picture's colours, judged by their numbers and not by their names."""

import io

import imagecodecs
import numpy as np
from PIL import ImageCms

# The samples that a profile is of, by its space: how many, and lcms's name for them.
_SPACES = {"GRAY": (1, "gray"), "RGB": (3, "rgb"), "CMYK": (4, "cmyk")}
# Profiles of sRGB differ in the last digits of their numbers, and in how they write down the curve.
_TOLERANCE = 2
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def to_srgb(samples, profile, notes):
    """RGB samples of the same depth, through the profile that the file has; None where they are sRGB as they are.

    Samples are uint8 or uint16, shape (height, width, 1, 3 or 4): grey, RGB or inks (CMYK). A note is added where
    colours change, and where the profile cannot be used.
    """
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        count, space = _SPACES.get(source.profile.xcolor_space.strip().upper(), (0, ""))
        name = " ".join(ImageCms.getProfileDescription(source).split())
        if count == 3 and samples.shape[2] == 1:
            samples = np.repeat(samples, 3, axis=2)
        if count != samples.shape[2]:
            notes.append(f"its colour profile {name} is of other colours than the picture, and is passed over")
            return None
        if _changes(profile, count, space):
            converted = _converted(samples, profile, space)
            notes.append(f"colours of the profile {name} become sRGB")
            return converted
    except (ImageCms.PyCMSError, imagecodecs.CmsError, OSError, TypeError, ValueError):
        notes.append("its colour profile cannot be used and is passed over")
    return None


def _converted(samples, profile, space):
    # lcms shortens its way through coarse tables unless it is told not to: up to 18 levels of 255 away in 16 bits.
    exact = None if samples.dtype == np.uint8 and space == "rgb" else imagecodecs.CMS.FLAGS.NOOPTIMIZE
    samples = np.ascontiguousarray(samples[..., 0] if space == "gray" else samples)
    return imagecodecs.cms_transform(samples, profile, _SRGB, colorspace=space, outcolorspace="rgb", flags=exact)


def _changes(profile, count, space):
    """Whether colours come out as others than they go in."""
    if count == 4:
        return True
    steps = np.arange(0, 256, 15, dtype=np.uint8)
    if count == 1:
        colours = steps.reshape(1, -1, 1)
    else:
        colours = np.stack(np.meshgrid(steps, steps, steps), -1).reshape(len(steps), -1, 3)
    return np.abs(_converted(colours, profile, space).astype(int) - colours).max() > _TOLERANCE
