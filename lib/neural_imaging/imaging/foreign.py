"""What files are that are called photographs and are none, in words for messages."""

# How much of a file is looked at.
DEPTH = 512
_STARTS = {
    b"\xff\xd8\xff": "a JPEG picture",
    b"\x89PNG": "a PNG picture",
    b"GIF8": "a GIF picture",
    b"BM": "a BMP picture",
    b"8BPS": "a Photoshop file",
    b"\xff\x0a": "a JPEG XL picture",
    b"\0\0\0\x0cJXL ": "a JPEG XL picture",
    b"\0\0\0\x0cjP  ": "a JPEG 2000 picture",
    b"II+\0": "a BigTIFF file",
    b"MM\0+": "a BigTIFF file",
    b"%PDF": "a PDF file",
    b"%!PS": "a PostScript file",
    b"II\xbc": "a JPEG XR picture",
    b"v/1\x01": "an OpenEXR picture",
    b"P7\n": "a PAM picture",
    b"\0\0\1\0": "an icon",
    b"PK\x03\x04": "a ZIP archive",
    b"\x1f\x8b": "a gzip archive",
    b"\0\x05\x16\x07": "an AppleDouble file, which macOS writes beside the real one",
    b"version https://git-lfs": "a pointer of Git LFS, whose file was not fetched",
}
_BRANDS = {b"heic": "HEIF", b"heix": "HEIF", b"mif1": "HEIF", b"msf1": "HEIF", b"avif": "AVIF", b"avis": "AVIF"}
_RIFF = {b"WEBP": "a WebP picture", b"AVI ": "an AVI video", b"WAVE": "a WAV sound"}


def named(start):
    """What a file is by its first `DEPTH` bytes, such as "a web page (HTML)"; "" where it cannot be told."""
    start = bytes(start[:DEPTH])
    if start[4:8] == b"ftyp" and start[8:12] != b"crx ":
        brand = _BRANDS.get(start[8:12])
        return f"a picture in {brand}" if brand else "a video (MP4 or QuickTime)"
    if start[:4] == b"RIFF" and start[8:12] in _RIFF:
        return _RIFF[start[8:12]]
    known = next((name for magic, name in _STARTS.items() if start.startswith(magic)), "")
    if known or not start:
        return known
    return "nothing but zero bytes at its start" if not any(start) else _text(start)


def _text(start):
    text = start.decode("utf-8-sig", "replace").strip()
    # A letter that was cut in two at the end is no reason to doubt.
    if not text or any(not (sign.isprintable() or sign.isspace()) for sign in text.rstrip("\ufffd")):
        return ""
    head = text.lower()
    if head.startswith(("<!doctype html", "<html")) or "<html" in head:
        return "a web page (HTML)"
    if head.startswith("<"):
        return "a text in XML"
    if ".git/annex/" in head or "/annex/objects" in head:
        return "a pointer of git-annex, whose file was not fetched"
    return "a text in JSON" if head.startswith(("{", "[")) else "a text"
