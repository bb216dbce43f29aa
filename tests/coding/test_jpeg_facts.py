"""What a JPEG file says of its coding is read of every kind that can be opened."""

import io

import imagecodecs
import numpy as np
import pytest
from PIL import Image

from neural_imaging.coding import jpeg_facts, jpeg_tables


def saved(mode="RGB", **options):
    picture = np.random.default_rng(0).integers(0, 256, (40, 56, 3), np.uint8)
    data = io.BytesIO()
    Image.fromarray(picture).convert(mode).save(data, "JPEG", **options)
    return data.getvalue()


@pytest.mark.parametrize("quality", [1, 37, 50, 75, 95, 100])
def test_the_quality_of_libjpegs_tables_is_found_exactly(quality):
    facts = jpeg_facts.read(saved(quality=quality))
    np.testing.assert_array_equal(facts.tables, jpeg_tables.pair(quality))
    assert facts.qualities == [(quality, True), (quality, True)]


def test_other_tables_have_the_nearest_quality():
    tables = [np.full(64, 3), np.full(64, 5)]
    facts = jpeg_facts.read(saved(qtables=[table.tolist() for table in tables]))
    np.testing.assert_array_equal(facts.tables, [table.reshape(8, 8) for table in tables])
    expected = [jpeg_tables.estimate_quality(table.reshape(8, 8), place > 0) for place, table in enumerate(tables)]
    assert facts.qualities == [(quality, False) for quality in expected]


@pytest.mark.parametrize(
    ("given", "process", "components", "subsampling"),
    [
        ({"subsampling": "4:4:4"}, "baseline", 3, "4:4:4"),
        ({"subsampling": "4:2:2"}, "baseline", 3, "4:2:2"),
        ({"subsampling": "4:2:0", "progressive": True}, "progressive", 3, "4:2:0"),
        ({"mode": "L"}, "baseline", 1, ""),
        ({"mode": "CMYK"}, "baseline", 4, "4:4:4"),
    ],
)
def test_process_and_subsampling_are_those_of_the_frame(given, process, components, subsampling):
    facts = jpeg_facts.read(saved(**given))
    assert (facts.process, facts.bits, facts.components) == (process, 8, components)
    assert facts.subsampling == subsampling
    assert (facts.scans > 1) == (process == "progressive")
    assert not facts.damage


def test_rarer_subsamplings_have_their_names():
    picture = np.random.default_rng(0).integers(0, 256, (40, 56, 3), np.uint8)
    for given, name in (("411", "4:1:1"), ("440", "4:4:0"), ("422", "4:2:2")):
        assert jpeg_facts.read(imagecodecs.jpeg8_encode(picture, subsampling=given)).subsampling == name


def test_what_else_is_in_the_file_is_named():
    exif = Image.Exif()
    exif[271] = "Nikon"
    facts = jpeg_facts.read(saved(exif=exif, comment=b"May", restart_marker_rows=1, icc_profile=b"profile") + b"video")
    assert facts.applications == ["APP0 JFIF", "APP1 Exif", "APP2 ICC_PROFILE"]
    assert facts.comment
    assert facts.restarts
    assert facts.trailing == 5
    plain = jpeg_facts.read(saved())
    assert (plain.comment, plain.restarts, plain.trailing) == (False, False, 0)


def test_of_a_damaged_file_what_stands_before_the_damage_is_known():
    data = saved(quality=80)
    facts = jpeg_facts.read(data[: len(data) // 2])
    assert facts.qualities[0] == (80, True)
    assert "cut" in facts.damage
    assert jpeg_facts.read(b"text").damage == "not a JPEG file"
    assert jpeg_facts.read(data[:30]).tables == []
