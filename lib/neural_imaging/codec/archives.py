"""Which codec is meant: by the name of an archive, or as a stream says."""

import functools
import json
import os
import zipfile
import zlib
from pathlib import Path

import numpy as np

from neural_imaging import models, presets
from neural_imaging.base.errors import UserError
from neural_imaging.coding.bitstream import ModelIdentity

ENVIRONMENT, _FOLDER, _ARCHIVE = "NEURAL_IMAGING_MODELS", Path("results/codecs"), "model.keras"


def find(name, folders=()):
    """Load a codec by its name.

    Args:
        name: path of a `.keras` archive or of its folder, or a name such as "32c": then `32c/model.keras` is looked
            for, or `32c.keras`, in `folders`, the folders in the variable NEURAL_IMAGING_MODELS, results/codecs, and
            last among the presets. Of a joint model, which forensic training wrote, the channel's codec is taken.
        folders: folders of codecs to look in first.
    """
    path = Path(name)
    if path.suffix == ".keras" or path.is_file():
        return _load(path)
    if (path / _ARCHIVE).is_file():
        return _load(path / _ARCHIVE)
    # Of two with one name, that in the folder which is looked through first.
    known = dict(reversed(_archives(folders)))
    # Of presets that are no codecs, loading says so.
    path = known.get(str(name)) or presets.located(name)
    if not path.is_file():
        there = f"there are {', '.join(sorted(known))}" if known else "there are none"
        raise UserError(f"no codec {name}: in {_listed(folders)} {there}; a model.keras may be given too")
    return _load(path)


def recall(wanted, folders=()):
    """Load the codec that a stream was made with, from its `bitstream.ModelIdentity`; it may have any name."""
    for _, path in _archives(folders):
        if _outline(path) == (wanted.architecture, wanted.n_features):
            model = _kept(path, path.stat().st_mtime_ns)
            if identity(model) == wanted:
                return model
    raise UserError(f"made with {describe(wanted)}, which is not in {_listed(folders)}; name the model's archive")


def identity(model):
    """What a stream says of the codec that made it: a `bitstream.ModelIdentity`."""
    from keras import ops

    weights = tuple(zlib.crc32(np.ascontiguousarray(ops.convert_to_numpy(weight))) for weight in model.weights)
    return ModelIdentity(type(model).__name__, model.settings["n_features"], _hash(model, weights))


def describe(wanted):
    """An identity in words."""
    return f"a {wanted.architecture} of {wanted.n_features} features with weights {wanted.weights_hash.hex()}"


def check(model, where="the model is"):
    """The model itself, if it is a codec."""
    from neural_imaging.models.dcn.base import DCN

    if not isinstance(model, DCN):
        raise UserError(f"{where} {type(model).__name__}, not a learned codec such as TwitterDCN")
    return model


@functools.lru_cache(maxsize=4)
def _hash(model, weights):
    """The model's hash, which takes longer than to see whether weights have changed."""
    return model.weights_hash()


def _archives(folders):
    """Names and paths of all archives, in the order in which they are looked through; of presets, those of codecs."""
    paths = [
        path for folder in _places(folders) for path in sorted([*folder.glob(f"*/{_ARCHIVE}"), *folder.glob("*.keras")])
    ]
    paths += [path for path in map(presets.path, presets.names()) if _outline(path) is not None]
    return [(path.parent.name if path.name == _ARCHIVE else path.stem, path) for path in paths]


def _places(folders):
    for folder in map(Path, folders):
        if not folder.is_dir():
            raise UserError(f"{folder}: no such folder of codecs")
    named = [part for part in os.environ.get(ENVIRONMENT, "").split(os.pathsep) if part]
    return [*map(Path, folders), *map(Path, named), _FOLDER]


def _listed(folders):
    return ", ".join([*map(str, _places(folders)), *(["the presets"] if presets.names() else [])])


def _load(path):
    model = models.load(path)
    # A joint model has the codec of its channel.
    return check(getattr(model, "codec", None) or model, f"{path}: holds")


@functools.lru_cache(maxsize=4)
def _kept(path, modified):
    """A folder of streams needs its model once."""
    return _load(path)


def _outline(path):
    """Class and features of the model in an archive, without loading it; None where there is no codec in it."""
    try:
        with zipfile.ZipFile(path) as archive:
            content = json.loads(archive.read("config.json"))
        return content["class_name"], content["config"]["n_features"]
    except (OSError, zipfile.BadZipFile, ValueError, LookupError, TypeError):
        return None
