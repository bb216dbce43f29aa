import json
import os
import resource

import h5py
import numpy as np
import pytest

from neural_imaging import models
from neural_imaging.base import files
from neural_imaging.base.errors import DiskFullError, UserError


def test_a_folder_in_the_place_of_an_output_is_refused_and_nothing_is_left(tmp_path):
    (tmp_path / "taken").mkdir()
    with pytest.raises(UserError, match="taken: is a folder"):
        files.write_text(tmp_path / "taken", "text")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_an_output_below_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("text")
    with pytest.raises(UserError, match="is not a folder"):
        files.check_output(tmp_path / "file" / "below" / "model.keras")


def test_an_output_without_permission_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(UserError, match="no permission"):
        files.check_output(tmp_path / "new" / "model.keras")


def test_a_folder_without_any_space_of_its_own_is_not_called_full():
    if not os.path.isdir("/proc/self"):
        pytest.skip("needs /proc")
    with pytest.raises(UserError, match="cannot be written"):
        files.write_text("/proc/none.txt", "text")


def test_checking_an_output_makes_nothing(tmp_path):
    files.check_output(tmp_path / "new" / "model.keras")
    assert not list(tmp_path.iterdir())


def test_a_file_is_whole_or_as_it_was(tmp_path):
    files.write_text(tmp_path / "table.csv", "old")
    with pytest.raises(ZeroDivisionError), files.atomic(tmp_path / "table.csv") as temporary:
        temporary.write_text(f"new {1 / 0}")
    assert [path.name for path in tmp_path.iterdir()] == ["table.csv"]
    assert (tmp_path / "table.csv").read_text() == "old"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pics", (None, "pics")),
        ("kodak=pics", ("kodak", "pics")),
        ("set=a/pics", (None, "set=a/pics")),
        ("kodak=set=a/pics", ("kodak", "set=a/pics")),
        ("=pics", ("", "pics")),
    ],
)
def test_a_path_that_there_is_is_no_name_and_path(tmp_path, monkeypatch, text, expected):
    (tmp_path / "set=a/pics").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert files.named(text) == expected


def test_names_that_are_no_text_are_written_as_what_they_are(tmp_path):
    files.write_text(tmp_path / "a.csv", os.fsdecode(b"caf\xe9.dng, \xc3\xa9"))
    assert (tmp_path / "a.csv").read_text(encoding="utf-8") == "caf\\udce9.dng, é"


def test_files_of_equal_names_are_told_apart_by_their_folders():
    assert files.distinct_names(["a/1.png", "a/2.png"]) == ["1.png", "2.png"]
    assert files.distinct_names(["a/1.png", "b/1.png"]) == ["a/1.png", "b/1.png"]
    assert files.distinct_names(["x/a/1.png", "y/a/1.png", "x/a/2.png"]) == ["x/a/1.png", "y/a/1.png", "x/a/2.png"]
    assert files.distinct_names(["a/1.png", "b/2.jpg"], endings=False) == ["1", "2"]
    assert files.distinct_names(["a/1.png", "a/1.jpg"], endings=False) == ["1.png", "1.jpg"]
    assert files.distinct_names([]) == []


def test_a_file_that_is_named_twice_is_refused():
    with pytest.raises(UserError, match=r"b/\.\./1\.png: named twice"):
        files.distinct_names(["b/../1.png", "1.png"])


def _save_array(path):
    np.save(path, np.zeros(2**20))


def _save_archive(path):
    np.savez(path, a=np.zeros(2**20))


def _save_weights(path):
    with h5py.File(path, "w") as file:
        file["a"] = np.zeros(2**20)


def _save_model(path):
    models.create("DNet").save(path)


@pytest.mark.parametrize(
    ("name", "save"),
    [
        ("a.npy", _save_array),
        ("a.npz", _save_archive),
        ("a.h5", _save_weights),
        ("a.keras", _save_model),
        ("a.txt", lambda path: path.write_text("x" * 2**23)),
    ],
)
def test_a_limit_on_the_size_of_files_is_said_in_one_line(name, save, tmp_path):
    path, (soft, hard) = tmp_path / name, resource.getrlimit(resource.RLIMIT_FSIZE)

    def write():
        with files.atomic(path) as temporary:
            save(temporary)

    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, hard))
    try:
        with pytest.raises(DiskFullError, match=r"larger than the shell's limit of files \(ulimit -f\)"):
            write()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not list(tmp_path.iterdir())
    write()
    assert path.is_file()


def test_json_has_a_list_of_values_on_a_line_and_says_the_same():
    content = {
        "a": [1, 2.5, None, "x, [y", "]"],
        "b": [[1, 2], ["c\n d"], []],
        "c": {"d": [{"e": [True]}]},
        "f": "[\n1\n]",
    }
    text = files.as_json(content)
    assert json.loads(text) == content
    assert "[1, 2]" in text
    assert "[true]" in text
    assert text == files.as_json(json.loads(text))
