"""Stale locks: what a killed Snakemake left is removed where no other one is at work in the folder.

Snakemake locks its folder with files, and a killed Snakemake leaves them; the next one then refuses to start until
`snakemake --unlock` was called by hand. The files do not tell whether their owner lives. So each Snakemake here holds
a lock of the operating system too, which ends with its process however it ends. Who is alone in the folder knows that
the files are stale.
"""

import contextlib
import fcntl
import platform
from pathlib import Path

HOLDER = "holder"


def remove_stale(folder=".snakemake"):
    """Remove the locks of a Snakemake that is no more, and hold the folder until this process ends.

    Locks stay where they are while another Snakemake is at work here, where the last one ran on another machine (not
    every network's file system shares its locks between machines), and where the file system has no locks.

    Args:
        folder: where Snakemake keeps its state.

    Returns:
        The open file that holds the folder, to be kept as long as the process lives; None where there is none.
    """
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        holder = Path(folder, HOLDER).open("a+", encoding="utf-8")  # noqa: SIM115 - it stays open on purpose
    except OSError:
        return None
    try:
        fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        # Another one is at work on other files of the folder; neither may take the other's locks for stale.
        with contextlib.suppress(OSError):
            fcntl.flock(holder, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return holder
    except OSError:
        holder.close()
        return None
    holder.seek(0)
    if holder.read() in ("", platform.node()):
        for lock in Path(folder, "locks").glob("*.lock"):
            lock.unlink(missing_ok=True)
    holder.seek(0)
    holder.truncate()
    holder.write(platform.node())
    holder.flush()
    fcntl.flock(holder, fcntl.LOCK_SH)
    return holder
