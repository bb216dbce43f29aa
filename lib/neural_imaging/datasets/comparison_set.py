"""Data sets that codecs are compared on: pictures of one size, cut out of photographs, as PNG files."""

import csv
import io
import itertools
from pathlib import Path

import imageio.v3 as imageio
from tqdm import tqdm

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.datasets import copies, picture_set, picture_sources, splits
from neural_imaging.imaging import opening, raw_folder

TABLE = "images.csv"
COLUMNS = ("source", "file", "picture", *copies.IDENTITY, "status", "reason", "notes")
DEFAULTS = {"side": 512, "cut": "crop", "count": None}
CUTS = ("crop", "resize")
_SIDES = (16, 4096)
_SPLIT = "validation"


def prepare(sources, output_folder, settings):
    """Make a data set; images.csv, which lists every picture found, is written last.

    Args:
        sources: folders of pictures, and `images.csv` of cameras' training sets; of these the photographs for
            validation are taken, which nothing learned from.
        output_folder: where to write.
        settings: mapping with some of the keys of `DEFAULTS`. `cut`: "crop" takes the middle square of `side` pixels;
            "resize" takes the largest middle square and makes it as small as `side`. `count`: no more than so many
            pictures, of each source in turn, the first by name; None takes all.

    Returns:
        Path of images.csv.

    Raises:
        UserError: wrong settings or sources, or no good picture.
    """
    settings = _checked(settings)
    output, rows = Path(output_folder), []
    # One of each source in turn, so that few of many are of all sources.
    rounds = itertools.zip_longest(*(_listing(Path(source)) for source in sources))
    found = [candidate for one_of_each in rounds for candidate in one_of_each if candidate is not None]
    files.check_output(output / TABLE)
    (output / TABLE).unlink(missing_ok=True)
    good, first = 0, {}
    for source, path, photograph, reason in tqdm(found, desc="pictures", unit="picture", disable=None):
        row = {"source": str(source), "file": path.name, "photograph": photograph}
        if reason:
            rows.append({**row, "status": "unused", "reason": reason})
            continue
        if settings["count"] is not None and good == settings["count"]:
            rows.append({**row, "status": "unused", "reason": "not needed: enough pictures"})
            continue
        row |= _add(path, output, f"{good:04d}-{raw_folder.safe_name(path.stem)}.png", settings, first)
        good += row["status"] == "used"
        rows.append(row)
    if not good:
        reasons = "; ".join(f"{row['file']}: {row['reason']}" for row in rows[:3])
        raise UserError(f"{', '.join(map(str, sources))}: no picture of these can be used ({reasons or 'none found'})")
    _remove_others(output, {row.get("picture") for row in rows})
    _write(output / TABLE, rows)
    return output / TABLE


def _checked(settings):
    unknown = sorted(set(settings) - set(DEFAULTS))
    if unknown:
        raise UserError(f"settings: unknown {', '.join(unknown)}; there are: {', '.join(DEFAULTS)}")
    settings = DEFAULTS | settings
    if settings["cut"] not in CUTS:
        raise UserError(f"cut must be one of {', '.join(CUTS)}, not {settings['cut']!r}")
    for name, low, high in (("side", *_SIDES), ("count", 1, 10**9)):
        value = settings[name]
        if not (name == "count" and value is None) and (type(value) is not int or not low <= value <= high):
            raise UserError(f"{name} must be a whole number from {low} to {high}, not {value!r}")
    return settings


def _listing(source):
    """(source, path, what it is a part of, "" or why it is left out) of each picture, in the order of their names."""
    if source.is_dir():
        found = raw_folder.listing(source)
        origins = splits.origins(source, found)
        return [(source, source / file.path, f"{origins[file.path].source} in {source}", file.reason) for file in found]
    try:
        with source.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except FileNotFoundError:
        raise UserError(f"{source}: no such folder of pictures or images.csv of a training set") from None
    except (UnicodeDecodeError, csv.Error):
        rows = []
    if not rows or not {"image", "status", "split"} <= rows[0].keys():
        raise UserError(f"{source}: neither a folder of pictures nor the images.csv of a camera's training set")
    return [
        (source, files.beside(source, f"{row['image']}.png"), picture_sources.photograph(source, row), "")
        for row in rows
        if row["status"] == "used" and row["split"] == _SPLIT
    ]


def _add(path, output, name, settings, first):
    """Write a picture's part; gives its entries of the row."""
    side = settings["side"]
    try:
        opened = opening.read(path)
    except opening.PictureError as error:
        return {"status": "refused", "reason": error.reason}
    height, width = opened.picture.shape[:2]
    if min(height, width) < side:
        return {"status": "unused", "reason": f"{width} × {height} pixels, smaller than {side} × {side}"}
    pixels = copies.pixels(opened.picture)
    if pixels in first:
        return {"status": "refused", "reason": f"the same picture as {first[pixels]}"}
    first[pixels] = path.name
    if settings["cut"] == "resize":
        part = picture_set.square(opened.picture, side)
    else:
        top, left = (height - side) // 2, (width - side) // 2
        part = opened.picture[top : top + side, left : left + side]
    with files.atomic(output / name) as temporary:
        imageio.imwrite(temporary, part, extension=".png")
    notes = "; ".join(opened.notes)
    return {"picture": name, "sha256": files.sha256(path), "pixels": pixels, "status": "used", "notes": notes}


def _remove_others(output, kept):
    """Remove pictures of an earlier data set in this folder: programs take all that are there."""
    for path in output.glob("[0-9][0-9][0-9][0-9]-*.png"):
        if path.name not in kept:
            path.unlink()


def _write(path, rows):
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    files.write_text(path, text.getvalue())
