"""In what a configuration differs from the papers' protocol, so that a table can say whether it is the full one.

Both are configurations of the workflow, as mappings; the papers' is `config/paper.yaml`. Compared is what a result
depends on: the camera, its photographs, the networks and how they learn, the channel, the grid, and how often.
Each function gives a list of texts, such as "protocol.epochs 30 (paper 1001)", which is empty where nothing differs,
and raises a `UserError` where the papers' configuration has no such thing.
"""

from neural_imaging.base.errors import UserError
from neural_imaging.study import channel_facts

# How a thing is called, and how fast it is made, changes no result.
_NOT_COMPARED = {"deterministic", "seed", "name"}
# Sources of cameras that are no real ones.
_NOT_REAL = {"simulated": "a simulated camera", "pictures": "pictures without RAW"}


def shown(experiment):
    """Camera, ISP and channel of an experiment that the papers' numbers belong to: those of `published`, or of the
    examples."""
    return {key: experiment.get("published", experiment["examples"])[key] for key in ("camera", "isp", "channel")}


def of_experiment(ours, paper, name, labels, grid):
    """Settings in which an experiment differs from the papers' of the same name.

    Compared are our `labels` (camera, isp and channel), and what the axes of the grid that are named lack.
    """
    own, other = _named(ours, "experiments", name), _named(paper, "experiments", name)
    theirs, channel = shown(other), ours["channels"][labels["channel"]]
    codec = channel_facts.learned(channel)
    if (codec is None) != (channel_facts.learned(paper["channels"][theirs["channel"]]) is None):
        theirs["channel"] = other["examples"]["channel"]
    their_channel = paper["channels"][theirs["channel"]]
    differs = _camera(ours["cameras"][labels["camera"]], paper["cameras"][theirs["camera"]])
    differs += _compared("data", {"target": "manual", **ours["data"]}, {"target": "manual", **paper["data"]})
    differs += _compared("pipeline", ours["isps"][labels["isp"]], paper["isps"][theirs["isp"]])
    differs += _compared("channel", channel, their_channel)
    differs += _compared("protocol", ours["protocols"][own["protocol"]], paper["protocols"][other["protocol"]])
    their_codec = channel_facts.learned(their_channel)
    if codec is not None and their_codec is not None:
        differs += of_codec(ours, paper, codec, their_codec)
    for axis in grid:
        missing = [str(value) for value in other.get(axis, []) if value not in own.get(axis, [])]
        differs += [f"{axis} without {', '.join(missing)}"] if missing else []
    if own["runs"] < other["runs"]:
        differs.append(f"runs {own['runs']} (paper {other['runs']})")
    return differs


def of_codec(ours, paper, name, other_name):
    """Settings in which a learned codec differs from the papers': network, training, and what it learns from."""
    own, other = ours["codecs"][name], _named(paper, "codecs", other_name)
    differs = _compared("codec", {**own, "pictures": ""}, {**other, "pictures": ""})
    pictures, theirs = ours["pictures"][own["pictures"]], paper["pictures"][other["pictures"]]
    if "scenes" in pictures:
        differs.append("pictures: procedural scenes")
    return differs + _compared_keys("pictures", pictures, theirs, ("side", "train", "validation"))


def of_network(ours, paper, name, other_name):
    """Settings in which the network of a learned codec differs, however it has learned."""
    return _compared_keys("codec", ours["codecs"][name], _named(paper, "codecs", other_name), ("model", "settings"))


def of_study(ours, paper, name, data_set=None):
    """Settings in which a study of codecs, and a data set where one is named, differ from the papers'."""
    own, other = _named(ours, "codec_studies", name), _named(paper, "codec_studies", name)
    missing = [codec for codec in other["codecs"] if codec not in own["codecs"]]
    differs = [f"codecs without {', '.join(missing)}"] if missing else []
    for codec in own["codecs"]:
        # Of a codec of our own, the papers' first stands for all.
        counterpart = codec if codec in other["codecs"] else other["codecs"][0]
        differs += [text for text in of_codec(ours, paper, codec, counterpart) if text not in differs]
    if data_set is None:
        return differs
    if data_set not in other["data_sets"]:
        return [*differs, f"data set {data_set}"]
    sets = (configuration["data_sets"][data_set] for configuration in (ours, paper))
    return differs + _compared_keys("data_set", *sets, ("side", "cut", "count"))


def of_fingerprints(ours, paper):
    """Settings in which a test of fingerprints differs from that of the full protocol, in which devices are real ones.

    Runs that are trained are compared with their own experiments'.
    """
    own, other = (configuration.get("fingerprints", {}) for configuration in (ours, paper))
    differs = ["simulated devices"] if "devices" in own else []
    return differs + _compared_keys("fingerprints", own, other, ("enrolment", "patches", "windows"))


def _named(configuration, section, name):
    named = configuration.get(section, {}).get(name)
    if named is None:
        raise UserError(f"the configuration of the papers' protocol has no {section}.{name} to compare with")
    return named


def _camera(ours, paper):
    differs = []
    if ours["source"] in _NOT_REAL:
        differs = [_NOT_REAL[ours["source"]]]
    elif "model" in ours and str(ours["model"]).split()[-1:] != str(paper.get("model", "")).split()[-1:]:
        differs = [f"camera {ours['model']} (paper {paper.get('model')})"]
    return differs + _compared_keys("camera", ours, paper, ("train", "validation"))


def _compared_keys(place, ours, paper, keys):
    return _compared(place, *({key: settings.get(key) for key in keys} for settings in (ours, paper)))


def _compared(place, ours, paper):
    """Texts for every setting that differs, at any depth."""
    if not isinstance(ours, dict) or not isinstance(paper, dict):
        same = ours == paper and isinstance(ours, bool) == isinstance(paper, bool)
        return [] if same else [f"{place} {_text(ours)} (paper {_text(paper)})"]
    keys = [key for key in dict.fromkeys([*paper, *ours]) if key not in _NOT_COMPARED]
    return [text for key in keys for text in _compared(f"{place}.{key}", ours.get(key), paper.get(key))]


def _text(value):
    if isinstance(value, list):
        return ", ".join(map(_text, value)) or "none"
    return "unset" if value is None else str(value)
