"""Two pictures of one place, one over the other, from the samples behind figures, with every pixel that they have."""

import html
from pathlib import Path

from neural_imaging.publishing import parts, pictures
from neural_imaging.study import catalogue
from neural_imaging.tables import arrays

# Smaller pictures are enlarged to about this width at first.
_WIDTH = 640
# Samples by their names: titles, captions, what must be in them, and the function that gives pairs of name and picture.
SAMPLES = {
    "pipelines": (
        "Pipelines",
        catalogue.FIGURES["pipelines"].caption,
        ("names", "photos", "psnr"),
        lambda content: zip(map(_with_psnr, content["names"], content["psnr"]), content["photos"], strict=True),
    ),
    "manipulations": (
        "Manipulations",
        catalogue.FIGURES["manipulations"].caption,
        ("names", "patches"),
        lambda content: zip(map(str, content["names"]), content["patches"], strict=True),
    ),
    "difference": (
        "Plain and optimised camera",
        "One photograph as the example's ISP develops it: pre-trained, and optimised together with the network.",
        ("label", "photos", "psnr"),
        lambda content: zip(
            map(_with_psnr, ("plain", f"optimised: {content['label']}"), content["psnr"]),
            content["photos"],
            strict=True,
        ),
    ),
    "codec_example": (
        "Codecs",
        "One photograph, and what the codec makes of it as it was trained (basic) and fine-tuned for forensics.",
        ("codec", "weights", "photos", "bpp"),
        lambda content: zip(_versions(content), content["photos"], strict=True),
    ),
    "crops": (
        "Learned codec and JPEG",
        "The middle of pictures as the learned codec leaves them, and as JPEG does at the quality whose SSIM, and at "
        "that whose bits a pixel, come nearest.",
        ("images", "names", "crops"),
        lambda content: [
            (f"{image}: {name}", crop)
            for image, crops in zip(content["images"], content["crops"], strict=True)
            for name, crop in zip(content["names"], crops, strict=True)
        ],
    ),
}


def write(sample, folder, output, made):
    """Write a sample's pictures, and give the section that compares two of them.

    Args:
        sample: path of the `.npz` file, whose name is one of `SAMPLES`.
        folder: where pictures go, as pages name it, such as "pictures/cvpr2019".
        output: the folder of the pages.
        made: HTML that says from what the sample was.
    """
    title, text, names, pairs = SAMPLES[Path(sample).stem]
    options, sizes = [], []
    for place, (name, picture) in enumerate(pairs(arrays.read(sample, names))):
        file = f"{folder}/{Path(sample).stem}-{place}{pictures.SUFFIX}"
        pictures.write(Path(output, file), picture)
        options.append((file, name))
        sizes.append(picture.shape[:2])
    return _section(title, text, options, sizes[0], made)


def _section(title, text, options, size, made):
    (height, width), label = size, html.escape(title)
    fit = max(1, round(_WIDTH / width))
    first, second = options[0], options[min(1, len(options) - 1)]
    images = "".join(
        f'<img src="{file}" alt="{html.escape(name)}" width="{width}" height="{height}" draggable="false">'
        for file, name in (first, second)
    )
    sizes = "".join(f'<option value="{times}">{times * 100} %</option>' for times in (1, 2, 4, 8))
    look = f"width: {fit * width}px; max-width: 100%; aspect-ratio: {width} / {height}"
    return f"""<section><h3>{label}</h3>
{parts.caption(text)}
<figure class="slider">
<p><label>Left <select>{_options(options, first)}</select></label>
<label>Right <select>{_options(options, second)}</select></label>
<label>Size <select><option value="0">fit</option>{sizes}</select></label></p>
<div class="stage" tabindex="0" role="group" aria-label="{label}: two pictures, one over the other">
<div class="pair" data-width="{width}" data-fit="{fit}" style="{look}">{images}</div></div>
<input type="range" min="0" max="100" step="0.5" value="50" aria-label="{label}: where the right begins, in percent">
<figcaption><p class="hint">Drag over the picture, or move the handle, also with arrow keys. At 100 %, a pixel of the
picture is one of the page.</p>{made}</figcaption></figure></section>
"""


def _options(options, chosen):
    return "".join(
        f'<option value="{file}"{" selected" if (file, name) == chosen else ""}>{html.escape(name)}</option>'
        for file, name in options
    )


def _with_psnr(name, psnr):
    return f"{name}, {psnr:.2f} dB" if psnr == psnr else str(name)


def _versions(content):
    rates = zip(content["weights"], content["bpp"], strict=True)
    versions = [f"{content['codec']}, {_weight(weight)}, {rate:.2f} bits a pixel" for weight, rate in rates]
    return ["original", *versions]


def _weight(weight):
    return str(weight) if str(weight)[0].isalpha() else f"λ = {weight}"
