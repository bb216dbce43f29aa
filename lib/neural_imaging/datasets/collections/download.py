"""Fetch one file from the web: go on after a cut, try again with growing waits, check size and hash."""

import concurrent.futures
import os
import random
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import requests
import urllib3

from neural_imaging.base import files
from neural_imaging.datasets.collections.bounds import LARGEST, Bounds, Failed, Patience, TooLarge
from neural_imaging.datasets.collections.partial import Part

# So much of a file tells camera and orientation; the rest of a photograph that is not wanted is left where it is.
HEAD = 1 << 16
_CHUNK = 1 << 16
_HEADERS = {"Accept-Encoding": "identity", "User-Agent": "neural-imaging (research; resumes with Range)"}
_TRY_AGAIN = (408, 425, 429, 500, 502, 503, 504)
_NO_ANSWER, _SILENT = "the server does not answer", "the server stopped sending"


class Unwanted(Exception):
    """The head of a file showed that it is not wanted; the message says why."""


class Stopped(Exception):
    """The download was told to stop; what has come stays beside its place."""


class _Again(Exception):
    """An attempt failed, and another may succeed; `after` is what the server asks to wait, in seconds."""

    def __init__(self, reason, after=0.0):
        super().__init__(reason)
        self.after = after


@dataclass(frozen=True)
class Arrived:
    """A file that is whole: its size in bytes and its SHA-256."""

    size: int
    sha256: str


