"""Mistakes in the configuration, each as one line that names the key, says what is wrong and what would be right."""

import functools
import math
import os
import re
from pathlib import Path

import yaml

from neural_imaging.base import texts
from neural_imaging.base.errors import UserError
from neural_imaging.study import networks, plugins, strengths
from neural_imaging.study.grid import FAN_ONLY, NONE
from planning import cameras, channels, checkout, checks, codecs, grid, names, sizes, transfer
from planning.errors import ConfigurationError

SCHEMAS = Path(__file__).resolve().parents[1] / "schemas"
# Keys that name tables of published numbers.
PUBLISHED = {"tradeoff", "confusion", "rate_distortion", "channelwise", "runtime"}
# Points of a grid, each with two jobs: Snakemake plans ten thousand jobs in minutes.
MOST_RUNS = 100_000


def check_checkout(folder):
    """Refuse a checkout in a folder whose name Snakemake takes for a wildcard.

    Raises:
        ConfigurationError: with what to do.
    """
    if {"{", "}"} & set(str(folder)):
        raise ConfigurationError(f"the checkout is in {folder}: to Snakemake braces are wildcards; rename the folder")


def check_keys(paths):
    """Refuse files of the configuration with a key that stands twice in one place.

    Raises:
        ConfigurationError: at the first.
    """
    for path in paths:
        if fault := texts.repeated_key_of(path):
            raise ConfigurationError(fault)


def check_schema(config):
    """Check the form of a configuration: which keys there are, and of which kind their values are.

    Raises:
        ConfigurationError: at the mistake that tells most.
    """
    if fault := texts.fault(config):
        raise ConfigurationError(fault)
    import jsonschema

    error = jsonschema.exceptions.best_match(_validator().iter_errors(config))
    if error is not None:
        raise ConfigurationError(schema_message(error))


@functools.cache
def _validator():
    import jsonschema
    import referencing.jsonschema

    def retrieve(uri):
        return referencing.jsonschema.DRAFT202012.create_resource(_schema(uri))

    # JSON takes 2.0 for a whole number; Python's ranges do not.
    whole = jsonschema.Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _, value: type(value) is int)
    return jsonschema.validators.extend(jsonschema.Draft202012Validator, type_checker=whole)(
        _schema("config.schema.yaml"), registry=referencing.Registry(retrieve=retrieve)
    )


@functools.cache
def _schema(name):
    content = yaml.safe_load((SCHEMAS / name).read_text(encoding="utf-8"))
    # A schema that names its dialect is checked by that dialect's own validator, not by ours.
    return {key: value for key, value in content.items() if key != "$schema"}


def schema_message(error):
    """One line for an error of the schema.

    Args:
        error: `jsonschema.ValidationError`.
    """
    place = texts.where(error.absolute_path)
    if error.validator == "additionalProperties":
        known = sorted(error.schema.get("properties", {}))
        unknown = [key for key in error.instance if key not in known]
        return f"{place}: {checks.unknown_keys(unknown, known)}"
    if error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        return f"{place}: missing {checks.plural('key', missing)}"
    # The message has the value in it; an address may have a password.
    message = re.sub(r"(?<=://)[^/\s']*@", "…@", error.message)
    return f"{place}: {message}" + (f" ({error.schema['description']})" if "description" in error.schema else "")


def check(config):
    """Check what a schema cannot: names that point at other parts of the configuration, and settings of networks.

    Args:
        config: the configuration, valid by the schema.

    Raises:
        ConfigurationError: at the first mistake.
    """
    try:
        plugins.announce(config.get("plugins", []))
        networks.known(), strengths.known()
    except UserError as error:
        raise ConfigurationError(f"plugins: {error}") from None
    for name, isp in config["isps"].items():
        _check_isp(f"isps.{name}", isp, config)
    for name, protocol in config["protocols"].items():
        _check_protocol(f"protocols.{name}", protocol)
    for name, channel in config["channels"].items():
        channels.check(f"channels.{name}", channel)
    for name, experiment in config["experiments"].items():
        _check_experiment(name, experiment, config)
        _check_sets(f"experiments.{name}", experiment, config)
        sizes.check(f"experiments.{name}", experiment, config)
        _check_signatures(f"experiments.{name}", experiment, config)
        _check_tiles(f"experiments.{name}", experiment, config)
    for name, camera in config["cameras"].items():
        _check_camera(f"cameras.{name}", camera)
    checks.known("differentiable_jpeg.camera", config["differentiable_jpeg"]["camera"], config["cameras"])
    for name in codecs.studies(config):
        _check_name(f"codec_studies.{name}", name)
    codecs.check(config)
    sizes.check_pictures(config)
    transfer.check(config, codecs.learned_channels(config))


