"""Colour profiles of known numbers, and what they make of light."""

import struct

import numpy as np

SRGB = ((0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141))
ADOBE = ((0.6097, 0.3111, 0.0195), (0.2053, 0.6257, 0.0609), (0.1492, 0.0632, 0.7446))
WHITE = (0.9642, 1.0, 0.8249)


def profile(space, name, gamma, primaries=()):
    """A minimal ICC profile, version 2: one curve, a power."""

    def xyz(values):
        return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(65536 * value) for value in values))

    text = name.encode() + b"\0"
    tags = {b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(78), b"wtpt": xyz(WHITE)}
    tags |= {letter + b"XYZ": xyz(values) for letter, values in zip((b"r", b"g", b"b"), primaries, strict=False)}
    curve = b"curv\0\0\0\0" + struct.pack(">IHH", 1, round(256 * gamma), 0)
    tags |= {letter + b"TRC": curve for letter in ((b"r", b"g", b"b") if primaries else (b"k",))}
    table, body, start = b"", b"", 132 + 12 * len(tags)
    for tag, data in tags.items():
        data += bytes(-len(data) % 4)
        table += tag + struct.pack(">2I", start + len(body), len(data))
        body += data
    content = struct.pack(">I", len(tags)) + table + body
    head = struct.pack(">I4sI4s4s4s", 128 + len(content), b"lcms", 0x02100000, b"mntr", space, b"XYZ ")
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + xyz(WHITE)[8:]
    return head.ljust(128, b"\0") + content


def to_srgb(light, gamma, primaries=SRGB):
    """What such a profile says of samples from 0 to 1, as sRGB from 0 to 1 (curve of IEC 61966-2-1)."""
    power = round(256 * gamma) / 256
    linear = (
        (light**power) @ np.array(primaries) @ np.linalg.inv(np.array(SRGB)) if light.shape[2] == 3 else light**power
    )
    linear = linear.clip(0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
