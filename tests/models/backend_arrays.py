"""What `test_backends` compares: results, gradients and training steps of everything that computes, on one backend.

KERAS_BACKEND=jax python tests/models/backend_arrays.py arrays.npz
"""

import sys
import tempfile
from pathlib import Path

import keras
import numpy as np
from keras import ops

from neural_imaging import models
from neural_imaging.forensics import manipulations
from neural_imaging.forensics.channel import Channel
from neural_imaging.forensics.joint import ForensicPipeline
from neural_imaging.layers.tile import Signature
from neural_imaging.models.jpeg import ROUNDINGS, DifferentiableJPEG
from neural_imaging.training.codec import CodecTraining
from neural_imaging.training.isp import Imitation
from neural_imaging.training.partwise import PartwiseAdam

BACKEND = keras.backend.backend()
RANDOM = np.random.default_rng(0)
STACK = RANDOM.random((2, 16, 16, 4), np.float32)
# Grey within [0, 1]: where pixels are equal or clipped, the backends may pass a gradient to either side.
IMAGES = 0.2 + 0.6 * RANDOM.random((2, 32, 32, 3), np.float32)
RAW, TARGETS = (np.round(65535 * STACK).astype(np.uint16), np.round(255 * IMAGES).astype(np.uint8))
PIPELINES = {
    "INet": ("INet", {}),
    "UNet": ("UNet", {"n_steps": 2, "n_filters": 4}),
    "UNet mirrored": ("UNet", {"n_steps": 2, "n_filters": 4, "borders": "reflect", "phase": 4}),
    "DNet": ("DNet", {"n_layers": 2, "n_features": 4}),
    "ClassicISP": ("ClassicISP", {"c_filters": [4], "brightness": "percentile"}),
    "ONet": ("ONet", {}),
}
CHAIN = [
    {"step": "resize", "kernel": "lanczos", "factor": 2},
    {"step": "blur", "size": 5},
    {"step": "gamma", "exponent": 1.2},
    {"step": "webp", "quality": 80},
    {"step": "jpeg", "quality": 70, "subsampling": "4:2:0", "rounding": "sin"},
]
DRAWN = {"resize": {"kernel": ["lanczos", "area"]}, "blur": {"size": [3, 7]}, "webp": {"quality": [60, 90]}}
NO_GRADIENT = ("sharpen-hsv-legacy", "sharpen-cvpr2019")
FAN = {"n_classes": 5, "n_filters": 4, "n_convolutions": 2, "dense": [8], "filter_strength": 1}
SENT = ["sharpen:1", "resample:50", "gaussian:0.83", "median:3"]


def differentiated(function, x):
    """A function's result, and the gradient of a fixed mixture of its numbers by x."""

    def mixture(x):
        result = function(x)
        weights = np.random.default_rng(1).standard_normal(tuple(result.shape)).astype(np.float32)
        return ops.sum(result * ops.convert_to_tensor(weights)), result

    if BACKEND == "torch":
        import torch

        tensor = torch.tensor(x, requires_grad=True)
        mixed, result = mixture(tensor)
        mixed.backward()
        return result, tensor.grad
    if BACKEND == "jax":
        import jax

        (_, result), gradient = jax.jit(jax.value_and_grad(mixture, has_aux=True))(x)
        return result, gradient
    import tensorflow as tf

    tensor = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(tensor)
        mixed, result = mixture(tensor)
    return result, tape.gradient(mixed, tensor)


def randomised(network, gain=1.0):
    """A network with weights that are the same on each backend, and that keep what comes through at its size."""
    random = np.random.default_rng(2)
    for weight in network.trainable_weights:
        if len(weight.shape) > 1 and tuple(weight.shape[-2:]) != (3, 3):
            weight.assign(random.standard_normal(weight.shape) * gain * np.prod(weight.shape[:-1]) ** -0.5)
    return network


