"""A forensic pipeline that is quick to make and to run: its weights are drawn once and for all, nothing is trained."""

import keras
import numpy as np

from neural_imaging import models
from neural_imaging.forensics.channel import Channel
from neural_imaging.forensics.joint import ForensicPipeline

MANIPULATIONS = ("sharpen:1", "awgn:5", "resample:50")


def make(
    isp="INet", window=16, channel=None, manipulations=MANIPULATIONS, seed=0, trainable=(), signature=None, **settings
):
    """A joint model whose forensic network names all classes now and then.

    Args:
        isp: a camera pipeline's name; `settings` are its own.
        window: side of the forensic network's pictures in received pixels.
        channel: `Channel`; by default pooling by 2 and JPEG of quality 50.
        manipulations: with their strengths.
        seed: of the weights.
        trainable: parts that are said to have learned.
        signature: a `layers.tile.Signature`, or None.
    """
    pipeline, random = models.create(isp, **settings), np.random.default_rng(seed)
    network = {"n_filters": 4, "n_convolutions": 1, "dense": [16]}
    fan = models.create("FAN", n_classes=1 + len(manipulations), patch_size=window, **network)
    joint = ForensicPipeline(
        pipeline, channel or Channel(rounding="soft"), fan, manipulations, trainable, signature=signature
    )
    joint.build((None, window, window, 3 if isp == "ONet" else 4))
    if isp != "INet":
        _draw(pipeline.trainable_weights, random)
    _draw(fan.trainable_weights, random)
    _balance(fan, random)
    return joint


def ready(model):
    """A built model that can be trained. TensorFlow traces a step twice if the optimizer is built within it."""
    model.compile(keras.optimizers.Adam(1e-3), jit_compile=False)
    model.optimizer.build(model.trainable_variables)
    return model


def _draw(weights, random):
    for weight in weights:
        spread = 1 / np.sqrt(max(1, np.prod(weight.shape[:-1])))
        weight.assign(random.normal(scale=spread, size=weight.shape).astype(np.float32))


def _balance(fan, random):
    """Let the last layer tell pictures of blocks and noise apart, so that each class is named for some of them."""
    side, noise = fan.settings["patch_size"], random.random((256, 1, 1, 1)) * 0.1
    blocks = np.kron(random.random((256, 2, 2, 3)), np.ones((1, side // 2, side // 2, 1)))
    pictures = blocks + noise * random.normal(size=blocks.shape)
    hidden = keras.Model(fan.input, fan.layers[-2].output)(pictures.clip(0, 1).astype(np.float32))
    features = keras.ops.convert_to_numpy(hidden).astype(np.float64)
    mean = features.mean(axis=0)
    _, widths, directions = np.linalg.svd((features - mean) / 16, full_matrices=False)
    classes = fan.settings["n_classes"]
    # A direction's sign is not defined: that of its largest part is positive here.
    signs = np.sign(directions[np.arange(len(directions)), np.abs(directions).argmax(axis=1)])
    kernel = (directions * (signs / widths)[:, None])[:classes].T
    fan.layers[-1].set_weights([kernel.astype(np.float32), (-mean @ kernel).astype(np.float32)])
