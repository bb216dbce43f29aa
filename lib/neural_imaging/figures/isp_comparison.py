"""Two pipelines on one photograph: beside the target and each other, with differences and their spectra."""

from neural_imaging.figures import photographs, style
from neural_imaging.tables.typeset import number

ARRAYS = ("names", "photos", "psnr", "ssim", "amplified", "amplification", "mean", "spectra", "box")


@style.look
def draw(sample):
    """Draw the target and both pictures of `isp.comparison`, a detail of each, their differences, and their spectra."""
    height, width = sample["photos"].shape[1:3]
    target, *names = map(str, sample["names"])
    titles = [target]
    for letter, name, psnr, ssim in zip("AB", names, sample["psnr"], sample["ssim"], strict=True):
        titles.append(f"{letter}: {name}\n{number(psnr)} dB, {number(ssim, decimals=3)}")
    # The width leaves room for the axis and the colour bar, the height for titles and labels.
    size = style.picture_width(width, (style.PAGE - 1.2) / 3)
    size = min(size, (style.PAGE_HEIGHT - 1.2) / (2 + 2 * height / width))
    drawing = style.figure(3 * size + 1.2, size * (2 + 2 * height / width) + 0.7, layout="compressed")
    axes = drawing.subplots(4, 3, height_ratios=[height / width, 1, height / width, 1])
    for panels, photo, title in zip(axes[:2].T, sample["photos"], titles, strict=True):
        photographs.with_detail(*panels, photo, sample["box"], title)
    differences = ("A − target", "B − target", "B − A")
    for panel, shown, what, mean in zip(axes[2], sample["amplified"], differences, sample["mean"], strict=True):
        style.picture(panel, shown)
        panel.set_title(f"{what}: mean {number(mean, decimals=2)}, shown × {sample['amplification']}")
    photographs.spectra(drawing, axes[3], sample["spectra"], "log10 magnitude of the\ndifference's luma")
    return drawing
