"""How long a download may take, how slowly it may come, and how large it may be."""

import time
from dataclasses import dataclass

# The largest file that is taken where nothing tells its size; RAW files have up to about 250 MB.
LARGEST = 1 << 30


class Failed(Exception):
    """A file could not be fetched; the message says why, in a few words.

    Attributes:
        final: whether the server said so (no such file), so that trying again is vain.
    """

    def __init__(self, reason, final=False):
        super().__init__(reason)
        self.final = final


class TooLarge(Failed):
    """A file has, or claims, more bytes than it may; what has come is of no use."""


@dataclass(frozen=True)
class Patience:
    """How long to try.

    Attributes:
        attempts: that may fail one after another without a single new byte.
        first_wait: seconds after the first failure; doubled after each further one, and varied at random.
        longest_wait: seconds; also the longest that a server may ask for.
        timeout: seconds to wait for a connection, and for the next bytes.
        least_rate: bytes a second that must come on average, or the file is left for another time.
        grace: seconds before the rate counts.
    """

    attempts: int = 6
    first_wait: float = 1.0
    longest_wait: float = 300.0
    timeout: tuple = (20.0, 60.0)
    least_rate: float = 1000.0
    grace: float = 60.0


class Bounds:
    """Of one file: its bytes (`size`, or `most` where that is None), and how fast those come that are not `here`."""

    def __init__(self, patience, size, most, here):
        self._patience, self._size, self._most = patience, size, most
        self._here, self._began = here, time.monotonic()

    def pause(self, seconds):
        """Leave out the time that a server asked to wait."""
        self._began += seconds

    def check_size(self, size):
        """Raise `TooLarge` where the file claims or has so many bytes, and may not."""
        if self._size is not None and size > self._size:
            raise TooLarge(f"is larger than the {self._size} bytes that it is known with", final=True)
        if self._size is None and size > self._most:
            raise TooLarge(f"is larger than the {self._most} bytes that are taken at most", final=True)

    def check_pace(self, size):
        """Raise `Failed` where too little has come."""
        seconds, least = time.monotonic() - self._began, self._patience.least_rate
        rate = (size - self._here) / max(seconds, 1e-9)
        if seconds > self._patience.grace and rate < least:
            raise Failed(f"comes too slowly ({rate:.2g} bytes a second; at least {least:g} are needed)")
