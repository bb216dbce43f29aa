"""A mistake in the configuration is one line that names the key, with exit code 2."""

import math

import pytest
from checked import ROOT, check_refusal, configuration, put, refusal

from neural_imaging.base.errors import UserError
from neural_imaging.study import overlay


def _set(*path, value):
    return lambda content: put(content, path, value)


EXPERIMENT = ("experiments", "cvpr2019")
CODED = ("experiments", "iclr2020")
MISTAKES = {
    "unknown learned codec": (_set("channels", "4c", "name", value="5c"), ["channels.4c.name", "'5c'", "4c, 8c"]),
    "no learned codec": (
        _set("channels", "4c", value={"downsampling": "none", "factor": 1, "codec": "dcn"}),
        ["'name'"],
    ),
    "a learned codec beside JPEG": (_set("channels", "jpeg50", "name", value="4c"), ["channels.jpeg50.name", "dcn"]),
    "no quality": (
        _set("channels", "jpeg50", value={"downsampling": "none", "factor": 1, "codec": "jpeg"}),
        ["channels.jpeg50", "'quality', 'rounding'"],
    ),
    "no steps": (_set("channels", "jpeg50", value={"steps": []}), ["channels.jpeg50.steps", "non-empty list"]),
    "an unknown step": (
        _set("channels", "jpeg50", value={"steps": [{"step": "blurr"}]}),
        ["channels.jpeg50.steps.0.step", "'blurr'", "'blur'"],
    ),
    "steps and the short form": (
        _set("channels", "jpeg50", value={"steps": [{"step": "jpeg"}], "factor": 2}),
        ["channels.jpeg50", "'factor'", "each step has settings of its own"],
    ),
    "an unnamed codec as a step": (
        _set("channels", "4c", value={"steps": [{"step": "dcn"}]}),
        ["channels.4c.steps.0", "'name'"],
    ),
    "an unknown codec as a step": (
        _set("channels", "4c", value={"steps": [{"step": "dcn", "name": "5c"}]}),
        ["channels.4c.steps.0.name", "'5c'", "4c, 8c"],
    ),
    "a longest side in training": (
        _set("channels", "jpeg50", value={"steps": [{"step": "resize", "longest": 1000}]}),
        ["channel jpeg50", "cannot be trained with", "give a factor"],
    ),
    "a channel that is too small": (
        _set("channels", "jpeg50", value={"steps": [{"step": "resize", "factor": 32}]}),
        ["behind channel jpeg50 the FAN sees"],
    ),
    "the FAN's patch behind the largest factor of a range": (
        _set("channels", "jpeg50", value={"steps": [{"step": "resize", "factor": [2, 16]}]}),
        ["behind channel jpeg50 the FAN sees 2 pixels"],
    ),
    "factors in training that need not be whole": (
        _set("channels", "jpeg50", value={"steps": [{"step": "resize", "factor": [1.5, 3.0]}]}),
        ["channel jpeg50", "cannot be trained with", "from 1.5 to 3.0 need not be whole"],
    ),
    "a codec without a reach": (
        _set("channels", "jpeg50", value={"steps": [{"step": "webp"}]}),
        ["protocols.cvpr2019.margin", "webp of channel jpeg50", "give a number"],
    ),
    "an unknown channel": (
        _set(*EXPERIMENT, "channels", value=["mesenger"]),
        ["experiments.cvpr2019.channels", "'mesenger'", "jpeg50", "social", "did you mean 'messenger'"],
    ),
    "λ of a codec that is not there": (
        _set(*EXPERIMENT, "lambda_codec", value=[0.1]),
        ["experiments.cvpr2019.lambda_codec", "no channel"],
    ),
    "λ of a codec that may not learn": (
        _set("protocols", "iclr2020", "trainable", value=["isp"]),
        ["experiments.iclr2020.lambda_codec", "protocols.iclr2020.trainable"],
    ),
    "unknown part": (_set("protocols", "iclr2020", "trainable", value=["fan"]), ["trainable", "'fan'"]),
    "text as λ of a codec": (_set(*CODED, "lambda_codec", value=["1e-3"]), ["'1e-3'", "0.001"]),
    "patches that the codec cannot take": (
        _set("protocols", "iclr2020", "patch", value=10),
        ["learned codec of channel 4c", "multiples of 8", "protocols.iclr2020.patch is 10"],
    ),
    "scenes of pictures that keep their traces": (
        _set("cameras", "simulated", "scenes", value={"folder": "~/pictures", "reduction": 0}),
        ["cameras.simulated.scenes.reduction", "from 1 to 1024"],
    ),
    "more photographs than scenes for validation": (
        _set("cameras", "simulated", "validation_photographs", value=99),
        ["cameras.simulated.validation_photographs", "99"],
    ),
    "unknown key": (_set("data", "landscpe_only", value=True), ["data", "'landscpe_only'", "'landscape_only'"]),
    "unknown section": (_set("colours", value={}), ["'colours'", "experiments"]),
    "unknown network": (_set("isps", "UNet", "model", value="Unet"), ["isps.UNet.model", "'Unet'", "'UNet'"]),
    "unknown manipulation": (
        _set("protocols", "cvpr2019", "manipulations", value=["sharpn:1"]),
        ["protocols.cvpr2019.manipulations", "'sharpn'", "'sharpen'"],
    ),
    "wrong type of a network's setting": (
        _set("protocols", "cvpr2019", "fan", "n_filters", value="a"),
        ["protocols.cvpr2019.fan.n_filters", "'a'"],
    ),
    "wrong type": (_set(*EXPERIMENT, "runs", value="two"), ["experiments.cvpr2019.runs", "'two'"]),
    "missing": (_set("cameras", "simulated", value={"source": "folder", "train": 1, "validation": 1}), ["'path'"]),
    "no list": (
        _set(
            "cameras", "simulated", value={"source": "raise", "model": "D90", "count": 2, "train": 1, "validation": 1}
        ),
        ["cameras.simulated", "'list'"],
    ),
    "no photographs named": (
        _set("cameras", "simulated", value={"source": "mit5k", "model": "D70", "train": 1, "validation": 1}),
        ["cameras.simulated", "'count' or 'photos'"],
    ),
    "wrong number of a photograph": (
        _set(
            "cameras",
            "simulated",
            value={"source": "mit5k", "model": "D70", "photos": [1, "7-"], "train": 1, "validation": 1},
        ),
        ["cameras.simulated.photos.1", "'7-'", "1-700"],
    ),
    "too few photographs": (
        _set("cameras", "simulated", value={"source": "folder", "path": "p", "count": 3, "train": 3, "validation": 1}),
        ["cameras.simulated.count", "3", "need 4"],
    ),
    "a key of another source": (_set("cameras", "simulated", "path", value="p"), ["cameras.simulated", "'path'"]),
    "no address": (
        _set(
            "cameras",
            "simulated",
            value={"source": "mit5k", "model": "D70", "count": 2, "address": "/mirror", "train": 1, "validation": 1},
        ),
        ["cameras.simulated.address", "'/mirror'", "http"],
    ),
    "a password in an address": (
        _set(
            "cameras",
            "simulated",
            value={
                "source": "mit5k",
                "model": "D70",
                "count": 2,
                "address": "http://me:secret@a.org/",
                "train": 1,
                "validation": 1,
            },
        ),
        ["cameras.simulated.address", "'http://…@a.org/'", "netrc"],
    ),
    "wrong source": (_set("cameras", "simulated", "source", value="zip"), ["cameras.simulated.source", "'zip'"]),
    "text as λ": (_set(*EXPERIMENT, "lambda_isp", value=["1e-4"]), ["'1e-4'", "0.0001"]),
    "unknown camera": (_set(*EXPERIMENT, "cameras", value=["D90"]), ["cvpr2019.cameras", "'D90'", "simulated"]),
    "unknown ISP": (_set(*EXPERIMENT, "isps", value=["UNett"]), ["cvpr2019.isps", "'UNett'", "'UNet'"]),
    "unknown channel": (_set(*EXPERIMENT, "channels", value=["jpeg5"]), ["cvpr2019.channels", "'jpeg50'"]),
    "unknown protocol": (_set(*EXPERIMENT, "protocol", value="iclr"), ["cvpr2019.protocol", "'iclr'"]),
    "unknown setting of a network": (_set("isps", "UNet", "settings", "steps", value=3), ["'steps'", "n_steps"]),
    "unknown setting of the FAN": (_set("protocols", "cvpr2019", "fan", "n_filter", value=3), ["'n_filters'"]),
    "a network that is no pipeline": (_set("isps", "UNet", "model", value="FAN"), ["isps.UNet.model", "'FAN'"]),
    "a number out of a network's range": (
        _set("isps", "UNet", "settings", value={"n_steps": 9}),
        ["isps.UNet.settings.n_steps", "whole number from 2 to 6", "9"],
    ),
    "an even kernel": (
        _set("isps", "INet", "settings", value={"kernel": 4}),
        ["isps.INet.settings.kernel", "an odd whole number from 3 to 11", "4"],
    ),
    "text for true or false": (
        _set("protocols", "cvpr2019", "fan", "use_gap", value="no"),
        ["protocols.cvpr2019.fan.use_gap", "true or false", "'no'"],
    ),
    "no convolutions": (
        _set("protocols", "cvpr2019", "fan", "n_convolutions", value=0),
        ["protocols.cvpr2019.fan.n_convolutions", "a whole number from 1 to", "not 0"],
    ),
    "more convolutions than the patch can be halved": (
        _set("protocols", "cvpr2019", "fan", "n_convolutions", value=5),
        ["experiments.cvpr2019", "jpeg50", "16 pixels", "5 convolutions"],
    ),
    "a setting of the FAN that the protocol decides": (
        _set("protocols", "cvpr2019", "fan", "n_classes", value=5),
        ["protocols.cvpr2019.fan.n_classes", "follows from manipulations"],
    ),
    "a median of one pixel": (
        _set("protocols", "cvpr2019", "manipulations", value=["median:1"]),
        ["protocols.cvpr2019.manipulations", "median takes a strength from 2 to 15, not 1"],
    ),
    "a JPEG quality above 100": (
        _set("protocols", "cvpr2019", "manipulations", value=["jpeg:101"]),
        ["jpeg takes a strength from 1 to 100, not 101"],
    ),
    "a JPEG quality that is no whole number": (
        _set("protocols", "cvpr2019", "manipulations", value=["jpeg:80.5"]),
        ["jpeg takes whole numbers, not 80.5"],
    ),
    "a class that is there twice": (
        _set("protocols", "cvpr2019", "manipulations", value=["jpeg:80", "jpeg:80.0"]),
        ["protocols.cvpr2019.manipulations", "'jpeg:80' and 'jpeg:80.0' are the same"],
    ),
    "a class with its usual strength that is there twice": (
        _set("protocols", "cvpr2019", "manipulations", value=["resample", "jpeg", "resample:0.5"]),
        ["'resample' and 'resample:0.5' are the same"],
    ),
    "class 0 among the manipulations": (
        _set("protocols", "cvpr2019", "manipulations", value=["sharpen:1", "native"]),
        ["'native' is class 0"],
    ),
    "patches that the UNet cannot halve": (
        _set("isps", "UNet", "settings", value={"n_steps": 6}),
        ["isps.UNet.training.patch", "UNet", "multiples of 32", "16"],
    ),
    "a pipeline of several cameras that is for one": (
        _set("isps", "UNet", "cameras", value=["simulated", "other"]),
        ["isps.UNet.cameras", "UNet is a pipeline for one camera"],
    ),
    "one camera for a pipeline of several": (
        _set("isps", "auto", value={"model": "ClassicISP", "cameras": ["simulated"]}),
        ["isps.auto"],
    ),
    "pictures without a folder": (
        _set("cameras", "simulated", value={"source": "pictures", "train": 1, "validation": 1}),
        ["cameras.simulated", "'path'"],
    ),
    "RAW asked of pictures": (
        _set("cameras", "simulated", value={"source": "pictures", "path": "p", "train": 1, "validation": 1}),
        ["experiments.cvpr2019", "UNet develops RAW", "simulated", "ONet"],
    ),
    "a signature that may not learn": (
        _set("protocols", "cvpr2019", "trainable", value=["isp"]),
        ["experiments.cvpr2019.signature", "2", "protocols.cvpr2019.trainable"],
    ),
    "a start of a tile that is not there": (
        _set("protocols", "cvpr2019", "phase_start", value=1.5),
        ["protocols.cvpr2019.phase_start", "pipeline UNet", "phase"],
    ),
    "a signature without strength": (_set(*EXPERIMENT, "signature", value=[0]), ["cvpr2019.signature", "above 0"]),
    "text as a signature": (_set(*EXPERIMENT, "signature", value=["1.5"]), ["cvpr2019.signature", "'1.5'", "none"]),
    "a signature to be combined that is not there": (
        _set("experiments", "iclr2020", "signature_jointly", value=True),
        ["experiments.iclr2020.signature_jointly", "no signature"],
    ),
    "a figure of a signature that is not learned": (
        _set(*EXPERIMENT, "examples", "signature", value=1.5),
        ["experiments.cvpr2019.examples.signature", "1.5", "none"],
    ),
    "an unknown setting of signatures": (
        _set("protocols", "cvpr2019", "signature", value={"perod": 16}),
        ["protocols.cvpr2019.signature", "'perod'", "'period'"],
    ),
    "text as margin": (_set("protocols", "cvpr2019", "margin", value="far"), ["protocols.cvpr2019.margin", "'far'"]),
    "a negative margin": (_set("protocols", "cvpr2019", "margin", value=-1), ["protocols.cvpr2019.margin", "-1"]),
    "a margin that the UNet cannot halve": (
        lambda content: (
            content["isps"]["UNet"]["settings"].update(n_steps=3),
            content["protocols"]["cvpr2019"].update(margin=3),
        ),
        ["protocols.cvpr2019.patch with its margin", "multiples of 4, not 22"],
    ),
    "a margin that the codec cannot take": (
        _set("protocols", "iclr2020", "margin", value=1),
        ["learned codec of channel 4c", "protocols.iclr2020.patch with its margin is 18"],
    ),
    "a range that ends before it begins": (
        _set("channels", "jpeg50", "quality", value=[90, 50]),
        ["channels.jpeg50.quality", "[50, 90]"],
    ),
    "a quality of the list that is none": (
        _set("channels", "jpeg50", "quality", value=[50, 101, 70]),
        ["channels.jpeg50.quality.1", "101"],
    ),
    "three ends of a range": (
        _set("channels", "jpeg50", "origin", value=[0, 3, 7]),
        ["channels.jpeg50.origin", "range [low, high]"],
    ),
    "no such way to make pictures smaller": (
        _set("channels", "jpeg50", "downsampling", value=["pool", "cubic"]),
        ["channels.jpeg50.downsampling", "'cubic'"],
    ),
    "the FAN's patch behind the largest factor of a list": (
        _set("channels", "jpeg50", "factor", value=[1, 16]),
        ["behind channel jpeg50 the FAN sees 2 pixels"],
    ),
    "2.0 where a whole number is wanted": (_set(*EXPERIMENT, "runs", value=2.0), ["experiments.cvpr2019.runs", "2.0"]),
    "2.0 as a number of threads": (_set("threads", "data", value=1.0), ["threads.data", "1.0"]),
    "λ that is no number": (_set(*EXPERIMENT, "lambda_isp", value=["fan-only", math.nan]), ["lambda_isp.1", "nan"]),
    "endless λ": (_set(*CODED, "lambda_codec", value=[math.inf]), ["iclr2020.lambda_codec.0", "inf"]),
    "a rate that is no number": (
        _set("protocols", "cvpr2019", "learning_rate", value=math.nan),
        ["protocols.cvpr2019.learning_rate", "nan"],
    ),
    "a name that is a number to YAML": (_set("channels", 2019, value={}), ["channels", "2019", "quotes"]),
    "a name that is true to YAML": (_set("isps", True, value={}), ["isps", "true", "quotes"]),
    "a name that ends with a line break": (_set("channels", "jpeg50\n", value={}), ["channels", "line break"]),
    "text for a number of filters": (
        _set("isps", "UNet", "settings", "n_filters", value="4"),
        ["isps.UNet.settings.n_filters", "whole number from 1 to 2048", "'4'"],
    ),
    "an unknown activation": (
        _set("protocols", "cvpr2019", "fan", "activation", value="relux"),
        ["protocols.cvpr2019.fan.activation", "leaky_relu, relu", "'relux'"],
    ),
    "an unknown rounding": (
        _set("codecs", "4c", "settings", value={"rounding": "up"}),
        ["codecs.4c.settings.rounding", "soft-codebook", "'up'"],
    ),
    "an odd tile": (_set("isps", "INet", "settings", value={"phase": 3}), ["isps.INet.settings.phase", "even", "3"]),
    "patches larger than the photographs": (
        _set("protocols", "cvpr2019", "patch", value=130),
        ["protocols.cvpr2019.patch", "260 pixels", "camera simulated have 256"],
    ),
    "patches larger than the pictures": (
        _set("codecs", "4c", "training", "patch", value=72),
        ["codecs.4c.training.patch", "72", "64 pixels"],
    ),
    "a codec called as a standard": (
        lambda content: content["codecs"].update(webp=content["codecs"]["8c"]),
        ["codecs.webp", "standard"],
    ),
    "a figure of what is not run": (_set(*EXPERIMENT, "examples", "run", value=7), ["examples.run", "0 to 1"]),
}


