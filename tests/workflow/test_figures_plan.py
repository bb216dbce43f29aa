"""Which figures an experiment gets, and what those of codecs are made from."""

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow"))

from planning import figures  # noqa: E402

from neural_imaging.study import catalogue  # noqa: E402

ISPS = {"UNet": {"model": "UNet"}, "rgb": {"model": "ONet"}}
EXPERIMENT = {
    "cameras": ["D90"],
    "isps": ["UNet"],
    "channels": ["jpeg50"],
    "lambda_isp": ["fan-only", 0.1],
    "runs": 1,
    "examples": {"isp": "UNet", "lambda_isp": 0.1},
}
LEARNED = {"16c": "16c"}
# Results on signatures, and of how many runs of the smoke configuration they are.
PLACES = [("figures/cvpr2019/signature.pdf", 1), ("tables/cvpr2019_signature.csv", 2)]


def _of(**changes):
    return set(figures.of({**EXPERIMENT, **changes}, LEARNED, ISPS))


def test_pipelines_that_learn_are_shown_over_lambda():
    assert {"scatter_psnr", "progress", "confusion", "boxplot", "difference", "system", "pipeline_steps"} <= _of()
    assert "whole_and_patchwise" in _of()
    assert not {"channels", "spectra", "published"} & _of()
    assert "published" in _of(published={})


def test_fixed_pipelines_are_shown_over_channels():
    fixed = {"lambda_isp": ["fan-only"], "examples": {"isp": "UNet", "lambda_isp": "fan-only"}}
    assert "channels" in _of(channels=["jpeg50", "jpeg90"], **fixed)
    assert not {"scatter_psnr", "boxplot", "difference"} & _of(channels=["jpeg50", "jpeg90"], **fixed)


def test_codecs_that_learn_have_spectra_and_fixed_ones_stand_among_the_channels():
    coded = {
        "channels": ["jpeg50", "16c"],
        "lambda_isp": ["fan-only"],
        "examples": {"isp": "UNet", "lambda_isp": "fan-only"},
    }
    assert {"spectra", "codec_example", "boxplot", "rate_distortion_accuracy"} <= _of(
        lambda_codec=["basic", 0.1], **coded
    )
    assert {"channels", "rate_distortion_accuracy"} <= _of(**coded)
    assert "spectra" not in _of(**coded)


def test_pipelines_that_learn_behind_codecs_as_they_are_stand_over_lambda_too():
    found = _of(channels=["16c"])
    assert {"scatter_psnr", "progress", "confusion", "boxplot", "difference", "rate_distortion_accuracy"} <= found
    assert "spectra" not in found


def test_where_both_learn_no_figure_mixes_their_weights():
    found = _of(channels=["16c"], lambda_codec=["basic", 0.1])
    assert {"boxplot", "spectra", "rate_distortion_accuracy", "difference"} <= found
    assert not {"scatter_psnr", "progress", "confusion"} & found


def test_what_two_experiments_would_show_alike_is_there_once():
    examples = {"isp": "UNet", "lambda_isp": 0.1, "camera": "D90", "pipelines": ["INet", "UNet"]}
    one = {**EXPERIMENT, "protocol": "a", "examples": examples}
    config = {
        "experiments": {
            "first": one,
            "second": {**one, "protocol": "b", "examples": {**examples, "pipelines": ["UNet"]}},
            "third": {**one, "examples": {**examples, "camera": "5D"}},
        },
        "isps": {"UNet": {"model": "UNet", "settings": {}}},
        "protocols": {"a": {"manipulations": ["jpeg:80"]}, "b": {"manipulations": ["jpeg:50"]}},
    }
    found = figures.distinct(list(config["experiments"]), config, LEARNED)
    by_figure = {figure: [name for name, own in found if own == figure] for _, figure in found}
    assert by_figure["pipelines"] == ["first", "third"]
    assert by_figure["pipeline_steps"] == by_figure["differentiable_jpeg"] == ["first"]
    assert by_figure["manipulations"] == ["first", "second", "third"]
    assert by_figure["scatter_psnr"] == by_figure["system"] == ["first", "second", "third"]
    # Asked for alone, an experiment has all that is its own.
    alone = [figure for _, figure in figures.distinct(["second"], config, LEARNED)]
    assert alone == figures.of(config["experiments"]["second"], LEARNED, config["isps"])


