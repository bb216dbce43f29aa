"""Black and white levels are those that a DNG file gives, at each place of the mosaic."""

import struct
from fractions import Fraction

import numpy as np
import pytest
import tifffile

from neural_imaging.imaging import containers, raw

WHITE, HEIGHT, WIDTH = 4095, 64, 96
LAYOUT, REPEAT, BLACK, BLACK_COLUMNS, BLACK_ROWS, WHITE_LEVEL, ACTIVE_AREA = 50711, *range(50713, 50718), 50829
# Patterns of RGGB from the active area's corner; the places that LibRaw leaves out at odd margins turn them.
TAGS = {
    271: ("s", "Test"),
    272: ("s", "Test Camera"),
    33421: ("H", (2, 2)),
    33422: ("B", (0, 1, 1, 2)),
    50706: ("B", (1, 4, 0, 0)),
    50708: ("s", "Test Camera"),
    50721: ("2i", (1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1)),
    50728: ("2I", (1, 1, 1, 1, 1, 1)),
    WHITE_LEVEL: ("I", (WHITE,)),
}


def _scene(height, width):
    """Light from 0.1 to 0.5, the same for every colour."""
    y, x = np.mgrid[0:height, 0:width]
    return 0.3 + 0.1 * np.sin(x / 7) + 0.1 * np.cos(y / 5)


def _dng(path, light, black, tags, margins=(0, 0), white=WHITE):
    """A mosaic of this light above these black levels, in a frame of a top and a left margin."""
    samples = np.rint(black + light * (white - black)).astype(np.uint16)
    framed = np.pad(samples, ((margins[0], 0), (margins[1], 0)), mode="reflect")
    area = (*margins, margins[0] + light.shape[0], margins[1] + light.shape[1])
    extra = []
    for tag, (kind, value) in filter(lambda item: item[1], (TAGS | {ACTIVE_AREA: ("I", area)} | tags).items()):
        count = 0 if kind == "s" else len(value) // (2 if kind.startswith("2") else 1)
        extra.append((tag, kind, count, value if count != 1 or kind.startswith("2") else value[0], True))
    tifffile.imwrite(path, framed, photometric="cfa", metadata=None, software=False, extratags=extra)
    return raw.read(path)


def _check(photograph, light, margins=(0, 0)):
    """White balance is even, so that the mosaic is the light itself."""
    top, left = (margin % 2 for margin in margins)  # LibRaw begins at even places.
    height, width = photograph.mosaic.shape
    np.testing.assert_allclose(photograph.mosaic, light[top : top + height, left : left + width], atol=5e-4)


def _rationals(values, denominator=1000):
    parts = [Fraction(float(value)).limit_denominator(denominator) for value in values]
    return tuple(number for part in parts for number in (part.numerator, part.denominator))


