"""TIFF files as `stored.Stored`: whatever depth, order of channels and meaning of the samples a file has."""

import numpy as np
import tifffile

from neural_imaging.imaging import stored
from neural_imaging.imaging.stored import StoredError

STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_ORIENTATION, _PROFILE, _COLOUR_MAP, _INK_SET, _EXIF, _ADOBE = 274, 34675, 320, 332, 34665, 2
_SUBSAMPLING, _RANGE, _JPEG = 530, 532, (6, 7)
# Measurements of the colours themselves: transfer function, white point, primaries.
_MEASURED = (301, 318, 319)
_KIND = tifffile.PHOTOMETRIC
_CHANNELS = {_KIND.MINISWHITE: 1, _KIND.MINISBLACK: 1, _KIND.RGB: 3, _KIND.PALETTE: 1, _KIND.SEPARATED: 4}
_PREMULTIPLIED, _STRAIGHT = 1, 2
_UNSIGNED, _FLOAT, _UNDEFINED = 1, 3, 4
_MOST_BITS = 16
# Why samples are refused, in files of any format.
FLOATING = "its samples are floating-point numbers; those of 8 or 16 bits are read"
DEEP = "its samples have more than 16 bits; those of 8 or 16 bits are read"


def read(path, most_pixels, notes):
    """Read the first picture of a TIFF file as `stored.Stored`; None where Pillow shall read it.

    Raises:
        StoredError: samples that are not of 1 to 16 bits, or with a meaning that is not known; more than `most_pixels`.
    """
    with tifffile.TiffFile(path) as file:
        pages = [page for page in file.pages if not (page.is_reduced or page.is_mask)]
        if not pages:
            raise StoredError("it holds only previews")
        page = pages[0]
        _check(page)
        stored.note_number(len(pages), notes)
        if page.photometric == _KIND.YCBCR:
            _check_luma(page)
            return None
        if page.imagelength * page.imagewidth > most_pixels:
            raise StoredError(f"more than {most_pixels} pixels")
        profile, orientation, exif = (page.tags.valueof(tag) for tag in (_PROFILE, _ORIENTATION, _EXIF))
        picture = stored.Stored(*_meant(page), profile, orientation)
        if not profile and any(tag in page.tags for tag in _MEASURED):
            notes.append("what its tags say of its colours, without a profile, is passed over")
        if not profile and isinstance(exif, dict) and exif.get("ColorSpace") == _ADOBE:
            notes.append(stored.ADOBE_RGB)
        stored.note_depth(page.bitspersample, notes)
        return picture


def _check(page):
    """Refuse samples whose meaning is not known."""
    if page.sampleformat == _FLOAT:
        raise StoredError(FLOATING)
    if isinstance(page.bitspersample, tuple) or page.dtype is None:
        raise StoredError("its channels differ in depth, or are of a kind that is not known")
    if page.bitspersample > _MOST_BITS:
        raise StoredError(DEEP)
    if page.photometric == _KIND.YCBCR:
        return
    if page.photometric not in _CHANNELS:
        name = getattr(page.photometric, "name", page.photometric)
        raise StoredError(f"its colours are of the kind {name} of {page.bitspersample} bits")
    if page.sampleformat not in (_UNSIGNED, _UNDEFINED):
        raise StoredError("its samples are signed numbers; those from 0 up are read")
    if page.axes not in ("YX", "YXS", "SYX"):
        raise StoredError(f"it has the axes {page.axes}, not those of a picture")
    if page.photometric == _KIND.SEPARATED and page.tags.valueof(_INK_SET, 1) != 1:
        raise StoredError("its inks are not cyan, magenta, yellow and black")


def _check_luma(page):
    """Pillow has the conversion, as JPEG does it; what differs from that it would not heed."""
    whole = page.tags.valueof(_SUBSAMPLING, (2, 2)) == (1, 1)
    if page.bitspersample != 8 or page.index or not (whole or page.compression in _JPEG):
        raise StoredError(f"its colours are YCBCR of {page.bitspersample} bits, not packed as JPEG")
    levels = page.tags.valueof(_RANGE)
    if levels and levels[:4] != (0, 1, 255, 1):
        raise StoredError("its colours are YCBCR that do not go from 0 to 255")


def _meant(page):
    """Samples of a page, its opacity or None, and their depth, as `stored.Stored` has them."""
    samples = page.asarray()
    if page.axes == "YX":
        samples = samples[..., np.newaxis]
    elif page.axes == "SYX":
        samples = np.moveaxis(samples, 0, -1)
    colours, bits = _CHANNELS[page.photometric], page.bitspersample
    extra = [int(kind) for kind in page.extrasamples]
    if not extra and page.photometric == _KIND.RGB and samples.shape[2] == 4:
        extra = [_STRAIGHT]  # Against the specification, but common, and every viewer takes it so.
    if samples.shape[2] != colours + len(extra):
        raise StoredError(f"it has {samples.shape[2]} channels, and does not say what they are")
    samples, rest = samples[..., :colours], samples[..., colours:]
    place = next((place for place, kind in enumerate(extra) if kind in (_PREMULTIPLIED, _STRAIGHT)), None)
    opacity = None if place is None else rest[..., place]
    if page.photometric == _KIND.PALETTE:
        samples, opacity = _looked_up(page, samples[..., 0]), None if opacity is None else stored.rounded(opacity, bits)
        return samples, opacity, 8
    most = (1 << bits) - 1
    if opacity is not None and colours == 4:
        if opacity.min() < most:
            raise StoredError("its inks are transparent in parts")
        opacity = None
    if opacity is not None and extra[place] == _PREMULTIPLIED:
        samples = stored.straight(samples, opacity, most)
    if page.photometric == _KIND.MINISWHITE:
        samples = most - samples.astype(np.uint32)
    return samples, opacity, bits


def _looked_up(page, indices):
    """Colours of a palette; of 16 bits, but some writers fill in 8, as libtiff knows too."""
    palette = np.asarray(page.tags.valueof(_COLOUR_MAP)).reshape(3, -1)
    if palette.max() > 255:
        palette = palette >> 8
    return palette.T[indices.astype(int)].astype(np.uint8)
