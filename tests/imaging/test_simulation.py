import itertools

import numpy as np
import photographs
import pytest
import tifffile

from neural_imaging.base.errors import UserError
from neural_imaging.imaging import cameras, dng, measures, raw, scenes, simulation, srgb


@pytest.mark.parametrize("camera", ["D90", "D7000", "EOS5D", "EOS40D"])
def test_developing_a_photograph_without_noise_returns_the_scene(tmp_path, profile, camera):
    for name in [*scenes.listing(384, 576), "synthetic-0000", "synthetic-0001"]:
        scene = simulation.representable(scenes.make(name, 384, 576, seed=2019), profile(camera))
        dng.write(tmp_path / "a.dng", simulation.expose(scene, profile(camera)), profile(camera))
        assert measures.psnr(photographs.develop(tmp_path / "a.dng"), srgb.encode(scene)) >= 35, name


def test_noise_has_the_variance_of_the_profile(profile):
    camera = profile("EOS5D")
    grey = np.full((200, 200, 3), 0.4, np.float32)
    clean, noisy = (simulation.expose(grey, camera, generator) for generator in (None, np.random.default_rng(0)))
    for plane, gain in ((np.s_[::2, ::2], camera.white_balance[0]), (np.s_[::2, 1::2], 1.0)):
        measured = (noisy[plane].astype(float) - clean[plane]).var() / (camera.white - camera.black) ** 2
        rounding = 1 / 12 / (camera.white - camera.black) ** 2
        assert measured == pytest.approx(camera.shot * 0.4 / gain + camera.read + rounding, rel=0.06)


def test_light_of_an_exposed_scene_never_saturates_the_sensor(profile):
    white = np.full((8, 8, 3), scenes.EXPOSURE, np.float32)
    assert simulation.expose(white, profile()).max() < profile().white


def test_colours_that_no_camera_sees_are_moved_towards_grey_and_others_kept(profile):
    colours = np.array([[[1, 0, 0], [0, 0, 1], [0.5, 0.4, 0.3]]], np.float32)
    shown = simulation.representable(colours, profile())
    seen = shown @ np.linalg.inv(profile().camera_to_srgb).T
    assert seen.min() > -1e-6
    np.testing.assert_allclose(shown @ srgb.XYZ_FROM_SRGB[1], colours @ srgb.XYZ_FROM_SRGB[1], rtol=1e-5)
    np.testing.assert_array_equal(shown[0, 2], colours[0, 2])


def test_scenes_depend_on_the_seed_and_their_number_alone():
    first, same, other, seed = (
        scenes.make(name, 48, 64, seed=seed)
        for name, seed in (("synthetic-0003", 1), ("synthetic-0003", 1), ("synthetic-0004", 1), ("synthetic-0003", 2))
    )
    np.testing.assert_array_equal(first, same)
    assert np.abs(first - other).max() > 0.1
    assert np.abs(first - seed).max() > 0.1


def _slope(scene):
    """How fast a scene's power falls with the frequency: an exponent."""
    light = np.log(scene.mean(axis=-1) + 0.01)
    window = np.hanning(len(light))[:, None] * np.hanning(len(light[0]))
    power = np.abs(np.fft.fft2((light - light.mean()) * window)) ** 2
    frequency = np.hypot(np.fft.fftfreq(len(light))[:, None], np.fft.fftfreq(len(light[0])))
    edges = np.geomspace(0.02, 0.3, 10)
    means = [power[(frequency >= a) & (frequency < b)].mean() for a, b in itertools.pairwise(edges)]
    return np.polyfit(np.log(np.sqrt(edges[1:] * edges[:-1])), np.log(means), 1)[0]


def test_dead_leaves_have_the_spectrum_of_photographs_behind_the_same_lens():
    # One photograph alone is anything between −4.4, before a blurred background, and −2.4.
    leaves = [scenes.make(f"synthetic-{index:04d}", 256, 256, seed=7) for index in range(12)]
    ours, slopes = np.array([_slope(scene) for scene in leaves]), {}
    for name in scenes.listing(256, 256):
        slopes.setdefault(scenes.source(name), []).append(_slope(scenes.make(name, 256, 256, seed=7)))
    # Scenes of one photograph overlap.
    theirs = np.array([np.mean(group) for group in slopes.values()])
    assert abs(ours.mean() - theirs.mean()) < 0.6
    assert 0.5 < ours.std() / theirs.std() < 2
    for scene in leaves:
        assert np.isfinite(scene).all()
        assert 0 <= scene.min() < scene.max() <= scenes.EXPOSURE + 1e-6


