"""The headline table: from tables of finished experiments to claims, each with its verdict."""

import math
from pathlib import Path

import example_runs
import example_tests
import numpy as np
import pandas as pd
import pytest
import yaml

from neural_imaging.base.errors import UserError
from neural_imaging.study import overlay
from neural_imaging.tables import bd_rates, claims, headline_codecs, headline_sides, headline_tables, profiles, tables

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ROOT / "resources/published"
# What the published table has at each λ: accuracy, and PSNR in dB.
UNET = {
    "fan-only": (0.446, 43.0), "1.0": (0.446, 43.4), "0.5": (0.594, 43.15), "0.25": (0.87, 42.85), "0.1": (0.926, 42.3),
    "0.05": (0.958, 41.95), "0.01": (0.978, 39.6), "0.005": (0.988, 38.7), "0.001": (0.996, 35.1),
    "0.0005": (0.998, 32.9), "0.0001": (1.0, 29.65),
}  # fmt: skip


@pytest.fixture(scope="module")
def paper():
    return overlay.read(ROOT / "config/paper.yaml", ROOT / overlay.DEFAULTS)


def _photographs(folder, points, columns, runs=10, photographs=30):
    """Write a table of photographs: points with their labels and means, with a little noise from run to run."""
    rng, lines = np.random.default_rng(0), []
    for labels, means in points:
        for run in range(runs):
            for place in range(photographs):
                noisy = np.array(means) * (1 + rng.normal(0, 0.001, len(means)))
                lines.append([*labels, run, *[f"photo-{place}"] * 2, *noisy])
    path = folder / "photographs.csv"
    tables.write(pd.DataFrame(lines, columns=columns), path)
    return path


def _pipeline(folder, values=UNET, signatures=(), whole=None, **size):
    """Table of an experiment; whole photographs give the accuracies of `whole`, or those of patches."""
    whole, points = whole or {}, []
    arms = [(weight, "none", *means) for weight, means in values.items()]
    arms += [("fan-only", strength, *means) for strength, means in signatures]
    for weight, signature, accuracy, psnr in arms:
        own = whole.get(weight, accuracy)
        measures = [own, own - 0.05, own - 0.2, accuracy, psnr, 0.99, psnr]
        points.append((["D90", "UNet", "jpeg50", weight, "none", signature], measures))
    return _photographs(folder, points, tables.PHOTOGRAPHS, **size)


# λ: accuracy, effective bits a pixel, SSIM behind the codec.
FINE_TUNED = {
    "basic": (0.37, 0.35, 0.930), "1.0": (0.5, 0.41, 0.930), "0.1": (0.7, 0.42, 0.929), "0.01": (0.82, 0.41, 0.927),
    "0.001": (0.86, 0.42, 0.88),
}  # fmt: skip


def _codec(folder, values=FINE_TUNED, jpeg_rate=0.4, **size):
    points = [(["16c", weight], means) for weight, means in values.items()]
    points += [(["jpeg10-alone", "none"], (0.25, jpeg_rate, 0.8)), (["jpeg95-alone", "none"], (0.6, 4.0, 0.99))]
    points = [
        (
            ["D90", "DNet", channel, "fan-only", weight, "none"],
            [accuracy, accuracy, accuracy, accuracy, 40.0, 0.99, 40.0, rate, ssim],
        )
        for (channel, weight), (accuracy, rate, ssim) in points
    ]
    return _photographs(folder, points, [*tables.PHOTOGRAPHS, *tables.COMPRESSION], **size)


def _table(ours, paper, study=None, files=(), **experiments):
    named = {axis: [experiments[axis]] if axis in experiments else [] for axis in ("pipeline", "codec")}
    named["pipeline"] += experiments.get("beside", [])
    return headline_tables.table(ours, paper, PUBLISHED, named, study, files).set_index("key")


