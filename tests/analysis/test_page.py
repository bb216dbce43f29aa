"""A page needs nothing but itself, shows no position unless it is asked to, and says where its answer ends."""

import base64
import html.parser
import io
import json
import re
from pathlib import Path

import numpy as np
import odd_files
import pictures
import pytest
import tiny_forensics
from PIL import Image

import neural_imaging as ni
from neural_imaging.analysis import conclusions, drawing, judge
from neural_imaging.coding import libjpeg
from neural_imaging.forensics.channel import Channel


@pytest.fixture(scope="module")
def joint():
    """A joint model behind pooling and a JPEG of quality 50."""
    return judge.load(tiny_forensics.make("ONet", manipulations=["sharpen:1", "awgn:5", "resample:50"]))


@pytest.fixture
def photo(tmp_path):
    """Write a photograph: photo(name, **options of the JPEG file); the path."""

    def write(name="photo.jpg", **options):
        (tmp_path / name).write_bytes(odd_files.saved(Image.fromarray(pictures.textured(48, 64)), "JPEG", **options))
        return tmp_path / name

    return write


class Reader(html.parser.HTMLParser):
    """Tags of a page with their attributes, and its text."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data


def test_a_page_loads_nothing_from_elsewhere(joint, photo):
    page = ni.analyse(photo(), joint).page()
    tags = Reader(page).tags
    sources = [value for _, attributes in tags for name, value in attributes.items() if name in ("src", "href")]
    assert sources
    assert all(source.startswith("data:image/") for source in sources)
    assert not {"script", "link", "iframe", "object"} & {tag for tag, _ in tags}
    assert not re.search(r"https?:|url\(|@import", page)


def test_every_picture_has_a_text_and_every_table_its_heads(joint, photo):
    tags = Reader(ni.analyse(photo(exif=odd_files.exif({})), joint).page()).tags
    assert all(attributes["alt"] for tag, attributes in tags if tag == "img")
    assert len([tag for tag, _ in tags if tag == "img"]) == 2 + 4 + 1 + 2
    assert all("scope" in attributes for tag, attributes in tags if tag == "th")


def test_names_and_texts_of_a_file_are_no_part_of_the_page(joint, photo):
    path = photo("<img src=x> &amp;.jpg", exif=odd_files.exif({271: "<script>alert(1)</script>"}))
    page = ni.analyse(path, joint).page()
    assert "<script>alert" not in page
    assert "<img src=x>" not in page
    reader = Reader(page)
    assert "<img src=x> &amp;.jpg" in reader.text
    assert "<script>alert(1)</script>" in reader.text


def test_the_position_is_hidden_unless_it_is_asked_for(joint, photo):
    path = photo(exif=odd_files.exif({}, position=True))
    hidden, shown = (ni.analyse(path, joint, position=wanted) for wanted in (False, True))
    assert hidden.content()["file"]["position"] == "hidden"
    for text in (hidden.page(), json.dumps(hidden.content())):
        assert "48.1" not in text
        assert "GPS" not in text
    assert "there is one; it is not shown" in Reader(hidden.page()).text
    assert shown.content()["file"]["position"] == pytest.approx(
        {"latitude": 48 + 8 / 60 + 14 / 3600, "longitude": -(11 + 34 / 60 + 31 / 3600), "altitude": 519}
    )
    assert "latitude 48.1372, longitude -11.5753, altitude 519" in Reader(shown.page()).text


def test_pictures_of_a_page_carry_nothing_of_the_file(joint, photo):
    page = ni.analyse(photo(exif=odd_files.exif({}, position=True)), joint).page()
    for address in re.findall(r'src="(data:[^"]*)"', page):
        with Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))) as image:
            assert not image.getexif()


def test_the_thumbnail_of_the_file_stands_beside_the_photo(joint, photo):
    analysis = ni.analyse(photo(), joint)
    without = len(re.findall("<img", analysis.page()))
    analysis.photograph.thumbnail = pictures.textured(12, 16)
    reader = Reader(analysis.page())
    alts = [attributes["alt"] for tag, attributes in reader.tags if tag == "img"]
    assert alts[-2:] == ["The photo", "The thumbnail in the file"]
    assert len(alts) == without + 2


def test_says_whether_the_files_table_is_that_of_the_channel(joint, photo, tmp_path):
    through = tmp_path / "through.jpg"
    through.write_bytes(libjpeg.encode(pictures.textured(48, 64), 50))
    said = [" ".join(ni.analyse(path, joint).sentences()) for path in (through, photo(quality=90))]
    assert "The file's JPEG table is that of this channel, as of any file" in said[0]
    assert said[0].startswith("The network ")
    assert "The file's JPEG table (quality about 90) is not that of this channel" in said[1]
    Image.fromarray(pictures.textured(48, 64)).save(tmp_path / "photo.png")
    assert said[1].startswith("Nothing can be concluded: the network does not know photos of this kind. ")
    analysis = ni.analyse(tmp_path / "photo.png", joint)
    assert "this file is none" in " ".join(analysis.sentences())
    assert conclusions.short(analysis).endswith("(not of its channel: a guess)")


def test_says_whether_a_file_was_a_coarser_jpeg_before(joint, tmp_path):
    picture = pictures.textured(200, 200)
    first = odd_files.saved(Image.fromarray(picture), "JPEG", quality=60)
    again = np.asarray(Image.open(io.BytesIO(first)).convert("RGB"))
    for name, shown in (("once", picture), ("twice", again)):
        Image.fromarray(shown).save(tmp_path / f"{name}.jpg", quality=85)
    once, twice = (Reader(ni.analyse(tmp_path / f"{name}.jpg", joint).page()).text for name in ("once", "twice"))
    assert "no traces; one that was not coarser" in once
    assert "it was saved as a coarser JPEG before, of quality about 60" in twice


def test_of_files_without_brightness_traces_are_not_measured(joint, tmp_path):
    picture = Image.fromarray(pictures.textured(200, 200))
    picture.save(tmp_path / "rgb.jpg", keep_rgb=True)
    picture.convert("CMYK").save(tmp_path / "cmyk.jpg")
    picture.convert("L").save(tmp_path / "grey.jpg")
    measured = {
        path.stem: ni.analyse(path, joint).content()["file"]["jpeg"]["recompression"]
        for path in sorted(tmp_path.glob("*.jpg"))
    }
    assert measured["rgb"] is None
    assert measured["cmyk"] is None
    assert measured["grey"]["found"] is False


def test_says_that_a_photo_from_elsewhere_is_outside_of_what_was_learned(joint, photo):
    channel = Channel(steps=[{"step": "resize", "kernel": "lanczos", "factor": 2}, {"step": "webp", "quality": 80}])
    other = judge.load(tiny_forensics.make("ONet", channel=channel))
    for expert, steps in ((joint, "resize pool 2, jpeg 50"), (other, "resize lanczos 2, webp 80")):
        origin = ni.analyse(photo(), expert).sentences()[1]
        assert f"behind one channel ({steps})" in origin
        assert "probably from elsewhere: there its answers were not measured, and can be wrong and look sure" in origin


def test_a_class_is_named_only_where_it_stands_out(joint, photo):
    analysis = ni.analyse(photo(quality=50), joint)
    analysis.probabilities[:] = [0.3, 0.25, 0.25, 0.2]
    assert analysis.sentences()[0].startswith("The network cannot tell: no class stands out. The most likely, “native”")
    analysis.probabilities[:] = [0.1, 0.7, 0.1, 0.1]
    found = f"The network finds “sharpen” most likely: 70 % in the mean of {analysis.judged.sum()} windows"
    assert analysis.sentences()[0] == f"{found}; a guess has 25 %."


def test_the_map_is_coloured_where_a_manipulation_is_likely_and_striped_where_nothing_can_be_told(joint):
    picture = pictures.textured(16, 48)
    picture[:, 32:] = 128
    analysis = ni.analyse(picture, joint)
    analysis.probabilities[0, 0], analysis.probabilities[0, 1] = [1, 0, 0, 0], [0, 1, 0, 0]
    palette = drawing.colours(analysis.classes, analysis.mean)
    drawn = drawing.named(picture, analysis.map(), palette).astype(int)
    colour = drawn.max(axis=2) - drawn.min(axis=2)
    assert colour[:, :16].max() == 0
    assert colour[:, 16:32].min() > 50
    assert colour[:, 32:].max() == 0
    assert 0.15 < (drawn[:, 32:, 0] == 90).mean() < 0.35


def test_a_network_of_many_classes_has_colours_for_the_likeliest():
    mean = np.arange(20) / 190
    palette = drawing.colours([str(place) for place in range(20)], mean)
    assert palette[0] is None
    assert set(palette[13:]) == set(drawing.COLOURS)
    assert set(palette[1:13]) == {drawing.OTHERS}


def test_an_array_has_a_page_too(joint, tmp_path):
    analysis = ni.analyse(pictures.textured(48, 64), joint)
    analysis.write(tmp_path / "array.html")
    assert "there is no file" in Path(tmp_path, "array.html").read_text()
    assert json.loads(Path(tmp_path, "array.json").read_text())["file"] == {}
