"""A camera's photographs from a collection: which, whole, and where."""

import csv
import fcntl
import hashlib
import shutil

import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.datasets.collections import collection, mit5k, record
from neural_imaging.datasets.collections.download import Patience
from neural_imaging.imaging import containers

LANDSCAPE = [f"r{number:03d}t.NEF" for number in (0, 1, 3, 5, 7, 8, 9)]


@pytest.fixture
def fetch(raise_collection, patience, tmp_path):
    """Fetch from RAISE and give the summary."""

    def download(**settings):
        settings = {"list": str(raise_collection), "model": "Nikon D90", "orientation": "landscape", **settings}
        return collection.download("raise", settings, tmp_path / "raw", tmp_path / "downloads", patience)

    return download


def names(folder, ending=".NEF"):
    return sorted(path.name for path in folder.iterdir() if path.suffix == ending)


def table(path):
    with path.open(newline="") as file:
        return {row["file"]: row for row in csv.DictReader(file)}


def path_of(name):
    return f"RAISE/NEF/{name}"


def asked(web, name):
    return [one for one in web.asked if one[0] == path_of(name)]


class TestChoice:
    def test_the_first_wanted_ones_of_the_list_are_taken(self, fetch, tmp_path):
        summary = fetch(count=4)
        assert names(tmp_path / "raw") == LANDSCAPE[:4]
        assert summary.photographs == 4
        assert summary.left_out == {"in portrait format": 1}

    def test_all_of_them_without_a_count(self, fetch, tmp_path):
        assert fetch().photographs == 7
        assert names(tmp_path / "raw") == LANDSCAPE

    def test_upright_ones_can_be_asked_for(self, fetch, tmp_path):
        fetch(orientation="portrait")
        assert names(tmp_path / "raw") == ["r002t.NEF", "r006t.NEF"]

    def test_any_orientation_will_do(self, fetch, tmp_path):
        assert fetch(orientation="any").photographs == 9

    def test_another_camera_is_another_set(self, fetch, tmp_path):
        fetch(model="D7000")
        assert names(tmp_path / "raw") == ["r004t.NEF"]

    def test_of_what_is_not_wanted_only_the_head_is_fetched_and_that_once(self, fetch, web, raw_file, tmp_path):
        web.files[path_of("r002t.NEF")] = raw_file(2, flip=6, size=2400)
        fetch(count=4)
        assert web.sent < sum(len(web.files[path_of(name)]) for name in LANDSCAPE[:4]) + 10_000_000
        shutil.rmtree(tmp_path / "raw")
        before = len(web.asked)
        fetch(count=4)
        assert len(web.asked) == before
        assert not (tmp_path / "downloads/r002t.NEF").exists()

    def test_a_file_of_another_camera_than_listed_is_left_out(self, fetch, web, raw_file, tmp_path):
        web.files[path_of("r001t.NEF")] = raw_file(1, make="Canon", model="Canon EOS 5D")
        summary = fetch(count=3)
        assert names(tmp_path / "raw") == ["r000t.NEF", "r003t.NEF", "r005t.NEF"]
        assert summary.left_out["by another camera, Canon EOS 5D"] == 1

    def test_the_choice_does_not_depend_on_how_many_come_at_once(self, fetch, tmp_path):
        found = []
        for connections in (1, 2, 8):
            fetch(count=5, connections=connections)
            found.append(names(tmp_path / "raw"))
            shutil.rmtree(tmp_path / "downloads")
        assert found == [LANDSCAPE[:5]] * 3

    def test_no_more_come_at_once_than_asked_for(self, fetch, web):
        fetch(connections=2)
        assert web.most <= 2