def test_without_experiments_all_claims_are_listed_and_nothing_is_measured(paper):
    table = _table(paper, paper)
    assert set(table["verdict"]) == {claims.NOT_MEASURED}
    assert table["note"].str.startswith("the configuration has no ").all()
    assert table.loc["pipeline.joint", "published"] == 92.6
    assert table.loc["pipeline.accuracy.0.25", "published"] == 87.0
    assert table.loc["codec.joint", ["published", "published_low"]].tolist() == [86, 84.5]
    assert table.loc["pipeline.gain", "published"] == pytest.approx(48.0)
    # Nothing that the file of claims has is left out, but for what is about the data sets of our own study.
    families = set(claims.read(PUBLISHED / "headline.csv")) - {"codec.ssim"}
    families = {family for family in families if not family.startswith("own.")}
    assert all(any(key == family or key.startswith(f"{family}.") for key in table.index) for family in families)
    assert table.index.is_unique


def test_the_gain_under_the_worst_condition_is_a_line_of_its_own(paper, tmp_path):
    photographs = _pipeline(tmp_path, signatures=[("1.5", (0.9, 42.5))])
    ours = {"pipeline": [("cvpr2019", photographs)], "codec": []}
    tables.write(example_tests.robustness(), tmp_path / "gains.csv")
    table = headline_tables.table(paper, paper, PUBLISHED, ours, robustness=tmp_path / "gains.csv").set_index("key")
    pipeline, signature = (table.loc[f"own.robust.cvpr2019.{name}"] for name in ("pipeline", "signature"))
    assert (signature["ours"], signature["runs"], signature["verdict"]) == (pytest.approx(-10), 2, "not shown")
    assert signature["note"] == "jpeg30, of 2 conditions; above 0 in 0 of 2 runs"
    assert (pipeline["ours"], pipeline["note"][:7]) == (pytest.approx(0, abs=1e-9), "rounded")
    assert "own.robust.cvpr2019.pipeline" not in _table(paper, paper, pipeline=("cvpr2019", photographs)).index


def test_the_published_results_show_every_claim_of_protocol_a(paper, tmp_path):
    table = _table(paper, paper, pipeline=("cvpr2019", _pipeline(tmp_path)))
    own = table[table.index.str.startswith("pipeline.")]
    assert set(own["verdict"]) == {"shown"}
    assert set(own["scale"]) == {"full"}
    assert set(own["runs"]) == {10}
    joint = table.loc["pipeline.joint"]
    # The λ that trades best of the published table.
    assert joint["protocol"] == "cvpr2019: D90, UNet, jpeg50, λ = 0.1"
    assert joint["ours"] == pytest.approx(92.6, abs=0.1)
    assert joint["real_codec"] == pytest.approx(87.6, abs=0.1)
    assert joint["whole"] == pytest.approx(92.6, abs=0.1)
    assert joint["low"] < joint["ours"] < joint["high"]
    assert joint["interval_over"] == "runs and photographs"
    assert table.loc["pipeline.loss", "ours"] == pytest.approx(-0.7, abs=0.05)
    assert table.loc["pipeline.gain", "note"] == "above 0 in 10 of 10 runs"
    assert table.loc["pipeline.slope", "difference"] == pytest.approx(0, abs=0.1)
    # Half of 55.4 points.
    assert table.loc["pipeline.most", ["published", "ours"]].tolist() == pytest.approx([20.3, 20.3], abs=0.1)


def test_what_patches_show_alone_is_said_to_be_gone_on_whole_photographs(paper, tmp_path):
    table = _table(paper, paper, pipeline=("cvpr2019", _pipeline(tmp_path, whole={"0.1": 0.41, "0.05": 0.42})))
    joint = table.loc["pipeline.joint"]
    assert joint[["ours", "whole"]].tolist() == pytest.approx([92.6, 41], abs=0.1)
    assert joint["verdict"] == "shown; on whole photographs not shown"
    # On whole photographs another λ has the highest accuracy at no more than 1 dB.
    assert table.loc["own.gain.cvpr2019.pipeline", "protocol"].endswith("λ = 0.25")
    assert table.loc["own.gain.cvpr2019.pipeline", "ours"] == pytest.approx(42.4, abs=0.1)


