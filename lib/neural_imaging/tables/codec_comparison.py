"""A learned codec beside JPEG at the nearest SSIM and bits a pixel, in numbers; `codec_crops` has the pictures."""

import pandas as pd

from neural_imaging.tables import typeset

COLUMNS = ["image", "codec", "quality", "bpp", "psnr", "ssim"]
_HEADINGS = ["Picture", "Codec", "Quality", "Bits a pixel", "PSNR (dB)", "SSIM"]
_DECIMALS = {"quality": 0, "bpp": 3, "psnr": 2, "ssim": 4}


def table(sample):
    """A line a picture and codec (columns `COLUMNS`), from the arrays of `codec_crops.sample`.

    Bits a pixel are without headers, PSNR is in dB, the quality of the learned codec is empty.
    """
    return pd.DataFrame(
        [
            {"image": image, "codec": name} | {measure: float(sample[measure][row, column]) for measure in _DECIMALS}
            for row, image in enumerate(sample["images"])
            for column, name in enumerate(sample["names"][1:])
        ],
        columns=COLUMNS,
    )


def cells(lines):
    """Headings and lines of text, for Markdown and LaTeX; means over several pictures stand at the end."""
    if lines["image"].nunique() > 1:
        means = lines.groupby("codec", sort=False)[list(_DECIMALS)].mean().reset_index()
        # A mean of quality factors says nothing.
        lines = pd.concat([lines, means.assign(image="mean", quality=float("nan"))], ignore_index=True)
    return _HEADINGS, [
        [line["image"], line["codec"], *(typeset.number(line[name], decimals=_DECIMALS[name]) for name in _DECIMALS)]
        for line in lines.to_dict("records")
    ]
