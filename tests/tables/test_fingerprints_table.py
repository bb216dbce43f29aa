import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.tables import fingerprints_table

TEST = {
    "pipelines": ["A", "B"],
    "bases": {"B": "A"},
    "devices": ["1", "2"],
    "channel": "none",
    "correlation": [[1.0, 0.4], [0.4, 1.0]],
    "truth": {"A": 0.9, "B": None},
    "strangers": {"A": 0.01, "B": 0.02},
    "strangers_uncleaned": {"A": 0.1, "B": 0.6},
    "scores": [
        {
            "enrolled": "B",
            "tested": "A",
            "cleaned": True,
            "patch": 64,
            "matched": [9.0, 30.0, 1.0, 50.0],
            "mismatched": [-1.0, 0.0, 8.0],
        }
    ],
}


PUBLISHED = Path(__file__).resolve().parents[2] / "resources/published/fingerprints.csv"
SCORES = [
    {**TEST["scores"][0], "enrolled": one, "tested": two, "patch": 128} for one in ("A", "B") for two in ("A", "B")
]


def test_a_line_has_rates_and_medians_of_a_pair_of_pipelines():
    (line,) = fingerprints_table.lines(TEST).to_dict("records")
    assert (line["correlation"], line["truth"]) == (0.4, None)
    assert (line["strangers"], line["cleaned"]) == (0.02, "yes")
    assert (line["pce_matched"], line["pce_mismatched"]) == (19.5, 0.0)
    # By chance 0.5 % have a PCE above 2.576², the square of the normal distribution's 99.5 % point.
    assert (line["false_positives"], line["passed"]) == (pytest.approx(1 / 3), 0)
    # Of three mismatched pairs none may pass at 0.5 %: three of four matched ones are above 8.
    assert line["tpr"] == 0.75
    # Of twelve pairs of a matched and a mismatched score eleven are in order.
    assert line["auc"] == pytest.approx(11 / 12)
    _, (cells,) = fingerprints_table.cells(fingerprints_table.lines(TEST))
    assert cells == ["B", "A", "none", "yes", "64", "0.400", "–", "0.020", "19.5", "0.0", "75.0", "0.917", "33.3"]


def test_the_roc_has_its_corners_of_each_pipeline_and_of_pairs_that_differ():
    alike = {"enrolled": "A", "tested": "A", "matched": [9.0, 7.0, 6.0], "mismatched": [8.0, 1.0]}
    scores = [{**TEST["scores"][0], **alike}, *TEST["scores"]]
    scores.append({**scores[0], "cleaned": False, "matched": [0.0], "mismatched": [9.0]})
    curves = fingerprints_table.curves_of({**TEST, "scores": scores})
    assert list(curves) == fingerprints_table.CURVES
    own = curves[curves["pipeline"] == "A"]
    # Above 9 one of three is found and none passes, above 6 all are and one passes.
    assert own[["false_positives", "true_positives"]].to_numpy() == pytest.approx(np.array([[0, 1 / 3], [0.5, 1]]))
    others = curves[curves["pipeline"] == fingerprints_table.DIFFERENT]
    assert others[["false_positives", "true_positives"]].to_numpy() == pytest.approx(np.array([[0, 3 / 4], [1 / 3, 1]]))


def test_what_is_not_cleaned_has_no_correlation_but_that_of_strangers():
    score = {**TEST["scores"][0], "tested": "B", "cleaned": False}
    (line,) = fingerprints_table.lines({**TEST, "scores": [score]}).to_dict("records")
    assert (line["cleaned"], line["correlation"], line["truth"], line["strangers"]) == ("no", None, None, 0.6)


@pytest.fixture
def whole():
    """PCE and rates of all pairs: 40 and 1 for A, 20 and 1/2 for B; 10 and 1/4, and 30 and 3/4, between them."""
    pairs = {("A", "A"): (40.0, 1.0), ("B", "B"): (20.0, 0.5), ("A", "B"): (10.0, 0.25), ("B", "A"): (30.0, 0.75)}
    rows = [
        {"enrolled": one, "tested": two, "channel": "none", "cleaned": "yes", "patch": 128, "pce_matched": pce,
         "tpr": rate, "correlation": 1.0 if one == two else 0.4, "false_positives": 0.01 if one == "B" else 0.0}
        for (one, two), (pce, rate) in pairs.items()
    ]  # fmt: skip
    rows = [{**row, "strangers": 0.0} for row in rows]
    rows.append({**rows[1], "cleaned": "no", "strangers": 0.9, "correlation": None})
    return pd.DataFrame(rows).reindex(columns=list(fingerprints_table.COLUMNS))


def test_changes_are_relative_to_equal_pipelines_and_to_bases(whole):
    theirs = pd.DataFrame([["correlation", math.nan, 0.38], ["tpr_change", 256, -17.0]])
    theirs.columns = fingerprints_table.PUBLISHED
    different, own = fingerprints_table.changed(whole, {"B": "A"}, theirs).to_dict("records")
    assert different["pipeline"] == fingerprints_table.DIFFERENT
    # Tested behind B: from 20 to 10; behind A: from 40 to 30.
    assert different["pce_change"] == pytest.approx((-50 - 25) / 2)
    assert different["tpr_change"] == pytest.approx((-25 - 25) / 2)
    assert (different["correlation"], different["correlation_published"]) == (pytest.approx(0.4), 0.38)
    assert math.isnan(different["tpr_change_published"])  # It is of other patches.
    assert (own["pipeline"], own["base"]) == ("B", "A")
    assert (own["pce_change"], own["tpr_change"], own["correlation"]) == (-50, -50, 0.4)
    assert (own["false_positives"], own["strangers"], own["strangers_uncleaned"]) == (0.01, 0, 0.9)


def test_no_change_is_said_against_chance(whole):
    whole.loc[whole["enrolled"] == whole["tested"], "pce_matched"] = 0.5
    assert fingerprints_table.changed(whole, {"B": "A"})["pce_change"].isna().all()


def test_tables_are_written_with_published_values_beside_ours(tmp_path):
    files.write_json(tmp_path / "a.json", {**TEST, "scores": SCORES})
    outputs = {"output": tmp_path / "a.csv", "changes": tmp_path / "b.csv"}
    fingerprints_table.tabulate(tests=[tmp_path / "a.json"], **outputs, published=PUBLISHED)
    lines = (tmp_path / "b.md").read_text().splitlines()
    cells = [cell.strip() for cell in lines[2].strip("|").split("|")]
    assert cells[:6] == [fingerprints_table.DIFFERENT, fingerprints_table.SAME, "none", "128", "0.40", "0.38"]
    assert (cells[7], cells[9]) == ("−40", "−17.0")
    assert lines[3].startswith("| B ")


def test_another_file_is_refused(tmp_path):
    files.write_json(tmp_path / "a.json", {"scores": []})
    with pytest.raises(UserError, match="not a test of fingerprints"):
        fingerprints_table.read(tmp_path / "a.json")
