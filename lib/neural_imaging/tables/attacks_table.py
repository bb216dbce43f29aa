"""What attackers with photographs do to signatures, as a table: a line a run and attack, and some to compare with.

Shares and intervals are over photographs: each window of each version of a photograph is an answer of the forensic
network.
"""

import numpy as np
import pandas as pd

from neural_imaging.base.errors import UserError
from neural_imaging.study.settings import NEEDED, Number, Text, Whole
from neural_imaging.study.structures import List, Section, fault, inside
from neural_imaging.tables import detection, statistics, tables, typeset

TEST = "attacks.json"
POINT = ["protocol", *tables.GROUP]
# Attacks that are none: photographs with the signature as they are, and those without it.
SIGNED, UNSIGNED = "nothing done", "no signature"
# Estimates that attack; all others are controls.
ESTIMATES = ("developed", "received")
_SHARES = ("accuracy", "called_native", "forged")
COLUMNS = [
    *POINT, "run", "attack", "photographs", "tested", "windows", "correlation", "used", "limit",
    *(f"{name}{end}" for name in _SHARES for end in ("", "_low", "_high")),
    "psnr", "left", "detected", "overdone", "forged_psnr", "planted", "planted_detected", "planted_auc",
    "planted_psnr",
]  # fmt: skip
# What readers see: (heading, factor, decimals)
_SHOWN = {
    "correlation": ("Correlation", 1, 2), "limit": ("Limit", 1, 2), "psnr": ("PSNR, removed (dB)", 1, 1),
    "accuracy": ("Accuracy (%)", 100, 1), "called_native": ("Manipulated called native (%)", 100, 1),
    "left": ("Correlation left", 1, 2), "detected": ("Detected (%)", 100, 0), "overdone": ("Overdone (%)", 100, 0),
    "forged": ("Forged called native (%)", 100, 1), "forged_psnr": ("PSNR, forged (dB)", 1, 1),
    "planted_detected": ("Planted detected (%)", 100, 0), "planted_auc": ("AUC, genuine or planted (%)", 100, 0),
}  # fmt: skip
_CORRELATION, _DECIBEL = Number(-1, 1), Number(-1000, 1000)
_NAMES = List(Text(), once=False)
_NAMED = List(List(List(Whole(0, 1_000_000), once=False), once=False), once=False)
_CORRELATIONS, _DECIBELS = (List(kind, once=False) for kind in (_CORRELATION, _DECIBEL))
_BEFORE = {"named": (NEEDED, _NAMED), "correlation": (NEEDED, _CORRELATIONS)}
_REMOVED = {**_BEFORE, "psnr": (NEEDED, _DECIBELS)}
_FORGED = {"named": (NEEDED, _NAMED), "psnr": (NEEDED, _DECIBELS)}
_PLANTED = {"correlation": (NEEDED, _CORRELATIONS), "psnr": (NEEDED, _DECIBELS)}
_CONTROL = {
    "estimate": (NEEDED, Text()),
    "count": (NEEDED, Whole(1)),
    "groups": (NEEDED, Whole(1)),
    **dict.fromkeys(("correlation", "used"), (NEEDED, _CORRELATION)),
    "strength": (NEEDED, List(Number(-1e12, 1e12), once=False)),
    "removed": (NEEDED, Section(_REMOVED)),
}
_ATTACK = {
    **_CONTROL,
    "limit": (None, Number(0, 1)),
    "planted_strength": (NEEDED, Number(-1e12, 1e12)),
    "forged": (NEEDED, Section(_FORGED)),
    "planted": (NEEDED, Section(_PLANTED)),
}
_KEYS = {
    "classes": List(Text(), 2),
    "photographs": Section({"image": (NEEDED, _NAMES), "source": (NEEDED, _NAMES)}),
    "limits": List(_CORRELATION, 2, 2, once=False),
    "signed": Section(_BEFORE),
    "unsigned": Section(_BEFORE),
    "attacks": List(Section(_ATTACK), once=False),
    "controls": List(Section(_CONTROL), once=False),
}


def tabulate(*, trained, tests, output):
    """Write the table (see `table`)."""
    typeset.write(table(trained, tests), output, cells)


def table(trained, root):
    """The lines of all runs (`COLUMNS`), see `lines_of`.

    Args:
        trained: list of mappings of "protocol" and "grid", see `grid.points`.
        root: folder of `<protocol>/<run>/attacks.json`.
    """
    parts = []
    for path, point, run in tables.tested(trained, root, TEST):
        own = lines_of(read(path))
        parts.append(own.assign(**dict(zip(POINT, point, strict=True)), run=run)[COLUMNS])
    return pd.concat(parts, ignore_index=True)


def read(path):
    """Read what `evaluation.attacks.judge` wrote of a run.

    Raises:
        UserError: the file is missing, or what tables take from it is damaged; the line begins with the file.
    """
    return tables.read_test(path, "attacks", check)


def check(content):
    """Refuse what is no whole test: a `UserError` that names the entry."""
    if not isinstance(content, dict) or not _KEYS.keys() <= content.keys():
        raise UserError(f"it must be a mapping with {', '.join(_KEYS)}")
    for name, kind in _KEYS.items():
        kind.read(name, content[name])
    count, classes = len(content["photographs"]["image"]), len(content["classes"])
    if len(content["photographs"]["source"]) != count:
        raise fault("photographs.source", f"has not {count} entries, one for each photograph")
    parts = {name: (content[name], classes) for name in ("signed", "unsigned")}
    for section in ("attacks", "controls"):
        for place, each in enumerate(content[section]):
            name = inside(section, place)
            parts |= {inside(name, "removed"): (each["removed"], classes)}
            if section == "attacks":
                parts |= {inside(name, part): (each[part], classes - 1) for part in ("forged", "planted")}
    for name, (part, versions) in parts.items():
        for key, values in part.items():
            if len(values) != count:
                raise fault(inside(name, key), f"has not {count} entries, one for each photograph")
        _check_counts(inside(name, "named"), part.get("named", []), (versions, classes))


