"""Damaged results of runs: what tables are made of is refused in a line that begins with the file, and nothing is taken
from it."""

import io
import json
import zipfile

import damages
import example_runs
import example_tests
import numpy as np
import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.tables import (
    arrays,
    attacks_table,
    detection_table,
    evaluation_files,
    localisation_files,
    robustness_files,
    tables,
)

LEAST = 40
GRID = {"camera": ["D90"], "isp": ["UNet"], "channel": ["jpeg50"], "lambda_isp": ["fan-only"], "run": [0]}
# Entries that tables do not read, or names that can be others, by the file.
FREE = {
    "robustness.json": ("refused", "left_out", "classes", "name", "manipulations", "source", "image", "right", "wrong"),
    "localisation.json": (
        "refused",
        "left_out",
        "classes",
        "name",
        "manipulation",
        "isp",
        "source",
        "image",
        "control",
    ),
    "attacks.json": ("source", "image", "classes", "estimate", "limit", "strength", "groups", "count"),
    "evaluation.json": ("kind", "windows", "origin", "patches", "classes", "source", "compression"),
}


def _said(read):
    """The line with which something is refused; None where it is not."""
    try:
        read()
    except UserError as error:
        return str(error)
    return None


@pytest.fixture
def run(tmp_path):
    """(point, evaluation) of a run in a folder of its own."""
    example_runs.write(tmp_path, GRID, lambda point: {"hits": 60, "patches": 80})
    return tables.evaluations(tmp_path, GRID)[0]


@pytest.mark.parametrize("name", FREE)
def test_each_result_of_a_run_is_refused_by_name(tmp_path, run, name):
    example_tests.robustness_tests(tmp_path)
    example_tests.localisation_tests(tmp_path)
    example_tests.attacks_tests(tmp_path)
    read = {
        "robustness.json": robustness_files.read,
        "localisation.json": localisation_files.read,
        "attacks.json": attacks_table.read,
    }
    path, count = sorted(tmp_path.rglob(name))[0], 0
    labels = tables.labels(run[0])
    content = path.read_bytes()
    documents = [(place, json.dumps(one).encode()) for place, one in damages.entries_of(json.loads(content))]
    texts = [(place, text.encode("utf-8", "replace")) for place, text in damages.texts_of_json()]
    for place, damaged in [*damages.bytes_of(content), *texts, *documents]:
        path.write_bytes(damaged)
        said = _said(lambda: read[name](path) if name in read else evaluation_files.read(path, labels))
        if said is None:
            # That a condition, region or attack less is there shows beside other runs alone. A camera may have learned
            # nothing.
            lists = ("conditions", "regions", "attacks", "controls")
            parts = [f"{part}', {place}): missing" for part in lists for place in range(4)]
            more = (*parts, "optimised',): []")
            assert any(f"'{key}" in place for key in (*FREE[name], *more)), place
            continue
        assert said.startswith(f"{path}: "), place
        assert "\n" not in said, place
        count += 1
    assert count >= 10 * LEAST


def test_each_file_of_probabilities_is_refused_by_name(tmp_path, run):
    (path,) = tmp_path.rglob("probabilities.npz")
    whole, count = path.read_bytes(), 0
    for name, damaged in [*damages.bytes_of(whole), *damages.arrays(), *_probabilities(arrays.read(path, []))]:
        path.write_bytes(damaged)
        said = _said(lambda: detection_table.read(tmp_path, *run))
        if said is None:
            assert name == "twice" or "flipped" in name, name
            continue
        assert said.startswith(f"{path}: "), name
        assert "\n" not in said, name
        count += 1
    assert count >= 2 * LEAST


def _probabilities(kept):
    """(name, bytes) of archives with an array less, with another one, or with something else in its place."""
    kept = {name: array for name, array in kept.items() if name != "source"}
    for name, array in kept.items():
        others = {kind: np.ones(array.shape).astype(kind) for kind in ("i8", "c8", "?", "M8[s]", "V4")}
        others |= {"nan": np.full(array.shape, np.nan), "a number": np.zeros(()), "none": np.zeros(0)}
        others |= {"texts": np.full(array.shape, "a"), "negative": -np.ones(array.shape)}
        others |= {"more": np.concatenate([array, array])}
        for kind, other in others.items():
            file = io.BytesIO()
            np.savez(file, **{**kept, name: other})
            yield f"{name}: {kind}", file.getvalue()
        file = io.BytesIO()
        np.savez(file, **{key: one for key, one in kept.items() if key != name})
        yield f"without {name}", file.getvalue()
        with zipfile.ZipFile(file, "a") as archive:
            archive.writestr(name, b"text")
        yield f"{name} is a text", file.getvalue()
