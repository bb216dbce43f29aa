"""Programs that measure learned codecs for tables and figures: what they write, and what they refuse."""

from pathlib import Path

import imageio.v3 as imageio
import numpy as np
import pandas as pd
import pytest
import tiny_codec

import measure_channelwise
import measure_codec_runtime
import measure_entropy_estimation
import plot
import sample_crops
from neural_imaging.base.errors import UserError
from neural_imaging.evaluation import channelwise, codec_runtime, entropy_estimation

ROOT = Path(measure_codec_runtime.__file__).parents[1]
PUBLISHED = ROOT / "resources" / "published"
PROGRAMS = {
    "measure_entropy_estimation": measure_entropy_estimation,
    "measure_codec_runtime": measure_codec_runtime,
    "measure_channelwise": measure_channelwise,
    "sample_crops": sample_crops,
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    path = tmp_path_factory.mktemp("codecs") / "4c" / "model.keras"
    path.parent.mkdir()
    tiny_codec.make().save(path)
    return path


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """Folder of two pictures of 96 × 128 pixels."""
    folder, random = tmp_path_factory.mktemp("pictures"), np.random.default_rng(4)
    for name in "ab":
        blocks = np.kron(random.integers(30, 226, (12, 16, 3)), np.ones((8, 8, 1)))
        picture = blocks + random.normal(0, 10, blocks.shape)
        imageio.imwrite(folder / f"{name}.png", picture.clip(0, 255).astype(np.uint8))
    return folder


def _run(program, *arguments):
    program.main([*map(str, arguments)])


def test_entropy_estimates_become_a_table_and_a_figure(tmp_path, capsys):
    table = tmp_path / "entropy.csv"
    _run(measure_entropy_estimation, "--scales", 3, "--samples", 50, "--output", table)
    lines = pd.read_csv(table)
    assert list(lines.columns) == entropy_estimation.COLUMNS
    assert lines["scale"].tolist() == pytest.approx([0.01, 0.01, 5.005, 5.005, 10, 10])
    assert table.with_suffix(".md").read_text() == capsys.readouterr().out
    assert table.with_suffix(".tex").is_file()
    _run(plot, "entropy_estimation", table, "--output", tmp_path / "entropy.pdf")
    assert (tmp_path / "entropy.png").is_file()


def test_a_codecs_latent_and_other_kernels_can_be_measured_too(archive, pictures, tmp_path):
    given = ["--scales", 2, "--samples", 50, "--kernel", 50, 5, "--output", tmp_path / "e.csv"]
    latent = ["--model", f"tiny={archive}", "--images", pictures, "--patch", 32, "--per-image", 2]
    _run(measure_entropy_estimation, *given, *latent)
    lines = pd.read_csv(tmp_path / "e.csv")
    assert lines["source"].tolist() == ["Laplace"] * 2 + ["tiny"] * 4
    assert set(lines["kernel"]) == {"t-Student (v = 50, γ = 5)"}


def test_channelwise_ratios_stand_beside_the_published(archive, pictures, tmp_path):
    published = ["--published", PUBLISHED / "channelwise_coding.csv"]
    outputs = ["--output", tmp_path / "c.csv", "--patches", tmp_path / "patches.csv"]
    sizes = ["--sizes", 32, 64]
    _run(measure_channelwise, "--images", pictures, "--model", f"16c={archive}", *sizes, *published, *outputs)
    table = pd.read_csv(tmp_path / "c.csv")
    assert list(table.columns) == channelwise.COLUMNS
    assert len(table) == 9 + 2
    patches = pd.read_csv(tmp_path / "patches.csv")
    assert patches.groupby("patch_px").size().to_dict() == {32: 8, 64: 2}
    mean = patches[patches["patch_px"] == 32]["ratio"].mean()
    assert table.set_index("patch_px").loc[32, "mean_ratio"] == pytest.approx(mean, rel=1e-5)  # six digits are written
    assert all((tmp_path / f"c{ending}").is_file() for ending in (".md", ".tex", ".html"))


def test_times_stand_above_the_published(archive, pictures, tmp_path, monkeypatch):
    monkeypatch.setattr(codec_runtime, "SIZES", {"512": (24, 24), "1080": (16, 32)})
    given = ["--model", archive, "--images", pictures, "--count", 1, "--repeats", 1]
    _run(measure_codec_runtime, *given, "--published", PUBLISHED / "codec_runtime.csv", "--output", tmp_path / "t.csv")
    table = pd.read_csv(tmp_path / "t.csv")
    assert list(table.columns) == codec_runtime.COLUMNS
    assert (table.loc[0, "source"], table.loc[0, "model"]) == ("ours", "4c")
    assert (table.loc[0, codec_runtime.TIMES] > 0).all()
    assert len(table) == 8


def test_crops_become_a_figure(archive, pictures, tmp_path):
    sample = tmp_path / "crops.npz"
    given = ["--images", pictures, "--model", f"16c={archive}", "--size", 64, "--crop", 32, "--count", 1]
    _run(sample_crops, *given, "--output", sample)
    assert np.load(sample)["names"].tolist()[:2] == ["original", "16c"]
    _run(plot, "crops", sample, "--output", tmp_path / "crops.pdf")
    assert (tmp_path / "crops.png").is_file()


@pytest.mark.parametrize(
    ("program", "arguments", "reason"),
    [
        ("measure_entropy_estimation", "--output {out}/a.txt", "the name must end with .csv"),
        ("measure_entropy_estimation", "--output {out}/a.csv --scales 0", "--scales 0: must be at least 1"),
        ("measure_entropy_estimation", "--output {out}/a.csv --kernel -1 5", "V must be at least 0, and GAMMA above 0"),
        ("measure_entropy_estimation", "--output {out}/a.csv --model 16c", "--model and --images are given together"),
        (
            "measure_entropy_estimation",
            "--output {out}/a.csv --model {codec} --images {pictures} --patch 256",
            r"a\.png: 128 × 96 pixels have no patch of 256",
        ),
        ("measure_codec_runtime", "--output {out}/a.csv --model none.keras", r"none\.keras: no such model file"),
        ("measure_codec_runtime", "--output {out}/a.csv --model {codec} --images {out}/no", "no such file or folder"),
        (
            "measure_codec_runtime",
            "--output {out}/a.csv --model {codec} --published {pictures}/a.png",
            r"a\.png: not a CSV table",
        ),
        (
            "measure_channelwise",
            "--output {out}/a.csv --images {pictures} --model {codec} --model {codec}",
            "two codecs are called 4c",
        ),
        (
            "measure_channelwise",
            "--output {out}/a.csv --images {pictures} --model {codec}",
            r"a\.png: 128 × 96 pixels have no patch of 512",
        ),
        (
            "measure_channelwise",
            "--output {out}/a.csv --images {pictures} --model {codec} --sizes 30",
            "patches of 30 pixels: sizes are multiples of 8",
        ),
        ("sample_crops", "--output {out}/a.png --images {pictures} --model {codec}", r"must end with \.npz"),
        (
            "sample_crops",
            "--output {out}/a.npz --images {pictures} --model {codec}",
            r"a\.png: 128 × 96 pixels have no square of 128",
        ),
    ],
)
def test_a_mistake_is_named_and_nothing_written(archive, pictures, tmp_path, program, arguments, reason):
    given = arguments.format(out=tmp_path, codec=archive, pictures=pictures).split()
    with pytest.raises(UserError, match=reason):
        PROGRAMS[program].main(given)
    assert not list(tmp_path.iterdir())
