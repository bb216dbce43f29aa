"""A training set of a codec that is being made: what is done already, so that the work goes on after a stop."""

import json

import numpy as np


class PartialSet:
    """Pictures and rows in the order of the candidates, kept on disk as they come.

    Two hidden files hold them: the pictures' bytes, and one line of JSON a row. A line is written after its picture, so
    that a stop at any moment leaves whole rows, and perhaps a picture too many, which is cut off. Rows count as long as
    they are of the same candidates, by name, size and time, of squares of the same side, and of the same `rule`.

    Attributes:
        rows: of the first candidates (`picture_sources.Candidate`); each a dict of JSON types.
    """

    def __init__(self, folder, side, candidates, rule=""):
        self._folder, self._candidates, self._rule = folder, candidates, rule
        self._shape, self._size = (side, side, 3), side**2 * 3
        self._places = folder / ".pictures.part", folder / ".images.part"
        self.rows, self._kept = [], 0

    def __enter__(self):
        self._folder.mkdir(parents=True, exist_ok=True)
        pixels, lines = self._places
        available = pixels.stat().st_size // self._size if pixels.is_file() else 0
        size = 0
        for line in lines.read_bytes().splitlines(keepends=True) if lines.is_file() else ():
            row = self._parsed(line)
            if row is None or (row["status"] == "used" and self._kept == available):
                break
            self.rows.append(row)
            self._kept += row["status"] == "used"
            size += len(line)
        self._pixels, self._lines = (path.open("ab") for path in self._places)
        self._pixels.truncate(self._kept * self._size)
        self._lines.truncate(size)
        return self

    def __exit__(self, *_):
        self._pixels.close()
        self._lines.close()

    def _parsed(self, line):
        """The row of a line; None where it is cut off, or of another candidate than the next."""
        try:
            content = json.loads(line) if line.endswith(b"\n") else None
        except ValueError:
            return None
        if len(self.rows) == len(self._candidates) or not isinstance(content, dict):
            return None
        return content["row"] if content.get("identity") == self._identity() else None

    def _identity(self):
        """What the next row depends on, in JSON types."""
        candidate, state = self._candidates[len(self.rows)], None
        if candidate.path is not None and candidate.path.is_file():
            stored = candidate.path.stat()
            state = [stored.st_size, stored.st_mtime_ns]
        scene = None if candidate.scene is None else list(candidate.scene)
        named = candidate.source, candidate.file, candidate.photograph, candidate.reason
        return [self._shape[0], self._rule, *named, scene, state]

    def append(self, row, picture=None):
        """Keep the next candidate's row, and its picture if it is used: uint8, (side, side, 3)."""
        line = json.dumps({"row": row, "identity": self._identity()})
        if picture is not None:
            self._pixels.write(np.ascontiguousarray(picture).tobytes())
            self._pixels.flush()
            self._kept += 1
        self._lines.write(line.encode() + b"\n")
        self._lines.flush()
        self.rows.append(row)

    def pictures(self):
        """All pictures so far: uint8, (n, side, side, 3), memory-mapped; there must be one at least."""
        return np.memmap(self._places[0], np.uint8, "r", shape=(self._kept, *self._shape))

    def remove(self):
        """Remove the files, once the set is made."""
        for path in self._places:
            path.unlink(missing_ok=True)
