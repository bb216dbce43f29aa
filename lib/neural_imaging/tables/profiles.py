"""Profiles: what codecs cost and what they keep, of every picture at every quality.

A profile is a JSON file of one codec on one set of pictures: the run's record, and a row a picture and quality with
`COLUMNS`. Bits are a pixel. `bytes` are those of the file, `effective_bytes` those of the picture alone, as the papers
count them (`coding.payload`). PSNR is in dB; SSIM has the papers' uniform window; MS-SSIM also stands in dB,
−10·log10(1 − x). Seconds are those of one call from 8-bit RGB to bytes, or back, in memory and on one thread (a learned
codec takes all it was given; BPG starts a program and writes files). Null is what has no number: the PSNR of equal
pictures, the MS-SSIM of pictures that are too small for it, the quality of a learned codec.
"""

import pandas as pd

from neural_imaging.base import files
from neural_imaging.base.errors import UserError

COLUMNS = (
    "data_set", "image", "codec", "quality", "bytes", "effective_bytes", "bpp", "effective_bpp",
    "psnr", "ssim", "ms_ssim", "ms_ssim_db", "encode_seconds", "decode_seconds",
)  # fmt: skip
KIND = "profile_codec"
_WORDS = 4


def read(paths):
    """Read profiles, all in one table (`COLUMNS`); null is NaN, and of a quality None.

    Raises:
        UserError: a file is missing or is no profile, two hold the same codec on the same pictures, or two call
            different pictures, or different parts of them, the same.
    """
    parts, whence, pictures = [], {}, {}
    for path in paths:
        rows, measured = _rows(path)
        for key, picture in measured.items():
            first, known = pictures.setdefault(key, (path, picture))
            if known != picture:
                raise UserError(
                    f"{first} and {path}: {key[1]} of {key[0] or 'unnamed pictures'} is another picture, or another "
                    "part of it, in each; measure the same ones, or name the sets by --data-set"
                )
        for key in rows.groupby(["data_set", "codec"], sort=False).groups:
            if key in whence:
                raise UserError(f"{whence[key]} and {path} both have {key[1]} on {key[0] or 'unnamed pictures'}")
            whence[key] = path
        parts.append(rows)
    return pd.concat(parts, ignore_index=True)


def _rows(path):
    content = files.read_json(path)
    rows = content.get("rows") if isinstance(content, dict) and content.get("kind") == KIND else None
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise UserError(f"{path}: not a profile of a codec (scripts/profile_codec.py writes them)")
    rows = pd.DataFrame(rows)
    missing = [column for column in COLUMNS if column not in rows]
    if missing:
        raise UserError(f"{path}: its rows have no {', '.join(missing)}; make the profile again")
    types = dict.fromkeys(COLUMNS, float) | dict.fromkeys(COLUMNS[:_WORDS], object)
    try:
        return rows[list(COLUMNS)].astype(types), _pictures(content, rows)
    except (ValueError, TypeError) as error:
        raise UserError(f"{path}: has text where numbers stand ({error}); make the profile again") from None


def _pictures(content, rows):
    """What was measured of each picture, by set and name: the hash of its file, and how it was cut."""
    inputs, settings = content.get("inputs") or {}, content.get("settings") or {}
    cut, names = (settings.get("crop"), settings.get("resize")), dict(zip(rows["image"], rows["data_set"], strict=True))
    pictures = {}
    for path, digest in inputs.items():
        parts = path.split("/")
        # Pictures are called by their file's name, with as many folders as tell them apart.
        for name in ("/".join(parts[start:]) for start in range(len(parts))):
            if name in names:
                pictures[names[name], name] = (digest, *cut)
    return pictures
