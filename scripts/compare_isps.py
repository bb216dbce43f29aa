"""Compare two pipelines on a photograph: both beside the target, their differences, and the spectra of those."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line, runtime

PIPELINE = "[NAME=]PIPELINE[:{SETTINGS}]"


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("--images", type=Path, required=True, help="images.csv of the camera's training set")
    parser.add_argument(
        "--a",
        required=True,
        metavar=PIPELINE,
        help="model.keras of a trained or joint model, a network's name, or Python, e.g. "
        'Python:{"demosaicing": "bilinear"}',
    )
    parser.add_argument("--b", required=True, metavar=PIPELINE, help="the other one")
    parser.add_argument("--image", help="name of the photograph; the first of the validation split by default")
    parser.add_argument("--size", type=int, default=1024, help="longest side in pixels; 0: all (default: %(default)s)")
    parser.add_argument("--split", default="validation", choices=("validation", "train"), help="default: %(default)s")
    parser.add_argument("--output", type=Path, required=True, help="PDF to write; a PNG is written beside it")
    parser.add_argument("--sample", type=Path, help="arrays of the figure to write (npz)")
    parser.add_argument("--tile", type=int, metavar="CELLS", help="longest side of a network's tiles (default: 704)")
    parser.add_argument("--threads", type=int, help="processor threads (default: all)")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    for option in ("tile", "threads"):
        command_line.within(f"--{option}", getattr(options, option), 1)
    command_line.within("--size", options.size, 0)
    command_line.outputs(("--output", options.output, ".pdf", ".png"), ("--sample", options.sample, ".npz"))
    runtime.configure(threads=options.threads, seed=0, deterministic=True)

    from neural_imaging.evaluation import isp
    from neural_imaging.figures import isp_comparison, style
    from neural_imaging.tables import arrays

    named = isp.created([options.a, options.b], options.tile)
    part = isp.photographs(options.images, options.size or None, image=options.image, split=options.split)[0]
    sample = isp.comparison(part, named)
    if options.sample:
        arrays.write(options.sample, sample)
    style.save(isp_comparison.draw(sample), options.output)
    height, width = sample["photos"].shape[1:3]
    print(f"{part.pair.name}, {width} × {height} pixels")
    for name, psnr, ssim in zip(named, sample["psnr"], sample["ssim"], strict=True):
        print(f"{name}: {psnr:.2f} dB, SSIM {ssim:.4f}")
    print(f"mean absolute difference between them: {sample['mean'][2]:.3f} grey levels")


if __name__ == "__main__":
    command_line.run(main)
