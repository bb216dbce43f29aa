"""Learned tiles of cameras: their form and spectrum, how they look in a photograph, and what is left of them."""

import numpy as np
from matplotlib.colors import LogNorm

from neural_imaging.figures import style
from neural_imaging.study.grid import FAN_ONLY, NONE
from neural_imaging.tables import arrays
from neural_imaging.tables.typeset import number

ARRAYS = (
    "lambda_isp", "signature", "classes", "tile", "spectrum", "manipulated", "received", "photos", "amplified",
    "amplification",
)  # fmt: skip
# Rows of a tile, periods that are shown of it, and how far below its largest frequency others are still told apart.
ROWS, PERIODS, _RANGE = 3, 3, 100
_LUMA = np.array([0.299, 0.587, 0.114])


def plot(*samples):
    """Draw from files of those arrays, of a run each."""
    return draw([arrays.read(path, ARRAYS) for path in samples])


@style.look
def draw(samples):
    """Draw three rows a tile: the tile itself, what manipulations leave of it, and what the channel leaves then.

    Tiles are shown by their luma, in grey levels; the rms below them is over all colours. A sample has the arrays of
    `evaluation.signature.measure` and a run's labels.
    """
    across = max(5, *(len(sample["classes"]) for sample in samples))
    rows = ROWS * len(samples)
    # The width leaves room for the colour bars, the height for titles and numbers.
    size = min((style.PAGE - 1.2) / across, (style.PAGE_HEIGHT - 0.3) / rows - 0.34)
    drawing = style.figure((size + 0.05) * across + 1.1, (size + 0.34) * rows + 0.3, layout="compressed")
    axes = drawing.subplots(rows, across, squeeze=False)
    for place, sample in enumerate(samples):
        _draw_tile(drawing, axes[ROWS * place : ROWS * (place + 1)], sample)
    return drawing


def _title(sample):
    """What a tile is: "signature 1.5", "pipeline λ = 0.1", or a signature beside a pipeline that learned."""
    strength, weight = str(sample["signature"]), str(sample["lambda_isp"])
    pipeline = "" if weight == FAN_ONLY else style.weight_title(weight)
    if strength == NONE:
        return f"pipeline {pipeline}"
    return f"signature {float(strength):g}{', ' * bool(pipeline)}{pipeline}"


def _draw_tile(drawing, axes, sample):
    top, *below = axes
    left = {name: sample[name] @ _LUMA for name in ("manipulated", "received")}
    limits = [max(np.abs(luma).max(), 1e-3) for luma in left.values()]
    _draw_pattern(top[0], sample["tile"], limits[0])
    top[0].set(title="tile", ylabel=_title(sample))
    _draw_spectrum(top[1], sample["spectrum"])
    pictures = [*sample["photos"], sample["amplified"]]
    titles = ["without", "with", f"difference × {sample['amplification']}"]
    for panel, picture, name in zip(top[2:], pictures, titles, strict=False):
        style.picture(panel, picture)
        panel.set_title(name)
    for panel, name in zip(below[0], sample["classes"], strict=False):
        panel.set_title(str(name))
    for row, name, limit, beside in zip(below, left, limits, (axes[:2], axes[2:]), strict=True):
        for panel, pattern in zip(row, sample[name], strict=False):
            shown = _draw_pattern(panel, pattern, limit)
        row[0].set_ylabel(name)
        style.colour_bar(drawing, shown, beside, "grey levels", fraction=0.03, aspect=15 * len(beside))
    for panel in [*top[5:], *(panel for row in below for panel in row[len(sample["classes"]) :])]:
        panel.set_axis_off()


def _draw_pattern(panel, pattern, limit):
    periods = np.tile(pattern @ _LUMA, (PERIODS, PERIODS))
    panel.set_xlabel(f"rms {number(np.sqrt(np.square(pattern).mean()), decimals=2)}", labelpad=2)
    return style.picture(panel, periods, cmap="RdBu_r", vmin=-limit, vmax=limit)


def _draw_spectrum(panel, magnitudes):
    """Magnitudes of frequencies from −½ to ½ cycles a pixel, on a logarithmic scale whose ends stand below."""
    highest = max(float(magnitudes.max()), 1e-6)
    lowest = highest / _RANGE
    style.picture(panel, np.maximum(magnitudes, lowest), cmap="magma", norm=LogNorm(lowest, highest))
    panel.set_title("spectrum")
    panel.set_xlabel(f"{lowest:.1g} to {highest:.1g}, log", labelpad=2)
