"""Every file of a folder has an image of its own, and whatever is passed over is named with its reason."""

import os
from pathlib import Path

import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.imaging import raw_folder


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
