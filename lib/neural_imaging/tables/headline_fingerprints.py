"""Headline claims about sensor fingerprints: what pipelines that differ cost, and what trained cameras do to them.

Devices are few, and patches of a photograph depend on each other, so values have no intervals. Published ones are of
real devices and of other pipelines.
"""

import math

from neural_imaging.tables import fingerprints_table, scale, statistics
from neural_imaging.tables.claims import Measured

_NONE = "the configuration has no test of fingerprints"


def pairs(changes, ours, paper, published, stated):
    """Claims with what was measured for each, as pairs.

    Args:
        changes: what pipelines change (`fingerprints_table.CHANGES`), or None without a test.
        ours, paper: configurations, as for `headline_tables.table`.
        published: values (`fingerprints_table.PUBLISHED`).
        stated: the claims by their keys, see `claims.read`.
    """
    found = []
    for line in published.to_dict("records"):
        measure, patch = line["measure"], line["patch"]
        words = {} if math.isnan(patch) else {"suffix": f".{patch:g}", "patch": f"{patch:g}"}
        claim = stated[f"fingerprints.{measure}"].of(*[line["published"]] * 3, **words)
        found.append((claim, _of_different(changes, ours, paper, measure, patch)))
    return found + ([] if changes is None else _own(changes, ours, paper, stated))


def _of_different(changes, ours, paper, measure, patch):
    """What pipelines that differ change without a channel: on patches of this side, or the largest."""
    if changes is None:
        return _NONE
    lines = changes[
        (changes["pipeline"] == fingerprints_table.DIFFERENT) & (changes["channel"] == fingerprints_table.PLAIN)
    ]
    lines = lines[lines["patch"] == (lines["patch"].max() if math.isnan(patch) else patch)].dropna(subset=[measure])
    if lines.empty:
        return f"the test of fingerprints has no {measure} of pipelines that differ on such patches"
    line = lines.iloc[0]
    # None of the pipelines is one of theirs.
    differs = ["the pipelines", *scale.of_fingerprints(ours, paper)]
    return Measured(_alone(line[measure]), f"fingerprints: patches of {line['patch']:g}", differs)


def _own(changes, ours, paper, stated):
    """Of each camera that was trained: what it costs without a channel, and how often it is taken for a fingerprint.

    Photographs are whole ones, so that their values stand in that place too.
    """
    found, differs = [], scale.of_fingerprints(ours, paper)
    trained = changes[changes["pipeline"] != fingerprints_table.DIFFERENT]
    for name, lines in trained.groupby("pipeline", sort=False):
        plain = lines[lines["channel"] == fingerprints_table.PLAIN].dropna(subset=["pce_change"])
        words = {"suffix": f".{name}", "pipeline": name}
        if len(plain):
            line = plain.loc[plain["patch"].idxmax()]
            where = f"fingerprints: patches of {line['patch']:g}"
            change = _alone(line["pce_change"])
            measured = Measured(change, where, differs, change, note=f"against {line['base']}")
            found.append((stated["own.fingerprint_kept"].of(**words), measured))
        # Each cell has few pairs, so all count.
        share = _alone(100 * lines["false_positives"].mean())
        measured = Measured(share, "fingerprints: all patches and channels", differs, share)
        found.append((stated["own.fingerprint_imitated"].of(**words), measured))
    return found


def _alone(value):
    """A value without an interval."""
    return statistics.Estimate(float(value), math.nan, math.nan, statistics.NOTHING, 1, int(value > 0))
