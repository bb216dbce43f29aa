"""What Pillow cuts or does not tell of PNG, JPEG, JPEG 2000, AVIF, BMP and PPM files: deep samples, and colours."""

import re
import zlib

import imagecodecs
import numpy as np
from PIL import Image

from neural_imaging.imaging import stored
from neural_imaging.imaging.stored import StoredError

_ORIENTATION = 274
_PNG_DEPTH = 24
_CODESTREAM, _HEADER_END = b"\xff\x4f\xff\x51", b"jp2c"
_COMMENT = re.compile(rb"#[^\r\n]*")
_OF_LUMA, _PREMULTIPLIED = "sYCC", 2
# JPEG 2000's numbers of colours: CMYK, sRGB, grey, sYCC; how many samples they have, for opacity comes behind them.
_ENUMERATED = {12: 4, 16: 3, 17: 1, 18: _OF_LUMA}
_JP2_EXIF = b"JpgTiffExif->JP2"
# Primaries and transfer functions of sRGB and its relatives (ITU-T H.273); 2 is "not said".
_PRIMARIES, _TRANSFERS = (1, 2), (1, 2, 6, 13, 14, 15)


def read(image, path, notes):
    """Read a picture of more bits than Pillow would, as `stored.Stored`; None where Pillow reads what is there.

    Profile and orientation are added to the image, which is opened and not yet loaded, where Pillow passes them over.
    What is passed over here is added to the list of notes.
    """
    if image.format == "JPEG" and image.mode == "CMYK" and "adobe" not in image.info:
        notes.append("its inks are taken as Adobe's programs write them, though it does not say so")
    readers = {"PNG": _png, "JPEG2000": _jpeg2000, "AVIF": _avif, "BMP": _bmp, "GIF": _gif, "PPM": _ppm}
    reader = readers.get(image.format)
    return reader and reader(image, path.read_bytes(), notes)


def check_png(data):
    """Refuse a PNG file whose picture was damaged: Pillow does not look at the checksums of its parts.

    Raises:
        StoredError: a part has another checksum.
    """
    place = 8
    while place + 12 <= len(data):
        end = place + 8 + int.from_bytes(data[place : place + 4])
        kind = data[place + 4 : place + 8]
        # Of a part that was cut off, the decoder says so.
        if kind == b"IEND" or end + 4 > len(data):
            return
        if kind == b"IDAT" and zlib.crc32(memoryview(data)[place + 4 : end]) != int.from_bytes(data[end : end + 4]):
            raise StoredError("damaged: a part of the picture has another checksum than the file says")
        place = end + 4


def _png(image, data, notes):
    check_png(data)
    chunks = dict(_chunks(data))
    numbers = chunks.get(b"cICP")
    if numbers:
        _say_numbers(*numbers[:2], notes)
        if numbers[3:] == b"\0":
            notes.append("its samples do not use the full range (video), and are taken as if they did")
    elif not {b"iCCP", b"sRGB"} & chunks.keys():
        _say_measured(image, notes)
    key, bits = chunks.get(b"tRNS"), data[_PNG_DEPTH]
    if key and image.mode == "L" and bits < 8:
        # Pillow looks for the grey level that is clear among samples that it has made 8 bits of.
        image.info["transparency"] = int.from_bytes(key) * 255 // ((1 << bits) - 1)
    if bits != 16:
        return None
    samples = imagecodecs.png_decode(data)
    samples = samples.reshape(*samples.shape[:2], -1)
    colours, opacity = _parted(samples, 1 if samples.shape[2] < 3 else 3)
    if key and opacity is None:
        clear = (colours == np.frombuffer(key, ">u2", colours.shape[2])).all(axis=2)
        opacity = np.where(clear, 0, 65535).astype(np.uint16)
    return stored.Stored(colours, opacity, 16, image.info.get("icc_profile"), image.getexif().get(_ORIENTATION))


def _chunks(data):
    """Kind and content of a PNG file's chunks up to the picture."""
    place = 8
    while place + 8 <= len(data) and data[place + 4 : place + 8] != b"IDAT":
        length = int.from_bytes(data[place : place + 4])
        yield data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        place += 12 + length


