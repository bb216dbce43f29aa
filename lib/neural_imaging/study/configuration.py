"""Sections of the workflow's configuration: each key with its default, what it can be, and what it is for."""

from neural_imaging.study import networks, trainings
from neural_imaging.study.grid import BASIC, FAN_ONLY
from neural_imaging.study.networks import Model, NetworkSettings
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
)  # fmt: skip
from neural_imaging.study.structures import List, Named, Reference, Section, Variants
from neural_imaging.study.trainings import CHANNEL, CODEC, EVALUATION, FORENSIC, ISP

_COUNT = Whole(1)
_SIDE = Whole(16, 4096)
_TABLE = Text("a CSV file whose path has no braces, since to Snakemake these are wildcards", r"^[^{}]+$")
_THREADS = (NEEDED, Whole(1, 1024), "of each job")
_SCENE_COUNT = Whole(0, 1_000_000)


def _without(declared, *names):
    return {name: setting for name, setting in declared.items() if name not in names}


def _references(section):
    return List(Reference(section))


# How a camera's photographs are used, and which are taken.
_USED = {
    "train": (OPTIONAL, _COUNT, "photographs to train on"),
    "validation": (OPTIONAL, _COUNT, "photographs for validation"),
    "orientation": (OPTIONAL, Choice(("landscape", "portrait", "any")), "only such; by default as `data` says"),
    "count": (OPTIONAL, _COUNT, "only the first so many"),
}
_SPLIT_BY = {
    "split_by": ("file", Choice(("file", "folder")), "`folder`: all files of a folder are on one side of the split"),
}
_CAMERA_MODEL = {
    "model": (OPTIONAL, Text("make and model of the camera, e.g. Nikon D90", r"\S"), "only its photographs")
}
_DOWNLOADED = {
    **_USED,
    **_CAMERA_MODEL,
    "address": (
        OPTIONAL,
        Text("an address, http://…/ or https://…/, without user and password (these belong in ~/.netrc)",
             r"^https?://[^/@]+(/|$)"),
        "of another copy of the collection",
    ),
    "checksums": (OPTIONAL, Text(), "a downloads.csv with sizes and hashes"),
    "connections": (4, Whole(1, 16), "downloads at once"),
}  # fmt: skip
_PHOTOS = Text("a number of a photograph, 1 to 5000, or a range such as 1-700", r"^[0-9]+(-[0-9]+)?$")
_SCENES = {
    "photographs": (True, Boolean(), "photographs that come with packages"),
    "dead_leaves": (40, _SCENE_COUNT, "synthetic scenes"),
}
_SCENES_OF_CAMERA = {
    **_SCENES,
    "folder": (OPTIONAL, Text(), "folder of pictures that become scenes"),
    "reduction": (4, Whole(2, 1024), "pixels of a picture's side that become one"),
    "count": (OPTIONAL, _COUNT, "the most scenes of the folder"),
    "height": (384, Even(32, 32768), "of a scene"),
    "width": (576, Even(32, 32768), "of a scene"),
    "seed": (2019, SEED, "of scenes and noise"),
    "noise": (True, Boolean(), "the sensor has noise"),
}
_SOURCES = {
    "folder": {
        "path": (NEEDED, Text(), "folder of the camera's RAW files"),
        **_USED,
        **_CAMERA_MODEL,
        **_SPLIT_BY,
    },
    "mit5k": {
        "photos": (OPTIONAL, List(Either(Whole(1, 5000), _PHOTOS)), "numbers of photographs and ranges such as 1-700"),
        **_DOWNLOADED,
    },
    "pictures": {"path": (NEEDED, Text(), "folder of pictures: PNG, TIFF or JPEG"), **_USED, **_SPLIT_BY},
    "raise": {"list": (NEEDED, Text(), "the CSV file that the owners of RAISE hand out"), **_DOWNLOADED},
    "simulated": {
        "profile": (NEEDED, Text(), "name of a camera in resources/cameras.yaml"),
        "scenes": (NEEDED, Section(_SCENES_OF_CAMERA), "what it photographs"),
        **_without(_USED, "orientation", "count"),
        "validation_photographs": (
            OPTIONAL,
            Whole(0),
            "how many of the scenes for validation are photographs; the others are synthetic",
        ),
    },
}
_NEEDED_OF_SOURCES = {
    "mit5k": ("model", "train", "validation"),
    "raise": ("model", "count", "train", "validation"),
    "simulated": ("train", "validation"),
}
_SOURCE = {"source": (NEEDED, Choice(tuple(_SOURCES)), "where its photographs come from")}
CAMERA = Variants(
    "source",
    {name: Section({**_SOURCE, **own}, _NEEDED_OF_SOURCES.get(name, ())) for name, own in _SOURCES.items()},
)

