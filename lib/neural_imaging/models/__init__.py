"""Networks by name. Importing this package loads no backend; creating or loading a network does.

A new network is one file and one line in `REGISTRY`.
"""

import importlib
import inspect
import zipfile
from pathlib import Path

import numpy as np

from neural_imaging.base import files
from neural_imaging.base.errors import DAMAGED_ARCHIVE, UserError, reason
from neural_imaging.study import plugins

REGISTRY = {
    "INet": "models.isp.inet:INet",
    "UNet": "models.isp.unet:UNet",
    "DNet": "models.isp.dnet:DNet",
    "ONet": "models.isp.onet:ONet",
    "ClassicISP": "models.isp.classic:ClassicISP",
    "FAN": "models.fan:FAN",
    "TwitterDCN": "models.dcn.twitter:TwitterDCN",
}


def names():
    """Names of all networks, those of plugins among them.

    Raises:
        UserError: a plugin has a name of the library's own.
    """
    outside = plugins.registered("pipeline", "codec")
    if twice := REGISTRY.keys() & outside.keys():
        raise UserError(f"a plugin cannot register {', '.join(sorted(twice))}, which the library has")
    return [*REGISTRY, *outside]


def pipelines():
    """Names of the networks that are camera pipelines."""
    own = [name for name, place in REGISTRY.items() if place.startswith("models.isp.")]
    return own + list(plugins.registered("pipeline"))


def network_class(name):
    """The class of a network.

    Raises:
        UserError: no network of that name.
    """
    if name not in names():
        raise UserError(f"network {name!r} is not known; known are {', '.join(names())}")
    if name not in REGISTRY:
        return plugins.resolved(plugins.registered("pipeline", "codec")[name][0])
    module, cls = REGISTRY[name].split(":")
    return getattr(importlib.import_module(f"neural_imaging.{module}"), cls)


def create(name, **settings):
    """Create a network, built and with its initial weights.

    Args:
        name: one of `names()`.
        settings: the network's own settings; see its class.

    Returns:
        A Keras model.

    Raises:
        UserError: an unknown name or setting, or a value that the network cannot take.

    Example:
        >>> import neural_imaging as ni
        >>> isp = ni.create("UNet", n_steps=2, n_filters=4)
        >>> isp.output_shape
        (None, None, None, 3)
    """
    cls = network_class(name)
    known = _settings(cls)
    for setting in settings:
        if setting not in (*known, "name"):
            raise UserError(f"{name} has no setting {setting!r}; known are {', '.join(known)}")
    return cls(**settings)


def _settings(cls):
    """Names of the settings that a network takes, those of its family (such as `DCN`) among them."""
    from neural_imaging.models.base import Network

    makers = [one.__init__ for one in cls.__mro__[: cls.__mro__.index(Network)] if "__init__" in vars(one)]
    parameters = [one for maker in makers for one in inspect.signature(maker).parameters.values()]
    return [one.name for one in parameters if one.name != "self" and one.kind != one.VAR_KEYWORD]


def load(path):
    """Load a network from a `.keras` archive, in Keras's safe mode: no code from the file is run.

    Args:
        path: of the archive.

    Returns:
        A Keras model: a network, or the joint model of a forensic training.

    Raises:
        UserError: the file is missing, or holds no network of this library or of Keras, or one whose weights are not
            numbers.

    Example:
        >>> import neural_imaging as ni
        >>> ni.create("INet", kernel=3).save("inet.keras")
        >>> ni.load("inet.keras").settings["kernel"]
        3
    """
    path = Path(path)
    if path.is_dir():
        raise UserError(f"{path}: is a folder; name the model.keras in it")
    if not path.is_file():
        raise UserError(f"{path}: no such model file")
    if path.suffix != ".keras":
        raise UserError(f"{path}: not a .keras archive (weights of the released toolbox: see import_weights)")
    if not zipfile.is_zipfile(path):
        raise UserError(f"{path}: damaged, or no .keras archive whatever its name says")
    try:
        files.check_archive(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise UserError(f"{path}: damaged ({reason(error)})") from None
    for name in names():
        network_class(name)
    import keras

    # Archives name classes; importing their modules makes them known. Joint models are made of ours, one room up.
    for module in ("models.jpeg", "forensics.joint"):
        importlib.import_module(f"neural_imaging.{module}")
    try:
        model = keras.saving.load_model(path, compile=False, safe_mode=True)
    except (*DAMAGED_ARCHIVE, AttributeError, UserError) as error:
        why = " ".join(str(error).split()) or type(error).__name__
        raise UserError(f"{path}: cannot be loaded as a model ({why[:300]})") from error
    bad = [weight.path for weight in model.weights if not np.isfinite(keras.ops.convert_to_numpy(weight)).all()]
    if bad:
        raise UserError(
            f"{path}: {len(bad)} of {len(model.weights)} weights are not finite numbers ({bad[0]}): its training "
            "failed, and its pictures would be black; train it again"
        )
    return model


def import_weights(h5_path, model):
    """Load weights of the released toolbox's `.h5` into a model; see `neural_imaging.models.legacy`."""
    from neural_imaging.models import legacy

    legacy.import_weights(h5_path, model)
