"""An experiment in one line a grid point: means over runs with intervals, and what training changed.

Intervals are 95 % by bootstrap over runs and photographs (`statistics.bootstrap`). A difference is to the baseline, in
which nothing but the forensic network learns (λ of the pipeline is "fan-only", that of a learned codec "basic", without
a signature), on the same photographs at the same seeds.
"""

import math

import pandas as pd

from neural_imaging.base.errors import UserError
from neural_imaging.study import grid as grids
from neural_imaging.tables import statistics, tables, typeset

PARTS = ("mean", "std", "low", "high", "difference", "difference_low", "difference_high", "above")
LABELS = ("runs", "interval_over", "paired_runs")
SUMMARY = [*tables.GROUP, *LABELS, *(f"{measure}_{part}" for measure in tables.MEASURES for part in PARTS)]
# What measures can be; differences reach from the lowest less the highest to the opposite.
_LIMITS = {
    **dict.fromkeys(tables.ACCURACIES, (0, 1)), "psnr": (-math.inf, math.inf), "psnr_patchwise": (-math.inf, math.inf),
    "ssim": (-1, 1), "effective_bpp": (0, math.inf), "codec_ssim": (-1, 1),
}  # fmt: skip
# Measures whose differences readers see; the CSV has all.
_SHOWN = ("accuracy", "accuracy_libjpeg", "accuracy_patchwise", "psnr", "effective_bpp", "codec_ssim")
_UNITS = {**dict.fromkeys(tables.ACCURACIES, " (points)"), "psnr": " (dB)"}


class Photographs:
    """What was measured of each run and photograph of an experiment (`tables.photographs`), as matrices that fit.

    Attributes:
        measures: names of those that the table has.
        points: mapping of every grid point, a tuple of the values of `tables.GROUP`, to its labels by column.
    """

    def __init__(self, table):
        self.measures = [name for name in (*tables.MEASURES, *tables.COMPRESSION) if name in table]
        self._lines = dict(list(table.groupby(tables.GROUP, sort=False)))
        self.points = {point: dict(zip(tables.GROUP, point, strict=True)) for point in self._lines}
        self._matrices = {}
        self._sources = dict(zip(table["photograph"], table["source"], strict=True))

    def matrix(self, point, measure):
        """What was measured at a grid point: a data frame of runs × photographs."""
        if (point, measure) not in self._matrices:
            lines = self._lines[point]
            if lines.duplicated(["run", "photograph"]).any():
                raise UserError(f"{', '.join(map(str, point))}: a photograph stands twice in a run")
            self._matrices[point, measure] = lines.pivot(index="run", columns="photograph", values=measure)
        return self._matrices[point, measure]

    def baseline(self, point):
        """The grid point that differs from this one in that nothing but the forensic network learns."""
        labels = {**self.points[point], "lambda_isp": grids.FAN_ONLY, grids.SIGNATURE: grids.NONE}
        if labels[grids.CODEC] != grids.NONE:
            labels[grids.CODEC] = grids.BASIC
        return tuple(labels.values())

    def estimate(self, point, measure):
        """Mean and interval of a measure at a grid point; None where it was not measured."""
        return self._bootstrap(self.matrix(point, measure), *_LIMITS[measure])

    def combined(self, terms):
        """Mean and interval of a sum of terms (grid point, measure, weight), of the same runs and photographs.

        None where a grid point is not there, where the points have no run in common, or where a measure or a photograph
        is missing in one.
        """
        if not all(point in self._lines for point, _, _ in terms):
            return None
        matrices = [weight * self.matrix(point, measure) for point, measure, weight in terms]
        runs = sorted(set.intersection(*(set(matrix.index) for matrix in matrices)))
        return self._bootstrap(sum(matrix.loc[runs] for matrix in matrices)) if runs else None

    def _bootstrap(self, matrix, *limits):
        sources = [self._sources[photograph] for photograph in matrix.columns]
        return None if matrix.isna().any(axis=None) else statistics.bootstrap(matrix, *limits, sources=sources)


def summary(photographs):
    """One line a grid point (`SUMMARY`, and measures of codecs where there are some), of `tables.photographs`.

    For each measure: `mean`; `std`, the sample standard deviation over runs; `low` and `high`; `difference` to the
    baseline with its interval; and `above`, in how many of the `paired_runs` the difference is above 0. `interval_over`
    says what the intervals are over. What is unknown is empty: a spread of one run, differences of the baseline.
    """
    photographs, lines = Photographs(photographs), []
    for point, labels in photographs.points.items():
        base = photographs.baseline(point)
        line = labels | {"runs": len(photographs.matrix(point, "accuracy")), "paired_runs": 0}
        for measure in photographs.measures:
            own = photographs.estimate(point, measure)
            if own is not None:
                spread = statistics.mean_and_spread(photographs.matrix(point, measure).mean(axis="columns"))[1]
                line |= _parts(measure, mean=own.mean, std=spread, low=own.low, high=own.high)
                line["interval_over"] = own.over
            # The baseline's difference to itself would be a row of zeros that say nothing.
            other = None if base == point else photographs.combined([(point, measure, 1), (base, measure, -1)])
            if other is not None:
                line |= _parts(f"{measure}_difference", low=other.low, high=other.high)
                line |= _parts(measure, difference=other.mean, above=other.above)
                line["paired_runs"] = other.runs
        lines.append(line)
    columns = [*tables.GROUP, *LABELS, *(f"{measure}_{part}" for measure in photographs.measures for part in PARTS)]
    counts = {f"{measure}_above": "Int64" for measure in photographs.measures}
    return pd.DataFrame(lines, columns=columns).astype(counts)


def cells(table, measure=""):
    """Headings and lines of text of the summary: mean [low, high] in one cell, and so the difference.

    Behind a difference stands in how many of the paired runs it is above 0. Measures are those whose heading starts so.
    """
    labels, measures = typeset.labels(table), typeset.measures(table, "_mean")
    measures = {name: form for name, form in measures.items() if form[0].startswith(measure)}
    headings = [*(typeset.LABELS[label] for label in labels), "Runs", "Intervals over"]
    for name, (heading, _, _) in measures.items():
        headings += [heading, f"difference{_UNITS.get(name, '')}"] if name in _SHOWN else [heading]
    lines = []
    for line in table.to_dict("records"):
        text = [str(line[label]) for label in labels] + [_count(line["runs"]), str(line["interval_over"])]
        for name, (_, *form) in measures.items():
            text.append(typeset.interval(*(line[f"{name}_{part}"] for part in ("mean", "low", "high")), *form))
            if name in _SHOWN:
                ends = (line[f"{name}_difference{part}"] for part in ("", "_low", "_high"))
                shown = typeset.interval(*ends, *form, sign=True)
                above = f", {_count(line[f'{name}_above'])} of {_count(line['paired_runs'])} above"
                text.append(shown + (above if shown != typeset.number(None) else ""))
        lines.append(text)
    return headings, lines


def _parts(name, **values):
    return {f"{name}_{part}": value for part, value in values.items()}


def _count(value):
    return typeset.number(value, decimals=0)