_ISP_TRAINING = (
    "patch", "batch", "epochs", "steps", "learning_rate", "validation_every", "validation_patch", "discard", "loss",
    "tolerance", "precision", "deterministic",
)  # fmt: skip
_SETTINGS = {"settings": (NEEDED, NetworkSettings(), "of the network; see its table")}
_SEED = {"seed": (NEEDED, SEED, "of weights and patches")}
_ISP = {
    "model": (NEEDED, Model(networks.PIPELINE), "its network"),
    "cameras": (OPTIONAL, List(Text(), 2), "cameras that one model learns from together; at least two"),
    **_SETTINGS,
    **_SEED,
    "training": (NEEDED, Section(_without(ISP, "model", "settings"), _ISP_TRAINING), "its pre-training"),
}

_NAMED_CHANNEL = {**CHANNEL, "name": (OPTIONAL, Reference("codecs"), "the learned codec, where `codec` is `dcn`")}
_NEEDED_OF_CHANNELS = {"none": (), "jpeg": ("quality", "rounding"), "dcn": ("name",)}
CHANNEL_ENTRY = Variants(
    "codec",
    {codec: Section(_NAMED_CHANNEL, ("downsampling", "factor", *more)) for codec, more in _NEEDED_OF_CHANNELS.items()},
)

_PROTOCOL = {
    **_without(FORENSIC, "channel", "signature"),
    "signature": ({}, Section(trainings.SIGNATURE), FORENSIC["signature"][2]),
    "evaluation": (
        NEEDED,
        Section(_without(EVALUATION, "patch", "discard", "batch"), ("patches", "quality_every")),
        "what the trained network is measured on",
    ),
}
_NEEDED_OF_PROTOCOLS = (
    "manipulations", "fan", "trainable", "isp_loss", "patch", "batch", "epochs", "steps", "learning_rate", "decay",
    "decay_every", "validation_every", "validation_patches", "discard", "augment", "precision", "deterministic",
)  # fmt: skip

