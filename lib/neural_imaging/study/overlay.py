"""A configuration says what differs: a user's files are laid over the defaults, which are those of the demo."""

import copy
import os

from neural_imaging.base import texts
from neural_imaging.study import channel_facts, ready_channels
from neural_imaging.study.grid import FAN_ONLY

DEFAULTS = "config/config.yaml"
INHERITS = "inherits"

# What a study is of. Where a user's files have cameras, or experiments, the demo's do not run along.
CAMERAS, EXPERIMENTS = "cameras", "experiments"
# What is made of experiments' runs, or beside them.
_TESTS = ("transfer", "robustness", "localisation", "fingerprints", "attacks")
_BESIDE = ("codec_studies", *_TESTS)
# Sections whose entries have a list of cameras.
_OF_CAMERAS = (EXPERIMENTS, "pictures", "data_sets")
# Keys whose texts are paths of the user's.
_PATHS = ("path", "list", "checksums", "folder", "folders", "published")
# Keys of an experiment's examples, and the lists that they choose from.
_CHOSEN = {"camera": "cameras", "isp": "isps", "channel": "channels"}


def complete(defaults, own):
    """The whole configuration.

    Mappings are laid over each other key by key; other values replace the default. A key that is null is taken away.
    Pipelines, channels, protocols, codecs and sets of pictures are inherited. Cameras and experiments are those of the
    user's files alone where these have any; an experiment there inherits what it does not say from the default one of
    its name, or else from the first of its protocol. Where cameras are the user's, inherited parts take them in place
    of the demo's; an inherited test of fingerprints, whose devices are simulated, is there for simulated cameras alone.
    A channel `jpeg*` with a list of `qualities` stands for one of each.
    A channel that is named and not configured is the ready-made one of its name, where there is one.
    A configuration that says `inherits: false` has nothing of the defaults.

    Args:
        defaults: the content of config/config.yaml.
        own: what the user's files and the command line say, laid over each other.

    Returns:
        A new mapping; values that are wrong are passed on, for the check of the configuration to name.
    """
    return _expanded(_laid_over(defaults, own))


def alone(path, defaults=DEFAULTS):
    """The configuration of a user's file as one that stays what it is when the defaults change.

    Paths are as they were written: `~` and environment variables are another's elsewhere.
    """
    return _laid_over(texts.of_file(defaults), texts.of_file(path)) | {INHERITS: False}


def _laid_over(defaults, own):
    if own.get(INHERITS) is False:
        defaults = {}
    config = merged(defaults, {key: value for key, value in own.items() if key not in (CAMERAS, EXPERIMENTS)})
    if own_cameras := _entries(own, CAMERAS):
        there = defaults.get(CAMERAS, {})
        config[CAMERAS] = {name: _camera(there.get(name), entry) for name, entry in own_cameras.items()}
    if own_experiments := _entries(own, EXPERIMENTS):
        config[EXPERIMENTS] = {
            name: _experiment(name, entry, defaults.get(EXPERIMENTS, {})) for name, entry in own_experiments.items()
        }
        for section in _BESIDE:
            config.pop(section, None)
            config |= merged({}, {section: own.get(section)})
    for section in (CAMERAS, EXPERIMENTS):
        if own.get(section) is not None and not _entries(own, section):
            config[section] = own[section]
    if own_cameras:
        _adopt(config, own, list(own_cameras))
    _drop_channels(config, _entries(own, "channels"))
    _spell_out(config)
    _add_ready(config)
    for name in _entries(config, EXPERIMENTS):
        _fit(config[EXPERIMENTS][name], _entries(own, EXPERIMENTS).get(name) or {}, _entries(config, "channels"))
    return config


def read(path, defaults=DEFAULTS):
    """The whole configuration of a user's file; that of the defaults itself gives these."""
    return complete(texts.of_file(defaults), texts.of_file(path))


def merged(below, above):
    """One mapping laid over another, key by key; null takes a key away. Neither is changed."""
    result = copy.deepcopy(below)
    for key, value in above.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = merged(result[key], value)
        elif isinstance(value, dict):
            result[key] = merged({}, value)
        else:
            result[key] = copy.deepcopy(value)
    return result


def _entries(config, section):
    """The entries of a section by name, but for those that are null; {} where it is missing, or no mapping."""
    entries = config.get(section)
    return {name: entry for name, entry in entries.items() if entry is not None} if isinstance(entries, dict) else {}


def _camera(default, entry):
    """A camera that takes its photographs from elsewhere has nothing of the default one of its name."""
    if not isinstance(entry, dict):
        return entry
    inherits = isinstance(default, dict) and entry.get("source", default.get("source")) == default.get("source")
    return merged(default if inherits else {}, entry)


def _experiment(name, entry, defaults):
    """An experiment over the default of its name, or the first of its protocol without its published numbers."""
    if not isinstance(entry, dict):
        return entry
    protocol = entry.get("protocol")
    if name in defaults and protocol in (None, defaults[name]["protocol"]):
        return merged(defaults[name], entry)
    alike = next((like for like in defaults.values() if like["protocol"] == protocol), {})
    return merged({key: value for key, value in alike.items() if key != "published"}, entry)


def _drop_channels(config, own):
    """An inherited channel whose learned codec is not there any more goes with it."""
    there = _entries(config, "codecs")
    for name, channel in list(_entries(config, "channels").items()):
        learned = _learned(channel)
        if name not in own and learned is not None and learned not in there:
            del config["channels"][name]


def _learned(channel):
    """The name of a channel's learned codec, or None; what is no channel has none."""
    try:
        return channel_facts.learned(channel)
    except (AttributeError, IndexError, KeyError, TypeError):
        return None