@pytest.fixture
def content(smoke_content):
    return smoke_content()


@pytest.mark.parametrize("mistake", MISTAKES)
def test_is_refused_by_name(content, mistake):
    change, parts = MISTAKES[mistake]
    change(content)
    check_refusal(content, parts)


def _signed(content, **experiment):
    content["experiments"]["cvpr2019"] |= {"signature": ["none", 1.5], **experiment}
    content["attacks"]["trained"][0]["signature"] = [1.5]


def test_new_settings_of_protocols_and_channels_are_accepted(content):
    _signed(content)
    content["protocols"]["cvpr2019"] |= {
        "margin": 8,
        "signature": {"period": 16, "start": 1.0, "rate": 20},
        "patience": 5,
        "first_decay": True,
        "double_softmax": True,
    }
    content["channels"]["jpeg50"] |= {"quality": [40, 60, 80], "origin": [0, 7], "factor": [1, 2]}
    content["channels"]["jpeg50"]["downsampling"] = ["none", "pool", "bilinear"]
    assert refusal(content) is None


def test_every_weight_needs_a_run(content):
    _signed(content, signature=[1.5])
    del content["robustness"], content["localisation"], content["attacks"]
    assert "lambda_isp 0.001 has no run" in refusal(content)
    content["experiments"]["cvpr2019"]["signature_jointly"] = True
    content["experiments"]["cvpr2019"]["examples"]["signature"] = 1.5
    assert refusal(content) is None


