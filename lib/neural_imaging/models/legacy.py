"""Weights of the released toolbox: the `.h5` files of Keras 2's `save_weights`."""

from pathlib import Path

import h5py
import numpy as np

from neural_imaging.errors import UserError


def read_weights(h5_path):
    """Read a file's weights in the order in which Keras 2 wrote them.

    Args:
        h5_path: `.h5` file of Keras 2's `save_weights`.

    Returns:
        List of (name, array); the name is that of the layer and of the weight in it.

    Raises:
        UserError: the file is missing, is no HDF5 file, or has another content.
    """
    path = Path(h5_path)
    if not path.is_file():
        raise UserError(f"{path}: no such file of weights")
    weights = []
    try:
        with h5py.File(path, "r") as file:
            for layer in map(_text, file.attrs["layer_names"]):
                for name in map(_text, file[layer].attrs["weight_names"]):
                    weights.append((f"{layer}: {name}", np.asarray(file[layer][name], np.float32)))
    except (OSError, KeyError, TypeError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise UserError(f"{path}: not a weights file of the released toolbox ({reason})") from None
    return weights


def import_weights(h5_path, model):
    """Load weights of the released toolbox into a model of the same structure, or change nothing.

    Weights are matched in order, layer by layer; within a layer those that are trained come first. What belongs to
    the camera alone (a ClassicISP's pattern and colour matrix) is not in these files and stays as it is. Where our
    network differs from the toolbox's in a step without weights, it is set to do as the toolbox does.

    Args:
        h5_path: `.h5` file of the toolbox.
        model: a network of this library.

    Raises:
        UserError: the file cannot be read, or a layer does not fit; the message names it.
    """
    stored, places = read_weights(h5_path), list(_places(model))
    for (name, array), (layer, place) in zip(stored, places, strict=False):
        if array.shape != tuple(place.shape):
            raise UserError(
                f"{h5_path}: layer {name} of shape {array.shape} does not fit {model.name}'s {layer}/{place.name} "
                f"of shape {tuple(place.shape)}"
            )
        if not np.isfinite(array).all():
            raise UserError(f"{h5_path}: layer {name} holds values that are not finite")
    if len(stored) > len(places):
        raise UserError(f"{h5_path}: layer {stored[len(places)][0]} has no place in {model.name}: it has fewer layers")
    if len(stored) < len(places):
        layer, place = places[len(stored)]
        raise UserError(f"{h5_path}: no weights for {model.name}'s {layer}/{place.name}: it has more layers")
    for (_, array), (_, place) in zip(stored, places, strict=True):
        place.assign(array)
    if hasattr(model, "released"):
        model.released()


def _places(model):
    """The model's weights as (layer name, variable), in the order of Keras 2's files."""
    for layer in model.layers:
        if getattr(layer, "of_camera", False):
            continue
        for place in (*layer.trainable_weights, *layer.non_trainable_weights):
            yield layer.name, place


def _text(name):
    return name.decode("utf-8") if isinstance(name, bytes) else str(name)
