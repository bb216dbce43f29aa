import subprocess
import sys
from pathlib import Path

import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.study import grid

GRID = {
    "run": [0, 1],
    "lambda_isp": ["fan-only", 0.1, 1e-4],
    "camera": ["D90", "D7000"],
    "isp": ["UNet"],
    "channel": ["jpeg50"],
}


def test_every_combination_is_a_point_and_runs_change_fastest():
    points = grid.points(GRID)
    assert len(points) == 2 * 3 * 2
    first = {"camera": "D90", "isp": "UNet", "channel": "jpeg50", "lambda_isp": "fan-only", "run": 0}
    assert points[0] == {**first, "lambda_codec": "none", "signature": "none"}
    assert points[1]["run"] == 1
    assert points[2]["lambda_isp"] == 0.1
    assert points[-1]["camera"] == "D7000"


def test_the_order_of_the_keys_does_not_matter():
    assert grid.points(GRID) == grid.points(dict(sorted(GRID.items())))


POINT = {"run": 0, "camera": "D90", "isp": "UNet", "channel": "jpeg50", "lambda_isp": 1e-4}
POINT |= {"lambda_codec": "none", "signature": 2.0}


def test_the_path_of_a_run_has_every_column():
    expected = "results/x/camera~D90/isp~UNet/channel~jpeg50/lambda_isp~0.0001/lambda_codec~none/signature~2/run~0"
    assert grid.run_folder("results/x", POINT) == Path(expected)


def test_a_text_of_a_path_is_the_value_again():
    values = [0.0001, 1.0, 2, 1.5, "fan-only", "basic", "none"]
    assert [grid.parsed(str(grid.number(value))) for value in values] == values


def test_a_learned_codec_has_a_point_for_each_of_its_weights_and_other_channels_have_one():
    coded = {**GRID, "channel": ["jpeg50", "16c"], "lambda_codec": ["basic", 0.1], "learned": ["16c"], "run": [0]}
    points = grid.points({**coded, "camera": ["D90"], "lambda_isp": ["fan-only"]})
    assert [(point["channel"], point["lambda_codec"]) for point in points] == [
        ("jpeg50", "none"),
        ("16c", "basic"),
        ("16c", 0.1),
    ]


SIGNED = {**GRID, "camera": ["D90"], "channel": ["jpeg50", "16c"], "lambda_isp": ["fan-only", 0.1], "run": [0]}
SIGNED |= {"lambda_codec": ["basic", 0.01], "learned": ["16c"], "signature": ["none", 1.5]}


def test_a_signature_is_learned_where_nothing_else_learns():
    signed = [point for point in grid.points(SIGNED) if point["signature"] != "none"]
    weights = [(point["channel"], point["lambda_isp"], point["lambda_codec"]) for point in signed]
    assert weights == [("jpeg50", "fan-only", "none"), ("16c", "fan-only", "basic")]
    assert len(grid.points(SIGNED)) == 2 + 4 + 2


def test_signatures_are_combined_with_all_points_where_that_is_asked_for():
    assert len(grid.points({**SIGNED, "signature_jointly": True})) == 2 * (2 + 4)


def test_what_learns_is_sorted_from_the_baseline_to_the_strongest_signature():
    points = grid.points({**SIGNED, "channel": ["jpeg50"], "signature": [2, "none", 1.5]})
    order = [(point["lambda_isp"], point["signature"]) for point in sorted(points, key=grid.order)]
    assert order == [("fan-only", "none"), ("fan-only", 1.5), ("fan-only", 2), (0.1, "none")]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"colour": ["red"]}, "unknown key 'colour'"),
        ({"isp": []}, "'isp' must be a list"),
        ({"isp": "UNet"}, "'isp' must be a list"),
        ({"lambda_isp": [1, 1.0]}, "has 1.0 more than once"),
        ({"lambda_isp": ["fan_only"]}, "'fan_only' is neither"),
        ({"lambda_isp": [-1]}, "-1 is neither"),
        ({"lambda_codec": ["fan-only"]}, "lambda_codec: 'fan-only' is neither"),
        ({"lambda_codec": []}, "'lambda_codec' must be a list"),
        ({"signature": [0]}, "signature: 0 is neither"),
        ({"signature": ["basic"]}, "signature: 'basic' is neither"),
        ({"signature": ["fan-only"]}, "signature: 'fan-only' is neither"),
        ({"signature": [2, 2.0]}, "has 2.0 more than once"),
    ],
)
def test_a_wrong_grid_is_refused_by_name(change, message):
    with pytest.raises(UserError, match=message):
        grid.points(GRID | change)


def test_a_missing_key_is_named():
    with pytest.raises(UserError, match="'channel' is missing"):
        grid.points({key: value for key, value in GRID.items() if key != "channel"})


def test_the_baseline_comes_first_and_then_the_largest_lambda():
    weights = [grid.weight(value) for value in (0.0001, 1, "fan-only", "0.05")]
    assert sorted(weights, key=grid.descending) == ["fan-only", "1.0", "0.05", "0.0001"]


def test_the_grid_needs_no_heavy_library():
    code = "import sys, neural_imaging.study.grid; print(sorted({'numpy', 'pandas', 'keras'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(Path(grid.__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_the_folders_of_a_run_describe_it():
    alone = {**POINT, "lambda_isp": "fan-only", "signature": "none"}
    assert grid.described(grid.run_folder("x", alone) / "model.keras") == "UNet, fan-only"
    assert grid.described(grid.run_folder("x", alone | {"lambda_isp": 0.1}) / "a") == "UNet, λ = 0.1"
    assert grid.described(grid.run_folder("x", alone | {"signature": 1.5}) / "a") == "UNet, signature 1.5"
    assert grid.described("mine/optimised.keras") == "optimised.keras"


def test_points_are_chosen_by_any_spelling_of_their_values():
    found = grid.points({**GRID, "lambda_isp": ["fan-only", 1.0, 0.0001], "run": [0, 1]})
    chosen = grid.chosen(found, {"lambda_isp": ["1", "1e-4"], "run": ["1"], "camera": ["D90"], "isp": None})
    assert [(point["lambda_isp"], point["run"]) for point in chosen] == [(1.0, 1), (0.0001, 1)]
    with pytest.raises(UserError, match="run 7: there is no such run; there are 0, 1"):
        grid.chosen(found, {"run": ["7"]})
    with pytest.raises(UserError, match="lambda_isp: 'much' is neither"):
        grid.chosen(found, {"lambda_isp": ["much"]})
