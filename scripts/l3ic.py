"""Compress pictures with a learned codec, and get them back: `neural_imaging.codec.l3ic` from a checkout."""

import library_path  # noqa: F401
from neural_imaging.codec import l3ic

if __name__ == "__main__":
    l3ic.program()