def check_files(config):
    """Check what the configuration needs on the disk, from the folder that Snakemake works in.

    A user's folder of photographs may be gone once its training set is made.

    Raises:
        ConfigurationError: at the first mistake.
    """
    profiles = cameras.profiles()
    for name in sorted({*cameras.used(config), *codecs.used_cameras(config)}):
        camera, place = config["cameras"][name], f"cameras.{name}"
        if camera["source"] == "simulated" and profiles:
            source = "resources/cameras.yaml with all that is simulated"
            checks.known(f"{place}.profile", camera["profile"], profiles, source)
        made = Path(f"results/data/{name}/images.csv")
        if made.is_file():
            sizes.check_made(name, made, config)
            continue
        if folder := cameras.own_folder(camera):
            checks.folder(f"{place}.{'path' if camera['source'] in cameras.OWN else 'scenes.folder'}", folder)
        if "checksums" in camera:
            checks.file(f"{place}.checksums", camera["checksums"])
    for kind, name in codecs.used_sets(config):
        if not Path(f"results/{kind}/{name}/images.csv").is_file():
            for number, folder in enumerate(config[kind][name].get("folders", [])):
                checks.folder(f"{kind}.{name}.folders.{number}", folder)
    tables = {f"experiments.{name}": one for name, one in config["experiments"].items()}
    tables |= {f"codec_studies.{name}": one for name, one in codecs.studies(config).items()}
    for place, one in tables.items():
        for key in sorted(one.get("published", {}).keys() & PUBLISHED):
            if not os.path.isfile(checkout.own(one["published"][key])):
                checks.file(f"{place}.published.{key}", one["published"][key])


def _check_isp(place, isp, config):
    network = isp["model"]
    checks.known(f"{place}.model", network, networks.named(networks.PIPELINE), "the library's pipelines")
    checks.network(f"{place}.settings", isp["settings"], network)
    for camera in isp.get("cameras", ()):
        if "cameras" not in (networks.known()[network].settings or ()):
            raise ConfigurationError(f"{place}.cameras: {network} is a pipeline for one camera; leave 'cameras' out")
        checks.known(f"{place}.cameras", camera, config["cameras"])
        if config["cameras"][camera]["source"] == "pictures":
            raise ConfigurationError(f"{place}.cameras: {camera} has pictures without RAW, and {network} develops RAW")


def _check_protocol(place, protocol):
    decided = {"n_classes": "manipulations", "patch_size": "patch and channel"}
    for key in decided.keys() & protocol["fan"].keys():
        raise ConfigurationError(f"{place}.fan.{key}: follows from {decided[key]} and cannot be set")
    checks.network(f"{place}.fan", protocol["fan"], "FAN")
    for manipulation in protocol["manipulations"]:
        name = manipulation.partition(":")[0]
        checks.known(f"{place}.manipulations", name, strengths.known(), "the library")
    try:
        strengths.classes(protocol["manipulations"])
    except UserError as error:
        raise ConfigurationError(f"{place}.manipulations: {error}") from None


def _check_sets(place, experiment, config):
    """Each pipeline must be able to work with each camera's training set."""
    for name in cameras.pipelines(experiment):
        isp = config["isps"][name]
        for camera in experiment["cameras"]:
            if config["cameras"][camera]["source"] == "pictures" and not networks.known()[isp["model"]].takes_rgb:
                takers = ", ".join(key for key, network in networks.known().items() if network.takes_rgb)
                raise ConfigurationError(
                    f"{place}: pipeline {name} develops RAW, and camera {camera} has pictures without RAW; "
                    f"for those take {takers}, in an experiment of their own"
                )
            if camera not in isp.get("cameras", [camera]):
                raise ConfigurationError(f"{place}: pipeline {name} is not for camera {camera}; add it to its cameras")


