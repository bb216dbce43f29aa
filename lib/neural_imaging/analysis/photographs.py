"""A photograph as a forensic network shall see it, and what its file says."""

import contextlib
import mmap
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import tifffile
from PIL import Image

from neural_imaging.base import files, memory, texts
from neural_imaging.base.errors import UserError
from neural_imaging.coding import jpeg_facts, jpeg_tables, manifests, recompression
from neural_imaging.evaluation import folders, transmission, whole
from neural_imaging.imaging import foreign, metadata, opening

# Bytes of memory for a pixel while a picture is opened: what the decoder has, and copies that turn it or its colours.
_BYTES = 12
_ORIENTATION = 274
RECEIVED, DEVELOPED = "received", "developed"


@dataclass
class Photograph:
    """A photograph that can be judged.

    Attributes:
        name: of the file.
        picture: uint8, shape (height, width, 3): what is judged.
        judged_as: `RECEIVED`, as the file has it; or `DEVELOPED`, from RAW by the model's camera, and sent through its
            channel.
        facts: what the file says, JSON types; {} for an array.
        thumbnail: uint8, shape (height, width, 3), the small picture in the file; None where there is none.
        jpeg: `jpeg_facts.Facts` of a JPEG file; None for others.
    """

    name: str
    picture: np.ndarray = field(repr=False)
    judged_as: str = RECEIVED
    facts: dict = field(default_factory=dict)
    thumbnail: np.ndarray | None = field(default=None, repr=False)
    jpeg: jpeg_facts.Facts | None = None


def read(path, judge, position=False):
    """Read a photograph.

    Args:
        path: of a picture of the kinds that `imaging.opening` reads, or of a RAW file.
        judge: `judge.Judge`, whose camera develops RAW files.
        position: whether the facts shall have the position, where EXIF has one.

    Raises:
        UserError: it cannot be read, or cannot be judged by this model.
    """
    path = Path(path)
    is_raw = path.suffix.lower() in opening.RAW
    if is_raw:
        picture, notes = _developed(path, judge)
    else:
        picture, notes = _opened(path)
    said, thumbnail = metadata.read(path), None
    facts, jpeg = _facts(path, said, position)
    thumbnail = metadata.of_raw(path) if is_raw else said.thumbnail
    if thumbnail is not None:
        facts["thumbnail"] = {"width": thumbnail.shape[1], "height": thumbnail.shape[0]}
    facts["notes"] = notes
    return Photograph(path.name, picture, DEVELOPED if is_raw else RECEIVED, facts, thumbnail, jpeg)


def _developed(path, judge):
    """A RAW file as evaluations see it: developed whole by the run's camera, sent whole through its real channel."""
    pipeline = judge.pipeline
    if pipeline is None or getattr(pipeline.isp, "takes_rgb", False):
        raise UserError(f"{path}: is a RAW photograph, and the model has no camera that develops it")
    photograph = folders.Photograph(path.name, path, folders.patterns(judge.path))
    whole.check(pipeline, photograph)
    developed = whole.develop(pipeline, photograph)
    received = transmission.real(pipeline.channel.fixed(), developed)[1]
    turned = "shown as the sensor had it, not turned upright"
    return received, [*photograph.notes, *([turned] if photograph.flip else [])]


def _opened(path):
    """A picture and what was changed so that it can be seen."""
    mapped = _mapped(path)
    if mapped is not None:
        return mapped, ["larger than what is opened, so that it is read in parts; its colours are taken as sRGB"]
    _check_memory(path)
    opened = opening.read(path)
    return opened.picture, list(opened.notes)


def _mapped(path):
    """A picture with too many pixels to be opened, of which parts can be read; None for all others.

    That is one in a TIFF file without compression, of 8 bits, upright.
    """
    try:
        with opening.silence(), tifffile.TiffFile(path) as file:
            page = file.pages.first
            size = page.imagelength * page.imagewidth
            plain = page.is_memmappable and page.dtype == np.uint8 and page.photometric == tifffile.PHOTOMETRIC.RGB
            if size <= opening.MOST_PIXELS or not plain or page.shape != (page.imagelength, page.imagewidth, 3):
                return None
            return tifffile.memmap(path, mode="r") if page.tags.valueof(_ORIENTATION, 1) == 1 else None
    except (*opening.FAILURES, tifffile.TiffFileError):
        return None


def _check_memory(path):
    """Refuse what would not fit before a decoder tries."""
    try:
        with opening.silence(), Image.open(path, formats=opening.pillow_formats(path)) as image:
            width, height = image.size
    except (*opening.FAILURES, Image.DecompressionBombError):
        return  # Who opens it says why it cannot be.
    memory.check(f"a picture of {width} × {height} pixels", _BYTES * width * height)


def _facts(path, said, position):
    # Mapped, since it may be larger than the memory.
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        facts = {
            "name": texts.on_a_line(path.name),
            "bytes": len(data),
            "sha256": files.sha256(path),
            "format": said.format or foreign.named(data[: foreign.DEPTH]) or path.suffix[1:].upper(),
            "exif": said.exif if said.known else None,
            "position": _position(said, position),
        }
        manifest = manifests.find(data)
        jpeg = jpeg_facts.read(data) if said.format == "JPEG" else None
    facts["manifest"] = None if manifest is None else manifest._asdict()
    if jpeg is None:
        return facts, None
    facts["jpeg"] = {
        "process": jpeg.process,
        "bits": jpeg.bits,
        "components": jpeg.components,
        "subsampling": jpeg.subsampling or None,
        "qualities": [{"estimate": quality, "standard_table": own} for quality, own in jpeg.qualities],
        "tables": [table.tolist() for table in jpeg.tables],
        "scans": jpeg.scans,
        "segments": jpeg.applications,
        "restarts": jpeg.restarts,
        "comment": jpeg.comment,
        "trailing_bytes": jpeg.trailing,
        "damage": jpeg.damage or None,
        "recompression": _recompression(path, jpeg),
    }
    return facts, jpeg


def _position(said, wanted):
    if not said.known:
        return "not read"
    return "none" if said.position is None else said.position if wanted else "hidden"


def _recompression(path, jpeg):
    """Traces of an earlier compression; None where they cannot be measured."""
    with contextlib.suppress(UserError, *opening.FAILURES):
        if jpeg.components != 1:
            # Refuses files whose first component is not brightness.
            jpeg_tables.parse(path.read_bytes())
        trace = recompression.measure(opening.luma(path), jpeg.tables[0])
        if trace is not None:
            return {"found": trace.found, "evidence": round(trace.evidence, 4), "quality": trace.quality}
    return None
