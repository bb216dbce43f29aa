"""Read RAW files of Bayer cameras through LibRaw: samples, levels, white balance, colour matrix, orientation."""

import functools
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import rawpy

from neural_imaging.base.errors import UserError
from neural_imaging.imaging import bayer, completeness, containers, srgb

# Losslessly packed noise takes bits: real mosaics stay above 1 bit a pixel, files without their data far below this.
_LEAST_BITS_PER_PIXEL = 0.1


class RawError(UserError):
    """A file that cannot be read as a Bayer mosaic; the message names the file and the reason."""

    def __init__(self, path, reason):
        super().__init__(f"{path}: {reason}")
        self.reason = reason


@dataclass(frozen=True)
class RawImage:
    """One photograph as the sensor saw it.

    Attributes:
        stack: float32 in [0, 1], shape (height / 2, width / 2, 4), R, G1, G2, B; black and white level normalised,
            white-balanced, clipped.
        cfa: name of the Bayer pattern.
        white_balance: gains of R, G, B, the smallest is 1; with a fourth where the second green has its own.
        white_balance_source: "camera" (as gains, or as the colour of white), "daylight" (LibRaw's, for the camera
            model) or "none".
        camera_to_srgb: 3 × 3 from white-balanced camera colours to linear sRGB; rows sum to 1.
        matrix_source: "color_matrix" (in the file), "rgb_xyz_matrix" (LibRaw's, for the camera model) or "none".
        flip: LibRaw's orientation: 1 mirrors columns, 2 mirrors rows, 4 swaps rows and columns afterwards.
        black_levels: of R, G1, B, G2 (LibRaw's order).
        white_level: value of a saturated sample.
        camera: make and model, "" where unknown.
        height, width: of the mosaic, even.
        pixel_aspect: width of a pixel divided by its height.
        path: the file it was read from.
        notes: what the file says and is passed over, in words; empty where nothing is.
        plane_gains: white-balance gains of the stack's planes R, G1, G2, B.
    """

    stack: np.ndarray = field(repr=False)
    cfa: str
    white_balance: tuple
    white_balance_source: str
    camera_to_srgb: np.ndarray = field(repr=False)
    matrix_source: str
    flip: int
    black_levels: tuple
    white_level: int
    camera: str
    height: int
    width: int
    pixel_aspect: float
    path: Path
    notes: tuple = ()
    plane_gains: tuple = ()

    def __str__(self):
        """Such as "a.nef: Nikon D90, 4288 × 2848 pixels, GBRG, white balance: camera"."""
        source = self.white_balance_source
        balance = "no white balance" if source == "none" else f"white balance: {source}"
        camera = self.camera or "no camera named"
        return f"{self.path}: {camera}, {self.width} × {self.height} pixels, {self.cfa}, {balance}"

    @functools.cached_property
    def mosaic(self):
        """The stack's samples in their places: float32, shape (height, width)."""
        return bayer.to_mosaic(self.stack, self.cfa)

    @property
    def landscape(self):
        """Whether the upright photograph is wider than high."""
        width = self.width * self.pixel_aspect
        return self.height > width if self.flip & 4 else width > self.height


def read(path):
    """Read a RAW file.

    Args:
        path: a file of a Bayer camera, in any format that LibRaw decodes.

    Returns:
        `RawImage` of the visible area.

    Raises:
        RawError: not a RAW file, not a Bayer mosaic, damaged, cut off, or without a picture.

    Example:
        >>> import numpy as np, neural_imaging as ni
        >>> _ = ni.simulate_raw(np.full((64, 96, 3), 0.2), "photo.dng")
        >>> ni.read_raw("photo.dng").cfa
        'RGGB'
    """
    path = Path(path)
    container = _container(path)
    try:
        # rawpy decodes the picture before it answers anything but the sizes.
        with opened(path) as raw:
            return _photograph(raw, path, container)
    except rawpy.LibRawError as error:
        raise RawError(path, _reason(error, container)) from None
    except RawError:
        raise
    except (MemoryError, ValueError) as error:
        raise RawError(path, f"damaged: LibRaw gives senseless facts ({error})") from None


