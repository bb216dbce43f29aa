"""What pipelines do to sensor fingerprints: which devices, pipelines and channels, and checks."""

import os

from neural_imaging.base import texts
from neural_imaging.base.errors import UserError
from neural_imaging.study import channel_facts, networks
from neural_imaging.study.grid import described
from neural_imaging.study.settings import DEMOSAICING, LIBRAW_DEMOSAICING, Boolean, Choice
from neural_imaging.study.structures import Section
from neural_imaging.study.trainings import FINGERPRINTS
from planning import cameras, checkout, checks, chosen, grid

SECTION = "fingerprints"
# What its tables are called behind `results/tables/`.
TABLES = (SECTION, f"{SECTION}_changes")
# What tables call the test without a channel.
PLAIN = "none"
# Pipelines that do not learn, with their settings.
_STANDARD = {
    "Python": Section({"demosaicing": ("menon", Choice(DEMOSAICING))}),
    "libRAW": Section({"automatic": (True, Boolean()), "demosaicing": ("ahd", Choice(LIBRAW_DEMOSAICING))}),
}


def section(config):
    """The section of the configuration, which may be missing: {} then."""
    return config.get(SECTION, {})


def devices(config):
    """Folder of each device by its name: those that jobs make, or a user's."""
    own = section(config)
    if "devices" in own:
        return {f"device-{number}": f"results/devices/{number}" for number in numbers(config)}
    return own.get("folders", {})


def sources(config):
    """Devices as the program takes them: a folder each, or one with all of them."""
    if "folder" in section(config):
        return [section(config)["folder"], "--by-serial"]
    return [f"{name}={folder}" for name, folder in devices(config).items()]


def numbers(config):
    """Numbers of the simulated devices."""
    return list(range(1, section(config)["devices"].get("count", 4) + 1)) if "devices" in section(config) else []


def made(config):
    """Folders of devices that jobs make."""
    return [f"results/devices/{number}" for number in numbers(config)]


def scenes(config):
    """Settings of the program that photographs with simulated devices; of flat fields fingerprints are estimated."""
    flat_fields = section(config).get("enrolment", FINGERPRINTS["enrolment"][0])
    return {**section(config)["devices"]["scenes"], "flat_fields": flat_fields}


def profile(config):
    """Of the devices that are simulated, their own or that of the camera; "" where none are, or no profile is known."""
    own = section(config)
    if not numbers(config):
        return ""
    return own["devices"].get("profile") or config["cameras"][own["camera"]].get("profile", "")


def iso(config):
    """Options of that program: one, or none."""
    own = section(config).get("devices", {})
    return [f"--iso={own['iso']}"] if "iso" in own else []


def known(config):
    """What the file of cameras says of the devices that are simulated."""
    return cameras.of_profile(profile(config))


def channels(config):
    """Names of the channels behind which it is done, `PLAIN` before all."""
    return [PLAIN, *section(config).get("channels", [])] if section(config) else []


def channel(config, name):
    """Settings of a channel; {} without one."""
    return {} if name == PLAIN else config["channels"][name]


def files(config):
    """The test behind each channel."""
    return [f"results/fingerprints/{name}/fingerprints.json" for name in channels(config)]


def settings(config):
    """Settings of the test."""
    return {name: section(config)[name] for name in FINGERPRINTS if name in section(config)}


def pipelines(config, learned):
    """Pipelines as the program takes them, by name: those of the section, then the whole cameras of runs."""
    camera, own = section(config).get("camera"), section(config).get("pipelines", {})
    found = {
        name: f"results/isp/{camera}/{text}/model.keras" if text in config["isps"] else text
        for name, text in own.items()
    }
    for name, (protocol, run) in _runs(config, learned).items():
        signature = "" if run["signature"] == grid.NONE else ':{"signature": true}'
        found[name] = f"results/{grid.run_path(protocol, run)}/model.keras{signature}"
    return found


def bases(config, learned):
    """Of each run by its name that of the pipeline it was before, where the section has that too."""
    plain = {text: name for name, text in section(config).get("pipelines", {}).items()}
    runs = _runs(config, learned).items()
    return {name: plain[run["isp"]] for name, (_, run) in runs if run["isp"] in plain}


def models(config, learned):
    """Files of the pipelines that learn."""
    files = (text.partition(":{")[0] for text in pipelines(config, learned).values())
    return [path for path in files if path.endswith(".keras")]


