"""Differentiable JPEG beside libjpeg: how good and how alike their pictures are over qualities."""

import csv
import struct
from pathlib import Path

import imageio.v3 as imageio
import numpy as np

from neural_imaging import files
from neural_imaging.errors import UserError
from neural_imaging.imaging import measures

QUALITIES = tuple(range(10, 100, 5))
ROUNDINGS = ("round", "sin", "soft", "harmonic")
COLUMNS = ("image", "quality", "codec", "psnr")
PHOTOGRAPHS = ("astronaut.png", "chelsea.png", "coffee.png")
ENDINGS = (".png", ".tif", ".tiff", ".ppm", ".bmp", ".jpg", ".jpeg")


def complete(given):
    """Fill in the settings of the comparison: `images` (how many at most; None for all), `qualities`, `roundings`.

    Raises:
        UserError: an unknown setting, or one of the wrong type.
    """
    settings = {"images": None, "qualities": list(QUALITIES), "roundings": list(ROUNDINGS)} | given
    unknown = [name for name in settings if name not in ("images", "qualities", "roundings")]
    if unknown:
        raise UserError(f"--settings: unknown {', '.join(unknown)}; there are: images, qualities, roundings")
    count = settings["images"]
    if count is not None and (not isinstance(count, int) or isinstance(count, bool) or count < 1):
        raise UserError(f"images must be a whole number of at least 1, not {count!r}")
    for name in ("qualities", "roundings"):
        if not isinstance(settings[name], list) or not settings[name]:
            raise UserError(f"{name} must be a list of at least one value, not {settings[name]!r}")
    return settings


def find(paths, count=None):
    """Picture files named by paths.

    Args:
        paths: files, folders, or an `images.csv` of a training set, whose validation pictures come first; none of
            them stands for photographs that come with scikit-image.
        count: take so many at most.

    Returns:
        List of files.

    Raises:
        UserError: a path does not exist, or no picture was found.
    """
    found = [picture for path in map(Path, paths or [_photographs()]) for picture in _pictures(path)]
    if not found:
        raise UserError(f"{', '.join(map(str, paths))}: no pictures found ({', '.join(ENDINGS)})")
    return found[:count]


def compare(pictures, qualities=QUALITIES, roundings=ROUNDINGS):
    """Compress pictures with libjpeg and with each rounding of the differentiable JPEG.

    Args:
        pictures: files of 8-bit RGB pictures.
        qualities: JPEG quality factors.
        roundings: roundings of `DifferentiableJPEG`.

    Yields:
        One dict a picture, quality and codec: image, quality, codec, psnr in dB against the picture, and difference,
        the mean absolute difference from libjpeg in grey levels.
    """
    from keras import ops

    from neural_imaging.models.jpeg import DifferentiableJPEG, LibJPEG

    codecs = {"libjpeg": LibJPEG(), **{name: DifferentiableJPEG(rounding=name) for name in roundings}}
    for path, image in zip(pictures, files.distinct_names(pictures), strict=True):
        picture = read(path)[None].astype(np.float32) / 255
        for quality in qualities:
            real = None
            for name, codec in codecs.items():
                compressed = ops.convert_to_numpy(codec(picture, quality=quality))
                real = compressed if real is None else real
                difference = 255 * float(np.abs(compressed - real).mean(dtype=np.float64))
                psnr = measures.psnr(picture, compressed)
                yield {"image": image, "quality": quality, "codec": name, "psnr": psnr, "difference": difference}


def write(path, rows):
    """Write the comparison's table as CSV, with `COLUMNS`."""
    with files.atomic(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as output:
        table = csv.DictWriter(output, COLUMNS, extrasaction="ignore", lineterminator="\n")
        table.writeheader()
        table.writerows({**row, "psnr": f"{row['psnr']:.4f}"} for row in rows)


def read(path):
    """Read a picture as uint8 RGB, shape (height, width, 3).

    Raises:
        UserError: not a picture, or not one of 8 bits.
    """
    try:
        picture = imageio.imread(path)
    except (OSError, ValueError, SyntaxError, struct.error) as error:
        raise UserError(f"{path}: cannot be read as a picture ({' '.join(str(error).split())[:200]})") from None
    if picture.dtype != np.uint8 or picture.ndim not in (2, 3):
        raise UserError(f"{path}: an 8-bit picture is needed, not {picture.dtype} of shape {picture.shape}")
    if picture.ndim == 2 or picture.shape[2] < 3:
        return np.repeat(picture.reshape(*picture.shape[:2], -1)[..., :1], 3, axis=2)
    return picture[..., :3]


def _photographs():
    import skimage

    return Path(skimage.__file__).parent / "data"


def _pictures(path):
    if path.suffix == ".csv" and path.is_file():
        with path.open(newline="", encoding="utf-8") as listing:
            used = [row for row in csv.DictReader(listing) if row.get("status") == "used"]
        used.sort(key=lambda row: row.get("split") != "validation")
        if used and not {"picture", "image"} & used[0].keys():
            raise UserError(f"{path}: lists no files of pictures; name a folder, or the images.csv of a camera")
        return [files.beside(path, row.get("picture") or f"{row['image']}.png") for row in used]
    if path == _photographs():
        return [path / name for name in PHOTOGRAPHS]
    if path.is_dir():
        return sorted(one for one in path.iterdir() if one.suffix.lower() in ENDINGS)
    if not path.is_file():
        raise UserError(f"{path}: no such file or folder")
    return [path]
