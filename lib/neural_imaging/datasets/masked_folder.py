"""Folders of pictures with masks of what was forged in them, as public sets for localisation have them.

A file is a mask if its folder is called so, or its name ends so; it belongs to the picture that is called as it without
that ending. This is the layout of CASIA (`Tp`, `Au`, `CASIA 2 Groundtruth/…_gt.png`), Columbia (`4cam_auth`,
`4cam_splc/edgemask/…_edgemask.jpg`), Coverage (`image/1t.tif`, `mask/1forged.tif`), IMD2020 (`…_mask.png`,
`…_orig.jpg`), and of what IMDL-BenCo makes of these and others (`Tp`, `Gt`).
A picture without a mask counts as untouched only where its folder or name says that it is.
"""

import collections
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from neural_imaging.base.errors import UserError
from neural_imaging.imaging import opening, raw_folder

# Folders, in lower case and without what is no letter.
_MASKS = re.compile(r"^(gt|.*masks?|.*groundtruth)$")
_UNTOUCHED = re.compile(r"^(au|auth|authentic|original|originals|orig|pristine|real|untouched|native|.*auth)$")
# Ends of names, as they are.
_MASK_ENDS = re.compile(r"[-_ ]?(gt|mask|edgemask|forged|groundtruth)$", re.IGNORECASE)
_UNTOUCHED_ENDS = re.compile(r"[-_ ](orig|original|auth|authentic)$", re.IGNORECASE)
# Coverage has more masks than those of what was forged, and a picture's name ends otherwise than its mask's.
_OTHER_MASKS = re.compile(r"\d+(copy|paste)$", re.IGNORECASE)
_OF_COVERAGE = re.compile(r"^(\d+)forged$", re.IGNORECASE)
# Columbia has what was pasted in green, and the rest in red.
_OF_COLUMBIA = re.compile(r"edgemask$", re.IGNORECASE)
_LIGHT = 127  # Lighter pixels of a mask were forged.
_GREY = 40  # Colours of a mask are no more apart than that, as JPEG leaves greys.


@dataclass(frozen=True)
class Masked:
    """A picture of a folder.

    Attributes:
        name: its path in the folder; it is a photograph of its own, so that `source` is "".
        path: of its file.
        mask: path of its mask; None where it is untouched.
    """

    name: str
    path: Path
    mask: Path | None = None
    source: str = ""


def listing(folder):
    """Pictures of a folder with their masks, and files that are passed over.

    Returns:
        (pictures, refused): list of `Masked`; and mappings with "file" and "reason".

    Raises:
        UserError: no such folder, or no picture in it has a mask.
    """
    folder = Path(folder)
    files = [(file.path, file.reason or _no_picture(file.path)) for file in raw_folder.listing(folder)]
    refused = [{"file": str(path), "reason": reason} for path, reason in files if reason]
    paths = [path for path, reason in files if not reason]
    masks = [path for path in paths if _is_mask(path)]
    pictures = [path for path in paths if path not in set(masks)]
    of_name, by_name = collections.defaultdict(list), collections.defaultdict(list)
    for mask in masks:
        by_name[_name_of_picture(mask)].append(mask)
    for picture in pictures:
        of_name[_key(picture.stem)].append(picture)
    listed = []
    for picture in pictures:
        name = _key(picture.stem)
        mask, reason = (None, "") if _is_untouched(picture) else _nearest(picture, by_name[name], of_name[name])
        # Coverage has each photograph beside its forgery.
        if mask is None and not reason and not (_is_untouched(picture) or by_name.get(_key(f"{picture.stem}t"))):
            reason = "has no mask, and neither its folder nor its name says that it is untouched"
        if reason:
            refused.append({"file": str(picture), "reason": reason})
        else:
            listed.append(Masked(str(picture), folder / picture, mask and folder / mask))
    matched = {picture.mask for picture in listed}
    refused += [
        {"file": str(mask), "reason": "a mask of no picture here"}
        for mask in masks
        if folder / mask not in matched and not _OTHER_MASKS.search(mask.stem)
    ]
    if not any(picture.mask for picture in listed):
        raise UserError(
            f"{folder}: no picture in it has a mask; masks are in a folder such as Gt or mask, or are called as their "
            "picture with _mask or _gt behind it (docs/experiments.md#localisation)"
        )
    return listed, refused


def opened(picture):
    """A picture and its mask.

    Args:
        picture: a `Masked`.

    Returns:
        (picture, mask): uint8, shape (height, width, 3); and bool, shape (height, width), None of an untouched one.

    Raises:
        opening.PictureError: one of them cannot be read, or they do not fit each other.
    """
    content = opening.read(picture.path).picture
    if picture.mask is None:
        return content, None
    marked = opening.read(picture.mask).picture
    if marked.shape != content.shape:
        sizes = [f"{each.shape[1]} × {each.shape[0]}" for each in (marked, content)]
        raise opening.PictureError(picture.path, f"its mask has {sizes[0]} pixels, and the picture {sizes[1]}")
    apart = marked.max(axis=2).astype(np.int16) - marked.min(axis=2)
    if np.mean(apart > _GREY) <= 0.01:
        return content, marked.mean(axis=2) > _LIGHT
    if not _OF_COLUMBIA.search(picture.mask.stem):
        raise opening.PictureError(picture.path, "its mask has colours; what was forged should be white on black")
    return content, marked[..., 1] > marked[..., 0]


def _no_picture(path):
    if path.suffix.lower() in opening.ENDINGS:
        return ""
    return f"not a picture by its name (*{path.suffix})"


def _is_mask(path):
    own = any(_MASKS.match(_letters(part)) for part in path.parts[:-1])
    return own or bool(_MASK_ENDS.search(path.stem))


def _name_of_picture(mask):
    """The name, as a key, of the picture that a mask is of."""
    if of_coverage := _OF_COVERAGE.match(mask.stem):
        return _key(f"{of_coverage[1]}t")
    return _key(_MASK_ENDS.sub("", mask.stem))


def _nearest(picture, masks, pictures):
    """(mask, reason): of the masks with a picture's name the one that is most likely its own; None where there is none.

    Where several pictures have the name, it must have most folders in common with the picture.
    """
    if not masks:
        return None, ""
    if len(masks) == 1 and len(pictures) == 1:
        return masks[0], ""
    common = [_common(picture, mask) for mask in masks]
    best = [mask for mask, count in zip(masks, common, strict=True) if count == max(common)]
    own = [other for other in pictures if _common(other, best[0]) == max(common)]
    if len(best) > 1 or len(own) > 1:
        return None, f"several pictures or masks could be its own ({', '.join(map(str, best[:3]))})"
    return best[0], ""


def _common(path, other):
    """How many names of folders two paths have in common."""
    return len({_letters(part) for part in path.parts[:-1]} & {_letters(part) for part in other.parts[:-1]})


def _is_untouched(picture):
    """Whether a folder or its name says that a picture is untouched."""
    said = any(_UNTOUCHED.match(_letters(part)) for part in picture.parts[:-1])
    return said or bool(_UNTOUCHED_ENDS.search(picture.stem))


def _letters(name):
    return re.sub(r"[^a-z]", "", name.lower())


def _key(stem):
    return raw_folder.key(stem)
