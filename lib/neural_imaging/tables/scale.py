"""In what a configuration differs from the papers' protocol, so that a table can say whether it is the full one.

Both are configurations of the workflow, as mappings; the papers' is `config/paper.yaml`. Compared is what a result
depends on: the camera, its photographs, the networks and how they learn, the channel, the grid, and how often.
Settings that change no result (`_NOT_COMPARED`) are not.
"""

from neural_imaging.base.errors import UserError

# Of how a thing is called, and how fast it is made.
_NOT_COMPARED = {"deterministic", "seed", "name"}
# Sources of cameras that are no real ones.
_NOT_REAL = {"simulated": "a simulated camera", "pictures": "pictures without RAW"}


def shown(experiment):
    """Camera, ISP and channel of an experiment that the papers' numbers belong to: those of `published`, or of the
    examples."""
    return {key: experiment.get("published", experiment["examples"])[key] for key in ("camera", "isp", "channel")}


def of_experiment(ours, paper, name, labels, grid):
    """Settings in which an experiment differs from the papers' of the same name.

    Args:
        ours, paper: configurations.
        name: the experiment's, in both.
        labels: our camera, isp and channel that are compared.
        grid: names of the grid's axes that matter, such as `["lambda_isp"]`: values of the papers' that ours lacks.

    Returns:
        List of texts, such as "protocol.epochs 30 (paper 1001)"; an empty one where it is the papers' protocol.

    Raises:
        UserError: the papers' configuration has no such experiment.
    """
    one, other = _named(ours, "experiments", name), _named(paper, "experiments", name)
    theirs = shown(other)
    if (ours["channels"][labels["channel"]]["codec"] == "dcn") != (
        paper["channels"][theirs["channel"]]["codec"] == "dcn"
    ):
        theirs["channel"] = other["examples"]["channel"]
    found = _camera(ours["cameras"][labels["camera"]], paper["cameras"][theirs["camera"]])
    found += _compared("data", {"target": "manual", **ours["data"]}, {"target": "manual", **paper["data"]})
    for place, section, mine, other_name in (
        ("pipeline", "isps", labels["isp"], theirs["isp"]),
        ("channel", "channels", labels["channel"], theirs["channel"]),
        ("protocol", "protocols", one["protocol"], other["protocol"]),
    ):
        found += _compared(place, ours[section][mine], paper[section][other_name])
    channels = ours["channels"][labels["channel"]], paper["channels"][theirs["channel"]]
    if all(channel["codec"] == "dcn" for channel in channels):
        found += of_codec(ours, paper, *(channel["name"] for channel in channels))
    for axis in grid:
        missing = [value for value in other.get(axis, []) if value not in one.get(axis, [])]
        found += [f"{axis} without {', '.join(map(str, missing))}"] if missing else []
    if one["runs"] < other["runs"]:
        found.append(f"runs {one['runs']} (paper {other['runs']})")
    return found


def of_codec(ours, paper, name, other_name, network_only=False):
    """Settings in which a learned codec differs from the papers': network, training, and what it learns from."""
    one, other = ours["codecs"][name], _named(paper, "codecs", other_name)
    if network_only:
        return _compared("codec", *({key: codec[key] for key in ("model", "settings")} for codec in (one, other)))
    found = _compared("codec", {**one, "pictures": ""}, {**other, "pictures": ""})
    mine, theirs = ours["pictures"][one["pictures"]], paper["pictures"][other["pictures"]]
    if "scenes" in mine:
        found.append("pictures: procedural scenes")
    sizes = ("side", "train", "validation")
    return found + _compared("pictures", *({key: where.get(key) for key in sizes} for where in (mine, theirs)))


def of_study(ours, paper, name, data_set=None, network_only=False):
    """Settings in which a study of codecs differs from the papers' of the same name.

    Args:
        ours, paper: configurations.
        name: the study's, in both.
        data_set: ours, where the result is about one; the papers' must have one of the same name.
        network_only: the result does not depend on how the codecs have learned.
    """
    one, other = _named(ours, "codec_studies", name), _named(paper, "codec_studies", name)
    missing = [codec for codec in other["codecs"] if codec not in one["codecs"]]
    found = [f"codecs without {', '.join(missing)}"] if missing else []
    for codec in one["codecs"]:
        # Of a codec of our own, the papers' first stands for all.
        counterpart = codec if codec in other["codecs"] else other["codecs"][0]
        found += [text for text in of_codec(ours, paper, codec, counterpart, network_only) if text not in found]
    if data_set is None:
        return found
    if data_set not in other["data_sets"]:
        return [*found, f"data set {data_set}"]
    sets = (where["data_sets"][data_set] for where in (ours, paper))
    return found + _compared("data_set", *({key: one.get(key) for key in ("side", "cut", "count")} for one in sets))


def _named(configuration, section, name):
    found = configuration.get(section, {}).get(name)
    if found is None:
        raise UserError(f"the configuration of the papers' protocol has no {section}.{name} to compare with")
    return found


def _camera(ours, paper):
    if ours["source"] in _NOT_REAL:
        found = [_NOT_REAL[ours["source"]]]
    else:
        same = "model" not in ours or str(ours["model"]).split()[-1:] == str(paper.get("model", "")).split()[-1:]
        found = [] if same else [f"camera {ours['model']} (paper {paper.get('model')})"]
    return found + _compared(
        "camera", *({key: one.get(key) for key in ("train", "validation")} for one in (ours, paper))
    )


def _compared(place, ours, paper):
    """Texts for every setting that differs, at any depth."""
    if not isinstance(ours, dict) or not isinstance(paper, dict):
        same = ours == paper and isinstance(ours, bool) == isinstance(paper, bool)
        return [] if same else [f"{place} {_text(ours)} (paper {_text(paper)})"]
    found = []
    for key in dict.fromkeys([*paper, *ours]):
        if key not in _NOT_COMPARED:
            found += _compared(f"{place}.{key}", ours.get(key), paper.get(key))
    return found


def _text(value):
    if isinstance(value, list):
        return ", ".join(map(_text, value)) or "none"
    return "unset" if value is None else str(value)
