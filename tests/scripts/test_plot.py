import json

import example_runs
import example_samples
import example_tables
import numpy as np
import pandas as pd
import pytest
from programs import run

import plot
from neural_imaging.base.errors import UserError
from neural_imaging.study import catalogue

GRID = {"camera": ["D90"], "isp": ["UNet"], "channel": ["jpeg50"], "lambda_isp": ["fan-only", 0.1], "run": [0, 1]}
TABLES = {
    "scatter_psnr": "runs",
    "scatter_ssim": "runs",
    "progress": "progress",
    "confusion": "confusion",
    "detection": "detection_curves",
    "published": "published",
    "differentiable_jpeg": "differentiable_jpeg",
    "entropy_estimation": "entropy_estimation",
    "rate_distortion": "rate_distortion",
    "rate_distortion_accuracy": "coded",
    "boxplot": "runs",
    "channels": "runs",
    "transfer": "transfer",
    "robustness": "robustness",
    "fingerprints": "fingerprints",
    "fingerprints_roc": "fingerprints_roc",
    "localisation": "localisation",
    "attacks": "attacks",
    "whole_and_patchwise": "summary",
}
# A column of numbers that each of these figures needs.
NUMBERS = {
    "runs": "accuracy_libjpeg",
    "progress": "validation_psnr",
    "confusion": "percent",
    "detection_curves": "share",
    "published": "psnr_mean",
    "differentiable_jpeg": "psnr",
    "entropy_estimation": "estimate",
    "rate_distortion": "ssim",
    "coded": "effective_bpp_mean",
    "transfer": "accuracy_low",
    "robustness": "gain",
    "fingerprints": "pce_matched",
    "fingerprints_roc": "true_positives",
    "localisation": "auc_low",
    "attacks": "forged_psnr",
    "summary": "accuracy_cropped_mean",
}
SAMPLES = ("pipelines", "difference", "manipulations", "crops", "spectra", "codec_example", "signature")
# Drawn from networks as they are built: which of the example's.
NETWORKS = {"architecture": ["codec"], "pipeline_steps": ["standard", "neural"]}
ALL = [*TABLES, *SAMPLES, *NETWORKS, "system"]


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sources")
    tables = example_tables.tables(folder, GRID)
    samples = example_samples.samples(folder)
    described = example_samples.networks()
    for name, shown in NETWORKS.items():
        (folder / f"{name}.json").write_text(json.dumps([described[one] for one in shown]), encoding="utf-8")
    found = {
        **{name: [str(tables[table])] for name, table in TABLES.items()},
        **{name: [str(samples[{"crops": "codec_crops"}.get(name, name)])] for name in SAMPLES},
        **{name: [str(folder / f"{name}.json")] for name in NETWORKS},
        "system": ["--settings", json.dumps(example_runs.SYSTEM)],
    }
    found["whole_and_patchwise"] += [str(tables["runs"])]
    found["channels"] += ["--settings", json.dumps(example_runs.CHANNELS)]
    return found


def _plot(name, *arguments):
    plot.main([name, *map(str, arguments)])


def test_every_figure_of_the_catalogue_has_a_source_here():
    assert sorted(catalogue.FIGURES) == sorted(ALL)


@pytest.mark.parametrize("name", ALL)
def test_a_figure_is_a_pdf_and_a_png_with_the_same_bytes_each_time(sources, name, tmp_path):
    for folder in ("once", "again"):
        _plot(name, *sources[name], "--output", tmp_path / folder / f"{name}.pdf")
    assert sorted(path.name for path in (tmp_path / "once").iterdir()) == [f"{name}.pdf", f"{name}.png"]
    for ending in ("pdf", "png"):
        once, again = ((tmp_path / folder / f"{name}.{ending}").read_bytes() for folder in ("once", "again"))
        assert once == again
        assert len(once) > 3000


@pytest.mark.parametrize("name", list(TABLES))
def test_a_missing_column_is_named(sources, name, tmp_path):
    table = pd.read_csv(sources[name][0])
    column = NUMBERS[TABLES[name]]
    table.drop(columns=column).to_csv(tmp_path / "table.csv", index=False)
    with pytest.raises(UserError, match=rf"table\.csv: no column {column}"):
        _plot(name, tmp_path / "table.csv", *sources[name][1:], "--output", tmp_path / "figure.pdf")
    assert not (tmp_path / "figure.pdf").exists()


@pytest.mark.parametrize("name", list(TABLES))
def test_text_in_the_place_of_a_number_is_named(sources, name, tmp_path):
    table = pd.read_csv(sources[name][0])
    column = NUMBERS[TABLES[name]]
    table[column] = table[column].astype(object)
    table.loc[len(table) - 1, column] = "good"
    table.to_csv(tmp_path / "table.csv", index=False)
    with pytest.raises(UserError, match=rf"table\.csv: column {column} must have numbers, not 'good'"):
        _plot(name, tmp_path / "table.csv", *sources[name][1:], "--output", tmp_path / "figure.pdf")