def _say_measured(image, notes):
    """PNG files may have their colours in single numbers; viewers differ in whether they follow these."""
    gamma = image.info.get("gamma")
    if gamma and abs(gamma * 2.2 - 1) > 0.02:
        notes.append(f"its gamma of {1 / gamma:.3g}, without a profile, is passed over")
    primaries = image.info.get("chromaticity")
    if primaries and np.abs(np.subtract(primaries, (0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06))).max() > 0.005:
        notes.append("its primaries, without a profile, are passed over")


def _say_numbers(primaries, transfer, notes):
    if primaries not in _PRIMARIES or transfer not in _TRANSFERS:
        notes.append(
            f"by its numbers (primaries {primaries}, transfer {transfer} of H.273) its colours are not sRGB; "
            "they are taken as sRGB"
        )


def _jpeg2000(image, data, notes):
    place = data.find(_CODESTREAM)
    count = int.from_bytes(data[place + 40 : place + 42])
    kinds = data[place + 42 : place + 42 + 3 * count]
    depths, steps = {(kind & 127) + 1 for kind in kinds[::3]}, {*kinds[1::3], *kinds[2::3]}
    header = data[: data.find(_HEADER_END, 0, place)] if place else b""
    colours, profile = _colours_of_jpeg2000(header)
    bits = max(depths)
    if any(kind & 128 for kind in kinds[::3]):
        raise StoredError("its samples are signed numbers; those from 0 up are read")
    if len(depths) > 1 or bits > 16:
        raise StoredError(
            f"its samples have {', '.join(map(str, sorted(depths)))} bits; those of one depth up to 16 are"
        )
    orientation = _orientation_of_jpeg2000(data)
    if profile:
        image.info["icc_profile"] = profile
    if orientation:
        image.getexif()[_ORIENTATION] = orientation
    premultiplied = _premultiplied(header)
    if bits == 8 and not premultiplied:
        return None
    if b"pclr" in header or steps != {1} or colours == _OF_LUMA:
        raise StoredError(f"its samples of {bits} bits are of a palette, of luma and chroma, or of unequal sizes")
    # The codestream alone: the decoder would follow the profile too, and does it wrongly.
    samples = imagecodecs.jpeg2k_decode(data[place:])
    samples = samples.reshape(*samples.shape[:2], -1)
    colours, opacity = _parted(samples, count - (count in (2, 4)) if colours is None else colours)
    if premultiplied and opacity is not None:
        colours = stored.straight(colours, opacity, (1 << bits) - 1)
    return stored.Stored(colours, opacity, bits, profile, orientation)


def _colours_of_jpeg2000(header):
    """How many of the samples are colours, or None where only their number tells; and the profile or None."""
    place = header.find(b"colr")
    if place < 0:
        return None, None
    length, method = int.from_bytes(header[place - 4 : place]), header[place + 4]
    if method in (2, 3):
        return None, header[place + 7 : place - 4 + length]
    number = int.from_bytes(header[place + 7 : place + 11])
    if method != 1 or number not in _ENUMERATED:
        raise StoredError(f"its colours are of a kind (number {number} of JPEG 2000) that is not read")
    return _ENUMERATED[number], None


def _premultiplied(header):
    """Whether the channel definitions speak of opacity that colours are multiplied by.

    Raises:
        StoredError: channels in another order than the usual one.
    """
    place = header.find(b"cdef")
    if place < 0:
        return False
    definitions = np.frombuffer(header, ">u2", 3 * int.from_bytes(header[place + 4 : place + 6]), place + 6)
    channels, kinds, colours = definitions[::3], definitions[1::3], definitions[2::3]
    of_colour = kinds == 0
    if (channels != range(len(channels))).any() or (colours[of_colour] != channels[of_colour] + 1).any():
        raise StoredError("its channels are in an unusual order")
    return bool((kinds == _PREMULTIPLIED).any())


def _orientation_of_jpeg2000(data):
    place = data.find(_JP2_EXIF)
    if place < 0:
        return None
    exif = Image.Exif()
    exif.load(b"Exif\0\0" + data[place + len(_JP2_EXIF) :])
    orientation = exif.get(_ORIENTATION)
    return orientation if orientation in range(2, 9) else None


