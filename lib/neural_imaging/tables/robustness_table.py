"""Forensic networks under conditions that they were not trained for, as tables.

A gain is that over the forensic network alone ("fan-only", "basic" with a learned codec, no signature) of the same
camera, pipeline, channel and number, on the same photographs under the same condition. It is of the accuracy; where a
condition has manipulations that are no classes of the network, of the area under the ROC curve (`auc`) of native
against manipulated windows.
"""

import numpy as np
import pandas as pd

from neural_imaging.base.errors import UserError
from neural_imaging.study import grid as grids
from neural_imaging.study.conditions import MEAN, OWN, WORST
from neural_imaging.tables import robustness_files, tables, transfer_table, typeset
from neural_imaging.tables.statistics import bootstrap

TEST = "robustness.json"
POINT = ["protocol", *tables.GROUP]
ACCURACY, AUC = "accuracy", "auc"
# Numbers of a run under a condition that have no interval.
FACTS = ("flagged", "false_alarms", "relabelled", "confidence_right", "confidence_wrong", "psnr")
COLUMNS = [
    *POINT, "run", "condition", "manipulations", "measure", "photographs", "windows",
    *(f"{measure}{end}" for measure in (ACCURACY, AUC, "gain") for end in ("", "_low", "_high")), *FACTS,
]  # fmt: skip
# One line a grid point and condition, over its runs; and lines `worst` and `mean`, over conditions other than `own`.
GAINS = [
    *POINT, "condition", "of", "measure", "runs", "interval_over", "score", "score_low", "score_high",
    "gain", "gain_low", "gain_high", "gain_over", "paired_runs", "above", *FACTS,
]  # fmt: skip
# Facts that readers see: factor and decimals, and what they are called.
_SHOWN = (("flagged", 100), ("false_alarms", 100), ("psnr", 1, 2))
_NAMES = ("Flagged (%)", "False alarms (%)", "PSNR (dB)")
_HEADINGS = {"protocol": "Protocol", **{name: typeset.LABELS[name] for name in tables.GROUP}, "condition": "Condition"}


class Result:
    """What was measured of one run under all conditions.

    Attributes:
        point: texts of `POINT`, in their order.
        run: its number.
        photographs, sources: names of the photographs, and of what they are parts of.
        conditions: the mappings of `evaluation.robustness.results` by name.
    """

    def __init__(self, point, run, content, order=()):
        self.point, self.run, order = point, run, [OWN, *order]
        self.photographs, self.sources = (list(content["photographs"][name]) for name in ("image", "source"))
        by_name = {each["name"]: each for each in content["conditions"]}
        names = sorted(by_name, key=lambda name: order.index(name) if name in order else len(order))
        self.conditions = {name: by_name[name] for name in names}
        self.values = {name: _values(each) for name, each in self.conditions.items()}

    @property
    def baseline(self):
        """The grid point at which the forensic network alone learns."""
        return baseline(self.point)

    def measure(self, condition):
        """What counts under a condition: accuracy; or the area under the ROC curve, of unknown manipulations."""
        return ACCURACY if self.conditions[condition]["known"] else AUC

    def score(self, condition):
        """That measure of each photograph."""
        return self.values[condition][self.measure(condition)]


def baseline(point):
    """Of a grid point (texts of `POINT`) the one at which the forensic network alone learns."""
    labels = dict(zip(POINT, point, strict=True))
    labels |= {"lambda_isp": grids.FAN_ONLY, grids.SIGNATURE: grids.NONE}
    labels[grids.CODEC] = grids.NONE if labels[grids.CODEC] == grids.NONE else grids.BASIC
    return tuple(labels.values())


def tabulate(*, trained, tests, output, gains, conditions=()):
    """Write both tables (see `table` and `summary`)."""
    found = read(trained, tests, conditions)
    typeset.write(table(found), output, run_cells)
    typeset.write(summary(found), gains, cells)


def read(trained, root, order=()):
    """The tests of all runs, a list of `Result`.

    Args:
        trained: list of mappings of "protocol" and "grid", see `grid.points`.
        root: folder of `<protocol>/<run>/robustness.json`.
        order: names of conditions in the order in which the tables have them; others come behind them, the runs' own
            before all.

    Raises:
        UserError: a test is missing or damaged, or was made of other photographs or conditions than the others of its
            camera, pipeline and channel.
    """
    found, alike = [], {}
    for path, place, run in tables.tested(trained, root, TEST):
        test = Result(place, run, robustness_files.read(path), order)
        told = test.photographs, {name: each["manipulations"] for name, each in test.conditions.items()}
        if alike.setdefault(test.baseline, told) != told:
            raise UserError(f"{path}: has other photographs or conditions than the runs beside it; test them again")
        found.append(test)
    return found


