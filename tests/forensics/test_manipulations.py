import numpy as np
import pytest
from gradients import value_and_gradient
from keras import ops, random

from neural_imaging.base.errors import UserError
from neural_imaging.coding import libjpeg
from neural_imaging.forensics import manipulations
from neural_imaging.ops import filters, jpeg, jpeg_quality, rounding
from neural_imaging.study import strengths


def _pictures(seed=0, shape=(2, 24, 32, 3)):
    return np.random.default_rng(seed).random(shape, np.float32)


@pytest.mark.parametrize("name", ["resample", "gaussian", "gamma", "median"])
def test_manipulations_and_their_gradients_are_those_of_the_released_toolbox(parity, name):
    reference = parity("manipulations")
    strength = reference[f"{name}__strength"].item()
    result, gradient = value_and_gradient(
        lambda x: manipulations.apply(name, x, strength), reference["x"], reference["cotangent"]
    )
    np.testing.assert_allclose(result, reference[f"{name}__y"], atol=1e-4)
    expected = reference[f"{name}__grad"]
    np.testing.assert_allclose(gradient, expected, rtol=1e-3, atol=1e-3 * np.abs(expected).mean())


def test_legacy_sharpening_is_that_of_the_released_toolbox_and_passes_no_gradient(parity):
    reference = parity("manipulations")
    result, gradient = value_and_gradient(lambda x: manipulations.apply("sharpen-hsv-legacy", x), reference["x"])
    np.testing.assert_allclose(result, reference["sharpen__y"], atol=1e-4)
    assert gradient is None or not gradient.any()


def test_the_sharpening_kernel_is_that_of_the_released_toolbox(parity):
    reference = parity("manipulations")
    kernel = filters.sharpening_kernel(1)
    result, gradient = value_and_gradient(
        lambda x: rounding.limit(filters.convolve(x, kernel, "symmetric")), reference["x"], reference["cotangent"]
    )
    np.testing.assert_allclose(result, reference["sharpen_rgb__y"], atol=1e-5)
    np.testing.assert_allclose(gradient, reference["sharpen_rgb__grad"], rtol=1e-3, atol=1e-5)


def test_sharpening_changes_brightness_and_keeps_hue_and_saturation(parity):
    from neural_imaging.ops import colour

    pictures = 0.1 + 0.8 * _pictures()
    sharpened, gradient = value_and_gradient(lambda x: manipulations.apply("sharpen", x), pictures)
    before, after = (np.asarray(colour.rgb_to_hsv(ops.convert_to_tensor(one))) for one in (pictures, sharpened))
    bright = after[..., 2] > 0.05
    np.testing.assert_allclose(after[bright][:, :2], before[bright][:, :2], atol=1e-3)
    assert np.abs(after[..., 2] - before[..., 2]).max() > 0.1
    assert np.isfinite(gradient).all()
    assert np.abs(gradient).max() > 0
    grey = np.repeat(_pictures()[..., :1], 3, axis=-1)
    kernel = filters.sharpening_kernel(1)
    expected = np.clip(filters.convolve(grey, kernel, "symmetric"), 0, 1)
    np.testing.assert_allclose(manipulations.apply("sharpen", grey), expected, atol=1e-5)


def test_jpeg_is_libjpeg_in_the_forward_pass():
    pictures = np.asarray(filters.blur(_pictures(), 1.5))
    difference = np.asarray(manipulations.apply("jpeg", pictures, 80)) - libjpeg.compress(pictures, 80)
    assert 255 * np.abs(difference).mean() < 0.3


def test_noise_has_its_strength_in_255ths_and_follows_its_seed():
    grey = np.full((4, 64, 64, 3), 0.5, np.float32)
    noisy = np.asarray(manipulations.apply("awgn", grey, 5.1, seed=1))
    assert 255 * np.std(noisy) == pytest.approx(5.1, rel=0.03)
    np.testing.assert_allclose(255 * noisy, np.rint(255 * noisy), atol=1e-4)
    np.testing.assert_array_equal(noisy, manipulations.apply("awgn", grey, 5.1, seed=1))
    drawn = random.SeedGenerator(1)
    first, second = (np.asarray(manipulations.apply("awgn", grey, seed=drawn)) for _ in range(2))
    assert np.abs(first - second).max() > 0


