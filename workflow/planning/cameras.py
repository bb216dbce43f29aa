"""What the jobs of one camera depend on: its settings, and what resources/cameras.yaml knows of it."""

import os
from pathlib import Path

import yaml

from planning import checkout, cost

DOWNLOADED = ("mit5k", "raise")
RAW = ("folder", "simulated", *DOWNLOADED)
# Sources that are folders of the user's.
OWN = ("folder", "pictures")
# Keys of a camera that say how its photographs are used, not which are fetched.
_USE = ("source", "train", "validation")
_FILTERS = ("model", "count")
# How a camera's photographs are split.
_SPLIT = ("split_by", "validation_photographs")
# Samples of single pictures take no smaller ones.
_LEAST_SIDE = 64
# What the simulation of a camera needs to know of it; imaging/cameras.py reads these.
_SIMULATION = ("camera_from_xyz", "white_balance", "bits", "black", "white", "noise")


def named(config, *sources):
    """Names of the cameras with these sources."""
    return [name for name, camera in config["cameras"].items() if camera["source"] in sources]


def used(config):
    """Names of the cameras that an experiment, a pipeline of one, a test of transfer or the comparison of JPEGs has,
    sorted."""
    found = {config["differentiable_jpeg"]["camera"], *config.get("transfer", {}).get("cameras", [])}
    for experiment in config["experiments"].values():
        found.update(experiment["cameras"])
        for isp in pipelines(experiment):
            found.update(config["isps"][isp].get("cameras", ()))
    return sorted(found)


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
    if camera["source"] == "pictures":
        return _picture_settings(config, name, camera)
    filters = {key: camera[key] for key in _FILTERS if key in camera and camera["source"] == "folder"}
    return {
        "train": camera.get("train"),
        "validation": camera.get("validation"),
        "seed": config["data"]["seed"],
        "target": config["data"].get("target", "manual"),
        "orientation": _orientation(config, camera),
        **filters,
        **{key: camera[key] for key in _SPLIT if key in camera},
    }


def profiles(path="resources/cameras.yaml"):
    """Names of the cameras that can be simulated; none where the file cannot be read, as its reader will say."""
    return [name for name, entry in _entries(path).items() if all(key in entry for key in _SIMULATION)]


def known(config, name, path="resources/cameras.yaml"):
    """What the file of cameras says of a camera, so that a change there counts for those whom it concerns.

    A simulated camera has a profile there. Of a real one the entries are given that its model can mean. Which cameras
    took the files of a folder is not known while planning, so a folder without a model has none.
    """
    camera, entries = config["cameras"][name], _entries(path)
    if camera["source"] == "simulated":
        return {key: entry for key, entry in entries.items() if key == camera["profile"]}
    return {
        key: entry for key, entry in entries.items() if "model" in camera and _last(entry) == _last(camera, "model")
    }


def _entries(path):
    try:
        entries = yaml.safe_load(Path(checkout.own(path)).read_text(encoding="utf-8"))
        return {key: entry for key, entry in entries.items() if isinstance(entry, dict)}
    except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError):
        return {}  # The program that reads the file says what is wrong with it.


def _picture_settings(config, name, camera):
    """Pictures without RAW come in all sizes; those are left out that are smaller than the patches cut from them."""
    cells = [_LEAST_SIDE // 2]
    for experiment in config["experiments"].values():
        if name in experiment["cameras"]:
            trainings = [config["isps"][isp]["training"] for isp in pipelines(experiment)]
            protocol = config["protocols"][experiment["protocol"]]
            # Patches that are flipped need a cell more on each side.
            cells += [one["patch"] + bool(one.get("flips")) for one in (*trainings, protocol)]
            cells += [one.get("validation_patch", 0) for one in trainings]
            # Developed pictures need what manipulations and channels look at.
            around = max(cost.margin(protocol, None, config["channels"][name]) for name in experiment["channels"])
            cells.append(protocol["patch"] + bool(protocol.get("flips")) + 2 * around)
    return {
        "train": camera.get("train"),
        "validation": camera.get("validation"),
        "seed": config["data"]["seed"],
        "orientation": _orientation(config, camera),
        "smallest": 2 * max(cells),
        **{key: camera[key] for key in ("count", *_SPLIT) if key in camera},
    }


def _last(names, key="name"):
    return str(names.get(key, "")).casefold().split()[-1:]


def _orientation(config, camera):
    """Upright format of a camera's photographs: its own setting, or that of all cameras."""
    return camera.get("orientation", "landscape" if config["data"]["landscape_only"] else "any")
