"""Patches as pipelines develop them, with PSNR and SSIM against the target."""

from neural_imaging.figures import style
from neural_imaging.tables.typeset import number

ARRAYS = ("images", "names", "patches", "psnr", "ssim")


@style.look
def draw(sample):
    """Draw a row a patch: the target, then what each pipeline made of it.

    Args:
        sample: arrays of `isp.sample`.

    Returns:
        Figure.
    """
    rows, across = sample["patches"].shape[:2]
    size = min(style.PAGE / across, 1.9, (style.PAGE_HEIGHT - 0.2) / rows - 0.17)
    drawing = style.figure(size * across + 0.2, rows * (size + 0.17) + 0.2, layout="compressed")
    axes = drawing.subplots(rows, across, squeeze=False)
    for row, (image, patches) in enumerate(zip(sample["images"], sample["patches"], strict=True)):
        axes[row, 0].set_ylabel(str(image))
        for column, (name, patch) in enumerate(zip(sample["names"], patches, strict=True)):
            style.picture(axes[row, column], patch)
            lines = [str(name)] if row == 0 else []
            if column:
                psnr, ssim = (sample[measure][row, column - 1] for measure in ("psnr", "ssim"))
                lines.append(f"{number(psnr)} dB, {number(ssim, decimals=3)}")
            axes[row, column].set_title("\n".join(lines))
    return drawing
