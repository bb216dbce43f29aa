import dataclasses
import hashlib
import re

import numpy as np
import pytest
import tifffile
import yaml

from neural_imaging.base.errors import UserError
from neural_imaging.imaging import cameras, dng, raw, sensors, simulation

# SHA-256 of mosaics that the simulation made before it knew of devices, of `ramp` and with the seed 7.
BEFORE = {
    "D90": "86bb936d2666c8bcd5a1f33e6a5b0af2c273ede677289a17b7ac79d9715d381a",
    "D7000": "23f0a9aa9160ed66b5c809e673633a0f7399f58d44922d403ecd8598021f2b3a",
    "EOS5D": "c23d07b28d3a57c5c4f45a5e03a7f89c206e840e241052237405355e7523f8d5",
    "EOS40D": "394e300635b826c422c17834496a6eddfa375583f67456db0515a9dec90505fc",
}


@pytest.fixture
def ramp():
    rows, columns = np.arange(32, dtype=np.float32)[:, None], np.arange(48, dtype=np.float32)[None]
    return np.stack(np.broadcast_arrays(rows / 40, columns / 60, (rows + columns) / 100), axis=-1)


@pytest.fixture
def flat():
    return np.full((256, 384, 3), 0.5, np.float32)


@pytest.fixture
def device(camera_file):
    """Profile of a device: device("D90", 1, iso=800)."""
    return lambda name="D90", number=1, **options: cameras.load(camera_file, name, device=number, **options)


def exposures(scene, profile, count=1):
    """Signal of photographs, in [0, 1]: shape (count, height, width)."""
    taken = [simulation.expose(scene, profile, np.random.default_rng(seed)) for seed in range(count)]
    return (np.stack(taken).astype(float) - profile.black) / (profile.white - profile.black)


@pytest.mark.parametrize("name", BEFORE)
def test_a_profile_without_a_device_gives_the_very_photographs_of_before(camera_file, ramp, name):
    mosaic = simulation.expose(ramp, cameras.load(camera_file, name), np.random.default_rng(7))
    assert hashlib.sha256(mosaic.tobytes()).hexdigest() == BEFORE[name]


def test_a_device_has_its_fingerprint_in_every_photograph(device, flat):
    profile = device()
    mean = exposures(flat, profile, 40).mean(axis=0)
    green = np.s_[::2, ::2]  # GBRG
    found = mean[green] / mean[green].mean() - 1
    truth = sensors.fingerprint(profile, 256, 384)[green]
    # What is left of the noise of 40 photographs has a quarter of the fingerprint's variance.
    assert np.corrcoef(found.ravel(), truth.ravel())[0, 1] > 0.95
    assert truth.std() == pytest.approx(profile.spread.prnu, rel=0.02)


def test_devices_and_models_have_fingerprints_of_their_own(device):
    patterns = [
        sensors.fingerprint(profile, 64, 96).ravel() for profile in (device(), device(number=2), device("D7000"))
    ]
    # Twice, to see that it is the same; then as far from 0 as chance gets, which is 0.0128 on average.
    np.testing.assert_array_equal(patterns[0], sensors.fingerprint(device(iso=1600), 64, 96).ravel())
    assert np.abs(np.corrcoef(patterns) - np.eye(3)).max() < 0.05


def test_neighbours_are_alike_where_a_model_says_so(device):
    spread = dataclasses.replace(device().spread, correlation=1.0)
    pattern = sensors.fingerprint(dataclasses.replace(device(), spread=spread), 128, 192)
    assert pattern.std() == pytest.approx(spread.prnu, rel=1e-3)
    # A Gaussian of deviation 1, folded with itself: exp(−1/4) one pixel away.
    alike = np.corrcoef(pattern[:, 1:].ravel(), pattern[:, :-1].ravel())[0, 1]
    assert alike == pytest.approx(np.exp(-0.25), abs=0.03)


