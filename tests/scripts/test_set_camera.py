"""Setting a ClassicISP to a camera, as a user calls the program."""

import json

import numpy as np
import pytest

import set_camera
from neural_imaging import models
from neural_imaging.base.errors import UserError
from neural_imaging.tables import isp_table

MATRIX = [[1.5, -0.4, -0.1], [-0.2, 1.5, -0.3], [0, -0.5, 1.5]]
CAMERAS = {"A": {"cfa": "RGGB", "srgb": np.eye(3).tolist()}, "B": {"cfa": "GBRG", "srgb": MATRIX}}


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A model of two cameras where a training leaves it, with its record."""
    folder = tmp_path_factory.mktemp("auto")
    models.create("ClassicISP", c_filters=[2], kernel=3, cameras=CAMERAS).save(folder / "model.keras")
    inputs = {"data/A/images.csv": "0", "data/B/images.csv": "1"}
    record = {"kind": "train_isp", "settings": {"model": "ClassicISP", "epochs": 3}, "seed": 4, "inputs": inputs}
    (folder / "record.json").write_text(json.dumps({**record, "metrics": {"validation_psnr": 41.0}}))
    return folder / "model.keras"


def test_the_model_is_written_for_the_camera_and_its_weights_stay(shared, tmp_path):
    output = tmp_path / "B" / "auto" / "model.keras"
    set_camera.main(["--model", str(shared), "--camera", "B", "--output", str(output)])
    before, after = models.load(shared), models.load(output)
    assert after.settings["cfa_pattern"] == "GBRG"
    np.testing.assert_allclose(after.settings["srgb"], MATRIX, atol=1e-6)
    for one, other in zip(before.trainable_weights, after.trainable_weights, strict=True):
        np.testing.assert_array_equal(one, other)


def test_its_record_stands_among_those_of_trained_pipelines(shared, tmp_path):
    output = tmp_path / "B" / "auto" / "model.keras"
    set_camera.main(["--model", str(shared), "--camera", "B", "--output", str(output)])
    record = json.loads(output.with_name("record.json").read_text())
    assert record["settings"] == {"model": "ClassicISP", "epochs": 3, "camera": "B"}
    assert record["seed"] == 4
    assert isp_table.find([tmp_path]) == [output.parent]
    # What the training measured was measured on all cameras together.
    with pytest.raises(UserError, match="has no validation"):
        isp_table.trained([output.parent])


def test_a_camera_that_it_did_not_learn_from_comes_from_the_list_of_cameras(shared, camera_file, tmp_path):
    output = tmp_path / "model.keras"
    set_camera.main(
        ["--model", str(shared), "--camera", "EOS40D", "--cameras", str(camera_file), "--output", str(output)]
    )
    assert models.load(output).settings["cfa_pattern"] == "RGGB"


def test_wrong_calls_are_refused_and_write_nothing(shared, tmp_path):
    models.create("INet").save(tmp_path / "inet.keras")
    for model, camera, output, message in (
        (shared, "C", "out.keras", "no camera 'C'; it has A, B"),
        (shared, "A", "out.h5", r"--output .* must end with \.keras"),
        (tmp_path / "inet.keras", "A", "out.keras", "holds a INet; only a ClassicISP"),
        (tmp_path / "absent.keras", "A", "out.keras", "no such model file"),
        (shared, "A", shared, "is the model itself"),
    ):
        with pytest.raises(UserError, match=message):
            set_camera.main(["--model", str(model), "--camera", camera, "--output", str(tmp_path / output)])
    assert {path.name for path in tmp_path.iterdir()} == {"inet.keras"}


def test_a_model_that_is_there_stays_unless_it_is_the_same(shared, tmp_path, capsys):
    given = ["--model", str(shared), "--output", str(tmp_path / "model.keras"), "--camera"]
    set_camera.main([*given, "A"])
    made = (tmp_path / "model.keras").read_bytes()
    set_camera.main([*given, "A"])
    assert capsys.readouterr().out.endswith("nothing is to be done\n")
    with pytest.raises(UserError, match="another one: camera 'A', not 'B'; --force"):
        set_camera.main([*given, "B"])
    with pytest.raises(UserError, match=r"is that of model\.keras; name another folder"):
        set_camera.main([*given[:-2], str(tmp_path / "b.keras"), "--camera", "B"])
    assert (tmp_path / "model.keras").read_bytes() == made
    set_camera.main([*given, "B", "--force"])
    assert models.load(tmp_path / "model.keras").settings["cfa_pattern"] == "GBRG"
