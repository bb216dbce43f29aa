"""What the jobs of one camera depend on: its settings, and what config/cameras.yaml knows of it."""

from pathlib import Path

import yaml

DOWNLOADED = ("mit5k", "raise")
# Keys of a camera that say how its photographs are used, not which are fetched.
_USE = ("source", "train", "validation")
_FILTERS = ("model", "count")


def named(config, *sources):
    """Names of the cameras with these sources."""
    return [name for name, camera in config["cameras"].items() if camera["source"] in sources]


def download_settings(config, name):
    """Settings of the program that fetches a camera's photographs."""
    camera = config["cameras"][name]
    wanted = {key: value for key, value in camera.items() if key not in _USE}
    return {**wanted, "orientation": _orientation(config, camera)}


def data_settings(config, name):
    """Settings of the program that makes a camera's training set. What was fetched has been chosen already."""
    camera = config["cameras"][name]
    filters = {key: camera[key] for key in _FILTERS if key in camera and camera["source"] == "folder"}
    return {
        "train": camera["train"],
        "validation": camera["validation"],
        "seed": config["data"]["seed"],
        "target": config["data"].get("target", "manual"),
        "orientation": _orientation(config, camera),
        **filters,
    }


def known(config, name, path="config/cameras.yaml"):
    """What the file of cameras says of a camera, so that a change there counts for those whom it concerns.

    A simulated camera has a profile there. Of a real one the entries are given that its model can mean. Which cameras
    took the files of a folder is not known while planning, so a folder without a model has none.
    """
    path, camera = Path(path), config["cameras"][name]
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
        entries = {key: entry for key, entry in entries.items() if isinstance(entry, dict)}
    except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError):
        return {}  # The program that reads the file says what is wrong with it.
    if camera["source"] == "simulated":
        return {key: entry for key, entry in entries.items() if key == camera["profile"]}
    return {
        key: entry for key, entry in entries.items() if "model" in camera and _last(entry) == _last(camera, "model")
    }


def _last(names, key="name"):
    return str(names.get(key, "")).casefold().split()[-1:]


def _orientation(config, camera):
    """Upright format of a camera's photographs: its own setting, or that of all cameras."""
    return camera.get("orientation", "landscape" if config["data"]["landscape_only"] else "any")
