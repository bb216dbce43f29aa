import numpy as np
import pandas as pd
import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.tables import rate_curves
from neural_imaging.tables.rate_curves import FitError


def _ssim(bpp, alpha=3.0, beta=0.5, gamma=0.4, delta=0.01):
    return 1 / (1 + np.exp(-alpha * np.asarray(bpp) ** beta + gamma)) - delta


def profile(codec="jpeg", images=3, rates=(0.3, 0.6, 1.0, 1.6, 2.4), quality=True, data_set="kodak", scale=1.0):
    """Rows of a codec whose pictures differ a little; `scale` multiplies its rates."""
    rows = []
    for image in range(images):
        for place, rate in enumerate(rates):
            bpp, ssim = scale * rate * (1 + 0.1 * image), _ssim(rate, gamma=0.4 + 0.1 * image)
            row = {"data_set": data_set, "image": f"{image}.png", "codec": codec, "quality": place if quality else None}
            row |= {"bytes": 100 * bpp, "effective_bytes": 90 * bpp, "bpp": bpp / 0.9, "effective_bpp": bpp}
            row |= {"psnr": 30 + 6 * np.log2(rate), "ssim": ssim, "ms_ssim": 1 - 0.1 * (1 - ssim)}
            row |= {"ms_ssim_db": 10 - 10 * np.log10(1 - ssim), "encode_seconds": 0.1, "decode_seconds": 0.05}
            rows.append(row)
    return pd.DataFrame(rows).astype({"quality": object})


def test_a_curve_of_the_papers_form_is_found():
    bpp = np.linspace(0.2, 3, 12)
    for parameters in ((3.0, 0.5, 0.4, 0.01), (8.0, 0.2, 4.5, -0.02), (2.0, 0.8, -0.6, 0.0), (4.0, 1.4, 1.5, 0.05)):
        found = rate_curves.fit(bpp[::-1], _ssim(bpp, *parameters)[::-1])
        np.testing.assert_allclose(found(bpp), _ssim(bpp, *parameters), atol=1e-4)
        assert found.error < 1e-4
        assert (found.low, found.high) == (0.2, 3)


@pytest.mark.parametrize("measure", ["psnr", "ms_ssim_db"])
def test_measures_in_decibels_are_fitted_too(measure):
    bpp = np.geomspace(0.2, 3, 12)
    values = 30 + 6 * np.log2(bpp) + 0.5 * np.log2(bpp) ** 2
    # The form bends; a tenth of a dB is what it leaves of a parabola.
    np.testing.assert_allclose(rate_curves.fit(bpp, values, measure)(bpp), values, atol=0.15)


def test_three_points_are_met():
    bpp, ssim = [0.49, 0.81, 1.41], [0.879, 0.921, 0.956]
    found = rate_curves.fit(bpp, ssim)
    np.testing.assert_allclose(found(bpp), ssim, atol=1e-6)
    assert found.parameters[3] == 0
    assert 0.879 < float(found(0.6)) < 0.921


@pytest.mark.parametrize(
    ("bpp", "ssim"),
    [([0.5, 1.0], [0.8, 0.9]), ([0.5, 0.5, 1.0], [0.8, 0.8, 0.9]), ([], []), ([0.5, 1, np.nan], [0.8, 0.9, 1]),
     ([0, 1, 2], [0.5, 0.6, 0.7])],
)  # fmt: skip
def test_too_few_points_or_none_have_no_fit(bpp, ssim):
    with pytest.raises(FitError, match=r"a fit needs three different rates|must be above 0"):
        rate_curves.fit(bpp, ssim)


def test_every_picture_is_fitted_and_failures_are_listed():
    rows = profile()
    rows.loc[(rows["image"] == "1.png") & (rows["quality"] > 1), "ssim"] = np.nan
    learned = profile("32c", rates=(0.8,), quality=False)
    fits, failed = rate_curves.fit_all(pd.concat([rows, learned]))
    assert list(fits["ssim"]) == [("kodak", "jpeg")]
    assert list(fits["ssim"]["kodak", "jpeg"]) == ["0.png", "2.png"]
    assert list(fits["psnr"]["kodak", "jpeg"]) == ["0.png", "1.png", "2.png"]
    (line,) = failed.to_dict("records")
    assert (line["image"], line["measure"]) == ("1.png", "ssim")
    assert "three different rates, not 2" in line["reason"]


def test_averages_of_fits_say_how_many_pictures_were_not_measured_there():
    fits, _ = rate_curves.fit_all(profile())
    table = rate_curves.curves(fits, [0.01, 0.32, 1.0, 2.5, 9.0]).set_index("bpp")
    assert table["images"].tolist() == [3] * 5
    # Pictures were measured from 0.3, 0.33 and 0.36 to 2.4, 2.64 and 2.88 bits a pixel.
    assert table["extrapolated"].tolist() == [3, 2, 0, 1, 3]
    assert table["ssim"].notna().tolist() == [False, True, True, True, False]
    expected = np.mean([_ssim(1 / (1 + 0.1 * image), gamma=0.4 + 0.1 * image) for image in range(3)])
    assert table.loc[1.0, "ssim"] == pytest.approx(expected, abs=1e-4)
    assert table.loc[1.0, "psnr"] == pytest.approx(30 + 6 * np.log2(1 / 1.1), abs=0.3)


def test_plain_averages_have_a_line_a_quality_and_one_for_a_learned_codec():
    learned = profile("32c", rates=(0.8,), quality=False)
    table = rate_curves.averages(pd.concat([profile(), learned]))
    assert list(table.columns) == rate_curves.AVERAGES
    assert table["quality"].tolist() == [0, 1, 2, 3, 4, None]
    assert table["images"].tolist() == [3] * 6
    assert table["effective_bpp"].iloc[0] == pytest.approx(0.33)
    assert table["ssim"].iloc[-1] == pytest.approx(learned["ssim"].mean())


def test_learned_codecs_are_joined_to_a_curve():
    models = [profile(name, rates=(rate,), quality=False) for name, rate in (("16c", 0.4), ("32c", 0.8), ("64c", 1.4))]
    rows = rate_curves.join(pd.concat([profile(), *models]), {"dcn": ["16c", "32c", "64c"]})
    joined = rows[rows["codec"] == "dcn"]
    assert joined["quality"].tolist() == 3 * ["16c"] + 3 * ["32c"] + 3 * ["64c"]
    assert {"16c", "32c", "64c"} <= set(rows["codec"])
    fits, failed = rate_curves.fit_all(rows)
    assert list(fits["ssim"]["kodak", "dcn"]) == ["0.png", "1.png", "2.png"]
    assert failed.empty
    alone = rate_curves.join(pd.concat([profile(), models[0]]), {"dcn": ["16c"]})
    assert "dcn" not in set(alone["codec"])


@pytest.mark.parametrize(
    ("curves", "message"),
    [({"16c": ["16c"]}, "cannot be called 16c"),
     ({"dcn": ["16c", "32c"]}, "32c was not measured; there are 16c")],
)  # fmt: skip
def test_curves_that_cannot_be_joined_are_refused(curves, message):
    with pytest.raises(UserError, match=message):
        rate_curves.join(profile("16c", quality=False), curves)


def test_joined_curves_are_read_from_the_command_line():
    assert rate_curves.parse_joined(["dcn=16c,32c", "own=a"]) == {"dcn": ["16c", "32c"], "own": ["a"]}
    for wrong in (["dcn"], ["=16c"], ["dcn=a", "dcn=b"], ["dcn=,"]):
        with pytest.raises(UserError, match="--join"):
            rate_curves.parse_joined(wrong)