def test_a_signature_stands_beside_pipelines_with_its_gain_its_cost_and_what_a_crop_does(paper, tmp_path):
    signatures = [("1.5", (0.7, 42.5)), ("3.0", (0.9, 41.0))]
    table = _table(paper, paper, pipeline=("cvpr2019", _pipeline(tmp_path, signatures=signatures)))
    own = table.loc["own.gain.cvpr2019.signature"]
    assert own["protocol"] == "cvpr2019: D90, UNet, jpeg50, signature 1.5"
    assert own["paper"] == claims.OWN
    assert own[["ours", "whole", "real_codec"]].tolist() == pytest.approx([25.4] * 3, abs=0.1)
    assert table.loc["own.cost.cvpr2019.signature", ["ours", "verdict"]].tolist() == [
        pytest.approx(-0.5, abs=0.05),
        "shown",
    ]
    assert table.loc["own.crop.cvpr2019.signature", ["ours", "verdict"]].tolist() == [
        pytest.approx(-15, abs=0.1),
        "not shown",
    ]
    assert table.loc["own.crop.cvpr2019.alone", "ours"] == pytest.approx(-15, abs=0.1)
    assert table.loc["own.views.cvpr2019.pipeline", "verdict"] == "shown"


def test_an_experiment_on_whole_photographs_has_lines_of_its_own_beside_the_papers(paper, tmp_path):
    paper = yaml.safe_load(yaml.safe_dump(paper))
    paper["experiments"]["cvpr2019_whole"] = paper["experiments"]["cvpr2019"]
    folder = tmp_path / "whole"
    folder.mkdir()
    beside = [("cvpr2019_whole", _pipeline(folder, {"fan-only": (0.45, 43.0), "0.1": (0.6, 42.5)}))]
    table = _table(paper, paper, pipeline=("cvpr2019", _pipeline(tmp_path)), beside=beside)
    assert table.loc["pipeline.joint", "protocol"].startswith("cvpr2019: ")
    assert table.loc["own.gain.cvpr2019_whole.pipeline", "ours"] == pytest.approx(15, abs=0.1)


def test_where_every_lambda_is_dear_the_table_says_so(paper, tmp_path):
    dear = {"fan-only": (0.4, 43.0), "0.1": (0.9, 41.9), "0.01": (0.95, 40.0)}
    table = _table(paper, paper, pipeline=("cvpr2019", _pipeline(tmp_path, dear)))
    for key in ("pipeline.joint", "pipeline.gain", "own.gain.cvpr2019.pipeline"):
        assert table.loc[key, ["verdict", "note"]].tolist() == ["not measured", "no λ of cvpr2019 costs at most 1 dB"]
    assert table.loc["pipeline.accuracy.0.1", "ours"] == pytest.approx(90, abs=0.1)


def test_the_highest_accuracy_at_no_more_than_the_limit_trades_best():
    accuracies, costs = {"1.0": 0.5, "0.1": 0.8, "0.01": 0.9}, {"1.0": 0.1, "0.1": 1.0, "0.01": 1.2}
    assert headline_sides.trades_best(accuracies, costs, 1.0) == "0.1"
    assert headline_sides.trades_best(accuracies, costs, 0.05) is None


def test_a_reduced_grid_measures_what_it_has_and_says_so(paper, tmp_path):
    ours = yaml.safe_load(yaml.safe_dump(paper))
    ours["experiments"]["cvpr2019"] |= {"lambda_isp": ["fan-only", 0.02, 0.01], "runs": 1}
    values = {"fan-only": (0.4, 43.0), "0.02": (0.52, 42.9), "0.01": (0.6, 40.0)}
    path = _pipeline(tmp_path, values, runs=1)
    table = _table(ours, paper, pipeline=("cvpr2019", path))
    assert table.loc["pipeline.joint", "verdict"] == "not shown at this scale"
    # 0.01 costs 3 dB.
    assert table.loc["pipeline.joint", "protocol"].endswith("λ = 0.02")
    assert table.loc["pipeline.gain", ["verdict", "interval_over"]].tolist() == [
        "shown at this scale",
        "photographs alone",
    ]
    assert "runs 1 (paper 10)" in table.loc["pipeline.gain", "differs_in"]
    assert table.loc["pipeline.accuracy.0.1", ["verdict", "note"]].tolist() == [
        "not measured",
        "cvpr2019 has no lambda_isp 0.1",
    ]


