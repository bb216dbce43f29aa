import h5py
import numpy as np
import pytest

from neural_imaging import models
from neural_imaging.base.errors import UserError
from neural_imaging.models import legacy


def test_weights_that_are_not_trained_are_imported_too(parity_folder, tmp_path):
    network = models.create("INet")
    with h5py.File(parity_folder / "inet.h5") as source, h5py.File(tmp_path / "changed.h5", "w") as changed:
        changed.attrs.update(source.attrs)
        for group in source:
            source.copy(group, changed)
        changed["conv2d/conv2d/kernel:0"][...] = 7
    models.import_weights(tmp_path / "changed.h5", network)
    np.testing.assert_array_equal(network.non_trainable_weights[0], 7)


def test_files_are_read_in_the_order_they_were_written(parity_folder):
    names = [name for name, _ in legacy.read_weights(parity_folder / "fan_small.h5")]
    assert names[0] == "constrained_conv2d: kernel:0"
    assert names[1:3] == ["conv2d: conv2d/kernel:0", "conv2d: conv2d/bias:0"]
    assert len(legacy.read_weights(parity_folder / "dcn_8c.h5")) == 37


@pytest.mark.parametrize(
    ("file", "name", "settings", "message"),
    [
        ("inet", "INet", {"kernel": 7}, r"layer conv2d_1: conv2d_1/kernel:0 of shape \(5, 5, 3, 3\) does not fit"),
        ("unet_3steps", "UNet", {"n_steps": 2}, "layer conv2d_4: conv2d_4/kernel:0"),
        ("unet_3steps", "FAN", {}, "layer conv2d: conv2d/kernel:0"),
        ("fan_small", "FAN", {"n_filters": 8, "n_convolutions": 3}, "layer dense: dense/kernel:0"),
        ("fan_small", "FAN", {"n_filters": 8, "n_convolutions": 3, "n_dense": 0, "n_classes": 7}, "layer dense: "),
    ],
)
def test_what_does_not_fit_is_refused_by_layer_and_changes_nothing(parity_folder, file, name, settings, message):
    network = models.create(name, **settings)
    before = network.get_weights()
    with pytest.raises(UserError, match=message):
        models.import_weights(parity_folder / f"{file}.h5", network)
    for old, new in zip(before, network.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_a_file_with_too_few_or_too_many_layers_is_refused(parity_folder, tmp_path):
    network = models.create("INet")
    with h5py.File(parity_folder / "inet.h5") as source, h5py.File(tmp_path / "short.h5", "w") as short:
        short.attrs["layer_names"] = [b"conv2d", b"conv2d_1"]
        for group in ("conv2d", "conv2d_1"):
            source.copy(group, short)
    with pytest.raises(UserError, match=r"no weights for .*kernel: it has more layers"):
        models.import_weights(tmp_path / "short.h5", network)


def test_files_that_are_no_weights_are_refused(tmp_path):
    network = models.create("INet")
    (tmp_path / "text.h5").write_text("no HDF5")
    h5py.File(tmp_path / "empty.h5", "w").close()
    for name, message in (("none.h5", "no such file"), ("text.h5", "not a weights"), ("empty.h5", "not a weights")):
        with pytest.raises(UserError, match=message):
            models.import_weights(tmp_path / name, network)


def test_values_that_are_not_finite_are_refused(parity_folder, tmp_path):
    (tmp_path / "broken.h5").write_bytes((parity_folder / "inet.h5").read_bytes())
    with h5py.File(tmp_path / "broken.h5", "r+") as file:
        file["conv2d_2/conv2d_2/kernel:0"][0, 0, 0, 0] = np.nan
    with pytest.raises(UserError, match="layer conv2d_2: conv2d_2/kernel:0 holds values that are not finite"):
        models.import_weights(tmp_path / "broken.h5", models.create("INet"))
