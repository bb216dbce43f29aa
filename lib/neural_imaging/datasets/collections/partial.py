"""The bytes of a file that has not come whole, and beside them what they are part of, so that a download can go on."""

import contextlib
import json
import re

from neural_imaging.base import files
from neural_imaging.datasets.collections.photographs import public


class Part:
    """An unfinished file: `<name>.part` with its bytes, and `<name>.part.json` with what the server said of it.

    Args:
        path: the file to be.
        url: where it comes from; bytes of another address are dropped.
    """

    def __init__(self, path, url):
        self.path, self.url = path.with_name(path.name + ".part"), url
        # What stands in files never has a user's name or password.
        self._known_as = public(url)
        self._beside = path.with_name(path.name + ".part.json")
        self._noted = {}
        if self.path.is_file():
            with contextlib.suppress(OSError, ValueError):
                self._noted = json.loads(self._beside.read_text(encoding="utf-8"))
        # Without knowing what they belong to, bytes cannot be gone on from.
        if not isinstance(self._noted, dict) or self._noted.get("url") != self._known_as:
            self.remove()

    @property
    def size(self):
        """Bytes that are here."""
        return self.path.stat().st_size if self.path.is_file() else 0

    @property
    def total(self):
        """Size of the whole file; None where the server did not say it."""
        return self._noted.get("total")

    @property
    def conditions(self):
        """Headers that ask for what is missing, if the file on the server is still the same."""
        if not self.size or not self._noted.get("resumable"):
            return {}
        validator = self._noted.get("validator")
        return {"Range": f"bytes={self.size}-", **({"If-Range": validator} if validator else {})}

    def begin(self, headers):
        """Drop what is here, and remember of what file the coming bytes are the beginning."""
        self.remove()
        coded = headers.get("Content-Encoding", "identity") != "identity"
        length, etag = headers.get("Content-Length", ""), headers.get("ETag", "")
        self._noted = {
            "url": self._known_as,
            # Of absurdly many digits the first ones are enough to refuse it.
            "total": int(length[:20]) if length.isdecimal() and not coded else None,
            # A weak ETag does not promise the same bytes.
            "validator": etag if etag.startswith('"') else headers.get("Last-Modified"),
            "resumable": not coded,
        }
        files.write_json(self._beside, self._noted)

    def continues(self, content_range):
        """Whether a response with this Content-Range header goes on where the bytes here end, in the same file."""
        match = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", content_range or "")
        if match is None or int(match[1]) != self.size:
            return False
        return self.total is None or match[2] == "*" or int(match[2]) == self.total

    def is_whole(self, content_range):
        """Whether a server that refused to send more, with this Content-Range header, means that all is here."""
        return content_range == f"bytes */{self.size}" and self.total == self.size

    def open(self, start):
        """Open for writing from byte `start` on."""
        file = self.path.open("rb+" if start else "wb")
        file.seek(start)
        return file

    def finish(self, path):
        """Give the file its name."""
        self.path.replace(path)
        self.remove()

    def remove(self):
        """Drop what is here."""
        self._noted = {}
        self.path.unlink(missing_ok=True)
        self._beside.unlink(missing_ok=True)
