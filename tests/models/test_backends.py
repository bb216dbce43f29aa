"""TensorFlow is the default; JAX and PyTorch give the same pictures, probabilities and gradients."""

import os
import subprocess
import sys

import numpy as np
import pytest

PROGRAM = """
import sys
import keras, numpy as np
from keras import ops
from neural_imaging import models
from neural_imaging.forensics import manipulations
from neural_imaging.forensics.channel import Channel

unet = models.create("UNet", n_steps=2, n_filters=4)
fan = models.create("FAN", n_classes=5, n_filters=4, n_convolutions=2, dense=[8], filter_strength=1)
rng = np.random.default_rng(0)
for network in (unet, fan):
    if network is fan:
        network.trainable_weights[0].assign(network.trainable_weights[0] + 0.1)
    for weight in network.trainable_weights[network is fan :]:
        weight.assign(rng.standard_normal(weight.shape) * (2 / max(1, np.prod(weight.shape[:-1]))) ** 0.5)
# Grey within [0, 1]: where pixels are equal or clipped, the backends may pass a gradient to either side.
unet.trainable_weights[-2].assign(0.05 * unet.trainable_weights[-2])
unet.trainable_weights[-1].assign(np.full(12, 0.5))
channel = Channel("pool", 2, "jpeg", 50, "sin")
stack = rng.random((2, 16, 16, 4), np.float32)

def loss(stack):
    developed = unet(stack)
    names = ("native", "sharpen", "resample", "gaussian", "median")
    versions = ops.concatenate([manipulations.apply(name, developed) for name in names])
    probabilities = fan(channel(versions))
    labels = ops.repeat(ops.arange(5), 2)
    return ops.mean(keras.losses.sparse_categorical_crossentropy(labels, probabilities)), probabilities

if keras.backend.backend() == "torch":
    import torch

    tensor = torch.tensor(stack, requires_grad=True)
    value, probabilities = loss(tensor)
    value.backward()
    gradient, hard = tensor.grad, manipulations.apply("jpeg", stack[..., :3])
elif keras.backend.backend() == "jax":
    import jax

    (value, probabilities), gradient = jax.jit(jax.value_and_grad(loss, has_aux=True))(stack)
    hard = jax.jit(lambda x: manipulations.apply("jpeg", x))(stack[..., :3])
else:
    import tensorflow as tf

    tensor = tf.constant(stack)
    with tf.GradientTape() as tape:
        tape.watch(tensor)
        value, probabilities = loss(tensor)
    gradient = tape.gradient(value, tensor)
    hard = manipulations.apply("jpeg", stack[..., :3])
arrays = {"value": value, "probabilities": probabilities, "gradient": gradient, "hard": hard}
arrays = {name: ops.convert_to_numpy(one) for name, one in arrays.items()}
np.savez(sys.argv[1], backend=keras.backend.backend(), **arrays)
"""

CODEC = """
import sys
import keras, numpy as np
from keras import ops
from neural_imaging import models
from neural_imaging.training.codec import CodecTraining

rng = np.random.default_rng(0)
codec = models.create("TwitterDCN", n_features=4, train_codebook=True, v=5, gamma=2)
for weight in codec.weights:
    if weight.ndim > 1:
        weight.assign(rng.standard_normal(weight.shape) * np.prod(weight.shape[:-1]) ** -0.5)
codec.encoder.get_layer("latent_scaling").factor.assign(4)
images = np.kron(rng.random((2, 4, 4, 3)), np.ones((8, 8, 1))).astype(np.float32)
latent, (compressed, entropy) = codec.encode(images), codec.reconstruct(images)
arrays = {"latent": latent, "decoded": codec.decode(latent), "compressed": compressed, "entropy": entropy}
arrays["hash"] = np.frombuffer(codec.weights_hash(), np.uint8)
before = codec.get_weights()
training = CodecTraining(codec, images[..., 0].size)
training.compile(keras.optimizers.SGD(1e-6), jit_compile="auto" if keras.backend.backend() == "jax" else False)
training.train_on_batch(np.round(255 * images).astype(np.uint8))
changes = [new - old for old, new in zip(before, codec.get_weights())]
arrays["changes"] = np.concatenate([change.ravel() for change in changes])
arrays["codebook"] = codec.codebook
arrays = {name: ops.convert_to_numpy(one) for name, one in arrays.items()}
np.savez(sys.argv[1], backend=keras.backend.backend(), **arrays)
"""


BACKENDS = pytest.mark.parametrize("backend", ["jax", "torch"])


def _on_both(program, folder, other):
    """What a program writes on TensorFlow and on another backend."""
    pytest.importorskip(other)
    results = {}
    for backend in ("tensorflow", other):
        environment = {**os.environ, "KERAS_BACKEND": backend, "PYTHONPATH": "lib", "JAX_PLATFORMS": "cpu"}
        file = folder / f"{backend}.npz"
        subprocess.run([sys.executable, "-c", program, file], check=True, env=environment, timeout=300)
        results[backend] = np.load(file)
        assert results[backend]["backend"] == backend
    return results["tensorflow"], results[other]


@BACKENDS
def test_backends_agree_on_the_whole_path_and_its_gradient(tmp_path, backend):
    ours, other = _on_both(PROGRAM, tmp_path, backend)
    np.testing.assert_allclose(ours["value"], other["value"], rtol=1e-4)
    np.testing.assert_allclose(ours["probabilities"], other["probabilities"], atol=1e-4)
    # The backends add in different orders, and the residual filter multiplies by 100.
    assert np.abs(ours["gradient"]).max() > 1e-6
    np.testing.assert_allclose(ours["gradient"], other["gradient"], atol=2e-3 * np.abs(ours["gradient"]).max())
    # A coefficient half-way between two levels may be rounded either way.
    assert np.abs(ours["hard"] - other["hard"]).mean() < 1e-3


@BACKENDS
def test_backends_agree_on_the_codec_and_on_a_step_of_its_training(tmp_path, backend):
    ours, other = _on_both(CODEC, tmp_path, backend)
    np.testing.assert_array_equal(ours["hash"], other["hash"])
    # The backends add in different orders. No value of this latent lies so near to the middle of two codes.
    np.testing.assert_array_equal(ours["latent"], other["latent"])
    assert len(np.unique(ours["latent"])) > 10
    for name in ("decoded", "compressed"):
        np.testing.assert_allclose(ours[name], other[name], atol=1e-4)
    np.testing.assert_allclose(ours["entropy"], other["entropy"], atol=1e-4)
    largest = np.abs(ours["changes"]).max()
    assert largest > 1e-6
    np.testing.assert_allclose(ours["changes"], other["changes"], atol=2e-3 * largest)
    changed = [one["codebook"] - np.arange(-15, 17) for one in (ours, other)]
    assert np.abs(changed[0]).max() > 1e-6
    np.testing.assert_allclose(*changed, atol=2e-3 * np.abs(changed[0]).max())
