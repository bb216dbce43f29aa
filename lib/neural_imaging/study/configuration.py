"""Sections of the workflow's configuration: each key with its default, what it can be, and what it is for."""

from neural_imaging.study import networks
from neural_imaging.study.channels import CHANNEL, Form
from neural_imaging.study.conditions import CONDITION
from neural_imaging.study.grid import BASIC, FAN_ONLY, NONE
from neural_imaging.study.networks import Model, NetworkSettings
from neural_imaging.study.photographs import Chosen
from neural_imaging.study.regions import REGION
from neural_imaging.study.settings import (
    NEEDED,
    OPTIONAL,
    SEED,
    Boolean,
    Choice,
    Eights,
    Either,
    Even,
    Number,
    Text,
    Whole,
)
from neural_imaging.study.structures import List, Named, Reference, Section, Variants
from neural_imaging.study.trainings import (
    ATTACKS,
    CODEC,
    EVALUATION,
    FINGERPRINTS,
    FORENSIC,
    ISP,
    LOCALISATION,
    SIGNATURE,
    TRANSFER,
)

_COUNT, _SIDE, _TEXT = Whole(1), Whole(16, 4096), Text()
_CAMERAS, _DATA_SETS = List(Reference("cameras")), List(Reference("data_sets"))
_ISPS = List(Reference("isps"))
_TABLE = Text("a CSV file whose path has no braces, since to Snakemake these are wildcards", r"^[^{}]+$")


def _some(declared, *names):
    return {name: declared[name] for name in names}


def _without(declared, *names):
    return {name: setting for name, setting in declared.items() if name not in names}


_USED = {
    "train": (OPTIONAL, _COUNT, "photographs to train on"),
    "validation": (OPTIONAL, _COUNT, "photographs for validation"),
    "orientation": (OPTIONAL, Choice(("landscape", "portrait", "any")), "only such; by default as `data` says"),
    "count": (OPTIONAL, _COUNT, "only the first so many"),
}
_SPLIT_BY = {
    "split_by": ("file", Choice(("file", "folder")), "`folder`: a folder's files are on one side of the split")
}
_MODEL = {"model": (OPTIONAL, Text("make and model of the camera, e.g. Nikon D90", r"\S"), "only its photographs")}
_ADDRESS = Text(
    "an address, http://…/ or https://…/, without user and password (these belong in ~/.netrc)",
    r"^https?://[^/@]+(/|$)",
)
_DOWNLOADED = {
    **_USED,
    **_MODEL,
    "address": (OPTIONAL, _ADDRESS, "of another copy of the collection"),
    "checksums": (OPTIONAL, _TEXT, "a downloads.csv with sizes and hashes"),
    "connections": (4, Whole(1, 16), "downloads at once"),
}
_PHOTOS = List(Either(Whole(1, 5000), Text("a range such as 1-700", r"^[0-9]+(-[0-9]+)?$")))
_SCENES = {
    "photographs": (True, Chosen(), "photographs that come with packages, or names of some"),
    "dead_leaves": (40, Whole(0, 1_000_000), "synthetic scenes"),
    "seed": (2019, SEED, "of scenes and noise"),
}
SCENES_OF_CAMERA = {
    **_SCENES,
    "folder": (OPTIONAL, _TEXT, "folder of pictures that become scenes"),
    "reduction": (4, Whole(1, 1024), "pixels of a picture's side that become one"),
    "count": (OPTIONAL, _COUNT, "the most scenes of the folder"),
    "height": (384, Even(32, 32768), "of a scene in pixels"),
    "width": (576, Even(32, 32768), "of a scene in pixels"),
    "noise": (True, Boolean(), "the sensor has noise"),
}
_SOURCES = {
    "folder": {"path": (NEEDED, _TEXT, "folder of RAW files"), **_USED, **_MODEL, **_SPLIT_BY},
    "mit5k": {"photos": (OPTIONAL, _PHOTOS, "numbers of photographs and ranges such as 1-700"), **_DOWNLOADED},
    "pictures": {"path": (NEEDED, _TEXT, "folder of pictures: PNG, TIFF or JPEG"), **_USED, **_SPLIT_BY},
    "raise": {"list": (NEEDED, _TEXT, "the CSV file that the owners of RAISE hand out"), **_DOWNLOADED},
    "simulated": {
        "profile": (NEEDED, _TEXT, "name of a camera in resources/cameras.yaml"),
        "scenes": (NEEDED, Section(SCENES_OF_CAMERA), "what it photographs"),
        **_some(_USED, "train", "validation"),
        "validation_photographs": (OPTIONAL, Whole(0), "of those for validation; the others are synthetic scenes"),
    },
}
_NEEDED_OF_SOURCES = {
    "folder": (),
    "mit5k": ("model", "train", "validation"),
    "pictures": (),
    "raise": ("model", "count", "train", "validation"),
    "simulated": ("train", "validation"),
}
_SOURCE = {"source": (NEEDED, Choice(tuple(_SOURCES)), "where its photographs come from")}
_OF_SOURCES = {name: Section({**_SOURCE, **own}, _NEEDED_OF_SOURCES[name]) for name, own in _SOURCES.items()}