def test_pictures_without_raw_have_no_pipeline_to_replace():
    assert "pipeline_steps" not in _of(examples={"isp": "rgb", "lambda_isp": "fan-only"}, lambda_isp=["fan-only"])


def test_learned_tiles_are_shown_where_there_are_any():
    examples = {"isp": "INet", "lambda_isp": 0.1, "camera": "D90", "channel": "jpeg50", "run": 0}
    experiment = {**EXPERIMENT, "isps": ["INet", "UNet"], "lambda_isp": ["fan-only", 1, 0.1], "examples": examples}
    isps = {**ISPS, "INet": {"model": "INet", "settings": {"phase": 16}}}

    def tiles(**changes):
        found = figures.tiles({**experiment, **changes}, LEARNED, isps)
        return [(point["isp"], point["lambda_isp"], point["signature"]) for point in found]

    pipelines = [("INet", "1", "none"), ("INet", "0.1", "none")]
    assert tiles() == pipelines
    assert tiles(signature=["none", 2, 1.5]) == [("INet", "fan-only", "1.5"), ("INet", "fan-only", "2"), *pipelines]
    assert tiles(isps=["UNet"], examples={**examples, "isp": "UNet"}) == []
    assert "signature" not in _of()


@pytest.mark.parametrize(("place", "runs"), PLACES)
def test_a_signature_is_sampled_from_the_runs_that_have_it(checkout, place, runs):
    jobs = checkout.plan(f"results/{place}")
    assert (jobs["sample_signature"], jobs["train_forensics"]) == (runs, runs)


def test_weights_begin_with_the_codec_as_it_was_and_the_ends_are_kept():
    experiment = {**EXPERIMENT, "channels": ["16c"], "lambda_codec": [0.001, 1, "basic", 0.1, 0.01]}
    assert figures.weights(experiment) == ["basic", 1, 0.1, 0.01, 0.001]
    assert figures.weights(experiment, 3) == ["basic", 0.1, 0.001]


@pytest.mark.parametrize("figure", ["system", "pipeline_steps"])
def test_a_drawn_figure_trains_nothing(checkout, figure):
    jobs = checkout.plan(f"results/figures/cvpr2019/{figure}.pdf")
    assert set(jobs) <= {"plot", "describe_networks"}


def test_spectra_need_the_codecs_and_the_runs_that_tuned_them(checkout):
    jobs = checkout.plan("results/figures/iclr2020/spectra.pdf")
    assert jobs["train_dcn"] == 1
    assert jobs["train_forensics"] == 1  # the basic one is the codec's own archive


def test_the_transfer_figure_is_drawn_from_its_table(checkout):
    jobs = checkout.plan("results/figures/transfer/transfer.pdf")
    assert (jobs["plot"], jobs["tabulate_transfer"]) == (1, 1)


def test_every_figure_is_a_module_with_a_caption_and_somebody_has_it():
    facts = {value for name, value in vars(catalogue).items() if name.isupper() and isinstance(value, str)}
    for name, figure in catalogue.FIGURES.items():
        assert (ROOT / "lib/neural_imaging" / f"{catalogue.module(name).replace('.', '/')}.py").is_file(), name
        assert figure.title, name
        assert figure.caption.endswith("."), name
        assert figure.where, name
        assert set(figure.where) <= facts, name
    captions = {path.stem for path in (ROOT / "workflow/report").glob("*.rst")} - {"workflow", "figure"}
    assert captions == set(catalogue.TITLES) - {"published_confusion"}


def test_a_figure_that_an_experiment_cannot_have_is_refused(checkout):
    done = checkout.snakemake(
        "-n", "--configfile", "config/smoke.yaml", "--", "results/figures/cvpr2019/rate_distortion.pdf"
    )
    assert done.returncode == 1
    assert "cvpr2019 has no figure rate_distortion" in done.stdout + done.stderr


def test_every_table_that_the_report_shows_is_a_page():
    """A table that the browser would only download says nothing."""
    pages = re.findall(
        r'page\(\s*"results/tables/([^"]+)",\s*"(\w+)"',
        "".join(path.read_text(encoding="utf-8") for path in (ROOT / "workflow/rules").glob("*.smk")),
    )
    assert {name for _, name in pages} == set(catalogue.TITLES)
    assert all(file.endswith(".html") for file, _ in pages)
