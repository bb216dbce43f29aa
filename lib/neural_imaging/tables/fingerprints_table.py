"""Tables of tests of fingerprints: a line a pair of pipelines and a size of patches, and what pipelines change.

Of pairs of a fingerprint and a photograph of another device a certain share passes a threshold by chance, and more
where devices have something else in common that is taken for a fingerprint.
"""

import numpy as np
import pandas as pd

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.fingerprints import detection
from neural_imaging.tables import tables, typeset

# False-positive rate of the true-positive rates, as in the study of Joshi et al. (WIFS 2020).
RATE = 0.005
KEYS = ("pipelines", "bases", "devices", "channel", "correlation", "truth", "strangers", "scores")
# In the place of a channel.
PLAIN = "none"
_YES, _NO = "yes", "no"
_PAIR = ["enrolled", "tested"]
COLUMNS = (
    *_PAIR, "channel", "cleaned", "patch", "matched", "mismatched", "correlation", "truth", "strangers",
    "pce_matched", "pce_mismatched", "tpr", "auc", "false_positives", "passed",
)  # fmt: skip
# In the places of a pipeline, and of that with which it is compared.
DIFFERENT, SAME = "pipelines that differ", "the same pipeline"
# What is published, and beside it ours.
MEASURES = {"correlation": ("Correlation", 2), "pce_change": ("PCE (%)", 0), "tpr_change": ("TPR (points)", 1)}
PUBLISHED = ["measure", "patch", "published"]
# What devices have in common: factor and decimals.
_ALIKE = {"false_positives": (100, 1), "strangers": (1, 3), "strangers_uncleaned": (1, 3)}
CHANGES = [
    "pipeline", "base", "channel", "patch", *(name for key in MEASURES for name in (key, f"{key}_published")), *_ALIKE,
]  # fmt: skip


# Of the ROC, a line a point.
CURVES = ["pipeline", "channel", "patch", "false_positives", "true_positives"]


def tabulate(*, tests, output, changes=None, curves=None, published=None):
    """Write the table of several tests, one a channel, in their order.

    Where it is asked, what pipelines `changes` too, and the ROC `curves`.
    """
    read_tests = [read(path) for path in tests]
    whole = pd.concat([lines(test) for test in read_tests], ignore_index=True)
    typeset.write(whole, output, cells)
    if curves is not None:
        tables.write(pd.concat([curves_of(test) for test in read_tests], ignore_index=True), curves)
    if changes is not None:
        bases = {name: base for test in read_tests for name, base in test["bases"].items()}
        theirs = None if published is None else tables.read(published, PUBLISHED)
        typeset.write(changed(whole, bases, theirs), changes, changed_cells, group=1)


def read(path):
    """Read what `evaluation.fingerprints.judge` wrote, and refuse what is none of it."""
    content = files.read_json(path)
    if not isinstance(content, dict) or not set(KEYS) <= content.keys():
        raise UserError(f"{path}: not a test of fingerprints (scripts/evaluate_fingerprints.py writes them)")
    return content


