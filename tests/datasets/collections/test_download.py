"""One file over a line that breaks and from servers that fail."""

import base64
import email.utils
import hashlib
import json
import threading
import time

import numpy as np
import pytest

from neural_imaging.datasets.collections.download import HEAD, Downloads, Failed, Patience, Stopped, Unwanted

# Cuts come after whole chunks of 8 KiB; of another, up to 8 KiB more would be asked for twice.
CONTENT = np.random.default_rng(1).bytes(300_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def fetch(web, downloads, tmp_path):
    """Fetch the file `a` and give what arrived."""
    web.files["a"] = CONTENT
    return lambda **options: downloads.fetch(web.url("a"), tmp_path / "a", **options)


def test_a_file_arrives_whole_with_its_hash(fetch, tmp_path):
    arrived = fetch()
    assert (tmp_path / "a").read_bytes() == CONTENT
    assert (arrived.size, arrived.sha256) == (len(CONTENT), SHA256)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_cut_is_gone_on_from_and_nothing_is_fetched_twice(web, fetch, tmp_path):
    web.moods["a"] = [("cut", 98_304), ("cut", 49_152)]
    fetch()
    assert (tmp_path / "a").read_bytes() == CONTENT
    assert web.ranges("a") == [None, "bytes=98304-", "bytes=147456-"]
    assert web.sent == len(CONTENT)


def test_a_later_run_goes_on_where_an_earlier_one_was_cut(web, fetch, patience, tmp_path):
    web.moods["a"] = [("cut", 98_304)] + [500] * 4
    with pytest.raises(Failed, match="the server answers 500, 4 times in a row"):
        fetch()
    assert (tmp_path / "a.part").read_bytes() == CONTENT[:98_304]
    assert not (tmp_path / "a").exists()
    Downloads(patience).fetch(web.url("a"), tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == CONTENT
    assert web.sent == len(CONTENT)
    assert web.asked[-1] == ("a", "bytes=98304-", web.tag("a"))


def test_a_line_that_breaks_ever_again_gets_there_as_long_as_something_comes(web, fetch, tmp_path):
    web.moods["a"] = [("cut", 10_000)] * 29
    fetch()
    assert (tmp_path / "a").read_bytes() == CONTENT
    assert len(web.asked) == 30


def test_a_server_that_ignores_ranges_sends_the_file_from_its_start(web, fetch, tmp_path):
    web.moods["a"] = [("cut", 98_304), "no ranges"]
    fetch()
    assert (tmp_path / "a").read_bytes() == CONTENT


def test_a_file_that_changed_on_the_server_is_not_mixed_with_its_past(web, fetch, downloads, tmp_path):
    web.moods["a"] = [("cut", 98_304)] + [500] * 4
    with pytest.raises(Failed):
        fetch()
    web.files["a"] = CONTENT[::-1]
    fetch()
    assert (tmp_path / "a").read_bytes() == CONTENT[::-1]


def test_without_an_etag_the_size_tells_that_a_file_changed(web, fetch, tmp_path):
    web.etag = False
    web.moods["a"] = [("cut", 98_304)] + [500] * 4
    with pytest.raises(Failed):
        fetch()
    web.files["a"] = CONTENT[::-1][:-1]
    fetch()
    assert (tmp_path / "a").read_bytes() == CONTENT[::-1][:-1]


def test_a_part_that_was_not_asked_for_is_not_taken(web, fetch, tmp_path):
    web.moods["a"] = [("cut", 98_304), "other part"]
    fetch()
    assert (tmp_path / "a").read_bytes() == CONTENT


def test_a_file_that_was_whole_but_not_yet_named_is_not_fetched_again(web, fetch, tmp_path):
    (tmp_path / "a.part").write_bytes(CONTENT)
    note = {"url": web.url("a"), "total": len(CONTENT), "validator": web.tag("a") if "a" in web.files else None}
    (tmp_path / "a.part.json").write_text(json.dumps(note | {"resumable": True}))
    fetch()
    assert (tmp_path / "a").read_bytes() == CONTENT
    assert web.sent == 0


@pytest.mark.parametrize("note", ["", "[1]", '{"url": "http://elsewhere/a", "resumable": true}'])
def test_bytes_of_unknown_origin_are_dropped(web, fetch, tmp_path, note):
    (tmp_path / "a.part").write_bytes(b"something else")
    (tmp_path / "a.part.json").write_text(note)
    fetch()
    assert web.ranges("a") == [None]
    assert (tmp_path / "a").read_bytes() == CONTENT


def test_a_missing_file_is_not_asked_for_again(web, fetch, tmp_path):
    del web.files["a"]
    with pytest.raises(Failed, match=r"not on the server \(404\)") as failure:
        fetch()
    assert failure.value.final
    assert len(web.asked) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("status", [403, 451])
def test_a_refusal_is_not_asked_for_again(web, fetch, status):
    web.moods["a"] = [status]
    with pytest.raises(Failed, match=str(status)) as failure:
        fetch()
    assert failure.value.final


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_server_in_trouble_is_asked_again(web, fetch, tmp_path, status):
    web.moods["a"] = [status, status]
    fetch()
    assert (tmp_path / "a").read_bytes() == CONTENT


def test_waits_grow(web, tmp_path):
    web.moods["a"] = [500] * 9
    waits = []

    class Watched(threading.Event):
        def wait(self, timeout=None):
            waits.append(timeout)
            return False

    downloads = Downloads(Patience(attempts=9, first_wait=1, longest_wait=60, timeout=(5, 5)), Watched())
    with pytest.raises(Failed):
        downloads.fetch(web.url("a"), tmp_path / "a")
    longest = [1, 2, 4, 8, 16, 32, 60, 60]
    waits = [wait for wait in waits if wait > 0]
    assert len(waits) == len(longest)
    assert all(most / 2 <= wait <= most for wait, most in zip(waits, longest, strict=True))
    assert len({wait / most for wait, most in zip(waits, longest, strict=True)}) > 1


def test_a_server_gets_the_time_that_it_asks_for(web, fetch):
    web.moods["a"] = [("wait", 429, 1)]
    started = time.monotonic()
    fetch()
    assert time.monotonic() - started > 0.9


def test_a_server_can_name_the_moment(web, fetch):
    web.moods["a"] = [("wait", 503, email.utils.formatdate(time.time() + 2, usegmt=True))]
    started = time.monotonic()
    fetch()
    assert time.monotonic() - started > 0.9


def test_other_downloads_wait_too(web, downloads, tmp_path):
    web.files |= {"a": CONTENT, "b": CONTENT}
    web.moods["a"] = [("wait", 429, 1)]
    first = threading.Thread(target=downloads.fetch, args=(web.url("a"), tmp_path / "a"))
    first.start()
    while not web.asked:
        time.sleep(0.01)
    time.sleep(0.1)
    started = time.monotonic()
    downloads.fetch(web.url("b"), tmp_path / "b")
    first.join()
    assert time.monotonic() - started > 0.5


def test_a_server_that_asks_for_too_much_time_is_left(web, fetch):
    web.moods["a"] = [("wait", 429, 3600)]
    with pytest.raises(Failed, match="asks to wait for 3600 seconds"):
        fetch()


def test_the_known_hash_is_held_against_what_comes(web, fetch, tmp_path):
    with pytest.raises(Failed, match="another file than the known one"):
        fetch(sha256="0" * 64)
    assert list(tmp_path.iterdir()) == []
    assert fetch(sha256=SHA256).sha256 == SHA256


def test_a_damaged_beginning_is_fetched_anew(web, fetch, tmp_path):
    web.moods["a"] = [("cut", 98_304)] + [500] * 4
    with pytest.raises(Failed):
        fetch()
    (tmp_path / "a.part").write_bytes(bytes(98_304))
    fetch(sha256=SHA256)
    assert (tmp_path / "a").read_bytes() == CONTENT


def test_what_is_not_wanted_is_left_after_its_head(web, fetch, tmp_path):
    web.files["a"] = np.random.default_rng(2).bytes(20_000_000)

    def look(path):
        assert HEAD <= path.stat().st_size < 4 * HEAD
        raise Unwanted("not this one")

    with pytest.raises(Unwanted):
        fetch(look=look)
    assert list(tmp_path.iterdir()) == []
    time.sleep(0.1)
    # What the system's buffers take, the server has sent.
    assert web.sent < 10_000_000


def test_a_small_file_is_looked_at_too(web, fetch):
    web.files["a"] = b"small"
    seen = []
    fetch(look=lambda path: seen.append(path.read_bytes()))
    assert seen == [b"small"]


def test_a_file_without_a_length_is_taken(web, fetch, tmp_path):
    web.moods["a"] = ["no length"]
    fetch()
    assert (tmp_path / "a").read_bytes() == CONTENT


def test_a_stop_leaves_what_has_come(web, fetch, downloads, tmp_path):
    web.moods["a"] = [("cut", 98_304), ("wait", 503, 2)]
    threading.Timer(0.3, downloads.stop.set).start()
    started = time.monotonic()
    with pytest.raises(Stopped):
        fetch()
    assert time.monotonic() - started < 1.5
    assert (tmp_path / "a.part").stat().st_size == 98_304


def test_a_server_that_is_not_there_is_named_as_such(web, downloads, tmp_path):
    with pytest.raises(Failed, match="no connection") as failure:
        downloads.fetch("http://127.0.0.1:1/a", tmp_path / "a")
    assert not failure.value.final


def test_other_protocols_are_not_followed(downloads, tmp_path):
    with pytest.raises(Failed, match="cannot be asked for"):
        downloads.fetch("file:///etc/hostname", tmp_path / "a")


@pytest.mark.parametrize("mood", ["endless", ("announce", 18), ("announce", 400)])
def test_more_than_a_photograph_can_have_is_refused(web, fetch, tmp_path, mood):
    web.moods["a"] = [mood]
    with pytest.raises(Failed, match="is larger than the 1000000 bytes that are taken at most") as failure:
        fetch(most=1_000_000)
    assert failure.value.final
    assert list(tmp_path.iterdir()) == []


def test_a_body_without_end_is_left_at_once_where_the_size_is_known(web, fetch, tmp_path):
    web.moods["a"] = ["endless"]
    with pytest.raises(Failed, match="is larger than the 300000 bytes that it is known with"):
        fetch(size=len(CONTENT))
    assert list(tmp_path.iterdir()) == []
    assert web.sent < 10_000_000


def test_a_file_of_another_size_than_the_known_one_is_refused(fetch, tmp_path):
    with pytest.raises(Failed, match="has 300000 bytes, and is known with 300001"):
        fetch(size=len(CONTENT) + 1)
    assert list(tmp_path.iterdir()) == []
    assert fetch(size=len(CONTENT)).size == len(CONTENT)


@pytest.mark.parametrize("stages", [1, 500])
def test_what_comes_byte_by_byte_is_left_for_another_time(web, tmp_path, stages):
    """In one answer, or in many that each break off: each new byte is no reason to try for years."""
    web.files["a"] = CONTENT
    web.moods["a"] = [("slow", 0.05)] if stages == 1 else [("cut", 1)] * stages
    patience = Patience(attempts=4, first_wait=0.01, longest_wait=2, timeout=(5, 5), least_rate=1000, grace=0.5)
    started = time.monotonic()
    with pytest.raises(Failed, match=r"comes too slowly .* at least 1000 are needed") as failure:
        Downloads(patience).fetch(web.url("a"), tmp_path / "a")
    assert not failure.value.final
    assert time.monotonic() - started < 3
    assert 0 < (tmp_path / "a.part").stat().st_size < 1000
    web.moods["a"] = []
    Downloads(patience).fetch(web.url("a"), tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == CONTENT


def test_headers_that_come_byte_by_byte_are_not_waited_for(web, tmp_path):
    web.files["a"] = CONTENT
    web.moods["a"] = [("slow head", 0.05)] * 2
    started = time.monotonic()
    with pytest.raises(Failed, match="does not answer, 2 times"):
        Downloads(Patience(attempts=2, first_wait=0.01, timeout=(0.3, 0.3))).fetch(web.url("a"), tmp_path / "a")
    assert time.monotonic() - started < 3


def test_a_user_and_a_password_are_used_and_never_stored(web, fetch, downloads, tmp_path):
    web.moods["a"] = [("cut", 98_304)] + [500] * 4
    address = web.url("a").replace("://", "://somebody:s3cret@")
    with pytest.raises(Failed):
        downloads.fetch(address, tmp_path / "a")
    assert "s3cret" not in (tmp_path / "a.part.json").read_text()
    downloads.fetch(address, tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == CONTENT
    assert web.authorisations[-1] == "Basic " + base64.b64encode(b"somebody:s3cret").decode()
