"""A folder of RAW files: which of them belong to a camera's training set, before any is decoded."""

import collections
import hashlib
import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from neural_imaging.base.errors import UserError
from neural_imaging.imaging import cameras, containers

# What commonly lies beside RAW files and is none.
_COMPANIONS = (
    ".csv", ".db", ".htm", ".html", ".ini", ".json", ".md", ".npy", ".pp3", ".txt", ".xmp", ".yaml", ".yml", ".zip",
)  # fmt: skip
# Names of files end at 255 bytes, and temporary ones are somewhat longer.
_LONGEST = 180


@dataclass(frozen=True)
class Found:
    """A file of the folder, or what is passed over there."""

    path: Path  # Relative to the folder.
    # Name of its image in the training set: no two files have the same, nor do they where capitals and compositions of
    # letters do not count. "" for what is passed over: hidden files, companions of RAW files, folders that cannot be
    # looked into.
    image: str
    camera: str = ""  # Make and model, where files were asked for theirs.
    reason: str = ""  # Why it is left out; "" where it is not.


def listing(folder, model=None, count=None, ignored=None):
    """Every file below a folder, also behind links to folders, in the order of their names; then what is passed over.

    Args:
        folder: to look in, and in the folders below it.
        model: only files of this camera (see `cameras.is_model`), as their container names it.
        count: only the first so many of those.
        ignored: function of a path that says why it is passed over; "" where it is not. By default none is.

    Returns:
        List of `Found`.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise UserError(f"{folder}: {'is a file; name its folder' if folder.is_file() else 'no such folder'}")
    if model is not None and (not isinstance(model, str) or not model.strip()):
        raise UserError(f'model must be the name of a camera, such as "Nikon D90", not {model!r}')
    walked = walk(folder, ignored)
    paths = [path for path, reason in walked if not reason]
    passed = [Found(path, "", reason=reason) for path, reason in walked if reason]
    if not paths:
        others = "; ".join(f"{file.path}: {file.reason}" for file in passed[:3])
        raise UserError(f"{folder}: holds no files{f' but those passed over ({others})' if passed else ''}")
    listed, taken, seen = [], 0, collections.Counter()
    for path, image in zip(paths, _images(paths), strict=True):
        camera = containers.inspect(folder / path).camera if model else ""
        seen[camera or "no camera named"] += 1
        reason = f"not by the camera asked for, {model}" if model and not cameras.is_model(camera, model) else ""
        if not reason:
            taken += 1
            reason = f"not among the first {count}" if count is not None and taken > count else ""
        listed.append(Found(path, image, camera, reason))
    if all(file.reason for file in listed):
        by = ", ".join(f"{name} ({number})" for name, number in seen.most_common(5))
        raise UserError(f"{folder}: holds no files of the camera {model}; it has: {by}")
    return listed + passed


def by_serial(folder, least=1):
    """Files of each device in a folder, told apart by the serial number of the camera's body that they have.

    Args:
        folder: as for `listing`.
        least: files that a device must have.

    Returns:
        (devices, left out): lists of paths by serial number, in the order of their names; and mappings of "device",
        "file" and "reason": files that do not say their serial number, and devices with too few files.

    Raises:
        UserError: no such folder, or no file says its serial number.
    """
    folder, devices, left_out = Path(folder), {}, []
    for file in listing(folder):
        serial = "" if file.reason else containers.inspect(folder / file.path).serial
        if serial:
            devices.setdefault(serial, []).append(folder / file.path)
        elif not file.reason:
            left_out.append({"device": "", "file": file.path.as_posix(), "reason": "does not say its serial number"})
    if not devices:
        raise UserError(f"{folder}: no file says the serial number of its camera; name a folder of each device")
    few = {serial for serial, paths in devices.items() if len(paths) < least}
    left_out += [
        {"device": serial, "file": "", "reason": f"has {len(devices[serial])} files, and {least} are needed"}
        for serial in sorted(few)
    ]
    return {serial: devices[serial] for serial in sorted(devices.keys() - few)}, left_out


def walk(folder, ignored=None):
    """All below a folder, also behind links to folders, which are looked into once; `ignored` is as for `listing`.

    Returns:
        List of (path below the folder, "" or why it is passed over), in the order of the paths.
    """
    ignored = ignored or (lambda path: "")
    walked, entered = [], {}
    # Links come last, so that a folder is called by its own name where it has one here.
    waiting, links = [Path()], []
    while waiting or links:
        place = waiting.pop() if waiting else links.pop(0)
        try:
            state = os.stat(folder / place)
            first = entered.setdefault((state.st_dev, state.st_ino), place)
            if first is not place:
                walked.append((place, f"a link to a folder that is looked into already ({first})"))
                continue
            names = sorted(os.listdir(folder / place))
        except OSError as error:
            walked.append((place, f"a folder that cannot be looked into ({error.strerror})"))
            continue
        for path in (place / name for name in names):
            reason = _reason(folder / path) or ignored(folder / path)
            if reason:
                walked.append((path, reason))
            elif os.path.isdir(folder / path):
                (links if os.path.islink(folder / path) else waiting).append(path)
            else:
                walked.append((path, ""))
    return sorted(walked)


def named(endings):
    """For `walk`: why files of other endings are passed over."""

    def ignored(path):
        if path.suffix.lower() in endings or os.path.isdir(path):
            return ""
        return f"its name does not end with {', '.join(endings)}"

    return ignored


def _reason(path):
    """Why a file or folder is passed over by its name or nature; "" where it is not."""
    if path.name.startswith("."):
        return "hidden"
    if os.path.isdir(path):
        return ""
    if path.suffix.lower() in _COMPANIONS:
        return f"not a picture by its name (*{path.suffix})"
    # A link that leads nowhere is a file that cannot be read, and is listed as such.
    return "" if os.path.isfile(path) or not os.path.exists(path) else "neither a file nor a folder"


def _images(paths):
    """Name of each file's image: its own without the ending, with its folders where others are called the same."""
    stems = [safe_name(path.stem) for path in paths]
    alike = collections.Counter(map(key, stems))
    joined = [
        stem if alike[key(stem)] == 1 else safe_name("-".join(path.parts).replace(".", "-"))
        for path, stem in zip(paths, stems, strict=True)
    ]
    # Not by a number: whose it is would change with the other files of the folder.
    alike = collections.Counter(map(key, joined))
    return [
        name if alike[key(name)] == 1 else f"{name}-{hashlib.sha256(os.fsencode(path)).hexdigest()[:12]}"
        for path, name in zip(paths, joined, strict=True)
    ]


def safe_name(name):
    """A file's name as tables can hold it: bytes that are no text, and what cannot be printed, as %E9."""
    safe = "".join(
        letter if letter.isprintable() else "".join(f"%{byte:02X}" for byte in os.fsencode(letter)) for letter in name
    )
    if len(safe.encode()) <= _LONGEST:
        return safe
    digest = hashlib.sha256(os.fsencode(name)).hexdigest()[:12]
    return f"{safe.encode()[: _LONGEST - 13].decode(errors='ignore')}-{digest}"


def key(name):
    """What two names have in common that some file systems take for one."""
    return unicodedata.normalize("NFC", name).casefold()