def _add_ready(config):
    """Channels that are named and not configured are ready-made ones, where there are such."""
    named = [name for entry in _entries(config, EXPERIMENTS).values() for name in _listed(entry, "channels")]
    if isinstance(tests := config.get("robustness"), dict):
        conditions = _entries(tests, "conditions").values()
        named += [entry["channel"] for entry in conditions if isinstance(entry, dict) and "channel" in entry]
    named += _listed(config.get("fingerprints"), "channels")
    if isinstance(there := config.setdefault("channels", {}), dict):
        for name in named:
            if isinstance(name, str) and name in ready_channels.READY:
                there.setdefault(name, ready_channels.get(name))


def _listed(entry, key):
    value = entry.get(key) if isinstance(entry, dict) else None
    return value if isinstance(value, list) else []


def _spell_out(config):
    """A channel `jpeg*` with a list of `qualities` is one for each; lists of channels that name it have all of them."""
    channels, names = {}, {}
    for name, entry in _entries(config, "channels").items():
        if "*" in name and isinstance(entry, dict) and isinstance(entry.get("qualities"), list):
            rest = {key: value for key, value in entry.items() if key != "qualities"}
            each = {name.replace("*", str(quality)): {**rest, "quality": quality} for quality in entry["qualities"]}
            names[name], channels = list(each), channels | each
        else:
            channels[name] = entry
    if isinstance(config.get("channels"), dict):
        config["channels"] = channels
    tested = [config[section].get("trained") for section in _TESTS if isinstance(config.get(section), dict)]
    runs = [entry for entries in tested if isinstance(entries, list) for entry in entries]
    for entry in [*_entries(config, EXPERIMENTS).values(), *runs]:
        if isinstance(entry, dict) and isinstance(entry.get("channels"), list):
            entry["channels"] = [
                each
                for name in entry["channels"]
                for each in (names.get(name, [name]) if isinstance(name, str) else [name])
            ]


def _adopt(config, own, cameras):
    """Inherited parts that are of cameras which are not there any more are of the user's."""
    for section in _OF_CAMERAS:
        for name, entry in _entries(config, section).items():
            if isinstance(entry, dict) and CAMERAS not in (_entries(own, section).get(name) or {}):
                _replace(entry, CAMERAS, cameras)
    if isinstance(config.get("transfer"), dict) and CAMERAS not in (own.get("transfer") or {}):
        _replace(config["transfer"], CAMERAS, cameras)
    _adopt_fingerprints(config, own, cameras)
    pictures = config.get("differentiable_jpeg")
    if isinstance(pictures, dict) and "camera" not in (own.get("differentiable_jpeg") or {}):
        pictures["camera"] = pictures["camera"] if pictures.get("camera") in cameras else cameras[0]


def _adopt_fingerprints(config, own, cameras):
    """Devices of an inherited test are of the first of the user's cameras that is simulated; without one it goes."""
    tests = config.get("fingerprints")
    if not isinstance(tests, dict) or own.get("fingerprints"):
        return
    entries = _entries(config, CAMERAS)
    simulated = [name for name in cameras if isinstance(entries[name], dict) and "profile" in entries[name]]
    if not simulated:
        del config["fingerprints"]
    elif tests["camera"] not in simulated:
        tests["camera"] = simulated[0]


def _replace(entry, key, cameras):
    if key in entry:
        entry[key] = [name for name in entry[key] if name in cameras] or list(cameras)


def _fit(experiment, own, channels):
    """What an experiment shows and is compared with follows from its lists, where the user says nothing of it."""
    if not isinstance(experiment, dict) or not all(
        isinstance(experiment.get(key), list) and experiment[key] for key in (*_CHOSEN.values(), "lambda_isp")
    ):
        return
    learned = {name for name, channel in channels.items() if _learned(channel) is not None}
    if "lambda_codec" not in own and not learned & set(experiment["channels"]):
        experiment.pop("lambda_codec", None)
    given = own.get("examples")
    if given is not None and not isinstance(given, dict):
        return
    examples, given = dict(experiment.get("examples") or {}), given or {}
    for key, values in _CHOSEN.items():
        if key not in given and examples.get(key) not in experiment[values]:
            examples[key] = experiment[values][0]
    if "pipelines" not in given and ("isps" in own or "pipelines" not in examples):
        examples["pipelines"] = list(experiment["isps"])
    if "lambda_isp" not in given and not _shown(examples.get("lambda_isp"), experiment["lambda_isp"]):
        examples["lambda_isp"] = next((value for value in experiment["lambda_isp"] if value != FAN_ONLY), FAN_ONLY)
    for key in ("lambda_codec", "signature"):
        if key in examples and key not in given and examples[key] not in experiment.get(key, ()):
            del examples[key]
    if "run" not in given:
        examples["run"] = 0
    experiment["examples"] = examples
    published = experiment.get("published")
    inherited = isinstance(published, dict) and "published" not in own
    if inherited and any(published.get(key) not in experiment[values] for key, values in _CHOSEN.items()):
        del experiment["published"]


def _shown(value, weights):
    """Whether an example's λ is one of an experiment, and that of a pipeline that learns where one does."""
    return value in weights and (value != FAN_ONLY or list(weights) == [FAN_ONLY])


def _expanded(value, is_path=False):
    """A configuration whose paths have no ~ and no names of environment variables any more."""
    if isinstance(value, dict):
        return {key: _expanded(inner, is_path or key in _PATHS) for key, inner in value.items()}
    if isinstance(value, list):
        return [_expanded(inner, is_path) for inner in value]
    return os.path.expandvars(os.path.expanduser(value)) if is_path and isinstance(value, str) else value
