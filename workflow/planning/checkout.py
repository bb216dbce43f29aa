"""Where the checkout's own files are, for a workflow that works in another folder."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def own(path):
    """A file of the checkout, by its path there: as the working folder has it, else by its whole path."""
    return path if Path(path).exists() else str(ROOT / path)
