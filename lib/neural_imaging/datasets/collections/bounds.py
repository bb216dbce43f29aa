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


@dataclass(frozen=True)
class Limit:
    """Bytes that a file may have: those that are known, or the most that any may have."""

    size: int | None
    most: int

    def check(self, size):
        """Raise `TooLarge` where a file claims or has so many bytes, and may not."""
        if self.size is not None and size > self.size:
            raise TooLarge(f"is larger than the {self.size} bytes that it is known with", final=True)
        if self.size is None and size > self.most:
            raise TooLarge(f"is larger than the {self.most} bytes that are taken at most", final=True)


class Pace:
    """How fast a file comes, over all attempts; what a server asked to wait does not count."""

    def __init__(self, patience, size):
        self._patience, self._start, self._began = patience, size, time.monotonic()

    def pause(self, seconds):
        self._began += seconds

    def check(self, size):
        """Raise `Failed` where too little has come."""
        seconds = time.monotonic() - self._began
        rate = (size - self._start) / max(seconds, 1e-9)
        if seconds > self._patience.grace and rate < self._patience.least_rate:
            raise Failed(
                f"comes too slowly ({rate:.2g} bytes a second; at least {self._patience.least_rate:g} are needed)"
            )
