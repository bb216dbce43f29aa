"""Patches as pipelines develop them, with PSNR and SSIM against the target."""

from neural_imaging.figures import photographs, style
from neural_imaging.tables.typeset import number


@style.look
def draw(sample):
    """Draw a row a patch: the target, then what each pipeline made of it; `sample` has the arrays of `isp.sample`."""

    def quality(*place):
        return f"{number(sample['psnr'][place])} dB, {number(sample['ssim'][place], decimals=3)}"

    return photographs.patches(sample["images"], sample["names"], sample["patches"], quality)
