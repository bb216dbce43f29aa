"""Claims about sensor fingerprints: the published ones, and those of cameras that were trained."""

import math
from pathlib import Path

import pandas as pd
import pytest

from neural_imaging.study import overlay
from neural_imaging.tables import claims, fingerprints_table, headline_fingerprints, tables

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = tables.read(ROOT / "resources/published/fingerprints.csv", fingerprints_table.PUBLISHED)
STATED = claims.read(ROOT / "resources/published/headline.csv")


@pytest.fixture(scope="module")
def configurations():
    return [overlay.read(ROOT / f"config/{name}.yaml", ROOT / overlay.DEFAULTS) for name in ("config", "paper")]


@pytest.fixture
def changes():
    """Pipelines that differ cost a half; a trained one costs a tenth, and is taken for others behind JPEG."""
    rows = [
        ["pipelines that differ", "the same pipeline", "none", 128, 0.4, -45.0, -16.0, 0.01],
        ["pipelines that differ", "the same pipeline", "none", 256, 0.4, -30.0, -2.0, 0.01],
        ["pipelines that differ", "the same pipeline", "jpeg50", 256, 0.3, -80.0, -9.0, 0.01],
        ["INet, λ 0.05", "INet", "none", 128, 0.8, math.nan, -1.0, 0.0],
        ["INet, λ 0.05", "INet", "none", 256, 0.8, -10.0, -1.0, 0.01],
        ["INet, λ 0.05", "INet", "jpeg50", 256, 0.8, -40.0, -1.0, 0.08],
    ]
    columns = ["pipeline", "base", "channel", "patch", *fingerprints_table.MEASURES, "false_positives"]
    return pd.DataFrame(rows, columns=columns).reindex(columns=fingerprints_table.CHANGES)


def test_published_values_stand_beside_those_of_the_same_patches_without_a_channel(configurations, changes):
    table = claims.table(headline_fingerprints.pairs(changes, *configurations, PUBLISHED, STATED)).set_index("key")
    assert table.loc["fingerprints.correlation", ["published", "ours"]].tolist() == [0.38, 0.4]
    assert table.loc["fingerprints.tpr_change.128", ["published", "ours"]].tolist() == [-17, -16]
    assert table.loc["fingerprints.tpr_change.256", ["published", "ours"]].tolist() == [-17, -2]
    # It is of no size of patches, so of the largest, which are least noisy.
    assert table.loc["fingerprints.pce_change", ["published", "ours"]].tolist() == [-40, -30]
    verdicts = table["verdict"].str.partition(" at this scale")[0]
    assert verdicts["fingerprints.tpr_change.128"] == claims.SHOWN
    assert verdicts["fingerprints.tpr_change.256"] == verdicts["fingerprints.pce_change"] == claims.NOT_SHOWN
    assert "simulated devices" in table.loc["fingerprints.correlation", "differs_in"]


def test_trained_cameras_are_held_against_what_they_were(configurations, changes):
    table = claims.table(headline_fingerprints.pairs(changes, *configurations, PUBLISHED, STATED)).set_index("key")
    kept, imitated = (table.loc[f"own.fingerprint_{name}.INet, λ 0.05"] for name in ("kept", "imitated"))
    assert (kept["ours"], kept["whole"], kept["note"]) == (-10, -10, "against INet")
    assert imitated["ours"] == imitated["whole"] == pytest.approx(100 * (0 + 0.01 + 0.08) / 3)
    assert kept["verdict"].startswith(claims.SHOWN)
    assert imitated["verdict"].startswith(claims.NOT_SHOWN)
    lines = claims.foremost(table.reset_index())
    assert lines["key"].iloc[-1] == "own.fingerprint_kept.INet, λ 0.05"
    signed = changes.replace("INet, λ 0.05", "INet, signature 1.5")
    table = claims.table(headline_fingerprints.pairs(signed, *configurations, PUBLISHED, STATED))
    names = [key.split(".")[1] for key in claims.foremost(table)["key"][-2:]]
    assert names == ["fingerprint_kept", "fingerprint_imitated"]


def test_without_a_test_published_claims_are_not_measured(configurations):
    table = claims.table(headline_fingerprints.pairs(None, *configurations, PUBLISHED, STATED))
    assert set(table["verdict"]) == {claims.NOT_MEASURED}
    assert table["key"].str.startswith("fingerprints.").all()
