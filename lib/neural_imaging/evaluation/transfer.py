"""What a trained forensic network is worth on developed pictures of any kind, in place of its own camera's."""

import csv
import functools
from pathlib import Path

import numpy as np
from tqdm import tqdm

from neural_imaging import files, models, records, runtime
from neural_imaging.errors import UserError
from neural_imaging.evaluation import forensics
from neural_imaging.forensics.channel import Channel
from neural_imaging.forensics.joint import ForensicPipeline
from neural_imaging.forensics.manipulations import parse
from neural_imaging.imaging import opening, raw_folder
from neural_imaging.training import images, options

# A patch of None is what the network has learned from, the only one that it takes.
DEFAULTS = {"patches": 10, "discard": "flat", "batch": 25, "patch": None}
_SPLIT = "validation"


def judge(model_path, sources, settings, output, labels=None, threads=None, quality=None, manipulations=None):
    """Test a run's forensic network on sets of pictures, and write what came out as JSON.

    The pictures take the place of what the run's pipeline has developed: they are manipulated in the run's ways and
    sent through its channel, once with the training's codec and once with the real one. So the pipeline itself plays
    no part, and what an optimised one writes into photographs is missing in them. Files that cannot be used are listed
    with the reason and passed over. A set's patches depend on the set alone.

    Args:
        model_path: `model.keras` of a `ForensicPipeline`.
        sources: mapping of names to folders of pictures, or to the `images.csv` of a data set or of a training set,
            of which the validation photographs are taken, as they were developed.
        settings: see `DEFAULTS`: `patches` of each picture, of `patch` cells of 2 × 2 pixels, chosen by `discard`.
        output: JSON file to write.
        labels: what the run is; written into the record.
        threads: processor threads.
        quality: another quality of the channel's JPEG.
        manipulations: other strengths of the manipulations, in the order of the network's classes.

    Returns:
        The record's "sets": a list of mappings, each with the set's name and source, the number of pictures and of
        patches, "refused" (file and reason), and for "differentiable" and the real codec accuracy, its 95 % interval
        and the confusion matrix (counts; rows are true classes).

    Raises:
        UserError: a wrong setting, a damaged model, or a set without a single good picture.
    """
    settings = options.complete(settings, DEFAULTS, "test of a forensic network")
    files.check_output(output)
    listings = {name: listing(source) for name, source in sources.items()}
    runtime.configure(threads=threads, seed=0, deterministic=True)
    tables = [source for source in sources.values() if Path(source).is_file()]
    pipeline = models.load(model_path)
    if not isinstance(pipeline, ForensicPipeline):
        raise UserError(f"{model_path}: holds a {type(pipeline).__name__}, not a forensic pipeline")
    learned = learned_patch(pipeline)
    settings["patch"] = learned if settings["patch"] is None else settings["patch"]
    if settings["patch"] != learned:
        raise UserError(f"setting patch is {settings['patch']!r}; the network takes patches of {learned} alone")
    changes = {} if quality is None else {"quality": quality}
    changes |= {} if manipulations is None else {"manipulations": list(manipulations)}
    record = records.Record("test_fan", {**settings, **changes}, seed=0, inputs=[model_path, *tables])
    found = []
    for name, paths in listings.items():
        pictures, refused = usable(paths, 2 * settings["patch"], name)
        if not pictures:
            reasons = "; ".join(f"{one['file']}: {one['reason']}" for one in refused[:3])
            raise UserError(f"{sources[name]}: no picture of these can be used ({reasons or 'none found'})")
        # A fresh one for each set, so that noise does not depend on what came before.
        tested = behind_onet(pipeline, quality, manipulations)
        result = measure(tested, pictures, settings)
        found.append({"name": name, "source": str(sources[name]), "refused": refused, **result})
    real = forensics.real_codec(pipeline.channel)
    accuracies = {one["name"]: {codec: one[codec]["accuracy"] for codec in ("differentiable", real)} for one in found}
    record.write(output, accuracies, classes=tested.classes, real_codec=real, labels=labels or {}, sets=found)
    return found


