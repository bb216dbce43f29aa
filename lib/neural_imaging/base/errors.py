"""Errors that are the user's to mend: one clear line, no traceback."""

import errno
import struct
import tokenize
import zipfile
import zlib

# What reading a damaged `.npz` or `.keras` file, or one that something else wrote, ends with.
DAMAGED_ARCHIVE = (
    OSError, EOFError, ValueError, KeyError, TypeError, RuntimeError, MemoryError, OverflowError, struct.error,
    zlib.error, zipfile.BadZipFile, SyntaxError, tokenize.TokenError,
)  # fmt: skip
OUT_OF_MEMORY = "out of memory; smaller batches, patches or pictures need less, or fewer threads"
NO_SPACE = "no space left on the disk; make space, and repeat the same command to go on"
CUT_OFF = "larger than the shell's limit of files (ulimit -f); raise that, and repeat the same command"
# What backends call it, by the names of their errors, and what they write into others.
_OUT_OF_MEMORY = ("ResourceExhaustedError", "OutOfMemoryError")
_SAYS_SO = ("RESOURCE_EXHAUSTED", "OOM when allocating", "out of memory", "DefaultCPUAllocator: can't allocate")


class UserError(ValueError):
    """A mistake in what the user gave: a file, a setting, an argument.

    The message is a single line that says what is wrong, where, and what would be right. Programs print it
    to standard error and end with exit code 2.
    """


class DiskFullError(Exception):
    """There is no space to write to. No file is at fault, so whoever passes over bad files lets this one through.

    The message is a single line, as that of `UserError`, and programs end as with that.
    """


def is_out_of_memory(error):
    """Whether an error says that there is no more memory, whichever library raised it."""
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM):
        return True
    named = any(cls.__name__ in _OUT_OF_MEMORY for cls in type(error).__mro__)
    return named or (isinstance(error, RuntimeError) and any(text in str(error) for text in _SAYS_SO))


def reason(error):
    """Say in one line why a file failed that was one of many, without its name; what nobody foresaw by its kind."""
    if isinstance(error, UserError | DiskFullError):
        return getattr(error, "reason", str(error))
    if is_out_of_memory(error):
        return "out of memory"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
