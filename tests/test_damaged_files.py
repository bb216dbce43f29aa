"""Damaged and hostile files of each kind that programs read: each is named, nothing outside is touched, and what can
go on goes on."""

import json
import shutil

import damages
import keras
import numpy as np
import pandas as pd
import pytest

from neural_imaging import models
from neural_imaging.base import files, records
from neural_imaging.base.errors import UserError
from neural_imaging.datasets import comparison_set, images, picture_sources
from neural_imaging.datasets.collections import raise_list
from neural_imaging.datasets.collections import record as downloads
from neural_imaging.tables import kept, verification
from neural_imaging.training import callbacks, checkpoints

LEAST = 40


@pytest.fixture
def outside(tmp_path):
    """A folder to work in, whose surroundings must stay as they are."""
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "scene-0.png").write_text("mine")
    before = _contents(tmp_path, inside)
    yield inside
    assert _contents(tmp_path, inside) == before


def _contents(folder, apart):
    there = (path for path in folder.rglob("*") if apart not in (path, *path.parents) and path.is_file())
    return {str(path): path.read_bytes() for path in there}


def _tried(read):
    """(what was read, None), or (None, the line with which it was refused)."""
    try:
        return read(), None
    except UserError as error:
        return None, str(error)


class TestOfCheckpoints:
    def _training(self, folder):
        """A small model with all that a checkpoint keeps, after an epoch."""
        model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
        model.compile(keras.optimizers.Adam(0.1), "mse")
        model.optimizer.build(model.trainable_variables)
        keepers = {
            "history": callbacks.History(("loss",)),
            "convergence": callbacks.Convergence(2),
            "deterioration": callbacks.Deterioration(0.9, 1.2),
            "best": callbacks.Best(),
        }
        checkpoint = checkpoints.Checkpoint(folder, "a" * 64, keepers, 1)
        for one in (*keepers.values(), checkpoint):
            one.set_model(model)
        return model, keepers, checkpoint

    def _state(self, model, keepers):
        arrays = [np.asarray(variable) for variable in (*model.variables, *model.optimizer.variables)]
        return [array.tolist() for array in arrays], {
            name: keeper.state() if name != "history" else keeper.rows for name, keeper in keepers.items()
        }

    def test_each_is_named_and_passed_over(self, outside, capsys):
        model, keepers, checkpoint = self._training(outside)
        keepers["best"].on_epoch_end(0, {"val_loss": 1.0})
        checkpoint.save(0)
        (path,) = outside.glob("*.npz")
        content = path.read_bytes()
        path.unlink()
        count = 0
        for name, damaged in [*damages.bytes_of(content), *_checkpoints(content)]:
            model, keepers, checkpoint = self._training(outside)
            before = self._state(model, keepers)
            path.write_bytes(damaged)
            restored = checkpoint.restore(model)
            said = capsys.readouterr().err
            if restored == (0, 0):
                assert f"{path}: damaged (" in said, name
                assert said.count("\n") == 1, name
                assert self._state(model, keepers) == before, name
                assert checkpoint.resumed == 0
                count += 1
            else:
                # A byte that nobody reads, or something in front of an archive.
                assert name in ("behind something", "twice") or "flipped" in name, name
        assert count >= LEAST

    def test_a_folder_in_its_place_is_passed_over(self, outside, capsys):
        model, _, checkpoint = self._training(outside)
        (outside / f"{records.CHECKPOINT}-{'a' * 16}-000001-000000.npz").mkdir()
        assert checkpoint.restore(model) == (0, 0)
        assert "damaged (Is a directory)" in capsys.readouterr().err


def _checkpoints(content):
    """(name, bytes) of checkpoints that are whole archives, and of another training or none."""
    import io

    with np.load(io.BytesIO(content)) as saved:
        arrays = {name: saved[name] for name in saved.files}
    state = json.loads(arrays.pop("state").tobytes())
    states = {f"state {value!r}": value for value in (None, 1, "x", [], {})}
    states |= {f"without {key}": {name: one for name, one in state.items() if name != key} for key in state}
    for key, value in {
        "epoch": -5, "batches": "2", "averages": 2**50, "resumed": None, "keepers": [], "arrays": {"best": 99},
    }.items():  # fmt: skip
        states[f"{key} {value!r}"] = {**state, key: value}
    for keeper in ("history", "convergence", "deterioration", "best"):
        states[f"{keeper} of text"] = {**state, "keepers": {**state["keepers"], keeper: "text"}}
    for name, value in states.items():
        yield name, _npz(arrays, value)
    first = next(name for name in arrays if name.startswith("v"))
    yield "an array less", _npz({name: array for name, array in arrays.items() if name != first}, state)
    yield "another shape", _npz({**arrays, first: np.zeros((9, 9))}, state)
    yield "text as weights", _npz({**arrays, first: np.full(arrays[first].shape, "a")}, state)