def table(found):
    """One line a run and condition (`COLUMNS`): shares from 0 to 1, gains as differences of these, PSNR in dB.

    Intervals (`_low`, `_high`) are 95 % by bootstrap over the photographs; there are none of a single one. `flagged` is
    the share of manipulated windows that were taken for manipulated (`calibration.flagged`), `false_alarms` that of
    native ones. `auc` is the area under the ROC curve of native against manipulated windows.
    `relabelled` is the accuracy if each answer stood for the class that it is given for most often: far above the
    accuracy, traces are there and are taken for others.
    """
    baselines = {(test.point, test.run): test for test in found}
    lines = []
    for test in found:
        base = baselines.get((test.baseline, test.run))
        for name, condition in test.conditions.items():
            line = dict(zip(POINT, test.point, strict=True))
            line |= {"run": test.run, "condition": name, "manipulations": " ".join(condition["manipulations"])}
            line |= {
                "measure": test.measure(name),
                "photographs": len(test.photographs),
                "windows": condition["trials"],
            }
            for measure, values in test.values[name].items():
                line |= _parts(measure, bootstrap([values], 0, 1, test.sources))
            if base is not None and base is not test:
                difference = [test.score(name) - base.score(name)]
                line |= _parts("gain", bootstrap(difference, sources=test.sources))
            lines.append(line | _facts(condition))
    return pd.DataFrame(lines, columns=COLUMNS)


def summary(found):
    """One line a grid point and condition (`GAINS`), over runs and photographs.

    `score` is the measure that `measure` names. Behind the conditions of a point stand two lines over all that are not
    its own and whose manipulations are classes: `worst`, that with the lowest gain (of the forensic network alone, the
    lowest accuracy), which `of` names, and `mean`. `above` says in how many of the `paired_runs` the gain is above 0.
    """
    points, lines = {}, []
    for test in found:
        points.setdefault(test.point, {})[test.run] = test
    for point, runs in points.items():
        first = next(iter(runs.values()))
        bases = {} if first.baseline == point else points.get(first.baseline, {})
        own = [_gain_line(runs, bases, [name], name) for name in first.conditions]
        stress = [line for line in own if line["measure"] == ACCURACY and line["condition"] != OWN]
        if stress:
            worst = min(stress, key=lambda line: line.get("gain", line["score"]))
            names = [line["condition"] for line in stress]
            own += [{**worst, "condition": WORST, "of": worst["condition"]}, _gain_line(runs, bases, names, MEAN)]
        lines += [dict(zip(POINT, point, strict=True)) | line for line in own]
    return pd.DataFrame(lines, columns=GAINS).astype({"paired_runs": "Int64", "above": "Int64"})


def run_cells(table):
    """Headings and lines of text of the table of runs: each number with its interval in one cell."""
    keys = _keys(table)
    headings = [*(_HEADINGS[key] for key in keys), "Run", "Condition"]
    headings += ["Accuracy (%)", "AUC (%)", "Gain (points)", *_NAMES]
    lines = []
    for line in table.to_dict("records"):
        shown = [
            typeset.interval(*(line[f"{measure}{end}"] for end in ("", "_low", "_high")), 100, sign=measure == "gain")
            for measure in (ACCURACY, AUC, "gain")
        ]
        facts = [typeset.number(line[name], *form) for name, *form in _SHOWN]
        lines.append([*(str(line[key]) for key in keys), str(line["run"]), line["condition"], *shown, *facts])
    return headings, lines


def cells(gains):
    """Headings and lines of text of the gains: score and gain with their intervals in one cell each."""
    keys = _keys(gains)
    headings = [
        *(_HEADINGS[key] for key in keys),
        "Condition",
        "Measure",
        "Runs",
        "Score (%)",
        "Gain (points)",
        *_NAMES,
    ]
    lines = []
    for line in gains.to_dict("records"):
        named = line["condition"] if line["of"] == line["condition"] else f"{line['condition']}: {line['of']}"
        gain = typeset.interval(*(line[f"gain{end}"] for end in ("", "_low", "_high")), 100, sign=True)
        if gain != typeset.number(None):
            gain += f", {line['above']} of {line['paired_runs']} above"
        score = typeset.interval(*(line[f"score{end}"] for end in ("", "_low", "_high")), 100)
        facts = [typeset.number(line[name], *form) for name, *form in _SHOWN]
        lines.append(
            [*(str(line[key]) for key in keys), named, line["measure"], str(line["runs"]), score, gain, *facts]
        )
    return headings, lines