_NETWORK = {
    "settings": (NEEDED, NetworkSettings(), "of the network"),
    "seed": (NEEDED, SEED, "of weights and patches"),
}
_NEEDED_OF_ISPS = (
    "patch",
    "batch",
    "epochs",
    "steps",
    "learning_rate",
    "validation_every",
    "validation_patch",
    "discard",
    "loss",
    "tolerance",
    "precision",
    "deterministic",
)
_ISP = {
    "model": (NEEDED, Model(networks.PIPELINE), "its network"),
    "cameras": (OPTIONAL, List(_TEXT, 2), "cameras that one model learns from together"),
    **_NETWORK,
    "training": (NEEDED, Section(_without(ISP, "model", "settings"), _NEEDED_OF_ISPS), "its pre-training"),
}
_CODEC = {
    "model": (NEEDED, Model(networks.CODEC), "its network"),
    **_NETWORK,
    "pictures": (NEEDED, Reference("pictures"), "what it learns from"),
    "training": (NEEDED, Section(_without(CODEC, "model", "settings")), "by default as in protocol B of the papers"),
}
_NAMED_CHANNEL = {**CHANNEL, "name": (OPTIONAL, Reference("codecs"), "the learned codec, where `codec` is `dcn`")}
_NEEDED_OF_CODECS = {"none": (), "jpeg": ("quality", "rounding"), "dcn": ("name",)}
_CHANNELS = {
    codec: Section(_NAMED_CHANNEL, ("codec", "downsampling", "factor", *needed))
    for codec, needed in _NEEDED_OF_CODECS.items()
}
_EVALUATION = Section(_some(EVALUATION, "windows", "patches", "quality_every"), ("patches", "quality_every"))
_NEEDED_OF_PROTOCOLS = (
    "manipulations",
    "fan",
    "trainable",
    "isp_loss",
    "patch",
    "batch",
    "epochs",
    "steps",
    "learning_rate",
    "decay",
    "decay_every",
    "validation_every",
    "validation_patches",
    "discard",
    "augment",
    "precision",
    "deterministic",
)
_PROTOCOL = {
    **_without(FORENSIC, "channel"),
    "signature": ({}, Section(SIGNATURE), FORENSIC["signature"][2]),
    "evaluation": (NEEDED, _EVALUATION, "what the trained network is measured on"),
}