def _container(path):
    if not path.is_file():
        raise RawError(path, "no such file")
    container = containers.inspect(path)
    if container.size < 32:
        raise RawError(path, f"holds {container.size} bytes, too few for a RAW file")
    if container.format == "JPEG":
        raise RawError(path, "a JPEG picture, not a RAW file")
    if container.foreign:
        raise RawError(path, f"not a RAW file that LibRaw reads: {container.foreign}")
    if container.format is None:
        # LibRaw takes bare sensor dumps by their size alone, and then guesses shape and depth.
        raise RawError(path, "carries no signature of a RAW format (a bare sensor dump?); shape and levels are unknown")
    if container.problem:
        raise RawError(path, container.problem)
    return container


def opened(path):
    """A file as LibRaw opens it; by its bytes where the name is no text, which rawpy cannot hand on."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        with path.open("rb") as file:
            return rawpy.imread(file)
    return rawpy.imread(str(path))


def _reason(error, container):
    if isinstance(error, rawpy.LibRawFileUnsupportedError):
        return "not a RAW format that LibRaw reads, or cut off before its description"
    if isinstance(error, rawpy.LibRawIOError):
        return f"cut off or damaged: LibRaw ran into the end of the file ({container.size} bytes)"
    if isinstance(error, rawpy.LibRawTooBigError):
        return "damaged: its header claims a picture too big to be true"
    text = error.args[0] if error.args else error
    text = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"damaged or not supported: LibRaw says {str(text)!r}"


def _pattern(raw, path):
    """Name of the visible area's CFA, and LibRaw's colour index of each of its four places."""
    if raw.raw_type != rawpy.RawType.Flat:
        raise RawError(path, "holds full colour in each pixel (a linear or Foveon file), not a Bayer mosaic")
    pattern = raw.raw_pattern
    if pattern is None:
        raise RawError(path, "has no colour filter array, so it is not a Bayer mosaic")
    if pattern.shape != (2, 2):
        size = " × ".join(map(str, pattern.shape))
        raise RawError(path, f"has a colour filter array of {size} (X-Trans or similar), not a Bayer mosaic")
    letters = raw.color_desc.decode("ascii", "replace")
    # The pattern is that of the whole sensor; the visible area begins inside it.
    pattern = np.roll(pattern, (-raw.sizes.top_margin, -raw.sizes.left_margin), axis=(0, 1))
    colours = [int(colour) for colour in pattern.flat]
    name = "".join(letters[colour] for colour in colours)
    if name not in bayer.PATTERNS or raw.num_colors != 3:
        raise RawError(path, f"has the filters {name} (a four-colour or unusual sensor), not a Bayer mosaic")
    return name, colours


def _photograph(raw, path, container):
    cfa, colours = _pattern(raw, path)
    # What a DNG file itself says of the mosaic that LibRaw took.
    whole = raw.sizes.raw_height, raw.sizes.raw_width
    described = [levels for levels in container.levels if levels.size == whole]
    black, white = _levels(raw, colours, described)
    means = {colour: float(np.mean(level)) for level, colour in zip(black, colours, strict=True)}
    means.setdefault(3, means[1])
    black_levels = tuple(int(means[colour]) if means[colour].is_integer() else means[colour] for colour in range(4))
    height, width = _sides(raw.sizes, path, container)
    if not 0 <= min(black_levels) <= max(black_levels) < white:
        raise RawError(
            path, f"opens but holds no picture: black levels {black_levels} do not lie below white level {white}"
        )
    matrix, matrix_source = _matrix(raw)
    gains, gains_source = _white_balance(raw, container)
    mosaic = raw.raw_image_visible
    fault = completeness.fault(mosaic, black_levels, white)
    if fault:
        raise RawError(path, fault)
    gains_by_colour = gains if len(gains) == 4 else (*gains, gains[1])
    of_places = [gains_by_colour[colour] for colour in colours]
    stack = _normalised(mosaic[:height, :width], cfa, black, white, of_places)
    return RawImage(
        stack=stack,
        cfa=cfa,
        white_balance=gains,
        white_balance_source=gains_source,
        camera_to_srgb=matrix,
        matrix_source=matrix_source,
        # LibRaw looks at the last bits of the number alone.
        flip=0 if container.senseless_orientation else int(raw.sizes.flip) & 7,
        black_levels=black_levels,
        white_level=white,
        camera=container.camera,
        height=height,
        width=width,
        pixel_aspect=float(raw.sizes.pixel_aspect) or 1.0,
        path=path,
        notes=_notes(described),
        plane_gains=tuple(of_places[2 * row + column] for row, column in bayer.positions(cfa)),
    )


def _notes(described):
    notes = []
    if len(described) > 1:
        notes.append(f"one of {len(described)} mosaics in the file")
    if described and described[0].passed_over:
        notes.append(f"corrections that it asks for are not made ({', '.join(described[0].passed_over)})")
    return tuple(notes)


def _levels(raw, colours, described):
    """Black levels of the visible area's four places, each a number or shape (height / 2, width / 2); white level.

    LibRaw takes a DNG file's black levels by the mosaic's corner, not by that of its active area, and their means where
    they differ by rows and columns.
    """
    if not described:
        return [int(raw.black_level_per_channel[colour]) for colour in colours], int(raw.white_level)
    top, left = raw.sizes.top_margin, raw.sizes.left_margin
    bottom, right = top + (raw.sizes.height & ~1), left + (raw.sizes.width & ~1)
    black = [
        described[0].black(range(top + row, bottom, 2), range(left + column, right, 2))
        for row in range(2)
        for column in range(2)
    ]
    return black, described[0].white


def _sides(sizes, path, container):
    """Even height and width of the visible area."""
    height, width = sizes.height & ~1, sizes.width & ~1
    if height < 2 or width < 2:
        raise RawError(path, f"damaged: the picture would be {sizes.height} × {sizes.width} pixels")
    bits = 8 * container.size / (sizes.raw_height * sizes.raw_width)
    if bits < _LEAST_BITS_PER_PIXEL:
        raise RawError(path, f"opens but holds no picture: {bits:.2g} bits of file a pixel")
    return height, width


def _matrix(raw):
    """The file's own matrix comes before LibRaw's for the model."""
    for matrix, source, convert in (
        (np.asarray(raw.color_matrix, float)[:, :3], "color_matrix", srgb.white_preserving),
        (np.asarray(raw.rgb_xyz_matrix, float)[:3], "rgb_xyz_matrix", srgb.camera_to_srgb),
    ):
        if not np.isfinite(matrix).all() or abs(np.linalg.det(matrix)) < 1e-6:
            continue
        with np.errstate(all="ignore"):
            to_srgb = convert(matrix)
        # Damaged tags give matrices that no camera has.
        if np.isfinite(to_srgb).all() and np.abs(to_srgb).max() < 20:
            return to_srgb, source
    return np.eye(3), "none"


def _white_balance(raw, container):
    # Where a file gives the colour of white and two matrices, LibRaw takes one of these, and passes the white over.
    of_white = (*(container.white_gains or (0, 0, 0)), 0)
    camera, daylight = raw.camera_whitebalance, raw.daylight_whitebalance
    for gains, source in ((camera, "camera"), (of_white, "camera"), (daylight, "daylight")):
        gains = np.asarray(gains, float)
        if not np.isfinite(gains).all() or min(gains[:3]) <= 0:
            continue
        if source == "daylight" and np.ptp(gains[:3]) == 0:
            continue  # What LibRaw says of cameras that it knows nothing about.
        second_green = gains[3] if gains[3] > 0 else gains[1]
        balanced = np.array([*gains[:3], second_green])
        balanced /= balanced.min()
        return tuple(map(float, balanced if second_green != gains[1] else balanced[:3])), source
    return (1.0, 1.0, 1.0), "none"


def _normalised(mosaic, cfa, black, white, gains):
    """The Bayer stack; black levels and gains are those of the four places of a cell."""
    height, width = mosaic.shape
    stack = np.empty((height // 2, width // 2, 4), np.float32)
    for plane, (row, column) in enumerate(bayer.positions(cfa)):
        place = 2 * row + column
        scale = gains[place] / np.subtract(white, black[place])
        samples = np.multiply(mosaic[row::2, column::2], np.float32(scale), dtype=np.float32)
        samples -= np.float32(black[place] * scale)
        np.clip(samples, 0, 1, out=stack[..., plane])
    return stack