def described(content):
    """What a test of one run (`evaluation.robustness.judge`) found, as text: a table of the conditions.

    A caution stands before it where pictures take the place of an optimised camera's. Conditions that were left out and
    files that were passed over stand below it with their reasons.
    """
    headings = ["Condition", "Accuracy (%)", "AUC (%)", *_NAMES]
    test, lines = Result((), 0, content), []
    for name, condition in test.conditions.items():
        facts = _facts(condition)
        shown = [_share(test, name, measure) for measure in (ACCURACY, AUC)]
        lines.append([name, *shown, *(typeset.number(facts[fact], *form) for fact, *form in _SHOWN)])
    text = transfer_table.caution(content) + typeset.markdown(headings, lines)
    text += "".join(f"left out: {bad['name']}: {bad['reason']}\n" for bad in content["left_out"])
    return text + "".join(f"passed over: {bad['file']}: {bad['reason']}\n" for bad in content["refused"])


def lines(content):
    """The lines of `table` that one test of a run gives, without what says which run it is."""
    own = table([Result(("",) * len(POINT), 0, content)])
    return own.drop(columns=[*POINT, "run", "gain", "gain_low", "gain_high"])


def _keys(table):
    """Columns that say which grid point a line is of, without those that say the same in every line."""
    return [*(["protocol"] if table["protocol"].nunique() > 1 else []), *typeset.labels(table)]


def _share(test, name, measure):
    if measure not in test.values[name]:
        return typeset.number(None)
    estimate = bootstrap([test.values[name][measure]], 0, 1, test.sources)
    return typeset.interval(estimate.mean, estimate.low, estimate.high, 100)


def _values(condition):
    """Measures of each photograph under a condition."""
    values = {AUC: np.asarray(condition["auc"], float)}
    return (
        {ACCURACY: np.mean(condition["hits"], axis=1) / condition["trials"], **values} if condition["known"] else values
    )


def _facts(condition):
    """Numbers of a run under a condition that have no interval (`FACTS`)."""
    shares, confidence = np.mean(condition["flagged"], axis=0) / condition["trials"], condition["confidence"]
    counts = np.asarray(condition["confusion"]) if condition["known"] else None
    return {
        "flagged": float(shares[1:].mean()),
        "false_alarms": float(shares[0]),
        "relabelled": np.nan if counts is None else float(counts.max(axis=0).sum() / counts.sum()),
        # None of a network that is always right, or never.
        **{f"confidence_{name}": _number(confidence.get(name)) for name in ("right", "wrong")},
        "psnr": float(np.mean(condition["psnr"])),
    }


def _number(value):
    return np.nan if value is None else float(value)


def _gain_line(runs, bases, names, condition):
    """A line of `summary` without its point: the mean over the conditions of these names."""
    first, numbers = next(iter(runs.values())), sorted(runs)
    scores = np.array([np.mean([runs[run].score(name) for name in names], axis=0) for run in numbers])
    estimate = bootstrap(scores, 0, 1, first.sources)
    line = {"condition": condition, "of": condition, "measure": first.measure(names[0])}
    line |= {"runs": len(numbers), "interval_over": estimate.over, **_parts("score", estimate)}
    paired = [run for run in numbers if run in bases]
    line["paired_runs"] = len(paired)
    if paired:
        theirs = np.array([np.mean([bases[run].score(name) for name in names], axis=0) for run in paired])
        difference = bootstrap(scores[[numbers.index(run) for run in paired]] - theirs, sources=first.sources)
        line |= {**_parts("gain", difference), "gain_over": difference.over, "above": difference.above}
    facts = [_facts(runs[run].conditions[name]) for run in numbers for name in names]
    return line | {name: _mean([fact[name] for fact in facts]) for name in FACTS}


def _mean(values):
    """Mean of the numbers that there are; NaN of none."""
    values = [value for value in values if not np.isnan(value)]
    return float(np.mean(values)) if values else np.nan


def _parts(name, estimate):
    return {name: estimate.mean, f"{name}_low": estimate.low, f"{name}_high": estimate.high}
