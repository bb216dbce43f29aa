"""What a photograph's file and a model say of themselves, as parts of a page."""

import html
from datetime import UTC, datetime

from neural_imaging.analysis import conclusions, drawing, photographs

# Longest side in pixels of a thumbnail, and of the photo beside it.
_SMALL = 320
_POSITIONS = {
    "hidden": "there is one; it is not shown (--position shows it)",
    "none": "none in EXIF",
    "not read": "not read in files of this kind; there may be one",
}
# EXIF that stands in front, in this order; the rest is folded away.
_FIRST = ("Make", "Model", "LensModel", "Software", "DateTimeOriginal", "DateTime", "ExposureTime", "FNumber",
          "ISOSpeedRatings", "FocalLength", "Orientation")  # fmt: skip


def line(photograph):
    """The photograph in a line: sides, format, size, and what was changed to see it."""
    height, width = photograph.picture.shape[:2]
    received = " as received" if photograph.judged_as == photographs.DEVELOPED else ""
    parts = [f"{width} × {height} pixels{received}"]
    if photograph.facts:
        parts += [photograph.facts["format"], size(photograph.facts["bytes"]), *photograph.facts["notes"]]
    return ", ".join(parts)


def size(count):
    """A number of bytes in words."""
    for factor, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if count >= factor:
            return f"{count / factor:.3g} {unit}"
    return f"{count} bytes"


def section(photograph):
    """Facts of the file, as HTML."""
    facts = photograph.facts
    if not facts:
        return "<p>An array; there is no file.</p>"
    rows = {"Format": facts["format"], "Size": f"{facts['bytes']:,} bytes", "SHA-256": facts["sha256"]}
    jpeg = facts.get("jpeg")
    if jpeg:
        rows |= _coding(jpeg)
    exif = facts["exif"] or {}
    rows |= {f"EXIF {name}": exif[name] for name in _FIRST if name in exif}
    if not exif:
        rows["EXIF"] = "not read in files of this kind" if facts["exif"] is None else "none"
    rows["Position"] = _position(facts["position"])
    manifest = facts["manifest"]
    rows["Manifest of origin"] = "none found" if manifest is None else _manifest(manifest)
    rows["Thumbnail"] = "none in the file" if photograph.thumbnail is None else _sides(photograph.thumbnail)
    parts = [_table(rows)]
    if photograph.thumbnail is not None:
        shown = {"The photo": photograph.picture, "The thumbnail in the file": photograph.thumbnail}
        figures = "".join(
            f'<figure><img src="{drawing.jpeg(drawing.smaller(picture, _SMALL))}" alt="{name}">'
            f"<figcaption>{name}</figcaption></figure>"
            for name, picture in shown.items()
        )
        note = "Both should show the same; programs that alter a photo may leave the thumbnail as it was."
        parts.append(f'<div class="thumbnails">{figures}</div><p class="quiet">{note}</p>')
    if jpeg and jpeg["tables"]:
        numbered = enumerate(jpeg["tables"], start=1)
        tables = "".join(f"<div><p>Table {number}</p>{_grid(each)}</div>" for number, each in numbered)
        parts.append(f'<details><summary>Quantisation tables</summary><div class="tables">{tables}</div></details>')
    rest = {name: text for name, text in exif.items() if name not in _FIRST}
    if rest:
        parts.append(f"<details><summary>All other EXIF ({len(rest)})</summary>{_table(rest)}</details>")
    return "\n".join(parts)


def model(analysis):
    """Facts of the model, and when the page was made, as HTML."""
    known, accuracy = analysis.judge.facts(), analysis.judge.stated.accuracy
    rows = {
        "Model": known["name"],
        "SHA-256": known.get("sha256", "not from a file"),
        "Classes": ", ".join(known["classes"]),
        "Its channel": ", ".join(known["channel"]) or "not known",
        "Accuracy stated": "not known" if accuracy is None else conclusions.percent(accuracy),
        "Temperature": "not known" if known["temperature"] is None else f"{known['temperature']:.3f}",
        "Page made": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
    }
    return _table(rows)


def _coding(jpeg):
    rows = {"JPEG": f"{jpeg['process']}, {jpeg['bits']} bits, {_scans(jpeg['scans'])}"}
    if jpeg["subsampling"]:
        rows["Sub-sampling"] = jpeg["subsampling"]
    elif jpeg["components"] == 1:
        rows["Sub-sampling"] = "none, it is grey"
    qualities = [
        f"{each['estimate']} ({'the standard table' if each['standard_table'] else 'the nearest standard table'})"
        for each in jpeg["qualities"]
    ]
    rows["Quality, estimated"] = ", ".join(dict.fromkeys(qualities)) or "no tables"
    rows["Earlier JPEG"] = _earlier(jpeg["recompression"])
    rows["Segments"] = ", ".join(jpeg["segments"]) or "none"
    if jpeg["trailing_bytes"]:
        rows["Behind the picture"] = f"{jpeg['trailing_bytes']:,} bytes that are not part of it"
    if jpeg["damage"]:
        rows["Damage"] = jpeg["damage"]
    return rows


def _earlier(trace):
    """Traces of an earlier compression in words."""
    if trace is None:
        return "not measured: it needs some hundred blocks of brightness that are not clipped"
    if not trace["found"]:
        return "no traces; one that was not coarser, or whose blocks lay elsewhere, leaves none"
    quality = "" if trace["quality"] is None else f", of quality about {trace['quality']}"
    return f"it was saved as a coarser JPEG before{quality}; that alone is common, and says not what was changed"


def _scans(count):
    return "1 scan" if count == 1 else f"{count} scans"


def _position(position):
    if not isinstance(position, dict):
        return _POSITIONS[position]
    return ", ".join(f"{name} {value:.6g}" for name, value in position.items()) or "there is one that cannot be read"


def _manifest(manifest):
    where = f"{manifest['where']}, {manifest['size']:,} bytes"
    if manifest["kind"] == "C2PA":
        return f"a C2PA manifest is there ({where}); it was not read or verified"
    return f"a JUMBF box is there ({where}); it was not read"


def _sides(picture):
    return f"{picture.shape[1]} × {picture.shape[0]} pixels"


def _table(rows):
    cells = ((html.escape(name), html.escape(str(text))) for name, text in rows.items())
    lines = "".join(f'<tr><th scope="row">{name}</th><td>{text}</td></tr>' for name, text in cells)
    return f'<table class="facts"><tbody>{lines}</tbody></table>'


def _grid(table):
    lines = "".join(f"<tr>{''.join(f'<td>{number}</td>' for number in row)}</tr>" for row in table)
    return f'<table class="grid"><tbody>{lines}</tbody></table>'
