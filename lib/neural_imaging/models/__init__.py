"""Networks by name. Importing this package loads no backend; creating or loading a network does.

A new network is one file and its declaration in `study.networks`.
"""

import zipfile

import numpy as np

from neural_imaging import presets
from neural_imaging.base import files
from neural_imaging.base.errors import DAMAGED_ARCHIVE, UserError, reason
from neural_imaging.models import classes
from neural_imaging.study import networks


def names():
    """Names of all networks, those of plugins among them."""
    return list(networks.known())


def pipelines():
    """Names of the networks that are camera pipelines."""
    return networks.named(networks.PIPELINE)


def network_class(name):
    """The class of a network; a `UserError` says that there is none of that name."""
    return classes.find(name)


def create(name, **settings):
    """Create a network, built and with its initial weights.

    Args:
        name: one of `names()`.
        settings: the network's own settings; see docs/settings.md.

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
    known = cls.setting_names()
    for setting in settings:
        if setting not in (*known, "name"):
            raise UserError(f"{name} has no setting {setting!r}; known are {', '.join(known)}")
    return cls(**settings)


def load(path):
    """Load a network from a `.keras` archive, in Keras's safe mode: no code from the file is run.

    Args:
        path: of the archive, or the name of a preset, such as "l3ic-16c"; see docs/presets.md.

    Returns:
        A Keras model: a network, or the joint model of a forensic training.

    Raises:
        UserError: there is no such file or preset, or it holds no network of this library or of Keras, or one whose
            weights are not numbers.

    Example:
        >>> import neural_imaging as ni
        >>> ni.create("INet", kernel=3).save("inet.keras")
        >>> ni.load("inet.keras").settings["kernel"]
        3
    """
    path = presets.located(path)
    if path.is_dir():
        raise UserError(f"{path}: is a folder; name the model.keras in it")
    if not path.is_file():
        # What has no ending was meant for a name.
        raise UserError(f"{path}: no such model file" + ("" if path.suffix else f" or preset; {presets.listed()}"))
    if path.suffix != ".keras":
        raise UserError(f"{path}: not a .keras archive (weights of the released toolbox: see import_weights)")
    if not zipfile.is_zipfile(path):
        raise UserError(f"{path}: damaged, or no .keras archive whatever its name says")
    try:
        files.check_archive(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise UserError(f"{path}: damaged ({reason(error)})") from None
    classes.register()
    import keras

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
