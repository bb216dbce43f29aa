"""Hundreds of configurations, each with one mistake: each is refused in one line that names the key."""

import copy
import json
import math
import re

import pytest
from checked import configuration, put, refusal

from neural_imaging.base.errors import UserError
from neural_imaging.study import channels
from neural_imaging.study import conditions as study_conditions
from neural_imaging.study import regions as study_regions

# What is wrong in place of a whole number, a number, true or false, a text, a list and a mapping.
WRONG = {
    int: ["2", 2.5, 2.0, True, None, [2], {}, -3, 10**12, math.nan, math.inf],
    float: ["0.5", True, None, [0.5], {}, -0.5, math.nan, -math.inf],
    bool: ["yes", 1, 0, None, []],
    str: [5, 2.5, True, None, [], {"a": 1}, "a\nb", "a\0b", "tab\tulator"],
    list: ["a", 5, None, {}, [None], [[]], [{}]],
    dict: ["a", 5, None, [], True],
}
# Names of things, in each section.
NAMES = [
    "a/b", "../a", "", "-a", ".a", "a b", "ä", "a~b", "a{b}", "$(touch PWNED)", "a\n", "a\tb", "a;b", "a'b", 'a"b',
    "a*b", 2019, True, None, 1.5,
]  # fmt: skip
SECTIONS = ("cameras", "isps", "channels", "protocols", "experiments", "pictures", "codecs", "data_sets")
# Settings that have no type: None leaves them to the library, or they are checked elsewhere; places by their end.
ANY = {("pictures", "scenes", "train"): [None]}

# Each step, with all of its settings but those that exclude each other.
STEPS = [
    {"step": "crop", "origin": [0, 8]},
    {"step": "resize", "kernel": ["area", "lanczos"], "factor": 2},
    {"step": "jpeg", "quality": [50, 90], "subsampling": "4:2:0", "rounding": "soft"},
    {"step": "webp", "quality": 70},
    {"step": "avif", "quality": 70},
    {"step": "jpegxl", "quality": 1.5},
    {"step": "jpeg2000", "quality": 35.5},
    {"step": "blur", "size": [3, 7], "deviation": 1.5},
    {"step": "noise", "deviation": 5.5},
    {"step": "sharpen", "strength": 1.5},
    {"step": "gamma", "exponent": 1.5},
    {"step": "round"},
    {"step": "resize", "kernel": "lanczos", "longest": 100},
    {"step": "manipulation", "manipulation": "median:3"},
]
# So many numbers that they are not tried one by one.
TABLES = {"step": "jpeg", "tables": [[16] * 64, [17] * 64]}


def _content(smoke_content):
    """The smoke configuration with all kinds of keys that there are, each thing in one place."""
    content = json.loads(json.dumps(smoke_content()))
    experiment = content["experiments"]["cvpr2019"]
    experiment["signature_jointly"] = True
    content["protocols"]["cvpr2019"] |= {
        "margin": 8, "warmup": 1, "phase_start": 0, "flips": True, "scratch": False, "double_softmax": False,
        "first_decay": False, "tolerance": 0, "patience": 0, "drop": 1.0, "drop_above": 1.5, "keep": "last",
        "signature": {"period": 16, "start": 1.0, "rate": 20},
    }  # fmt: skip
    content["isps"]["UNet"]["settings"] |= {"activation": "relu", "phase": 4, "borders": "zero"}
    content["isps"]["UNet"]["training"] |= {"margin": 8, "flips": True, "keep": "best", "patience": 0}
    content["cameras"]["own"] = {
        "source": "folder", "path": "p", "model": "m", "train": 1, "validation": 1, "count": 5, "split_by": "file",
        "orientation": "any",
    }  # fmt: skip
    content["codecs"]["4c"]["settings"] |= {"width": 16, "latent_bpf": 3, "entropy_weight": 1.0}
    content["pictures"]["scenes"]["split_by"] = "file"
    content["channels"] |= {"sent": {"steps": STEPS}, "learned": {"steps": [{"step": "dcn", "name": "4c"}]}}
    content["robustness"]["conditions"] = {
        "all": {"channel": "sent", "manipulations": ["median:3"], "round": True, "isp": "UNet"}
    }
    content["localisation"] |= {"regions": {"all": {"manipulation": "median:3", "isp": "UNet", "splice": True}}}
    content["localisation"] |= {"window": 16, "smallest": 0.1, "largest": 0.3, "seed": 1}
    content["attacks"]["sigma"] = 5
    content["gpu"] = False
    assert refusal(content) is None
    return content