def test_protocol_a_sharpens_with_a_centre_of_4_3333_in_hsv_without_gradient():
    grey = np.repeat(_pictures()[..., :1], 3, axis=-1)
    edge, corner = -0.6667, -0.1667
    kernel = np.array([[corner, edge, corner], [edge, 4.3333, edge], [corner, edge, corner]], np.float32)
    expected = np.clip(filters.convolve(grey, kernel, "symmetric"), 0, 1)
    sharpened, gradient = value_and_gradient(lambda x: manipulations.apply("sharpen-cvpr2019", x), grey)
    np.testing.assert_allclose(sharpened, expected, atol=1e-3)  # Four digits of the kernel, nine neighbours.
    assert gradient is None or not gradient.any()


@pytest.mark.parametrize("percent", [50, 75, 40])
def test_resampling_of_protocol_a_is_that_of_tensorflow_1(percent):
    import tensorflow as tf

    pictures, resize = _pictures(), tf.compat.v1.image.resize_bilinear
    expected = resize(resize(pictures, (24 * percent // 100, 32 * percent // 100)), (24, 32))
    resampled = np.asarray(manipulations.apply("resample-tf1", pictures, percent))
    np.testing.assert_allclose(resampled, expected, atol=1e-5)  # TensorFlow has places in single precision.
    kept = np.abs(resampled - pictures)[:, ::2, ::2].max() == 0
    assert kept == (percent == 50)


def test_sinusoidal_jpeg_is_milder_than_jpeg_and_has_its_forward_pass_from_the_sine():
    pictures = _pictures()
    hard, sine = (np.asarray(manipulations.apply(name, pictures, 80)) - pictures for name in ("jpeg", "jpeg-sin"))
    assert np.square(sine).mean() < np.square(hard).mean()
    expected = jpeg.compress(ops.convert_to_tensor(pictures), jpeg_quality.tables(80), "sin")
    np.testing.assert_array_equal(sine + pictures, expected)


# Strengths whose sizes in between fit pictures of 48 pixels, and one that fits none.
EXACT = [*manipulations.names(), "median:7", "jpeg:20", "resample:25", "resample-tf1:25"]
AT_MOST = ["resample:75", "resample:67", "resample-tf1:67", "resample-tf1:75", "resample:100"]


def _measured_reach(text, side=48):
    """The largest distance between a changed pixel, in each phase of 8 × 8, and a pixel that changed with it."""
    name, strength = manipulations.parse(text)
    places = [(side // 2 + y, side // 2 + x) for y in range(8) for x in (range(8) if y in (0, 7) else [y])]
    pictures = np.repeat(0.1 + 0.8 * _pictures(shape=(1, side, side, 3)), len(places), axis=0)
    changed = pictures.copy()
    for picture, place in zip(changed, places, strict=True):
        picture[place] = 1 - np.round(picture[place])
    before, after = (np.asarray(manipulations.apply(name, batch, strength, seed=1)) for batch in (pictures, changed))
    index, *found = np.nonzero((np.abs(after - before) > 1e-6).any(axis=-1))
    return np.abs(np.array(found).T - np.array(places)[index]).max()


@pytest.mark.parametrize("text", [*EXACT, *AT_MOST])
def test_a_pixel_depends_on_pixels_as_far_away_as_the_registry_says(text):
    measured = _measured_reach(text)
    assert measured == manipulations.reach(text) if text in EXACT else measured <= manipulations.reach(text)


@pytest.mark.parametrize("text", [text for text in EXACT if not text.startswith("awgn")])
def test_a_manipulation_repeats_with_its_grid(text):
    name, strength = manipulations.parse(text)
    step, margin = manipulations.grid(text), 8
    pictures = _pictures(shape=(1, 64, 64, 3))
    whole, cut = (np.asarray(manipulations.apply(name, x, strength)) for x in (pictures, pictures[:, step:, :-step]))
    inside = slice(margin, -margin)
    np.testing.assert_allclose(whole[:, step:, :-step][:, inside, inside], cut[:, inside, inside], atol=1e-6)


def test_the_grid_is_that_of_jpegs_blocks_and_of_resampling():
    grids = {text: manipulations.grid(text) for text in ("jpeg:80", "jpeg-sin", "resample:50", "resample:75", "median")}
    assert grids == {"jpeg:80": 8, "jpeg-sin": 8, "resample:50": 2, "resample:75": 4, "median": 1}
    assert manipulations.grid("resample:83") is None


def test_native_changes_nothing():
    pictures = _pictures()
    np.testing.assert_array_equal(manipulations.apply("native", pictures), pictures)
    assert manipulations.names()[0] == "native"


@pytest.mark.parametrize("name", manipulations.names())
def test_results_are_pictures_of_the_same_size_with_finite_gradients(name):
    pictures = np.concatenate([_pictures(), np.zeros((1, 24, 32, 3)), np.ones((1, 24, 32, 3))]).astype(np.float32)
    result, gradient = value_and_gradient(lambda x: manipulations.apply(name, x, seed=1), pictures)
    assert result.shape == pictures.shape
    assert result.min() >= 0
    assert result.max() <= 1 + 1e-6
    assert gradient is None or np.isfinite(gradient).all()
    assert strengths.get(name).strength == manipulations.parse(name)[1]


def _extremes(name):
    """The least and the largest strength that a manipulation can take and those that are drawn."""
    one = strengths.get(name)
    return {one.least, min(one.most, 1e6), one.low, one.high, one.strength}


@pytest.mark.parametrize(
    ("name", "strength"), [(name, strength) for name in manipulations.names() for strength in sorted(_extremes(name))]
)
def test_gradients_are_finite_at_every_strength_even_of_flat_black_and_white_pictures(name, strength):
    pictures = np.concatenate([_pictures(shape=(1, 24, 32, 3)), np.ones((4, 24, 32, 3))]).astype(np.float32)
    pictures[1:4] *= np.array([0, 0.5, 1 / 255], np.float32).reshape(3, 1, 1, 1)
    for given in (strength, ops.convert_to_tensor(float(strength))):
        result, gradient = value_and_gradient(lambda x, given=given: manipulations.apply(name, x, given, 1), pictures)
        assert np.isfinite(result).all()
        assert gradient is None or np.isfinite(gradient).all()


@pytest.mark.parametrize("name", [name for name in manipulations.names() if strengths.get(name).idle])
def test_idle_strengths_leave_8_bit_pictures_as_they_are(name):
    pictures = np.random.default_rng(3).integers(0, 256, (1, 24, 24, 3))
    for strength in {max(end, strengths.get(name).least) for end in strengths.get(name).idle}:
        result = np.asarray(manipulations.apply(name, (pictures / 255).astype(np.float32), strength, seed=1))
        np.testing.assert_array_equal(np.rint(255 * result), pictures)


@pytest.mark.parametrize("name", [name for name in manipulations.names() if name != "native"])
def test_strengths_drawn_for_augmentation_work_inside_a_graph(name):
    import tensorflow as tf

    pictures, seeds = _pictures(), random.SeedGenerator(5)
    low, high = strengths.get(name).low, strengths.get(name).high

    @tf.function
    def manipulate(x):
        strength = manipulations.random_strength(name, seeds)
        return strength, manipulations.apply(name, x, strength, seed=seeds)

    for _ in range(3):
        strength, result = manipulate(pictures)
        assert low <= float(strength) <= high
        assert result.shape == pictures.shape
        assert np.isfinite(result).all()


@pytest.mark.parametrize("name", ["sharpen", "gaussian", "jpeg", "resample", "resample-tf1", "median", "gamma"])
def test_a_strength_in_a_tensor_is_the_same_as_the_number(name):
    pictures, strength = _pictures(), strengths.get(name).strength
    by_number = np.asarray(manipulations.apply(name, pictures, strength))
    by_tensor = np.asarray(manipulations.apply(name, pictures, ops.convert_to_tensor(float(strength))))
    np.testing.assert_allclose(by_tensor, by_number, atol=1e-5)


@pytest.mark.parametrize("number", [np.int64, np.float64, np.array, ops.convert_to_tensor])
@pytest.mark.parametrize("name", ["sharpen", "gaussian", "jpeg", "median"])
def test_strengths_may_be_numbers_of_numpy_and_tensors_of_whole_numbers(name, number):
    pictures = _pictures()
    expected = manipulations.apply(name, pictures, 3)
    np.testing.assert_allclose(manipulations.apply(name, pictures, number(3)), expected, atol=1e-5)


@pytest.mark.parametrize(
    "strength", [0.001, 101, np.nan, "80", True, [80], np.array([80, 90])], ids=lambda strength: repr(strength)
)
def test_strengths_of_calls_are_refused_whatever_they_are_held_in(strength):
    with pytest.raises(UserError, match="jpeg"):
        manipulations.apply("jpeg", _pictures(), strength)
    if not isinstance(strength, (str, bool)):
        with pytest.raises(UserError, match="jpeg"):
            manipulations.apply("jpeg", _pictures(), ops.convert_to_tensor(np.asarray(strength, np.float32)))


@pytest.mark.parametrize("name", manipulations.names())
@pytest.mark.parametrize(
    "pictures",
    [
        _pictures()[0],
        _pictures()[..., :1],
        np.zeros((2, 24, 32, 4), np.float32),
        np.moveaxis(_pictures(), -1, 1),
        (255 * _pictures()).astype(np.uint8),
        255 * _pictures(),
        _pictures() * np.nan,
    ],
    ids=["no batch", "grey", "RGBA", "channels first", "uint8", "to 255", "not numbers"],
)
def test_what_is_no_batch_of_rgb_floats_is_refused_in_one_line(name, pictures):
    with pytest.raises(UserError, match=r"RGB pictures|floats in \[0, 1\]") as refused:
        manipulations.apply(name, pictures)
    assert "\n" not in str(refused.value)


def test_results_of_filters_that_leave_the_range_a_little_are_still_pictures():
    assert manipulations.apply("jpeg", 1.2 * _pictures() - 0.1).shape == _pictures().shape


@pytest.mark.parametrize(
    "texts",
    [
        ["jpeg:80", "jpeg:80.0"],
        ["jpeg:80", "jpeg"],
        ["sharpen:1", "native"],
        ["median:2", "gaussian", "median:3"],
        ["resample:0.5", "resample:50"],
        ["resample:50.5", "resample"],
    ],
)
def test_classes_that_would_be_the_same_are_refused(texts):
    with pytest.raises(UserError, match=r"are the same|is class 0"):
        manipulations.classes(texts)


def test_classes_of_one_manipulation_at_different_strengths_are_taken():
    texts = ["jpeg:80", "jpeg:81", "jpeg-sin:80", "median:3", "median:5", "gaussian:0.83", "gaussian:0.831"]
    assert manipulations.classes(texts) == [manipulations.parse(text) for text in texts]


def test_names_with_strengths_are_read():
    assert manipulations.parse("sharpen:1") == ("sharpen", 1)
    assert manipulations.parse("gaussian:0.83") == ("gaussian", 0.83)
    assert manipulations.parse("jpeg") == ("jpeg", 80)
    assert manipulations.parse("sharpen-hsv-legacy:0.5") == ("sharpen-hsv-legacy", 0.5)


@pytest.mark.parametrize("text", ["blur", "jpeg:high", "jpeg:", "jpeg:80.5", "gaussian:-1", "gaussian:nan"])
def test_wrong_names_and_strengths_are_refused_by_name(text):
    with pytest.raises(UserError, match=text.split(":")[0]):
        manipulations.parse(text)


@pytest.mark.parametrize(
    ("name", "strength"),
    [("jpeg", 0), ("jpeg", 101), ("resample", 0), ("resample", 150), ("gaussian", 0), ("gamma", 0)],
)
def test_strengths_out_of_range_are_refused(name, strength):
    with pytest.raises(UserError):
        manipulations.apply(name, _pictures(), strength)


def test_a_median_larger_than_the_picture_is_refused():
    assert manipulations.apply("median", _pictures(shape=(1, 9, 12, 3)), 9).shape == (1, 9, 12, 3)
    for strength in (11, ops.convert_to_tensor(5.0)):
        with pytest.raises(UserError, match=r"pictures that are no smaller, not 8 × 12"):
            manipulations.apply("median", _pictures(shape=(1, 8, 12, 3)), strength)


def test_a_new_manipulation_is_one_decorated_function(monkeypatch):
    monkeypatch.setattr(manipulations, "_REGISTRY", dict(manipulations._REGISTRY))
    monkeypatch.setitem(strengths.MANIPULATIONS, "negative", strengths.Strengths(1, 0, 1))

    @manipulations.manipulation("negative", reach=0)
    def _negative(images, strength, seed):
        return 1 - images

    assert manipulations.parse("negative") == ("negative", 1)
    np.testing.assert_allclose(manipulations.apply("negative", _pictures()), 1 - _pictures())