def _npz(arrays, state):
    import io

    file = io.BytesIO()
    np.savez(file, state=np.frombuffer(json.dumps(state).encode(), np.uint8), **arrays)
    return file.getvalue()


def test_each_archive_of_a_model_is_refused_by_name(outside):
    models.create("INet").save(outside / "whole.keras")
    whole, count = models.load(outside / "whole.keras").get_weights(), 0
    path = outside / "model.keras"
    for name, damaged in [*damages.bytes_of((outside / "whole.keras").read_bytes()), *damages.arrays()]:
        path.write_bytes(damaged)
        loaded, said = _tried(lambda: models.load(path).get_weights())
        if said is None:
            assert all(map(np.array_equal, loaded, whole)), name
            continue
        assert said.startswith(f"{path}: "), name
        assert "\n" not in said, name
        count += 1
    assert count >= LEAST - 5


def test_each_kept_picture_is_made_anew(outside, training_set, capsys):
    table = shutil.copytree(training_set.parent, outside / "set", ignore=shutil.ignore_patterns(".unpacked"))
    table = table / "images.csv"
    (first, *_), count = images.read(table, "train"), 0
    target, sums = np.array(first.target), np.array(first.sums)
    del first
    for kind in ("target", "sums"):
        (kept,) = (table.parent / ".unpacked").glob(f"scene-0.{kind}-*.npy")
        content = kept.read_bytes()
        capsys.readouterr()
        for name, damaged in [*damages.bytes_of(content), *damages.arrays()]:
            kept.unlink()
            kept.write_bytes(damaged)
            read = images.read(table, "train")[0]
            said = capsys.readouterr().err
            assert said.startswith(f"{kept}: damaged ("), name
            assert said.rstrip().endswith("made anew"), name
            np.testing.assert_array_equal(read.target, target)
            np.testing.assert_array_equal(read.sums, sums)
            count += 1
            del read
    assert count >= 2 * LEAST


def test_each_table_of_a_training_set_is_refused_by_name(outside, training_set):
    copied = shutil.copytree(training_set.parent, outside / "set", ignore=shutil.ignore_patterns(".unpacked"))
    table, rows, count = copied / "images.csv", pd.read_csv(training_set, dtype=str, keep_default_na=False), 0
    for name, content in _tables(rows, training_set.read_bytes()):
        table.write_bytes(content)
        before = _contents(outside, copied / ".unpacked")
        with pytest.raises(UserError) as refused:
            images.read(table, "train")
        assert "\n" not in str(refused.value), name
        assert str(copied) in str(refused.value), name
        assert _contents(outside, copied / ".unpacked") == before, name
        count += 1
    assert count >= LEAST


def _tables(rows, content):
    """(name, bytes) of tables that say of a set what it is not."""
    for image in (
        "../../../scene-0",
        "../set/scene-0",
        "/etc/passwd",
        "",
        ".",
        "..",
        "a/b",
        "scene-9",
        "scene-0\0",
        "scene-1",
    ):
        yield f"image {image!r}", _table(rows, image=image)
    for column, values in {
        "status": ("Used", "yes", "used ", "None", "1"),
        "split": ("Train", "test", "", "validation ", "None"),
        "cfa": ("RGBG", "rggb", "None", "XTRANS", "../x"),
        "camera_to_srgb": ("1 2 3", "a b c d e f g h i", "nan " * 9, "inf " * 9, "1 " * 10),
    }.items():
        for value in values:
            yield f"{column} {value!r}", _table(rows, **{column: value})
    for size in (("10", "10"), ("192", "160"), ("-1", "x"), ("9" * 30, "192")):
        yield f"size {size}", _table(rows, height=size[0], width=size[1])
    for column in images.COLUMNS:
        yield f"without {column}", rows.drop(columns=column).to_csv(index=False).encode()
    yield from {
        "nothing": b"", "a half": content[:20], "no table": b"\0" * 100, "a picture": b"\x89PNG\r\n\x1a\n\xff",
        "UTF-16": content.decode().encode("utf-16"), "HTML": b"<html></html>", "JSON": b"[]",
        "quotes": b'image,status,split,cfa\n"a', "only its head": content.splitlines()[0] + b"\n",
    }.items()  # fmt: skip