@pytest.fixture(scope="module")
def content(smoke_content):
    return _content(smoke_content)


def _values(value, place=()):
    """Every value of a configuration, with its place."""
    yield place, value
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _values(inner, (*place, key))


def _kind(value):
    return next(kind for kind in (bool, int, float, str, list, dict) if isinstance(value, kind))


def _fits(place, before, wrong):
    """Whether what should be wrong is right: another type that will do there too."""
    key = place[-1]
    if place in ANY and wrong in ANY[place]:
        return True
    number = isinstance(wrong, int | float) and not isinstance(wrong, bool)
    # In place of a list to draw from, a number.
    if "steps" in place and isinstance(before, list) and key in ("origin", "quality", "size") and number:
        return True
    # Steps of channels take any number for these.
    if "steps" in place and key in ("factor", "deviation") and number and math.isfinite(wrong):
        return wrong > 0
    if isinstance(before, int) and not isinstance(before, bool) and number and math.isfinite(wrong):
        # Numbers that need not be whole, and those without an end.
        decimal = {"tolerance", "phase_start", "lambda_isp", "rate", "signature", "learning_rate", "decay"}
        return wrong > 0 and any(part in decimal for part in place)
    if isinstance(before, str) and isinstance(wrong, int | float) and wrong is not True and key not in ("source",):
        # A weight or a number in the place of a word, as of fan-only.
        return any(part in ("lambda_isp", "lambda_codec", "signature") for part in place) and isinstance(
            wrong, int | float
        )
    # A list to draw from.
    if key == "factor" and isinstance(wrong, list):
        return True
    return isinstance(before, dict) and wrong == {}


def _mistakes(content):
    """Pairs of a place and what is put there, each a mistake."""
    for place, before in _values(content):
        if place:
            for wrong in WRONG[_kind(before)]:
                if not _fits(place, before, wrong):
                    yield place, wrong


def _check(line, place):
    assert line is not None, place
    assert "\n" not in line, line
    assert len(line) < 600, line
    named = {str(part) for part in place}
    assert named & set(re.split(r"[^\w-]+", line)), (place, line)


def test_a_wrong_type_or_number_at_any_place_is_refused(content):
    # There are three times as many: each place with some of them.
    mistakes, accepted = list(_mistakes(content))[::3], []
    for place, wrong in mistakes:
        changed = copy.deepcopy(content)
        put(changed, place, wrong)
        line = refusal(changed)
        if line is None:
            accepted.append((place, wrong))
        else:
            _check(line, place)
    assert not accepted
    assert len(mistakes) >= 800


def test_each_setting_of_steps_and_conditions_is_among_the_places(content):
    there = {}
    for step in [*STEPS, *content["channels"]["learned"]["steps"], TABLES]:
        there.setdefault(step["step"], set()).update(step.keys() - {"step"})
    assert there == {step: set(settings) for step, settings in channels.STEPS.items()}
    conditions = content["robustness"]["conditions"].values()
    assert set().union(*conditions) == {"channel", *study_conditions.CONDITION}
    assert set().union(*content["localisation"]["regions"].values()) == set(study_regions.REGION)


@pytest.mark.parametrize("name", [*NAMES, "own", "worst", "mean"])
def test_a_wrong_name_of_a_condition_is_refused(content, name):
    changed = copy.deepcopy(content)
    changed["robustness"]["conditions"][name] = {"round": True}
    _check(refusal(changed), ("conditions",))


@pytest.mark.parametrize("section", SECTIONS)
def test_a_wrong_name_of_a_thing_is_refused(content, section):
    for name in NAMES:
        changed = copy.deepcopy(content)
        first = next(iter(changed[section]))
        changed[section][name] = changed[section][first]
        _check(refusal(changed), (section,))


def test_an_unknown_a_missing_and_a_misspelt_key_are_refused_wherever_keys_are_known(content):
    count = 0
    for place, value in list(_values(content)):
        if not isinstance(value, dict) or (len(place) == 1 and place[0] in (*SECTIONS, "codec_studies")):
            continue
        changed = copy.deepcopy(content)
        target = changed
        for key in place:
            target = target[key]
        target["unknwon"] = 1
        line = refusal(changed)
        assert line is not None, place
        assert "unknwon" in line, (place, line)
        count += 1
    assert count >= 30


