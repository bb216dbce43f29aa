"""Models of the released toolbox: weights (the `.h5` files of Keras 2's `save_weights`) and the JSON beside them."""

import math
import re
from pathlib import Path

import h5py
import numpy as np

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.layers import kernels
from neural_imaging.study.settings import CFA_PATTERNS

# Arguments of the toolbox's models that say nothing of their weights.
_SHAPES = ("in_channels", "patch_size")
_WORDS = {"True": True, "False": False, "None": None}
_TUPLE = re.compile(r"\(\s*(\d+\s*(,\s*\d+\s*)*,?)?\s*\)")


def read_weights(h5_path):
    """Weights of a `.h5` file in the order in which Keras 2 wrote them: a list of (name of layer and weight, array).

    A `UserError` says that the file is missing, is no HDF5 file, or has another content.
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


def find_log(h5_path):
    """The JSON that the toolbox writes beside its weights (`progress.json`, or named as they are), or None."""
    path = Path(h5_path)
    return next((log for log in (path.with_name("progress.json"), path.with_suffix(".json")) if log.is_file()), None)


def read_log(path):
    """Read what the toolbox wrote of a model, in `progress.json` of a training or the JSON of a saved one.

    Returns:
        (name, arguments, metrics): the class; constructor arguments, as JSON types (the toolbox writes tuples as text);
        the last validation's numbers by name, {} where there are none.
    """
    content = files.read_json(path)
    if not isinstance(content, dict) or not isinstance(content.get("args"), dict) or "model" not in content:
        raise UserError(f"{path}: not a training log of the released toolbox: it has no model and args")
    arguments = {name: _value(value) for name, value in content["args"].items()}
    metrics = {}
    performance = content.get("performance")
    for name, values in (performance if isinstance(performance, dict) else {}).items():
        validations = values.get("validation") if isinstance(values, dict) else None
        if isinstance(validations, list) and validations and isinstance(validations[-1], int | float):
            metrics[f"validation_{name}"] = validations[-1]
    return str(content["model"]), arguments, metrics


def settings(name, arguments, weights):
    """Settings of our network of a name that a model of the toolbox fits, from its arguments and its weights.

    Both are as `read_log` and `read_weights` give them; a `UserError` says that they contradict each other.
    """
    chosen = {key: value for key, value in arguments.items() if key not in _SHAPES and value is not None}
    pattern = _pattern(weights)
    given = chosen.get("cfa_pattern")
    if pattern is not None and given is not None and str(given).upper() != pattern:
        raise UserError(f"the weights are for the Bayer pattern {pattern}, but {given} was given")
    if pattern is not None:
        chosen["cfa_pattern"] = pattern
    if name == "FAN":
        chosen = {**_fan(weights), **chosen}
    if name == "TwitterDCN":
        chosen = _codec(chosen, weights)
    return chosen


def _value(value):
    """A value of the toolbox's JSON, in which tuples and truth values are text."""
    if not isinstance(value, str):
        return value
    if _TUPLE.fullmatch(value):
        return [int(number) for number in re.findall(r"\d+", value)]
    return _WORDS.get(value, value)


def _pattern(weights):
    """Bayer pattern of the layer that takes Bayer stacks apart, where there is one and it was not trained."""
    for _, array in weights:
        if array.shape == (1, 1, 4, 12):
            known = (name for name in CFA_PATTERNS if np.array_equal(array, kernels.upsampling(name)))
            return next(known, None)
    return None


def _fan(weights):
    """What the fully connected layers of a FAN say: its classes, hidden layers, and the side of its pictures."""
    dense = [array.shape for _, array in weights if array.ndim == 2]
    convolutions = [array.shape for _, array in weights if array.ndim == 4 and array.shape[2:] != (3, 3)]
    if not dense or not convolutions:
        return {}
    # The last convolution is 1×1 and has no pooling behind it.
    cells = math.isqrt(dense[0][0] // convolutions[-1][3])
    flat = {"use_gap": False, "patch_size": cells * 2 ** (len(convolutions) - 1)} if cells > 1 else {}
    return {"n_classes": dense[-1][1], "dense": [width for _, width in dense[:-1]], **flat}


def _codec(arguments, weights):
    """Settings of a TwitterDCN: its features by its weights, and the toolbox's arguments that have an effect there."""
    if arguments.pop("use_batchnorm", False) or arguments.pop("loss_metric", "L2") != "L2":
        raise UserError("codecs of the toolbox are imported without use_batchnorm, and with loss_metric L2")
    # The toolbox scales the latent and keeps the codebook whatever its arguments say.
    scaled = [place for place, (_, array) in enumerate(weights) if array.ndim == 0]
    chosen = {**arguments, "scale_latent": bool(scaled), "train_codebook": False}
    if scaled and scaled[0] > 0 and weights[scaled[0] - 1][1].ndim == 1:
        chosen.setdefault("n_features", len(weights[scaled[0] - 1][1]))
    return chosen


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
