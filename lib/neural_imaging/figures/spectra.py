"""What codecs do to spectra: log-ratios of mean FFT magnitudes, compressed against original."""

import numpy as np

from neural_imaging.figures import photographs, style
from neural_imaging.tables import arrays

ARRAYS = ("codecs", "weights", "log_ratios", "patches")


@style.look
def draw(sample):
    """Draw a row a codec and a column a weight of `spectra.ratios`: as trained ("basic"), fine-tuned with falling λ."""
    ratios = sample["log_ratios"]
    rows, across = ratios.shape[:2]
    size = min((style.PAGE - 1.15) / across, 1.5, (style.PAGE_HEIGHT - 0.9) / rows)
    drawing = style.figure(max(size * across + 1.15, 2.4), size * rows + 0.6, layout="compressed")
    axes = drawing.subplots(rows, across, squeeze=False)
    # One outlier should not make all others pale.
    limit = max(float(np.nanpercentile(np.abs(ratios), 99.5)), 0.05)
    for row, column in np.ndindex(rows, across):
        panel = axes[row, column]
        shown = panel.imshow(ratios[row, column], cmap="RdBu_r", vmin=-limit, vmax=limit, extent=photographs.EXTENT)
        photographs.frequencies(panel, left=column == 0, below=row == rows - 1)
        if np.isnan(ratios[row, column]).all():
            panel.text(0, 0, "none", ha="center", va="center", color=style.NEUTRAL)
    for panel, weight in zip(axes[0], sample["weights"], strict=True):
        panel.set_title(style.weight_title(str(weight)))
    for panel, codec in zip(axes[:, 0], sample["codecs"], strict=True):
        panel.set_ylabel(str(codec))
    drawing.supxlabel("cycles a pixel", fontsize=7)
    label = "log10 of the ratio" if rows == 1 else "log10 of the ratio of mean magnitudes"
    style.colour_bar(drawing, shown, axes, label, fraction=0.05, aspect=15 * rows, extend="both")
    return drawing


plot = style.from_file(draw, arrays.read, ARRAYS)