def test_arrays_of_another_program_are_refused(sources, tmp_path):
    arrays = dict(np.load(sources["pipelines"][0]))
    np.savez(tmp_path / "sample.npz", **{**arrays, "psnr": arrays["psnr"][1:]})
    with pytest.raises(UserError, match=r"sample\.npz: is not of sample_pipelines\.py"):
        _plot("pipelines", tmp_path / "sample.npz", "--output", tmp_path / "figure.pdf")


@pytest.mark.parametrize("name", ["scatter_psnr", "scatter_ssim", "progress", "confusion"])
def test_a_figure_over_lambda_does_not_mix_the_weights_of_learned_codecs(sources, name, tmp_path):
    table = pd.read_csv(sources[name][0])
    table = pd.concat([table.assign(lambda_codec=weight) for weight in ("basic", "0.1")])
    table.to_csv(tmp_path / "table.csv", index=False)
    with pytest.raises(UserError, match="the table has several weights of learned codecs"):
        _plot(name, tmp_path / "table.csv", "--output", tmp_path / "figure.pdf")


@pytest.mark.parametrize("name", ["scatter_psnr", "scatter_ssim", "progress", "confusion"])
def test_a_figure_over_lambda_may_have_codecs_that_do_not_learn(sources, name, tmp_path):
    pd.read_csv(sources[name][0]).assign(lambda_codec="basic").to_csv(tmp_path / "table.csv", index=False)
    _plot(name, tmp_path / "table.csv", "--output", tmp_path / "figure.pdf")
    assert (tmp_path / "figure.pdf").is_file()


@pytest.mark.parametrize("taken", ["figure.pdf", "figure.png"])
def test_where_one_file_of_a_figure_cannot_be_written_neither_is(sources, tmp_path, taken):
    (tmp_path / taken).mkdir()
    with pytest.raises(UserError, match=rf"{taken}: is a folder"):
        _plot("pipelines", *sources["pipelines"], "--output", tmp_path / "figure.pdf")
    assert [path.name for path in tmp_path.iterdir()] == [taken]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_missing_array_is_named(sources, name, tmp_path):
    arrays = dict(np.load(sources[name][0]))
    arrays.pop("photos", None)
    arrays.pop("patches", None)
    arrays.pop("crops", None)
    arrays.pop("log_ratios", None)
    np.savez(tmp_path / "sample.npz", **arrays)
    with pytest.raises(UserError, match=r"sample\.npz: no array (photos|patches|crops|log_ratios)"):
        _plot(name, tmp_path / "sample.npz", "--output", tmp_path / "figure.pdf")


def test_a_mistake_is_one_line(tmp_path):
    done = run("plot", "scatter_psnr", tmp_path / "none.csv", "--output", tmp_path / "figure.pdf")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [f"plot.py: {tmp_path / 'none.csv'}: no such file"]


def test_confusion_draws_what_was_asked_for(sources, tmp_path):
    output = ["--output", tmp_path / "figure.pdf"]
    _plot("confusion", *sources["confusion"], "--codec", "libjpeg", "--isp", "UNet", *output)
    assert (tmp_path / "figure.png").is_file()
    with pytest.raises(UserError, match="isp INet is not in the table; it has UNet"):
        _plot("confusion", *sources["confusion"], "--isp", "INet", *output)


def test_channels_are_read_from_a_configuration_too(sources, tmp_path):
    settings = tmp_path / "config.json"
    settings.write_text(json.dumps({"channels": example_runs.CHANNELS}), encoding="utf-8")
    _plot("channels", sources["channels"][0], "--settings", settings, "--output", tmp_path / "figure.pdf")
    assert (tmp_path / "figure.png").is_file()


def test_networks_of_another_figure_are_refused(sources, tmp_path):
    output = ["--output", tmp_path / "figure.pdf"]
    with pytest.raises(UserError, match="has 1 networks, the figure shows 2"):
        _plot("pipeline_steps", *sources["architecture"], *output)
    (tmp_path / "other.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UserError, match=r"other\.json: not a list of networks"):
        _plot("architecture", tmp_path / "other.json", *output)


def test_a_missing_key_of_the_system_is_named(tmp_path):
    settings = {key: value for key, value in example_runs.SYSTEM.items() if key != "patch"}
    with pytest.raises(UserError, match="--settings: no patch"):
        _plot("system", "--settings", json.dumps(settings), "--output", tmp_path / "figure.pdf")


def test_a_file_too_few_or_too_many_is_one_line(sources, tmp_path):
    output = ["--output", tmp_path / "figure.pdf"]
    with pytest.raises(UserError, match=r"figure whole_and_patchwise: .*'runs'; it is drawn from tables/.*_runs\.csv"):
        _plot("whole_and_patchwise", sources["whole_and_patchwise"][0], *output)
    with pytest.raises(UserError, match="figure transfer: too many positional arguments"):
        _plot("transfer", *sources["transfer"] * 2, *output)


def test_boxes_are_drawn_of_another_measure_too(sources, tmp_path):
    _plot("boxplot", *sources["boxplot"], "--measure", "psnr", "--output", tmp_path / "figure.pdf")
    assert (tmp_path / "figure.png").is_file()
    with pytest.raises(UserError, match="--measure bpp: must be one of accuracy, accuracy_libjpeg, psnr, ssim"):
        _plot("boxplot", *sources["boxplot"], "--measure", "bpp", "--output", tmp_path / "figure.pdf")
