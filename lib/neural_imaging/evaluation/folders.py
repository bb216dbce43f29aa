"""Photographs for a test of a joint model: those of a training set, or a folder of RAW files or of pictures."""

import functools
from pathlib import Path

from neural_imaging.base import records
from neural_imaging.base.errors import UserError
from neural_imaging.datasets import dataset, images
from neural_imaging.evaluation import transfer, whole
from neural_imaging.imaging import bayer, develop, opening, raw, raw_folder, reading


def read(source, pipeline, model_path=None):
    """Photographs (`ImagePair` or alike) that a joint model can be tested on.

    Of a folder with RAW files these are taken, developed by the run's camera, and held against the papers' target. In
    a folder of pictures alone these take the place of what the run's camera develops: see `transfer.judge`. Files that
    cannot be used are listed with the reason and passed over.

    Args:
        source: `images.csv` of a training set, whose validation photographs are taken; or a folder.
        pipeline: the `ForensicPipeline`.
        model_path: where it was loaded from; the record beside it says which colour filters it has learned.

    Returns:
        (joint model, photographs, refused): the joint model is another one for pictures, with ONet for a pipeline;
        refused are mappings with "file" and "reason".

    Raises:
        UserError: no such table or folder, or no photograph in it can be used.
    """
    source = Path(source)
    if not source.is_dir():
        return pipeline, images.read(source, "validation", pipeline.isp), []
    listed = [(str(file.path), source / file.path, file.reason) for file in raw_folder.listing(source)]
    if any(path.suffix.lower() in opening.RAW for _, path, reason in listed if not reason):
        if getattr(pipeline.isp, "takes_rgb", False):
            raise UserError(f"{source}: has RAW files, and the run takes developed pictures alone")
        make = functools.partial(Photograph, patterns=patterns(model_path))
        photographs, refused = transfer.usable(listed, make, functools.partial(_fault, pipeline), source.name)
    else:
        pipeline = transfer.behind_onet(pipeline)
        photographs, refused = transfer.pictures(listed, whole.least_side(pipeline), source.name)
    if not photographs:
        reasons = "; ".join(f"{bad['file']}: {bad['reason']}" for bad in refused[:3])
        raise UserError(f"{source}: no photograph in it can be used ({reasons or 'none found'})")
    return pipeline, photographs, refused


class Photograph(transfer.Picture):
    """A RAW file that is read when it is looked at, so that a folder may be larger than the memory.

    It stands for a `datasets.images.ImagePair`; its target is the papers', of the sensor's orientation.

    Args:
        name: what it is called.
        path: of the file.
        patterns: Bayer patterns that the camera pipeline has learned; the photograph begins where it has one of them.
            None where they are not known.
    """

    def __init__(self, name, path, patterns=None):
        super().__init__(name, path)
        self._patterns = patterns

    @property
    def cfa(self):
        """Its Bayer pattern, as the stack has it."""
        own = _read(self.path).cfa
        return own if self._patterns is None else min(self._patterns, key=lambda each: sum(bayer.shift(own, each)))

    @property
    def camera_to_srgb(self):
        """3 × 3 matrix from camera colour to linear sRGB."""
        return _read(self.path).camera_to_srgb

    @property
    def notes(self):
        """What the file says and is passed over, in words."""
        return _read(self.path).notes

    @property
    def flip(self):
        """LibRaw's orientation; 0 for an upright photograph."""
        return _read(self.path).flip

    @property
    def stack(self):
        """uint16, H/2 × W/2 × 4."""
        photograph = _read(self.path)
        return bayer.shifted(dataset.levels(photograph.stack), photograph.cfa, self.cfa)

    @property
    def target(self):
        """uint8, H × W × 3."""
        return bayer.inside(_target(self.path), *bayer.shift(_read(self.path).cfa, self.cfa))

    @property
    def cells(self):
        """Height and width in cells of 2 × 2 pixels."""
        return self.stack.shape[:2]


# Both are asked for several times in a row, so few are kept.
@functools.lru_cache(maxsize=2)
def _read(path):
    return reading.read(path)


@functools.lru_cache(maxsize=2)
def _target(path):
    return develop.target(_read(path))


def _fault(pipeline, photograph):
    """Why a file cannot be tested as RAW; "" where it can."""
    if photograph.path.suffix.lower() not in opening.RAW:
        return "not a RAW file by its name"
    try:
        whole.check(pipeline, photograph)
    except raw.RawError as error:
        return error.reason
    except UserError as error:
        return str(error)
    return ""


def patterns(model_path):
    """Bayer patterns that a run has learned, as the record beside its model says; None where it does not."""
    record = None if model_path is None else Path(model_path).with_name(records.NAME)
    return records.read(record).get("cfa") if record is not None and record.is_file() else None