def test_the_published_results_show_every_claim_of_fine_tuning(paper, tmp_path):
    table = _table(paper, paper, codec=("iclr2020", _codec(tmp_path)))
    own = table.loc["codec.basic":"codec.mild"]
    assert set(own["verdict"]) == {"shown"}
    assert set(own["scale"]) == {"full"}
    assert table.loc["codec.joint", "protocol"] == "iclr2020: D90, DNet, 16c, λ = 0.01"
    assert table.loc["own.gain.iclr2020.codec", "ours"] == pytest.approx(45, abs=0.1)
    assert table.loc["own.codec_cost.iclr2020.codec", "ours"] == pytest.approx(-0.003, abs=0.0005)
    assert table.loc["codec.jpeg", "protocol"] == "iclr2020: D90, DNet, jpeg10-alone"
    assert table.loc["codec.jpeg", "note"] == "0.40 bits a pixel, the codec 0.41"
    assert table.loc["codec.jump", "ours"] == pytest.approx(0.06, abs=0.005)
    # The largest later change is 0.01.
    assert table.loc["codec.once", "ours"] == pytest.approx(0.05, abs=0.005)
    assert table.loc["codec.costly", "ours"] == pytest.approx(-0.05, abs=0.005)
    assert table.loc["codec.mild", "protocol"].endswith("λ = 0.01")


def test_a_payload_that_goes_on_rising_jumps_more_than_once(paper, tmp_path):
    rates = [0.35 + 0.06 * step for step in range(len(FINE_TUNED))]
    rising = {
        weight: (accuracy, rate, ssim)
        for rate, (weight, (accuracy, _, ssim)) in zip(rates, FINE_TUNED.items(), strict=True)
    }
    table = _table(paper, paper, codec=("iclr2020", _codec(tmp_path, rising)))
    assert table.loc[["codec.jump", "codec.once"], "verdict"].tolist() == ["shown", "not shown"]


def test_jpeg_at_another_rate_is_no_comparison(paper, tmp_path):
    table = _table(paper, paper, codec=("iclr2020", _codec(tmp_path, jpeg_rate=1.2)))
    assert table.loc["codec.jpeg", "verdict"] == "not measured"
    assert "near 0.41 bits a pixel: the nearest, jpeg10-alone, has 1.20" in table.loc["codec.jpeg", "note"]


def _study_files(folder, codecs=("16c", "32c", "64c"), data_set="kodak"):
    """Tables of a study in which the learned codecs need half of JPEG's bits, on five pictures."""
    images = [
        [data_set, codec, anchor, f"picture-{place}", "ssim", rate + place, 1.0, ""]
        for codec, anchor, rate in (("dcn", "jpeg", -50), ("dcn", "jpeg2000", -30), ("jpeg2000", "jpeg", -20))
        for place in range(5)
        if codec != "dcn" or len(codecs) > 1
    ]
    tables.write(pd.DataFrame(images, columns=bd_rates.PER_IMAGE), folder / "images.csv")
    paths = []
    for codec in ("jpeg", *codecs):
        rates = [0.25, 0.5, 1.0, 2.0] if codec == "jpeg" else [0.4 * 2 ** codecs.index(codec)]
        rows = [
            dict.fromkeys(profiles.COLUMNS, 1.0)
            | {"data_set": data_set, "image": f"picture-{place}", "codec": codec, "quality": None}
            | {"effective_bpp": rate, "ssim": 0.9 + 0.02 * math.log2(rate) + (0.02 if codec != "jpeg" else 0)}
            for place in range(5)
            for rate in rates
        ]
        paths.append(folder / f"{codec}.json")
        example_runs.json_file(paths[-1], {"kind": profiles.KIND, "rows": rows})
    patches = [
        ["16c", size, f"picture-{place}", ratio + 0.01 * place]
        for size, ratio in ((128, 1.03), (256, 0.93), (512, 0.88))
        for place in range(5)
    ]
    tables.write(pd.DataFrame(patches, columns=headline_codecs.PATCHES), folder / "patches.csv")
    times = [["ours", "32c", None, "Intel(R) Core(TM) i7-7700 CPU @ 3.60GHz", 4, 0.1, 9.0, 0.1, 0.1]]
    tables.write(pd.DataFrame(times, columns=headline_codecs.RUNTIME), folder / "times.csv")
    return folder / "images.csv", paths, folder / "patches.csv", folder / "times.csv"