def _table(rows, **changed):
    rows = rows.copy()
    for column, value in changed.items():
        if column not in rows:
            rows[column] = ""
        rows.loc[0, column] = value
    return rows.to_csv(index=False).encode()


@pytest.mark.parametrize("name", ["../../mine", "/etc/passwd", "a/../../../mine"])
def test_no_reader_of_a_table_leaves_its_folder(outside, name):
    from neural_imaging.evaluation import jpeg_comparison, transfer

    table = outside / "images.csv"
    table.write_text(f"image,status,split,cfa,picture\n{name},used,train,,\n{name},used,validation,,\n")
    for read in (picture_sources.of_source, comparison_set._candidates, transfer.listing, jpeg_comparison._pictures):
        with pytest.raises(UserError, match=r"images\.csv: names '.*', which is no file of its folder"):
            read(table)
    assert "no file of its folder" in next(verification._missing_pictures(table, kept.Hashes(outside)))
    with pytest.raises(UserError, match="no file of its folder"):
        files.beside(table, name)


def test_a_set_that_may_only_be_read_is_unpacked_among_the_users_caches(outside, training_set, monkeypatch):
    table = shutil.copytree(training_set.parent, outside / "set", ignore=shutil.ignore_patterns(".unpacked"))
    before, access = _contents(table, outside / "none"), files.os.access
    monkeypatch.setenv("XDG_CACHE_HOME", str(outside / "cache"))
    monkeypatch.setattr(
        files.os, "access", lambda path, mode: table not in (path, *path.parents) and access(path, mode)
    )
    read = images.read(table / "images.csv", "train")
    assert _contents(table, outside / "none") == before
    kept = list((outside / "cache").rglob("*.npy"))
    assert len(kept) == 2 * len(read)
    times = [path.stat().st_mtime_ns for path in kept]
    images.read(table / "images.csv", "train")
    assert [path.stat().st_mtime_ns for path in kept] == times


def test_each_record_of_a_model_is_refused_or_passed_over_by_name(outside):
    model, path, count = outside / "model.keras", outside / "record.json", 0
    model.write_bytes(b"model")
    for name, text in [*damages.texts_of_json(), *((n, t.decode("latin-1")) for n, t in damages.bytes_of(b"{}" * 40))]:
        path.write_bytes(text.encode("latin-1", errors="replace"))
        with pytest.raises(UserError) as refused:
            records.finished(model, "train_isp", {"model": "UNet"}, 0, [])
        assert "\n" not in str(refused.value), name
        assert str(outside) in str(refused.value), name
        found, lines = verification.faults(outside)
        assert found == 1
        assert any(line.startswith(f"{path}: ") for line in lines), name
        count += 1
    assert count >= LEAST


def test_each_list_of_downloads_is_refused_or_read_by_name(outside):
    path, count = outside / "list.csv", 0
    lists = [b"File,NEF,Device\n" + row for row in _entries()]
    for content in [*lists, *(damaged for _, damaged in damages.bytes_of(lists[0]))]:
        path.write_bytes(content)
        for read in (
            lambda: raise_list.photographs(path, "Nikon D90"),
            lambda: downloads.read_table(path, ("file", "sha256")),
            lambda: downloads.Record(path),
        ):
            found, said = _tried(read)
            for one in found if isinstance(found, list) else ():
                assert "/" not in getattr(one, "file", "")
            if said is not None:
                assert str(path) in said
                assert "\n" not in said
                count += 1
    assert count >= 2 * LEAST


def _entries():
    """Lines of a list that is not to be trusted."""
    good = b"http://example.org/a.NEF,Nikon D90\n"
    for name in (
        b"../x",
        b"/etc/passwd",
        b"a/b",
        b"..",
        b"",
        b".hidden",
        b"a\0b",
        b"\x1b[2J",
        b"a" * 300,
        b"-rf",
        b"$(x)",
    ):
        yield name + b"," + good
    for address in (b"file:///etc/passwd", b"ftp://x/a", b"http://", b"http:///a", b"javascript:1", b"http://a b/c"):
        yield b"a," + address + b",Nikon D90\n"
    yield b'"' + b"x" * 200_000 + b'",' + good
    yield b"a," * 5000 + good
