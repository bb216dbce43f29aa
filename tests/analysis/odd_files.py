"""Files as people have them: what is odd in each, and what must come of it."""

import io
import struct
import zlib
from dataclasses import dataclass

import imagecodecs
import numpy as np
import pictures
import tifffile
from PIL import ExifTags, Image

# Of what is fine.
HEIGHT, WIDTH = 40, 56


@dataclass(frozen=True)
class Odd:
    """A file: its bytes, None for a page, or a piece of the reason why there is none."""

    name: str
    data: bytes
    reason: str | None = None


def files():
    """Some forty of them."""
    colour = pictures.textured(HEIGHT, WIDTH)
    image, deep = Image.fromarray(colour), colour.astype(np.uint16) * 257
    alpha = np.dstack([colour, np.where(np.indices((HEIGHT, WIDTH))[1] < 9, 0, 255).astype(np.uint8)])
    whole = saved(image, "JPEG", quality=90)
    yield Odd("plain.jpg", whole)
    yield Odd("progressive.jpg", saved(image, "JPEG", progressive=True))
    yield Odd("subsampled.jpg", saved(image, "JPEG", subsampling=2))
    yield Odd("uneven.jpg", imagecodecs.jpeg8_encode(colour, subsampling="411"))
    yield Odd("grey.jpg", saved(image.convert("L"), "JPEG"))
    yield Odd("cmyk.jpg", saved(image.convert("CMYK"), "JPEG"))
    yield Odd("rgb.jpg", saved(image, "JPEG", keep_rgb=True))
    yield Odd("tables.jpg", saved(image, "JPEG", qtables=[[3] * 64, [5] * 64]))
    yield Odd("restarts.jpg", saved(image, "JPEG", restart_marker_rows=1))
    yield Odd("rotated.jpg", saved(image, "JPEG", exif=exif({274: 6})))
    yield Odd("mirrored.jpg", saved(image, "JPEG", exif=exif({274: 5})))
    yield Odd("senseless-orientation.jpg", saved(image, "JPEG", exif=exif({274: 77})))
    yield Odd("damaged-exif.jpg", saved(image, "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff"))
    yield Odd("position.jpg", saved(image, "JPEG", exif=exif({}, position=True)))
    yield Odd("comment.jpg", saved(image, "JPEG", comment=b"taken <in> May\0\xff"))
    yield Odd("trailing.jpg", whole + b"a video" * 9)
    yield Odd("two-pictures.jpg", saved(image, "MPO", save_all=True, append_images=[image]))
    yield Odd("empty-profile.jpg", saved(image, "JPEG", icc_profile=b"none"))
    yield Odd("wrong-ending.png", whole)
    yield Odd("no-ending", whole)
    yield Odd("<b>&amp;'\".jpg", whole)
    yield Odd("größe 漢字.jpg", whole)
    yield Odd("no-text-\udce9.jpg", whole)
    yield Odd("two\nlines.jpg", whole)
    yield Odd("plain.png", saved(image, "PNG"))
    yield Odd("deep.png", imagecodecs.png_encode(deep))
    yield Odd("transparent.png", saved(Image.fromarray(alpha), "PNG"))
    yield Odd("palette.png", saved(image.quantize(64), "PNG"))
    yield Odd("bilevel.png", saved(image.convert("1"), "PNG"))
    yield Odd("deep.tif", tiff(deep, photometric="rgb"))
    yield Odd("tiled.tif", tiff(colour, photometric="rgb", tile=(16, 16), compression="zlib"))
    yield Odd("plain.webp", saved(image, "WEBP"))
    yield Odd("plain.avif", saved(image, "AVIF"))
    yield Odd("plain.gif", saved(image.quantize(64), "GIF"))
    yield Odd("plain.bmp", saved(image, "BMP"))
    yield Odd("plain.jp2", saved(image, "JPEG2000"))
    yield Odd("flat.png", saved(Image.new("RGB", (WIDTH, HEIGHT), (90, 120, 150)), "PNG"))
    yield Odd("black.png", saved(Image.new("RGB", (WIDTH, HEIGHT)), "PNG"))
    yield Odd("cut.jpg", whole[: len(whole) // 2], "cannot be read as a picture")
    yield Odd("cut.png", saved(image, "PNG")[:900], "cannot be read as a picture")
    yield Odd("damaged.png", damaged(saved(image, "PNG")), "another checksum")
    yield Odd("tiny.png", saved(Image.new("RGB", (1, 1)), "PNG"), "1 × 1 pixels is smaller than the network's window")
    yield Odd("narrow.png", saved(Image.new("RGB", (900, 15)), "PNG"), "900 × 15 pixels is smaller")
    yield Odd("huge.png", claimed(70_000, 70_000), "pixels")
    yield Odd("float.tif", tiff(colour.astype(np.float32), photometric="rgb"), "floating-point")
    yield Odd("empty.jpg", b"", "not a picture")
    yield Odd("text.jpg", b"taken in May, at noon\n" * 20, "not a picture, or of a kind that cannot be read: a text")
    yield Odd("page.jpg", b"<!DOCTYPE html><html></html>", "a web page (HTML)")
    yield Odd("film.jpg", b"\0\0\0\x18ftypmp42" + bytes(500), "a video")
    yield Odd("apple.heic", b"\0\0\0\x18ftypheic" + bytes(500), "HEIF")
    yield Odd("zeros.nef", bytes(5000), "not a RAW file")
    yield Odd("plain.nef", whole, "JPEG")


def saved(image, kind, **options):
    """Bytes of a file that Pillow writes."""
    data = io.BytesIO()
    image.save(data, kind, **options)
    return data.getvalue()


def tiff(samples, **options):
    """Bytes of a TIFF file."""
    data = io.BytesIO()
    tifffile.imwrite(data, samples, **options)
    return data.getvalue()


def exif(tags, position=False):
    """EXIF with some tags, and with a position in Munich."""
    said = Image.Exif()
    for tag, value in {271: "Nikon", 272: "D90", **tags}.items():
        said[tag] = value
    if position:
        place = said.get_ifd(ExifTags.IFD.GPSInfo)
        place[1], place[2], place[3], place[4] = "N", (48.0, 8.0, 14.0), "W", (11.0, 34.0, 31.0)
        place[5], place[6] = b"\x00", 519.0
    return said


def claimed(width, height):
    """A PNG file that says it is that large, and has next to nothing in it."""
    parts = [
        (b"IHDR", struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"")),
        (b"IEND", b""),
    ]
    chunks = (struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
              for kind, body in parts)  # fmt: skip
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def damaged(data):
    """A PNG file one byte of whose picture is another."""
    place = data.index(b"IDAT") + 40
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
