import pytest

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.tables import fingerprints_table

TEST = {
    "pipelines": ["A", "B"],
    "devices": ["1", "2"],
    "channel": "none",
    "correlation": [[1.0, 0.4], [0.4, 1.0]],
    "truth": {"A": 0.9, "B": None},
    "scores": [
        {
            "enrolled": "B",
            "tested": "A",
            "patch": 64,
            "matched": [9.0, 30.0, 1.0, 50.0],
            "mismatched": [-1.0, 0.0, 8.0],
        }
    ],
}


def test_a_line_has_rates_and_medians_of_a_pair_of_pipelines():
    (line,) = fingerprints_table.lines(TEST).to_dict("records")
    assert (line["correlation"], line["truth"]) == (0.4, None)
    assert (line["pce_matched"], line["pce_mismatched"]) == (19.5, 0.0)
    # Of three mismatched pairs none may pass at 0.5 %: three of four matched ones are above 8.
    assert line["tpr"] == 0.75
    # Of twelve pairs of a matched and a mismatched score eleven are in order.
    assert line["auc"] == pytest.approx(11 / 12)
    _, (cells,) = fingerprints_table.cells(fingerprints_table.lines(TEST))
    assert cells == ["B", "A", "none", "64", "0.400", "–", "19.5", "0.0", "75.0", "0.917"]


def test_another_file_is_refused(tmp_path):
    files.write_json(tmp_path / "a.json", {"scores": []})
    with pytest.raises(UserError, match="not a test of fingerprints"):
        fingerprints_table.read(tmp_path / "a.json")
