"""Measure a trained pipeline on the validation photographs of its own training set."""

from pathlib import Path

import pandas as pd

from neural_imaging import files, pipelines
from neural_imaging.errors import UserError
from neural_imaging.evaluation import isp


def evaluate(folder, size=None):
    """Develop the validation photographs that a training's record names.

    Args:
        folder: with the training's `model.keras` and `record.json`.
        size: longest side in pixels of what is developed of each; None for whole photographs.

    Returns:
        What `isp.measure` gives.

    Raises:
        UserError: the record names no training set, or one that is not there.
    """
    folder = Path(folder)
    named = list(files.read_json(folder / "record.json").get("inputs", {}))
    if not named:
        raise UserError(f"{folder / 'record.json'}: names no training set to evaluate on")
    for table in named:
        if not Path(table).is_file():
            raise UserError(
                f"{folder / 'record.json'}: was trained on {table}, which is not there; run in the folder where it was "
                "trained, or measure with scripts/evaluate_isp.py"
            )
    pipeline = {folder.resolve().name: pipelines.create(folder / "model.keras")}
    measured = [isp.measure(isp.photographs(table, size), pipeline) for table in named]
    return pd.concat(measured, ignore_index=True)
