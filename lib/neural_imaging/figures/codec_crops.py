"""Crops of pictures as a learned codec and JPEG leave them, at the nearest SSIM and at the nearest bits a pixel."""

from neural_imaging.figures import style
from neural_imaging.tables import arrays
from neural_imaging.tables.typeset import number

ARRAYS = ("images", "names", "crops", "bpp", "ssim", "quality")
LOWEST = 1


def plot(sample):
    """Draw from a file of those arrays."""
    return draw(arrays.read(sample, ARRAYS))


@style.look
def draw(sample):
    """Draw a row a picture: the original, then what each codec made of it, with bits a pixel and SSIM.

    Args:
        sample: arrays of `codec_crops.sample`.

    Returns:
        Figure, a page wide or less.
    """
    rows, across = sample["crops"].shape[:2]
    # Titles take a fifth of an inch, the columns' names above the first row another eighth.
    size = min((style.PAGE - 0.2) / across, (style.PAGE_HEIGHT - 0.15) / rows - 0.2)
    drawing = style.figure(size * across + 0.2, rows * (size + 0.2) + 0.15, layout="compressed")
    axes = drawing.subplots(rows, across, squeeze=False)
    for row, (image, crops) in enumerate(zip(sample["images"], sample["crops"], strict=True)):
        axes[row, 0].set_ylabel(str(image))
        for column, (name, crop) in enumerate(zip(sample["names"], crops, strict=True)):
            style.picture(axes[row, column], crop)
            lines = [str(name)] if row == 0 else []
            if column:
                bpp, ssim, quality = (sample[measure][row, column - 1] for measure in ("bpp", "ssim", "quality"))
                # NaN: a codec without a quality. The lowest may still be far above the wanted rate.
                setting = "" if quality != quality else f" (Q {quality:.0f}{', lowest' if quality == LOWEST else ''})"
                lines.append(f"{number(bpp, decimals=2)} bpp, SSIM {number(ssim, decimals=3)}{setting}")
            axes[row, column].set_title("\n".join(lines))
    return drawing
