from pathlib import Path

import example_runs
import pandas as pd
import pytest
from test_tabulate_forensics import GRID, _arguments

import tabulate
from neural_imaging.base.errors import UserError

PUBLISHED = Path(tabulate.__file__).parents[1] / "resources" / "published"


@pytest.fixture
def ours(tmp_path):
    example_runs.write(tmp_path / "runs", GRID, lambda point: {"hits": 80 + point["run"]})
    tabulate.main(_arguments(tmp_path / "runs", tmp_path))
    return tmp_path


def _command(folder, *more):
    published = str(PUBLISHED / "unet_d90_tradeoff.csv")
    return [
        "published",
        "--summary",
        str(folder / "summary.csv"),
        "--published",
        published,
        "--output",
        str(folder / "p.csv"),
        *more,
    ]


def test_ours_and_published_stand_in_one_table(ours):
    confusion = ["--confusion", str(ours / "confusion.csv"), "--confusion-output", str(ours / "c.csv")]
    published = ["--published-confusion", str(PUBLISHED / "unet_d90_confusion.csv")]
    tabulate.main(_command(ours, *confusion, *published))
    table = pd.read_csv(ours / "p.csv").set_index("lambda_isp")
    assert table.loc["0.1", "accuracy_difference"] == pytest.approx(0.805 - 0.915)
    assert len(pd.read_csv(ours / "c.csv")) == 275
    assert all((ours / name).is_file() for name in ("p.md", "p.tex", "c.md", "c.tex"))


def test_a_camera_we_did_not_run_is_said_and_does_not_stop_the_workflow(ours, capsys):
    tabulate.main(_command(ours, "--camera", "D7000"))
    assert "no run of D7000 and UNet" in capsys.readouterr().err
    assert pd.read_csv(ours / "p.csv")["accuracy_mean"].isna().all()


def test_a_published_confusion_with_text_in_it_is_named(ours):
    theirs = pd.read_csv(PUBLISHED / "unet_d90_confusion.csv").astype(object)
    theirs.loc[3, "gaussian"] = "few"
    theirs.to_csv(ours / "theirs.csv", index=False)
    confusion = ["--confusion", str(ours / "confusion.csv"), "--confusion-output", str(ours / "c.csv")]
    with pytest.raises(UserError, match=r"theirs\.csv: column gaussian must have numbers, not 'few'"):
        tabulate.main(_command(ours, *confusion, "--published-confusion", str(ours / "theirs.csv")))


@pytest.mark.parametrize("taken", ["p.md", "c.csv"])
def test_nothing_is_written_where_one_table_cannot_be(ours, taken):
    (ours / taken).mkdir()
    confusion = ["--confusion", str(ours / "confusion.csv"), "--confusion-output", str(ours / "c.csv")]
    published = ["--published-confusion", str(PUBLISHED / "unet_d90_confusion.csv")]
    with pytest.raises(UserError, match=rf"{taken}: is a folder"):
        tabulate.main(_command(ours, *confusion, *published))
    assert not {"p.csv", "c.md"} & {path.name for path in ours.iterdir()}


def test_confusion_options_come_together(ours):
    with pytest.raises(UserError, match="are given together"):
        tabulate.main(_command(ours, "--confusion", str(ours / "confusion.csv")))
