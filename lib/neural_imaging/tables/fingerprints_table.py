"""The table of a test of fingerprints: a line a pair of pipelines and a size of patches."""

import numpy as np
import pandas as pd

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.fingerprints import detection
from neural_imaging.tables import typeset

# False-positive rate of the true-positive rates, as in the study of Joshi et al. (WIFS 2020).
RATE = 0.005
KEYS = ("pipelines", "devices", "channel", "correlation", "truth", "scores")
COLUMNS = (
    "enrolled", "tested", "channel", "patch", "matched", "mismatched", "correlation", "truth", "pce_matched",
    "pce_mismatched", "tpr", "auc",
)  # fmt: skip


def tabulate(*, tests, output):
    """Write the table of several tests, one a channel, in their order."""
    typeset.write(pd.concat([lines(read(path)) for path in tests], ignore_index=True), output, cells)


def read(path):
    """Read what `evaluation.fingerprints.judge` wrote, and refuse what is none of it."""
    content = files.read_json(path)
    if not isinstance(content, dict) or not set(KEYS) <= content.keys():
        raise UserError(f"{path}: not a test of fingerprints (scripts/evaluate_fingerprints.py writes them)")
    return content


def lines(test):
    """The table (`COLUMNS`) of a test.

    `correlation` is that between the fingerprints that both pipelines give, `truth` that of the enrolled one with the
    true one; `matched` and `mismatched` are how many pairs of these there are, and PCE is their median. `tpr` is the
    share of matched pairs above a threshold that at most `RATE` of the mismatched pass.
    """
    places = {name: place for place, name in enumerate(test["pipelines"])}
    rows = []
    for score in test["scores"]:
        one, two = score["enrolled"], score["tested"]
        matched, mismatched = (np.array(score[key], float) for key in ("matched", "mismatched"))
        false, true = detection.roc(matched, mismatched)
        rows.append(
            {
                "enrolled": one,
                "tested": two,
                "channel": test["channel"],
                "patch": score["patch"],
                "matched": len(matched),
                "mismatched": len(mismatched),
                "correlation": test["correlation"][places[one]][places[two]],
                "truth": test["truth"][one],
                "pce_matched": np.median(matched),
                "pce_mismatched": np.median(mismatched),
                "tpr": detection.true_positive_rate(matched, mismatched, RATE),
                "auc": np.trapezoid(true, false),
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def cells(table):
    """Headings and lines of text for readers."""
    headings = ["Enrolled", "Tested", "Channel", "Patch", "Correlation", "With the truth", "PCE, matched",
                "PCE, mismatched", f"TPR at {100 * RATE:g} % (%)", "AUC"]  # fmt: skip
    form = {"correlation": (1, 3), "truth": (1, 3), "pce_matched": (1, 1), "pce_mismatched": (1, 1), "tpr": (100, 1),
            "auc": (1, 3)}  # fmt: skip
    return headings, [
        [*(str(line[key]) for key in COLUMNS[:4]), *(typeset.number(line[key], *how) for key, how in form.items())]
        for line in table.to_dict("records")
    ]