class TestFolder:
    def test_it_holds_the_files_and_last_a_list_of_them(self, fetch, web, tmp_path):
        fetch(count=2)
        rows = table(tmp_path / "raw/photographs.csv")
        for name in LANDSCAPE[:2]:
            content = web.files[path_of(name)]
            assert (tmp_path / "raw" / name).read_bytes() == content
            assert rows[name]["sha256"] == hashlib.sha256(content).hexdigest()
            assert rows[name]["size"] == str(len(content))
            assert rows[name]["url"] == web.url(path_of(name))
            assert (rows[name]["camera"], rows[name]["orientation"]) == ("NIKON D90", "1")
        assert containers.inspect(tmp_path / "raw" / LANDSCAPE[0]).camera == "NIKON D90"

    def test_a_folder_that_was_lost_is_laid_out_without_the_web(self, fetch, web, tmp_path):
        fetch(count=3)
        shutil.rmtree(tmp_path / "raw")
        web.files.clear()
        before = len(web.asked)
        assert fetch(count=3).photographs == 3
        assert len(web.asked) == before

    def test_another_choice_takes_out_what_it_does_not_want(self, fetch, tmp_path):
        fetch(count=4)
        (tmp_path / "raw/mine.NEF").write_text("put here by somebody")
        fetch(count=2)
        assert names(tmp_path / "raw") == ["mine.NEF", *LANDSCAPE[:2]]
        assert len(table(tmp_path / "raw/photographs.csv")) == 2

    def test_files_that_are_there_already_are_taken(self, fetch, web, tmp_path):
        (tmp_path / "downloads").mkdir()
        (tmp_path / "downloads/r000t.NEF").write_bytes(web.files[path_of("r000t.NEF")])
        fetch(count=2)
        assert asked(web, "r000t.NEF") == []
        assert table(tmp_path / "downloads/downloads.csv")["r000t.NEF"]["sha256"]

    def test_nothing_is_written_elsewhere(self, fetch, web, tmp_path):
        before = {path for path in tmp_path.rglob("*") if "raw" not in path.parts and "downloads" not in path.parts}
        web.moods[path_of("r001t.NEF")] = [500, ("cut", 98_304)]
        fetch(count=3)
        after = {path for path in tmp_path.rglob("*") if "raw" not in path.parts and "downloads" not in path.parts}
        assert before == {path for path in after if path.name not in ("raw", "downloads")}

    def test_one_folder_cannot_be_both(self, fetch, raise_collection, tmp_path):
        with pytest.raises(UserError, match="another than that of the result"):
            collection.download("raise", {"list": "a", "model": "b"}, tmp_path / "a", tmp_path / "a")

    def test_two_programs_do_not_download_into_one_folder(self, fetch, tmp_path):
        (tmp_path / "downloads").mkdir()
        with (tmp_path / "downloads/.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with pytest.raises(UserError, match="another program is downloading"):
                fetch(count=1)
        assert fetch(count=1).photographs == 1

    def test_a_folder_that_cannot_be_written_is_named(self, fetch, tmp_path):
        (tmp_path / "downloads").write_text("a file")
        with pytest.raises(UserError, match=r"downloads: cannot be written"):
            fetch(count=1)


class TestTrouble:
    def test_servers_and_lines_that_fail_for_a_while_are_outlasted(self, fetch, web, tmp_path):
        moods = [500, 429, ("cut", 70_000), "no ranges", "other part", ("wait", 503, 1), 502]
        for name, mood in zip(LANDSCAPE, moods, strict=True):
            web.moods[path_of(name)] = [mood, ("cut", 98_304), mood]
        assert fetch().photographs == 7
        for name in LANDSCAPE:
            assert (tmp_path / "raw" / name).read_bytes() == web.files[path_of(name)]

    def test_what_the_server_does_not_have_is_passed_over_and_listed(self, fetch, web, tmp_path):
        del web.files[path_of("r001t.NEF")]
        summary = fetch(count=3)
        assert names(tmp_path / "raw") == ["r000t.NEF", "r003t.NEF", "r005t.NEF"]
        assert summary.left_out["not on the server (404)"] == 1
        assert table(tmp_path / "downloads/missing.csv")["r001t.NEF"]["reason"] == "not on the server (404)"
        web.files[path_of("r001t.NEF")] = web.files[path_of("r000t.NEF")]
        fetch(count=3)
        assert not (tmp_path / "downloads/missing.csv").exists()

    def test_too_few_end_with_one_line_that_counts_them(self, fetch, web, tmp_path):
        del web.files[path_of("r001t.NEF")]
        message = (
            r"raw: 9 photographs by Nikon D90 were asked for, 6 are here; 2 × in portrait format, "
            r"1 × not on the server \(404\), the list has no more; .*missing\.csv lists what is missing"
        )
        with pytest.raises(UserError, match=message) as refusal:
            fetch(count=9)
        assert "\n" not in str(refusal.value)
        assert not (tmp_path / "raw").exists()

    def test_without_a_count_all_of_them_are_needed(self, fetch, web):
        del web.files[path_of("r001t.NEF")]
        with pytest.raises(UserError, match=r"all photographs by Nikon D90 were asked for, 6 are here"):
            fetch()

    def test_what_broke_off_is_not_replaced_by_another_and_comes_the_next_time(self, fetch, web, tmp_path):
        web.moods[path_of("r001t.NEF")] = [("cut", 98_304), *[500] * 4]
        with pytest.raises(UserError, match=r"2 are here; 1 × the server answers 500, 4 times in a row"):
            fetch(count=3)
        assert (tmp_path / "downloads/r001t.NEF.part").stat().st_size == 98_304
        fetch(count=3)
        assert names(tmp_path / "raw") == LANDSCAPE[:3]
        assert asked(web, "r001t.NEF")[-1][1] == "bytes=98304-"
        assert len(asked(web, "r000t.NEF")) == 1
        assert not list((tmp_path / "downloads").glob("*.part*"))

    def test_a_server_that_is_down_is_not_asked_for_everything(self, fetch, web):
        for path in web.files:
            web.moods[path] = [500] * 99
        with pytest.raises(UserError, match=r"0 are here; [23] × the server answers 500"):
            fetch(connections=2)
        assert len({path for path, *_ in web.asked}) <= 3

    def test_a_page_in_place_of_a_photograph_is_not_taken_for_one(self, fetch, web, tmp_path):
        web.moods[path_of("r000t.NEF")] = ["page"]
        summary = fetch(count=2)
        assert names(tmp_path / "raw") == ["r001t.NEF", "r003t.NEF"]
        assert summary.left_out["not a RAW file, though it is called one: a web page (HTML)"] == 1
        assert not (tmp_path / "downloads/r000t.NEF").exists()

    def test_a_file_whose_cut_nobody_told_is_not_taken(self, fetch, web, tmp_path):
        web.files[path_of("r000t.NEF")] = web.files[path_of("r000t.NEF")][:-5000]
        web.moods[path_of("r000t.NEF")] = ["no length"]
        summary = fetch(count=1)
        assert names(tmp_path / "raw") == ["r001t.NEF"]
        assert any("cut off" in reason for reason in summary.left_out)


class TestHashes:
    def test_a_file_that_was_damaged_here_is_fetched_again(self, fetch, web, tmp_path):
        fetch(count=2)
        path = tmp_path / "downloads/r000t.NEF"
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.write_bytes(content)
        fetch(count=2)
        assert (tmp_path / "raw/r000t.NEF").read_bytes() == web.files[path_of("r000t.NEF")]
        assert len(asked(web, "r000t.NEF")) == 2

    def test_a_collection_that_changed_since_the_first_download_is_noticed(self, fetch, web, raw_file, tmp_path):
        fetch(count=2)
        (tmp_path / "downloads/r000t.NEF").unlink()
        web.files[path_of("r000t.NEF")] = raw_file(77)
        summary = fetch(count=2)
        assert "another file than the known one" in next(iter(summary.left_out))
        assert names(tmp_path / "raw") == ["r001t.NEF", "r003t.NEF"]

    def test_hashes_of_a_colleague_hold_for_the_first_download(self, fetch, web, tmp_path):
        sums = {name: hashlib.sha256(web.files[path_of(name)]).hexdigest() for name in LANDSCAPE[:2]}
        sums["r000t.NEF"] = "0" * 64
        lines = [f"{name},{sha256}\n" for name, sha256 in sums.items()]
        (tmp_path / "sums.csv").write_text("file,sha256\n" + "".join(lines))
        fetch(count=2, checksums=str(tmp_path / "sums.csv"))
        assert names(tmp_path / "raw") == ["r001t.NEF", "r003t.NEF"]

    def test_a_record_that_a_kill_cut_is_read_up_to_there(self, tmp_path):
        known = record.Record(tmp_path / "downloads.csv")
        known.add("a", size=1, sha256="11")
        known.add("b", size=2, sha256="22")
        known.add("a", camera="NIKON D90")
        text = (tmp_path / "downloads.csv").read_text()
        (tmp_path / "downloads.csv").write_text(text[:-4])
        again = record.Record(tmp_path / "downloads.csv")
        assert (again.sha256("a"), again["a"]["camera"], again.sha256("b"), again.sha256("c")) == ("11", "", "22", "")


class TestMit5k:
    @pytest.fixture
    def fetch(self, web, raw_file, patience, tmp_path):
        photographs = {1: "jmac_DSC1459", 2: "dgw_005", 3: "two words", 4: "x"}
        web.files["fivek/" + mit5k.LISTS[0]] = b"a0001-jmac_DSC1459\na0003-two words\n"
        web.files["fivek/" + mit5k.LISTS[1]] = b"a0002-dgw_005\na0004-x\n"
        for number, name in photographs.items():
            model = "NIKON D70" if number == 2 else "Canon EOS 5D"
            path = f"fivek/img/dng/a{number:04d}-{name.replace(' ', '%20')}.dng"
            web.files[path] = raw_file(number, camera="EOS5D", make=model.split()[0], model=model)

        def download(**settings):
            settings = {"model": "Canon EOS 5D", "address": web.url("fivek/"), **settings}
            return collection.download("mit5k", settings, tmp_path / "raw", tmp_path / "downloads", patience)

        return download

    def test_photographs_come_by_number_and_camera(self, fetch, tmp_path):
        summary = fetch(photos=["1-3"])
        assert names(tmp_path / "raw", ".dng") == ["a0001-jmac_DSC1459.dng", "a0003-two words.dng"]
        assert summary.left_out == {"by another camera, NIKON D70": 1}

    def test_the_lists_are_fetched_once(self, fetch, web):
        fetch(count=1)
        fetch(count=2)
        assert [path for path, *_ in web.asked].count("fivek/legal/filesAdobe.txt") == 1

    def test_a_missing_list_is_named(self, fetch, web):
        del web.files["fivek/legal/filesAdobeMIT.txt"]
        with pytest.raises(
            UserError, match=r"filesAdobeMIT\.txt: the collection's list cannot be had: not on the server"
        ):
            fetch(count=1)

    def test_a_camera_that_is_not_among_the_photos_is_said(self, fetch):
        with pytest.raises(UserError, match=r"0 are here; 3 × by another camera, Canon EOS 5D"):
            fetch(model="Canon EOS 40D")


@pytest.mark.parametrize(
    ("source", "settings", "message"),
    [
        ("flickr", {}, "no such collection; there are: raise, mit5k"),
        ("raise", {"list": "a", "modell": "b"}, "raise: unknown setting modell; there are: list, model"),
        ("raise", {"list": "a"}, "raise: model must be a text that says something"),
        ("raise", {"model": "a"}, "raise: list must be a text that says something"),
        ("mit5k", {"model": "Canon EOS 5D", "count": 0}, "count must be a whole number"),
        ("mit5k", {"model": "Canon EOS 5D", "connections": None}, "connections must be a whole number"),
        ("mit5k", {"model": "Canon EOS 5D", "orientation": "up"}, "orientation must be one of"),
        ("mit5k", {"model": "Canon EOS 5D", "address": "file:///"}, "is no address"),
        ("mit5k", {"model": "Canon EOS 5D", "checksums": "absent.csv", "address": "http://127.0.0.1:1"}, "absent"),
    ],
)
def test_wrong_settings_are_named(tmp_path, source, settings, message):
    patience = Patience(attempts=1, first_wait=0.01)
    if settings.get("checksums"):
        (tmp_path / "b").mkdir()
        for name in ("filesAdobe.txt", "filesAdobeMIT.txt"):
            (tmp_path / "b" / name).write_text("a0001-x\n")
    with pytest.raises(UserError, match=message):
        collection.download(source, settings, tmp_path / "a", tmp_path / "b", patience)


def test_no_file_and_no_message_has_a_password(web, fetch, raise_collection, tmp_path):
    text = raise_collection.read_text().replace("http://", "http://me:s3cret@")
    raise_collection.write_text(text)
    (tmp_path / "downloads").mkdir()
    (tmp_path / "downloads/downloads.csv").write_text(
        "file,url,size,sha256,camera,orientation\nold.NEF,http://me:s3cret@a.org/old,,,,\n"
    )
    web.files.pop(path_of("r001t.NEF"))
    web.moods[path_of("r003t.NEF")] = [("cut", 98_304)] + [500] * 4
    with pytest.raises(UserError) as failure:
        fetch(count=4)
    fetch(count=4)
    written = [path.read_bytes() for path in tmp_path.rglob("*.*") if path.is_file() and path != raise_collection]
    assert len(written) > 8
    assert not any(b"s3cret" in content for content in [*written, str(failure.value).encode()])
    assert table(tmp_path / "raw/photographs.csv")["r000t.NEF"]["url"] == web.url(path_of("r000t.NEF"))


@pytest.mark.parametrize("address", ["http://me:s3/cret@a.org/", "ftp://me:s3cret@a.org/", "http://me:s3 cret@a.org"])
def test_a_wrong_address_is_named_without_its_password(tmp_path, address):
    with pytest.raises(UserError, match="is no address") as failure:
        collection.download("mit5k", {"model": "Canon EOS 5D", "address": address}, tmp_path / "a", tmp_path / "b")
    assert "cret" not in str(failure.value)


def test_a_list_without_end_is_refused(web, tmp_path, patience):
    web.files["legal/filesAdobe.txt"] = b"a0001-x\n" * 100_000
    web.moods["legal/filesAdobe.txt"] = ["endless"]
    settings = {"model": "Canon EOS 5D", "address": web.url()}
    with pytest.raises(UserError, match="list cannot be had: is larger than the 16777216 bytes"):
        collection.download("mit5k", settings, tmp_path / "a", tmp_path / "b", patience)


def test_a_photograph_of_absurd_size_is_passed_over_and_named(web, fetch, tmp_path):
    web.moods[path_of("r001t.NEF")] = [("announce", 18)]
    summary = fetch(count=4)
    assert summary.photographs == 4
    assert names(tmp_path / "raw") == [LANDSCAPE[0], *LANDSCAPE[2:5]]
    assert "larger than the 1073741824 bytes" in table(tmp_path / "downloads/missing.csv")["r001t.NEF"]["reason"]
