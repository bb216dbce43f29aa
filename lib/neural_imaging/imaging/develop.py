"""Develop RAW photographs into 8-bit sRGB without networks: the targets that neural pipelines learn."""

import numpy as np
import rawpy

from neural_imaging.base.errors import UserError
from neural_imaging.imaging import raw as raw_files
from neural_imaging.imaging import srgb
from neural_imaging.study.settings import DEMOSAICING

TARGETS = ("manual", "auto")
# Pictures are developed in bands of rows, which stay in the processor's cache: more than twice as fast as whole ones.
# Menon's demosaicing looks at most 10 rows up and down, so that bands with this margin give the same numbers.
_BAND, _MARGIN = 64, 12


def target(raw, kind="manual"):
    """Develop what a network shall learn to imitate: uint8, shape (height, width, 3), where the stack has it.

    Args:
        raw: a `RawImage`.
        kind: "manual" is the papers' pipeline, `develop_raw` with Menon's demosaicing and no correction of brightness;
            "auto" is LibRaw's automatic rendering, `develop_with_libraw`.

    Raises:
        RawError: LibRaw makes pixels square that are not, so that its rendering does not lie on the stack.
    """
    if kind not in TARGETS:
        raise UserError(f"{kind}: no such target; use one of {', '.join(TARGETS)}")
    if kind == "manual":
        return develop_raw(raw)
    developed = develop_with_libraw(raw)
    if developed.shape[:2] != (raw.height, raw.width):
        raise raw_files.RawError(
            raw.path,
            f"its pixels are not square: LibRaw's picture of {developed.shape[0]} × {developed.shape[1]} pixels does "
            f"not lie on the stack of {raw.height} × {raw.width}; use the target manual",
        )
    return developed


def develop_raw(raw, demosaicing="menon"):
    """Develop a `RawImage`, in the sensor's orientation; uint8, shape (height, width, 3)."""
    return develop_mosaic(raw.mosaic, raw.cfa, raw.camera_to_srgb, demosaicing)


def develop_mosaic(mosaic, cfa, camera_to_srgb, demosaicing="menon"):
    """Develop white-balanced samples in [0, 1], shape (height, width): demosaicing, colour matrix, gamma."""
    developed = np.empty((*mosaic.shape, 3), np.uint8)
    for start in range(0, len(mosaic), _BAND):
        top = max(0, start - _MARGIN)
        band = demosaic(mosaic[top : start + _BAND + _MARGIN], cfa, demosaicing)
        developed[start : start + _BAND] = render(band[start - top :][:_BAND], camera_to_srgb)
    return developed


def demosaic(mosaic, cfa, demosaicing="menon"):
    """Full colour from a mosaic, shape (height, width, 3), in the camera's colours, not clipped."""
    # Imported here: colour-demosaicing takes more than a second to import. It also changes how NumPy prints numbers,
    # and with that how pandas writes tables: to fewer digits.
    with np.printoptions():
        import colour_demosaicing

    if demosaicing not in DEMOSAICING:
        raise UserError(f"{demosaicing}: no such demosaicing; use one of {', '.join(DEMOSAICING)}")
    if demosaicing == "bilinear":
        # Without a mirrored margin the border's own samples would be repeated beyond it, at places of other colours.
        mirrored = np.pad(mosaic, 2, mode="reflect")
        return colour_demosaicing.demosaicing_CFA_Bayer_bilinear(mirrored, cfa)[2:-2, 2:-2]
    return colour_demosaicing.demosaicing_CFA_Bayer_Menon2007(mosaic, cfa)


def render(camera_colours, camera_to_srgb):
    """8-bit sRGB of white-balanced camera colours: matrix, clipping, gamma."""
    return srgb.encode(srgb.transform(camera_colours, camera_to_srgb))


def upright(picture, flip):
    """Turn a picture as LibRaw's `flip` says (0 to 7): bit 1 mirrors columns, 2 rows, 4 swaps them afterwards."""
    if flip & 2:
        picture = picture[::-1]
    if flip & 1:
        picture = picture[:, ::-1]
    if flip & 4:
        picture = picture.swapaxes(0, 1)
    return np.ascontiguousarray(picture)


def develop_with_libraw(raw, automatic=True, demosaicing="ahd"):
    """Develop a file with LibRaw, in the sensor's orientation. Pixels that are not square become square.

    The white balance is that of the stack, so that a network can learn the rendering.

    Args:
        raw: a `RawImage`; its file is read again.
        automatic: LibRaw's own rendering, as the released toolbox has it: AHD demosaicing, brightness raised until one
            pixel in a hundred is white, and the curve of BT.709. Otherwise the levels and the gamma of `develop_raw`.
        demosaicing: one of `study.settings.LIBRAW_DEMOSAICING`; LibRaw's own is AHD.
    """
    gains = raw.white_balance if len(raw.white_balance) == 4 else (*raw.white_balance, raw.white_balance[1])
    asked = {"demosaic_algorithm": rawpy.DemosaicAlgorithm[demosaicing.upper()]}
    if not automatic:
        asked |= {"gamma": (srgb.GAMMA, 0), "no_auto_bright": True, "adjust_maximum_thr": 0}
    try:
        with raw_files.opened(raw.path) as file:
            developed = file.postprocess(user_wb=list(gains), output_bps=8, user_flip=0, **asked)
    except rawpy.LibRawError as error:
        raise raw_files.RawError(raw.path, f"LibRaw cannot develop it ({error})") from None
    # Odd rows and columns are left out of the mosaic, so also here.
    return developed[: developed.shape[0] & ~1, : developed.shape[1] & ~1]
