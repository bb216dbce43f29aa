"""Compress pictures with a learned codec, and get them back: `neural_imaging.l3ic` from a checkout."""

import library_path  # noqa: F401
from neural_imaging import l3ic

if __name__ == "__main__":
    l3ic.program()
