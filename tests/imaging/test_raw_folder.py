"""Every file of a folder has an image of its own, and whatever is passed over is named with its reason."""

import os
import struct
from pathlib import Path

import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.imaging import containers, raw_folder


def _fill(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")


def _tried(folder):
    return {file.path.as_posix(): file.image for file in raw_folder.listing(folder) if not file.reason}


def _passed(folder):
    return {file.path.as_posix(): file.reason for file in raw_folder.listing(folder) if file.reason}


@pytest.mark.parametrize(
    "names",
    [
        ("2019/05/IMG_1.dng", "2019-05/IMG_1.dng", "2020/IMG_1.dng"),
        ("a/b.c.dng", "a/b/c.dng", "a-b/c.dng", "c.dng", "b.c.dng"),
        ("x/a.dng", "y/a.dng", "x-a-dng.dng"),
        ("a.dng", "A.DNG", "b/a.nef"),
        ("x/IMG.dng", "y/img.dng", "X/img.dng"),
        ("\u00e9.dng", "e\u0301.dng"),
        ("a%FF.dng", os.fsdecode(b"a\xff.dng")),
        (f"{'a' * 240}.dng", f"{'a' * 241}.dng"),
        (f"{'a' * 200}/{'b' * 200}/c.dng", f"{'a' * 200}/{'c' * 200}/c.dng"),
    ],
)
def test_no_two_files_have_one_image_on_any_file_system(tmp_path, names):
    _fill(tmp_path, *names)
    images = _tried(tmp_path)
    assert set(images) == set(names)
    assert len({raw_folder.key(image) for image in images.values()}) == len(names)
    assert all(len(image.encode()) < 200 and "/" not in image for image in images.values())


def test_a_name_never_goes_over_to_another_file(tmp_path):
    """Pictures that were developed are kept by their names."""
    _fill(tmp_path, "2019-05/IMG_1.dng", "2020/IMG_1.dng")
    before = _tried(tmp_path)
    _fill(tmp_path, "2019/05/IMG_1.dng")
    after = _tried(tmp_path)
    taken = {image: name for name, image in before.items()}
    assert all(taken.get(image, name) == name for name, image in after.items())


def test_linked_folders_are_looked_into_and_loops_end(tmp_path):
    _fill(tmp_path, "disk/D90/a.dng", "in/b.dng", "in/z/c.dng")
    (tmp_path / "in/D90").symlink_to("../disk/D90")
    (tmp_path / "in/again").symlink_to("z")
    (tmp_path / "in/z/up").symlink_to("../..")
    assert set(_tried(tmp_path / "in")) == {"D90/a.dng", "b.dng", "z/c.dng"}
    passed = _passed(tmp_path / "in")
    assert passed.pop("again") == "a link to a folder that is looked into already (z)"
    assert set(passed) == {"z/up/disk/D90", "z/up/in"}


def test_a_folder_that_holds_only_a_link_is_not_empty(tmp_path):
    _fill(tmp_path, "disk/a.dng")
    (tmp_path / "in").mkdir()
    (tmp_path / "in/D90").symlink_to(tmp_path / "disk")
    assert _tried(tmp_path / "in") == {"D90/a.dng": "a"}


def test_what_is_passed_over_is_named(tmp_path):
    _fill(tmp_path, "a.dng", "a.xmp", ".b.dng", ".trash/c.dng")
    os.mkfifo(tmp_path / "pipe.dng")
    (tmp_path / "gone.dng").symlink_to("nowhere")
    assert _passed(tmp_path) == {
        ".b.dng": "hidden",
        ".trash": "hidden",
        "a.xmp": "not a picture by its name (*.xmp)",
        "pipe.dng": "neither a file nor a folder",
    }
    assert _tried(tmp_path) == {"a.dng": "a", "gone.dng": "gone"}


def test_a_folder_without_permission_is_named(tmp_path, monkeypatch):
    _fill(tmp_path, "a.dng", "closed/b.dng")
    listdir = os.listdir

    def refuse(path):
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied")
        return listdir(path)

    monkeypatch.setattr(os, "listdir", refuse)
    assert _passed(tmp_path) == {"closed": "a folder that cannot be looked into (Permission denied)"}


def test_a_folder_of_which_all_is_passed_over_says_why(tmp_path):
    _fill(tmp_path, "a.xmp", ".b/c.dng")
    with pytest.raises(UserError, match=r"holds no files but those passed over \(\.b: hidden; a\.xmp: not a picture"):
        raw_folder.listing(tmp_path)


def _directory(start, *tags):
    """A TIFF structure's first directory, at 8, of texts and bytes by tag and of others that are numbers."""
    entries, values, place = b"", b"", 8 + 2 + 12 * len(tags) + 4
    for tag, value in tags:
        if isinstance(value, int):
            entries += struct.pack("<HHII", tag, 4, 1, value)
            continue
        kind = 2 if value.endswith(b"\0") else 7
        entries += struct.pack("<HHII", tag, kind, len(value), start + place + len(values))
        values += value
    return struct.pack("<H", len(tags)) + entries + bytes(4) + values


def _raw_file(exif):
    """A TIFF file with a model and a directory of EXIF behind the first one."""
    first = 2 + 12 * 2 + 4 + len(b"Model\0")
    head = b"II*\0" + struct.pack("<I", 8)
    return head + _directory(0, (272, b"Model\0"), (34665, 8 + first)) + _directory(first, *exif)


def _nikon(serial):
    return b"Nikon\0\x02\x10\0\0" + b"II*\0" + struct.pack("<I", 8) + _directory(0, (1, b"0210"), (29, serial))


@pytest.mark.parametrize(
    ("exif", "serial"),
    [
        ([(42033, b"033024001432\0")], "033024001432"),
        ([(37500, _nikon(b"3000001\0"))], "3000001"),
        ([(42033, b"      \0"), (37500, _nikon(b"3000001\0"))], "3000001"),
        ([(37500, b"Nikon\0\x02 and nothing that makes sense")], ""),
        ([(37500, b"another maker's notes")], ""),
    ],
)
def test_a_body_is_known_by_the_serial_number_of_exif_or_of_its_makers_notes(tmp_path, exif, serial):
    (tmp_path / "a.nef").write_bytes(_raw_file(exif))
    container = containers.inspect(tmp_path / "a.nef")
    assert (container.camera, container.serial) == ("Model", serial)


def test_devices_of_a_folder_are_told_apart_by_their_serial_numbers(tmp_path):
    for serial, names in {"3000011": ("b", "d", "a"), "3000007": ("c", "e"), "       ": ("f",)}.items():
        for name in names:
            (tmp_path / f"{name}.nef").write_bytes(_raw_file([(42033, serial.encode() + b"\0")]))
    devices, left_out = raw_folder.by_serial(tmp_path, least=3)
    assert {serial: [path.stem for path in paths] for serial, paths in devices.items()} == {"3000011": ["a", "b", "d"]}
    assert [(each["device"], each["file"]) for each in left_out] == [("", "f.nef"), ("3000007", "")]
    assert left_out[1]["reason"] == "has 2 files, and 3 are needed"


def test_a_folder_without_serial_numbers_is_refused(photograph):
    with pytest.raises(UserError, match="no file says the serial number"):
        raw_folder.by_serial(photograph("a/photo.dng").parent)
