"""Settings of each job: what it depends on and nothing else, since a job whose settings change runs again."""

import json

from neural_imaging.study import channel_facts
from neural_imaging.study.grid import parsed
from planning import cameras, grid, transfer


def as_json(settings):
    """The same text for the same settings, in whatever order the configuration has them."""
    return json.dumps(settings, sort_keys=True)


def standing(config, place):
    """What stands at a place of the configuration, "codecs/16c/model"; an empty list where nothing does."""
    for key in place.split("/"):
        if not isinstance(config, dict) or key not in config:
            return []
        config = config[key]
    return config


def raws(config, camera):
    """The folder of photographs that jobs make. A user's is no input: it may be gone once the training set is made."""
    return [] if config["cameras"][camera]["source"] in cameras.OWN else f"results/raw/{camera}"


def photographs(config, camera):
    """Folder of a camera's photographs: the one that jobs make, or the user's."""
    return raws(config, camera) or cameras.own_folder(config["cameras"][camera])


def scenes(config, camera):
    """Settings of the program that photographs scenes with a simulated camera."""
    entry = config["cameras"][camera]
    # More scenes than are used would only take time.
    enough = {"count": entry["train"] + entry["validation"]} if "folder" in entry["scenes"] else {}
    return {**enough, **entry["scenes"]}


def isp(config, name):
    """Settings of a pipeline's pre-training."""
    entry = config["isps"][name]
    return {"model": entry["model"], "settings": entry["settings"], **entry["training"]}


def forensic(config, protocol, channel):
    """Settings of joint training behind a channel."""
    training = {key: value for key, value in config["protocols"][protocol].items() if key != "evaluation"}
    # Which learned codec it is, the codec's file says.
    return {**training, "channel": channel_facts.anonymous(config["channels"][channel])}


def evaluation(config, protocol):
    """Settings of the evaluation of a run."""
    chosen = config["protocols"][protocol]
    discard = chosen.get("validation_discard", chosen["discard"])
    return {**chosen["evaluation"], "patch": chosen["patch"], "discard": discard}


def jpeg(config):
    """Settings of the comparison of the differentiable JPEG with libjpeg."""
    return {key: config["differentiable_jpeg"][key] for key in ("images", "qualities")}


def tested(config):
    """Settings of a test on other pictures."""
    return {"windows": transfer.section(config)["windows"]}


def labels(wildcards):
    """What an evaluation says of its run, as JSON, for the texts in the run's path."""
    values = {key: wildcards[key] for key in grid.COLUMNS}
    return as_json({key: text if key in ("camera", "isp", "channel") else parsed(text) for key, text in values.items()})
