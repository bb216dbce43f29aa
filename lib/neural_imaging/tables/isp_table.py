"""Tables of how well pipelines develop: of one test, and of all trained pipelines of all cameras.

PSNR is in dB, SSIM a fraction. Spreads are sample standard deviations, empty where there is one value.
"""

import collections
from pathlib import Path

import numpy as np
import pandas as pd

from neural_imaging.base import records
from neural_imaging.base.errors import UserError
from neural_imaging.tables import tables, typeset
from neural_imaging.tables.statistics import mean_and_spread

MEASURES = ("psnr", "ssim")
MEASURED = ["count", *(f"{measure}_{part}" for measure in MEASURES for part in ("mean", "std"))]
SUMMARY = ["pipeline", *MEASURED]
TRAINED = ["camera", "isp", "network", "measured_on", *MEASURED]
ALL = "all cameras"
# Kinds of records that stand beside a pipeline: it was trained, or set to one of the cameras it was trained on.
KINDS = ("train_isp", "set_camera")
_VALIDATED = [f"validation_{measure}" for measure in MEASURES]
RECORD, HISTORY, EVALUATION = records.NAME, "training.csv", "evaluation.csv"
_HEADINGS = {
    "pipeline": "Pipeline", "camera": "Camera", "isp": "ISP", "network": "Network", "measured_on": "Measured on",
    "count": "n",
}  # fmt: skip


def tabulate(*, models, output, last=1):
    """Write and print the table of these pipelines (see `find` and `trained`)."""
    print(typeset.write(trained(find(models), last), output, cells, group=1), end="")


def summary(measured):
    """One line a pipeline (columns `SUMMARY`) of what `isp.measure` gave: mean and spread over its pictures."""
    groups = measured.groupby("pipeline", sort=False)
    return pd.DataFrame([{"pipeline": name, **_means(lines)} for name, lines in groups], columns=SUMMARY)


def find(places):
    """Folders of trained pipelines: `<camera>/<isp>` with a `record.json`, among the places or below them.

    Two pipelines of a camera with the same name are refused.
    """
    models = []
    for place in map(Path, places):
        if not place.is_dir():
            raise UserError(f"{place}: {'is a file; name its folder' if place.is_file() else 'no such folder'}")
        paths = [place / RECORD] if (place / RECORD).is_file() else sorted(place.rglob(RECORD))
        models += [path.parent for path in paths if records.read(path).get("kind") in KINDS]
    if not models:
        raise UserError(f"{', '.join(map(str, places))}: no trained pipelines found (folders with {RECORD})")
    # By where they are: a folder that is named in two ways counts once.
    folders = list({folder.resolve(): folder for folder in models}.values())
    named = collections.Counter((folder.resolve().parent.name, folder.resolve().name) for folder in folders)
    for (camera, isp), count in named.items():
        if count > 1:
            raise UserError(f"{count} folders hold a pipeline {isp} of a camera {camera}; summarise them apart")
    return folders


def trained(folders, last=1):
    """One line a camera and pipeline (columns `TRAINED`), and one a pipeline with the mean and spread over cameras.

    A line's values come from the folder's evaluation.csv, what `scripts/evaluate_isp.py` measured on photographs.
    Without it they are those of the training's own validation, of the weights that were kept; or the mean and spread
    over the last validations in training.csv, where `last` is more than 1. Camera and pipeline are named as the
    folders.
    """
    lines = [_line(Path(folder), last) for folder in folders]
    # What was measured on patches and what was measured on photographs have no mean.
    same = ["isp", "network", "measured_on"]
    for labels, members in pd.DataFrame(lines).groupby(same, sort=False):
        if len(members) > 1:
            means = members.rename(columns={f"{measure}_mean": measure for measure in MEASURES})
            lines.append({"camera": ALL, **dict(zip(same, labels, strict=True)), **_means(means)})
    return pd.DataFrame(lines, columns=TRAINED)


def cells(table):
    """Headings and lines of text for either table: mean ± spread in one cell, with units in the heading."""
    labels = [column for column in _HEADINGS if column in table]
    lines = []
    for line in table.to_dict("records"):
        psnr, ssim = ((line[f"{name}_mean"], line[f"{name}_std"]) for name in MEASURES)
        spreads = [typeset.spread(*psnr, decimals=2), typeset.spread(*ssim, decimals=3)]
        lines.append([*(str(line[label]) for label in labels), *spreads])
    return [*(_HEADINGS[label] for label in labels), "PSNR (dB)", "SSIM"], lines


def _line(folder, last):
    record = records.read(folder / RECORD)
    try:
        network = record["settings"]["model"]
        kept = {name: float(value) for name, value in record["metrics"].items() if name in _VALIDATED}
    except (KeyError, TypeError, ValueError, AttributeError):
        raise UserError(f"{folder / RECORD}: not the record of a trained pipeline") from None
    if (folder / EVALUATION).is_file():
        values, measured_on = tables.read(folder / EVALUATION, ["image", "pipeline", *MEASURES]), "photographs"
        if values["pipeline"].nunique() > 1:
            raise UserError(f"{folder / EVALUATION}: measures several pipelines, and should measure the one beside it")
    elif last > 1:
        values, measured_on = tables.read(folder / HISTORY, _VALIDATED).tail(last), "validations"
    elif len(kept) == len(_VALIDATED):
        values, measured_on = pd.DataFrame([kept]), "validation"
    else:
        raise UserError(
            f"{folder / RECORD}: has no validation; train for longer, or measure with scripts/evaluate_isp.py"
        )
    values, place = values.rename(columns=dict(zip(_VALIDATED, MEASURES, strict=True))), folder.resolve()
    labels = {"camera": place.parent.name, "isp": place.name, "network": network, "measured_on": measured_on}
    return labels | _means(values)


def _means(lines):
    means = {"count": len(lines)}
    for measure in MEASURES:
        values = lines[measure].astype(float)
        # Equal pictures have an infinite PSNR, and a mean with one of them has no spread.
        mean, spread = (np.inf, np.nan) if np.isinf(values).any() else mean_and_spread(values)
        means |= {f"{measure}_mean": mean, f"{measure}_std": spread}
    return means
