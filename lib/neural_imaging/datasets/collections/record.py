"""What is known of the files of a downloads folder: hashes of the first download, cameras, orientations."""

import csv
import io
import threading
from pathlib import Path

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.datasets.collections.photographs import public

COLUMNS = ("file", "url", "size", "sha256", "camera", "orientation")


class Record:
    """The table downloads.csv of a folder. Lines are added as files come; of several about one file the last counts.

    `checksums` is another table with the columns file and sha256 (and size, where it has it), e.g. the downloads.csv of
    a colleague: what files must agree with which this folder has not seen yet.
    """

    def __init__(self, path, checksums=None):
        self._path, self._lock = Path(path), threading.Lock()
        self._rows = {row["file"]: row for row in read_table(self._path, COLUMNS)} if self._path.is_file() else {}
        for row in self._rows.values():
            row["url"] = public(row["url"])  # Older tables may have a password in them.
        self._elsewhere = {}
        if checksums is not None:
            if not Path(checksums).is_file():
                raise UserError(f"{checksums}: no such table of checksums")
            self._elsewhere = {row["file"]: row for row in read_table(Path(checksums), ("file", "sha256"))}
        if self._path.is_file():
            self.tidy()

    def __getitem__(self, file):
        """The row of a file; empty texts where nothing is known."""
        return self._rows.get(file, dict.fromkeys(COLUMNS, ""))

    def sha256(self, file):
        """The hash that a file must have; "" where it is not known."""
        return self[file]["sha256"] or self._elsewhere.get(file, {}).get("sha256", "")

    def size(self, file):
        """Bytes that a file must have; None where it is not known."""
        size = self[file]["size"] or self._elsewhere.get(file, {}).get("size", "")
        return int(size) if size.isdecimal() else None

    def add(self, file, **facts):
        """Note facts of a file, at once; a kill loses nothing that was noted before."""
        with self._lock:
            row = {**self[file], "file": file, **{key: str(value) for key, value in facts.items()}}
            if row == self._rows.get(file):
                return
            self._rows[file] = row
            new = not self._path.is_file()
            with self._path.open("a", encoding="utf-8", newline="") as table:
                writer = csv.DictWriter(table, COLUMNS, lineterminator="\n")
                if new:
                    writer.writeheader()
                writer.writerow(row)

    def tidy(self):
        """Write the table anew, one line a file in the order of their names."""
        files.write_table(self._path, COLUMNS, (self._rows[file] for file in sorted(self._rows)))


def read_table(path, columns):
    """Rows of a CSV file that has these columns, as mappings. A last line without its end, which a kill has cut, is
    left out.

    Raises:
        UserError: it cannot be read, or lacks a column.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: cannot be read ({error})") from None
    rows = parsed(path, text[: text.rfind("\n") + 1], columns)
    return [row for row in rows if None not in row and None not in row.values()]


def parsed(path, text, columns, what="a table of photographs"):
    """Rows of the text of a CSV file that is not to be trusted; with `columns`, or empty.

    Raises:
        UserError: it is none, or lacks a column.
    """
    table = csv.DictReader(io.StringIO(text, newline=""))
    try:
        rows = list(table)
    except csv.Error as error:
        raise UserError(f"{path}: not a CSV file ({error})") from None
    missing = [column for column in columns if column not in (table.fieldnames or columns)]
    if missing:
        raise UserError(f"{path}: not {what}: it has no column {' and no column '.join(missing)}")
    return rows