def _avif(image, data, notes):
    numbers = re.search(rb"colrnclx(....)", data, re.DOTALL)
    if numbers and "icc_profile" not in image.info:
        _say_numbers(int.from_bytes(numbers[1][:2]), int.from_bytes(numbers[1][2:]), notes)
    # Of the picture and of its opacity: whether it has more than 8 bits, and whether these are 12.
    depths = [match[1][0] & 0x60 for match in re.finditer(rb"av1C\x81.(.)", data, re.DOTALL)]
    if not any(depths):
        return None
    # All frames: asked for one of several, the decoder writes behind its array (imagecodecs 2026.3.6).
    samples = imagecodecs.avif_decode(data)
    if getattr(image, "n_frames", 1) > 1:
        samples = samples[0]
    samples = samples.reshape(*samples.shape[:2], -1)
    colours, opacity = _parted(samples, 1 if samples.shape[2] < 3 else 3)
    bits = 12 if depths[0] & 0x20 else 10
    return stored.Stored(colours, opacity, bits, image.info.get("icc_profile"), image.getexif().get(_ORIENTATION))


def _parted(samples, colours):
    """Colours, and opacity or None."""
    return samples[..., :colours], samples[..., colours] if samples.shape[2] > colours else None


def _ppm(image, data, notes):
    """Those of more than 8 bits; Pillow cuts them, and is slow."""
    kind, offset = data[:2], image.tile[0].offset
    if kind not in (b"P2", b"P3", b"P4", b"P5", b"P6"):
        return None
    width, height = image.size
    channels, most = (3 if kind in (b"P3", b"P6") else 1), 1
    row = (width + 7) // 8
    if kind != b"P4":
        most = int(_COMMENT.sub(b" ", data[:offset]).split()[3])
        row = width * channels * (2 if most > 255 else 1)
    plain, count = kind in (b"P2", b"P3"), width * height * channels
    if not plain and data[offset + row * height :].strip():
        notes.append("what follows the first picture in the file is passed over")
    if most <= 255:
        return None
    if plain:
        samples = np.array(_COMMENT.sub(b" ", data[offset:]).split()[:count], np.int64)
    else:
        samples = np.frombuffer(data, ">u2", count, offset)
    if samples.min() < 0 or samples.max() > most:
        raise StoredError(f"damaged: it has samples that do not lie between 0 and {most}")
    bits = most.bit_length()
    # Where the largest is no power of two less one, white is still white.
    wanted = (1 << bits) - 1
    samples = (samples.astype(np.uint32) * wanted + most // 2) // most
    return stored.Stored(samples.reshape(height, width, channels), None, bits)


def _gif(image, data, notes):
    """What the first frame leaves free of the picture is clear; Pillow fills it with a colour."""
    left, top, right, bottom = image.tile[0].extents
    if (left, top, right, bottom) == (0, 0, *image.size):
        return None
    picture = np.asarray(image.convert("RGBA"))
    opacity = np.zeros_like(picture[..., 3])
    opacity[top:bottom, left:right] = picture[top:bottom, left:right, 3]
    return stored.Stored(picture[..., :3], opacity, 8)


def _bmp(image, data, notes):
    """Headers from version 4 on say what the colours are."""
    length, bits = int.from_bytes(data[14:18], "little"), int.from_bytes(data[28:30], "little")
    if image.mode in ("1", "L") and bits != {"1": 1, "L": 8}[image.mode]:
        raise StoredError(f"its palette has grey levels only, for samples of {bits} bits, which cannot be read here")
    if length < 108:
        return
    kind = data[70:74][::-1]
    if kind == b"MBED":
        offset, size = (int.from_bytes(data[place : place + 4], "little") for place in (126, 130))
        image.info["icc_profile"] = data[14 + offset : 14 + offset + size]
    elif kind == b"LINK" or (kind == bytes(4) and any(data[74:122])):
        notes.append("what its header says of its colours, without a profile, is passed over")