_LAMBDA = Either(FAN_ONLY, Number(0), hint=" (such as 0.0001; YAML reads 1e-4 as text)")
_LAMBDA_CODEC = Either(BASIC, Number(0), hint=" (such as 0.001; YAML reads 1e-3 as text)")
_STRENGTH = Either(NONE, Number(0, above=True), hint=" of grey levels rms, such as 1.5")
_WEIGHTS = {
    "lambda_isp": (NEEDED, List(_LAMBDA), "weights of the pipeline's loss; `fan-only` leaves it as it is"),
    "lambda_codec": ([BASIC], List(_LAMBDA_CODEC), "weights of a learned codec's loss; `basic` leaves it as it is"),
    "signature": ([NONE], List(_STRENGTH), "strengths of learned signatures in grey levels rms"),
}
_RUNS = Whole(1, 100_000)
_EXAMPLES = {
    "pipelines": (NEEDED, _ISPS, "pre-trained pipelines of one figure"),
    **dict.fromkeys(("camera", "isp", "channel"), (NEEDED, _TEXT, "one of the experiment's")),
    "lambda_isp": (NEEDED, _LAMBDA, "one of the experiment's"),
    "lambda_codec": (BASIC, _LAMBDA_CODEC, "likewise"),
    "signature": (NONE, _STRENGTH, "likewise"),
    "run": (NEEDED, Whole(0), "its number"),
}
_PUBLISHED = {
    **dict.fromkeys(("tradeoff", "confusion"), (NEEDED, _TABLE, "published numbers")),
    **dict.fromkeys(("camera", "isp", "channel"), (NEEDED, _TEXT, "which of ours they belong to")),
}
_EXPERIMENT = {
    "protocol": (NEEDED, Reference("protocols"), "how its runs are trained and evaluated"),
    "cameras": (NEEDED, _CAMERAS, "the grid has every combination"),
    "isps": (NEEDED, _ISPS, "likewise"),
    "channels": (NEEDED, List(Reference("channels")), "likewise"),
    **_WEIGHTS,
    "signature_jointly": (False, Boolean(), "signatures are also combined with pipelines and codecs that learn"),
    "runs": (NEEDED, _RUNS, "repetitions; the number of a run is its seed"),
    "examples": (NEEDED, Section(_EXAMPLES), "what figures of single photographs show"),
    "published": (OPTIONAL, Section(_PUBLISHED), "published numbers to be put beside ours"),
}

_FOLDERS = {
    "folders": (OPTIONAL, List(_TEXT), "folders of pictures"),
    "cameras": (OPTIONAL, _CAMERAS, "cameras whose developed photographs are pictures too"),
}
SCENES_OF_PICTURES = {**_SCENES, **{key: (512, Whole(16, 32768), "in pixels") for key in ("height", "width")}}
_PICTURES = {
    **_FOLDERS,
    "scenes": (OPTIONAL, Section(SCENES_OF_PICTURES), "scenes, which need no files"),
    "side": (NEEDED, _SIDE, "in pixels, of the middle square of each picture"),
    "train": (None, _COUNT, "pictures to train on; null takes all that there are"),
    "validation": (NEEDED, _COUNT, "pictures for validation"),
    "seed": (NEEDED, SEED, "of the split into both"),
    **_SPLIT_BY,
}
_DATA_SET = {
    **_FOLDERS,
    "side": (NEEDED, _SIDE, "in pixels"),
    "cut": (NEEDED, Choice(("crop", "resize")), "the middle of each picture, or its largest square, made smaller"),
    "count": (OPTIONAL, _COUNT, "the first so many pictures"),
}
_OF_STUDY = {"data_set": (NEEDED, _TEXT, "one of the study's")}
_CROPS = {
    **_OF_STUDY,
    "codec": (NEEDED, _TEXT, "one of the study's"),
    "images": (NEEDED, Whole(1, 12), "pictures"),
    "side": (NEEDED, Whole(16), "of the crops in pixels"),
}
_CHANNELWISE = {**_OF_STUDY, "sizes": (NEEDED, List(Eights(16)), "sides of patches in pixels")}
_RUNTIME = {"images": (NEEDED, _COUNT, "pictures"), "repeats": (NEEDED, Whole(1, 1_000_000), "of each")}
_STANDARDS = Choice(("jpeg", "jpeg2000", "webp", "jpegxl", "avif", "bpg"))
_OF_CODECS = dict.fromkeys(("rate_distortion", "channelwise", "runtime"), (NEEDED, _TABLE, "published numbers"))
_STUDY = {
    "codecs": (NEEDED, List(Reference("codecs")), "learned codecs"),
    "rivals": (NEEDED, List(_STANDARDS, 0), "standards; `jpeg` is among them, since rates are compared with it"),
    "data_sets": (NEEDED, _DATA_SETS, "what they are compared on"),
    "examples": (NEEDED, Section(_CROPS), "what the figure of crops shows"),
    "channelwise": (NEEDED, Section(_CHANNELWISE), "patches for channel-wise and global entropy coding"),
    "runtime": (NEEDED, Section(_RUNTIME), "what times are taken of"),
    "published": (OPTIONAL, Section(_OF_CODECS), "published numbers to be put beside ours"),
}
_TRAINED = {
    "name": (OPTIONAL, _TEXT, "what they have learned from, as tables say it; by default their camera"),
    "experiment": (NEEDED, Reference("experiments"), "whose runs"),
    **{key: (OPTIONAL, List(_TEXT), "some of the experiment's") for key in ("cameras", "isps", "channels")},
    **{key: (OPTIONAL, kind, "some of the experiment's") for key, (_, kind, _) in _WEIGHTS.items()},
    "runs": (OPTIONAL, _RUNS, "the first so many"),
}
_TRANSFER = {
    "trained": (NEEDED, List(Section(_TRAINED), once=False), "runs that are tested"),
    "data_sets": (OPTIONAL, _DATA_SETS, "data sets that they are tested on"),
    "cameras": (OPTIONAL, _CAMERAS, "cameras on whose photographs for validation they are tested"),
    "windows": (NEEDED, *TRANSFER["windows"][1:]),
}
_CONDITION = {
    "channel": (OPTIONAL, Reference("channels"), "in place of the run's"),
    **CONDITION,
}
_OF_RUNS = {
    "protocols": (
        OPTIONAL,
        List(Reference("protocols")),
        "it is for the runs of these alone, as where one has not learned a manipulation that others have",
    ),
}
_ROBUSTNESS = {
    "trained": (NEEDED, List(Section(_without(_TRAINED, "name")), once=False), "runs that are tested"),
    "conditions": (
        NEEDED,
        Named(Section({**_CONDITION, **_OF_RUNS}, (), tuple(_CONDITION)), 1),
        "by name; `own` is always there",
    ),
    "windows": _TRANSFER["windows"],
}