def test_photographs_are_cut_into_scenes_that_fit():
    names = scenes.listing(192, 256, photographs=True, leaves=2)
    assert {"astronaut-1-1", "coffee-1-1", "chelsea-0-0", "synthetic-0001"} < set(names)
    assert names == sorted(names)
    assert scenes.make("rocket-1-1", 192, 256, seed=0).shape == (192, 256, 3)


def test_only_photographs_of_some_names_are_scenes():
    names = scenes.listing(192, 256, photographs=["rocket", "coffee"])
    assert {name.split("-")[0] for name in names} == {"coffee", "rocket"}
    assert scenes.listing(192, 256, photographs=False, leaves=1) == ["synthetic-0000"]


@pytest.mark.parametrize(
    ("length", "starts"),
    [(99, []), (100, [0]), (139, [19]), (140, [0, 40]), (260, [0, 80, 160]), (300, [0, 100, 200])],
)
def test_scenes_cover_a_picture_and_each_has_something_new(length, starts):
    picture = np.broadcast_to(np.arange(length)[:, None], (length, 50))
    places = scenes.places(picture.shape, 100, 50)
    assert [scenes.cut(picture, *place, 100, 50)[0, 0] for place in places] == starts


def test_scenes_of_odd_size_are_refused():
    with pytest.raises(UserError, match="even"):
        scenes.listing(191, 256)


@pytest.mark.parametrize("camera", ["D90", "D7000", "EOS5D", "EOS40D"])
def test_profiles_balance_daylight(profile, camera):
    np.testing.assert_allclose(
        profile(camera).white_balance, photographs.daylight_gains(profile(camera).camera_from_xyz), atol=1e-4
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("A: {name: x}", "must have the entries"),
        ("A: [", "not a YAML file"),
        ("B: {}", "no camera A; there are: B"),
        ("just words", "must be a mapping"),
    ],
)
def test_wrong_profiles_are_refused_with_a_reason(tmp_path, text, message):
    (tmp_path / "cameras.yaml").write_text(text)
    with pytest.raises(UserError, match=message):
        cameras.load(tmp_path / "cameras.yaml", "A")


def test_files_carry_the_tags_that_raw_converters_need(photograph, profile):
    tags = tifffile.TiffFile(photograph("a.dng")).pages[0].tags
    camera = profile()
    assert tags["PhotometricInterpretation"].value == 32803
    assert bytes(tags["CFAPattern"].value) == bytes([1, 2, 0, 1])  # GBRG
    assert tags["CFARepeatPatternDim"].value == (2, 2)
    assert tags["BlackLevel"].value == (0, 0, 0, 0)
    assert tags["WhiteLevel"].value == camera.white
    assert tags["CalibrationIlluminant1"].value == 21
    matrix = np.array(tags["ColorMatrix1"].value).reshape(9, 2)
    np.testing.assert_allclose(matrix[:, 0] / matrix[:, 1], camera.camera_from_xyz.ravel(), atol=1e-4)
    neutral = np.array(tags["AsShotNeutral"].value).reshape(3, 2)
    np.testing.assert_allclose(neutral[:, 1] / neutral[:, 0], camera.white_balance, rtol=1e-5)
    assert tags["NoiseProfile"].value == (camera.shot, camera.read)
    assert tags["UniqueCameraModel"].value == tags["Model"].value == "Simulated Nikon D90"
    assert bytes(tags["DNGVersion"].value) == bytes([1, 4, 0, 0])


def test_the_mosaic_comes_back_unchanged(tmp_path, profile, small_scene):
    mosaic = simulation.expose(small_scene, profile(), np.random.default_rng(1))
    dng.write(tmp_path / "a.dng", mosaic, profile())
    read = raw.read(tmp_path / "a.dng")
    gains = np.array(read.white_balance)[[1, 2, 0, 1]].reshape(2, 2)
    unbalanced = read.mosaic / np.tile(gains, (32, 48))
    unsaturated = read.mosaic < 1
    np.testing.assert_allclose((unbalanced * 3840)[unsaturated], mosaic[unsaturated], atol=0.01)
