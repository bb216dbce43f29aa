import sys

import numpy as np
import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.coding import bpg, payload, standards
from neural_imaging.imaging import measures

INSTALLED = ("jpeg", "jpeg2000", "webp", "jpegxl", "avif")
# For each, a low and a high quality.
ENDS = {
    "jpeg": (10, 95),
    "jpeg2000": (25, 44),
    "webp": (0, 95),
    "jpegxl": (15.0, 0.5),
    "avif": (5, 90),
    "bpg": (39, 10),
}
# What the stand-ins write is a BPG header of a 4:4:4 picture with the PNG file behind it.
ENCODER = """
import sys
options = sys.argv[1:]
assert options[options.index("-f") + 1] == "444" and 0 <= int(options[options.index("-q") + 1]) <= 51
picture = open(options[-1], "rb").read()
open(options[options.index("-o") + 1], "wb").write(b"BPG\\xfb\\x60\\x00\\x20\\x20\\x00" + picture)
"""
DECODER = """
import sys
open(sys.argv[2], "wb").write(open(sys.argv[3], "rb").read()[9:])
"""


@pytest.fixture(scope="module")
def picture():
    generator = np.random.default_rng(2)
    coarse = np.kron(generator.integers(0, 256, (6, 8, 3)).astype(float), np.ones((16, 16, 1)))
    return np.clip(0.8 * coarse + generator.normal(0, 12, coarse.shape) + 20, 0, 255).astype(np.uint8)


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """Put programs on the path: programs(bpgenc="source of a Python program", …)."""

    def write(**sources):
        for name, source in sources.items():
            (tmp_path / name).write_text(f"#!{sys.executable}\n{source}")
            (tmp_path / name).chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))

    return write


@pytest.mark.parametrize("name", INSTALLED)
def test_pictures_come_back_better_the_more_bytes_they_take(name, picture):
    codec = standards.get(name)
    low, high = (codec.encode(picture, quality) for quality in ENDS[name])
    worse, better = codec.decode(low), codec.decode(high)
    assert worse.shape == better.shape == picture.shape
    assert worse.dtype == np.uint8
    assert len(low) < len(high)
    assert 15 < measures.psnr(picture, worse) < measures.psnr(picture, better) < 60
    assert 0 < codec.payload(low) <= len(low)
    assert all(character.isdigit() for character in codec.version[-1])


@pytest.mark.parametrize("name", INSTALLED)
def test_colours_keep_their_full_resolution_where_it_is_said(name):
    stripes = np.full((64, 64, 3), 128, np.uint8)
    stripes[:, ::2, 0], stripes[:, ::2, 2] = 200, 60
    codec = standards.get(name)
    psnr = measures.psnr(stripes, codec.decode(codec.encode(stripes, ENDS[name][1])))
    # Stripes of one pixel are gone where colours have half the resolution: about 19 dB.
    assert (psnr > 30) == (codec.subsampling == "4:4:4")
    assert codec.subsampling == ("4:2:0" if name == "webp" else "4:4:4")


@pytest.mark.parametrize("name", INSTALLED)
def test_default_qualities_are_taken(name, picture):
    codec = standards.get(name)
    for quality in codec.qualities:
        codec.check(quality)
    sizes = [len(codec.encode(picture[:16, :16], quality)) for quality in (codec.qualities[0], codec.qualities[-1])]
    assert sizes[0] != sizes[1]


def test_the_papers_qualities_are_the_default():
    by_name = {standard.name: standard.qualities for standard in map(standards.get, INSTALLED)}
    assert by_name["jpeg"] == tuple(range(95, 5, -5))
    assert by_name["jpeg2000"] == tuple(range(25, 45))


@pytest.mark.parametrize("quality", [-1, 101, 50.5, "50", None, True, float("nan"), [50]])
def test_qualities_that_a_codec_lacks_are_refused(quality, picture):
    with pytest.raises(UserError, match="WebP: quality must be a whole number from 0 to 100"):
        standards.get("webp").encode(picture, quality)


def test_jpeg2000_reaches_the_psnr_it_is_asked_for(picture):
    codec = standards.get("jpeg2000")
    for quality in (30, 36.5):
        reached = measures.psnr(picture, codec.decode(codec.encode(picture, quality)))
        # The target is met before the decoder rounds to 8 bits.
        assert reached == pytest.approx(quality, abs=0.6)


@pytest.mark.parametrize("name", INSTALLED)
def test_other_pictures_are_refused(name):
    codec = standards.get(name)
    for shape, kind in (((8, 8), np.uint8), ((8, 8, 4), np.uint8), ((8, 8, 3), np.uint16), ((0, 8, 3), np.uint8)):
        with pytest.raises(UserError, match="takes 8-bit RGB pictures"):
            codec.encode(np.zeros(shape, kind), ENDS[name][0])


@pytest.mark.parametrize("name", INSTALLED)
def test_what_is_no_coded_picture_is_refused(name, picture):
    codec = standards.get(name)
    for data in (b"", b"garbage" * 20, codec.encode(picture, ENDS[name][0])[:20]):
        with pytest.raises(UserError, match=f"{codec.label} cannot decode it"):
            codec.decode(data)


def test_an_unknown_codec_is_refused_and_bpg_where_it_is_missing(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert standards.available() == list(INSTALLED)
    assert standards.names() == [*INSTALLED, "bpg"]
    with pytest.raises(UserError, match="codec 'jpg' is not known; known are jpeg, jpeg2000, webp"):
        standards.get("jpg")
    with pytest.raises(UserError, match="BPG needs the programs bpgenc and bpgdec on the path"):
        standards.get("bpg")


def test_bpg_goes_through_its_programs(programs, picture):
    programs(bpgenc=ENCODER, bpgdec=DECODER)
    codec = standards.get("bpg")
    data = codec.encode(picture, 29)
    np.testing.assert_array_equal(codec.decode(data), picture)
    assert codec.payload(data) == len(data) - 9
    assert codec.qualities == tuple(range(10, 40))
    assert codec.version == "bpgenc"


@pytest.mark.parametrize(
    ("encoder", "message"),
    [
        ("import sys; sys.exit('no memory')", r"bpgenc failed \(exit status 1\): no memory"),
        ("", "bpgenc ended well, but wrote no file"),
        ("import sys; open(sys.argv[6], 'wb').write(b'nothing')", "bpgenc wrote not a BPG file"),
        ("import time; time.sleep(60)", "bpgenc took more than 0.5 seconds and was stopped"),
    ],
)
def test_a_bpg_encoder_that_fails_is_named_with_the_reason(programs, monkeypatch, picture, encoder, message):
    programs(bpgenc=encoder, bpgdec=DECODER)
    monkeypatch.setattr(bpg, "TIME_LIMIT", 0.5 if "sleep" in encoder else 60)
    with pytest.raises(UserError, match=message):
        standards.get("bpg").encode(picture, 29)


def test_a_bpg_decoder_that_writes_no_picture_is_refused(programs, picture):
    programs(bpgenc=ENCODER, bpgdec="import sys; open(sys.argv[2], 'wb').write(b'nothing')")
    codec = standards.get("bpg")
    with pytest.raises(UserError, match="bpgdec wrote no PNG file"):
        codec.decode(codec.encode(picture, 29))
    with pytest.raises(UserError, match="not a BPG file"):
        codec.decode(b"nothing")
    assert payload.bpg(codec.encode(picture, 29)) > 0