def _check_signatures(place, experiment, config):
    """A signature must be allowed to learn, and no weight may be left without a run."""
    values, jointly = grid.signatures(experiment), experiment.get("signature_jointly", False)
    learns = [value for value in values if value != NONE]
    if learns and "signature" not in config["protocols"][experiment["protocol"]]["trainable"]:
        raise ConfigurationError(
            f"{place}.signature: {learns[0]} shall be learned, but protocols.{experiment['protocol']}.trainable has no "
            "signature; add it"
        )
    if jointly and not learns:
        raise ConfigurationError(f"{place}.signature_jointly: there is no signature to be combined; add 'signature'")
    examples, learned = experiment["examples"], codecs.learned_channels(config)
    try:
        points = grid.points(experiment, learned)
    except UserError as error:
        raise ConfigurationError(f"{place}: {error}") from None
    columns = ("lambda_isp", "lambda_codec") if learned.keys() & set(experiment["channels"]) else ("lambda_isp",)
    for column in columns:
        without = set(map(str, grid.axes(experiment)[column])) - {point[column] for point in points}
        if without:
            raise ConfigurationError(
                f"{place}.signature: signatures go with what does not learn, so {column} {min(without)} has no run; "
                "add none, or signature_jointly: true"
            )
    checks.known(f"{place}.examples.signature", examples.get("signature", NONE), values, f"{place}.signature")
    if grid.example(experiment, learned) not in points:
        raise ConfigurationError(f"{place}.examples: the grid has no such run; signatures go with what does not learn")


def _check_tiles(place, experiment, config):
    """Where pipelines' tiles start anew, every pipeline that learns must have one."""
    protocol = config["protocols"][experiment["protocol"]]
    learns = "isp" in protocol["trainable"] and set(experiment["lambda_isp"]) != {FAN_ONLY}
    if not (learns and protocol.get("phase_start")):
        return
    for name in experiment["isps"]:
        if not config["isps"][name]["settings"].get("phase"):
            raise ConfigurationError(
                f"protocols.{experiment['protocol']}.phase_start: {place} has pipeline {name}, which has no tile; give "
                f"isps.{name}.settings the setting phase"
            )


def _check_name(place, name):
    if whose := names.taken(name):
        raise ConfigurationError(f"{place}: this name is taken, since {whose} the workflow's own; choose another")


def _check_camera(place, camera):
    needed = camera.get("train", 1) + camera.get("validation", 0)
    if camera["source"] == "mit5k" and not {"photos", "count"} & camera.keys():
        raise ConfigurationError(f"{place}: missing 'count' or 'photos': how many photographs to fetch, or which")
    if camera.get("count", needed) < needed:
        raise ConfigurationError(f"{place}.count: is {camera['count']}, but train and validation need {needed}")
    if camera.get("validation_photographs", 0) > camera.get("validation", 0):
        raise ConfigurationError(
            f"{place}.validation_photographs: is {camera['validation_photographs']}, but validation is "
            f"{camera['validation']}"
        )


def _check_experiment(name, experiment, config):
    place = f"experiments.{name}"
    _check_name(place, name)
    columns = ("cameras", "isps", "channels", "lambda_isp", "lambda_codec", "signature")
    count = experiment["runs"] * math.prod(len(experiment.get(column, "1")) for column in columns)
    if count > MOST_RUNS:
        raise ConfigurationError(
            f"{place}.runs: with all values of its lists the grid has up to {count:,} points; {MOST_RUNS:,} are allowed"
        )
    checks.known(f"{place}.protocol", experiment["protocol"], config["protocols"])
    for key in ("cameras", "isps", "channels"):
        for value in experiment[key]:
            checks.known(f"{place}.{key}", value, config[key])
    examples = experiment["examples"]
    for isp in examples["pipelines"]:
        checks.known(f"{place}.examples.pipelines", isp, config["isps"])
    for key, values in (("camera", "cameras"), ("isp", "isps"), ("channel", "channels"), ("lambda_isp", "lambda_isp")):
        checks.known(f"{place}.examples.{key}", examples[key], experiment[values], f"{place}.{values}")
    if examples["lambda_isp"] == "fan-only" and experiment["lambda_isp"] != ["fan-only"]:
        raise ConfigurationError(f"{place}.examples.lambda_isp: shows an optimised ISP, so it must be a number")
    if "lambda_codec" in examples:
        weights = experiment.get("lambda_codec", ["basic"])
        checks.known(f"{place}.examples.lambda_codec", examples["lambda_codec"], weights, f"{place}.lambda_codec")
    if examples["run"] >= experiment["runs"]:
        last = experiment["runs"] - 1
        raise ConfigurationError(f"{place}.examples.run: there are only runs 0 to {last}, not {examples['run']}")
    for key, values in (("camera", "cameras"), ("isp", "isps")):
        if "published" in experiment:
            published = experiment["published"][key]
            checks.known(f"{place}.published.{key}", published, experiment[values], f"{place}.{values}")
