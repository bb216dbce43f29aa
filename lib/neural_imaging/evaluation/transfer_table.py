"""Tests of forensic networks on other pictures than they have learned from, as tables."""

from pathlib import Path

import pandas as pd

from neural_imaging import files
from neural_imaging.errors import UserError
from neural_imaging.evaluation import grid as grids
from neural_imaging.evaluation import tables, typeset
from neural_imaging.evaluation.statistics import bootstrap, mean_and_spread

TEST, EVALUATION = "test.json", "evaluation.json"
# What tells the lines of a table apart, and with the run, every line.
POINT = ["trained_on", "tested_on", "protocol", *tables.GROUP]
MEASURES = ("accuracy", "accuracy_libjpeg")
COLUMNS = [
    *POINT, "run", "classes", "pictures", "windows",
    *(f"{measure}{end}" for measure in MEASURES for end in ("", "_low", "_high")), "accuracy_own",
]  # fmt: skip
_HEADINGS = {
    "trained_on": "Trained on",
    "tested_on": "Tested on",
    "protocol": "Protocol",
    **{name: typeset.LABELS[name] for name in tables.GROUP},
}


def table(trained, tests, evaluations):
    """One line for each run and each set of pictures that it was tested on (`COLUMNS`).

    Accuracies are fractions. Those of `accuracy_libjpeg` are of the channel's real codec, the bit-stream where that is
    a learned one, with intervals over the pictures. `accuracy_own` is that of the run's own evaluation: whole
    photographs of its own camera, developed by its own pipeline. `windows` are those of native pictures; each is judged
    in every class.

    Args:
        trained: list of mappings: "trained_on", the name of what these runs have learned from; "protocol"; and "grid",
            see `grid.points`.
        tests: folder of the tests, `<tests>/<protocol>/<run>/test.json`.
        evaluations: folder of the runs, `<evaluations>/<protocol>/<run>/evaluation.json`.

    Raises:
        UserError: a file is missing, or is not what `transfer.judge` or `forensics.evaluate` writes.
    """
    lines = []
    for one in trained:
        for point in grids.points(one["grid"]):
            place = Path(one["protocol"], grids.run_folder("", point))
            labels = {name: grids.SPELLINGS.get(name, lambda value: value)(value) for name, value in point.items()}
            labels |= {"trained_on": one["trained_on"], "protocol": one["protocol"]}
            lines += _lines(Path(tests, place, TEST), Path(evaluations, place, EVALUATION), labels)
    return pd.DataFrame(lines, columns=COLUMNS)


def cells(table):
    """Headings and lines of text: one line a grid point and set, means and spreads over runs."""
    names = {"accuracy": "Accuracy (%)", "accuracy_libjpeg": "Accuracy, real codec (%)", "accuracy_own": "Own (%)"}
    keys, lines = [*POINT[: -len(tables.GROUP)], *typeset.labels(table)], []
    for point, members in table.groupby(keys, sort=False):
        spreads = [typeset.spread(*mean_and_spread(members[name]), 100) for name in names]
        lines.append([*map(str, point), str(len(members)), str(members["windows"].iloc[0]), *spreads])
    return [*(_HEADINGS[key] for key in keys), "Runs", "Windows", *names.values()], lines


def described(content):
    """What a test found, as text to read: a table of the sets, a confusion matrix of each, and files passed over.

    Args:
        content: what `transfer.judge` writes.
    """
    real, classes = content["real_codec"], content["classes"]
    codecs = ("differentiable", real)
    headings = ["Set", "Pictures", "Windows", "Accuracy (%)", f"Accuracy, {real} (%)"]
    lines = [
        [one["name"], str(one["pictures"]), str(_windows(one, codecs[0])), *(_share(one[codec]) for codec in codecs)]
        for one in content["sets"]
    ]
    text = typeset.markdown(headings, lines)
    for one in content["sets"]:
        shares = [
            [true, *(f"{100 * count / sum(counts):.1f}" for count in counts)]
            for true, counts in zip(classes, one[real]["confusion"], strict=True)
        ]
        text += f"\n{one['name']}: percent of each true class, {real}\n\n"
        text += typeset.markdown(["True", *classes], shares)
    for one in content["sets"]:
        text += "".join(f"passed over: {one['name']}: {bad['file']}: {bad['reason']}\n" for bad in one["refused"])
    return text


def _windows(one, codec):
    """Windows of a set's native pictures."""
    return one["pictures"] * one[codec]["trials"]


def _interval(result):
    """Ends of the interval of an accuracy over the pictures; NaN for one picture."""
    shares = [sum(hits) / (len(hits) * result["trials"]) for hits in result["hits"]]
    estimate = bootstrap([shares], 0, 1)
    return estimate.low, estimate.high


def _share(result):
    return typeset.interval(result["accuracy"], *_interval(result), 100)


def _lines(test, evaluation, labels):
    content, own = files.read_json(test), files.read_json(evaluation)
    try:
        codecs = dict(zip(MEASURES, ("differentiable", content["real_codec"]), strict=True))
        found = []
        for one in content["sets"]:
            line = {**labels, "tested_on": one["name"], "classes": len(content["classes"])}
            line |= {"pictures": one["pictures"], "windows": _windows(one, codecs["accuracy"])}
            for measure, codec in codecs.items():
                low, high = _interval(one[codec])
                line |= {measure: one[codec]["accuracy"], f"{measure}_low": low, f"{measure}_high": high}
            found.append(line)
    except (KeyError, TypeError, ValueError) as error:
        raise UserError(f"{test}: not a test of a forensic network ({error}); test it again") from None
    try:
        accuracy = float(own["whole"]["differentiable"]["accuracy"])
    except (KeyError, TypeError, ValueError):
        raise UserError(f"{evaluation}: not an evaluation of a run; evaluate it again") from None
    return [{**line, "accuracy_own": accuracy} for line in found]
