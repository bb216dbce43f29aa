"""RAISE: 8,156 photographs of three Nikon cameras, by the list (CSV) that its owners hand out.

D.-T. Dang-Nguyen, C. Pasquini, V. Conotter, G. Boato, "RAISE: a raw images dataset for digital image forensics",
ACM Multimedia Systems, 2015. The list is handed out at http://loki.disi.unitn.it/RAISE/.
"""

from collections import Counter
from pathlib import Path

from neural_imaging.base.errors import UserError
from neural_imaging.datasets.collections import record
from neural_imaging.datasets.collections.photographs import Photograph, check_address, safe_name, unique
from neural_imaging.imaging import cameras

PAGE = "http://loki.disi.unitn.it/RAISE/"
# Where the public lists point to; used for lists that give no addresses.
ADDRESS = "http://193.205.194.113/RAISE/NEF/"


def photographs(path, model, address=None):
    """`Photograph` of one camera (see `cameras.is_model`), in the order of the list.

    Of the list the columns File (name), NEF (address) and Device (camera) are read. `address` is that of the folder of
    NEF files, in place of the list's addresses, e.g. a copy nearby.

    Raises:
        UserError: no such list, not such a list, an entry that is not to be trusted, or no photograph of the camera.
    """
    path = Path(path)
    chosen, devices = [], Counter()
    for line, row in enumerate(_read(path), 2):
        device = " ".join((row["Device"] or "").split())
        devices[device] += 1
        if cameras.is_model(device, model):
            chosen.append(_photograph(row, device, address, f"{path}, line {line}"))
    if not chosen:
        known = ", ".join(f"{device or 'none'} ({number})" for device, number in sorted(devices.items()))
        raise UserError(f"{path}: lists no photographs by {model}; it has: {known[:300]}")
    return unique(chosen, path)


def _photograph(row, device, address, where):
    # Some lists name the files of pictures made from the photographs.
    file = safe_name((row["File"] or "").strip().partition(".")[0], ".NEF", where)
    listed = (row.get("NEF") or "").strip()
    own = f"{(address or ADDRESS).rstrip('/')}/{file}"
    return Photograph(file, own if address or not listed else check_address(listed, where), device)


def _read(path):
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise UserError(f"{path}: no such list; the owners of RAISE hand it out at {PAGE}") from None
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror})") from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    return record.parsed(path, text, ("File", "Device"), "a list of RAISE")