def test_the_example_is_a_run_of_the_grid(content):
    _signed(content)
    content["experiments"]["cvpr2019"]["examples"]["signature"] = 1.5
    assert "experiments.cvpr2019.examples: the grid has no such run" in refusal(content)
    content["experiments"]["cvpr2019"]["signature_jointly"] = True
    assert refusal(content) is None


def _auto(content):
    """A ClassicISP that learns from two cameras, and an experiment on both."""
    content["cameras"]["other"] = {**content["cameras"]["simulated"], "profile": "EOS5D"}
    content["isps"]["auto"] = {
        **content["isps"]["UNet"],
        "model": "ClassicISP",
        "settings": {"c_filters": [4]},
        "cameras": ["simulated", "other"],
    }
    experiment = content["experiments"]["cvpr2019"]
    experiment["isps"], experiment["cameras"] = ["auto"], ["simulated", "other"]
    experiment["examples"]["isp"] = experiment["published"]["isp"] = "auto"


def test_a_pipeline_of_several_cameras_is_for_those_that_it_learns_from(content):
    _auto(content)
    assert refusal(content) is None
    content["cameras"]["third"] = content["cameras"]["other"]
    content["experiments"]["cvpr2019"]["cameras"].append("third")
    assert "pipeline auto is not for camera third" in refusal(content)
    content["isps"]["auto"]["cameras"].append("fourth")
    assert "isps.auto.cameras: 'fourth' is not configured" in refusal(content)
    content["cameras"]["fourth"] = {"source": "pictures", "path": "p", "train": 1, "validation": 1}
    assert "fourth has pictures without RAW" in refusal(content)


