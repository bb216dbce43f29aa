import example_runs
import numpy as np
import pytest

from neural_imaging import models
from neural_imaging.base.errors import UserError
from neural_imaging.evaluation import manipulated, samples
from neural_imaging.tables import arrays


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    return example_runs.training_set(tmp_path_factory.mktemp("set"))


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    path = tmp_path_factory.mktemp("isp") / "model.keras"
    models.create("UNet", n_steps=2, n_filters=2).save(path)
    return path


def test_the_first_held_out_photograph_is_taken_with_its_target(table):
    name, raw, target = samples.photograph(table)
    assert name == "second"
    assert (raw.shape, target.shape) == ((1, 96, 128, 4), (192, 256, 3))
    np.testing.assert_allclose(raw[0, :, :, 0], target[::2, ::2, 0] / 255, atol=1e-6)
    np.testing.assert_allclose(raw[0, :, :, 3], target[1::2, 1::2, 2] / 255, atol=1e-6)


def test_a_photograph_can_be_named_and_is_cut_to_its_middle(table):
    whole = samples.photograph(table, "third")[2]
    name, raw, target = samples.photograph(table, "third", size=128)
    assert name == "third"
    assert raw.shape == (1, 64, 64, 4)
    np.testing.assert_array_equal(target, whole[32:160, 64:192])
    np.testing.assert_allclose(raw[0, :, :, 0], target[::2, ::2, 0] / 255, atol=1e-6)


def test_a_photograph_of_another_split_is_refused(table):
    with pytest.raises(UserError, match="first is not in the validation split; it has second, third"):
        samples.photograph(table, "first")
    with pytest.raises(UserError, match="a size of 40 pixels is too small; it must be 64 at least"):
        samples.photograph(table, size=40)


def test_an_archive_develops_a_photograph(table, archive):
    _, raw, target = samples.photograph(table)
    photo = samples.develop(archive, raw)
    assert (photo.shape, photo.dtype) == (target.shape, np.uint8)
    expected = np.asarray(models.load(archive)(raw))[0]
    np.testing.assert_allclose(photo / 255, expected, atol=0.5 / 255 + 1e-6)


def test_an_archive_that_holds_no_isp_is_refused(table, tmp_path):
    models.create("FAN", n_classes=2, n_filters=2, n_dense=0, n_convolutions=2).save(tmp_path / "fan.keras")
    with pytest.raises(UserError, match=r"fan\.keras: holds no ISP"):
        samples.develop(tmp_path / "fan.keras", samples.photograph(table)[1])


def test_pipelines_start_with_the_target_and_say_their_psnr():
    target = np.full((32, 48, 3), 100, np.uint8)
    sample = samples.pipelines("a", target, {"UNet": target + np.uint8(10)})
    assert sample["names"].tolist() == ["target", "UNet"]
    assert np.isnan(sample["psnr"][0])
    assert sample["psnr"][1] == pytest.approx(20 * np.log10(255 / 10))


def test_the_difference_is_optimised_minus_plain():
    plain = np.full((32, 48, 3), 100, np.uint8)
    optimised = plain.copy()
    optimised[:, ::2] = 103
    sample = samples.difference("a", "λ = 0.1", plain, plain, optimised)
    assert sample["amplification"] == 20
    assert np.unique(sample["amplified"][:, ::2]).tolist() == [128 + 3 * 20]
    assert np.unique(sample["amplified"][:, 1::2]).tolist() == [128]
    assert sample["psnr"][0] > 90
    assert sample["spectra"].shape == (3, 32, 32)


def test_a_wave_stands_in_the_spectrum_at_its_frequency():
    rows = np.arange(256)[:, None, None]
    wave = 100 + 20 * np.sin(2 * np.pi * rows / 8) * np.ones((1, 192, 3))
    spectrum = samples.spectrum(wave)
    assert spectrum.shape == (128, 128)
    row, column = np.unravel_index(np.argmax(spectrum), spectrum.shape)
    assert (abs(row - 64), column) == (128 // 8, 64)


def test_an_empty_difference_has_a_flat_and_finite_spectrum():
    spectrum = samples.spectrum(np.zeros((64, 64, 3)))
    assert np.ptp(spectrum) == 0
    assert np.isfinite(spectrum).all()


def test_amplified_differences_hardly_clip():
    change = np.random.default_rng(1).normal(0, 2, (64, 64, 3))
    picture, factor = samples.amplify(change).values()
    assert factor == 20
    assert np.mean((picture == 0) | (picture == 255)) <= 0.005


def test_the_detail_is_where_the_texture_is():
    picture = np.full((80, 120, 3), 90, np.uint8)
    picture[30:50, 70:90] = np.random.default_rng(1).integers(60, 120, (20, 20, 3))
    top, left, side = samples.detail(picture)
    assert side == 20
    assert abs(top - 30) <= 1
    assert abs(left - 70) <= 1


def test_manipulations_stand_beside_the_native_patch(table):
    target = samples.photograph(table)[2]
    sample = manipulated.sample("second", target, ["gaussian:0.83", "jpeg:80"], size=64)
    assert sample["names"].tolist() == ["native", "gaussian:0.83", "jpeg:80"]
    assert sample["patches"].shape == (3, 64, 64, 3)
    assert sample["patches"][1].std() < sample["patches"][0].std()
    assert (sample["amplified"][0] == 128).all()
    expected = 128 + sample["amplification"] * (sample["patches"][1].astype(int) - sample["patches"][0])
    np.testing.assert_array_equal(sample["amplified"][1], np.clip(expected, 0, 255))


def test_a_sample_is_read_as_it_was_written(tmp_path):
    content = {"names": np.array(["target", "λ"]), "photos": np.zeros((2, 4, 4, 3), np.uint8)}
    arrays.write(tmp_path / "a.npz", content)
    read = arrays.read(tmp_path / "a.npz", ["names"])
    assert read["names"].tolist() == ["target", "λ"]
    first = (tmp_path / "a.npz").read_bytes()
    arrays.write(tmp_path / "a.npz", content)
    assert (tmp_path / "a.npz").read_bytes() == first


def test_files_without_arrays_are_refused_by_name(tmp_path):
    with pytest.raises(UserError, match="no such file"):
        arrays.read(tmp_path / "a.npz", [])
    (tmp_path / "a.npz").write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(UserError, match=r"a\.npz: not a file of arrays"):
        arrays.read(tmp_path / "a.npz", [])
    (tmp_path / "b.npz").write_text("text")
    with pytest.raises(UserError, match=r"b\.npz: not a file of arrays"):
        arrays.read(tmp_path / "b.npz", [])
    np.save(tmp_path / "c.npy", np.zeros(3))
    with pytest.raises(UserError, match=r"c\.npy: not a file of arrays"):
        arrays.read(tmp_path / "c.npy", [])
