"""SIGTERM: what SLURM sends before a time limit and before it takes a node away. A training saves its state first."""

import contextlib
import os
import signal
import threading


class Termination:
    """Whether the program was asked to end: `asked` is True from the signal on."""

    asked = False


class UnfinishedBatch(Exception):
    """A batch is not made to its end, since the program was asked to end."""


# That of the training at work, for those who make its batches in another thread.
_current = Termination()


@contextlib.contextmanager
def awaited():
    """Note SIGTERM in the `Termination` that is given, instead of ending by it, inside the block.

    It is noted at once, also where the main thread waits for a backend and could not see to it for minutes: Python
    writes the signal's number into a pipe, which a thread of its own reads. Python gives signals to the main thread
    alone; in another one, nothing is changed, and none is noted.
    """
    global _current
    termination = Termination()
    if threading.current_thread() is not threading.main_thread():
        yield termination
        return

    def note(number, frame):
        termination.asked = True

    def watch():
        while numbers := os.read(reader, 64):
            termination.asked |= signal.SIGTERM in numbers

    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    before, outer = signal.signal(signal.SIGTERM, note), _current
    former, _current = signal.set_wakeup_fd(writer, warn_on_full_buffer=False), termination
    try:
        yield termination
    finally:
        _current = outer
        signal.set_wakeup_fd(former)
        signal.signal(signal.SIGTERM, signal.SIG_DFL if before is None else before)
        os.close(writer)
        watching.join()
        os.close(reader)


def heeded(items):
    """The items, one by one; `UnfinishedBatch` is raised once the training at work is asked to end."""
    asked_of = _current
    for item in items:
        if asked_of.asked:
            raise UnfinishedBatch
        yield item


def was_unfinished(error):
    """Whether an error came of `heeded`, in whatever a backend has wrapped it."""
    return isinstance(error, UnfinishedBatch) or UnfinishedBatch.__name__ in str(error)
