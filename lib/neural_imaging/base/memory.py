"""Whether there is the memory that a piece of work needs at least: asked before it is taken, since a system that has
promised too much ends a program without a word."""

import contextlib
import os
import resource
from pathlib import Path

from neural_imaging.base.errors import UserError

_GROUPS = Path("/sys/fs/cgroup")


def total():
    """Bytes of memory that this process may have: the machine's, or less where its group or its shell sets a limit."""
    limits = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"), resource.getrlimit(resource.RLIMIT_AS)[0]]
    with contextlib.suppress(OSError):
        lines = Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines()
        folder = _GROUPS / next((line[3:] for line in lines if line.startswith("0::")), "/").strip("/")
        for file in [group / "memory.max" for group in (folder, *folder.parents) if _GROUPS in (group, *group.parents)]:
            with contextlib.suppress(OSError, ValueError):
                limits.append(int(file.read_text(encoding="utf-8")))
    return min(limit for limit in limits if limit > 0)


def check(what, needed):
    """Refuse work that needs more bytes than there are; `what` names the setting that asks for it, with its value."""
    if needed > total():
        raise UserError(f"{what}: needs at least {_text(needed)} of memory, and there are {_text(total())}")


def _text(count):
    return f"{count / 1e9:,.1f} GB" if count < 1e15 else f"{count / 1e9:.1e} GB"