def lines(test):
    """The table (`COLUMNS`) of a test.

    `correlation` is that between the fingerprints that both pipelines give, `truth` that of the enrolled one with the
    true one, and `strangers` that between those of two devices; the last is known where nothing was taken out too
    (`cleaned`). `matched` and `mismatched` are how many pairs of these there are, and PCE is their median. `tpr` is the
    share of matched pairs above a threshold that at most `RATE` of the mismatched pass. `false_positives` is the share
    of mismatched pairs above what chance passes at `RATE`, and `passed` that above the usual threshold.
    """
    places = {name: place for place, name in enumerate(test["pipelines"])}
    limit, rows = detection.threshold(RATE), []
    for score in test["scores"]:
        one, two, cleaned = score["enrolled"], score["tested"], score["cleaned"]
        matched, mismatched = (np.array(score[key], float) for key in ("matched", "mismatched"))
        false, true = detection.roc(matched, mismatched)
        rows.append(
            {
                "enrolled": one,
                "tested": two,
                "channel": test["channel"],
                "cleaned": _YES if cleaned else _NO,
                "patch": score["patch"],
                "matched": len(matched),
                "mismatched": len(mismatched),
                "correlation": test["correlation"][places[one]][places[two]] if cleaned else None,
                "truth": test["truth"][one] if cleaned else None,
                "strangers": test["strangers" if cleaned else "strangers_uncleaned"][one],
                "pce_matched": np.median(matched),
                "pce_mismatched": np.median(mismatched),
                "tpr": detection.true_positive_rate(matched, mismatched, RATE),
                "auc": np.trapezoid(true, false),
                "false_positives": np.mean(mismatched > limit),
                "passed": np.mean(mismatched > detection.THRESHOLD),
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def curves_of(test):
    """The ROC (`CURVES`) of each pipeline with its own fingerprints, and of all pairs that differ."""
    scores = {}
    for score in test["scores"]:
        if score["cleaned"]:
            name = score["enrolled"] if score["enrolled"] == score["tested"] else DIFFERENT
            matched, mismatched = scores.setdefault((name, score["patch"]), ([], []))
            matched += score["matched"]
            mismatched += score["mismatched"]
    curves = []
    for (name, patch), pairs in scores.items():
        false, true = detection.roc(*pairs)
        points = pd.DataFrame(
            {
                "pipeline": name,
                "channel": test["channel"],
                "patch": patch,
                "false_positives": false,
                "true_positives": true,
            }
        )
        # Its corners: the most that is found at a rate, where that is more than at the rate before.
        points = points.drop_duplicates("false_positives", keep="last").drop_duplicates("true_positives")
        curves.append(points[CURVES])
    return pd.concat(curves, ignore_index=True)


def changed(table, bases, published=None):
    """What pipelines change (`CHANGES`), a line a pipeline, channel and side of patches.

    First what it costs that enrolment and test have pipelines that differ, the mean over all such pairs: PCE relative
    to that of the tested pipeline with its own fingerprints, and points of the true-positive rate. Then each pipeline
    of `bases` with its own fingerprints, against its base with those of its own; `correlation` is between both. Then
    what devices have in common: false positives where `RATE` would pass by chance, and `strangers`, with and without
    the usual clean-up.

    Args:
        table: `COLUMNS`.
        bases: names of pipelines by those of others.
        published: `PUBLISHED`, for pipelines that differ, without a channel.
    """
    cleaned = table[table["cleaned"] == _YES]
    rows = []
    for (channel, patch), group in cleaned.groupby(["channel", "patch"], sort=False):
        pairs = group.set_index(_PAIR)
        alike = pairs.loc[[(two, two) for _, two in pairs.index]]
        pairs["pce_change"] = _percent(pairs["pce_matched"].to_numpy(), alike["pce_matched"].to_numpy())
        pairs["tpr_change"] = 100 * (pairs["tpr"].to_numpy() - alike["tpr"].to_numpy())
        where = {"channel": channel, "patch": patch}
        others = pairs[[one != two for one, two in pairs.index]]
        if len(others):
            means = others[[*MEASURES, "false_positives"]].mean(skipna=False).to_dict()
            theirs = _published(published, patch) if channel == PLAIN else {}
            rows.append({"pipeline": DIFFERENT, "base": SAME, **where, **means, **theirs})
        for name, base in bases.items():
            own, before = pairs.loc[(name, name)], pairs.loc[(base, base)]
            rows.append(
                {
                    "pipeline": name,
                    "base": base,
                    **where,
                    "correlation": pairs["correlation"][name, base],
                    "pce_change": _percent(own["pce_matched"], before["pce_matched"]),
                    "tpr_change": 100 * (own["tpr"] - before["tpr"]),
                    "false_positives": own["false_positives"],
                    "strangers": own["strangers"],
                    "strangers_uncleaned": _uncleaned(table, name, where),
                }
            )
    found = pd.DataFrame(rows, columns=CHANGES)
    order = {name: place for place, name in enumerate([DIFFERENT, *bases])}
    return found.sort_values("pipeline", key=lambda names: names.map(order), kind="stable", ignore_index=True)


def _percent(value, base):
    """Change in percent; not a number where the base is as low as by chance at `RATE`."""
    return 100 * (value / np.where(base > detection.threshold(RATE), base, np.nan) - 1)


def _published(published, patch):
    """Published values of the measures, those for all patches or for these."""
    if published is None:
        return {}
    known = published[published["patch"].isna() | (published["patch"] == patch)]
    return {f"{line['measure']}_published": line["published"] for line in known.to_dict("records")}


def _uncleaned(table, name, where):
    wanted = {"cleaned": _NO, "enrolled": name, **where}
    found = table[np.logical_and.reduce([table[key] == value for key, value in wanted.items()])]
    return found["strangers"].iloc[0] if len(found) else np.nan


def cells(table):
    """Headings and lines of text for readers."""
    headings = ["Enrolled", "Tested", "Channel", "Cleaned", "Patch", "Correlation", "With the truth", "Of strangers",
                "PCE, matched", "PCE, mismatched", f"TPR at {100 * RATE:g} % (%)", "AUC",
                f"False positives at {100 * RATE:g} % (%)"]  # fmt: skip
    form = {"correlation": (1, 3), "truth": (1, 3), "strangers": (1, 3), "pce_matched": (1, 1),
            "pce_mismatched": (1, 1), "tpr": (100, 1), "auc": (1, 3), "false_positives": (100, 1)}  # fmt: skip
    return headings, [
        [*(str(line[key]) for key in COLUMNS[:5]), *(typeset.number(line[key], *how) for key, how in form.items())]
        for line in table.to_dict("records")
    ]


def changed_cells(table):
    """The same of what pipelines change."""
    headings = ["Pipeline", "Compared with", "Channel", "Patch"]
    headings += [part for heading, _ in MEASURES.values() for part in (heading, "published")]
    headings += [f"False positives at {100 * RATE:g} % (%)", "Of strangers", "Of strangers, not cleaned"]
    return headings, [
        [
            *(str(line[key]) for key in CHANGES[:4]),
            *(
                typeset.number(line[f"{key}{end}"], 1, decimals, sign=key != "correlation")
                for key, (_, decimals) in MEASURES.items()
                for end in ("", "_published")
            ),
            *(typeset.number(line[key], *form) for key, form in _ALIKE.items()),
        ]
        for line in table.to_dict("records")
    ]
