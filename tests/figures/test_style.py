import subprocess
import sys
from pathlib import Path

import matplotlib
import pandas as pd
import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.figures import style

LIBRARY = Path(style.__file__).parents[2]


def test_drawing_needs_no_network_library():
    modules = [path.stem for path in Path(style.__file__).parent.glob("*.py") if path.stem != "__init__"]
    imports = "".join(f"import neural_imaging.figures.{name}\n" for name in modules)
    check = "import neural_imaging.tables.arrays, sys\nprint(sorted({'keras', 'tensorflow'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", imports + check],
        env={"PYTHONPATH": str(LIBRARY)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_lambdas_have_different_colours_and_the_baseline_its_own():
    values = ["0.0001", "1.0", "fan-only", "0.1"]
    colours = style.weight_colours(values)
    assert list(colours) == ["fan-only", "1.0", "0.1", "0.0001"]
    assert len(set(colours.values())) == 4
    assert colours["fan-only"] == style.BASELINE


def test_lambdas_are_named_as_a_reader_says_them():
    assert [style.weight_name(value) for value in ("fan-only", "1.0", "0.0005")] == ["fan-only", "1", "0.0005"]


def test_a_figure_is_never_higher_than_a_page():
    assert style.figure(3, 50).get_figheight() == style.PAGE_HEIGHT


def test_the_look_leaves_other_figures_alone():
    before = dict(matplotlib.rcParams)

    @style.look
    def draw():
        return matplotlib.rcParams["pdf.fonttype"]

    assert draw() == 42
    assert dict(matplotlib.rcParams) == before


def test_a_choice_that_the_table_lacks_is_refused_by_name():
    table = pd.DataFrame({"camera": ["D90", "5D"], "isp": ["UNet", "INet"]})
    assert style.chosen(table, camera=None, isp="UNet")[1] == {"camera": "D90", "isp": "UNet"}
    with pytest.raises(UserError, match="camera S40 is not in the table; it has D90, 5D"):
        style.chosen(table, camera="S40")


def test_a_figure_has_to_be_named_pdf(tmp_path):
    with pytest.raises(UserError, match=r"ends with \.pdf"):
        style.save(style.figure(1, 1), tmp_path / "figure.svg")


def test_fonts_are_embedded_and_no_date_is_written(tmp_path):
    drawing = style.figure(1, 1)
    drawing.text(0.5, 0.5, "λ")
    style.save(drawing, tmp_path / "figure.pdf")
    content = (tmp_path / "figure.pdf").read_bytes()
    assert b"/FontFile2" in content
    assert b"CreationDate" not in content