WEIGHT = Either(FAN_ONLY, Number(0), hint=" (such as 0.0001; YAML reads 1e-4 as text)")
CODEC_WEIGHT = Either(BASIC, Number(0), hint=" (such as 0.001; YAML reads 1e-3 as text)")
SIGNATURE = Either("none", Number(0, above=True), hint=" of grey levels rms, such as 1.5")
_WEIGHTS = {
    "lambda_isp": (OPTIONAL, List(WEIGHT), "weights of the pipeline's loss; `fan-only` leaves it as it is"),
    "lambda_codec": ([BASIC], List(CODEC_WEIGHT), "weights of a learned codec's loss; `basic` leaves it as it is"),
    "signature": (["none"], List(SIGNATURE), "strengths of learned signatures in grey levels rms"),
}
_RUNS = Whole(1, 100_000)
_EXAMPLES = {
    "camera": (NEEDED, Text(), "one of the experiment's"),
    "pipelines": (NEEDED, _references("isps"), "pre-trained pipelines of one figure"),
    "isp": (NEEDED, Text(), "one of the experiment's"),
    "channel": (NEEDED, Text(), "one of the experiment's"),
    "lambda_isp": (NEEDED, WEIGHT, "one of the experiment's"),
    "lambda_codec": (BASIC, CODEC_WEIGHT, "one of the experiment's"),
    "signature": ("none", SIGNATURE, "one of the experiment's"),
    "run": (NEEDED, Whole(0), "its number"),
}
_PUBLISHED = {
    "tradeoff": (NEEDED, _TABLE, "accuracy and fidelity by λ"),
    "confusion": (NEEDED, _TABLE, "a confusion matrix"),
    "camera": (NEEDED, Text(), "which of ours they belong to"),
    "isp": (NEEDED, Text(), "likewise"),
    "channel": (NEEDED, Text(), "likewise"),
}
_EXPERIMENT = {
    "protocol": (NEEDED, Reference("protocols"), "how its runs are trained and evaluated"),
    "cameras": (NEEDED, _references("cameras"), "the grid has every combination"),
    "isps": (NEEDED, _references("isps"), "pipelines"),
    "channels": (NEEDED, _references("channels"), "distribution channels"),
    **_WEIGHTS,
    "signature_jointly": (False, Boolean(), "signatures are also combined with pipelines and codecs that learn"),
    "runs": (NEEDED, _RUNS, "repetitions; the number of a run is its seed"),
    "examples": (NEEDED, Section(_EXAMPLES), "what figures of single photographs show"),
    "published": (OPTIONAL, Section(_PUBLISHED), "published numbers to be put beside ours"),
}

_FOLDERS = {
    "folders": (OPTIONAL, List(Text()), "folders of pictures"),
    "cameras": (OPTIONAL, _references("cameras"), "cameras whose developed photographs are pictures too"),
}
_PICTURES = {
    **_FOLDERS,
    "scenes": (
        OPTIONAL,
        Section(
            {
                **_SCENES,
                "height": (512, Whole(16, 32768), "of a scene"),
                "width": (512, Whole(16, 32768), "of a scene"),
                "seed": (2019, SEED, "of the scenes"),
            }
        ),
        "scenes, which need no files",
    ),
    "side": (NEEDED, _SIDE, "in pixels, of the middle square of each picture"),
    "train": (None, _COUNT, "pictures to train on; null takes all that there are"),
    "validation": (NEEDED, _COUNT, "pictures for validation"),
    "seed": (NEEDED, SEED, "of the split into both"),
    **_SPLIT_BY,
}
_CODEC = {
    "model": (NEEDED, Model(networks.CODEC), "its network"),
    **_SETTINGS,
    **_SEED,
    "pictures": (NEEDED, Reference("pictures"), "what it learns from"),
    "training": (NEEDED, Section(_without(CODEC, "model", "settings")), "by default as in protocol B of the papers"),
}
_DATA_SET = {
    **_FOLDERS,
    "side": (NEEDED, _SIDE, "in pixels"),
    "cut": (NEEDED, Choice(("crop", "resize")), "the middle of each picture, or its largest square, made smaller"),
    "count": (OPTIONAL, _COUNT, "the first so many pictures"),
}
_STUDY = {
    "codecs": (NEEDED, _references("codecs"), "learned codecs"),
    "rivals": (
        NEEDED,
        List(Choice(("jpeg", "jpeg2000", "webp", "jpegxl", "avif", "bpg")), 0),
        "standard codecs; `jpeg` is among them, since rates are compared with it",
    ),
    "data_sets": (NEEDED, _references("data_sets"), "what they are compared on"),
    "examples": (
        NEEDED,
        Section(
            {
                "data_set": (NEEDED, Text(), "one of the study's"),
                "codec": (NEEDED, Text(), "one of the study's"),
                "images": (NEEDED, Whole(1, 12), "pictures"),
                "side": (NEEDED, Whole(16), "of the crops, in pixels"),
            }
        ),
        "what the figure of crops shows",
    ),
    "channelwise": (
        NEEDED,
        Section({"data_set": (NEEDED, Text(), "one of the study's"), "sizes": (NEEDED, List(Eights(16)), "in pixels")}),
        "patches on which channel-wise and global entropy coding are compared",
    ),
    "runtime": (
        NEEDED,
        Section({"images": (NEEDED, _COUNT, "pictures"), "repeats": (NEEDED, Whole(1, 1_000_000), "of each")}),
        "how often, and on how many pictures, times are taken",
    ),
    "published": (
        OPTIONAL,
        Section(dict.fromkeys(("rate_distortion", "channelwise", "runtime"), (NEEDED, _TABLE, ""))),
        "published numbers to be put beside ours",
    ),
}
_TRAINED = {
    "name": (OPTIONAL, Text(), "what they have learned from, as tables say it; by default their camera"),
    "experiment": (NEEDED, Reference("experiments"), "whose runs"),
    **{name: (OPTIONAL, List(Text()), "some of the experiment's") for name in ("cameras", "isps", "channels")},
    **{name: (OPTIONAL, kind, "some of the experiment's") for name, (_, kind, _) in _WEIGHTS.items()},
    "runs": (OPTIONAL, _RUNS, "the first so many"),
}
_TRANSFER = {
    "trained": (
        NEEDED,
        List(Section(_TRAINED), once=False),
        "runs that are tested: those of experiments, or some of them",
    ),
    "data_sets": (OPTIONAL, _references("data_sets"), "data sets that they are tested on"),
    "cameras": (OPTIONAL, _references("cameras"), "cameras on whose photographs for validation they are tested"),
    "windows": (NEEDED, *trainings.TRANSFER["windows"][1:]),
}

