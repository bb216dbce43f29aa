"""Networks leave for other programs as ONNX, and compute there what they compute here."""

import keras
import numpy as np
import pytest

from neural_imaging import models

for module in ("tf2onnx", "onnxruntime"):
    pytest.importorskip(module, reason=f"{module} is not installed (pip install tf2onnx onnxruntime)")
if keras.backend.backend() != "tensorflow":
    pytest.skip("exported from TensorFlow", allow_module_level=True)

NETWORKS = {
    "INet": {},
    "UNet": {"n_steps": 2, "n_filters": 4},
    "DNet": {"n_layers": 2, "n_features": 4},
    "ClassicISP": {"c_filters": [4]},
    "FAN": {"n_filters": 4, "n_convolutions": 2, "dense": [8]},
}


def _agrees(network, inputs, path, tolerance=1e-4):
    import onnxruntime

    ours = keras.ops.convert_to_numpy(network(inputs))
    network.export(path, format="onnx", verbose=False)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (theirs,) = session.run(None, {session.get_inputs()[0].name: inputs})
    np.testing.assert_allclose(theirs, ours, atol=tolerance)


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("side", [16, 24])
def test_pipelines_and_the_forensic_network(name, side, tmp_path):
    channels = 3 if name == "FAN" else 4
    inputs = np.random.default_rng(0).random((2, side, 32, channels), np.float32)
    _agrees(models.create(name, **NETWORKS[name]), inputs, tmp_path / "network.onnx")


def test_the_halves_of_a_codec(tmp_path):
    codec = models.create("TwitterDCN", n_features=4, width=8, n_blocks=1)
    images = np.random.default_rng(0).random((1, 16, 24, 3), np.float32)
    _agrees(codec.encoder, images, tmp_path / "encoder.onnx")
    _agrees(codec.decoder, keras.ops.convert_to_numpy(codec.encode(images)), tmp_path / "decoder.onnx")