_OF_DEVICES = {
    "count": (4, Whole(2, 1000), "devices"),
    "profile": (OPTIONAL, _TEXT, "of resources/cameras.yaml, their model; by default that of a simulated camera"),
    "iso": (OPTIONAL, Whole(1, 65535), "of their photographs; by default that of the profile's noise"),
    "scenes": (NEEDED, Section(SCENES_OF_CAMERA), "what they photograph beside flat fields for `enrolment`"),
}
_FINGERPRINTS = {
    "camera": (NEEDED, Reference("cameras"), "whose pipelines are tested"),
    "devices": (OPTIONAL, Section(_OF_DEVICES), "of a simulated camera"),
    "folders": (OPTIONAL, Named(_TEXT, 2), "RAW files of real devices of one model, a folder each, by name"),
    "folder": (OPTIONAL, _TEXT, "RAW files of several such devices, told apart by the serial number of the body"),
    "pipelines": (
        NEEDED,
        Named(_TEXT, 1),
        "by name: one of `isps`, or `Python` or `libRAW` with or without settings, as in "
        '`Python:{"demosaicing": "bilinear"}`',
    ),
    "trained": (OPTIONAL, List(Section(_without(_TRAINED, "name")), once=False), "runs whose pipelines are tested too"),
    "channels": (OPTIONAL, List(Reference("channels")), "behind which it is all done again"),
    "published": (OPTIONAL, _TABLE, "published numbers to be put beside ours"),
    **FINGERPRINTS,
}
_LOCALISATION = {
    "trained": _ROBUSTNESS["trained"],
    "regions": (
        OPTIONAL,
        Named(Section(REGION, (), tuple(REGION))),
        "by name, beside those with the manipulations of a run, which are always there",
    ),
    **LOCALISATION,
}

_ATTACKS = {"trained": _ROBUSTNESS["trained"], **ATTACKS}

