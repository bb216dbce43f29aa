"""Whether patches, photographs, pictures and scenes in the configuration fit into each other."""

import csv
import math

from neural_imaging.base.errors import UserError
from neural_imaging.study import networks
from planning import cameras, channels, codecs

# Sides of patches that learned codecs take: multiples of a cell, and large enough for SSIM.
CELL, LEAST_CODED = 8, 16


def check(place, experiment, config):
    """Check the patches of an experiment.

    Args:
        place: where the experiment stands in the configuration.
        experiment: its entry.
        config: the configuration, whose form is checked.

    Raises:
        UserError: at the first mistake.
    """
    _check_patches(place, experiment, config)
    _check_scenes(experiment, config)


def needed(experiment, config):
    """Bayer cells a side that photographs of an experiment have at least: by the key that asks for them.

    A margin of "reach" counts as far as the settings alone tell.
    """
    protocol = config["protocols"][experiment["protocol"]]
    margin = protocol.get("margin") if isinstance(protocol.get("margin"), int) else 0
    patches = {
        f"protocols.{experiment['protocol']}.patch": protocol["patch"] + bool(protocol.get("flips")) + 2 * margin
    }
    for name in cameras.pipelines(experiment):
        training, around = config["isps"][name]["training"], _margin(config["isps"][name])
        patches[f"isps.{name}.training.patch"] = training["patch"] + bool(training.get("flips")) + 2 * around
        patches[f"isps.{name}.training.validation_patch"] = training["validation_patch"] + 2 * around
    return patches


def _margin(isp):
    """Cells around a patch in a pipeline's own training: those that are given, or that the pipeline reaches."""
    given, network = isp["training"].get("margin", "reach"), networks.known()[isp["model"]]
    if isinstance(given, int) or network.reach is None:
        return given if isinstance(given, int) else 0
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
        used, made = camera.get("train", 1) + camera.get("validation", 1), scenes.get("dead_leaves", 0)
        alone = "folder" not in scenes and scenes.get("photographs", True) is False and "dead_leaves" in scenes
        if camera["source"] == "simulated" and alone and made < used:
            raise UserError(
                f"cameras.{name}.scenes.dead_leaves: there are {made} scenes, but train and validation need {used}"
            )
    for name, one in codecs.section(config, "pictures").items():
        scenes = one.get("scenes")
        if scenes is None or {"folders", "cameras"} & one.keys():
            continue
        side = min(scenes.get(key, 512) for key in ("height", "width"))
        if side < one["side"]:
            raise UserError(f"pictures.{name}.side: is {one['side']}, and its scenes have {side} pixels a side")
        used, made = (one["train"] or 1) + one["validation"], scenes.get("dead_leaves", 40)
        if scenes.get("photographs", True) is False and made < used:
            raise UserError(
                f"pictures.{name}.scenes.dead_leaves: there are {made} scenes, but train and validation need {used}"
            )
    for name, one in codecs.section(config, "data_sets").items():
        for camera in one.get("cameras", []):
            scenes = config["cameras"][camera].get("scenes", {})
            side = min(scenes.get("height", math.inf), scenes.get("width", math.inf))
            if side < one["side"]:
                raise UserError(
                    f"data_sets.{name}.side: is {one['side']}, and photographs of camera {camera} have {side} pixels"
                )
    for name, study in codecs.studies(config).items():
        shown, side = study["examples"], config["data_sets"][study["examples"]["data_set"]]["side"]
        if shown["side"] > side:
            raise UserError(
                f"codec_studies.{name}.examples.side: is {shown['side']}, and pictures have {side} pixels a side"
            )


def _check_patches(place, experiment, config):
    """Networks halve their patches, and nothing may be left over or left out."""
    protocol, margin = config["protocols"][experiment["protocol"]], ""
    patch = protocol["patch"]
    # By default a margin is chosen that fits.
    if isinstance(protocol.get("margin"), int):
        patch, margin = patch + 2 * protocol["margin"], " with its margin"
    patches = {f"protocols.{experiment['protocol']}.patch{margin}": patch}
    for name in cameras.pipelines(experiment):
        isp = config["isps"][name]
        unit = networks.known()[isp["model"]].unit(networks.complete(isp["model"], isp["settings"]))
        own = {f"isps.{name}.training.{key}": isp["training"][key] for key in ("patch", "validation_patch")}
        if isinstance(isp["training"].get("margin"), int):
            own[f"isps.{name}.training.margin"] = isp["training"]["margin"]
        for key, side in {**own, **(patches if name in experiment["isps"] else {})}.items():
            if side % unit:
                raise UserError(f"{key}: pipeline {name} takes multiples of {unit}, not {side}")
    halvings = networks.complete("FAN", protocol["fan"])["n_convolutions"]
    for name in experiment["channels"]:
        channel = config["channels"][name]
        factor = max(channels.factors(channel))
        side = 2 * protocol["patch"] // factor
        if channel["codec"] == "dcn" and (2 * patch % (factor * CELL) or side < LEAST_CODED):
            raise UserError(
                f"{place}: the learned codec of channel {name} takes multiples of {CELL} pixels from {LEAST_CODED} on, "
                f"not {2 * patch // factor}; protocols.{experiment['protocol']}.patch{margin} is {patch}"
            )
        if side < 2**halvings:
            raise UserError(
                f"{place}: behind channel {name} the FAN sees {side} pixels, which cannot be halved by its "
                f"{halvings} convolutions; larger patches or fewer n_convolutions are needed"
            )


def _check_scenes(experiment, config):
    """A simulated camera's photographs are all of one size, which must hold the patches."""
    patches = needed(experiment, config)
    for camera in experiment["cameras"]:
        scenes = config["cameras"][camera].get("scenes", {})
        side = min(scenes.get(key, math.inf) for key in ("height", "width"))
        for key, cells in patches.items():
            if 2 * cells > side:
                raise UserError(
                    f"{key}: needs {2 * cells} pixels, and photographs of camera {camera} have {side}; smaller patches "
                    "or larger scenes are needed"
                )
