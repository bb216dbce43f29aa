"""What the jobs of one camera depend on: its settings, and what resources/cameras.yaml knows of it."""

import functools
import math
import os
from pathlib import Path

import yaml

from neural_imaging.study.configuration import SCENES_OF_CAMERA
from planning import checkout, cost

DOWNLOADED = ("mit5k", "raise")
RAW = ("folder", "simulated", *DOWNLOADED)
# Sources that are folders of the user's.
OWN = ("folder", "pictures")
# Keys of a camera that say how its photographs are used, not which are fetched.
_USE = ("source", "train", "validation")
# Samples of single pictures take no smaller ones.
_LEAST_SIDE = 64
# What the simulation of a camera needs to know of it; imaging/cameras.py reads these.
_SIMULATION = ("camera_from_xyz", "white_balance", "bits", "black", "white", "noise")


def named(config, *sources):
    """Names of the cameras with these sources."""
    return [name for name, camera in config["cameras"].items() if camera["source"] in sources]


def used(config):
    """Sorted names of the cameras of experiments and pipelines, tests of transfer, presets, and the study of JPEG."""
    names = {config["differentiable_jpeg"]["camera"], *config.get("transfer", {}).get("cameras", [])}
    names.update({config["fingerprints"]["camera"]} if "fingerprints" in config else ())
    names.update(entry["camera"] for entry in config.get("presets", {}).values() if "camera" in entry)
    for experiment in config["experiments"].values():
        names.update(experiment["cameras"])
        for isp in pipelines(experiment):
            names.update(config["isps"][isp].get("cameras", ()))
    return sorted(names)


def pipelines(experiment):
    """Names of the pipelines of an experiment: those of its grid, and those that its figure of pipelines shows."""
    return list(dict.fromkeys(experiment["isps"] + experiment["examples"]["pipelines"]))


def download_settings(config, name):
    """Settings of the program that fetches a camera's photographs."""
    camera = config["cameras"][name]
    wanted = {key: value for key, value in camera.items() if key not in _USE}
    return {**wanted, "orientation": _orientation(config, camera)}


def own_folder(camera):
    """A user's folder that a camera's photographs or scenes are from; None where jobs make all of them."""
    folder = camera["path"] if camera["source"] in OWN else camera.get("scenes", {}).get("folder")
    return folder and os.path.expanduser(folder)


def data_settings(config, name):
    """Settings of the program that makes a camera's training set. What was fetched has been chosen already."""
    camera = config["cameras"][name]
    keys = ("split_by", "validation_photographs", *(("model", "count") if camera["source"] in OWN else ()))
    settings = {
        "train": camera.get("train"),
        "validation": camera.get("validation"),
        "seed": config["data"]["seed"],
        "orientation": _orientation(config, camera),
        **{key: camera[key] for key in keys if key in camera},
    }
    if camera["source"] == "pictures":
        return {**settings, "smallest": _smallest(config, name)}
    return {**settings, "target": config["data"].get("target", "manual")}


def scene_size(camera):
    """Height and width of a simulated camera's photographs in pixels; infinite where photographs are not simulated."""
    if camera["source"] != "simulated":
        return math.inf, math.inf
    return tuple(camera["scenes"].get(key, SCENES_OF_CAMERA[key][0]) for key in ("height", "width"))


def profiles(path="resources/cameras.yaml"):
    """Names of the cameras that can be simulated; none where the file cannot be read, as its reader will say."""
    return [name for name, entry in _entries(path).items() if all(key in entry for key in _SIMULATION)]


def known(config, name, path="resources/cameras.yaml"):
    """What the file of cameras says of a camera, so that a change there counts for those whom it concerns.

    A simulated camera has a profile there. Of a real one the entries are given that its model can mean. Which cameras
    took the files of a folder is not known while planning, so a folder without a model has none.
    """
    camera = config["cameras"][name]
    if camera["source"] == "simulated":
        return of_profile(camera["profile"], path)
    model = _last_word(camera.get("model", ""))
    return {key: entry for key, entry in _entries(path).items() if model and _last_word(entry.get("name", "")) == model}


def of_profile(name, path="resources/cameras.yaml"):
    """The same of a profile."""
    return {key: entry for key, entry in _entries(path).items() if key == name}


def _entries(path):
    try:
        return _read(Path(checkout.own(path)).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError):
        return {}  # The program that reads the file says what is wrong with it.


@functools.cache
def _read(text):
    """The entries of a file of cameras, not to be changed; each camera's jobs ask for them."""
    return {key: entry for key, entry in yaml.safe_load(text).items() if isinstance(entry, dict)}


def _smallest(config, name):
    """Least side in pixels of pictures without RAW, which come in all sizes: that of the patches cut from them."""
    cells = [_LEAST_SIDE // 2]
    for experiment in config["experiments"].values():
        if name in experiment["cameras"]:
            trainings = [config["isps"][isp]["training"] for isp in pipelines(experiment)]
            protocol = config["protocols"][experiment["protocol"]]
            # Developed pictures need what manipulations and channels look at.
            around = max(cost.margin(protocol, None, config["channels"][channel]) for channel in experiment["channels"])
            # Patches that are flipped need a cell more on each side.
            cells.append(protocol["patch"] + bool(protocol.get("flips")) + 2 * around)
            cells += [training["patch"] + bool(training.get("flips")) for training in trainings]
            cells += [training.get("validation_patch", 0) for training in trainings]
    return 2 * max(cells)


def _last_word(text):
    return str(text).casefold().split()[-1:]


def _orientation(config, camera):
    """Upright format of a camera's photographs: its own setting, or that of all cameras."""
    return camera.get("orientation", "landscape" if config["data"]["landscape_only"] else "any")
