"""When a learned codec that is being trained passes JPEG at its own bit rate.

Trains one codec on scenes that every machine has, and stops now and then to compress a folder of pictures with it. Each
line is the mean over those pictures: bits a pixel of the l3ic stream, SSIM and PSNR, and SSIM and PSNR of JPEG (4:4:4)
at the same bits a pixel, interpolated over JPEG's qualities picture by picture. Bits are those of the coded picture
alone, without headers and tables, as the papers count them. Seconds are those of training alone.

The epochs are as many as fit into --minutes by the pace of a trial, unless --epochs says how many; on a machine that
does other work too, count steps. The schedule of the learning rate is stretched with them.
"""

import tempfile
import time
from pathlib import Path

import numpy as np
import timing

from neural_imaging.base import command_line, runtime
from neural_imaging.coding import standards
from neural_imaging.datasets import picture_set
from neural_imaging.evaluation import jpeg_comparison
from neural_imaging.imaging import measures, opening

PICTURES = {
    "side": 256,
    "train": 64,
    "validation": 7,
    "seed": 1,
    "scenes": {"photographs": True, "dead_leaves": 60, "height": 256, "width": 256, "seed": 2019},
}
# Few layers and small batches: so early, the number of steps counts most. The learning rate falls to a fiftieth.
TRAINING = {
    "model": "TwitterDCN",
    "settings": {"n_features": 16, "width": 64, "n_blocks": 0, "rounding": "soft", "entropy_weight": 28},
    "patch": 64,
    "batch": 8,
    "random_resize": 0.5,
    "epochs": 60,
    "steps": 200,
    "learning_rate": 2e-3,
    "decay": 0.937,
    "decay_every": 1,
    "validation_every": 10,
    "tolerance": 0,
}
JPEG_QUALITIES = (3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50, 65, 80, 90)
HEADER = f"{'steps':>6} {'Mpixel':>7} {'seconds':>7} {'bpp':>6} {'SSIM':>6} {'PSNR':>6} {'JPEG SSIM':>9} {'PSNR':>6}"


def point(picture, codec, quality=None):
    """Bits a pixel, SSIM and PSNR of a picture after a codec."""
    data = codec.encode(picture, quality)
    decoded = codec.decode(data)
    bits = 8 * codec.payload(data) / (picture.shape[0] * picture.shape[1])
    return bits, measures.ssim(picture, decoded, window="uniform"), measures.psnr(picture, decoded)


def jpeg_curves(pictures):
    """JPEG's bits a pixel, SSIM and PSNR of each picture at all qualities: (pictures, qualities, 3)."""
    jpeg = standards.get("jpeg")
    return np.array([[point(picture, jpeg, quality) for quality in JPEG_QUALITIES] for picture in pictures])


def compare(model, pictures, curves):
    """Means over pictures: the codec's bits a pixel, SSIM and PSNR, and JPEG's SSIM and PSNR at those bits."""
    from neural_imaging.evaluation.learned import Learned

    rows = []
    for picture, curve in zip(pictures, curves, strict=True):
        bits, *quality = point(picture, Learned(model, "trained"))
        # Below JPEG's least rate, JPEG at that rate: more than it could do.
        rows.append([bits, *quality, *(np.interp(bits, curve[:, 0], curve[:, k]) for k in (1, 2))])
    return np.mean(rows, axis=0)


def watcher(pictures, curves, settings, points):
    """Callback that prints a line after so many equal parts of the training, and at its end."""
    import keras

    class Watch(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.spent, self.started = 0.0, time.perf_counter()
            print(HEADER, flush=True)

        def on_epoch_end(self, epoch, logs=None):
            epochs = settings["epochs"]
            if (epoch + 1) * points // epochs == epoch * points // epochs:
                return
            self.spent += time.perf_counter() - self.started
            steps = (epoch + 1) * settings["steps"]
            pixels = steps * settings["batch"] * settings["patch"] ** 2 / 1e6
            bits, ssim, psnr, jpeg_ssim, jpeg_psnr = compare(self.model.codec, pictures, curves)
            print(
                f"{steps:6d} {pixels:7.1f} {self.spent:7.1f} {bits:6.3f} {ssim:6.4f} {psnr:6.2f} {jpeg_ssim:9.4f} "
                f"{jpeg_psnr:6.2f}   SSIM {ssim - jpeg_ssim:+.4f}",
                flush=True,
            )
            self.started = time.perf_counter()

    return Watch()


def pace(table, settings, folder, threads):
    """Seconds of an epoch, by the difference of two short trials, which leaves out what comes before the steps."""
    from neural_imaging.training import codec

    seconds = []
    for steps in (2, 12):
        started = time.perf_counter()
        short = {**settings, "epochs": 1, "steps": steps, "validation_every": 1}
        codec.train(table, short, 0, folder / "trial.keras", folder / "trial", threads=threads)
        seconds.append(time.perf_counter() - started)
    return (seconds[1] - seconds[0]) / 10 * settings["steps"]


def main(arguments=None):
    parser = timing.parser(__doc__, threads=None)
    parser.add_argument("--test", type=Path, required=True, help="folder of pictures to compress, e.g. of Kodak's")
    parser.add_argument("--count", type=command_line.count, help="only so many of them, spread evenly")
    parser.add_argument("--minutes", type=float, default=4, help="minutes of training (default: %(default)s)")
    parser.add_argument("--epochs", type=command_line.count, help="train for so many epochs, however long they take")
    parser.add_argument("--points", type=command_line.count, default=6, help="comparisons (default: %(default)s)")
    parser.add_argument("--settings", default="{}", help="of the training, beside the defaults; see train_dcn")
    parser.add_argument("--pictures", default="{}", help="of the set, beside the defaults; see prepare_codec_data")
    parser.add_argument("--seed", type=command_line.seed, default=0)
    options = parser.parse_args(arguments)
    settings = TRAINING | command_line.settings(options.settings)
    set_settings = PICTURES | command_line.settings(options.pictures)
    command_line.within("--minutes", options.minutes, 0.1)

    files = jpeg_comparison.find([options.test])
    files = files[:: max(1, len(files) // (options.count or len(files)))][: options.count]
    pictures = [opening.read(file).picture for file in files]
    runtime.configure(threads=options.threads)
    from neural_imaging.training import codec

    with tempfile.TemporaryDirectory() as folder:
        folder, started = Path(folder), time.perf_counter()
        table = picture_set.prepare([], folder / "pictures", set_settings, workers=options.threads or 1)
        print(f"pictures to train on: {time.perf_counter() - started:.0f} s; {len(pictures)} to compress", flush=True)
        epochs = options.epochs or max(1, round(60 * options.minutes / pace(table, settings, folder, options.threads)))
        stretch = epochs / settings["epochs"]
        settings |= {
            "epochs": epochs,
            "decay": settings["decay"] ** (1 / stretch),
            "validation_every": min(epochs, max(1, round(settings["validation_every"] * stretch))),
        }
        print(f"settings: {settings}", flush=True)
        watch = watcher(pictures, jpeg_curves(pictures), settings, min(options.points, epochs))
        output = folder / "model.keras"
        codec.train(table, settings, options.seed, output, folder / "checkpoints", options.threads, watchers=[watch])


if __name__ == "__main__":
    command_line.run(main)
