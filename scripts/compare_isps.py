"""Compare two pipelines on a photograph: both beside the target, their differences, and the spectra of those."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line, runtime
from neural_imaging.evaluation import programs


def parse_arguments(arguments=None):
    size = {"type": int, "help": "longest side in pixels; 0: all (default: %(default)s)"}
    output = {"help": "PDF to write; a PNG is written beside it"}
    parser = programs.parser(__doc__, "image", "split", "tile", images=programs.SET, size=size, output=output)
    parser.add_argument("--a", **programs.PIPELINE)
    parser.add_argument("--b", **{**programs.PIPELINE, "help": "the other one"})
    parser.add_argument("--sample", type=Path, help="arrays of the figure to write (npz)")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    command_line.within("--tile", options.tile, 1)
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
