"""Errors that are the user's to mend: one clear line, no traceback."""

import struct
import zipfile
import zlib

# What reading a damaged `.npz` or `.keras` file, or one that something else wrote, ends with.
DAMAGED_ARCHIVE = (
    OSError, EOFError, ValueError, KeyError, TypeError, RuntimeError, struct.error, zlib.error, zipfile.BadZipFile,
)  # fmt: skip


class UserError(Exception):
    """A mistake in what the user gave: a file, a setting, an argument.

    The message is a single line that says what is wrong, where, and what would be right. Programs print it
    to standard error and end with exit code 2.
    """


class DiskFullError(Exception):
    """There is no space to write to. No file is at fault, so whoever passes over bad files lets this one through.

    The message is a single line, as that of `UserError`, and programs end as with that.
    """


def reason(error):
    """Say in one line why a file failed that was one of many, without its name; what nobody foresaw by its kind."""
    if isinstance(error, UserError | DiskFullError):
        return getattr(error, "reason", str(error))
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
