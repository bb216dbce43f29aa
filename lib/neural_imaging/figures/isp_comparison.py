"""Two pipelines on one photograph: beside the target and each other, with differences and their spectra."""

from neural_imaging.figures import style
from neural_imaging.figures.pipelines import cut, frame
from neural_imaging.tables.typeset import number

ARRAYS = ("names", "photos", "psnr", "ssim", "amplified", "amplification", "mean", "spectra", "box")


@style.look
def draw(sample):
    """Draw the target and both pictures, a detail of each, the three differences, and the spectra of those.

    Args:
        sample: arrays of `isp.comparison`.

    Returns:
        Figure: three columns by four rows.
    """
    height, width = sample["photos"].shape[1:3]
    names = [str(name) for name in sample["names"]]
    quality = [
        f"{number(psnr)} dB, {number(ssim, decimals=3)}"
        for psnr, ssim in zip(sample["psnr"], sample["ssim"], strict=True)
    ]
    titles = [names[0], f"A: {names[1]}\n{quality[0]}", f"B: {names[2]}\n{quality[1]}"]
    differences = [
        f"{what}: mean {number(mean, decimals=2)}, shown × {sample['amplification']}"
        for what, mean in zip(("A − target", "B − target", "B − A"), sample["mean"], strict=True)
    ]
    # The width leaves room for the axis and the colour bar, the height for titles and labels.
    size = style.picture_width(width, (style.PAGE - 1.2) / 3)
    size = min(size, (style.PAGE_HEIGHT - 1.2) / (2 + 2 * height / width))
    drawing = style.figure(3 * size + 1.2, size * (2 + 2 * height / width) + 0.7, layout="compressed")
    axes = drawing.subplots(4, 3, height_ratios=[height / width, 1, height / width, 1])
    lowest, highest = sample["spectra"].min(), sample["spectra"].max()
    for column in range(3):
        photo, detail, difference, spectrum = axes[:, column]
        style.picture(photo, sample["photos"][column])
        frame(photo, sample["box"])
        photo.set_title(titles[column])
        style.picture(detail, cut(sample["photos"][column], sample["box"]))
        style.picture(difference, sample["amplified"][column])
        difference.set_title(differences[column])
        shown = spectrum.imshow(
            sample["spectra"][column], cmap="magma", vmin=lowest, vmax=highest, extent=(-0.5, 0.5, -0.5, 0.5)
        )
        spectrum.set_xticks([-0.5, 0, 0.5])
        spectrum.set_yticks([-0.5, 0, 0.5], None if column == 0 else [])
        spectrum.set_xlabel("cycles a pixel")
    axes[3, 0].set_ylabel("cycles a pixel")
    bar = drawing.colorbar(shown, ax=axes[3, :], fraction=0.03, pad=0.01)
    bar.set_label("log10 magnitude of the\ndifference's luma")
    bar.outline.set_linewidth(0.5)
    return drawing