def test_a_value_that_stands_twice_in_a_list_is_refused(content):
    for place, value in list(_values(content)):
        # What a step draws from may stand there twice: so a list of two is told from a range.
        if isinstance(value, list) and place[-1] != "trained" and "steps" not in place:
            changed = copy.deepcopy(content)
            put(changed, place, [*value, value[0]])
            _check(refusal(changed), place)


def test_a_name_that_is_nowhere_is_refused(content):
    places = [
        ("experiments", "cvpr2019", "protocol"), ("experiments", "cvpr2019", "cameras", 0),
        ("experiments", "cvpr2019", "isps", 0), ("experiments", "cvpr2019", "channels", 0),
        ("experiments", "cvpr2019", "examples", "camera"), ("experiments", "cvpr2019", "examples", "isp"),
        ("experiments", "cvpr2019", "examples", "channel"), ("experiments", "cvpr2019", "examples", "pipelines", 0),
        ("experiments", "cvpr2019", "published", "isp"), ("differentiable_jpeg", "camera"),
        ("codecs", "4c", "pictures"), ("channels", "4c", "name"), ("data_sets", "simulated", "cameras", 0),
        ("codec_studies", "iclr2020", "codecs", 0), ("codec_studies", "iclr2020", "data_sets", 0),
        ("codec_studies", "iclr2020", "rivals", 0), ("codec_studies", "iclr2020", "examples", "codec"),
        ("transfer", "trained", 0, "experiment"), ("transfer", "data_sets", 0), ("isps", "UNet", "model"),
        ("robustness", "trained", 0, "experiment"), ("robustness", "conditions", "all", "channel"),
        ("robustness", "conditions", "all", "isp"), ("channels", "learned", "steps", 0, "name"),
        ("localisation", "trained", 0, "experiment"), ("localisation", "regions", "all", "isp"),
        ("localisation", "regions", "all", "manipulation"), ("attacks", "trained", 0, "experiment"),
        ("codecs", "4c", "model"), ("protocols", "cvpr2019", "trainable", 0), ("channels", "4c", "codec"),
    ]  # fmt: skip
    for place in places:
        for name in ("nowhere", "$(touch PWNED)", "a'b\"c;d", "../../etc", "{camera}", "Ünet"):
            changed = copy.deepcopy(content)
            put(changed, place, name)
            _check(refusal(changed), place)


SIZES = {
    "more points than can be planned": ("experiments.cvpr2019.runs", ("experiments", "cvpr2019", "runs"), 30_000_000),
    "as many by its lists": ("experiments.cvpr2019.runs", ("experiments", "cvpr2019", "runs"), 99_999),
    "scenes that are not made": ("scenes.dead_leaves", ("cameras", "simulated", "train"), 9),
    "pictures that are not made": ("scenes.dead_leaves", ("pictures", "scenes", "train"), 9),
    "larger pictures than scenes": ("pictures.scenes.side", ("pictures", "scenes", "side"), 256),
    "a larger data set than photographs": ("data_sets.simulated.side", ("data_sets", "simulated", "side"), 300),
    "larger crops than pictures": ("examples.side", ("codec_studies", "iclr2020", "examples", "side"), 512),
    "a margin with no room": ("isps.UNet.training.patch", ("isps", "UNet", "training", "margin"), 64),
    "a margin that cannot be halved": ("isps.UNet.training.margin", ("isps", "UNet", "training", "margin"), 3),
    "an odd width": ("codecs.4c.settings.width", ("codecs", "4c", "settings", "width"), 17),
    "an unknown pattern": ("isps.INet.settings.cfa_pattern", ("isps", "INet", "settings"), {"cfa_pattern": "RGBG"}),
    "a channel of which no window is received": (
        "conditions.all.channel",
        ("channels", "sent", "steps", 12, "longest"),
        9,
    ),
    "a crop of which nothing is left": ("conditions.all.channel", ("channels", "sent", "steps", 0, "origin"), 250),
    "pictures that no codec writes": (
        "conditions.all.channel",
        ("channels", "sent", "steps"),
        [{"step": "resize", "factor": 0.0625}] * 3,
    ),
    "an unknown setting of Python": (
        "conditions.all.isp",
        ("robustness", "conditions", "all", "isp"),
        'Python:{"a": 1}',
    ),
    "an unknown demosaicing": (
        "conditions.all.isp",
        ("robustness", "conditions", "all", "isp"),
        'Python:{"demosaicing": "none"}',
    ),
    "a crop that eats patches": (
        "protocols.cvpr2019.margin",
        ("channels", "jpeg50"),
        {"steps": [{"step": "crop", "origin": [0, 63]}, {"step": "jpeg"}]},
    ),
    "a factor that is a list the wrong way": (
        "sent.steps.2.quality",
        ("channels", "sent", "steps", 2, "quality"),
        [90, 50],
    ),
    "a table too short": (
        "sent.steps.0.tables",
        ("channels", "sent", "steps"),
        [{**TABLES, "tables": [[16] * 64, [17] * 63]}],
    ),
    "a table of nothing": (
        "steps.0.tables.1",
        ("channels", "sent", "steps"),
        [{**TABLES, "tables": [[16] * 64, [0] * 64]}],
    ),
    "a seed beyond what generators take": ("isps.UNet.seed", ("isps", "UNet", "seed"), 2**32),
    "more threads than there are": ("threads.data", ("threads", "data"), 100_000),
}


