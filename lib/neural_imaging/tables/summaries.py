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
_UNITS = {**dict.fromkeys(tables.ACCURACIES, "points"), "psnr": "dB"}


class Photographs:
    """What was measured of each run and photograph of an experiment, as matrices that fit each other.

    Args:
        table: see `tables.photographs`.
    """

    def __init__(self, table):
        self.table, self.columns = table, tables.GROUP
        self.measures = [name for name in (*tables.MEASURES, *tables.COMPRESSION) if name in table]
        self._lines = dict(list(table.groupby(self.columns, sort=False)))
        self._matrices = {}
        self._sources = dict(zip(table["photograph"], table["source"], strict=True))
        self.points = {point: dict(zip(tables.GROUP, point, strict=True)) for point in self._lines}

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
        labels = dict(zip(self.columns, point, strict=True))
        labels |= {"lambda_isp": grids.FAN_ONLY, grids.SIGNATURE: grids.NONE}
        if labels[grids.CODEC] != grids.NONE:
            labels[grids.CODEC] = grids.BASIC
        return tuple(labels[column] for column in self.columns)

    def estimate(self, point, measure):
        """Mean and interval of a measure at a grid point; None where it was not measured."""
        return self._bootstrap(self.matrix(point, measure), *_LIMITS[measure])

    def paired(self, weights, measure):
        """Mean and interval of a weighted sum of grid points, see `combined`.

        Args:
            weights: mapping of grid points to numbers, such as 1 for one and −1 for its baseline.
            measure: which of `measures`.
        """
        return self.combined([(point, measure, weight) for point, weight in weights.items()])

    def combined(self, terms):
        """Mean and interval of a weighted sum of measures at grid points, with the same runs and photographs of each.

        Args:
            terms: list of (grid point, measure, weight).

        Returns:
            `statistics.Estimate`; None where a grid point is not there, where the points have no run in common, or
            where a measure or a photograph is missing in one.
        """
        if not all(point in self._lines for point, _, _ in terms):
            return None
        matrices = [weight * self.matrix(point, measure) for point, measure, weight in terms]
        runs = sorted(set.intersection(*(set(matrix.index) for matrix in matrices)))
        total = sum(matrix.loc[runs] for matrix in matrices)
        return self._bootstrap(total) if runs else None

    def _bootstrap(self, matrix, *limits):
        sources = [self._sources[photograph] for photograph in matrix.columns]
        return None if matrix.isna().any(axis=None) else statistics.bootstrap(matrix, *limits, sources=sources)


def summary(photographs):
    """One line a grid point (columns `SUMMARY`, and measures of codecs where the table has them).

    For each measure: `mean`; `std`, the sample standard deviation over runs; `low` and `high`; `difference` to the
    baseline with its interval; and `above`, in how many of the `paired_runs` the difference is above 0. `interval_over`
    says what the intervals are over. What is unknown is empty: a spread of one run, differences of the baseline.

    Args:
        photographs: table, see `tables.photographs`.
    """
    found, lines = Photographs(photographs), []
    for point in found.points:
        line, base = dict(zip(found.columns, point, strict=True)), found.baseline(point)
        line |= {"runs": len(found.matrix(point, "accuracy")), "paired_runs": 0}
        for measure in found.measures:
            own = found.estimate(point, measure)
            # The baseline's difference to itself would be a row of zeros that say nothing.
            other = None if base == point else found.paired({point: 1, base: -1}, measure)
            runs = found.matrix(point, measure).mean(axis="columns")
            values = [] if own is None else [own.mean, statistics.mean_and_spread(runs)[1], own.low, own.high]
            values = values or [math.nan] * 4
            values += [math.nan] * 4 if other is None else [other.mean, other.low, other.high, other.above]
            line |= {f"{measure}_{part}": value for part, value in zip(PARTS, values, strict=True)}
            line |= {} if own is None else {"interval_over": own.over}
            line |= {} if other is None else {"paired_runs": other.runs}
        lines.append(line)
    columns = [*found.columns, *LABELS, *(f"{measure}_{part}" for measure in found.measures for part in PARTS)]
    counts = {f"{measure}_above": "Int64" for measure in found.measures}
    return pd.DataFrame(lines, columns=columns).astype(counts)


def cells(table):
    """Headings and lines of text of the summary: mean [low, high] in one cell, and so the difference.

    Behind a difference stands in how many of the paired runs it is above 0.
    """
    labels, measures = typeset.labels(table), typeset.measures(table, "_mean")
    headings = [*(typeset.LABELS[label] for label in labels), "Runs", "Intervals over"]
    for name, (heading, _, _) in measures.items():
        unit = f" ({_UNITS[name]})" if name in _UNITS else ""
        headings += [heading, f"difference{unit}"] if name in _SHOWN else [heading]
    lines = []
    for line in table.to_dict("records"):
        text = [str(line[label]) for label in labels] + [_count(line["runs"]), str(line["interval_over"])]
        for name, (_, factor, decimals) in measures.items():
            text.append(
                typeset.interval(*(line[f"{name}_{part}"] for part in ("mean", "low", "high")), factor, decimals)
            )
            if name in _SHOWN:
                ends = (line[f"{name}_difference{part}"] for part in ("", "_low", "_high"))
                shown = typeset.interval(*ends, factor, decimals, sign=True)
                known = shown != typeset.number(None)
                text.append(
                    f"{shown}, {_count(line[f'{name}_above'])} of {_count(line['paired_runs'])} above"
                    if known
                    else shown
                )
        lines.append(text)
    return headings, lines


def _count(value):
    return typeset.number(value, decimals=0)
