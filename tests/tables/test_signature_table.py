"""The table of learned tiles."""

import numpy as np
import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.study import grid
from neural_imaging.tables import arrays, signature_table

GRID = {
    "camera": ["D90"],
    "isp": ["INet", "UNet"],
    "channel": ["jpeg50"],
    "lambda_isp": ["fan-only", 0.1],
    "signature": ["none", 1.5],
    "run": [0],
}
SAMPLE = {
    "classes": np.array(["native", "jpeg"]),
    "tile": np.full((4, 4, 3), 1.5),
    "manipulated": np.full((2, 4, 4, 3), [[[[1.4]]], [[[0.7]]]]),
    "received": np.full((2, 2, 2, 3), [[[[1.2]]], [[[0.6]]]]),
    "photographs": np.array([1, 2]),
    "correlation": np.array([0.8, 0.9]),
}


@pytest.fixture
def root(tmp_path):
    for point in grid.with_tiles(grid.points(GRID), ["INet"]):
        labels = {key: np.array(str(value)) for key, value in point.items()}
        arrays.write(grid.run_folder(tmp_path, point) / "signature.npz", {**SAMPLE, **labels})
    return tmp_path


def test_each_run_with_a_tile_has_a_line_a_stage(root):
    table = signature_table.table(root, GRID, ["INet"])
    runs = table[["isp", "lambda_isp", "signature"]].drop_duplicates().to_numpy().tolist()
    assert runs == [["INet", "fan-only", "1.5"], ["UNet", "fan-only", "1.5"], ["INet", "0.1", "none"]]
    first = table.iloc[:7]
    assert first["stage"].tolist() == ["learned", *2 * ["manipulated"], *2 * ["received"], *2 * ["estimated"]]
    assert first["class"].tolist() == ["", *2 * ["native", "jpeg"], "", ""]
    assert first["rms"].tolist()[:5] == pytest.approx([1.5, 1.4, 0.7, 1.2, 0.6])
    assert first["photographs"].tolist()[5:] == [1, 2]
    assert first["correlation"].tolist()[5:] == [0.8, 0.9]


def test_readers_see_strengths_and_correlations(root):
    headings, lines = signature_table.cells(signature_table.table(root, GRID))
    assert headings[-5:] == ["Stage", "Class", "Photographs", "RMS", "Correlation"]
    assert lines[0][-5:] == ["learned", "–", "–", "1.50", "–"]
    assert lines[6][-5:] == ["estimated", "–", "2", "–", "0.900"]


def test_a_grid_without_tiles_is_refused(tmp_path):
    with pytest.raises(UserError, match="no run has a signature"):
        signature_table.table(tmp_path, {**GRID, "signature": ["none"]})
