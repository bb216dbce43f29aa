"""The entropy estimate against the true entropy."""

import imageio.v3 as imageio
import numpy as np
import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.evaluation import entropy_estimation
from neural_imaging.tables import typeset


def _estimate(values, codebook, v, gamma):
    """The released toolbox's kernels in float64, without the floor that it lifts vanishing weights to."""
    distances = values.astype(np.float64)[:, np.newaxis] - codebook
    logarithms = -(v + 1) / 2 * np.log1p((gamma * distances) ** 2 / v) if v else -gamma * distances**2
    weights = np.exp(logarithms - logarithms.max(axis=1, keepdims=True))
    shares = (weights / weights.sum(axis=1, keepdims=True)).mean(axis=0).clip(1e-9)
    return -(shares * np.log2(shares / shares.sum())).sum() / shares.sum()


@pytest.fixture(scope="module")
def table():
    return entropy_estimation.measure(entropy_estimation.laplace(scales=12, count=1000, seed=1))


def test_the_true_entropy_is_that_of_rounded_and_clipped_numbers():
    codebook = entropy_estimation.CODEBOOK
    assert entropy_estimation.true_entropy(np.array([0.1, -0.2, 0.4]), codebook) == 0
    assert entropy_estimation.true_entropy(np.array([0.1, 7.0, 4.6, -0.3]), codebook) == 1  # 5 stands for 7 and 4.6
    assert entropy_estimation.true_entropy(codebook + 0.3, codebook) == pytest.approx(np.log2(11))


def test_numbers_are_the_same_for_the_same_seed_and_have_the_scales_of_the_paper():
    once, again, other = (list(entropy_estimation.laplace(scales=5, count=400, seed=seed)) for seed in (1, 1, 2))
    assert [scale for scale, _ in once] == pytest.approx([0.01, 2.5075, 5.005, 7.5025, 10])
    np.testing.assert_array_equal(once[3][1], again[3][1])
    assert (once[3][1] != other[3][1]).any()
    # The mean distance from 0 is the scale; of 400 numbers it is within a fifth of it (four standard deviations).
    assert np.abs(once[2][1]).mean() == pytest.approx(5.005, rel=0.2)


def test_each_kernel_sees_the_same_numbers_and_matches_the_toolbox(table):
    assert list(table.columns) == entropy_estimation.COLUMNS
    assert table["kernel"].tolist()[:2] == ["Gaussian (γ = 5)", "t-Student (v = 50, γ = 25)"]
    codebook = entropy_estimation.CODEBOOK.astype(np.float64)
    for scale, values in entropy_estimation.laplace(scales=12, count=1000, seed=1):
        lines = table[table["scale"] == scale].set_index("v")
        assert lines["entropy"].nunique() == 1
        for v, gamma in entropy_estimation.KERNELS:
            # Single precision, and the promise of the estimate: a thousandth of a bit.
            assert lines.loc[v, "estimate"] == pytest.approx(_estimate(values, codebook, v, gamma), abs=1e-3)


def test_the_t_student_kernel_is_the_closer_one_for_what_the_codebook_covers(table):
    inside = table[table["scale"] < 2].groupby("v")["error"].apply(lambda errors: errors.abs().max())
    assert inside[50] < 0.02 < inside[0]


def test_a_share_of_no_entropy_is_left_empty():
    zeros = entropy_estimation.measure([(0.0, np.zeros(10, np.float32))])
    assert zeros["entropy"].tolist() == [0, 0]
    assert zeros["relative_error"].isna().all()


def test_a_latent_has_no_scale_and_uses_the_codecs_codebook(tmp_path):
    class Codec:
        multiple, codebook = 8, np.array([-1.0, 0.0, 1.0], np.float32)

        @staticmethod
        def encoder(patches, training):
            assert patches.shape == (1, 16, 16, 3)
            assert not training
            return (patches[:, ::8, ::8] * 4).astype(np.float32)

    pictures = [tmp_path / f"{level}.png" for level in (0, 255)]
    for path in pictures:
        imageio.imwrite(path, np.full((20, 40, 3), int(path.stem), np.uint8))
    draws = list(entropy_estimation.latents(Codec, pictures, size=16, per_picture=3, seed=0))
    assert [float(values.max()) for _, values in draws] == [0, 0, 0, 4, 4, 4]
    table = entropy_estimation.measure(draws, Codec.codebook, source="16c")
    assert table["scale"].isna().all()
    assert set(table["source"]) == {"16c"}
    with pytest.raises(UserError, match="multiples of 8"):
        next(entropy_estimation.latents(Codec, pictures, size=20))
    with pytest.raises(UserError, match=r"0\.png: 40 × 20 pixels have no patch of 32"):
        next(entropy_estimation.latents(Codec, pictures, size=32))


def test_the_summary_has_a_line_a_kernel(table):
    headings, lines = entropy_estimation.cells(table)
    assert [line[:3] for line in lines] == [
        ["Laplace", "Gaussian (γ = 5)", "12"],
        ["Laplace", "t-Student (v = 50, γ = 25)", "12"],
    ]
    assert r"$\gamma$ = 25" in typeset.latex(headings, lines)
    assert not any("|" in heading for heading in headings)  # it would end a Markdown cell