@pytest.mark.parametrize("margins", [(0, 0), (1, 0), (0, 1), (1, 1), (2, 3), (14, 42)])
def test_each_colour_has_its_own_black_wherever_the_active_area_begins(tmp_path, margins):
    cell, light = np.array([[100, 200], [300, 400]]), _scene(HEIGHT, WIDTH)
    tags = {REPEAT: ("H", (2, 2)), BLACK: ("I", tuple(cell.flat))}
    photograph = _dng(tmp_path / "a.dng", light, np.tile(cell, (HEIGHT // 2, WIDTH // 2)), tags, margins)
    _check(photograph, light, margins)
    assert sorted(photograph.black_levels) == [100, 200, 300, 400]


@pytest.mark.parametrize("margins", [(0, 0), (1, 1)])
@pytest.mark.parametrize("shape", [(1, 2), (2, 1), (4, 4), (1, 4)])
def test_patterns_of_black_levels_of_other_sizes_are_followed(tmp_path, margins, shape):
    cell, light = 100 + 20 * np.arange(np.prod(shape)).reshape(shape), _scene(HEIGHT, WIDTH)
    tags = {REPEAT: ("H", shape), BLACK: ("I", tuple(cell.flat))}
    black = np.tile(cell, (HEIGHT // shape[0], WIDTH // shape[1]))
    _check(_dng(tmp_path / "a.dng", light, black, tags, margins), light, margins)


@pytest.mark.parametrize("margins", [(0, 0), (1, 1)])
def test_rows_and_columns_may_have_black_levels_of_their_own(tmp_path, margins):
    light, random = _scene(HEIGHT, WIDTH), np.random.default_rng(0)
    rows, columns = (random.integers(-40, 40, count) / 4 for count in (HEIGHT, WIDTH))
    tags = {
        BLACK: ("2I", _rationals([512.5])),
        BLACK_ROWS: ("2i", _rationals(rows)),
        BLACK_COLUMNS: ("2i", _rationals(columns)),
    }
    black = 512.5 + rows[:, np.newaxis] + columns
    photograph = _dng(tmp_path / "a.dng", light, black, tags, margins)
    _check(photograph, light, margins)
    assert photograph.black_levels == pytest.approx((512.5,) * 4, abs=3)


def test_what_a_file_does_not_say_is_as_the_specification_has_it(tmp_path):
    light = _scene(HEIGHT, WIDTH)
    photograph = _dng(tmp_path / "a.dng", light, 0, {WHITE_LEVEL: None}, white=65535)
    assert (photograph.white_level, set(photograph.black_levels)) == (65535, {0})
    _check(photograph, light)


@pytest.mark.parametrize("layout", range(2, 10))
def test_staggered_layouts_are_refused(tmp_path, layout):
    with pytest.raises(raw.RawError, match=f"staggered layout .CFALayout {layout}"):
        _dng(tmp_path / "a.dng", _scene(HEIGHT, WIDTH), 0, {LAYOUT: ("H", (layout,))})


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({REPEAT: ("H", (2, 2)), BLACK: ("I", (1, 2, 3))}, "3 black levels for a pattern"),
        ({BLACK_ROWS: ("2i", (1, 1) * 5)}, "black levels of 5 rows for 64"),
        ({BLACK_COLUMNS: ("2i", (1, 1) * 5)}, "black levels of 5 columns for 96"),
        ({BLACK: ("2I", (1, 0))}, "no numbers"),
        ({ACTIVE_AREA: ("I", (0, 0, 640, 96))}, "active area"),
    ],
)
def test_levels_that_do_not_fit_the_mosaic_are_refused(tmp_path, tags, reason):
    with pytest.raises(raw.RawError, match=reason):
        _dng(tmp_path / "a.dng", _scene(HEIGHT, WIDTH), 0, tags)


@pytest.mark.parametrize(("layout", "staggered"), [(0x0102, True), (0x8102, True), (0x010C, False)])
def test_fuji_files_say_whether_their_pixels_stand_on_a_square_grid(tmp_path, layout, staggered):
    record = struct.pack(">IHHIHHHH", 2, 0x100, 4, 0, 0x130, 4, layout, 0)
    head = b"FUJIFILMCCD-RAW ".ljust(28, b"0") + b"FinePix".ljust(64, b"\0") + struct.pack(">I", 200)
    (tmp_path / "a.raf").write_bytes(head.ljust(200, b"\0") + record)
    assert ("Super CCD" in containers.inspect(tmp_path / "a.raf").problem) == staggered


def test_white_given_as_a_chromaticity_is_the_cameras_own_and_not_daylight(tmp_path):
    light, xy = _scene(HEIGHT, WIDTH), (0.3457, 0.3585)  # D50
    matrix = np.array([[0.8, -0.2, 0], [-0.9, 1.7, 0.2], [-0.2, 0.2, 0.8]])
    tags = {50728: None, 50721: ("2i", _rationals(matrix.ravel()))}
    none = _dng(tmp_path / "none.dng", light, 0, tags)
    shot = _dng(tmp_path / "shot.dng", light, 0, tags | {50729: ("2I", _rationals(xy))})
    assert (shot.white_balance_source, none.white_balance_source) == ("camera", "daylight")
    # What the camera answers to a grey surface in that light.
    answer = matrix @ [xy[0] / xy[1], 1, (1 - sum(xy)) / xy[1]]
    np.testing.assert_allclose(shot.white_balance, answer.max() / answer, rtol=2e-3)
    senseless = _dng(tmp_path / "senseless.dng", light, 0, tags | {50729: ("2I", (0, 1, 0, 1))})
    assert senseless.white_balance_source != "camera"


@pytest.mark.parametrize("cool_first", [False, True])
@pytest.mark.parametrize(
    ("xy", "kelvin"),
    # CIE 15: illuminants A, D50, D65 and D75.
    [((0.44757, 0.40745), 2856), ((0.34567, 0.35850), 5003), ((0.31271, 0.32902), 6504), ((0.29902, 0.31485), 7504)],
)
def test_white_lies_between_the_lights_of_two_matrices(tmp_path, xy, kelvin, cool_first):
    warm = np.array([[0.8, -0.2, 0], [-0.9, 1.7, 0.2], [-0.2, 0.2, 0.8]])
    cool = warm * [[1.3], [1], [0.9]]
    analog, calibration = np.array([1.2, 1, 0.9]), np.diag([1, 1, 1.1])
    matrices, lights = [warm, cool], [17, 21]
    if cool_first:
        matrices, lights = matrices[::-1], lights[::-1]
    tags = {50728: None, 50727: ("2I", _rationals(analog)), 50729: ("2I", _rationals(xy, 100_000))}
    for number, (matrix, light) in enumerate(zip(matrices, lights, strict=True)):
        tags[50721 + number] = ("2i", _rationals(matrix.ravel()))
        tags[50723 + number] = ("2i", _rationals(calibration.ravel()))
        tags[50778 + number] = ("H", (light,))
    shot = _dng(tmp_path / "shot.dng", _scene(HEIGHT, WIDTH), 0, tags)
    share = np.clip((1 / kelvin - 1 / 6500) / (1 / 2850 - 1 / 6500), 0, 1)
    between = share * warm + (1 - share) * cool
    answer = analog * (calibration @ between @ [xy[0] / xy[1], 1, (1 - sum(xy)) / xy[1]])
    assert shot.white_balance_source == "camera"
    np.testing.assert_allclose(shot.white_balance, answer.max() / answer, rtol=2e-3)