_PRESET = {
    "codec": (OPTIONAL, Reference("codecs"), "a learned codec becomes the preset"),
    "experiment": (OPTIONAL, Reference("experiments"), "one of its runs does, a joint model"),
    "isp": (OPTIONAL, Reference("isps"), "a pipeline does, with the key `camera`; or, of a run, its pipeline"),
    "camera": (OPTIONAL, Reference("cameras"), "of the pipeline or run"),
    "channel": (OPTIONAL, Reference("channels"), "of the run; by default, as all below, as the experiment's example"),
    **{key: (OPTIONAL, lists.kind, "of the run") for key, (_, lists, _) in _WEIGHTS.items()},
    "run": (OPTIONAL, Whole(0), "its number"),
}

_DATA = {
    "seed": (NEEDED, SEED, "of the split into photographs to train on and for validation"),
    "landscape_only": (NEEDED, Boolean(), "leave portrait photographs out"),
    "target": ("manual", Choice(("manual", "auto")), "what pipelines learn to imitate: Menon's demosaicing, or LibRaw"),
}
_JPEG = {
    "camera": (NEEDED, Reference("cameras"), "whose photographs"),
    "images": (NEEDED, _COUNT, "photographs"),
    "qualities": (NEEDED, List(Whole(1, 100)), "of JPEG"),
}
_THREADS = {key: (NEEDED, Whole(1, 1024), "of each such job") for key in ("data", "training", "evaluation")}
_PLUGINS = List(Text("the name of a module", r"^[A-Za-z_][A-Za-z0-9_.]*$"), 0)
CONFIGURATION = Section(
    {
        "inherits": (True, Boolean(), "what is not said is that of config/config.yaml; with `false` it is not there"),
        "plugins": ([], _PLUGINS, "modules with networks and manipulations of your own"),
        "cameras": (NEEDED, Named(Variants("source", _OF_SOURCES), 1), "cameras and their photographs"),
        "data": (NEEDED, Section(_DATA), "what is done with all photographs"),
        "isps": (NEEDED, Named(Section(_ISP), 1), "camera pipelines"),
        "channels": (NEEDED, Named(Form(_CHANNELS, named=True), 1), "distribution channels"),
        "protocols": (NEEDED, Named(Section(_PROTOCOL, _NEEDED_OF_PROTOCOLS), 1), "joint trainings and evaluations"),
        "experiments": (NEEDED, Named(Section(_EXPERIMENT), 1), "grids of runs"),
        "differentiable_jpeg": (NEEDED, Section(_JPEG), "comparison with libjpeg"),
        "pictures": (
            OPTIONAL,
            Named(Section(_PICTURES, ("train",), ("folders", "cameras", "scenes"))),
            "what codecs learn from",
        ),
        "codecs": (OPTIONAL, Named(Section(_CODEC)), "learned codecs"),
        "data_sets": (OPTIONAL, Named(Section(_DATA_SET, (), ("folders", "cameras"))), "what codecs are compared on"),
        "codec_studies": (OPTIONAL, Named(Section(_STUDY)), "comparisons of codecs"),
        "transfer": (OPTIONAL, Section(_TRANSFER, (), ("data_sets", "cameras")), "tests on other pictures"),
        "robustness": (OPTIONAL, Section(_ROBUSTNESS), "tests under conditions that runs were not trained for"),
        "fingerprints": (
            OPTIONAL,
            Section(_FINGERPRINTS, (), ("devices", "folders", "folder")),
            "what pipelines do to sensor fingerprints",
        ),
        "localisation": (OPTIONAL, Section(_LOCALISATION), "tests which region of a photograph was forged"),
        "attacks": (OPTIONAL, Section(_ATTACKS), "what attackers with photographs do to learned signatures"),
        "presets": (
            OPTIONAL,
            Named(Section(_PRESET, (), ("codec", "experiment", "isp"))),
            "models that come with the library, each of one kind",
        ),
        "gpu": (False, Boolean(), "each training has a GPU of its own"),
        "threads": (NEEDED, Section(_THREADS), "processor threads"),
    }
)