def test_a_study_of_codecs_is_measured_over_pictures(paper, tmp_path):
    table = _table(paper, paper, "iclr2020", _study_files(tmp_path))
    line = table.loc["codec.bd_rate.kodak.jpeg"]
    # A mean of logarithms is a little lower than that of percents.
    assert (line["ours"], line["verdict"], line["interval_over"]) == (
        pytest.approx(-48.02, abs=0.005),
        "shown",
        "pictures",
    )
    assert line["low"] < -48 < line["high"]
    assert table.loc["codec.bd_rate.kodak.jpeg2000", "ours"] == pytest.approx(-28.01, abs=0.01)
    assert table.loc["codec.bd_rate_close.kodak.bpg", "note"] == "iclr2020 has no bpg beside the learned codecs"
    assert table.loc["codec.channelwise.512", "verdict"] == "shown"
    assert table.loc["codec.channelwise_costs.128", "ours"] == pytest.approx(5)
    assert table.loc["codec.time.compress.512", "verdict"] == "shown, by a value without an interval"
    assert table.loc["codec.time.decompress.512", "verdict"] == "not shown, by a value without an interval"
    assert table.loc["codec.ssim.kodak.jpeg", "ours"] == pytest.approx(0.02, abs=1e-6)


@pytest.mark.parametrize(
    ("model", "cpu", "note"),
    [
        ("16c", "Intel(R) Core(TM) i7-7700 CPU @ 3.60GHz", "iclr2020 has no codec 32c, whose times are published"),
        ("32c", "AMD EPYC", "times on AMD EPYC cannot be compared with those on i7-7700 3.60 GHz, i7-9770 3.60 GHz"),
        ("32c", "Intel(R) Core(TM) i7-7700K CPU @ 4.20GHz", "times on Intel(R) Core(TM) i7-7700K CPU @ 4.20GHz cannot"),
    ],
)
def test_times_of_another_network_or_machine_show_nothing(paper, tmp_path, model, cpu, note):
    files = _study_files(tmp_path)
    times = [["ours", model, None, cpu, 4, 0.1, 0.1, 0.1, 0.1]]
    tables.write(pd.DataFrame(times, columns=headline_codecs.RUNTIME), files[-1])
    table = _table(paper, paper, "iclr2020", files)
    for step in ("compress", "decompress"):
        for size in (512, 1080):
            line = table.loc[f"codec.time.{step}.{size}"]
            assert line["verdict"] == "not measured"
            assert line["note"].startswith(note)


def test_a_codec_of_the_published_name_must_be_the_published_network(paper, tmp_path):
    ours = yaml.safe_load(yaml.safe_dump(paper))
    ours["codecs"]["32c"]["settings"]["n_features"] = 31
    note = _table(ours, paper, "iclr2020", _study_files(tmp_path)).loc["codec.time.compress.512", "note"]
    assert note.startswith("32c of iclr2020 is another network than the papers': ")


def test_one_learned_codec_is_a_point_that_is_compared_at_its_own_rate(paper, tmp_path):
    ours = yaml.safe_load(yaml.safe_dump(paper))
    ours["codec_studies"]["iclr2020"]["codecs"] = ["16c"]
    table = _table(ours, paper, "iclr2020", _study_files(tmp_path, ("16c",)))
    assert table.loc["codec.bd_rate.kodak.jpeg", "note"] == "a curve needs several learned codecs, and iclr2020 has 1"
    assert table.loc["codec.ssim.kodak.jpeg", "verdict"] == "shown at this scale"
    assert table.loc["codec.ssim.kodak.jpeg", "ours"] == pytest.approx(0.02, abs=1e-6)


def test_names_that_the_configuration_does_not_have_are_refused(paper, tmp_path):
    with pytest.raises(UserError, match=r"the configuration has no experiment mine; known are .*iclr2020"):
        _table(paper, paper, pipeline=("mine", tmp_path / "t.csv"))
    with pytest.raises(UserError, match="the configuration has no study mine"):
        _table(paper, paper, "mine", [None] * 4)
