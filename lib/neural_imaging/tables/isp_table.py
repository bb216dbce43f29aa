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
    table = trained(find(models), last)
    typeset.write(table, output, cells, group=1)
    print(typeset.markdown(*cells(table)), end="")


def summary(measured):
    """One line a pipeline (columns `SUMMARY`): mean and spread over patches or photographs.

    Args:
        measured: what `isp.measure` gave.
    """
    groups = measured.groupby("pipeline", sort=False)
    return pd.DataFrame([{"pipeline": name, **_means(lines)} for name, lines in groups], columns=SUMMARY)


def find(places):
    """Folders of trained pipelines: `<camera>/<isp>` with a `record.json`, among the places or below them.

    Raises:
        UserError: a place does not exist, nothing was found, or two pipelines of a camera have the same name.
    """
    found = []
    for place in map(Path, places):
        if not place.is_dir():
            raise UserError(f"{place}: {'is a file; name its folder' if place.is_file() else 'no such folder'}")
        paths = [place / RECORD] if (place / RECORD).is_file() else sorted(place.rglob(RECORD))
        found += [path.parent for path in paths if records.read(path).get("kind") in KINDS]
    if not found:
        raise UserError(f"{', '.join(map(str, places))}: no trained pipelines found (folders with {RECORD})")
    # By where they are: a folder that is named in two ways counts once.
    folders = list({folder.resolve(): folder for folder in found}.values())
    named = collections.Counter((folder.resolve().parent.name, folder.resolve().name) for folder in folders)
    for (camera, isp), count in named.items():
        if count > 1:
            raise UserError(f"{count} folders hold a pipeline {isp} of a camera {camera}; summarise them apart")
    return folders


def trained(folders, last=1):
    """One line a camera and pipeline (columns `TRAINED`), and one a pipeline with the mean and spread over cameras.

    A line's values come from the folder's evaluation.csv, what `scripts/evaluate_isp.py` measured on photographs.
    Without it they are those of the training's own validation, of the weights that were kept.

    Args:
        folders: as `find` gives them. Camera and pipeline are named as the folders are.
        last: without measurements: mean and spread over so many validations at the end of training.csv, instead of
            the one of the kept weights, which is 1.

    Raises:
        UserError: a damaged record or table; the message names it.
    """
    lines = [_line(Path(folder), last) for folder in folders]
    table = pd.DataFrame(lines, columns=TRAINED)
    over = []
    # What was measured on patches and what was measured on photographs have no mean.
    same = ["isp", "network", "measured_on"]
    for labels, members in table.groupby(same, sort=False):
        if len(members) > 1:
            means = members.rename(columns={f"{measure}_mean": measure for measure in MEASURES})
            over.append({"camera": ALL, **dict(zip(same, labels, strict=True)), **_means(means)})
    return pd.concat([table, pd.DataFrame(over, columns=TRAINED)], ignore_index=True) if over else table


def cells(table):
    """Headings and lines of text for either table: mean ± spread in one cell, with units in the heading."""
    labels = [column for column in _HEADINGS if column in table]
    measures = {"psnr": ("PSNR (dB)", 1, 2), "ssim": ("SSIM", 1, 3)}
    lines = [
        [str(line[label]) for label in labels]
        + [typeset.spread(line[f"{name}_mean"], line[f"{name}_std"], *form[1:]) for name, form in measures.items()]
        for line in table.to_dict("records")
    ]
    return [*(_HEADINGS[label] for label in labels), *(heading for heading, _, _ in measures.values())], lines


def _line(folder, last):
    record = records.read(folder / RECORD)
    try:
        network = record["settings"]["model"]
        kept = {name: float(value) for name, value in record["metrics"].items() if name in _VALIDATED}
    except (KeyError, TypeError, ValueError, AttributeError):
        raise UserError(f"{folder / RECORD}: not the record of a trained pipeline") from None
    folder = folder.resolve()
    line = {"camera": folder.parent.name, "isp": folder.name, "network": network}
    if (folder / EVALUATION).is_file():
        measured = tables.read(folder / EVALUATION, ["image", "pipeline", *MEASURES])
        if measured["pipeline"].nunique() > 1:
            raise UserError(f"{folder / EVALUATION}: measures several pipelines, and should measure the one beside it")
        return {**line, "measured_on": "photographs", **_means(measured)}
    if last > 1:
        history = tables.read(folder / HISTORY, _VALIDATED).tail(last)
        return {**line, "measured_on": "validations", **_means(_renamed(history))}
    if len(kept) < len(_VALIDATED):
        raise UserError(
            f"{folder / RECORD}: has no validation; train for longer, or measure with scripts/evaluate_isp.py"
        )
    return {**line, "measured_on": "validation", **_means(_renamed(pd.DataFrame([kept])))}


def _renamed(history):
    return history.rename(columns=dict(zip(_VALIDATED, MEASURES, strict=True)))


def _means(lines):
    means = {"count": len(lines)}
    for measure in MEASURES:
        values = lines[measure].astype(float)
        if np.isinf(values).any():
            # Equal pictures have an infinite PSNR, and a mean with one of them has no spread.
            means |= {f"{measure}_mean": np.inf, f"{measure}_std": np.nan}
        else:
            means[f"{measure}_mean"], means[f"{measure}_std"] = mean_and_spread(values)
    return means
