"""Data sets that codecs are compared on: pictures of one size, cut out of photographs, as PNG files."""

from pathlib import Path

import imageio.v3 as imageio
from tqdm import tqdm

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.datasets import checks, copies, picture_set, picture_sources
from neural_imaging.imaging import raw_folder
from neural_imaging.study.settings import Choice

TABLE = "images.csv"
COLUMNS = ("source", "file", "picture", *copies.IDENTITY, "status", "reason", "notes")
SETTINGS = {
    "side": (512, picture_set.SIDE),
    "cut": ("crop", Choice(("crop", "resize"))),
    "count": (None, checks.AtLeast(1)),
}


def prepare(sources, output_folder, settings):
    """Make a data set; images.csv, which lists every picture found, is written last, and its path is returned.

    Args:
        sources: folders of pictures, and `images.csv` of cameras' training sets; of these the photographs for
            validation are taken, which nothing learned from.
        output_folder: where to write.
        settings: some of `SETTINGS`. `cut`: "crop" takes the middle square of `side` pixels; "resize" takes the largest
            middle square and makes it as small as `side`. `count`: no more than so many pictures, of each source in
            turn, the first by name; None takes all.

    Raises:
        UserError: wrong settings or sources, or no good picture.
    """
    settings = checks.complete(SETTINGS, settings)
    table, rows = Path(output_folder) / TABLE, []
    candidates = picture_sources.in_turn(map(_candidates, map(Path, sources)))
    files.check_output(table)
    table.unlink(missing_ok=True)
    first = {}
    for candidate in tqdm(candidates, desc="pictures", unit="picture", disable=None):
        row = {"source": candidate.source, "file": candidate.path.name, "photograph": candidate.photograph}
        if candidate.reason:
            row |= {"status": "unused", "reason": candidate.reason}
        elif len(first) == settings["count"]:
            row |= {"status": "unused", "reason": "not needed: enough pictures"}
        else:
            row |= picture_set.read_square((candidate, settings["side"], settings["cut"] == "crop"))
            part = row.pop("picture", None)
            if part is not None and row["pixels"] in first:
                row |= {"status": "refused", "reason": f"the same picture as {first[row['pixels']]}"}
            elif part is not None:
                row["picture"] = f"{len(first):04d}-{raw_folder.safe_name(candidate.path.stem)}.png"
                first[row["pixels"]] = row["file"]
                with files.atomic(table.with_name(row["picture"])) as temporary:
                    imageio.imwrite(temporary, part, extension=".png")
        rows.append(row)
    if not first:
        reasons = "; ".join(f"{row['file']}: {row['reason']}" for row in rows[:3])
        raise UserError(f"{', '.join(map(str, sources))}: no picture of these can be used ({reasons or 'none found'})")
    # Pictures of an earlier data set in this folder: programs take all that are there.
    for path in table.parent.glob("[0-9][0-9][0-9][0-9]-*.png"):
        if path.name not in {row.get("picture") for row in rows}:
            path.unlink()
    files.write_table(table, COLUMNS, rows)
    return table


def _candidates(source):
    candidates = picture_sources.of_source(source, split="validation")
    # Photographs to train on are not even listed.
    return candidates if source.is_dir() else [candidate for candidate in candidates if not candidate.reason]
