"""Develop RAW photographs into 8-bit sRGB: the target that neural pipelines learn, and LibRaw's own for comparison."""

import numpy as np
import rawpy

from neural_imaging.errors import UserError
from neural_imaging.imaging import color
from neural_imaging.imaging import raw as raw_files

PIPELINES = ("python", "python-bilinear", "libraw")
DEMOSAICING = ("menon", "bilinear")
# Rows coloured at a time: small enough to stay in the processor's cache.
_ROWS = 32


def develop(path, pipeline="python"):
    """Develop a RAW file.

    "python" is Menon's demosaicing (2007), the camera's colour matrix and a gamma of 1/2.2, without correction of
    brightness; "python-bilinear" has the simpler demosaicing; "libraw" is LibRaw's processing with the same levels,
    white balance and gamma. Pixels that are not square (`RawImage.pixel_aspect`) are left as they are by the first
    two; LibRaw makes them square.

    Args:
        path: the RAW file.
        pipeline: one of `PIPELINES`.

    Returns:
        uint8, shape (height, width, 3), upright.

    Raises:
        RawError: the file cannot be read.
        UserError: no such pipeline.
    """
    if pipeline not in PIPELINES:
        raise UserError(f"{pipeline}: no such pipeline; use one of {', '.join(PIPELINES)}")
    raw = raw_files.read(path)
    if pipeline == "libraw":
        return _libraw(path, raw)
    return upright(develop_raw(raw, "bilinear" if pipeline == "python-bilinear" else "menon"), raw.flip)


def develop_raw(raw, demosaicing="menon"):
    """Develop what `raw.read` gave, in the sensor's orientation: pixel (y, x) lies where the stack has it.

    Args:
        raw: a `RawImage`.
        demosaicing: "menon" or "bilinear".

    Returns:
        uint8, shape (height, width, 3).
    """
    return render(demosaic(raw.mosaic, raw.cfa, demosaicing), raw.camera_to_srgb)


def demosaic(mosaic, cfa, demosaicing="menon"):
    """Full colour from a mosaic, shape (height, width, 3), in the camera's colours, not clipped."""
    # Imported here: colour-demosaicing takes more than a second to import.
    import colour_demosaicing

    if demosaicing not in DEMOSAICING:
        raise UserError(f"{demosaicing}: no such demosaicing; use one of {', '.join(DEMOSAICING)}")
    if demosaicing == "bilinear":
        return colour_demosaicing.demosaicing_CFA_Bayer_bilinear(mosaic, cfa)
    return colour_demosaicing.demosaicing_CFA_Bayer_Menon2007(mosaic, cfa)


def render(camera_colours, camera_to_srgb):
    """8-bit sRGB of white-balanced camera colours: matrix, clipping, gamma."""
    matrix = np.asarray(camera_to_srgb, np.float32).T
    developed = np.empty(camera_colours.shape, np.uint8)
    for start in range(0, len(camera_colours), _ROWS):
        rows = camera_colours[start : start + _ROWS].astype(np.float32)
        developed[start : start + _ROWS] = color.encode(rows @ matrix)
    return developed


def upright(picture, flip):
    """Turn a picture as LibRaw's `flip` says (0 to 7): bit 1 mirrors columns, 2 rows, 4 swaps them afterwards."""
    if flip & 2:
        picture = picture[::-1]
    if flip & 1:
        picture = picture[:, ::-1]
    if flip & 4:
        picture = picture.swapaxes(0, 1)
    return np.ascontiguousarray(picture)


def _libraw(path, raw):
    gains = raw.white_balance if len(raw.white_balance) == 4 else (*raw.white_balance, raw.white_balance[1])
    with rawpy.imread(str(path)) as file:
        developed = file.postprocess(
            user_wb=list(gains),
            gamma=(color.GAMMA, 0),
            no_auto_bright=True,
            adjust_maximum_thr=0,
            output_bps=8,
            user_flip=0,
        )
    # Odd rows and columns are left out of the mosaic, so also here.
    return upright(developed[: developed.shape[0] & ~1, : developed.shape[1] & ~1], raw.flip)
