"""RAISE: 8,156 photographs of three Nikon cameras, by the list (CSV) that its owners hand out.

D.-T. Dang-Nguyen, C. Pasquini, V. Conotter, G. Boato, "RAISE: a raw images dataset for digital image forensics",
ACM Multimedia Systems, 2015. The list is handed out at http://loki.disi.unitn.it/RAISE/.
"""

import csv
import io
from pathlib import Path

from neural_imaging.base.errors import UserError
from neural_imaging.datasets.collections.photographs import Photograph, check_address, safe_name, unique
from neural_imaging.imaging import cameras

PAGE = "http://loki.disi.unitn.it/RAISE/"
# Where the public lists point to; used for lists that give no addresses.
ADDRESS = "http://193.205.194.113/RAISE/NEF/"
COLUMNS = ("File", "Device")


def photographs(path, model, address=None):
    """Photographs of one camera, in the order of the list.

    Args:
        path: the list; its columns File (name), NEF (address) and Device (camera) are read.
        model: the camera, e.g. "Nikon D90"; see `cameras.is_model`.
        address: of the folder of NEF files, in place of the list's addresses, e.g. a copy nearby.

    Returns:
        List of `Photograph`.

    Raises:
        UserError: no such list, not such a list, an entry that is not to be trusted, or no photograph of the camera.
    """
    path = Path(path)
    rows = _read(path)
    found, devices = [], {}
    for line, row in enumerate(rows, 2):
        device = " ".join((row.get("Device") or "").split())
        devices[device] = devices.get(device, 0) + 1
        if cameras.is_model(device, model):
            found.append(_photograph(row, device, address, f"{path}, line {line}"))
    if not found:
        known = ", ".join(f"{device or 'none'} ({number})" for device, number in sorted(devices.items()))
        raise UserError(f"{path}: lists no photographs by {model}; it has: {known[:300]}")
    return unique(found, path)


def _photograph(row, device, address, where):
    # Some lists name the files of pictures made from the photographs.
    file = safe_name((row["File"] or "").strip().partition(".")[0], ".NEF", where)
    listed = (row.get("NEF") or "").strip()
    if address or not listed:
        address = check_address(address or ADDRESS, "address")
        url = f"{address.rstrip('/')}/{file}"
    else:
        url = check_address(listed, where)
    return Photograph(file, url, device)


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
    try:
        table = csv.DictReader(io.StringIO(text, newline=""))
        rows = list(table)
    except csv.Error as error:
        raise UserError(f"{path}: not a CSV file ({error})") from None
    missing = [column for column in COLUMNS if column not in (table.fieldnames or ())]
    if missing:
        raise UserError(f"{path}: not a list of RAISE: it has no column {' and no column '.join(missing)}")
    return rows
