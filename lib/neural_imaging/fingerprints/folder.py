"""A folder of RAW files of one camera: its noise, and from flat fields the fingerprint of the device."""

import collections
import contextlib
from pathlib import Path

import numpy as np

from neural_imaging.base import files, texts
from neural_imaging.base.errors import UserError
from neural_imaging.fingerprints import estimation, noise, residuals
from neural_imaging.imaging import bayer, raw, raw_folder, reading, srgb
from neural_imaging.imaging.workers import in_order

COLUMNS = ("file", "sha256", "camera", "height", "width", "cfa", "flat_field", "status", "reason")
_TIME_LIMIT = 300
# Flat fields whose brightness differs by less than this factor are of one exposure.
_ALIKE = 1.05


def measure(folder, workers=1, model=None):
    """Estimate the noise of a camera from its RAW files, all of one ISO.

    With two flat fields or more of one exposure these alone count, since they tell noise from texture and from the
    fingerprint. Each file is read in a worker process.

    Args:
        folder: RAW files, also in folders below it.
        workers: processes to share the work.
        model: only files of this camera, see `raw_folder.listing`.

    Returns:
        What was measured: "camera", "cfa", "photographs", "flat_fields" (how many of each), "from" ("flat fields" or
        "scenes"), "shot", "read" and "prnu"; and a row (`COLUMNS`) for each file, used or why not.

    Raises:
        UserError: no such folder, no file that can be used, or too few even areas.
    """
    folder = Path(folder)
    listed = raw_folder.listing(folder, model)
    tasks = [folder / file.path for file in listed if not file.reason]
    rows = [{"file": file.path.as_posix(), "status": "unused", "reason": file.reason} for file in listed]
    bar = {"total": len(tasks), "desc": str(folder), "unit": "photograph"}
    with contextlib.closing(in_order(_work, iter(tasks), workers, _TIME_LIMIT, **bar)) as results:
        for row in rows:
            if not row["reason"]:
                row |= next(results)
    used = [row for row in rows if row["status"] == "used"]
    if not used:
        reasons = "; ".join(f"{row['file']}: {row['reason']}" for row in rows[:3])
        raise UserError(f"{folder}: no RAW file of these can be used ({reasons})")
    kinds = collections.Counter((row["camera"], row["cfa"], row["height"], row["width"]) for row in used)
    kind = kinds.most_common(1)[0][0]
    for row in used:
        if (row["camera"], row["cfa"], row["height"], row["width"]) != kind:
            most = f"{kind[0] or 'no camera named'}, {kind[2]} × {kind[3]} pixels, {kind[1]}"
            row |= {"status": "unused", "reason": f"of another camera, size or CFA than most, which are: {most}"}
    used = [row for row in used if row["status"] == "used"]
    flat = [row for row in used if row["flat_field"]]
    differences = list(_differences(folder, flat))
    if differences:
        measured = noise.of_flat_fields(_joined(row["blocks"] for row in flat), _joined(differences))
    else:
        measured = noise.of_scenes(_joined(row["blocks"] for row in used))
    about = {"camera": kind[0], "cfa": kind[1], "photographs": len(used), "flat_fields": len(flat)}
    return {**about, "from": "flat fields" if differences else "scenes", **measured}, rows


def fingerprint(folder, rows):
    """Fingerprint of a device, from the flat fields among its RAW files.

    Args:
        folder: that was measured.
        rows: of its files, as `measure` gives them.

    Returns:
        float32, shape (height, width): relative deviation of each pixel's sensitivity. Means of rows and columns are
        taken out.

    Raises:
        UserError: no flat field is there.
    """
    flat = [row for row in rows if row["status"] == "used" and row["flat_field"]]
    if not flat:
        raise UserError(
            f"{folder}: has no flat field, so no fingerprint is estimated: photograph an even, bright wall out of focus"
        )
    estimator = estimation.Estimator()
    for row in flat:
        estimator.add(*residuals.of_raw(reading.read(Path(folder) / row["file"])))
    # In light it is larger than in samples that are encoded by the gamma.
    return estimation.zero_mean(bayer.to_mosaic(srgb.GAMMA * estimator.estimate(), flat[0]["cfa"]))


def described(measured, rows, iso=None):
    """What was measured as text: the entries of a file of cameras, and files that were left out."""
    used = f"{measured['photographs']} photographs of {measured['camera'] or 'a camera without a name'}"
    noise_entry = f"shot: {measured['shot']:.2e}, read: {measured['read']:.2e}" + (f", iso: {iso}" if iso else "")
    lines = [
        f"# From {used}, {measured['flat_fields']} of them flat fields; measured on {measured['from']}.",
        f"noise: {{{noise_entry}}}",
        f"devices: {{prnu: {measured['prnu']:.2e}}}",
    ]
    lines += [f"# left out: {row['file']}: {row['reason']}" for row in rows if row["status"] != "used"]
    return "\n".join(map(texts.on_a_line, lines)) + "\n"


def _work(path):
    """In a worker: read a file and gather the brightness and variance of its blocks. Gives the row's entries."""
    facts = {"sha256": files.sha256(path)}
    try:
        photograph = reading.read(path)
    except raw.RawError as error:
        return facts | {"status": "refused", "reason": error.reason}
    blocks, flat = noise.blocks(_planes(photograph))
    return facts | {
        "camera": photograph.camera, "height": photograph.height,
        "width": photograph.width, "cfa": photograph.cfa, "flat_field": flat, "status": "used", "blocks": blocks,
    }  # fmt: skip


def _planes(photograph):
    """Planes of a stack before white balance, as a camera's noise is in them."""
    return photograph.stack / np.asarray(photograph.plane_gains, np.float32)


def _differences(folder, rows):
    """Blocks of each flat field's difference with the next brighter one, where they are about as bright."""
    former, light_before = None, 0.0
    for light, row in sorted(((row["blocks"]["signal"].mean(), row) for row in rows), key=lambda pair: pair[0]):
        planes = _planes(reading.read(folder / row["file"]))
        if light_before and light < _ALIKE * light_before:
            yield noise.blocks(planes, former)[0]
        former, light_before = planes, light


def _joined(parts):
    parts = list(parts)
    return {name: np.concatenate([part[name] for part in parts]) for name in ("signal", "variance")}
