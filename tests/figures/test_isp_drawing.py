"""Pictures of pipelines: what they say, and that they fit on a page."""

import numpy as np
import pytest

from neural_imaging.figures import isp_comparison, isp_patches, style


@pytest.fixture(scope="module")
def photos():
    return np.random.default_rng(3).integers(0, 256, (3, 48, 64, 3), np.uint8)


def _texts(drawing):
    return [axes.get_title() for axes in drawing.axes]


def test_patches_say_their_quality_and_name_photograph_and_pipeline(photos):
    sample = {
        "images": np.array(["first", "second"]),
        "names": np.array(["target", "UNet", "Python"]),
        "patches": np.stack([photos[:, :32, :32], photos[:, 16:, 32:]]),
        "psnr": np.array([[30.0, 48.25], [31.5, np.inf]]),
        "ssim": np.array([[0.9, 0.99], [0.91, 1.0]]),
    }
    drawing = isp_patches.draw(sample)
    assert _texts(drawing) == [
        "target", "UNet\n30.0 dB, 0.900", "Python\n48.3 dB, 0.990", "", "31.5 dB, 0.910", "∞ dB, 1.000",
    ]  # fmt: skip
    assert [axes.get_ylabel() for axes in drawing.axes[::3]] == ["first", "second"]
    shown = drawing.axes[5].images[0].get_array()
    np.testing.assert_array_equal(shown, sample["patches"][1, 2])


@pytest.mark.parametrize(("rows", "across"), [(1, 2), (4, 3), (12, 7)])
def test_any_number_of_patches_fits_on_a_page(rows, across):
    patches = np.zeros((rows, across, 16, 16, 3), np.uint8)
    values = np.full((rows, across - 1), 30.0)
    names = np.array(["target", *(f"pipeline {place}" for place in range(across - 1))])
    drawing = isp_patches.draw(
        {"images": np.array(["a"] * rows), "names": names, "patches": patches, "psnr": values, "ssim": values / 100}
    )
    assert drawing.get_figwidth() <= style.PAGE + 0.2
    assert drawing.get_figheight() <= style.PAGE_HEIGHT


def test_a_comparison_says_what_is_a_and_b_and_how_differences_are_shown(photos, tmp_path):
    sample = {
        "names": np.array(["target", "before", "after"]),
        "photos": photos,
        "psnr": np.array([40.0, 38.0]),
        "ssim": np.array([0.98, 0.97]),
        "amplified": photos[::-1],
        "amplification": np.array(20),
        "mean": np.array([1.0, 1.5, 0.25]),
        "spectra": np.random.default_rng(1).normal(size=(3, 16, 16)).astype(np.float32),
        "box": np.array([4, 8, 16]),
    }
    assert set(sample) == set(isp_comparison.ARRAYS)
    drawing = isp_comparison.draw(sample)
    titles = _texts(drawing)
    assert titles[:3] == ["target", "A: before\n40.0 dB, 0.980", "B: after\n38.0 dB, 0.970"]
    assert titles[6:9] == [
        "A − target: mean 1.00, shown × 20", "B − target: mean 1.50, shown × 20", "B − A: mean 0.25, shown × 20",
    ]  # fmt: skip
    np.testing.assert_array_equal(drawing.axes[5].images[0].get_array(), photos[2, 4:20, 8:24])
    style.save(drawing, tmp_path / "figure.pdf")
    assert (tmp_path / "figure.png").stat().st_size > 3000
