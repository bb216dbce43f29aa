"""Whether patches, photographs, pictures and scenes in the configuration fit into each other."""

import csv
import math

from neural_imaging.base.errors import UserError
from neural_imaging.study import channel_facts, networks
from neural_imaging.study.configuration import SCENES_OF_PICTURES
from neural_imaging.study.settings import choose
from neural_imaging.study.trainings import REACH
from planning import cameras, codecs

# Sides of patches that learned codecs take: multiples of a cell, and large enough for SSIM.
CELL, LEAST_CODED = 8, 16


def check(place, experiment, config):
    """Check the patches of an experiment, which stands at a place of the configuration.

    Raises:
        UserError: at the first mistake.
    """
    _check_patches(place, experiment, config)
    for camera in experiment["cameras"]:
        side = min(cameras.scene_size(config["cameras"][camera]))
        for key, cells in needed(experiment, config).items():
            if 2 * cells > side:
                raise UserError(
                    f"{key}: needs {2 * cells} pixels, and photographs of camera {camera} have {side}; smaller patches "
                    "or larger scenes are needed"
                )


def needed(experiment, config):
    """Bayer cells a side that photographs of an experiment have at least: by the key that asks for them.

    A margin of "reach" counts as far as the settings alone tell: what channels cut off lies in it.
    """
    name = experiment["protocol"]
    protocol = config["protocols"][name]
    most = max(channel_facts.most_origin(config["channels"][channel]) for channel in experiment["channels"])
    around = 2 * _given(protocol, -(-most // 2))
    sides = {f"protocols.{name}.patch": protocol["patch"] + bool(protocol.get("flips")) + around}
    for name in cameras.pipelines(experiment):
        training, around = config["isps"][name]["training"], 2 * _margin(config["isps"][name])
        sides[f"isps.{name}.training.patch"] = training["patch"] + bool(training.get("flips")) + around
        sides[f"isps.{name}.training.validation_patch"] = training["validation_patch"] + around
    return sides


def _given(training, otherwise):
    """The margin of a training where it is a number."""
    return otherwise if training.get("margin", REACH) == REACH else training["margin"]


def _margin(isp):
    """Cells around a patch in a pipeline's own training: those that are given, or that the pipeline reaches."""
    given, network = _given(isp["training"], None), networks.known()[isp["model"]]
    if given is not None or network.reach is None:
        return given or 0
    settings = networks.complete(isp["model"], isp["settings"])
    multiple = math.lcm(network.unit(settings), max(1, settings["phase"] // 2))
    return -(-network.reach(settings) // multiple) * multiple


def check_made(name, table, config):
    """Check a training set that is made against the patches of all experiments with its camera.

    Args:
        name: the camera.
        table: its `images.csv`.
        config: as for `check`.

    Raises:
        UserError: at the first mistake.
    """
    try:
        with table.open(newline="", encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row.get("status") == "used"]
        sides = {row["image"]: min(int(row["height"]), int(row["width"])) for row in rows}
    except (OSError, ValueError, KeyError, TypeError, csv.Error):
        return  # Who reads the table says what is wrong with it.
    for experiment in config["experiments"].values():
        if name in experiment["cameras"] and sides:
            image = min(sides, key=sides.get)
            for key, cells in needed(experiment, config).items():
                if 2 * cells > sides[image]:
                    raise UserError(
                        f"{key}: needs {2 * cells} pixels, and photograph {image} of camera {name} has {sides[image]} "
                        f"({table}); smaller patches or larger photographs are needed"
                    )


def check_pictures(config):
    """Check that there are as many scenes as are used, and that pictures are as large as what is cut from them.

    Raises:
        UserError: at the first mistake.
    """
    for name, camera in config["cameras"].items():
        scenes = camera.get("scenes", {})
        if "folder" not in scenes and "dead_leaves" in scenes:
            _check_count(f"cameras.{name}.scenes", scenes, camera["train"] + camera["validation"])
    for name, pictures in codecs.section(config, "pictures").items():
        if "scenes" not in pictures or {"folders", "cameras"} & pictures.keys():
            continue
        scenes, _ = choose(SCENES_OF_PICTURES, pictures["scenes"])
        side = min(scenes["height"], scenes["width"])
        if side < pictures["side"]:
            raise UserError(f"pictures.{name}.side: is {pictures['side']}, and its scenes have {side} pixels a side")
        _check_count(f"pictures.{name}.scenes", scenes, (pictures["train"] or 1) + pictures["validation"])
    for name, data_set in codecs.section(config, "data_sets").items():
        for camera in data_set.get("cameras", []):
            side = min(cameras.scene_size(config["cameras"][camera]))
            if side < data_set["side"]:
                raise UserError(
                    f"data_sets.{name}.side: is {data_set['side']}, and photographs of camera {camera} have {side} "
                    "pixels"
                )


def _check_count(place, scenes, used):
    """Scenes that are all made must be as many as are used."""
    if scenes.get("photographs", True) is False and scenes["dead_leaves"] < used:
        raise UserError(
            f"{place}.dead_leaves: there are {scenes['dead_leaves']} scenes, but train and validation need {used}"
        )


def _check_patches(place, experiment, config):
    """Networks halve their patches, and nothing may be left over or left out."""
    protocol = config["protocols"][experiment["protocol"]]
    margin = _given(protocol, None)
    # By default a margin is chosen that fits.
    key = f"protocols.{experiment['protocol']}.patch" + ("" if margin is None else " with its margin")
    patch = protocol["patch"] + 2 * (margin or 0)
    for name in cameras.pipelines(experiment):
        isp = config["isps"][name]
        unit = networks.known()[isp["model"]].unit(networks.complete(isp["model"], isp["settings"]))
        training = {"margin": REACH, **isp["training"]}
        sides = {f"isps.{name}.training.{part}": training[part] for part in ("patch", "validation_patch", "margin")}
        for where, side in {**sides, **({key: patch} if name in experiment["isps"] else {})}.items():
            if side != REACH and side % unit:
                raise UserError(f"{where}: pipeline {name} takes multiples of {unit}, not {side}")
    halvings = networks.complete("FAN", protocol["fan"])["n_convolutions"]
    for name in experiment["channels"]:
        channel = config["channels"][name]
        if reason := channel_facts.trainable(channel_facts.steps(channel)):
            channel_facts.check_trainable(f"{place}: channel {name}", reason)
        if (endless := channel_facts.endless(channel)) and margin is None:
            raise UserError(
                f"protocols.{experiment['protocol']}.margin: reach: {endless} of channel {name} looks at the whole "
                "photograph: no margin is enough; give a number of cells"
            )
        factor = max(channel_facts.factors(channel))
        side, most = 2 * protocol["patch"] // factor, channel_facts.most_origin(channel)
        left = (2 * patch - most) // factor
        if margin and left < side:
            raise UserError(
                f"protocols.{experiment['protocol']}.margin: is {margin}, and channel {name} cuts off up to {most} "
                f"pixels, so that less than the {side} pixels of a patch are left; give a larger one"
            )
        side = left if margin == 0 else side
        if channel_facts.learned(channel) and (2 * patch % (factor * CELL) or side < LEAST_CODED):
            raise UserError(
                f"{place}: the learned codec of channel {name} takes multiples of {CELL} pixels from {LEAST_CODED} on, "
                f"not {2 * patch // factor}; {key} is {patch}"
            )
        if side < 2**halvings:
            raise UserError(
                f"{place}: behind channel {name} the FAN sees {side} pixels, which cannot be halved by its "
                f"{halvings} convolutions; larger patches or fewer n_convolutions are needed"
            )
