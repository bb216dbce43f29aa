"""Read RAW files strictly: what LibRaw's decoders only print about damaged data is an error too."""

import contextlib
import os
import sys
import tempfile

from neural_imaging.imaging import raw

_COMPLAINTS = ("Unexpected end of file", "data corrupted", "Premature end of JPEG file", "Corrupt JPEG data")


def read(path):
    """Read a RAW file as `raw.read` does, and refuse it where LibRaw says that its data are damaged.

    LibRaw says so on standard error, for the whole process; so this is only for processes that do one thing at a time.
    """
    complaints = []
    with _printed(complaints):
        photograph = raw.read(path)
    if complaints:
        raise raw.RawError(path, f"damaged: LibRaw says {complaints[0]!r}")
    return photograph


@contextlib.contextmanager
def _printed(complaints):
    """Collect the known complaints on standard error, which rawpy does not pass on."""
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with tempfile.TemporaryFile() as printed:
            os.dup2(printed.fileno(), 2)
            try:
                yield
            finally:
                os.dup2(kept, 2)
                printed.seek(0)
                text = printed.read().decode("utf-8", "replace")
                complaints += [words for words in _COMPLAINTS if words in text]
    finally:
        os.close(kept)
