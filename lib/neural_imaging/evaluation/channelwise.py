"""What it costs or saves to code each channel of a codec's latent on its own, instead of the whole latent at once.

Channels have different statistics, which one entropy coder a channel fits better; but each channel brings a header,
which small pictures do not earn back.
"""

import pandas as pd
from tqdm import tqdm

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.codec import codec
from neural_imaging.coding import bitstream
from neural_imaging.imaging import opening
from neural_imaging.tables import typeset

SIZES = (128, 256, 512)
MEASURED = ["model", "patch_px", "image", "channelwise_bytes", "global_bytes", "ratio"]
PUBLISHED = ["model", "patch_px", "mean_ratio", "min_ratio", "max_ratio"]
_PARTS = ("mean", "min", "max")
COLUMNS = [
    "model", "patch_px", "patches",
    *(f"{part}_ratio" for part in _PARTS), *(f"{part}_published" for part in _PARTS), "mean_difference",
]  # fmt: skip


def measure(name, model, pictures, sizes=SIZES):
    """Code the middle of pictures in patches of several sizes, in both ways; yields one dict a patch (`MEASURED`).

    Channel by channel is the toolbox's bit-stream, with its headers; as a whole is one string of symbols, with all
    channels of a cell beside each other, and no header at all. All sizes are measured on the same pixels.
    """
    sizes, largest = list(dict.fromkeys(sizes)), max(sizes)
    for size in sizes:
        if size < 1 or size % model.multiple or largest % size:
            raise UserError(
                f"patches of {size} pixels: sizes are multiples of {model.multiple} that divide the largest, {largest}"
            )
    named = list(zip(pictures, files.distinct_names(pictures), strict=True))
    for path, image in tqdm(named, desc=name, unit="picture", disable=None):
        picture = opening.read(path).picture
        height, width = picture.shape[:2]
        if min(height, width) < largest:
            raise UserError(f"{path}: {width} × {height} pixels have no patch of {largest}; choose smaller sizes")
        top, left = (height - largest) // 2, (width - largest) // 2
        middle = picture[top : top + largest, left : left + largest]
        for size in sizes:
            for patch in _tiles(middle, size):
                stream = codec.compress(patch, model, version=1)
                apart, whole = len(stream), bitstream.channel_bytes(bitstream.read(stream).indices)
                yield dict(zip(MEASURED, [name, size, image, apart, whole, apart / whole], strict=True))


def beside(measured, published=None):
    """Mean, smallest and largest ratio by model and size, ours and published (`PUBLISHED`), and the difference."""
    keys = ["model", "patch_px"]
    ratios = measured.groupby(keys, sort=False)["ratio"]
    ours = ratios.agg(patches="size", mean_ratio="mean", min_ratio="min", max_ratio="max").reset_index()
    theirs = ours.iloc[:0] if published is None else published
    theirs = theirs[PUBLISHED].rename(columns={f"{part}_ratio": f"{part}_published" for part in _PARTS})
    order = {name: place for place, name in enumerate(dict.fromkeys([*theirs["model"], *ours["model"]]))}
    joined = ours.merge(theirs, on=keys, how="outer")
    joined["patches"] = joined["patches"].astype("Int64")
    joined["mean_difference"] = joined["mean_ratio"] - joined["mean_published"]
    joined = joined.sort_values(keys, key=lambda column: column.map(order) if column.name == "model" else column)
    return joined.reset_index(drop=True)[COLUMNS]


def cells(table):
    """Headings and lines of text, for Markdown and LaTeX: mean [smallest, largest] in one cell."""
    headings = ["Model", "Patch (px)", "Patches", "Channel-wise / global", "published", "difference"]
    lines = [
        [
            line["model"],
            str(line["patch_px"]),
            "–" if pd.isna(line["patches"]) else str(line["patches"]),
            _range(*(line[f"{part}_ratio"] for part in _PARTS)),
            _range(*(line[f"{part}_published"] for part in _PARTS)),
            typeset.number(line["mean_difference"], decimals=3, sign=True),
        ]
        for line in table.to_dict("records")
    ]
    return headings, lines


def _tiles(picture, size):
    across = len(picture) // size
    return picture.reshape(across, size, across, size, 3).swapaxes(1, 2).reshape(-1, size, size, 3)


def _range(mean, low, high):
    text = typeset.number(mean, decimals=3)
    return text if text == "–" else f"{text} [{typeset.number(low, decimals=3)}, {typeset.number(high, decimals=3)}]"
