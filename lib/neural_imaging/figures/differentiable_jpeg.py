"""Differentiable JPEG beside libjpeg: PSNR over quality, and how far each rounding is from the real codec."""

from neural_imaging.figures import style
from neural_imaging.tables import tables

# PSNR in dB against the original.
COLUMNS = ["image", "quality", "codec", "psnr"]
CODECS = {"libjpeg": "libjpeg", "round": "exact rounding", "sin": "sinusoidal", "soft": "soft", "harmonic": "harmonic"}
# Lines that lie on each other stay visible: later ones are thinner and dashed.
STYLES = {
    "libjpeg": {"color": "#BBBBBB", "linewidth": 3.0},
    "round": {"color": "#000000", "linewidth": 1.0},
    "sin": {"color": style.COLOURS[1], "linestyle": (0, (4, 1.2))},
    "soft": {"color": style.COLOURS[0], "linestyle": (0, (2, 1))},
    "harmonic": {"color": style.COLOURS[2], "linestyle": (0, (4, 1, 1, 1))},
}


@style.look
def draw(table):
    """Draw the mean over images above, and the difference to libjpeg below with the range over images as a band."""
    psnr = table.pivot_table(index=["image", "quality"], columns="codec", values="psnr")
    codecs = [codec for codec in CODECS if codec in psnr.columns]
    drawing = style.figure(style.COLUMN, 3.7)
    above, below = drawing.subplots(2, 1, sharex=True, height_ratios=[1.5, 1])
    for codec in codecs:
        means = psnr[codec].groupby("quality").mean()
        above.plot(means.index, means, label=CODECS[codec], **STYLES[codec])
    for codec in codecs[1:] if codecs[0] == "libjpeg" else []:
        change = (psnr[codec] - psnr["libjpeg"]).groupby("quality")
        means = change.mean()
        below.fill_between(means.index, change.min(), change.max(), color=STYLES[codec]["color"], alpha=0.15, lw=0)
        below.plot(means.index, means, **STYLES[codec])
    below.axhline(0, zorder=1, **STYLES["libjpeg"])
    for panel in (above, below):
        panel.grid(True)
    above.set_ylabel("PSNR (dB)")
    below.set(xlabel="JPEG quality", ylabel="against libjpeg (dB)")
    above.legend(loc="upper left", handlelength=2.6)
    return drawing


plot = style.from_file(draw, tables.read, COLUMNS)
