"""Tables of detection and calibration in an experiment: probabilities that evaluations have kept, and their curves.

All is of windows of whole photographs behind the channel's real codec.
"""

import math

import numpy as np
import pandas as pd

from neural_imaging.base.errors import UserError
from neural_imaging.study import grid as grids
from neural_imaging.tables import arrays, calibration, detection, evaluation_files, statistics, tables, typeset

# Errors of calibration after each half of the photographs was scaled at the temperature of the other.
SCALED = "calibration_error_scaled"
TEMPERATURES = ("temperature_first", "temperature_second")
MEASURES = (*detection.RANKED, *calibration.MEASURES, SCALED)
# A line a run, and one without a number of a run for all runs of a grid point; measures of classes come last.
COLUMNS = [
    *tables.PROGRESS, "runs", "photographs", "windows", "interval_over",
    *(f"{name}{end}" for name in MEASURES for end in ("", "_low", "_high")), *TEMPERATURES,
]  # fmt: skip
ROC, RELIABILITY, RELIABILITY_SCALED = "roc", "reliability", "reliability, scaled"
CURVES = [*tables.GROUP, "curve", "x", "y", "share"]
# Rates of false positives at which a ROC is written.
_RATES = np.concatenate([np.geomspace(1e-3, 1, 61), [0.0]])
# What readers see: (heading, factor, decimals)
_SHOWN = {
    "auc": ("AUC", 1, 3),
    "average_precision": ("Average precision", 1, 3),
    "equal_error_rate": ("Equal error rate (%)", 100, 1),
    "tpr_at_1_percent": ("Found at 1 % false alarms (%)", 100, 1),
    "tpr_at_0_1_percent": ("Found at 0.1 % false alarms (%)", 100, 1),
    "calibration_error": ("ECE (%)", 100, 1),
    SCALED: ("ECE, scaled (%)", 100, 1),
    "confidence_right": ("Confidence, right (%)", 100, 1),
    "confidence_wrong": ("Confidence, wrong (%)", 100, 1),
}


def tabulate(*, root, grid, output, curves):
    """Write the table (see `table`) and the curves behind it, `CURVES` (see `curves_of`)."""
    found, points = table(root, grid)
    tables.write(points, curves)
    typeset.write(found, output, cells)


def table(root, grid):
    """Detection and calibration of a grid's runs, and their curves.

    Returns:
        (measures, curves). Measures have a line a run, with intervals over photographs, and behind the runs of a grid
        point one of their mean, without a number of a run, with an interval over runs and photographs (columns
        `COLUMNS`, then "auc_…" and "average_precision_…" of each class). Temperatures were fitted on every first and on
        every second photograph, by source.
    """
    lines, points, names = [], [], set()
    groups = {}
    for point, content in tables.evaluations(root, grid):
        labels = tables.labels(point)
        groups.setdefault(tuple(labels[name] for name in tables.GROUP), []).append((point, content, labels))
    for group, members in groups.items():
        runs = [Run(*read(root, point, content), content["classes"]) for point, content, _ in members]
        if len({(run.classes, run.images, run.windows) for run in runs}) > 1:
            where = ", ".join(map(str, group))
            raise UserError(f"the runs of {where} were measured on different photographs or windows; evaluate again")
        names.add(runs[0].classes)
        lines += [labels | _line([run]) for run, (_, _, labels) in zip(runs, members, strict=True)]
        lines.append({**dict(zip(tables.GROUP, group, strict=True)), "run": None, **_line(runs)})
        points += [dict(zip(tables.GROUP, group, strict=True)) | point for point in curves_of(runs)]
    if len(names) > 1:
        raise UserError("the runs of the experiment tell different classes apart; evaluate them again")
    columns = [*COLUMNS, *(column for column in lines[0] if column not in COLUMNS)]
    return pd.DataFrame(lines, columns=columns).astype({"run": "Int64"}), pd.DataFrame(points, columns=CURVES)


def read(root, point, content):
    """Probabilities of a run, (photographs, true classes, windows, classes), and the sources of its photographs.

    Args:
        root: folder of the experiment's runs.
        point, content: what `tables.evaluation` returns.

    Raises:
        UserError: they are missing, damaged, or those of another evaluation.
    """
    path = grids.run_folder(root, point) / evaluation_files.PROBABILITIES
    name = f"{evaluation_files.WHOLE}_{evaluation_files.codecs(content)[1]}"
    kept, measured = arrays.read(path, ["classes", "image", name]), content[evaluation_files.WHOLE]
    scores, images = measured[evaluation_files.codecs(content)[1]], measured["photographs"]["image"]
    probabilities, classes = kept[name], content["classes"]
    fits = probabilities.shape == (len(images), len(classes), scores["trials"], len(classes))
    fits = fits and kept["image"].tolist() == images and kept["classes"].tolist() == classes
    if fits and probabilities.dtype.kind == "f" and np.isfinite(probabilities).all():
        hits = (probabilities.argmax(axis=-1) == np.arange(len(classes))[:, np.newaxis]).sum(axis=-1)
        if hits.tolist() == scores["hits"] and probabilities.min() >= 0:
            return probabilities, evaluation_files.sources(measured), images
    raise UserError(f"{path}: not the probabilities of the evaluation beside it; evaluate the run again")