def step(model, x, y=None, rate=1e-6, optimizer=None):
    """How one training step changes a model's weights, one behind the other."""
    before = [ops.convert_to_numpy(weight).copy() for weight in model.trainable_weights]
    model.compile(optimizer or keras.optimizers.SGD(rate), jit_compile="auto" if BACKEND == "jax" else False)
    # Else TensorFlow traces the step twice.
    model.optimizer.build(model.trainable_variables)
    loss = model.train_on_batch(x, y, return_dict=True)["loss"]
    pairs = zip(before, model.trainable_weights, strict=True)
    changes = [(ops.convert_to_numpy(weight) - former).ravel() for former, weight in pairs]
    return np.asarray(loss), np.concatenate(changes) if changes else np.zeros(0)


def pipelines():
    for name, (network, settings) in PIPELINES.items():
        isp = models.create(network, **settings)
        isp = randomised(isp) if network in ("UNet", "DNet", "ClassicISP") else isp
        x = IMAGES if network == "ONet" else STACK
        yield f"{name}: result", (forward := differentiated(isp, x))[0]
        yield f"{name}: gradient", forward[1]
        if isp.learns:
            training = Imitation(isp, "SSIM" if network == "INet" else "L2")
            training.build((None, *RAW.shape[1:]))
            yield f"{name}: loss", (trained := step(training, RAW, TARGETS))[0]
            yield f"{name}: step", trained[1]


def operations():
    for name in manipulations.names():
        if name == "awgn":
            noise = ops.convert_to_numpy(manipulations.apply(name, np.full((1, 64, 64, 3), 0.5), seed=1)) - 0.5
            yield "noise", np.array([noise.mean(), noise.std()])
        elif name in NO_GRADIENT:
            yield f"{name}: result", manipulations.apply(name, IMAGES)
        else:
            yield f"{name}: result", (forward := differentiated(lambda x, n=name: manipulations.apply(n, x), IMAGES))[0]
            yield f"{name}: gradient", forward[1]
    forward = differentiated(Channel(steps=CHAIN), IMAGES)
    yield "chain: result", forward[0]
    yield "chain: gradient", forward[1]
    # What is drawn differs; it only has to run.
    drawn = Channel(steps=[{**each, **DRAWN.get(each["step"], {})} for each in CHAIN], seed=1)
    yield "chain drawn: shape", np.array(drawn(IMAGES, training=True).shape)
    for rounding in ROUNDINGS:
        forward = differentiated(DifferentiableJPEG(80, rounding), IMAGES[:, :21, :26])
        yield f"jpeg {rounding}: result", forward[0]
        yield f"jpeg {rounding}: gradient", forward[1]
    small, qualities = IMAGES[:, :21, :26], np.linspace(30.5, 90.25, len(IMAGES), dtype=np.float32)
    for rounding, subsampling in (("soft", "4:2:0"), ("sin", "4:2:2")):
        jpeg = DifferentiableJPEG(80, rounding, subsampling=subsampling)
        forward = differentiated(lambda x, jpeg=jpeg: jpeg(x, quality=[30, *[95] * (len(x) - 1)]), small)
        yield f"jpeg {rounding} {subsampling}: result", forward[0]
        yield f"jpeg {rounding} {subsampling}: gradient", forward[1]
    # Of the last one: by the quality, and of the bits.
    yield "jpeg quality: gradient", differentiated(lambda quality: jpeg(small, quality=quality), qualities)[1]
    forward = differentiated(jpeg.bits, small)
    yield "jpeg bits: result", forward[0]
    yield "jpeg bits: gradient", forward[1]
    tables = keras.Sequential([keras.Input(IMAGES.shape[1:]), DifferentiableJPEG(50, "sin", trainable=True)])
    before = ops.convert_to_numpy(tables.trainable_weights[0]).copy()
    tables.compile(keras.optimizers.SGD(1e6), loss="mse", jit_compile="auto" if BACKEND == "jax" else False)
    tables.train_on_batch(IMAGES, IMAGES[::-1].copy())
    yield "jpeg tables: step", ops.convert_to_numpy(tables.trainable_weights[0]) - before


