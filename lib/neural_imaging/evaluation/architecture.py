"""What a network is made of, read from the built network itself: layers, kernels, features, strides and sizes."""

import math
from fractions import Fraction

import keras

# Side of the input that sizes are worked out for: every network of the library takes it.
_SIDE = 256


def describe(model):
    """The layers of a network as JSON types; of a learned codec its two networks and the quantiser are "parts".

    A layer names the layers that it takes its "inputs" from; its "scale" is relative to the network's input; what a
    layer does not have is None.
    """
    scale = 1.0
    parts = []
    for name, part in _parts(model):
        layers = _layers(part, scale) if isinstance(part, keras.Model) else [_layer(part, [], None, None)]
        scale = next((layer["scale"] for layer in reversed(layers) if layer["scale"] is not None), scale)
        parts.append({"name": name, "weights": _count(part.weights), "layers": layers})
    settings = {key: value for key, value in model.settings.items() if isinstance(value, (int, float, str, bool))}
    return {
        "network": type(model).__name__,
        "weights": _count(model.weights),
        "trainable_weights": _count(model.trainable_weights),
        "settings": settings,
        "parts": parts,
    }


def _count(weights):
    return sum(math.prod(weight.shape) for weight in weights)


def _parts(model):
    if not hasattr(model, "quantizer"):
        return [("network", model)]
    return [("encoder", model.encoder), ("quantiser", model.quantizer), ("decoder", model.decoder)]


def _layers(model, scale):
    """All layers of a functional model, in the order in which they are computed."""
    # Made anew as a plain functional model, whose configuration has the graph.
    plain = keras.Model(model.inputs, model.outputs)
    channels = model.inputs[0].shape[-1]
    outputs = keras.Model(model.inputs, [step.output for step in plain.operations])
    shapes = outputs.compute_output_spec(keras.KerasTensor((1, _SIDE, _SIDE, channels)))
    layers = []
    # Operations are layers, and what is computed between them without one, such as padding.
    for step, entry, tensor in zip(plain.operations, plain.get_config()["layers"], shapes, strict=True):
        size = _scale(scale * tensor.shape[1] / _SIDE) if len(tensor.shape) == 4 else None
        layers.append(_layer(step, _sources(entry["inbound_nodes"]), size, tensor.shape[-1]))
    return layers


def _layer(layer, inputs, scale, features):
    kernel = getattr(layer, "kernel_size", None)
    stride = getattr(layer, "strides", None)
    activation = getattr(layer, "activation", None)
    name = None if activation is None else activation.__name__
    weights = getattr(layer, "weights", [])
    return {
        "name": layer.name,
        "kind": type(layer).__name__,
        "inputs": inputs,
        "scale": scale,
        "features": features,
        "kernel": _first(kernel),
        "stride": None if kernel is None else _first(stride),
        "activation": None if name == "linear" else name,
        "weights": _count(weights),
        "learns": any(weight.trainable for weight in weights),
    }


def _scale(value):
    """Convolutions without padding give a few pixels less; the scale is that of the layer without its borders."""
    return float(Fraction(value).limit_denominator(32)) if value > 1 / 32 else value


def _first(value):
    """A side of a kernel or stride, which Keras has for each direction."""
    return int(value[0]) if isinstance(value, (list, tuple)) else value


def _sources(call):
    """Names of the layers whose results a layer takes, wherever in its call they stand."""
    if isinstance(call, dict) and call.get("class_name") == "__keras_tensor__":
        return [call["config"]["keras_history"][0]]
    parts = call.values() if isinstance(call, dict) else call if isinstance(call, (list, tuple)) else ()
    return [name for part in parts for name in _sources(part)]
