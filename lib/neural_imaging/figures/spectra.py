"""What codecs do to spectra: log-ratios of mean FFT magnitudes, compressed against original."""

import numpy as np

from neural_imaging.figures import style
from neural_imaging.tables import arrays

ARRAYS = ("codecs", "weights", "log_ratios", "patches")
# Frequencies in cycles a pixel, as `numpy.fft` has them.
EXTENT = (-0.5, 0.5, -0.5, 0.5)


def plot(sample):
    """Draw from a file of those arrays."""
    return draw(arrays.read(sample, ARRAYS))


@style.look
def draw(sample):
    """Draw a row a codec and a column a weight: as it was trained ("basic"), then fine-tuned with falling λ.

    Args:
        sample: arrays of `spectra.ratios`.

    Returns:
        Figure. Blue frequencies are weakened, red ones strengthened; white ones are as they were.
    """
    ratios = sample["log_ratios"]
    rows, across = ratios.shape[:2]
    size = min((style.PAGE - 1.15) / across, 1.5, (style.PAGE_HEIGHT - 0.9) / rows)
    drawing = style.figure(max(size * across + 1.15, 2.4), size * rows + 0.6, layout="compressed")
    axes = drawing.subplots(rows, across, squeeze=False)
    # One outlier should not make all others pale.
    limit = max(float(np.nanpercentile(np.abs(ratios), 99.5)), 0.05)
    for row, column in np.ndindex(rows, across):
        panel = axes[row, column]
        shown = panel.imshow(ratios[row, column], cmap="RdBu_r", vmin=-limit, vmax=limit, extent=EXTENT)
        ticks(panel, left=column == 0, below=row == rows - 1)
        if np.isnan(ratios[row, column]).all():
            panel.text(0, 0, "none", ha="center", va="center", color=style.NEUTRAL)
        if row == 0:
            panel.set_title(weight(sample["weights"][column]))
        if column == 0:
            panel.set_ylabel(str(sample["codecs"][row]))
    drawing.supxlabel("cycles a pixel", fontsize=7)
    bar = drawing.colorbar(shown, ax=axes, fraction=0.05, pad=0.01, aspect=15 * rows, extend="both")
    bar.set_label("log10 of the ratio" if rows == 1 else "log10 of the ratio of mean magnitudes")
    bar.outline.set_linewidth(0.5)
    return drawing


def weight(value):
    """Title of a column."""
    name = style.weight_name(str(value))
    return name if name == "basic" else f"λ = {name}"


def ticks(axes, left, below):
    """Frequencies along the outer panels, and a frame."""
    axes.set_xticks([-0.5, 0, 0.5], ["−½", "0", "½"] if below else [])
    axes.set_yticks([-0.5, 0, 0.5], ["−½", "0", "½"] if left else [])
    for spine in axes.spines.values():
        spine.set_visible(True)
