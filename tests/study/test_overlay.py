"""A configuration says what differs from the defaults."""

from pathlib import Path

import pytest
import yaml

from neural_imaging.base.errors import UserError
from neural_imaging.study import overlay, ready_channels

ROOT = Path(__file__).resolve().parents[2]
TWO_LINES = """
cameras: {mine: {source: folder, path: ~/photos}}
experiments: {mine: {protocol: cvpr2019, cameras: [mine]}}
"""


@pytest.fixture
def defaults():
    return yaml.safe_load((ROOT / overlay.DEFAULTS).read_text(encoding="utf-8"))


def laid_over(defaults, text):
    return overlay.complete(defaults, yaml.safe_load(text))


def test_nothing_of_ones_own_gives_the_defaults(defaults):
    """But for a ready-made channel that a condition names."""
    ready = {"messenger": ready_channels.get("messenger")}
    assert overlay.complete(defaults, {}) == {**defaults, "channels": defaults["channels"] | ready}


def test_cameras_and_experiments_are_the_users_alone(defaults):
    config = laid_over(defaults, TWO_LINES)
    assert list(config["cameras"]) == list(config["experiments"]) == ["mine"]
    assert not {"codec_studies", "transfer"} & set(config)


def test_an_experiment_inherits_from_the_first_of_its_protocol(defaults):
    mine, demo = laid_over(defaults, TWO_LINES)["experiments"]["mine"], defaults["experiments"]["cvpr2019"]
    assert all(mine[key] == demo[key] for key in ("isps", "channels", "lambda_isp", "signature", "runs"))
    assert mine["examples"] == {**demo["examples"], "camera": "mine"}
    assert "published" not in mine


def test_an_experiment_of_a_default_name_keeps_what_it_is_compared_with_only_where_that_fits(defaults):
    inherited = laid_over(defaults, "experiments: {cvpr2019: {runs: 1}}")["experiments"]["cvpr2019"]
    assert inherited == {**defaults["experiments"]["cvpr2019"], "runs": 1}
    other = laid_over(
        defaults, "cameras: {mine: {source: folder, path: a}}\nexperiments: {cvpr2019: {cameras: [mine]}}"
    )
    assert "published" not in other["experiments"]["cvpr2019"]


def test_the_demo_runs_on_cameras_of_ones_own_where_only_these_are_given(defaults):
    config = laid_over(defaults, "cameras: {mine: {source: folder, path: a}}")
    assert list(config["experiments"]) == list(defaults["experiments"])
    entries = [*config["experiments"].values(), config["pictures"]["demo"], config["data_sets"]["simulated"]]
    assert [entry["cameras"] for entry in entries] == [["mine"]] * len(entries)
    assert config["differentiable_jpeg"]["camera"] == "mine"
    assert config["transfer"]["cameras"] == ["mine"]


def test_simulated_devices_are_of_a_simulated_camera_of_ones_own_or_not_there(defaults):
    simulated = "cameras: {mine: {source: simulated, profile: D90, scenes: {dead_leaves: 4}, train: 3}}"
    assert laid_over(defaults, simulated)["fingerprints"]["camera"] == "mine"
    for name in ("mine", "simulated"):
        assert "fingerprints" not in laid_over(defaults, f"cameras: {{{name}: {{source: folder, path: .}}}}")
    # What the user says of them stays, for the check to name.
    own = "cameras: {mine: {source: folder, path: .}}\nfingerprints: {windows: 2}"
    assert laid_over(defaults, own)["fingerprints"]["camera"] == "simulated"


def test_examples_follow_from_the_lists(defaults):
    text = "experiments: {mine: {protocol: cvpr2019, isps: [A, B], lambda_isp: [fan-only, 0.3]}}"
    examples = laid_over(defaults, text)["experiments"]["mine"]["examples"]
    assert (examples["isp"], examples["pipelines"], examples["lambda_isp"]) == ("A", ["A", "B"], 0.3)
    said = laid_over(defaults, text.replace("isps:", "examples: {isp: B, run: 2}, isps:"))
    assert (said["experiments"]["mine"]["examples"]["isp"], said["experiments"]["mine"]["examples"]["run"]) == ("B", 2)


def test_weights_of_codecs_are_inherited_only_where_there_is_a_learned_one(defaults):
    text = "channels: {plain: {downsampling: none, factor: 1, codec: jpeg, quality: 50}}\n"
    text += "experiments: {mine: {protocol: iclr2020, channels: [plain]}, other: {protocol: iclr2020}}"
    experiments = laid_over(defaults, text)["experiments"]
    assert "lambda_codec" not in experiments["mine"]
    assert "lambda_codec" in experiments["other"]


def test_null_takes_a_key_away_and_other_keys_stay(defaults):
    config = laid_over(defaults, "isps: {INet: {settings: {phase: null, kernel: 7}}}\ntransfer: null")
    assert config["isps"]["INet"]["settings"] == {"kernel": 7}
    assert config["isps"]["INet"]["training"] == defaults["isps"]["INet"]["training"]
    assert "transfer" not in config