def fan():
    network = randomised(models.create("FAN", patch_size=16, **FAN), gain=2)
    network.trainable_weights[0].assign(network.trainable_weights[0] + 0.1)
    return network


def codec():
    network = models.create("TwitterDCN", n_features=4, width=16, n_blocks=1, train_codebook=True, v=5, gamma=2)
    randomised(network).encoder.get_layer("latent_scaling").factor.assign(8)
    return network


def codecs():
    network, images = codec(), np.kron(RANDOM.random((2, 4, 4, 3)), np.ones((8, 8, 1))).astype(np.float32)
    latent, (compressed, entropy) = network.encode(images), network.reconstruct(images)
    yield "codec: hash", np.frombuffer(network.weights_hash(), np.uint8)
    yield "codec: latent", latent
    yield "codec: decoded", network.decode(latent)
    yield "codec: compressed", compressed
    yield "codec: entropy", entropy
    yield "codec: gradient", differentiated(network, images)[1]
    before = network.codebook
    training = CodecTraining(network, images[..., 0].size)
    yield "codec: loss", (trained := step(training, np.round(255 * images).astype(np.uint8)))[0]
    yield "codec: step", trained[1]
    yield "codec: codebook", network.codebook - before


def joint_models():
    pictures = ForensicPipeline(unet := _unet(), Channel("pool", 2, "jpeg", 50, "sin"), fan(), SENT)
    yield "fan: result", (forward := differentiated(lambda x: pictures(x)["probabilities"], STACK))[0]
    yield "fan: gradient", forward[1]
    with tempfile.TemporaryDirectory() as folder:
        pictures.save(archive := Path(folder, "model.keras"))
        yield "fan: loaded", models.load(archive)(STACK)["probabilities"]
    slow = PartwiseAdam(0.1, [(weight, 0.5) for weight in unet.trainable_weights], epsilon=1.0)
    yield "joint: loss", (trained := step(pictures, RAW, TARGETS, optimizer=slow))[0]
    yield "joint: step", trained[1]
    learned = Channel("none", 1, "dcn", network=codec())
    signature = Signature(1.5, period=4, seed=3)
    settings = {"trainable": ("isp", "codec", "signature"), "lambda_codec": 1e-3, "signature": signature}
    network = randomised(models.create("FAN", patch_size=32, **FAN))
    pictures = ForensicPipeline(_unet(), learned, network, SENT, **settings)
    pictures.build((None, *RAW.shape[1:]))
    yield "joint with codec: loss", (trained := step(pictures, RAW, TARGETS, rate=1e-3))[0]
    yield "joint with codec: step", trained[1]
    # What is drawn differs; it only has to run.
    drawn = Channel(["pool", "bilinear"], [1, 2], "jpeg", [30, 60, 90], "soft", seed=1, origin=[0, 7])
    network = randomised(models.create("FAN", patch_size=8, **FAN))
    pictures = ForensicPipeline(_unet(), drawn, network, SENT, augment=True, margin=2, isp_loss="MS-SSIM", warmup=2)
    pictures.build((None, *RAW.shape[1:]))
    yield "drawn: loss", step(pictures, RAW, TARGETS)[0]
    yield "drawn: validation", np.asarray(pictures.test_on_batch(RAW, TARGETS, return_dict=True)["loss"])


def _unet():
    unet = randomised(models.create("UNet", n_steps=2, n_filters=4))
    unet.trainable_weights[-1].assign(np.full(12, 0.5))
    return unet


if __name__ == "__main__":
    parts = (pipelines(), operations(), codecs(), joint_models())
    arrays = {name: ops.convert_to_numpy(array) for part in parts for name, array in part}
    np.savez(sys.argv[1], backend=BACKEND, **arrays)
