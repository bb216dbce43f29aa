"""An ISP as it was pre-trained and as it was optimised: the photo, a detail, and spectra, with what was changed."""

from neural_imaging.figures import style
from neural_imaging.figures.pipelines import cut, frame
from neural_imaging.tables import arrays
from neural_imaging.tables.typeset import number

ARRAYS = ("label", "photos", "psnr", "amplified", "amplification", "spectra", "box")


def plot(sample):
    """Draw from a file of those arrays."""
    return draw(arrays.read(sample, ARRAYS))


@style.look
def draw(sample):
    """Draw three columns (pre-trained, optimised, difference) by three rows (photo, detail, spectrum).

    Args:
        sample: arrays of `samples.difference`.

    Returns:
        Figure.
    """
    pictures = [*sample["photos"], sample["amplified"]]
    height, width = pictures[0].shape[:2]
    plain, optimised = sample["psnr"]
    titles = [
        f"pre-trained: {number(plain)} dB",
        f"optimised: {number(optimised)} dB\n{sample['label']}",
        f"optimised − pre-trained, × {sample['amplification']}",
    ]
    # The width leaves room for the axis and the colour bar, the height for titles and labels.
    size = style.picture_width(width, (style.PAGE - 1.5) / 3)
    drawing = style.figure(3 * size + 1.5, size * (2 + height / width) + 0.7, layout="compressed")
    axes = drawing.subplots(3, 3, height_ratios=[height / width, 1, 1])
    lowest, highest = sample["spectra"].min(), sample["spectra"].max()
    for column, (picture, title) in enumerate(zip(pictures, titles, strict=True)):
        photo, detail, spectrum = axes[:, column]
        style.picture(photo, picture)
        frame(photo, sample["box"])
        photo.set_title(title)
        style.picture(detail, cut(picture, sample["box"]))
        shown = spectrum.imshow(
            sample["spectra"][column], cmap="magma", vmin=lowest, vmax=highest, extent=(-0.5, 0.5, -0.5, 0.5)
        )
        spectrum.set_xticks([-0.5, 0, 0.5])
        spectrum.set_yticks([-0.5, 0, 0.5], None if column == 0 else [])
        spectrum.set_xlabel("cycles a pixel")
    axes[2, 0].set_ylabel("cycles a pixel")
    bar = drawing.colorbar(shown, ax=axes[2, :], fraction=0.03, pad=0.01)
    bar.set_label("log10 magnitude of the luma")
    bar.outline.set_linewidth(0.5)
    return drawing
