"""Measure a trained pipeline on the validation photographs of its own training set."""

from pathlib import Path

from neural_imaging.base import records
from neural_imaging.base.errors import UserError
from neural_imaging.developing import pipelines
from neural_imaging.evaluation import isp


def opened(folder):
    """A trained pipeline and its training sets, ready to be measured.

    Args:
        folder: with the training's `model.keras` and `record.json`.

    Returns:
        Mapping of its name, which is the folder's, to the `pipelines.Pipeline`, and the list of its `images.csv`.

    Raises:
        UserError: the record names no training set, or one that is not there, or the model is damaged.
    """
    folder = Path(folder)
    named = _tables(records.read(folder / records.NAME))
    if not named:
        raise UserError(f"{folder / records.NAME}: names no training set to evaluate on")
    for table in named:
        if not Path(table).is_file():
            raise UserError(
                f"{folder / records.NAME}: was trained on {table}, which is not there; run in the folder where it was "
                "trained, or measure with scripts/evaluate_isp.py"
            )
    return {folder.resolve().name: pipelines.create(folder / "model.keras")}, named


def evaluate(folders, size=None):
    """Develop the validation photographs that the records of trainings name.

    All are opened before the first is measured, so that a damaged one costs no work.

    Args:
        folders: each as for `opened`.
        size: longest side in pixels of what is developed of each photograph; None for whole photographs.

    Returns:
        Mapping of each folder to what `isp.measure` gives.

    Raises:
        UserError: as for `opened`.
    """
    measured = {}
    for folder, (pipeline, named) in {folder: opened(folder) for folder in folders}.items():
        parts = [part for table in named for part in isp.photographs(table, size)]
        measured[folder] = isp.measure(parts, pipeline)
    return measured


def _tables(record):
    """Training sets that a record names; of a pipeline that was set to one of its cameras, that camera's."""
    if "trained_on" not in record:
        return list(record.get("inputs", {}))
    camera = record["settings"]["camera"]
    return [table for table in record["trained_on"] if Path(table).resolve().parent.name == camera]
