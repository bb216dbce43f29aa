import dataclasses

import numpy as np
import pytest

from neural_imaging.imaging import bayer, dng, raw, simulation


@pytest.mark.parametrize("camera", ["D90", "D7000", "EOS5D", "EOS40D"])
def test_a_simulated_photograph_is_described_as_it_was_taken(photograph, profile, camera):
    expected, read = profile(camera), raw.read(photograph("a.dng", camera))
    assert (read.cfa, read.white_level, set(read.black_levels)) == (expected.cfa, expected.white, {expected.black})
    assert (read.white_balance_source, read.matrix_source) == ("camera", "color_matrix")
    np.testing.assert_allclose(read.white_balance, expected.white_balance, atol=1e-5)
    np.testing.assert_allclose(read.camera_to_srgb, expected.camera_to_srgb, atol=1e-5)
    assert read.camera == f"Simulated {expected.name}"


@pytest.mark.parametrize("cfa", bayer.PATTERNS)
@pytest.mark.parametrize(("top", "left"), [(0, 1), (1, 0), (1, 3), (2, 2)])
def test_margins_do_not_upset_the_pattern(tmp_path, profile, small_scene, cfa, top, left):
    camera = dataclasses.replace(profile(), cfa=cfa)
    mosaic = simulation.expose(small_scene, camera)
    height, width = mosaic.shape
    framed = np.pad(mosaic, ((top, 3), (left, 1)), constant_values=camera.white)
    dng.write(tmp_path / "framed.dng", framed, camera, active_area=(top, left, top + height, left + width))
    # LibRaw begins at even places: of an odd margin it leaves out a line, and turns the pattern with it.
    turned = np.roll(np.array(list(cfa)).reshape(2, 2), (-(top % 2), -(left % 2)), axis=(0, 1))
    cut = mosaic[top % 2 :, left % 2 :]
    cut = cut[: cut.shape[0] & ~1, : cut.shape[1] & ~1]
    dng.write(tmp_path / "plain.dng", cut, dataclasses.replace(camera, cfa="".join(turned.flat)))
    plain, framed = (raw.read(tmp_path / f"{name}.dng") for name in ("plain", "framed"))
    assert plain.cfa == framed.cfa == "".join(turned.flat)
    np.testing.assert_array_equal(plain.stack, framed.stack)


@pytest.mark.parametrize("value", [0, 256, 3840])
def test_a_constant_mosaic_holds_no_picture(tmp_path, profile, value):
    dng.write(tmp_path / "a.dng", np.full((64, 96), value, np.uint16), profile())
    with pytest.raises(raw.RawError, match="holds no picture"):
        raw.read(tmp_path / "a.dng")


def test_a_mosaic_whose_last_rows_are_empty_is_cut_off(tmp_path, profile, small_scene):
    mosaic = simulation.expose(small_scene, profile("EOS5D"), np.random.default_rng(0))
    mosaic[40:] = 0
    dng.write(tmp_path / "a.dng", mosaic, profile("EOS5D"))
    with pytest.raises(raw.RawError, match="last 24 of 64 rows"):
        raw.read(tmp_path / "a.dng")


def _subtracted(profile):
    """A camera that takes off its black level itself."""
    return dataclasses.replace(profile("EOS5D"), black=0)