class Run:
    """What a run's probabilities are worth, over all photographs and in samples of these.

    Attributes:
        measures: mapping of names to numbers: `MEASURES`, and those of classes.
        drawn: mapping of the same names to their values in the samples of `statistics.photographs_drawn`.
        temperatures: `TEMPERATURES`.
    """

    def __init__(self, probabilities, sources, images, classes):
        count, _, self.windows, _ = probabilities.shape
        self.classes, self.images, self.sources = tuple(classes), tuple(images), sources
        photographs, truth, _ = (each.ravel() for each in np.indices(probabilities.shape[:3]))
        self.truth, self.probabilities = truth, probabilities.reshape(-1, len(classes)).astype(np.float64)
        samples, first = statistics.photographs_drawn(sources), calibration.halves(sources)[photographs]
        scaled, *temperatures = calibration.cross_scaled(self.probabilities, truth, first)
        self.temperatures = dict(zip(TEMPERATURES, temperatures, strict=True))
        self.calibrated = calibration.sums(self.probabilities, truth, photographs)
        self.scaled = calibration.sums(scaled, truth, photographs)
        self.score = detection.score(self.probabilities)
        each = [("", self.score, truth != 0, detection.RANKED)]
        for place, name in enumerate(classes):
            each.append((f"_{name}", self.probabilities[:, place], truth == place, detection.AREAS))
        self.measures, self.drawn = {}, {}
        for end, scores, positive, names in each:
            once = detection.ranked(scores, positive)
            often = detection.drawn(scores, positive, photographs, samples, rates=names is detection.RANKED)
            self.measures |= {f"{name}{end}": once[name] for name in names}
            self.drawn |= {f"{name}{end}": often[name] for name in names}
        for weights, values in ((np.ones((1, count)), self.measures), (samples, self.drawn)):
            own = calibration.from_sums(self.calibrated, weights)
            own[SCALED] = calibration.from_sums(self.scaled, weights)["calibration_error"]
            values |= {name: float(found[0]) if values is self.measures else found for name, found in own.items()}


def curves_of(runs):
    """Curves of the runs of one grid point, as mappings of "curve", "x", "y" and "share".

    Of the ROC of "manipulated", x are rates of false positives down to that of a single window, and y is the mean over
    the runs of the highest true-positive rates there. Of reliability, as it is and after the temperatures, x is the
    mean confidence of a bin over all runs, y the share of its windows that are named right, and share that of all
    windows which are in it.
    """
    negatives = int((runs[0].truth == 0).sum())
    rates = np.sort(_RATES[(_RATES == 0) | (_RATES * negatives >= 1)])
    heights = np.mean([detection.roc(run.score, run.truth != 0, rates) for run in runs], axis=0)
    points = [{"curve": ROC, "x": x, "y": y, "share": math.nan} for x, y in zip(rates, heights, strict=True)]
    for name, sums in ((RELIABILITY, "calibrated"), (RELIABILITY_SCALED, "scaled")):
        windows, right, confidence, _ = sum(getattr(run, sums).sum(axis=1) for run in runs)
        full = (windows > 0) & np.isfinite(confidence)
        columns = (confidence[full] / windows[full], right[full] / windows[full], windows[full] / windows.sum())
        points += [{"curve": name, "x": x, "y": y, "share": share} for x, y, share in zip(*columns, strict=True)]
    return points


def cells(table):
    """Headings and lines of text: one line a grid point, means over its runs with intervals in the same cell."""
    keys, lines = typeset.labels(table), []
    for line in table[table["run"].isna()].to_dict("records"):
        numbers = [
            typeset.interval(*(line[f"{name}{end}"] for end in ("", "_low", "_high")), *form)
            for name, (_, *form) in _SHOWN.items()
        ]
        heats = " / ".join(typeset.number(line[name], decimals=2) for name in TEMPERATURES)
        lines.append([*(str(line[key]) for key in keys), str(line["runs"]), line["interval_over"], *numbers, heats])
    headings = [*(typeset.LABELS[key] for key in keys), "Runs", "Intervals over"]
    return [*headings, *(heading for heading, _, _ in _SHOWN.values()), "Temperatures"], lines


def _line(runs):
    """Columns of a line but its labels: means over the runs, with intervals."""
    line = {"runs": len(runs), "photographs": len(runs[0].images), "windows": runs[0].windows}
    for name in runs[0].measures:
        values, drawn = ([getattr(run, part)[name] for run in runs] for part in ("measures", "drawn"))
        estimate = statistics.bootstrap_measure(values, drawn, 0, 1, runs[0].sources)
        line["interval_over"] = estimate.over
        line |= {name: estimate.mean, f"{name}_low": estimate.low, f"{name}_high": estimate.high}
    return line | {name: float(np.mean([run.temperatures[name] for run in runs])) for name in TEMPERATURES}