def _runs(config, learned):
    """Protocol and run, texts by column, of each run that is tested, by what tables call it.

    That is what it is, "INet, λ 0.05", and where others are that too, also how it is trained.
    """
    points = [(part["protocol"], run) for part in _trained(config) for run in grid.points(part, learned)]
    names = [described(grid.run_path(*point)).replace("= ", "") for point in points]
    found = {}
    for name, (protocol, run) in zip(names, points, strict=True):
        if names.count(name) > 1:
            name = ", ".join([name, protocol, run["channel"], f"run {run['run']}"])
        found[name] = protocol, run
    return found


def of_networks(config):
    """Names of the networks that develop."""
    isps = [text for text in section(config).get("pipelines", {}).values() if text in config["isps"]]
    isps += [isp for part in _trained(config) for isp in part["isps"]]
    return list(dict.fromkeys(config["isps"][isp]["model"] for isp in isps))


def check(config, learned):
    """Check the section.

    Args:
        config: the configuration, its form and experiments checked.
        learned: names of all channels with a learned codec.

    Raises:
        UserError: at the first mistake.
    """
    own = section(config)
    if not own:
        return
    given = [key for key in ("devices", "folders", "folder") if key in own]
    if len(given) > 1:
        raise UserError(f"{SECTION}: has {' and '.join(given)}; leave one of them out")
    if "devices" in own and not profile(config):
        raise UserError(
            f"{SECTION}.devices: camera {own['camera']} is not simulated; add the profile of devices, or name folders "
            "of real ones"
        )
    for name, text in own["pipelines"].items():
        _check_pipeline(f"{SECTION}.pipelines.{name}", text, own["camera"], config)
    for number, entry in enumerate(own.get("trained", [])):
        place = f"{SECTION}.trained.{number}"
        chosen.check(place, entry, config, learned)
        checks.known(f"{SECTION}.camera", own["camera"], config["experiments"][entry["experiment"]]["cameras"], place)
    for name in own.get("channels", []):
        if channel_facts.learned(config["channels"][name]) is not None:
            raise UserError(f"{SECTION}.channels: {name} ends with a learned codec; name channels without one")
    if "devices" in own:
        _check_sizes(own, config)


def check_files(config, profiles):
    """Check what the section needs on the disk; `profiles` are those of resources/cameras.yaml."""
    own = section(config)
    for name, folder in own.get("folders", {}).items():
        checks.folder(f"{SECTION}.folders.{name}", folder)
    if "folder" in own:
        checks.folder(f"{SECTION}.folder", own["folder"])
    if profiles and "profile" in own.get("devices", {}):
        checks.known(f"{SECTION}.devices.profile", own["devices"]["profile"], profiles, "resources/cameras.yaml")
    if "published" in own and not os.path.isfile(checkout.own(own["published"])):
        checks.file(f"{SECTION}.published", own["published"])


def _trained(config):
    """Parts of experiments whose runs are tested, of the section's camera alone."""
    own = section(config)
    return [{**chosen.part(config, entry), "cameras": [own["camera"]]} for entry in own.get("trained", [])]


def _check_sizes(own, config):
    """The largest patch must fit into what is received of the photographs of simulated devices."""
    side = max(own.get("patches", FINGERPRINTS["patches"][0]))
    size = cameras.scene_size({"source": "simulated", "scenes": own["devices"]["scenes"]})
    for name in channels(config):
        least = min(size if name == PLAIN else channel_facts.received(config["channels"][name], *size))
        if least < side:
            what = "photographs" if name == PLAIN else f"what is received behind {name}"
            raise UserError(
                f"{SECTION}.patches: {side} pixels do not fit into {what}, {least} pixels a side; make devices.scenes "
                "larger, or patches smaller"
            )


def _check_pipeline(place, text, camera, config):
    name, brace, given = text.partition(":{")
    if name in _STANDARD:
        if brace:
            _STANDARD[name].read(f"{place}: {name}", texts.mapping(f"{{{given}", f"{place}: {name}", is_json=True))
        return
    checks.known(place, text, [*config["isps"], *_STANDARD])
    entry = config["isps"][text]
    if networks.known()[entry["model"]].takes_rgb:
        raise UserError(f"{place}: {text} passes developed pictures through; name a pipeline that develops RAW")
    if camera not in entry.get("cameras", [camera]):
        raise UserError(f"{place}: pipeline {text} is not for camera {camera}; add it to its cameras")
