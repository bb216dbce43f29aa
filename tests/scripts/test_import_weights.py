"""Models of the original toolbox, imported from the command line."""

import json

import numpy as np
import pytest

import import_weights
from neural_imaging import models
from neural_imaging.base.errors import UserError

# File, network, and the toolbox's own arguments, as it writes them into JSON.
RELEASED = [
    ("inet", "INet", {"kernel": 5, "random_init": "False", "trainable_upsampling": "False", "cfa_pattern": "gbrg"}),
    ("inet_rggb_k7", "INet", {"kernel": 7, "cfa_pattern": "rggb"}),
    ("unet_3steps", "UNet", {"n_steps": 3, "activation": "leaky_relu"}),
    ("dnet_4x8", "DNet", {"n_layers": 4, "kernel": 3, "n_features": 8}),
    ("classic_isp_res", "ClassicISP", {"kernel": 3, "c_filters": "(8, 8)", "cfa_pattern": "gbrg", "residual": "True"}),
    ("classic_isp_bilinear", "ClassicISP", {"kernel": 5, "c_filters": "()"}),
    ("fan_small", "FAN", {"n_filters": 8, "n_fscale": 2.0, "n_convolutions": 3, "n_dense": 0, "dropout": 0.0}),
    ("fan_dense", "FAN", {"n_filters": 8, "n_convolutions": 3, "use_gap": "False", "n_dense": 2}),
    ("dcn_8c", "TwitterDCN", {"n_features": 8, "latent_bpf": 5, "use_batchnorm": "False", "loss_metric": "L2"}),
]
OF_PICTURES = {"FAN": ("x", "probabilities"), "TwitterDCN": ("x", "y")}


def run(*arguments):
    import_weights.main([*map(str, arguments)])


@pytest.mark.parametrize(("file", "name", "arguments"), RELEASED)
def test_every_released_model_is_imported_with_its_progress_and_gives_its_outputs(
    parity, parity_folder, tmp_path, file, name, arguments
):
    (tmp_path / "model.h5").write_bytes((parity_folder / f"{file}.h5").read_bytes())
    performance = {"psnr": {"validation": [30.0, 31.5]}, "loss": {"training": [2.0], "validation": []}}
    log = {"model": name, "args": {"in_channels": 4, **arguments}, "performance": performance}
    (tmp_path / "progress.json").write_text(json.dumps(log))
    run("--weights", tmp_path / "model.h5", "--output", tmp_path / "ours" / "model.keras")
    reference, model = parity(file), models.load(tmp_path / "ours" / "model.keras")
    inputs, outputs = OF_PICTURES.get(name, ("raw", "y"))
    np.testing.assert_allclose(model(reference[inputs]), reference[outputs], atol=1e-4)
    record = json.loads((tmp_path / "ours" / "record.json").read_text())
    assert record["settings"]["model"] == name
    assert record["metrics"] == {"validation_psnr": 31.5}


@pytest.mark.parametrize(
    ("file", "name", "settings"),
    [
        ("dnet_4x8", "DNet", {"n_layers": 4, "n_features": 8}),
        ("inet_rggb_k7", "INet", {"kernel": 7}),
        ("fan_dense", "FAN", {"n_filters": 8, "n_convolutions": 3}),
        ("dcn_8c", "TwitterDCN", {}),
    ],
)
def test_without_progress_settings_are_enough_and_the_pattern_is_that_of_the_weights(
    parity, parity_folder, tmp_path, file, name, settings
):
    output = tmp_path / "model.keras"
    arguments = ("--model", name, "--settings", json.dumps(settings), "--output", output)
    run("--weights", parity_folder / f"{file}.h5", *arguments)
    reference, model = parity(file), models.load(output)
    inputs, outputs = OF_PICTURES.get(name, ("raw", "y"))
    np.testing.assert_allclose(model(reference[inputs]), reference[outputs], atol=1e-4)
    assert model.settings.get("cfa_pattern") == {"dnet_4x8": "GBRG", "inet_rggb_k7": "RGGB"}.get(file)


@pytest.mark.parametrize(
    ("file", "arguments", "message"),
    [
        (
            "unet_3steps",
            ("--model", "UNet"),
            "layer conv2d_transpose: conv2d_transpose/kernel:0 of shape (2, 2, 64, 128) does not",
        ),
        ("unet_3steps", ("--model", "INet"), "layer conv2d: conv2d/kernel:0 of shape (3, 3, 4, 32) does not fit"),
        ("inet", ("--model", "INet", "--settings", '{"cfa_pattern": "RGGB"}'), "Bayer pattern GBRG, but RGGB was"),
        ("inet", ("--model", "INet", "--settings", '{"kernels": 5}'), "INet has no setting 'kernels'"),
        ("inet", ("--model", "GDN"), "network 'GDN' is not known; known are INet"),
        (
            "dcn_8c",
            ("--model", "TwitterDCN", "--settings", '{"n_features": 16}'),
            "conv2d_8/kernel:0 of shape (5, 5, 12",
        ),
        ("dcn_8c", ("--model", "TwitterDCN", "--settings", '{"use_batchnorm": true}'), "without use_batchnorm"),
        ("inet", (), "there is no progress.json beside it; say what it is with --model"),
        ("none", ("--model", "INet"), "none.h5: no such file of weights"),
        ("inet", ("--progress", "models.json"), "models.json: not a training log of the released toolbox"),
    ],
)
def test_what_does_not_fit_is_one_line_that_names_the_layer(parity_folder, tmp_path, file, arguments, message):
    arguments = [parity_folder / word if word == "models.json" else word for word in arguments]
    with pytest.raises(UserError) as refused:
        run("--weights", parity_folder / f"{file}.h5", *arguments, "--output", tmp_path / "model.keras")
    assert message in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_a_model_that_is_there_stays_unless_it_is_the_same(parity_folder, tmp_path, capsys):
    given = ["--weights", parity_folder / "inet.h5", "--model", "INet", "--output", tmp_path / "model.keras"]
    run(*given)
    made = (tmp_path / "model.keras").read_bytes()
    capsys.readouterr()
    run(*given)
    assert capsys.readouterr().out.endswith("nothing is to be done\n")
    with pytest.raises(UserError, match="another one: model 'INet', not 'DNet'"):
        run("--weights", parity_folder / "dnet_4x8.h5", "--model", "DNet", *given[4:])
    assert (tmp_path / "model.keras").read_bytes() == made
