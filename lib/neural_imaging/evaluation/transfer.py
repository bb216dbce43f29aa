"""What a trained forensic network is worth on developed pictures of any kind, in place of its own camera's."""

import csv
import functools
from pathlib import Path

import numpy as np
from tqdm import tqdm

from neural_imaging import models
from neural_imaging.base import files, records, runtime
from neural_imaging.base.errors import UserError
from neural_imaging.evaluation import forensics, transmission, whole
from neural_imaging.evaluation.scores import scores
from neural_imaging.forensics.channel import Channel
from neural_imaging.forensics.joint import ForensicPipeline
from neural_imaging.forensics.manipulations import parse
from neural_imaging.imaging import opening, raw_folder
from neural_imaging.training import options

DEFAULTS = options.TRANSFER
_SPLIT = "validation"
# Parts that leave traces in the photographs of the run's own camera, where they have learned.
_OF_CAMERA = ("isp", "signature")


def judge(model_path, sources, settings, output, labels=None, threads=None, quality=None, manipulations=None):
    """Test a run's forensic network on sets of pictures, and write what came out as JSON.

    The pictures take the place of what the run's pipeline has developed: they are manipulated whole in the run's ways,
    sent whole through its channel, once with the training's codec and once with the real one, and seen through windows,
    see `evaluation.whole`. So the pipeline itself plays no part, and what an optimised one writes into photographs is
    missing in them. Files that cannot be used are listed with the reason and passed over. A set's windows depend on the
    set alone.

    Args:
        model_path: `model.keras` of a `ForensicPipeline`.
        sources: mapping of names to folders of pictures, or to the `images.csv` of a data set or of a training set,
            of which the validation photographs are taken, as they were developed.
        settings: see `DEFAULTS`: number of `windows` of each picture.
        labels: what the run is; written into the record.
        quality: another quality of the channel's JPEG.
        manipulations: other strengths of the manipulations, in the order of the network's classes.

    Returns:
        The record's "sets", with the scores of each (`scores.scores`) and what was refused. The record's "optimised"
        names the parts of the run's camera that have learned.
    """
    settings = options.complete(settings, DEFAULTS, "test of a forensic network")
    files.check_output(output)
    listings = {name: listing(source) for name, source in sources.items()}
    runtime.configure(threads=threads, seed=0, deterministic=True)
    tables = [source for source in sources.values() if Path(source).is_file()]
    pipeline = forensics.load(model_path)
    tested = behind_onet(pipeline, quality, manipulations)
    changes = {} if quality is None else {"quality": quality}
    changes |= {} if manipulations is None else {"manipulations": list(manipulations)}
    record = records.Record("evaluate_fan", {**settings, **changes}, seed=0, inputs=[model_path, *tables])
    sets, windows = [], settings["windows"]
    for name, paths in listings.items():
        photographs, refused = pictures(paths, whole.least_side(tested), name)
        if not photographs:
            reasons = "; ".join(f"{bad['file']}: {bad['reason']}" for bad in refused[:3])
            raise UserError(f"{sources[name]}: no picture of these can be used ({reasons or 'none found'})")
        confusions = whole.counts(tested, photographs, windows)[0][whole.WHOLE]
        codecs = {codec: scores(matrices, windows) for codec, matrices in confusions.items()}
        about = {"name": name, "source": str(sources[name]), "pictures": len(photographs), "windows": windows}
        sets.append({**about, "refused": refused, **codecs})
    real = transmission.real_codec(tested.channel)
    accuracies = {
        tests["name"]: {codec: tests[codec]["accuracy"] for codec in ("differentiable", real)} for tests in sets
    }
    about = {"classes": tested.classes, "real_codec": real, "optimised": optimised(pipeline), "labels": labels or {}}
    record.write(output, accuracies, **about, sets=sets)
    return sets


def optimised(pipeline):
    """Names of the parts of a joint model's camera that have learned; pictures of other cameras lack their traces."""
    return [part for part in _OF_CAMERA if part in pipeline.trainable_parts]


def behind_onet(pipeline, quality=None, manipulations=None):
    """A joint model without its camera pipeline, for pictures that are developed already; see `judge`."""
    channel, chosen = pipeline.channel, manipulations or pipeline.manipulations
    if quality is not None:
        channel = _with_quality(channel, quality)
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


def listing(source):
    """The files of a folder of pictures, or of an `images.csv`, as (name, path, "" or why it is left out).

    Of a training set they are the validation photographs.
    """
    source = Path(source)
    if source.is_dir():
        return [(str(file.path), source / file.path, file.reason) for file in raw_folder.listing(source)]
    try:
        with source.open(newline="", encoding="utf-8") as table:
            rows = list(csv.DictReader(table))
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
    return [(name, files.beside(source, name), "") for name in names]


def usable(listed, make, fault, title):
    """Tell files that can be tested from others, which are listed with the reason.

    Args:
        listed: files, as `listing` gives them.
        make: function of a name and a path to a photograph, which reads nothing yet.
        fault: function of a photograph to why it cannot be tested; "" where it can.
        title: what they are, for the progress.

    Returns:
        (photographs, refused): refused are mappings with "file" and "reason".
    """
    photographs, refused = [], []
    for name, path, reason in tqdm(listed, desc=f"Open {title}", unit="file", disable=None):
        photograph = make(name, path)
        if reason := reason or fault(photograph):
            refused.append({"file": name, "reason": reason})
        else:
            photographs.append(photograph)
    return photographs, refused


def pictures(listed, side, title):
    """`usable` of developed pictures, whose sides have so many pixels at least."""
    return usable(listed, Picture, lambda picture: _fault(picture.path, side), title)


def _fault(path, side):
    """Why a file cannot be tested; "" where it can."""
    try:
        height, width = _opened(path).shape[:2]
    except opening.PictureError as error:
        return error.reason
    small = f"{width} × {height} pixels, smaller than the {side} of which a window is received"
    return small if min(height, width) < side else ""


class Picture:
    """A developed picture that is opened when it is looked at, so that a set may be larger than the memory.

    It stands for a `datasets.images.ImagePair` without RAW.
    """

    stack, source = None, ""

    def __init__(self, name, path):
        self.name, self.path = name, path

    @property
    def target(self):
        """uint8, H × W × 3."""
        return _opened(self.path)

    @property
    def cells(self):
        """Height and width in cells of 2 × 2 pixels."""
        height, width = self.target.shape[:2]
        return height // 2, width // 2


@functools.lru_cache(maxsize=2)
def _opened(path):
    """A picture with even sides. It is asked for several times in a row, so few are kept."""
    picture = opening.read(path).picture
    height, width = (side // 2 * 2 for side in picture.shape[:2])
    return np.ascontiguousarray(picture[:height, :width])


def _with_quality(channel, quality):
    """A channel with another quality of the JPEG that it ends with."""
    if channel.jpeg is None:
        raise UserError(f"quality {quality}: the run's channel has codec {channel.codec}, which has no quality")
    config = channel.get_config()
    if "steps" not in config:
        return Channel.from_config({**config, "quality": quality})
    *before, last = config["steps"]
    return Channel.from_config({**config, "steps": [*before, {**last, "quality": quality}]})
