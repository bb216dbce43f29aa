"""Hold differentiable JPEGs of others beside ours: nearness to libjpeg, and seconds forward and backward.

Each codec runs in a process of its own, and all take turns. kornia and Diff-JPEG (github.com/necla-ml/Diff-JPEG) are
measured where --torch names a Python that has PyTorch and kornia, and --diff-jpeg the folder of its repository; both
are 4:2:0. --original names the folder of the papers' toolbox (github.com/pkorus/neural-imaging): 4:4:4, "soft".
Differences are at quality 10, 50 and 95. Times are of 100 pictures of 128×128, the shortest over all turns.
"""

import argparse
import importlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

QUALITIES = (10, 50, 95)
OURS = {f"ours {kind} {rounding}": (kind, rounding) for kind in ("4:4:4", "4:2:0") for rounding in ("soft", "sin")}
OTHERS = ("kornia", "diff-jpeg")
ORIGINAL = "original"


def parse_arguments(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=Path, help="folder of PNG pictures (8-bit RGB)")
    parser.add_argument("--torch", help="a Python with PyTorch and kornia")
    parser.add_argument("--diff-jpeg", type=Path, help="folder of the repository of Diff-JPEG")
    parser.add_argument("--original", type=Path, help="folder of the papers' toolbox")
    parser.add_argument("--turns", type=int, default=3, help="processes of each codec (default: 3)")
    parser.add_argument("--threads", type=int, default=2, help="processor threads (default: 2)")
    parser.add_argument("--codec", help=argparse.SUPPRESS)
    parser.add_argument("--data", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    if options.codec:
        print(json.dumps(measure(options)))
        return
    codecs = dict.fromkeys(OURS, sys.executable)
    if options.original:
        codecs[ORIGINAL] = sys.executable
    if options.torch:
        codecs |= {name: options.torch for name in OTHERS if name == "kornia" or options.diff_jpeg}
    with tempfile.TemporaryDirectory() as folder:
        data = write_pictures(options.images, Path(folder) / "pictures.npz")
        turns = [
            {name: in_a_process(name, python, data) for name, python in codecs.items()} for _ in range(options.turns)
        ]
    print(f"{'codec':<18}  seconds  mean absolute difference from libjpeg at quality {', '.join(map(str, QUALITIES))}")
    for name in codecs:
        seconds = min(turn[name]["seconds"] for turn in turns)
        print(f"{name:<18}  {seconds:7.3f}  {'  '.join(f'{value:.3f}' for value in turns[0][name]['differences'])}")


def in_a_process(name, python, data):
    """Run this program once more for one codec, and give what it tells."""
    command = [python, *sys.argv, "--codec", name, "--data", str(data)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name}: {done.stderr.strip().splitlines()[-1]}")
    return json.loads(done.stdout.splitlines()[-1])


def write_pictures(folder, path):
    """Write crops of 256×256 and what libjpeg makes of them, for all processes."""
    import imageio.v3 as imageio
    import numpy as np

    from neural_imaging.coding import libjpeg
    from neural_imaging.evaluation import jpeg_comparison

    paths = sorted(folder.glob("*.png")) if folder else jpeg_comparison.find([])
    pictures = np.stack([imageio.imread(each)[:256, :256, :3] for each in paths])
    real = {
        f"{kind} {quality}": libjpeg.compress(pictures, quality, kind)
        for kind in ("4:4:4", "4:2:0")
        for quality in QUALITIES
    }
    np.savez(path, pictures=pictures, **real)
    return path


def measure(options):
    """Seconds of a codec forward and backward, and its differences from libjpeg in grey levels."""
    import numpy as np

    stored = np.load(options.data)
    on_tensorflow = options.codec in OURS or options.codec == ORIGINAL
    compress, step = of_tensorflow(options) if on_tensorflow else of_others(options)
    kind = "4:4:4" if options.codec == ORIGINAL else OURS.get(options.codec, ("4:2:0",))[0]
    pictures = stored["pictures"].astype(np.float32) / np.float32(255)
    differences = [
        255 * float(np.abs(compress(pictures, quality) - stored[f"{kind} {quality}"]).mean()) for quality in QUALITIES
    ]
    patches = np.random.default_rng(0).random((100, 128, 128, 3), np.float32)
    seconds = []
    for _ in range(8):
        started = time.perf_counter()
        step(patches)
        seconds.append(time.perf_counter() - started)
    return {"seconds": min(seconds[1:]), "differences": differences}


def of_tensorflow(options):
    """Functions that compress pictures, and that go forward and backward, of a codec on TensorFlow."""
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(options.threads)
    codec = original(options.original) if options.codec == ORIGINAL else ours(*OURS[options.codec])

    @tf.function
    def step(patches):
        with tf.GradientTape() as tape:
            tape.watch(patches)
            total = tf.reduce_sum(tf.square(codec(patches, 50)))
        return tf.reduce_sum(tape.gradient(total, patches))

    return lambda pictures, quality: codec(pictures, quality).numpy(), lambda x: step(tf.constant(x)).numpy()


def ours(kind, rounding):
    """Our codec as a function of pictures and quality."""
    from neural_imaging.models.jpeg import DifferentiableJPEG

    codecs = {quality: DifferentiableJPEG(quality, rounding, subsampling=kind) for quality in QUALITIES}
    return lambda pictures, quality: codecs[quality](pictures)


def original(folder):
    """The toolbox's codec likewise. What it imports beside it need not be installed, and its age is made up for."""
    from unittest.mock import MagicMock

    import keras
    import numpy as np

    for kind in (float, int):
        setattr(np, kind.__name__, kind)
    sys.path.insert(0, str(folder))
    while "models.jpeg" not in sys.modules:
        try:
            importlib.import_module("models.jpeg")
        except ModuleNotFoundError as error:
            sys.modules[error.name] = MagicMock()
    begin = keras.Model.__init__
    keras.Model.__init__ = lambda self, *arguments, **settings: begin(self)
    codecs = {quality: sys.modules["models.jpeg"].DifferentiableJPEG(quality, "soft") for quality in QUALITIES}
    for codec in codecs.values():
        codec._q_mtx_luma, codec._q_mtx_chroma = map(np.float32, (codec._q_mtx_luma, codec._q_mtx_chroma))
    return lambda pictures, quality: codecs[quality](pictures)[0]


def of_others(options):
    """The same of kornia or Diff-JPEG, on PyTorch."""
    import torch

    torch.set_num_threads(options.threads)
    if options.codec == "kornia":
        import kornia

        def codec(images, quality):
            return kornia.enhance.jpeg_codec_differentiable(images, torch.full((len(images),), float(quality)))
    else:
        sys.path.insert(0, str(options.diff_jpeg))
        import diff_jpeg

        def codec(images, quality):
            qualities = torch.full((len(images),), float(quality))
            return diff_jpeg.diff_jpeg_coding(image_rgb=255 * images, jpeg_quality=qualities) / 255

    def compress(pictures, quality):
        with torch.no_grad():
            return codec(torch.from_numpy(pictures).permute(0, 3, 1, 2), quality).permute(0, 2, 3, 1).numpy()

    def step(patches):
        images = torch.from_numpy(patches).permute(0, 3, 1, 2).contiguous().requires_grad_()
        codec(images, 50).square().sum().backward()
        return images.grad.sum().item()

    return compress, step


if __name__ == "__main__":
    main()