class Downloads:
    """Downloads that share patience; may be used from several threads at once.

    When a server asks for time (429 or 503 with Retry-After), all of them wait. The event `stop` ends every download at
    its next chunk or wait.
    """

    def __init__(self, patience=None, stop=None):
        self.patience = patience or Patience()
        self.stop = stop or threading.Event()
        self._not_before = 0.0
        self._own = threading.local()

    def fetch(self, url, path, *, sha256=None, size=None, most=LARGEST, look=None):
        """Fetch a file, and give `Arrived`. Until it is whole its bytes stand beside it, as `<name>.part`.

        Args:
            url, path: where it is, and where to put it.
            sha256, size: that it must have, where they are known.
            most: bytes that it may have where its size is not known.
            look: called with the path of the unfinished file once its first `HEAD` bytes are there; raises `Unwanted`
                to leave the rest.

        Raises:
            Failed: the server has no such file, sends another than the known one or a larger one than is allowed, sends
                too slowly, or failed too often.
            Unwanted: as `look` says; nothing is left.
            Stopped: told to stop.
        """
        path = Path(path)
        part = Part(path, url)
        failures, furthest = 0, part.size
        bounds = Bounds(self.patience, size, most, part.size)
        while True:
            asked = max(0.0, self._not_before - time.monotonic())
            bounds.pause(asked)
            self._wait(asked)
            try:
                start = self._attempt(part, look, bounds)
                return self._finish(part, path, sha256, size, start)
            except _Again as error:
                failures = 1 if part.size > furthest else failures + 1
                furthest = max(furthest, part.size)
                if failures >= self.patience.attempts:
                    raise Failed(f"{error}, {failures} times in a row") from None
                bounds.check_pace(part.size)
                self._hold(failures, error.after)
            except (Unwanted, TooLarge):
                part.remove()
                raise
            except requests.exceptions.RequestException as error:
                raise Failed(f"cannot be asked for ({type(error).__name__})", final=True) from None

    def _attempt(self, part, look, bounds):
        """One request, to the end of the file; gives the byte with which it began."""
        if look and part.size >= HEAD:
            look(part.path)
        try:
            with self._ask(part) as response:
                start = self._accept(response, part)
                if start is not None:
                    bounds.check_size(part.total or 0)
                    self._receive(response, part, start, look, bounds)
        except (urllib3.exceptions.HTTPError, requests.exceptions.ContentDecodingError) as error:
            slow = isinstance(error, urllib3.exceptions.ReadTimeoutError)
            raise _Again(_SILENT if slow else _broken(part)) from None
        except (requests.exceptions.ConnectionError, requests.exceptions.Timeout) as error:
            raise _Again(_words(error)) from None
        if part.total is not None and part.size != part.total:
            raise _Again(_broken(part))
        if look and part.size < HEAD:
            look(part.path)
        return start

    def _ask(self, part):
        """The head of the answer. Its lines may come one by one, each in time; so a thread waits for them."""
        answer = concurrent.futures.Future()
        threading.Thread(target=_get, args=(answer, self._session(), part, self.patience.timeout), daemon=True).start()
        deadline = time.monotonic() + sum(self.patience.timeout)
        while not answer.done() and time.monotonic() < deadline:
            if self.stop.is_set():
                raise Stopped
            concurrent.futures.wait([answer], min(0.5, sum(self.patience.timeout)))
        if not answer.done():
            answer.add_done_callback(_close)
            del self._own.session
            raise _Again(_NO_ANSWER)
        return answer.result()

    def _accept(self, response, part):
        """Where the bytes of a response belong in the file; None where all of it is here already."""
        status, place = response.status_code, response.headers.get("Content-Range")
        if status in (404, 410):
            part.remove()
            raise Failed(f"not on the server ({status})", final=True)
        if status in _TRY_AGAIN:
            raise _Again(f"the server answers {status}", _asked_wait(response.headers.get("Retry-After", "")))
        if status == 416 and part.is_whole(place):
            return None
        if status == 206 and part.continues(place):
            return part.size
        if status in (206, 416) and part.size:
            part.remove()
            raise _Again("the server does not go on where it broke off")
        if status != 200:
            raise Failed(f"the server answers {status}", final=True)
        part.begin(response.headers)
        return 0

    def _receive(self, response, part, start, look, bounds):
        with part.open(start) as file:
            # What is there, not a whole chunk, which a slow server may never fill.
            while chunk := response.raw.read1(_CHUNK, decode_content=True):
                if self.stop.is_set():
                    raise Stopped
                before, size = file.tell(), file.tell() + len(chunk)
                bounds.check_size(size)
                if part.total is not None and size > part.total:
                    raise _Again(f"the server sends more than the {part.total} bytes that it announced")
                file.write(chunk)
                bounds.check_pace(size)
                if look and size >= HEAD > before:
                    file.flush()
                    look(part.path)
            file.flush()
            os.fsync(file.fileno())

    def _finish(self, part, path, sha256, size, start):
        arrived = Arrived(part.size, files.sha256(part.path))
        if sha256 and arrived.sha256 != sha256:
            part.remove()
            if start != 0:  # What came before may be of another time; a fresh start tells.
                raise _Again("its hash is not the known one")
            raise Failed("the server sends another file than the known one (its hash differs)", final=True)
        if size is not None and arrived.size != size:
            part.remove()
            raise Failed(f"has {arrived.size} bytes, and is known with {size}", final=True)
        part.finish(path)
        return arrived

    def _hold(self, failures, asked):
        longest = self.patience.longest_wait
        if asked > longest:
            raise Failed(f"the server asks to wait for {asked:.0f} seconds")
        self._not_before = max(self._not_before, time.monotonic() + asked)
        wait = min(longest, self.patience.first_wait * 2 ** (failures - 1))
        # At random, so that downloads which failed together do not come back together.
        self._wait(wait * random.uniform(0.5, 1))

    def _wait(self, seconds):
        if self.stop.wait(max(0.0, seconds)):
            raise Stopped

    def _session(self):
        # Sessions are not made for several threads.
        if not hasattr(self._own, "session"):
            self._own.session = requests.Session()
        return self._own.session


def _get(answer, session, part, timeout):
    try:
        answer.set_result(session.get(part.url, headers=_HEADERS | part.conditions, stream=True, timeout=timeout))
    except BaseException as error:
        answer.set_exception(error)


def _close(answer):
    """Let go of an answer that came too late."""
    if answer.exception() is None:
        answer.result().close()


def _broken(part):
    of = "" if part.total is None else f" of {part.total}"
    return f"broke off after {part.size}{of} bytes"


def _asked_wait(retry_after):
    """Seconds of a Retry-After header, which has a number or a date; 0 where it says nothing."""
    try:
        return float(min(urllib3.util.Retry().parse_retry_after(retry_after), 1e9))
    except (urllib3.exceptions.InvalidHeader, ValueError, OverflowError):
        return 0.0


def _words(error):
    """What a failed connection means, in a few words."""
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return _NO_ANSWER
    if isinstance(error, requests.exceptions.Timeout):
        return _SILENT
    if isinstance(error, requests.exceptions.SSLError):
        return "the server's certificate is not valid"
    return "no connection, or it broke off"
