import math
import re

import pandas as pd
import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.tables import tables, typeset


def _runs():
    nothing = [math.nan] * 2
    known = {"lambda_codec": "none", "signature": "none", "run": 0}
    lines = [
        ["D90", "UNet", "jpeg50", "fan-only", 0.446, 0.43, 0.46, 0.41, 0.4, 0.42, 43.0, 0.99],
        ["D90", "UNet", "jpeg50", "0.1", 0.926, *nothing, 0.9, *nothing, 42.346, 0.9876],
        ["D7000", "UN_2", "jpeg50", "0.1", 0.9, *nothing, 0.9, *nothing, 42.0, 0.98],
    ]
    columns = [name for name in tables.RUNS if not re.search("cropped|patchwise|lambda_codec|signature|^run$", name)]
    more = {"accuracy_cropped": 0.3, "accuracy_patchwise": 0.95, "psnr_patchwise": 42.0}
    return pd.DataFrame(lines, columns=columns).assign(**known, **more)


def test_runs_show_their_interval_where_one_is_known():
    headings, lines = typeset.runs(_runs())
    # Labels that are "none" in every line are left out.
    assert headings[3:8] == [
        "λ",
        "Run",
        "Accuracy, whole (%)",
        "Accuracy, whole, real codec (%)",
        "Accuracy, cropped, real codec (%)",
    ]
    assert lines[0][5:] == ["44.6 [43.0, 46.0]", "41.0 [40.0, 42.0]", "30.0", "95.0", "43.00", "0.990", "42.00"]
    assert lines[1][5:] == ["92.6", "90.0", "30.0", "95.0", "42.35", "0.988", "42.00"]


def test_latex_can_be_pasted():
    text = typeset.latex(*typeset.runs(_runs()))
    assert text.splitlines()[0].startswith("% needs")
    assert text.splitlines()[2] == r"\begin{tabular}{lllrrrrrrr}"
    assert r"D90 & UNet & 0.1 & 92.6 & 90.0 & 30.0 & 95.0 & 42.35 & 0.988 & 42.00 \\" in text
    assert typeset.latex(["a"], [["44.6 ± 1.2"]]).count(r"44.6 $\pm$ 1.2") == 1
    assert r"\begin{tabular}[b]{@{}r@{}}{Accuracy,}\\{whole}\\{(\%)}\end{tabular}" in text
    assert r"UN\_2" in text
    assert text.count(r"\midrule") == 2  # below the headings, and between the cameras
    assert r"\multicolumn{10}{l}{\footnotesize Channel: jpeg50; Run: 0} \\" in text
    assert text.rstrip().endswith(r"\end{adjustbox}")


def test_intervals_stand_below_their_values_and_sentences_are_left_to_latex():
    cells = ["1.0 [0.5, 1.5], 3 of 3 above", "a claim [with brackets]"]
    text = typeset.latex(["a", "b"], [cells], widths={"b": "5cm"})
    stacked = r"\begin{tabular}[t]{@{}r@{}}{1.0}\\{[0.5, 1.5]}\\{3 of 3 above}\end{tabular}"
    assert rf"{stacked} & a claim [with brackets] \\" in text


def test_markdown_lines_up():
    lines = typeset.markdown(*typeset.runs(_runs())).splitlines()
    assert len(lines) == 5
    assert len({len(line) for line in lines}) == 1
    assert lines[1].startswith("| ------ | ---- |")
    assert lines[1].endswith("-: |")


def test_numbers_are_typographic_and_gaps_are_dashes():
    assert typeset.number(-0.5) == "−0.5"
    assert typeset.number(0.25, 100, 0, sign=True) == "+25"
    assert typeset.number(math.nan) == "–"
    assert typeset.number(41.0, decimals=2) == "41.00"


def test_a_number_reads_the_same_before_and_after_it_was_in_a_file():
    assert typeset.number(0.2125, 100, 1) == typeset.number(0.21250000000000002, 100, 1) == "21.3"


def test_four_files_are_written_with_one_stem(tmp_path):
    typeset.write(_runs(), tmp_path / "cvpr2019.csv", typeset.runs)
    assert {path.name for path in tmp_path.iterdir()} == {
        f"cvpr2019.{ending}" for ending in ("csv", "html", "md", "tex")
    }


@pytest.mark.parametrize("taken", ["t.csv", "t.html", "t.md", "t.tex"])
def test_a_table_is_written_in_all_its_forms_or_in_none(tmp_path, taken):
    (tmp_path / taken).mkdir()
    with pytest.raises(UserError, match=f"{taken}: is a folder"):
        typeset.write(_runs(), tmp_path / "t.csv", typeset.runs)
    assert [path.name for path in tmp_path.iterdir()] == [taken]


def test_markdown_can_have_text_below(tmp_path):
    typeset.write(_runs(), tmp_path / "runs.csv", typeset.runs, below="\nNot measured: …\n")
    assert (tmp_path / "runs.md").read_text(encoding="utf-8").endswith("|\n\nNot measured: …\n")
    assert "Not measured" not in (tmp_path / "runs.tex").read_text(encoding="utf-8")