def _lit(camera, shape=(128, 160)):
    """A mosaic without a sample at the black level."""
    return np.random.default_rng(1).integers(camera.black + 50, camera.white // 2, shape).astype(np.uint16)


@pytest.mark.parametrize("black", [0, 128])
def test_a_photograph_whose_darkest_rows_are_at_the_black_level_is_whole(tmp_path, profile, black):
    camera = dataclasses.replace(profile("EOS5D"), black=black)
    mosaic = _lit(camera)
    mosaic[64:] = black
    dng.write(tmp_path / "a.dng", mosaic, camera)
    assert raw.read(tmp_path / "a.dng").stack[32:].max() == 0


@pytest.mark.parametrize(("black", "frame"), [(0, 0), (128, 0), (128, 128), (128, 700)])
def test_a_photograph_in_a_frame_is_whole(tmp_path, profile, black, frame):
    camera = dataclasses.replace(profile("EOS5D"), black=black)
    mosaic = _lit(camera)
    mosaic[:12] = mosaic[-12:] = frame
    dng.write(tmp_path / "a.dng", mosaic, camera)
    assert raw.read(tmp_path / "a.dng").height == 128


def test_a_night_scene_that_fades_into_black_is_whole(tmp_path, profile):
    rng, camera = np.random.default_rng(2), _subtracted(profile)
    light = np.linspace(30, -16, 128)[:, np.newaxis] + np.linspace(5, -5, 160)
    mosaic = np.clip(np.rint(light + rng.normal(0, 0.6, light.shape)), 0, None).astype(np.uint16)
    dng.write(tmp_path / "a.dng", mosaic, camera)
    assert (mosaic[-8:] == 0).all()
    assert raw.read(tmp_path / "a.dng").height == 128


@pytest.mark.parametrize("black", [0, 128])
@pytest.mark.parametrize("kept", [0.2, 0.503, 0.87])
def test_a_file_that_was_filled_up_with_zeros_is_cut_off(tmp_path, profile, black, kept):
    camera = dataclasses.replace(profile("EOS5D"), black=black)
    mosaic = _lit(camera)
    mosaic.flat[int(kept * mosaic.size) :] = 0  # as a download that reserved its place
    dng.write(tmp_path / "a.dng", mosaic, camera)
    with pytest.raises(raw.RawError, match="cut off or damaged: the last"):
        raw.read(tmp_path / "a.dng")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<!DOCTYPE html><html><body>504 Gateway Time-out</body></html>" * 9, r"a web page \(HTML\)"),
        (b'\xef\xbb\xbf  <html lang="en">' + b" " * 600, r"a web page \(HTML\)"),
        (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "a text in XML"),
        (b'{"message": "Not Found", "status": "404"}', "a text in JSON"),
        ("404: nicht gefunden, leider für immer".encode(), "a text"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n", "a pointer of Git LFS"),
        (b"../../.git/annex/objects/Zz/qX/MD5E-s1234--abc.nef", "a pointer of git-annex"),
        (b"II+\0\x08\0\0\0" + bytes(range(100)), "a BigTIFF file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "a PNG picture"),
        (b"\0\0\0\x18ftypheic" + bytes(100), "a picture in HEIF"),
        (b"\0\0\0\x18ftypisom" + bytes(100), r"a video \(MP4 or QuickTime\)"),
        (b"PK\x03\x04" + bytes(100), "a ZIP archive"),
        (b"\0\x05\x16\x07" + bytes(100), "an AppleDouble file"),
        (bytes(5000), "nothing but zero bytes at its start"),
    ],
)
def test_what_is_called_a_raw_file_and_is_none_is_named(tmp_path, content, reason):
    (tmp_path / "photo.NEF").write_bytes(content)
    with pytest.raises(raw.RawError, match=f"photo.NEF: not a RAW file that LibRaw reads: {reason}"):
        raw.read(tmp_path / "photo.NEF")


def test_a_burnt_out_floor_is_still_a_picture(tmp_path, profile, small_scene):
    mosaic = simulation.expose(small_scene, profile(), np.random.default_rng(0))
    mosaic[40:] = profile().white
    dng.write(tmp_path / "a.dng", mosaic, profile())
    assert raw.read(tmp_path / "a.dng").stack[20:].min() == 1


@pytest.mark.parametrize("share", [0.02, 0.3, 0.9, 0.999])
def test_a_file_that_was_cut_off_is_refused(photograph, share):
    path = photograph("a.dng")
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    with pytest.raises(raw.RawError):
        raw.read(path)


@pytest.mark.parametrize("content", [b"", b"II*\0", b"x" * 1000, b"II*\0" + b"\xff" * 1000, b"FUJIFILM" + bytes(99)])
def test_nonsense_is_refused(tmp_path, content):
    (tmp_path / "a.dng").write_bytes(content)
    with pytest.raises(raw.RawError):
        raw.read(tmp_path / "a.dng")


def test_a_photograph_prints_as_one_line(photograph):
    taken = raw.read(photograph("a.dng"))
    assert str(taken) == f"{taken.path}: Simulated Nikon D90, 96 × 64 pixels, GBRG, white balance: camera"
    assert "array" not in repr(taken)
    assert "GBRG" in repr(taken)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(raw.RawError, match=r"absent\.dng: no such file"):
        raw.read(tmp_path / "absent.dng")
