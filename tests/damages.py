"""Ways in which a file can be damaged, or made to harm: forty and more of each kind that programs read."""

import copy
import io
import json
import math
import os
import pickle
import zipfile

import numpy as np


def bytes_of(content):
    """(name, bytes) of what may stand in a file's place: cut off, flipped, filled, exchanged."""
    size = len(content)
    for share in (0, 1, 2, 5, 10, 25, 50, 75, 90, 99):
        yield f"cut off at {share} %", content[: size * share // 100]
    yield "without its last byte", content[:-1]
    for share in (0, 3, 10, 30, 50, 70, 90, 97):
        place = min(size - 1, size * share // 100)
        yield f"a byte flipped at {share} %", content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]
    for share in (10, 50, 90):
        place = size * share // 100
        yield f"zeros at {share} %", content[:place] + bytes(min(64, size - place)) + content[place + 64 :]
    yield "zeros", bytes(size)
    yield "ones", b"\xff" * size
    yield "twice", content + content
    yield "behind something", b"GARBAGE" * 100 + content
    yield "a page", b"<!DOCTYPE html><html><body>404 Not Found</body></html>"
    yield "text", "Grüße\n".encode("utf-16")
    yield "a picture", b"\x89PNG\r\n\x1a\n" + bytes(64)
    yield "a pickle", pickle.dumps({"a": os.getcwd})
    yield "a script", b"#!/bin/sh\ntouch PWNED\n"
    yield "an empty archive", _archive({})
    yield "an archive that leads out", _archive({"../../PWNED": b"x", "/tmp/PWNED": b"x"})
    yield "an archive of text", _archive({"state.npy": b"text", "config.json": b"{", "v0.npy": b""})
    yield "a bomb", _archive({f"v{n}.npy": bytes(2**26) for n in range(4)}, zipfile.ZIP_DEFLATED)


def arrays():
    """(name, bytes) of `.npy` files that are none, or others."""
    for name, array in {
        "no samples": np.zeros(0), "a number": np.zeros(()), "floats": np.full((4, 4, 3), np.nan),
        "another shape": np.zeros((7, 5, 3), np.uint8), "texts": np.array(["a", "b"]),
    }.items():  # fmt: skip
        file = io.BytesIO()
        np.save(file, array)
        yield name, file.getvalue()
    file = io.BytesIO()
    np.save(file, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    yield "objects", file.getvalue()
    for name, shape in (
        ("a shape without end", "(9999999999999, 9)"),
        ("a negative shape", "(-1, 4)"),
        ("no shape", "("),
    ):
        yield name, _npy("{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }")
    yield "another order", _npy("{'descr': '|u1', 'fortran_order': True, 'shape': (4, 4, 3), }", bytes(48))
    yield "no dictionary", _npy("__import__('os').system('touch PWNED')")
    yield "an unknown type", _npy("{'descr': '<x9', 'fortran_order': False, 'shape': (1,), }")


def texts_of_json():
    """(name, text) of JSON files that are none, or others."""
    for value in (None, True, 0, 1.5, "x", [], [1], [[]], {}, {"settings": None}, {"settings": []}, {"inputs": 1}):
        yield f"only {value!r}", json.dumps(value)
    yield from {
        "nan": '{"settings": NaN}', "a huge number": "1" * 5000, "brackets": "[" * 100_000, "a half": '{"a": ',
        "two": "{}{}", "a comma": "{,}", "a single quote": "{'a': 1}", "nothing": "", "blanks": "  \n", "a NUL": "\0",
        "a key twice": '{"settings": {}, "settings": 1}',
        "a path": '{"inputs": {"../../mine": "x"}, "settings": {}}',
        "lists": '{"settings": {"model": []}, "inputs": {"a": []}, "kind": {}, "seed": []}',
        "an escape": '{"settings": {"a\\u0000b": "\\ud800"}, "inputs": {}}',
    }.items()  # fmt: skip


def entries_of(content):
    """(place, content) of a JSON document in which one entry, wherever it stands, is missing or something else."""
    for place in _places(content):
        for wrong in (None, "x", math.nan, math.inf, 10**400, [], {}, [[]], "a\nb"):
            changed = copy.deepcopy(content)
            _parent(changed, place)[place[-1]] = wrong
            yield f"{place}: {str(wrong)[:9]}", changed
        changed = copy.deepcopy(content)
        del _parent(changed, place)[place[-1]]
        yield f"{place}: missing", changed


def _places(content, place=()):
    """Places of all entries, the first two of each list."""
    inner = (
        content.items() if isinstance(content, dict) else enumerate(content[:2] if isinstance(content, list) else ())
    )
    for key, value in inner:
        yield (*place, key)
        yield from _places(value, (*place, key))


def _parent(content, place):
    for key in place[:-1]:
        content = content[key]
    return content


def _archive(entries, method=zipfile.ZIP_STORED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


def _npy(header, samples=b""):
    text = header.encode() + b" " * (-(len(header) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + samples
