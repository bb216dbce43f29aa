"""One photograph after a codec as it was trained and as it was fine-tuned: whole, in detail, and as spectra."""

from neural_imaging.figures import spectra, style
from neural_imaging.figures.pipelines import cut, frame
from neural_imaging.tables import arrays
from neural_imaging.tables.typeset import number

ARRAYS = ("codec", "weights", "photos", "bpp", "ssim", "bpp_mean", "ssim_mean", "count", "spectra", "box")
GAP = 0.17  # inches


def plot(sample):
    """Draw from a file of those arrays."""
    return draw(arrays.read(sample, ARRAYS))


@style.look
def draw(sample):
    """Draw a column a version: photograph, detail and spectrum; the original first.

    Args:
        sample: arrays of `spectra.example`.

    Returns:
        Figure. Bits a pixel (effective ones) and SSIM are those of the whole photograph, and means over all.
    """
    photos = sample["photos"]
    height, width = photos.shape[1:3]
    titles = ["original"]
    count = int(sample["count"])
    for place, value in enumerate(sample["weights"]):
        lines = [f"{sample['codec']}, {spectra.weight(value)}", f"shown: {_quality(sample, place)}"]
        # What becomes of one photograph may go another way than the mean, which tables have.
        lines += [f"mean of {count}: {_quality(sample, place, '_mean')}"] if count > 1 else []
        titles.append("\n".join(lines))
    across = len(photos)
    # The width leaves room for the axis, the colour bar and what is between columns, the height for titles and labels.
    size = style.picture_width(width, min((style.PAGE - 0.9) / across - GAP, 2.0))
    drawing = style.figure((size + GAP) * across + 0.9, size * (2 + height / width) + 0.9, layout="compressed")
    axes = drawing.subplots(3, across, squeeze=False, height_ratios=[height / width, 1, 1])
    lowest, highest = sample["spectra"].min(), sample["spectra"].max()
    for column, (photo, title) in enumerate(zip(photos, titles, strict=True)):
        whole, detail, spectrum = axes[:, column]
        style.picture(whole, photo)
        frame(whole, sample["box"])
        whole.set_title(title, fontsize=6)  # Three lines of numbers above a photograph of few pixels.
        style.picture(detail, cut(photo, sample["box"]))
        shown = spectrum.imshow(
            sample["spectra"][column], cmap="magma", vmin=lowest, vmax=highest, extent=spectra.EXTENT
        )
        spectra.ticks(spectrum, left=column == 0, below=True)
    axes[2, 0].set_ylabel("cycles a pixel")
    bar = drawing.colorbar(shown, ax=axes[2, :], fraction=0.03, pad=0.01)
    bar.set_label("log10 magnitude")
    bar.outline.set_linewidth(0.5)
    return drawing


def _quality(sample, place, ending=""):
    bpp, ssim = (sample[f"{name}{ending}"][place] for name in ("bpp", "ssim"))
    return f"{number(bpp, decimals=2)} bpp, SSIM {number(ssim, decimals=3)}"
