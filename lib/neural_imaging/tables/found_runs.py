"""What there is of a grid: its runs by the names of their folders, finished or not.

Tables for the workflow are of whole grids (`tables.tables`); these are of whatever there is.
"""

from pathlib import Path

import pandas as pd

from neural_imaging.base import records
from neural_imaging.base.errors import UserError
from neural_imaging.study import grid as grids
from neural_imaging.tables import tables

# Where runs lie below the folder of a protocol.
_PATTERN = "*~*/" * (len(grids.KEYS) - 1) + "run~*"
_PLACE = ("camera", "isp", "channel")


class FoundRuns:
    """The runs below a folder such as `results/forensics/cvpr2019` that are wanted (see `grid.chosen`).

    Attributes:
        notes: lines on runs that are missing, unfinished or damaged. A run counts as missing where one of another λ but
            the same camera, pipeline and channel, has its number or a higher one.
    """

    def __init__(self, root, wanted=None):
        self._root, wanted = Path(root), wanted or {}
        if not self._root.is_dir():
            raise UserError(
                f"{root}: no such folder; name that of a protocol's runs, such as results/forensics/cvpr2019"
            )
        # Checkpoints of the workflow are beside its runs.
        self._checkpoints = self._root.parent.parent / "checkpoints" / self._root.parent.name / self._root.name
        points = {grids.run_folder("", point): point for point in _points(self._root) + _points(self._checkpoints)}
        if not points:
            raise UserError(f"{root}: has no runs; a run's folder is {_PATTERN.replace('*', '…')}")
        self._evaluations, self._trainings, states = [], [], []
        for point in sorted(grids.chosen(list(points.values()), wanted), key=_order):
            state = self._state(point)
            if state is None:
                try:
                    evaluation, training = tables.evaluation(self._root, point), tables.training(self._root, point)
                    self._evaluations.append(evaluation)
                    self._trainings.append(training)
                except UserError as error:
                    folder = grids.run_folder(self._root, point)
                    state = f"not usable ({str(error).removeprefix(f'{folder}/')})"
            states.append((point, state))
        self.notes = _notes(states, gaps=not wanted.get("run"))

    def evaluations(self):
        """Those of the finished runs, as `tables.evaluations` gives them; a `UserError` where there is none."""
        if not self._evaluations:
            raise UserError(f"{self._root}: none of these runs is finished")
        return self._evaluations

    def progress(self):
        """Trainings of the finished runs, as `tables.progress` gives them."""
        return pd.concat(self._trainings, ignore_index=True)

    def _state(self, point):
        """What is left to do for a run, or None."""
        folder = grids.run_folder(self._root, point)
        if (folder / "evaluation.json").is_file() and (folder / "training.csv").is_file():
            return None
        if (folder / "model.keras").is_file():
            return "trained, not evaluated"
        epochs = records.epochs_done(grids.run_folder(self._checkpoints, point))
        return "unfinished" if epochs is None else f"in training ({epochs} epochs done)"


def _points(root):
    """Points of all folders below one that are called as a run's is; none where it is not there."""
    points = (_point(path.relative_to(root)) for path in root.glob(_PATTERN) if path.is_dir())
    return [point for point in points if point is not None]


def _point(path):
    """The point that a run's folder is of; None where it is none."""
    try:
        point = dict(part.split("~", 1) for part in path.parts)
        point["run"] = int(point["run"])
        for key, spell in grids.SPELLINGS.items():
            spell(point[key])
    except (KeyError, ValueError, UserError):
        return None
    return point if set(point) == set(grids.KEYS) and grids.run_folder("", point) == path else None


def _order(point):
    """Sorting key: as tables have it, λ from the baseline down."""
    return (*(point[key] for key in _PLACE), *grids.order(point), point["run"])


def _notes(states, gaps):
    """A line for each grid point of which a run is not finished or, where gaps count, not there."""
    last, folders = {}, {}
    for point, state in states:
        place = tuple(point[key] for key in _PLACE)
        last[place] = max(last.get(place, 0), point["run"])
        folders.setdefault((place, grids.run_folder("", point).parent), {})[point["run"]] = state
    lines = []
    for (place, folder), own in folders.items():
        states = {number: own.get(number, "missing") for number in (range(last[place] + 1) if gaps else own)}
        wrong = [f"run {number} {state}" for number, state in states.items() if state is not None]
        lines += [f"{folder}: {', '.join(wrong)}"] if wrong else []
    return lines