def _check_counts(name, photographs, shape):
    sums = {sum(version) for versions in photographs for version in versions}
    if any(len(versions) != shape[0] or any(len(each) != shape[1] for each in versions) for versions in photographs):
        raise fault(name, f"has not {shape[0]} × {shape[1]} entries of each photograph")
    if len(sums) > 1 or sums == {0}:
        raise fault(name, "does not count as many windows of each version")


def lines_of(content):
    """The lines of one test: nothing done, no signature, attacks, then controls; without what says which run it is.

    `correlation` of an estimate with the tile is the mean over groups of so many photographs, `used` that of the one
    that attacks. `accuracy` is that of the forensic network where it was removed, `called_native` the share of
    manipulated windows there that are taken for native ones, `psnr` to the photograph before, `left` the mean
    correlation with the tile afterwards. A defender who knows the tile takes the share `detected` for signed, and knows
    of the share `overdone` that too much was removed: unsigned photographs of the attacker's have so high, or so low, a
    correlation in 0.5 % of all cases. `forged` is the share of manipulated windows called native where the tile was
    removed before the manipulation and added behind it. `planted` photographs are of
    the camera without a signature; `planted_auc` is how well correlations tell genuine from planted ones, with 0.5 for
    not at all, and less where planted ones have the higher ones.
    """
    nothing = {"signed": SIGNED, "unsigned": UNSIGNED}
    lines = [{"attack": name, **_removed(content, content[key])} for key, name in nothing.items()]
    for each in (*content["attacks"], *content["controls"]):
        line = {"attack": each["estimate"], "photographs": each["count"]}
        line |= {name: each.get(name) for name in ("correlation", "used", "limit")}
        line |= _removed(content, each["removed"])
        if "forged" in each:
            line |= {"forged_psnr": np.mean(each["forged"]["psnr"])}
            line |= _share(content, "forged", _natives(each["forged"]["named"])) | _planted(content, each["planted"])
        lines.append(line)
    found = pd.DataFrame(lines, columns=[name for name in COLUMNS if name not in (*POINT, "run")])
    numbers = {name: float for name in found.columns if name not in ("attack", "photographs", "tested", "windows")}
    return found.astype({"photographs": "Int64", **numbers})


def _removed(content, part):
    """What a line says of photographs with something removed, or as they are."""
    named = np.array(part["named"])
    right = np.diagonal(named, axis1=1, axis2=2).sum(axis=1) / named.sum(axis=(1, 2))
    line = {"tested": len(named), "windows": int(named[0, 0].sum()), "left": float(np.mean(part["correlation"]))}
    low, high = content["limits"]
    line |= {"detected": np.mean(np.array(part["correlation"]) > high)}
    line |= {"overdone": np.mean(np.array(part["correlation"]) < low)}
    line |= {"psnr": np.mean(part["psnr"])} if "psnr" in part else {}
    return line | _share(content, "accuracy", right) | _share(content, "called_native", _natives(named[:, 1:]))


def _planted(content, part):
    genuine, planted = content["signed"]["correlation"], part["correlation"]
    ranked = detection.ranked([*genuine, *planted], np.repeat([True, False], [len(genuine), len(planted)]))
    detected = np.mean(np.array(planted) > content["limits"][1])
    return {
        "planted": float(np.mean(planted)),
        "planted_detected": detected,
        "planted_auc": ranked["auc"],
        "planted_psnr": float(np.mean(part["psnr"])),
    }


def _natives(named):
    """Share of windows of each photograph that are called native."""
    named = np.asarray(named)
    return named[..., 0].sum(axis=1) / named.sum(axis=(1, 2))


def _share(content, name, values):
    estimate = statistics.bootstrap([values], 0, 1, content["photographs"]["source"])
    return {name: estimate.mean, f"{name}_low": estimate.low, f"{name}_high": estimate.high}


def cells(table):
    """Headings and lines of text: each share with its interval in one cell."""
    keys = []
    if "run" in table:
        keys = [*(["protocol"] if table["protocol"].nunique() > 1 else []), *typeset.labels(table), "run"]
    lines = []
    for line in table.to_dict("records"):
        count = "–" if pd.isna(line["photographs"]) else str(line["photographs"])
        numbers = [
            typeset.interval(line[name], line.get(f"{name}_low", np.nan), line.get(f"{name}_high", np.nan), *form)
            for name, (_, *form) in _SHOWN.items()
        ]
        lines.append([*(str(line[key]) for key in keys), line["attack"], count, *numbers])
    names = {"protocol": "Protocol", **typeset.LABELS}
    return [*(names[key] for key in keys), "Attack", "Photographs", *(form[0] for form in _SHOWN.values())], lines


def described(content):
    """What a test found, as text: its table, and what a defender's test is."""
    low, high = content["limits"]
    return typeset.markdown(*cells(lines_of(content))) + (
        f"\ndetected: a correlation above {typeset.number(high, 1, 3)}; overdone: below {typeset.number(low, 1, 3)}\n"
    )
