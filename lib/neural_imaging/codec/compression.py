"""Files of pictures to compressed files and back: which become which, and what each costs."""

import collections
from dataclasses import dataclass
from pathlib import Path

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.codec import archives, codec
from neural_imaging.coding import bitstream
from neural_imaging.imaging import pictures, raw_folder

COMPRESSED = (".l3ic",)
# What decompressed pictures are written as; the first where nothing else is asked for.
DECOMPRESSED = (".png", ".tif", ".tiff", ".jpg", ".jpeg")


@dataclass(frozen=True)
class Task:
    """A file, and what it becomes."""

    source: Path
    output: Path


@dataclass(frozen=True)
class Outcome:
    """What became of a file."""

    task: Task
    height: int  # Of the picture, in pixels.
    width: int
    before: int  # Sizes of source and output, in bytes.
    after: int
    psnr: float | None = None  # Of the compressed picture, PSNR in dB; None where they were not measured.
    ssim: float | None = None
    notes: tuple = ()  # What was changed before the picture was compressed.

    @property
    def compressed(self):
        """Size of the compressed one of the two, in bytes."""
        return self.after if self.task.output.suffix.lower() in COMPRESSED else self.before


def plan(sources, output, taken, endings, force=False):
    """Find the files, and say what each becomes; nothing is made.

    Args:
        sources: files, and folders of them, also in folders below.
        output: file to make of a single file, or folder, laid out as the sources are; None for beside each source.
        taken: endings of the files that a folder is searched for.
        endings: that outputs may have; the first is the one they get.
        force: outputs may exist.

    Returns:
        (tasks, passed, alone): list of `Task`; list of (path, reason) of what is passed over in folders; whether there
        is one file only, which was named by itself.
    """
    listed, passed, alone = search(sources, taken)
    output = None if output is None else Path(output)
    if alone and output is not None and not output.is_dir():
        if output.suffix.lower() not in endings:
            raise UserError(f"{output}: the name must end with {' or '.join(endings)}, or be a folder that exists")
        tasks = [Task(listed[0][0], output)]
    else:
        if output is not None and (output.is_file() or output.suffix.lower() in endings):
            raise UserError(f"{output}: more than one file is made; name a folder for them")
        tasks = [
            Task(path, (path.parent if output is None else output / place) / (name + endings[0]))
            for (path, place), name in zip(listed, _names(listed), strict=True)
        ]
    _check(tasks, force)
    return tasks, passed, alone


def search(sources, taken):
    """Find the files among sources, and in the folders among them and below, also behind links to folders.

    Returns:
        (listed, passed, alone): list of (path, place), the place being the folder that the file lies in, relative to
        its source; the others are as for `plan`.
    """
    sources = [Path(source) for source in sources]
    for source in sources:
        if not source.exists():
            raise UserError(f"{source}: no such file or folder")
    alone = len(sources) == 1 and not sources[0].is_dir()
    listed, passed = [], []
    for source in sources:
        here, others = _look(source, taken) if source.is_dir() else ([(source, Path())], [])
        listed += here
        passed += others
    return listed, passed, alone


def compress(task, opened, model, version=2, measure=False):
    """Compress a picture that `opening.read` gave to the file of a task; to measure it is to decompress it too."""
    data = codec.compress(opened.picture, model, version)
    quality = _compare(opened.picture, codec.decompress(data, model)) if measure else (None, None)
    with files.atomic(task.output) as temporary:
        temporary.write_bytes(data)
    before = task.source.stat().st_size
    return Outcome(task, *opened.picture.shape[:2], before, len(data), *quality, opened.notes)


def decompress(task, model=None, folders=()):
    """Decompress the file of a task to a picture; arguments are those of `codec.decompress`."""
    data = task.source.read_bytes()
    picture = codec.decompress(data, model, folders)
    pictures.write(task.output, picture)
    return Outcome(task, *picture.shape[:2], len(data), task.output.stat().st_size)


def describe(path):
    """What a compressed file says of itself, in lines of text; its symbols are not decoded."""
    data = path.read_bytes()
    stream = bitstream.header(data)
    rows, columns, features = stream.shape
    facts = {
        "stream": f"version {stream.version}, {_size(len(data), stream)}",
        "picture": f"{stream.width} × {stream.height} pixels",
        "latent": f"{columns} × {rows} cells of {features} features, {_size(sum(stream.channel_bytes), stream)}",
        "model": "not named" if stream.model is None else archives.describe(stream.model),
    }
    return "\n".join([str(path), *(f"  {name:8} {fact}" for name, fact in facts.items())])


def _size(count, stream):
    return f"{count:,} bytes, {8 * count / (stream.height * stream.width):.3f} bits a pixel"


def _look(source, taken):
    """What a folder has, and what is passed over there, as `search` gives them."""
    walked = raw_folder.walk(source, raw_folder.named(taken))
    here = [(source / path, path.parent) for path, reason in walked if not reason]
    others = [(source / path, reason) for path, reason in walked if reason]
    if not here:
        first = "; ".join(f"{path}: {reason}" for path, reason in others[:3])
        raise UserError(f"{source}: holds no files that end with {', '.join(taken)}{first and f' ({first})'}")
    return here, others


def _names(listed):
    """Names of outputs without their endings; those that differ by their sources' endings alone keep these, as -png."""
    stems = collections.Counter((place, path.stem) for path, place in listed)
    for path, place in listed:
        yield path.stem if stems[place, path.stem] == 1 else f"{path.stem}-{path.suffix[1:]}"


def _check(tasks, force):
    sources = {}
    for task in tasks:
        other = sources.setdefault(task.output, task.source)
        if other is not task.source:
            raise UserError(f"{other} and {task.source} would both become {task.output}")
        files.check_output(task.output)
    there = [task.output for task in tasks if task.output.exists()]
    if there and not force:
        others = f", and {len(there) - 1} more of {len(tasks)} are there" if len(there) > 1 else ""
        raise UserError(f"{there[0]}: exists already{others}; name another with -o, or --force overwrites")


def _compare(picture, compressed):
    """PSNR and SSIM; None for the SSIM of pictures that are smaller than its window."""
    # Only `l3ic compress --measure` needs it, and it loads much of SciPy.
    from neural_imaging.imaging import measures

    try:
        similarity = measures.ssim(picture, compressed)
    except UserError:
        similarity = None
    return measures.psnr(picture, compressed), similarity