def test_an_inherited_channel_goes_with_its_learned_codec(defaults):
    assert "32c-narrow" in laid_over(defaults, "codecs: {16c-small: null}")["channels"]
    config = laid_over(defaults, "codecs: null\nchannels: {mine: {codec: dcn, name: 8c}}")
    assert "32c-narrow" not in config["channels"]
    assert {"jpeg50", "mine"} <= set(config["channels"])


def test_a_list_of_qualities_makes_channels(defaults):
    text = "channels: {'jpeg*-alone': {downsampling: none, factor: 1, codec: jpeg, qualities: [10, 90]}}\n"
    text += "experiments: {mine: {protocol: cvpr2019, channels: [jpeg50, jpeg*-alone]}}"
    config = laid_over(defaults, text)
    assert config["channels"]["jpeg90-alone"] == {
        "downsampling": "none", "factor": 1, "codec": "jpeg", "quality": 90
    }  # fmt: skip
    assert config["experiments"]["mine"]["channels"] == ["jpeg50", "jpeg10-alone", "jpeg90-alone"]
    assert "jpeg*-alone" not in config["channels"]


def test_paths_may_begin_at_the_users_folder_and_have_variables(defaults, monkeypatch):
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.setenv("DISK", "/disk")
    text = "cameras: {a: {source: folder, path: ~/x}, b: {source: folder, path: $DISK/y}}\n"
    text += "pictures: {demo: {folders: [$HOME/z, 'k$(touch x)']}}"
    config = laid_over(defaults, text)
    assert [config["cameras"][name]["path"] for name in "ab"] == ["/home/me/x", "/disk/y"]
    assert config["pictures"]["demo"]["folders"] == ["/home/me/z", "k$(touch x)"]


def test_a_camera_from_elsewhere_has_nothing_of_the_default_one_of_its_name(defaults):
    config = laid_over(defaults, "cameras: {simulated: {source: folder, path: a}}")
    assert config["cameras"]["simulated"] == {"source": "folder", "path": "a"}


@pytest.mark.parametrize(
    "text", ["cameras: 3", "cameras: {mine: 3}", "experiments: [a]", "experiments: {a: null}", "isps: x"]
)
def test_what_is_wrong_is_passed_on_to_the_check(defaults, text):
    overlay.complete(defaults, yaml.safe_load(text))


@pytest.mark.parametrize("name", ["config", "overnight", "paper", "smoke"])
def test_a_configuration_that_stands_alone_is_the_same_over_other_defaults(defaults, tmp_path, name):
    path, alone = ROOT / f"config/{name}.yaml", tmp_path / "alone.yaml"
    alone.write_text(yaml.safe_dump(overlay.alone(path, ROOT / overlay.DEFAULTS)), encoding="utf-8")
    (tmp_path / "defaults.yaml").write_text("gpu: true\nprotocols: {cvpr2019: {keep: best}}", encoding="utf-8")
    whole = overlay.read(path, ROOT / overlay.DEFAULTS) | {"inherits": False}
    assert overlay.read(alone, tmp_path / "defaults.yaml") == whole
    assert overlay.read(alone, ROOT / overlay.DEFAULTS) == whole


def test_a_configuration_that_stands_alone_names_no_folder_of_this_machine(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", "/home/somebody")
    (tmp_path / "own.yaml").write_text(TWO_LINES, encoding="utf-8")
    alone = overlay.alone(tmp_path / "own.yaml", ROOT / overlay.DEFAULTS)
    assert alone["cameras"]["mine"]["path"] == "~/photos"
    assert overlay.complete({}, alone)["cameras"]["mine"]["path"] == "/home/somebody/photos"


def test_neither_mapping_is_changed(defaults):
    before = yaml.safe_dump(defaults)
    laid_over(defaults, TWO_LINES)["isps"]["INet"]["settings"]["phase"] = 0
    assert yaml.safe_dump(defaults) == before


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(UserError, match=r"missing\.yaml: no such settings file"):
        overlay.read(tmp_path / "missing.yaml", ROOT / overlay.DEFAULTS)


def test_a_channel_that_is_named_and_not_configured_is_the_ready_made_one(defaults):
    named = "experiments: {mine: {protocol: cvpr2019, channels: [jpeg50, noise-sweep]}}"
    config = laid_over(defaults, named)
    assert config["channels"]["noise-sweep"] == ready_channels.get("noise-sweep")
    assert "blur-sweep" not in config["channels"]
    own = {"steps": [{"step": "noise", "deviation": 2}]}
    config = laid_over(defaults, f"{named}\nchannels: {{noise-sweep: {own}}}")
    assert config["channels"]["noise-sweep"] == own


def test_a_chain_with_a_learned_codec_that_is_not_there_any_more_goes_with_it(defaults):
    defaults["channels"]["chain"] = {"steps": [{"step": "blur"}, {"step": "dcn", "name": "32c-narrow"}]}
    assert "chain" in laid_over(defaults, "cameras: {}")["channels"]
    assert "chain" not in laid_over(defaults, "codecs: {32c-narrow: null}")["channels"]
