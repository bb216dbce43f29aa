"""Mistakes in the configuration, each as one line that names the key, says what is wrong and what would be right.

What each key can be is declared in the library (`study.configuration`); here is what must fit together. Each check ends
with a `UserError` at the first mistake, and all but that of the form take configurations whose form is checked.
"""

import os
from pathlib import Path

from neural_imaging.base import texts
from neural_imaging.base.errors import UserError
from neural_imaging.study import networks, overlay, plugins, ready_channels, strengths
from neural_imaging.study.configuration import CONFIGURATION
from planning import (
    attacks,
    cameras,
    checkout,
    checks,
    codecs,
    experiment_checks,
    fingerprints,
    localisation,
    names,
    presets,
    robustness,
    sizes,
    transfer,
)

# Keys that name tables of published numbers.
PUBLISHED = {"tradeoff", "confusion", "rate_distortion", "channelwise", "runtime"}


def read(path=None):
    """The whole configuration of a user's file, by default the demo's, its form checked."""
    defaults = checkout.ROOT / overlay.DEFAULTS
    config = overlay.read(path or defaults, defaults)
    try:
        check_form(config)
    except UserError as error:
        raise UserError(f"configuration: {error}") from None
    return config


def check_checkout(folder):
    """Refuse a checkout in a folder whose name Snakemake takes for a wildcard."""
    if {"{", "}"} & set(str(folder)):
        raise UserError(f"the checkout is in {folder}: to Snakemake braces are wildcards; rename the folder")


def check_keys(paths):
    """Refuse files of the configuration with a key that stands twice in one place."""
    for path in paths:
        if fault := texts.repeated_key_of(path):
            raise UserError(fault)


def check_form(config):
    """Check which keys there are, of which kind their values are, and that names of other entries are there."""
    if fault := texts.fault(config):
        raise UserError(fault)
    modules = config.get("plugins", [])
    CONFIGURATION.declared["plugins"][1].read("plugins:", modules)
    try:
        plugins.announce(modules)
        networks.known(), strengths.known()
    except UserError as error:
        raise UserError(f"plugins: {error}") from None
    try:
        CONFIGURATION.read(":", config)
    except UserError as error:
        raise UserError(f"top level{error}" if str(error).startswith(":") else error) from None
    for place, name, section in CONFIGURATION.references(":", config):
        # Ready-made channels that are named were added to the configuration; here they are what could have been named.
        ready = () if section != "channels" or name in ready_channels.READY else ready_channels.READY
        checks.known(place.removesuffix(":"), name, [*config.get(section, {}), *ready])


def check(config):
    """Check that parts of the configuration fit together."""
    for name, isp in config["isps"].items():
        _check_isp(f"isps.{name}", isp, config)
    experiment_checks.check(config)
    for name, camera in config["cameras"].items():
        _check_camera(f"cameras.{name}", camera)
    for name in codecs.studies(config):
        names.check(f"codec_studies.{name}", name)
    codecs.check(config)
    sizes.check_pictures(config)
    for part in (transfer, robustness, localisation, fingerprints, attacks, presets):
        part.check(config, codecs.learned_channels(config))


def check_files(config):
    """Check what the configuration needs on the disk, from the folder that Snakemake works in.

    A user's folder of photographs may be gone once its training set is made.
    """
    profiles = cameras.profiles()
    for name in sorted({*cameras.used(config), *codecs.used_cameras(config)}):
        camera, place = config["cameras"][name], f"cameras.{name}"
        if camera["source"] == "simulated" and profiles:
            source = "resources/cameras.yaml with all that is simulated"
            checks.known(f"{place}.profile", camera["profile"], profiles, source)
        images = Path(f"results/data/{name}/images.csv")
        if images.is_file():
            sizes.check_made(name, images, config)
            continue
        if folder := cameras.own_folder(camera):
            checks.folder(f"{place}.{'path' if camera['source'] in cameras.OWN else 'scenes.folder'}", folder)
        if "checksums" in camera:
            checks.file(f"{place}.checksums", camera["checksums"])
    fingerprints.check_files(config, profiles)
    for section, name in codecs.used_sets(config):
        if not Path(f"results/{section}/{name}/images.csv").is_file():
            for number, folder in enumerate(config[section][name].get("folders", [])):
                checks.folder(f"{section}.{name}.folders.{number}", folder)
    for section in ("experiments", "codec_studies"):
        for name, entry in config.get(section, {}).items():
            published = entry.get("published", {})
            for key in sorted(published.keys() & PUBLISHED):
                if not os.path.isfile(checkout.own(published[key])):
                    checks.file(f"{section}.{name}.published.{key}", published[key])


def _check_isp(place, isp, config):
    network = isp["model"]
    for camera in isp.get("cameras", ()):
        if "cameras" not in (networks.known()[network].settings or ()):
            raise UserError(f"{place}.cameras: {network} is a pipeline for one camera; leave 'cameras' out")
        checks.known(f"{place}.cameras", camera, config["cameras"])
        if config["cameras"][camera]["source"] == "pictures":
            raise UserError(f"{place}.cameras: {camera} has pictures without RAW, and {network} develops RAW")


def _check_camera(place, camera):
    validation = camera.get("validation", 0)
    needed = camera.get("train", 1) + validation
    if camera["source"] == "mit5k" and not {"photos", "count"} & camera.keys():
        raise UserError(f"{place}: missing 'count' or 'photos': how many photographs to fetch, or which")
    if camera.get("count", needed) < needed:
        raise UserError(f"{place}.count: is {camera['count']}, but train and validation need {needed}")
    photographs = camera.get("validation_photographs", 0)
    if photographs > validation:
        raise UserError(f"{place}.validation_photographs: is {photographs}, but validation is {validation}")
