"""Real photographs of many cameras, and files that are no photographs; one skip where they are not on this machine."""

import csv
import os
import shutil
from pathlib import Path

import imageio.v3 as imageio
import numpy as np
import photographs
import pytest
import rawpy

from neural_imaging.base.errors import UserError
from neural_imaging.datasets import dataset
from neural_imaging.imaging import bayer, cameras, containers, develop, measures, raw, reading
from neural_imaging.models.jpeg import DifferentiableJPEG, LibJPEG

SHARED = Path(__file__).resolve().parents[2] / "shared/data"
PHOTOGRAPHS = Path(os.environ.get("NEURAL_IMAGING_TEST_DATA", SHARED))
CROPS = "raw/Nikon_crop_all_cfa/DSC_1339_768x512_{}.dng"

if not PHOTOGRAPHS.is_dir():
    pytest.skip("needs a folder of real photographs, in NEURAL_IMAGING_TEST_DATA", allow_module_level=True)


def rows(path):
    with path.open(newline="") as file:
        return {row["file"]: row for row in csv.DictReader(file)}


def real_files(folder):
    return sorted(path for path in (PHOTOGRAPHS / folder).rglob("*") if path.is_file())


def test_every_real_photograph_is_read():
    for path in real_files("raw"):
        photograph = raw.read(path)
        assert photograph.stack.dtype == np.float32
        assert photograph.stack.shape == (photograph.height // 2, photograph.width // 2, 4)
        assert 0 <= photograph.stack.min() < photograph.stack.max() <= 1
        np.testing.assert_allclose(photograph.camera_to_srgb.sum(axis=1), 1, atol=1e-6)
        assert min(photograph.white_balance) == 1
        assert photograph.camera


def test_every_bad_file_is_refused_with_a_reason():
    for path in real_files("raw_bad"):
        with pytest.raises(raw.RawError, match=r".{15,}") as refusal:
            raw.read(path)
        assert str(path) in str(refusal.value)
        assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("not_bayer/xtrans_like_synthetic.dng", "6 × 6"),
        ("not_bayer/canon_eos_6d.dng", "full colour"),
        ("unsupported/test.jpg", "JPEG picture"),
        ("unsupported/GOPR8513.GPR", "VC-5"),
        ("headerless/DSC_1339_768x512_rggb.raw", "no signature"),
        ("opens_but_empty/DNG.dng", "holds no picture"),
        ("opens_but_empty/Panasonic.rw2", "holds no picture"),
        ("opens_but_empty/ARW_exif_head.ARW", "cut off"),
        ("truncated/sample.nef", "cut off"),
    ],
)
def test_the_reason_says_what_is_wrong(file, reason):
    with pytest.raises(raw.RawError, match=reason):
        raw.read(PHOTOGRAPHS / "raw_bad" / file)


def test_the_same_samples_in_four_patterns_give_the_same_stack():
    read = [raw.read(PHOTOGRAPHS / CROPS.format(cfa.lower())) for cfa in bayer.PATTERNS]
    assert [photograph.cfa for photograph in read] == list(bayer.PATTERNS)
    for photograph in read[1:]:
        np.testing.assert_array_equal(photograph.stack, read[0].stack)


def test_black_levels_may_differ_between_colours():
    assert raw.read(PHOTOGRAPHS / "raw/Canon_EOS_D30/CRW.CRW").black_levels == (127, 128, 128, 128)


def test_a_senseless_camera_white_balance_gives_way_to_daylight():
    photograph = raw.read(PHOTOGRAPHS / "raw/Canon_EOS_D30/CRW.CRW")  # the camera's red gain reads −1
    assert photograph.white_balance_source == "daylight"
    np.testing.assert_allclose(photograph.white_balance, (2.1024, 1, 1.0567), atol=1e-4)


def test_a_camera_that_libraw_knows_nothing_about_is_read_without_balance_and_matrix():
    photograph = raw.read(PHOTOGRAPHS / "raw/Kodak_DC120/P003908.KDC")
    assert photograph.white_balance_source == photograph.matrix_source == "none"
    assert photograph.white_balance == (1, 1, 1)
    np.testing.assert_array_equal(photograph.camera_to_srgb, np.eye(3))
    assert photograph.landscape  # 848 × 976 pixels, each half again as wide as high


def test_the_visible_area_is_read_and_levels_are_normalised():
    path = PHOTOGRAPHS / "raw/Canon_PowerShot_S40/CRW_0104.CRW"
    photograph = raw.read(path)
    assert (photograph.height, photograph.width, photograph.camera) == (1720, 2312, "Canon PowerShot S40")
    with rawpy.imread(str(path)) as file:
        red = file.raw_image_visible[::2, ::2].astype(float)
        gain = file.camera_whitebalance[0] / file.camera_whitebalance[1]
    expected = np.clip((red - 32) / (1023 - 32) * gain, 0, 1)
    np.testing.assert_allclose(photograph.stack[..., 0], expected, atol=1e-6)


