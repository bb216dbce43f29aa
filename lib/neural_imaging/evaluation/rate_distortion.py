"""Measure what codecs cost and what they keep: the rows of profiles, see `tables.profiles`."""

import math
import sys
import time
from pathlib import Path

from tqdm import tqdm

from neural_imaging.base import errors, files, records
from neural_imaging.base.errors import UserError
from neural_imaging.coding import standards
from neural_imaging.datasets import picture_set
from neural_imaging.imaging import measures, opening
from neural_imaging.imaging.workers import in_order
from neural_imaging.tables import profiles

TIME_LIMIT = 3600  # Seconds for a picture at all qualities, in a process of its own.


def find(name, folders=()):
    """A codec by its name: a standard, or else a learned codec, see `learned.find`."""
    if name in standards.names():
        return standards.get(name)
    # Keras is loaded where a network is needed.
    from neural_imaging.evaluation import learned

    try:
        return learned.find(name, folders)
    except UserError as error:
        raise UserError(f"{error}; standards are {', '.join(standards.names())}") from None


def measure(image, codec, quality):
    """Code and decode a picture (uint8) once, with a standard or a `learned.Learned`; gives `profiles.COLUMNS`."""
    clock = [time.perf_counter()]
    data = codec.encode(image, quality)
    clock.append(time.perf_counter())
    decoded = codec.decode(data)
    clock.append(time.perf_counter())
    effective, pixels = codec.payload(data), image.shape[0] * image.shape[1]
    large = min(image.shape[:2]) >= measures.LEAST_SIDE
    ms_ssim = measures.ms_ssim(image, decoded) if large else None
    return {
        "codec": codec.name,
        "quality": quality,
        "bytes": len(data),
        "effective_bytes": effective,
        "bpp": 8 * len(data) / pixels,
        "effective_bpp": 8 * effective / pixels,
        "psnr": _finite(measures.psnr(image, decoded)),
        "ssim": measures.ssim(image, decoded, window="uniform"),
        "ms_ssim": ms_ssim,
        "ms_ssim_db": _finite(measures.decibels(ms_ssim)) if large else None,
        "encode_seconds": round(clock[1] - clock[0], 6),
        "decode_seconds": round(clock[2] - clock[1], 6),
    }


def profile(images, codec, qualities=None, data_set=""):
    """Measure a codec on (name, picture) pairs; a list of dicts with `profiles.COLUMNS`, picture by picture.

    The first picture is coded and decoded once more at the beginning: what a library does at its first call is no time
    of the codec's.
    """
    qualities = checked(codec, qualities)
    rows = []
    for name, image in images:
        if not rows:
            codec.decode(codec.encode(image, qualities[0]))
        rows += [{"data_set": data_set, "image": name, **measure(image, codec, quality)} for quality in qualities]
    return rows


def checked(codec, qualities=None):
    """The qualities to measure at: those given, whole ones as int, or the codec's own."""
    if qualities is None:
        return list(codec.qualities)
    for quality in qualities:
        codec.check(quality)
    qualities = [quality if quality is None or quality % 1 else int(quality) for quality in qualities]
    if len(set(qualities)) < len(qualities):
        raise UserError(f"{codec.label}: a quality is given twice")
    return qualities


def profile_files(paths, codec, qualities=None, *, data_set="", crop=None, resize=None, processes=1):
    """Measure a codec on files of pictures; one that cannot be measured is passed over, with its reason.

    Times are best measured with one process. A learned codec stays in this one.

    Returns:
        (rows, skipped, notes): rows as from `profile`, in the order of the files, with `files.distinct_names`;
        lists of dicts with image and reason, and with image and note of what was changed at opening.
    """
    qualities = checked(codec, qualities)
    # Standards are found again by their name in other processes.
    shared = processes > 1 and codec.name in standards.names()
    name = codec.name if shared else codec
    paths = list(map(Path, paths))
    names = files.distinct_names(paths)
    tasks = [(path, image, name, qualities, data_set, crop, resize) for path, image in zip(paths, names, strict=True)]
    bar = {"total": len(tasks), "desc": f"{data_set} {codec.name}".strip(), "unit": "picture"}
    if shared:
        done = in_order(_work, iter(tasks), processes, TIME_LIMIT, **bar)
    else:
        done = tqdm(map(_work, tasks), disable=None, **bar)
    rows, skipped, notes = [], [], []
    for path, image, result in zip(paths, names, done, strict=True):
        # Of a picture that crashed its process there is the reason alone.
        rows += result.get("rows", ())
        notes += [{"image": image, "note": note} for note in result.get("notes", ())]
        if result["reason"]:
            tqdm.write(f"{path}: {result['reason']}", file=sys.stderr)
            skipped.append({"image": image, "reason": result["reason"]})
    if not rows:
        first = f"; {skipped[0]['image']}: {skipped[0]['reason']}" if skipped else ""
        raise UserError(f"{codec.label}: none of {len(tasks)} pictures could be measured{first}")
    return rows, skipped, notes


def cut(picture, crop=None, resize=None):
    """What is measured of a picture: its middle, its largest square made so small as `resize` says, or all of it."""
    if crop is not None and resize is not None:
        raise UserError("a picture is cropped or resized, not both")
    side = crop if resize is None else resize
    if side is None:
        return picture
    height, width = picture.shape[:2]
    if min(height, width) < side:
        raise UserError(f"{width} × {height} pixels have no square of {side}")
    return picture_set.square(picture, side, crop=resize is None)


def run(paths, codec, output, qualities=None, *, data_set="", name=None, crop=None, resize=None, processes=1):
    """Write a profile to the JSON file `output`, whose rows call the codec `name`; see `profile_files`."""
    files.check_output(output)
    settings = {
        "codec": codec.name,
        "version": codec.version,
        "encoder": {**codec.settings},
        "qualities": checked(codec, qualities),
        "data_set": data_set,
        "crop": crop,
        "resize": resize,
        "processes": processes,
    }
    record = records.Record(profiles.KIND, settings, inputs=paths)
    rows, skipped, notes = profile_files(
        paths, codec, qualities, data_set=data_set, crop=crop, resize=resize, processes=processes
    )
    for row in rows:
        row["codec"] = name or codec.name
    counts = {"pictures": len(paths) - len(skipped), "skipped": len(skipped), "rows": len(rows)}
    record.write(output, counts, rows=rows, skipped=skipped, notes=notes)


def _work(task):
    """Rows and notes of a picture, or the reason why there are none: it stops no other picture."""
    path, name, codec, qualities, data_set, crop, resize = task
    try:
        codec = standards.get(codec) if isinstance(codec, str) else codec
        opened = opening.read(path)
        image = cut(opened.picture, crop, resize)
        rows = profile([(name, image)], codec, qualities, data_set)
    except Exception as error:
        return {"reason": errors.reason(error)}
    return {"rows": rows, "notes": opened.notes, "reason": ""}


def _finite(value):
    return value if math.isfinite(value) else None
