"""Pictures as a learned codec leaves them, and as JPEG does at the nearest SSIM and at the nearest bits a pixel."""

from pathlib import Path

import numpy as np

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.evaluation import rate_distortion
from neural_imaging.imaging import measures, opening
from neural_imaging.tables import matching

MATCHES = ("JPEG, nearest SSIM", "JPEG, nearest bpp")
# The papers' SSIM.
_WINDOW = "uniform"


def sample(paths, coder, crop=128, square=None):
    """Code pictures, or their middle `square`, with a `learned.Learned`, and cut out the middle of what they become.

    Bits a pixel (without headers), PSNR and SSIM are those of all that was coded, and not of the crop alone. The
    original is the first of the crops (images × names × crop × crop × 3), and has none of these numbers.
    """
    rows = [_row(Path(path), coder, crop, square) for path in paths]
    crops, measured = zip(*rows, strict=True)
    bpp, psnr, ssim, quality = np.moveaxis(np.array(measured, float), 2, 0)
    return {
        "images": np.array(files.distinct_names(paths, endings=False)),
        "names": np.array(["original", coder.name, *MATCHES]),
        "crops": np.stack(crops),
        "bpp": bpp,
        "psnr": psnr,
        "ssim": ssim,
        "quality": quality,
    }


def _row(path, coder, crop, square):
    """Crops, and bits a pixel, PSNR, SSIM and quality of each but the original."""
    picture = opening.read(path).picture
    try:
        picture = rate_distortion.cut(picture, crop=square)
        rate_distortion.cut(picture, crop=crop)
    except UserError as error:
        raise UserError(f"{path}: {error}") from None
    coded, bpp, psnr, ssim = coder.coded(picture)
    alike, small = matching.jpeg_at_ssim(picture, ssim, window=_WINDOW), matching.jpeg_at_bpp(picture, bpp)
    shown = [picture, coded, alike.decoded, small.decoded]
    small_ssim = measures.ssim(picture, small.decoded, window=_WINDOW)
    measured = [
        (bpp, psnr, ssim, np.nan),
        (alike.effective_bpp, measures.psnr(picture, alike.decoded), alike.value, alike.quality),
        (small.effective_bpp, measures.psnr(picture, small.decoded), small_ssim, small.quality),
    ]
    return np.stack([rate_distortion.cut(version, crop=crop) for version in shown]), measured
