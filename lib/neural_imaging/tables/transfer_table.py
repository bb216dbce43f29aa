"""Tests of forensic networks on other pictures than they have learned from, as tables."""

from pathlib import Path

import numpy as np
import pandas as pd

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.study import grid as grids
from neural_imaging.study.settings import Mapping, Number, Text, Whole
from neural_imaging.study.structures import List
from neural_imaging.tables import tables, typeset
from neural_imaging.tables.statistics import bootstrap, mean_and_spread

TEST, EVALUATION = "test.json", "evaluation.json"
_CAUTION = (
    "caution: the run's {} was optimised, so its forensic network has learned traces of its own camera, which other "
    "photographs do not have (docs/experiments.md#transfer)"
)
# What tells the lines of a table apart, and with the run, every line.
POINT = ["trained_on", "tested_on", "protocol", *tables.GROUP]
MEASURES = ("accuracy", "accuracy_libjpeg")
COLUMNS = [
    *POINT, "run", "optimised", "classes", "pictures", "windows",
    *(f"{measure}{end}" for measure in MEASURES for end in ("", "_low", "_high")), "accuracy_own",
]  # fmt: skip
_SHARE = Number(0, 1)
# What reading entries of another kind than is expected ends with.
_DAMAGED = (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError)
_HEADINGS = {
    "trained_on": "Trained on",
    "tested_on": "Tested on",
    "protocol": "Protocol",
    **{name: typeset.LABELS[name] for name in tables.GROUP},
    "optimised": "Optimised",
}


def tabulate(*, trained, tests, evaluations, output):
    """Write the table (see `table`)."""
    typeset.write(table(trained, tests, evaluations), output, cells)


def table(trained, tests, evaluations):
    """One line for each run and each set of pictures that it was tested on (`COLUMNS`).

    Accuracies are fractions. Those of `accuracy_libjpeg` are of the channel's real codec, the bit-stream where that is
    a learned one. `accuracy_own` is that of the run's own evaluation: photographs of its own camera, developed by its
    own pipeline; all are of whole pictures. `windows` are those of a picture; each is judged in every class. Intervals
    (`_low`, `_high`) are by bootstrap over the pictures; there is none of a single one. `optimised` names the parts of
    the run's camera that have learned, or "none": other pictures do not have their traces.

    Args:
        trained: list of mappings: "trained_on", the name of what these runs have learned from; "protocol"; and "grid",
            see `grid.points`.
        tests, evaluations: folders of `<protocol>/<run>/test.json`, and of `…/evaluation.json`.
    """
    lines = []
    for runs in trained:
        for point in grids.points(runs["grid"]):
            place = Path(runs["protocol"], grids.run_folder("", point))
            labels = tables.labels(point) | {"trained_on": runs["trained_on"], "protocol": runs["protocol"]}
            lines += _lines(Path(tests, place, TEST), Path(evaluations, place, EVALUATION), labels)
    return pd.DataFrame(lines, columns=COLUMNS)


def cells(table):
    """Headings and lines of text: one line a grid point and set, means and spreads over runs."""
    real = f"Accuracy, {grids.real_codec(table)} (%)"
    names = {"accuracy": "Accuracy (%)", "accuracy_libjpeg": real, "accuracy_own": "Own (%)"}
    keys, lines = [*POINT[: -len(tables.GROUP)], *typeset.labels(table)], []
    keys += ["optimised"] if (table["optimised"] != grids.NONE).any() else []
    for point, members in table.groupby(keys, sort=False):
        spreads = [typeset.spread(*mean_and_spread(members[name]), 100) for name in names]
        lines.append([*map(str, point), str(len(members)), str(members["windows"].iloc[0]), *spreads])
    return [*(_HEADINGS[key] for key in keys), "Runs", "Windows", *names.values()], lines


def caution(content):
    """What a test on other pictures says first where the run's camera was optimised; "" where it was not."""
    return f"{_CAUTION.format(' and '.join(content['optimised']))}\n\n" if content["optimised"] else ""


def described(content):
    """What a test (of `transfer.judge`) found, as text: a table of the sets, their confusion, and files passed over.

    A caution stands before it where the run's camera was optimised.
    """
    real, classes, sets = content["real_codec"], content["classes"], content["sets"]
    lines = [
        [tested["name"], str(tested["pictures"]), str(tested["windows"])]
        + [_share(tested[codec]) for codec in ("differentiable", real)]
        for tested in sets
    ]
    # First, since the numbers below must not be read without it.
    shown = grids.codec_name(real)
    text = caution(content) + typeset.markdown(
        ["Set", "Pictures", "Windows each", "Accuracy (%)", f"Accuracy, {shown} (%)"], lines
    )
    for tested in sets:
        shares = [
            [true, *(f"{100 * count / sum(counts):.1f}" for count in counts)]
            for true, counts in zip(classes, tested[real]["confusion"], strict=True)
        ]
        text += f"\n{tested['name']}: percent of each true class, {shown}\n\n"
        text += typeset.markdown(["True", *classes], shares)
    refused = [(tested["name"], bad) for tested in sets for bad in tested["refused"]]
    return text + "".join(f"passed over: {name}: {bad['file']}: {bad['reason']}\n" for name, bad in refused)


def _share(result):
    estimate = _estimate(result)
    return typeset.interval(result["accuracy"], estimate.low, estimate.high, 100)


def _estimate(result):
    """Accuracy with its interval over the pictures."""
    return bootstrap([np.mean(result["hits"], axis=1) / Whole(1).read("trials", result["trials"])], low=0, high=1)


def _lines(test, evaluation, labels):
    content, own = files.read_json(test), files.read_json(evaluation)
    try:
        codecs = dict(zip(MEASURES, ("differentiable", content["real_codec"]), strict=True))
        labels |= {"optimised": " and ".join(content["optimised"]) or grids.NONE, "classes": len(content["classes"])}
        lines = []
        for tested in List(Mapping(), once=False).read("sets", content["sets"]):
            line = {**labels, "tested_on": Text().read("name", tested["name"])}
            line |= {key: Whole(1).read(key, tested[key]) for key in ("pictures", "windows")}
            for measure, codec in codecs.items():
                estimate = _estimate(tested[codec])
                line |= {measure: _SHARE.read("accuracy", tested[codec]["accuracy"])}
                line |= {f"{measure}_low": estimate.low, f"{measure}_high": estimate.high}
            lines.append(line)
    except _DAMAGED as error:
        words = " ".join(str(error).split())
        raise UserError(f"{test}: not a test of a forensic network ({words}); test it again") from None
    try:
        accuracy = _SHARE.read("accuracy", own["whole"]["differentiable"]["accuracy"])
    except _DAMAGED:
        raise UserError(f"{evaluation}: not an evaluation of a run; evaluate it again") from None
    return [{**line, "accuracy_own": accuracy} for line in lines]
