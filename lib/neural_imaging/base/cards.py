"""Graphics cards: each training has one for itself, however many trainings a machine runs side by side."""

import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path

# Where all processes of a machine see the same files, whoever started them.
LOCKS = Path("/tmp")
# Locks of this process. They end with it, however it ends.
_held = []


def claim(pause=2.0):
    """Take a card that no other training has, and hide the others from this process; wait while all are taken.

    To be called before the backend is loaded. Cards that CUDA_VISIBLE_DEVICES hides already, as SLURM does, are not
    looked at.

    Returns:
        The card's name ("GPU-..."), which is in CUDA_VISIBLE_DEVICES then; None where there is none.
    """
    cards, waits = visible(), False
    while cards:
        for card in cards:
            lock = _open(card)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(lock)
                continue
            _held.append(lock)
            os.environ["CUDA_VISIBLE_DEVICES"] = card
            return card
        if not waits:
            print(f"waits for a graphics card: other trainings have all {len(cards)}", file=sys.stderr, flush=True)
        waits = True
        time.sleep(pause)
    return None


def visible():
    """Names of the cards that this process may use, as nvidia-smi tells them."""
    allowed = os.environ.get("CUDA_VISIBLE_DEVICES")
    if allowed is not None and not allowed.strip():
        return []
    command = ["nvidia-smi", "--query-gpu=index,uuid", "--format=csv,noheader"]
    try:
        listed = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return []
    names = dict(line.split(", ") for line in listed.splitlines() if line.count(", ") == 1)
    if allowed is None:
        return list(names.values())
    cards = []
    for entry in map(str.strip, allowed.split(",")):
        # Numbers, beginnings of names, and names of parts of cards ("MIG-...").
        whole = [name for name in names.values() if name.startswith(entry)]
        card = names.get(entry) or (whole[0] if whole else entry if entry.startswith("MIG-") else None)
        if card is None:
            # So does CUDA: what stands behind a wrong entry is not seen.
            break
        cards.append(card)
    return cards


def _open(card):
    """Open a card's lock. One that another user made must not be opened for writing."""
    path = LOCKS / f"neural-imaging-{card}.lock"
    try:
        return os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return os.open(path, os.O_RDONLY | os.O_CREAT, 0o644)
