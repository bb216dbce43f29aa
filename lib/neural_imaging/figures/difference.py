"""An ISP as it was pre-trained and as it was optimised: the photo, a detail, and spectra, with what was changed."""

from neural_imaging.figures import photographs, style
from neural_imaging.tables import arrays
from neural_imaging.tables.typeset import number

ARRAYS = ("label", "photos", "psnr", "amplified", "amplification", "spectra", "box")


@style.look
def draw(sample):
    """Draw columns (pre-trained, optimised, difference) and rows (photo, detail, spectrum) of `samples.difference`."""
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
    for panels, picture, title in zip(axes[:2].T, pictures, titles, strict=True):
        photographs.with_detail(*panels, picture, sample["box"], title)
    photographs.spectra(drawing, axes[2], sample["spectra"], "log10 magnitude of the luma")
    return drawing


plot = style.from_file(draw, arrays.read, ARRAYS)