_SOURCES_OF_PICTURES = ("folders", "cameras", "scenes")
CONFIGURATION = Section(
    {
        "plugins": (
            [],
            List(Text("the name of a module", r"^[A-Za-z_][A-Za-z0-9_.]*$"), 0),
            "modules with networks and manipulations of your own",
        ),
        "cameras": (NEEDED, Named(CAMERA, 1), "cameras and their photographs"),
        "data": (
            NEEDED,
            Section(
                {
                    "seed": (NEEDED, SEED, "of the split into photographs to train on and for validation"),
                    "landscape_only": (NEEDED, Boolean(), "leave portrait photographs out"),
                    "target": ("manual", Choice(("manual", "auto")), "what pipelines learn to imitate"),
                }
            ),
            "what is done with all photographs",
        ),
        "isps": (NEEDED, Named(Section(_ISP), 1), "camera pipelines"),
        "channels": (NEEDED, Named(CHANNEL_ENTRY, 1), "distribution channels"),
        "protocols": (
            NEEDED,
            Named(Section(_PROTOCOL, _NEEDED_OF_PROTOCOLS), 1),
            "joint trainings and their evaluation",
        ),
        "experiments": (NEEDED, Named(Section(_EXPERIMENT, ("lambda_isp",)), 1), "grids of runs"),
        "differentiable_jpeg": (
            NEEDED,
            Section(
                {
                    "camera": (NEEDED, Reference("cameras"), "whose photographs"),
                    "images": (NEEDED, _COUNT, "photographs"),
                    "qualities": (NEEDED, List(Whole(1, 100)), "of JPEG"),
                }
            ),
            "comparison with libjpeg",
        ),
        "pictures": (OPTIONAL, Named(Section(_PICTURES, ("train",), _SOURCES_OF_PICTURES)), "what codecs learn from"),
        "codecs": (OPTIONAL, Named(Section(_CODEC)), "learned codecs"),
        "data_sets": (OPTIONAL, Named(Section(_DATA_SET, (), _SOURCES_OF_PICTURES[:2])), "what codecs are compared on"),
        "codec_studies": (OPTIONAL, Named(Section(_STUDY)), "comparisons of codecs"),
        "transfer": (
            OPTIONAL,
            Section(_TRANSFER, (), ("data_sets", "cameras")),
            "tests on other pictures than networks have learned from",
        ),
        "gpu": (False, Boolean(), "each training has a GPU of its own"),
        "threads": (
            NEEDED,
            Section(dict.fromkeys(("data", "training", "evaluation"), _THREADS)),
            "processor threads",
        ),
    }
)