def test_without_a_pipeline_that_learns_there_is_no_difference_to_show(content):
    experiment = content["experiments"]["cvpr2019"]
    experiment["examples"]["lambda_isp"] = "fan-only"
    assert "examples.lambda_isp: shows an optimised ISP" in refusal(content)
    experiment["lambda_isp"] = ["fan-only"]
    del content["robustness"], content["localisation"], content["attacks"]
    assert refusal(content) is None


@pytest.mark.usefixtures("folder")
class TestOfFiles:
    """What is on the disk, seen from the folder in which Snakemake works."""

    @pytest.mark.parametrize("source", ["folder", "pictures"])
    def test_a_missing_folder_is_refused_until_its_training_set_is_made(self, content, folder, source):
        content["cameras"]["simulated"] = {"source": source, "path": "photos", "train": 1, "validation": 1}
        with pytest.raises(UserError, match=r"cameras\.simulated\.path: no folder photos"):
            configuration.check_files(content)
        made = folder / "results/data/simulated/images.csv"
        made.parent.mkdir(parents=True)
        made.touch()
        configuration.check_files(content)

    def test_a_folder_that_nothing_uses_may_be_missing(self, content):
        content["cameras"]["spare"] = {"source": "folder", "path": "photos", "train": 1, "validation": 1}
        configuration.check_files(content)

    @pytest.mark.parametrize(("profile", "guess"), [("D91", "'D90'"), ("EOSD30", "EOS40D"), ("d90", "D90, D7000")])
    def test_a_profile_must_be_one_that_can_be_simulated(self, content, profile, guess):
        content["cameras"]["simulated"]["profile"] = profile
        with pytest.raises(UserError) as refused:
            configuration.check_files(content)
        assert f"cameras.simulated.profile: '{profile}' is not in resources/cameras.yaml" in str(refused.value)
        assert guess in str(refused.value)


