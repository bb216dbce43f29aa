"""What plots and matrices show, from tables alone."""

import matplotlib.colors
import numpy as np
import pandas as pd
import pytest

from neural_imaging.publishing import matrices, plots

RUN = {
    "camera": "D90", "isp": "UNet", "signature": "none", "run": 0, "accuracy": 0.5, "accuracy_libjpeg": 0.4,
    "accuracy_cropped": 0.3, "accuracy_patchwise": 0.6, "psnr": 40.0, "ssim": 0.9, "psnr_patchwise": 39.0,
}  # fmt: skip


def _table(*lines):
    return pd.DataFrame([{**RUN, "lambda_isp": "fan-only", "lambda_codec": "none", **line} for line in lines])


def test_codecs_stand_beside_jpeg_over_their_bits_a_pixel():
    learned = {"channel": "16c", "codec_ssim": 0.8}
    table = _table(
        {"channel": "jpeg50", "effective_bpp": 1.5, "codec_ssim": 0.9},
        {**learned, "effective_bpp": 0.4, "lambda_codec": "basic"},
        {**learned, "effective_bpp": 0.5, "lambda_codec": "0.1"},
    )
    view = plots.accuracies(table, {})[0]
    assert (view["x"], view["look"]) == ("effective bits a pixel, real codec", "whole, real codec")
    names = ["16c, means over λ", "jpeg50, fan-only", "16c, basic", "16c, λ = 0.1"]
    assert [series["name"] for series in view["series"]] == names
    assert view["series"][0]["line"] == [[0.4, 40.0], [0.5, 40.0]]
    assert view["series"][3]["points"][0]["text"] == "16c, λ = 0.1, run 0: 40.0 %, 0.5 bits a pixel"


def test_each_camera_has_views_of_its_own():
    table = _table({"channel": "jpeg50"}, {"channel": "jpeg50", "camera": "D7000"})
    names = [view["name"] for view in plots.accuracies(table, {})]
    assert sum(name.startswith("D90, jpeg50: ") for name in names) == len(names) / 2


@pytest.mark.parametrize("psnr", [np.nan, np.inf])
def test_a_run_without_a_fidelity_is_left_out(psnr):
    table = _table({"channel": "jpeg50"}, {"channel": "jpeg50", "run": 1, "psnr": psnr})
    views = {view["x"]: view for view in plots.accuracies(table, {}) if view["look"] == "whole, differentiable"}
    points = {x: len(view["series"][0]["points"]) for x, view in views.items()}
    assert points == {"PSNR of whole photographs (dB)": 1, "SSIM of whole photographs": 2}


def _luminance(colour):
    parts = np.array(matplotlib.colors.to_rgb(colour))
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("alone", [True, False])
def test_numbers_of_the_matrix_can_be_read_on_every_colour(alone):
    for value in range(0 if alone else -100, 101):
        dark, light = sorted(map(_luminance, matrices.colours(value, alone, 100)))
        # Contrast that WCAG 2 asks of text.
        assert (light + 0.05) / (dark + 0.05) >= 4.5, value