def test_rows_have_noise_of_their_own_and_dark_photographs_the_devices_pattern(device, flat):
    profile = dataclasses.replace(device("EOS5D"), shot=0.0, read=0.0, black=1000, white=60000, bits=16)
    first, second = exposures(0 * flat, profile, 2)
    rows = np.stack([first.mean(axis=1), second.mean(axis=1)])
    assert rows.std() == pytest.approx(profile.spread.row, rel=0.15)
    np.testing.assert_allclose(
        first - rows[0][:, None], second - rows[1][:, None], atol=2 / 59000
    )  # Rounding of each to whole numbers.
    dark = sensors.dark_signal(profile, 256, 384)
    assert np.corrcoef((first - rows[0][:, None]).ravel(), dark.ravel())[0, 1] > 0.99


def test_noise_grows_with_iso_as_an_amplifier_makes_it(camera_file, flat):
    base, high = (cameras.load(camera_file, "D90", iso=iso) for iso in (400, 1600))
    assert (high.shot, high.read) == pytest.approx((4 * base.shot, 16 * base.read))
    assert exposures(flat, high)[0, ::2, ::2].var() / exposures(flat, base)[0, ::2, ::2].var() == pytest.approx(
        (high.shot * 0.5 + high.read) / (base.shot * 0.5 + base.read), rel=0.05
    )
    noise = sensors.Noise(shot=1e-4, read=3e-6, converter=2e-6, iso=100)
    assert noise.at(200).read == pytest.approx(4 * 1e-6 + 2e-6)


def test_a_lens_darkens_corners_and_blurs(camera_file, flat):
    profile = cameras.load(camera_file, "D90")
    dim = simulation.expose(flat, dataclasses.replace(profile, lens=sensors.Lens(vignette=0.4)))
    even = simulation.expose(flat, profile)
    assert dim[0, 0] / even[0, 0] == pytest.approx(0.6, abs=0.01)
    assert dim[128, 192] / even[128, 192] == pytest.approx(1, abs=0.01)
    edge = np.zeros((32, 32, 3), np.float32)
    edge[:, 16:] = 0.5
    sharp, blurred = (
        simulation.expose(edge, dataclasses.replace(profile, lens=sensors.Lens(blur=blur)))[0, ::2].astype(int)
        for blur in (0, 1.5)
    )
    assert np.abs(np.diff(blurred)).max() < 0.7 * np.abs(np.diff(sharp)).max()


def test_the_file_says_which_device_at_which_iso_with_which_noise(tmp_path, device, ramp):
    profile = device("D90", 7, iso=800)
    dng.write(tmp_path / "a.dng", simulation.expose(ramp, profile, np.random.default_rng(0)), profile)
    tags = tifffile.TiffFile(tmp_path / "a.dng").pages[0].tags
    assert tags["CameraSerialNumber"].value == "000007"
    assert tags[34855].value == 800
    assert tags["NoiseProfile"].value == pytest.approx((2 * 6.0e-5, 4 * 1.0e-6 + (2 * 1.0e-4) ** 2))
    assert raw.read(tmp_path / "a.dng").cfa == "GBRG"


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"noise": {"shot": 1e-4}}, "noise: must have read, shot"),
        ({"noise": {"shot": -1, "read": 0}}, "noise: shot must not be negative"),
        ({"noise": {"shot": 0, "read": 1e-6, "converter": 1}}, "converter is a part of read"),
        ({"noise": {"shot": 0, "read": 0, "iso": 0}}, "iso must be a whole number"),
        ({"devices": {"prnu": "much"}}, "devices: prnu must be a number, not 'much'"),
        ({"devices": {"hot": 1}}, "devices: it may have prnu, correlation, dark, row, and no others"),
        ({"lens": {"vignette": 2}}, "lens: vignette is a share"),
        ({"lens": 1}, "lens: it may have blur, vignette"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path, camera_file, entry, message):
    known = yaml.safe_load(camera_file.read_text())["D90"] | entry
    (tmp_path / "cameras.yaml").write_text(yaml.safe_dump({"A": known}))
    with pytest.raises(UserError, match=re.escape(message)):
        cameras.load(tmp_path / "cameras.yaml", "A")


def test_a_model_that_says_nothing_of_devices_has_none(tmp_path, camera_file):
    known = yaml.safe_load(camera_file.read_text())["D90"]
    del known["devices"]
    (tmp_path / "cameras.yaml").write_text(yaml.safe_dump({"A": known}))
    with pytest.raises(UserError, match="camera A: has no single devices"):
        cameras.load(tmp_path / "cameras.yaml", "A", device=1)
