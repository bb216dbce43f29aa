"""Operations that are counted from settings are those of the networks' own layers."""

import math

import keras
import pytest

from neural_imaging import models
from neural_imaging.models import margin
from neural_imaging.study import networks, operations

SETTINGS = {
    "INet": [{}, {"kernel": 3, "phase": 16}],
    "UNet": [{}, {"n_steps": 2, "n_filters": 3}, {"n_steps": 3, "n_filters": 4, "borders": "reflect"}],
    "DNet": [{}, {"n_layers": 1, "n_features": 5}, {"n_layers": 4, "kernel": 5, "n_features": 6}],
    "ClassicISP": [{}, {"c_filters": [7, 5], "kernel": 3}, {"c_filters": [4], "residual": False}, {"residual": False}],
    "ONet": [{}],
    "FAN": [
        {},
        {"n_filters": 5, "n_fscale": 1.5, "kernel": 3, "n_dense": 2, "n_classes": 7},
        {"patch_size": 48, "n_convolutions": 2, "n_filters": 3, "use_gap": False, "n_dense": 0},
    ],
    "TwitterDCN": [{}, {"width": 10, "n_blocks": 0, "n_features": 4}, {"width": 16, "n_blocks": 2, "n_features": 6}],
}
CASES = [(name, settings) for name, each in SETTINGS.items() for settings in each]
PIPELINES = [name for name, network in networks.NETWORKS.items() if network.role == networks.PIPELINE]
HEIGHT, WIDTH = 48, 64


def counted(network, *shape):
    """Operations of all kernels in a network, each at as many places as it is used at, from Keras's shapes.

    Kernels are the weights with two or four axes.
    """
    layers = [each for each in network.operations if not isinstance(each, keras.layers.InputLayer)]
    tensors = keras.tree.flatten([(layer.input, layer.output) for layer in layers])
    sizes = keras.Model(network.inputs, tensors).compute_output_spec(keras.KerasTensor((1, *shape)))
    shapes = dict(zip(map(id, tensors), (tensor.shape for tensor in sizes), strict=True))
    total = 0
    for layer in layers:
        given, result = (shapes[id(keras.tree.flatten(tensor)[0])] for tensor in (layer.input, layer.output))
        # Convolutions are computed before they are pooled; transposed ones at each place of what they are given.
        early = type(layer).__name__ in ("PooledConv2D", "Conv2DTranspose", "SparseColour")
        places = math.prod((given if early else result)[1:-1])
        kernels = [weight.shape for weight in getattr(layer, "weights", ()) if len(weight.shape) in (2, 4)]
        total += sum(2 * math.prod(kernel) * places for kernel in kernels)
    return total


@pytest.mark.parametrize(("name", "settings"), CASES)
def test_operations_are_those_of_the_layers(name, settings):
    network = models.create(name, **settings)
    sides = (settings["patch_size"],) * 2 if "patch_size" in settings else (HEIGHT, WIDTH)
    parts = [(network, *sides)]
    if name == "TwitterDCN":
        parts = [(network.encoder, *sides), (network.decoder, *(side // 8 for side in sides))]
    found = sum(counted(part, *size, part.inputs[0].shape[-1]) for part, *size in parts)
    assert operations.forward(name, settings, *sides) == found


@pytest.mark.parametrize(("name", "settings"), [case for case in CASES if case[0] in PIPELINES])
def test_what_learns_and_how_far_it_looks_are_as_the_classes_say(name, settings):
    network = models.create(name, **settings)
    assert operations.learns(name, settings) == network.learns
    assert operations.reach(name, settings) == margin.reach(network)


def test_the_papers_forensic_network_is_as_large_as_known():
    # 405 GFLOP for a training step, three times what it computes forwards, on 100 patches of 128 × 128.
    assert 3 * 100 * operations.forward("FAN", {"n_classes": 5}, 128) == pytest.approx(405e9, rel=0.01)


def test_networks_of_plugins_count_as_the_papers(monkeypatch):
    known = {**networks.NETWORKS, "Elsewhere": networks.Network("", networks.CODEC, None)}
    monkeypatch.setattr(networks, "known", lambda: known)
    assert operations.forward("Elsewhere", {"depth": 3}, 64) == operations.forward("TwitterDCN", {}, 64)
    assert operations.reach("Elsewhere", {}) is None