@pytest.mark.parametrize("mistake", SIZES)
def test_what_does_not_fit_together_is_refused_by_its_key(content, mistake):
    key, place, value = SIZES[mistake]
    changed = copy.deepcopy(content)
    put(changed, place, value)
    line = refusal(changed)
    assert line is not None
    assert key in line, line


def test_a_unet_that_reaches_beyond_the_scenes_is_refused(content):
    content = copy.deepcopy(content)
    del content["isps"]["UNet"]["training"]["margin"]
    content["isps"]["UNet"]["settings"] = {"n_steps": 5, "n_filters": 2}
    line = refusal(content)
    assert line.startswith("isps.UNet.training.patch: needs 418 pixels, and photographs of camera simulated have 256")


@pytest.mark.usefixtures("folder")
class TestOfTheDisk:
    """What must be there, seen from the folder in which Snakemake works."""

    @pytest.mark.parametrize(("kind", "name"), [("pictures", "scenes"), ("data_sets", "simulated")])
    def test_missing_folders_of_pictures_are_refused_until_what_they_make_is_there(self, content, folder, kind, name):
        content = copy.deepcopy(content)
        (folder / "there").mkdir()
        content[kind][name]["folders"] = ["there", "absent"]
        with pytest.raises(UserError, match=rf"{kind}\.{name}\.folders\.1: no folder absent"):
            configuration.check_files(content)
        made = folder / f"results/{kind}/{name}/images.csv"
        made.parent.mkdir(parents=True)
        made.touch()
        configuration.check_files(content)

    @pytest.mark.parametrize(
        ("place", "key"),
        [
            (("experiments", "cvpr2019", "published"), "tradeoff"),
            (("experiments", "cvpr2019", "published"), "confusion"),
            (("codec_studies", "iclr2020", "published"), "runtime"),
        ],
    )  # fmt: skip
    def test_a_missing_table_of_published_numbers_is_refused(self, content, place, key):
        content = copy.deepcopy(content)
        put(content, (*place, key), "absent.csv")
        with pytest.raises(UserError, match=rf"{'.'.join(place)}\.{key}: no file absent\.csv"):
            configuration.check_files(content)

    def test_a_missing_list_of_downloads_is_refused(self, content):
        content = copy.deepcopy(content)
        camera = {"source": "mit5k", "model": "m", "count": 2, "train": 1, "validation": 1}
        content["cameras"]["simulated"] = {**camera, "checksums": "absent.csv"}
        with pytest.raises(UserError, match=r"simulated\.checksums: no file absent\.csv"):
            configuration.check_files(content)

    def test_patches_that_are_larger_than_photographs_of_a_folder_are_refused_once_these_are_known(
        self, content, folder
    ):
        content = copy.deepcopy(content)
        content["cameras"]["simulated"] = {"source": "folder", "path": "p", "train": 1, "validation": 1}
        made = folder / "results/data/simulated/images.csv"
        made.parent.mkdir(parents=True)
        made.write_text("image,status,height,width\na,used,100,300\nb,refused,8,8\nc,used,60,300\n")
        with pytest.raises(
            UserError,
            match=r"protocols\.cvpr2019\.patch: needs 66 pixels, and photograph c of camera simulated has 60",
        ):
            configuration.check_files(content)
