"""How much better than bilinear a ClassicISP of 3 × 32 filters learns to demosaic.

Pictures (McMaster's, say) go through the simulated camera without noise and become a training set: the Bayer stack that
LibRaw reads from the DNG file, and as its target the picture itself, which is what a camera with all colours in each
pixel would have given. The network is trained on most of them, as scripts/train_isp.py does it, starts as bilinear
demosaicing, and is measured on those held out. Printed are the PSNR of the start, that over time, and the gain.
"""

import tempfile
from pathlib import Path

import isp as pretraining
import numpy as np
import timing

from neural_imaging.base import command_line, runtime
from neural_imaging.base.errors import UserError
from neural_imaging.evaluation import jpeg_comparison


def parse_arguments(arguments=None):
    parser = timing.parser(__doc__, threads=2)
    parser.add_argument("--pictures", type=Path, required=True, help="folder of RGB pictures, TIFF or PNG")
    parser.add_argument(
        "--held-out", type=command_line.count, default=6, help="how many of them (default: %(default)s)"
    )
    parser.add_argument("--camera", default="D90", help="entry of resources/cameras.yaml (default: %(default)s)")
    parser.add_argument("--minutes", type=float, default=10, help="of training (default: %(default)s)")
    parser.add_argument("--output", type=Path, help="model.keras to keep (default: none)")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    command_line.within("--minutes", options.minutes, 0.01)
    command_line.outputs(("--output", options.output, ".keras"))
    if not options.pictures.is_dir():
        raise UserError(f"{options.pictures}: no such folder of pictures")
    pictures = jpeg_comparison.find([options.pictures])
    if len(pictures) <= options.held_out:
        raise UserError(f"{options.pictures}: has {len(pictures)} pictures, too few to hold out {options.held_out}")
    runtime.configure(threads=options.threads, seed=0)

    from neural_imaging.developing import pipelines
    from neural_imaging.evaluation import isp
    from neural_imaging.imaging import cameras
    from neural_imaging.tables import isp_table

    with tempfile.TemporaryDirectory() as folder:
        profile = cameras.load(timing.CAMERAS, options.camera)
        table = training_set(pictures, options.held_out, profile, Path(folder, options.camera))
        output = options.output or Path(folder, "model.keras")
        start = isp.measure(isp.photographs(table), {"bilinear": pipelines.create("ClassicISP")})
        print(f"{len(pictures) - options.held_out} pictures to train, {options.held_out} held out")
        print(f"bilinear: {start['psnr'].mean():.2f} dB", flush=True)
        history, epochs = pretraining.train(
            table, "ClassicISP", "float32", options.minutes, options.threads, output=output
        )
        pretraining.show({"ClassicISP": history})
        end = isp.measure(isp.photographs(table), {"trained": pipelines.create(output)})
        for name, before, after in zip(start["image"], start["psnr"], end["psnr"], strict=True):
            print(f"{name}: {before:.2f} dB, trained {after:.2f} dB")
        steps, summary = epochs * pretraining.COMMON["steps"], isp_table.summary(end).iloc[0]
        gain = summary["psnr_mean"] - start["psnr"].mean()
        print(f"trained, {steps} steps: {summary['psnr_mean']:.2f} dB, SSIM {summary['ssim_mean']:.4f}")
        print(f"gain: {gain:.2f} dB")


def training_set(pictures, held_out, profile, folder):
    """Photograph pictures with the simulated camera; gives the images.csv of stacks and the pictures as targets.

    Those held out lie evenly over the list.
    """
    import imageio.v3 as imageio
    import pandas as pd

    from neural_imaging.datasets import dataset
    from neural_imaging.imaging import dng, raw, scenes, simulation, srgb
    from neural_imaging.imaging import pictures as files

    folder.mkdir()
    validation = set(np.linspace(0, len(pictures) - 1, held_out).round().astype(int).tolist())
    rows = []
    for index, path in enumerate(pictures):
        picture = imageio.imread(path)
        if picture.ndim != 3 or picture.shape[2] < 3 or picture.dtype != np.uint8:
            raise UserError(f"{path}: not an RGB picture of 8 bits")
        height, width = (side // 2 * 2 for side in picture.shape[:2])
        light = srgb.decode(picture[:height, :width, :3]) * np.float32(scenes.EXPOSURE)
        scene = simulation.representable(light, profile)
        dng.write(folder / f"{path.stem}.dng", simulation.expose(scene, profile), profile, noise=False)
        taken = raw.read(folder / f"{path.stem}.dng")
        np.save(folder / f"{path.stem}.npy", dataset.quantise(taken.stack))
        files.write(folder / f"{path.stem}.png", srgb.encode(scene))
        rows.append(
            {
                "image": path.stem,
                "status": "used",
                "split": "validation" if index in validation else "train",
                "cfa": taken.cfa,
                "camera_to_srgb": " ".join(map(str, taken.camera_to_srgb.ravel())),
            }
        )
    pd.DataFrame(rows).to_csv(folder / "images.csv", index=False)
    return folder / "images.csv"


if __name__ == "__main__":
    command_line.run(main)
