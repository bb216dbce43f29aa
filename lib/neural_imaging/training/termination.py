"""SIGTERM: what SLURM sends before a time limit and before it takes a node away. A training saves its state first."""

import contextlib
import signal
import threading


class Termination:
    """Whether the program was asked to end.

    Attributes:
        asked: True from the signal on.
    """

    asked = False


@contextlib.contextmanager
def awaited():
    """Note SIGTERM inside the block instead of ending by it; afterwards it means what it meant before.

    Python gives signals to the main thread alone. In another one, nothing is changed, and none is noted.

    Yields:
        `Termination`.
    """
    termination = Termination()
    if threading.current_thread() is not threading.main_thread():
        yield termination
        return

    def note(number, frame):
        termination.asked = True

    before = signal.signal(signal.SIGTERM, note)
    try:
        yield termination
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL if before is None else before)
