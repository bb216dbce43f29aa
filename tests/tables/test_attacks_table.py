"""The table of attacks on signatures."""

import example_tests
import numpy as np
import pytest

from neural_imaging.tables import attacks_table, typeset


@pytest.fixture(scope="module")
def lines():
    return attacks_table.lines_of(example_tests.attacks_test()).set_index(["attack", "photographs"])


def test_lines_are_what_there_is_without_attacks_then_attacks_then_controls(lines):
    attacks = [("developed", 1), ("developed", 5), ("received", 1), ("received", 5)]
    assert lines.index[2:].tolist() == [*attacks, ("random", 5)]
    assert [name for name, _ in lines.index[:2]] == ["nothing done", "no signature"]
    nothing = lines.loc["nothing done"].iloc[0]
    assert nothing[["accuracy", "called_native", "detected", "overdone", "windows"]].tolist() == [0.75, 0.25, 1, 0, 4]
    assert np.isnan(nothing["psnr"])


def test_a_removal_is_detected_by_what_is_left(lines):
    # The first of four photographs has 0.05 more, and the limit is 0.13.
    assert lines["detected"].loc[("developed", 1)] == 1
    assert lines["detected"].loc[("developed", 5)] == 0.25
    assert lines["left"].loc[("developed", 5)] == pytest.approx(0.1125)
    content = example_tests.attacks_test()
    content["attacks"][0]["removed"]["correlation"] = [-0.2, 0.1, -0.14, 0.0]
    line = attacks_table.lines_of(content).iloc[2]
    assert line[["detected", "overdone"]].tolist() == [0, 0.5]


def test_forged_ones_are_those_called_native_of_manipulated_ones_alone(lines):
    line = lines.loc[("received", 5)]
    assert line[["accuracy", "forged", "forged_low", "forged_high"]].tolist() == [0.25, 0.5, 0.5, 0.5]


def test_planted_ones_are_told_apart_by_their_correlation(lines):
    # All genuine ones have 0.85; planted ones 0.7 and 0.8, so that each has less.
    assert lines["planted_auc"].loc[("developed", 5)] == 1
    content = example_tests.attacks_test()
    content["attacks"][0]["planted"]["correlation"] = [0.85] * 4
    assert attacks_table.lines_of(content).iloc[2]["planted_auc"] == 0.5


def test_all_runs_are_in_the_table(tmp_path):
    trained = example_tests.attacks_tests(tmp_path)
    attacks_table.tabulate(trained=trained, tests=tmp_path, output=tmp_path / "attacks.csv")
    table = attacks_table.table(trained, tmp_path)
    assert table["run"].tolist() == [0] * 7 + [1] * 7
    assert set(table["signature"].astype(str)) == {"1.5"}
    headings, rows = attacks_table.cells(table)
    assert headings[:8] == ["Camera", "ISP", "Channel", "λ", "Signature", "Run", "Attack", "Photographs"]
    assert rows[2][5:10] == ["0", "developed", "1", "0.80", "0.95"]
    assert (tmp_path / "attacks.md").read_text(encoding="utf-8") == typeset.markdown(headings, rows)


def test_the_printed_table_says_what_a_defender_tests():
    text = attacks_table.described(example_tests.attacks_test())
    assert text.splitlines()[0].startswith("| Attack ")
    assert text.endswith("detected: a correlation above 0.130; overdone: below −0.130\n")
