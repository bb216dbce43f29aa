"""What a JPEG file says of how it was coded: any that can be opened, also grey ones, CMYK and odd sub-samplings."""

from dataclasses import dataclass, field

import numpy as np

from neural_imaging.base.errors import UserError
from neural_imaging.coding import jpeg_segments, jpeg_tables

PROCESSES = {
    0xC0: "baseline", 0xC1: "extended sequential", 0xC2: "progressive", 0xC9: "sequential, arithmetic coding",
    0xCA: "progressive, arithmetic coding",
}  # fmt: skip
_APPLICATIONS, _RESTART, _COMMENT = range(0xE0, 0xF0), 0xDD, 0xFE
# How long names of application segments are at most, such as "http://ns.adobe.com/xap/1.0/".
_LONGEST_NAME = 40
_XMP = "http://ns.adobe.com/xap/1.0/"


@dataclass
class Facts:
    """How a JPEG file was coded."""

    process: str = ""
    """One of `PROCESSES`."""
    bits: int = 0
    """Of a sample."""
    components: int = 0
    subsampling: str = ""
    """Such as 4:2:0; for a grey picture "", for factors without a name these, such as "2×1 1×2 1×1"."""
    tables: list = field(default_factory=list)
    """Quantisation tables in the order in which components first name them: uint16, (8, 8), natural order."""
    scans: int = 0
    applications: list = field(default_factory=list)
    """Names of the application segments, such as "APP1 Exif", each once."""
    restarts: bool = False
    comment: bool = False
    trailing: int = 0
    """Bytes behind the end of the picture: previews, videos, or anything else."""
    damage: str = ""
    """Why the walk through the file ended early; "" where it did not."""

    @property
    def qualities(self):
        """Estimated quality of each table, and whether it is libjpeg's own of that quality: list of (int, bool).

        The first is held against tables of brightness, the others against those of the colour differences.
        """
        estimates = []
        for place, table in enumerate(self.tables):
            quality = jpeg_tables.estimate_quality(table, chroma=place > 0)
            estimates.append((quality, bool(np.array_equal(table, jpeg_tables.table(quality, place > 0)))))
        return estimates


def read(data):
    """The `Facts` of a JPEG file's bytes. Of a damaged file they are those in front of the damage."""
    facts, tables, components = Facts(), {}, []
    try:
        for kind, _, start, end in jpeg_segments.segments(data):
            content = data[start:end]
            if kind == jpeg_segments.QUANTISATION:
                # A table may be replaced between scans; the first one of a number is kept.
                tables = jpeg_tables.stored_tables(content, start) | tables
            elif kind in PROCESSES and not components:
                components = jpeg_tables.frame_components(content, start)
                facts.process, facts.bits, facts.components = PROCESSES[kind], content[0], len(components)
            elif kind == jpeg_segments.SCAN:
                facts.scans += 1
            elif kind in _APPLICATIONS:
                _note(facts.applications, kind, content)
            elif kind == _RESTART:
                facts.restarts = any(content[:2])
            elif kind == _COMMENT:
                facts.comment = True
            elif kind == jpeg_segments.END:
                facts.trailing = len(data) - end
    except UserError as error:
        facts.damage = str(error)
    numbers = dict.fromkeys(number for *_, number in components)
    facts.tables = [tables[number] for number in numbers if number in tables]
    facts.subsampling = _subsampling(components)
    return facts


def _note(names, kind, content):
    name = content[:_LONGEST_NAME].split(b"\0")[0].decode("latin-1")
    name = "XMP" if name == _XMP else name
    # Some writers begin with data at once.
    text = f"APP{kind - _APPLICATIONS[0]} {name if name.isascii() and name.isprintable() else ''}".strip()
    if text not in names:
        names.append(text)


def _subsampling(components):
    if len(components) < 2:
        return ""
    factors = [(width, height) for _, width, height, _ in components]
    (width, height), *others = factors
    ratios = {(width / w, height / h) for w, h in others}
    name = jpeg_tables.NAMES.get(next(iter(ratios))) if len(ratios) == 1 else None
    return name or " ".join(f"{w}×{h}" for w, h in factors)