@pytest.mark.parametrize("config", ["config", "smoke", "paper"])
def test_what_comes_with_the_project_is_accepted(config):
    assert refusal(overlay.read(ROOT / f"config/{config}.yaml", ROOT / overlay.DEFAULTS)) is None


@pytest.mark.parametrize("name", ["figures", "train_isp", "transfer", "isps", "iclr2020_bd_rate", "a_runs"])
def test_a_name_of_a_target_a_rule_or_another_table_is_refused(content, name):
    content["experiments"][name] = content["experiments"].pop("cvpr2019")
    del content["robustness"], content["localisation"], content["attacks"]
    assert f"experiments.{name}: this name is taken" in refusal(content)


def test_a_key_that_stands_twice_is_refused(checkout):
    path = checkout.folder / "config/twice.yaml"
    text = (ROOT / "config/smoke.yaml").read_text(encoding="utf-8")
    path.write_text(text.replace("    runs: 2\n", "    runs: 2\n    runs: 3\n"), encoding="utf-8")
    done = checkout.snakemake("-n", "--configfile", "config/twice.yaml")
    assert done.returncode == 2
    assert "config/twice.yaml, line" in done.stderr
    assert "'runs' stands twice" in done.stderr


def test_snakemake_ends_with_that_line_and_code_2(checkout):
    path = checkout.configuration(_set("data", "landscpe_only", value=True))
    done = checkout.snakemake("-n", "--configfile", path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("configuration: ")]
    assert "'landscpe_only'" in line


def test_what_a_file_takes_away_is_not_configured(checkout):
    def another_channel(content):
        content["channels"]["plain"] = content["channels"].pop("jpeg50")

    done = checkout.snakemake("-n", "--configfile", checkout.configuration(another_channel))
    assert "'jpeg50' is not configured" in done.stderr


def test_a_checkout_in_a_folder_with_braces_is_refused(new_checkout):
    checkout = new_checkout("a{x}")
    done = checkout.snakemake("-n", "--configfile", "config/smoke.yaml")
    assert done.returncode == 2
    assert f"the checkout is in {checkout.folder}: to Snakemake braces are wildcards" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_grid_that_cannot_be_planned_is_refused_at_once(checkout):
    done = checkout.snakemake("-n", "--configfile", checkout.configuration(_set(*EXPERIMENT, "runs", value=30_000_000)))
    assert done.returncode == 2
    assert (
        "configuration: experiments.cvpr2019.runs: must be a whole number from 1 to 100000, not 30000000" in done.stderr
    )
    assert "Traceback" not in done.stderr
