"""One photograph after a codec as it was trained and as it was fine-tuned: whole, in detail, and as spectra."""

from neural_imaging.figures import photographs, style
from neural_imaging.tables import arrays
from neural_imaging.tables.typeset import number

ARRAYS = ("codec", "weights", "photos", "bpp", "ssim", "bpp_mean", "ssim_mean", "count", "spectra", "box")
GAP = 0.17  # inches


@style.look
def draw(sample):
    """Draw a column a version, the original first: photograph, detail and spectrum, of arrays of `spectra.example`."""
    photos = sample["photos"]
    across, height, width = photos.shape[:3]
    titles = ["original", *(_title(sample, place) for place in range(across - 1))]
    # The width leaves room for the axis, the colour bar and what is between columns, the height for titles and labels.
    size = style.picture_width(width, min((style.PAGE - 0.9) / across - GAP, 2.0))
    drawing = style.figure((size + GAP) * across + 0.9, size * (2 + height / width) + 1.0, layout="compressed")
    axes = drawing.subplots(3, across, squeeze=False, height_ratios=[height / width, 1, 1])
    for panels, photo, title in zip(axes[:2].T, photos, titles, strict=True):
        # Three lines of numbers above a photograph of few pixels.
        photographs.with_detail(*panels, photo, sample["box"], title, fontsize=6)
    photographs.spectra(drawing, axes[2], sample["spectra"], "log10 magnitude")
    return drawing


plot = style.from_file(draw, arrays.read, ARRAYS)


def _title(sample, place):
    count = int(sample["count"])
    lines = [f"{sample['codec']}, {style.weight_title(str(sample['weights'][place]))}"]
    lines.append(f"shown: {_quality(sample, place)}")
    # What becomes of one photograph may go another way than the mean, which tables have.
    lines += [f"mean of {count}: {_quality(sample, place, '_mean')}"] if count > 1 else []
    return "\n".join(lines)


def _quality(sample, place, ending=""):
    bpp, ssim = (sample[f"{name}{ending}"][place] for name in ("bpp", "ssim"))
    return f"{number(bpp, decimals=2)} bpp, SSIM {number(ssim, decimals=3)}"