def behind_onet(pipeline, quality=None, manipulations=None):
    """The manipulations, channel and forensic network of a joint model, behind pictures that are developed already.

    Args:
        pipeline: `ForensicPipeline`; its parts are shared.
        quality, manipulations: see `judge`.

    Returns:
        `ForensicPipeline` with ONet in place of the camera pipeline.

    Raises:
        UserError: a quality for a channel without JPEG, or other manipulations than the network knows.
    """
    channel, chosen = pipeline.channel, manipulations or pipeline.manipulations
    if quality is not None:
        if channel.jpeg is None:
            raise UserError(f"quality {quality}: the run's channel has codec {channel.codec}, which has no quality")
        channel = Channel.from_config({**channel.get_config(), "quality": quality})
    if len(chosen) != len(pipeline.manipulations):
        raise UserError(
            f"manipulations: the network tells {', '.join(pipeline.manipulations)} apart, so there must be "
            f"{len(pipeline.manipulations)} in this order, not {len(chosen)}"
        )
    names, learned = ([parse(text)[0] for text in texts] for texts in (chosen, pipeline.manipulations))
    if names != learned:
        raise UserError(
            f"manipulations {', '.join(names)}: the network has learned {', '.join(learned)}, and its classes are in "
            "this order; only strengths can be others"
        )
    return ForensicPipeline(models.create("ONet"), channel, pipeline.fan, chosen, trainable=())


def learned_patch(pipeline):
    """Side of the patches that a joint model has learned from, in cells of 2 × 2 developed pixels."""
    return pipeline.fan.settings["patch_size"] * pipeline.channel.factor // 2


def measure(pipeline, pictures, settings):
    """Accuracies and confusion matrices of a joint model on developed pictures.

    Args:
        pipeline: what `behind_onet` gives.
        pictures: list of `Picture`.
        settings: complete settings, see `DEFAULTS`.

    Returns:
        What `evaluation.forensics.measure` gives, short of PSNR and SSIM, since nothing was developed, and with the
        number of pictures.
    """
    # Bits a pixel behind the real codec are measured on one patch of each picture.
    results = forensics.measure(pipeline, pictures, {**settings, "quality_every": settings["patches"]})
    developed = ("psnr", "ssim", "patches_quality")
    return {"pictures": len(pictures), **{key: value for key, value in results.items() if key not in developed}}


def listing(source):
    """The files of a set of pictures.

    Args:
        source: a folder, looked through with those below it, or an `images.csv`: of a data set, all that it has; of a
            training set, the validation photographs.

    Returns:
        List of (name, path), in the order of their names or of the table.

    Raises:
        UserError: neither of these, or nothing in it.
    """
    source = Path(source)
    if source.is_dir():
        return [(str(one.path), source / one.path) for one in raw_folder.listing(source)]
    try:
        with source.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except FileNotFoundError:
        raise UserError(f"{source}: no such folder of pictures or images.csv") from None
    except (UnicodeDecodeError, csv.Error):
        rows = []
    columns = set(rows[0]) if rows else set()
    if "status" not in columns or not columns & {"picture", "image"}:
        raise UserError(f"{source}: neither a folder of pictures nor the images.csv of a data set or training set")
    names = [
        row.get("picture") or f"{row['image']}.png"
        for row in rows
        if row["status"] == "used" and row.get("split", _SPLIT) == _SPLIT
    ]
    return [(name, source.parent / name) for name in names]


def usable(paths, side, title="pictures"):
    """Tell pictures that can be tested from files that cannot.

    Args:
        paths: list of (name, path).
        side: least height and width in pixels.
        title: for the progress bar.

    Returns:
        (list of `Picture`, list of {"file", "reason"} of the others).
    """
    pictures, refused = [], []
    for name, path in tqdm(paths, desc=f"Open {title}", unit="picture", disable=None):
        try:
            height, width = _opened(path)[0].shape[:2]
        except opening.PictureError as error:
            refused.append({"file": name, "reason": error.reason})
            continue
        if min(height, width) < side:
            refused.append({"file": name, "reason": f"{width} × {height} pixels, smaller than patches of {side}"})
        else:
            pictures.append(Picture(name, path, (height // 2, width // 2)))
    return pictures, refused


class Picture:
    """A developed picture that is opened when it is looked at, so that a set may be larger than the memory.

    It stands for a `training.images.ImagePair` without RAW, and has its attributes.

    Args:
        name: of the picture.
        path: its file.
        cells: its height and width in cells of 2 × 2 pixels.
    """

    cfa, stack = "", None
    camera_to_srgb = np.eye(3, dtype=np.float32)

    def __init__(self, name, path, cells):
        self.name, self.path, self.cells = name, path, cells

    @property
    def target(self):
        """uint8, H × W × 3."""
        return _opened(self.path)[0]

    @property
    def sums(self):
        """uint64, (H/2 + 1) × (W/2 + 1) × 2; see `ImagePair`."""
        return _opened(self.path)[1]


@functools.lru_cache(maxsize=2)
def _opened(path):
    """A picture with even sides, and its sums. Patches are cut of one picture after another, so few are kept."""
    picture = opening.read(path).picture
    height, width = (side // 2 * 2 for side in picture.shape[:2])
    target = np.ascontiguousarray(picture[:height, :width])
    return target, images.integral_images(target)