def test_every_camera_of_the_photographs_is_known(camera_file):
    known = cameras.load_all(camera_file)
    for path in sorted((PHOTOGRAPHS / "raw").rglob("*.*")):
        if "all_cfa" in str(path):
            continue  # Cut from a photograph by a program, once for each pattern; no camera has them all.
        photograph, camera = raw.read(path), cameras.find(known, containers.inspect(path).camera)
        assert camera.cfa == photograph.cfa
        if camera.camera_from_xyz is None:
            assert photograph.matrix_source == "none"
        else:
            np.testing.assert_allclose(camera.camera_to_srgb, photograph.camera_to_srgb, atol=2e-4)


def test_the_make_stands_once_in_a_name():
    path = PHOTOGRAPHS / "raw/Kodak_DC120/P003908.KDC"  # Make: Eastman Kodak Company, model: Kodak DC120 ZOOM …
    assert containers.inspect(path).camera == "Kodak DC120 ZOOM Digital Camera"


def test_pixels_that_are_not_square_have_no_automatic_target():
    taken = raw.read(PHOTOGRAPHS / "raw/Kodak_DC120/P003908.KDC")
    with pytest.raises(raw.RawError, match=r"pixels are not square.*use the target manual"):
        develop.target(taken, "auto")


def test_every_real_camera_has_an_automatic_target():
    for name in ("Canon_EOS_D30/CRW.CRW", "Canon_PowerShot_S40/CRW_0119.CRW", "Canon_PowerShot_G2/CRW_0304.CRW"):
        taken = raw.read(PHOTOGRAPHS / "raw" / name)
        assert develop.target(taken, "auto").shape == (taken.height, taken.width, 3)


def test_damaged_data_are_refused_though_libraw_decodes_on(tmp_path):
    content = bytearray((PHOTOGRAPHS / "raw/Kodak_DC120/P003911.KDC").read_bytes())
    (tmp_path / "a.kdc").write_bytes(content[: len(content) // 2] + bytes(3000) + content[len(content) // 2 + 3000 :])
    raw.read(tmp_path / "a.kdc")
    with pytest.raises(raw.RawError, match="damaged: LibRaw says"):
        reading.read(tmp_path / "a.kdc")


def test_bands_give_what_the_whole_picture_gives():
    photograph = raw.read(PHOTOGRAPHS / CROPS.format("gbrg"))
    whole = develop.render(develop.demosaic(photograph.mosaic, photograph.cfa), photograph.camera_to_srgb)
    np.testing.assert_array_equal(develop.develop_raw(photograph), whole)


def test_the_four_patterns_agree_but_for_the_shift_inside_a_cell():
    developed = [photographs.develop(PHOTOGRAPHS / CROPS.format(cfa.lower())) for cfa in bayer.PATTERNS]
    # The shift is by a pixel at most: it leaves means of 8 × 8 pixels alone but for those on strong edges.
    means = [picture.reshape(64, 8, 96, 8, 3).mean(axis=(1, 3)) for picture in developed]
    for mean in means[1:]:
        assert np.median(np.abs(mean - means[0])) < 1
        assert np.abs((mean - means[0]).mean(axis=(0, 1))).max() < 0.5


def test_the_pipelines_agree_on_a_real_photograph():
    path = PHOTOGRAPHS / CROPS.format("rggb")
    ours, bilinear, libraw = (photographs.develop(path, pipeline) for pipeline in photographs.PIPELINES)
    assert ours.dtype == np.uint8
    assert ours.shape == bilinear.shape == libraw.shape == (512, 768, 3)
    # They differ in demosaicing alone.
    assert measures.psnr(ours, libraw) > 32
    assert measures.psnr(ours, bilinear) > 30


def test_a_file_that_libraw_complains_about_is_refused(tmp_path):
    content = bytearray((PHOTOGRAPHS / "raw/Kodak_DC120/P003911.KDC").read_bytes())
    middle = len(content) // 2
    content[middle : middle + 3000] = bytes(3000)  # LibRaw decodes on with wrong values, and prints a warning
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.kdc").write_bytes(content)
    with pytest.raises(UserError):
        dataset.prepare(tmp_path / "in", tmp_path / "out", train=1, validation=0, seed=0)
    assert "Corrupt JPEG data" in rows(tmp_path / "out/refused.csv")["a.kdc"]["reason"]


def test_bad_files_never_stop_the_run(photograph, tmp_path):
    shutil.copytree(PHOTOGRAPHS / "raw_bad", tmp_path / "in/bad")
    photograph("in/z.dng")
    dataset.prepare(tmp_path / "in", tmp_path / "out", train=1, validation=0, seed=0, workers=2)
    table = rows(tmp_path / "out/images.csv")
    assert [file for file, row in table.items() if row["status"] == "used"] == ["z.dng"]
    assert all(row["reason"] for file, row in table.items() if file != "z.dng")


@pytest.mark.parametrize("quality", [10, 20, 30, 50, 75, 95])
def test_exact_rounding_gives_libjpegs_pictures_of_kodak_scenes(quality):
    real, ours = LibJPEG(quality), DifferentiableJPEG(quality, "round")
    for name in ("kodim03", "kodim13", "kodim20"):
        picture = imageio.imread(PHOTOGRAPHS / "kodak" / f"{name}.png")[None] / np.float32(255)
        expected, compressed = real(picture), np.asarray(ours(picture))
        assert 255 * np.abs(expected - compressed).mean() < 0.3
        assert abs(measures.psnr(picture[0], expected[0]) - measures.psnr(picture[0], compressed[0])) < 0.03
