import json

import numpy as np
import pytest

import measure_noise
from neural_imaging.base.errors import UserError
from neural_imaging.base.files import read_rows
from neural_imaging.datasets import simulated_set
from neural_imaging.fingerprints import folder
from neural_imaging.imaging import cameras, sensors

SCENES = {"photographs": False, "dead_leaves": 1, "flat_fields": 4, "height": 256, "width": 384}


@pytest.fixture(scope="module")
def camera(camera_file):
    return cameras.load(camera_file, "D90", device=2)


@pytest.fixture(scope="module")
def raws(tmp_path_factory, camera):
    place = tmp_path_factory.mktemp("raws")
    simulated_set.make(camera, place, SCENES)
    (place / "broken.dng").write_bytes((place / "flat-0000.dng").read_bytes()[:2000])
    return place


def test_a_folder_gives_a_profile_a_fingerprint_and_a_list(raws, camera, tmp_path, capsys):
    output, pattern = tmp_path / "noise.json", tmp_path / "fingerprint.npy"
    measure_noise.main([str(raws), f"--output={output}", f"--fingerprint={pattern}", "--iso=400"])
    measured = json.loads(output.read_text())
    assert measured["shot"] == pytest.approx(camera.shot, rel=0.1)
    assert measured["prnu"] == pytest.approx(camera.spread.prnu, rel=0.1)
    assert (measured["camera"], measured["flat_fields"], measured["photographs"]) == ("Simulated Nikon D90", 4, 5)
    truth = sensors.fingerprint(camera, 256, 384)
    assert np.corrcoef(np.load(pattern).ravel(), truth.ravel())[0, 1] > 0.7
    rows = {row["file"]: row for row in read_rows(output.with_suffix(".csv"), folder.COLUMNS)}
    assert rows["synthetic-0000.dng"]["flat_field"] == "False"
    assert rows["broken.dng"]["status"] == "refused"
    printed = capsys.readouterr().out
    assert "noise: {shot: " in printed
    assert "iso: 400}" in printed
    assert "# left out: broken.dng: " in printed


def test_a_file_of_another_camera_is_left_out_with_the_reason(raws, camera_file, tmp_path):
    for path in raws.glob("flat-*.dng"):
        (tmp_path / path.name).symlink_to(path)
    simulated_set.make(cameras.load(camera_file, "EOS5D"), tmp_path / "other", SCENES | {"flat_fields": 1})
    measured, rows = folder.measure(tmp_path)
    assert measured["photographs"] == 4
    (reason,) = [row["reason"] for row in rows if row["file"] == "other/flat-0000.dng"]
    assert reason == (
        "of another camera, size or CFA than most, which are: Simulated Nikon D90, 256 × 384 pixels, GBRG"
    )


def test_a_folder_without_raw_files_or_flat_fields_ends_with_the_reason(raws, tmp_path):
    (tmp_path / "note.dng").write_text("no picture, but long enough to be looked at")
    with pytest.raises(UserError, match="no RAW file of these can be used"):
        measure_noise.main([str(tmp_path)])
    with pytest.raises(UserError, match="has no flat field"):
        folder.fingerprint(raws, [{"status": "used", "flat_field": False}])
