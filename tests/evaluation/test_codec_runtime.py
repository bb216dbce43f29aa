"""Times of learned codecs: what is timed, and how ours stand beside the published. No test looks at a clock."""

from pathlib import Path

import numpy as np
import tiny_codec

from neural_imaging.evaluation import codec_runtime
from neural_imaging.tables import tables

PUBLISHED = Path(__file__).resolve().parents[2] / "resources/published/codec_runtime.csv"


def test_a_picture_is_cut_to_size_or_continued_by_its_mirror_image():
    ramp = np.broadcast_to(np.arange(6, dtype=np.uint8)[np.newaxis, :, np.newaxis], (4, 6, 3))
    fitted = codec_runtime.fitted(ramp, 2, 12)
    assert fitted.shape == (2, 12, 3)
    assert fitted[0, :, 0].tolist() == [2, 1, 0, 0, 1, 2, 3, 4, 5, 5, 4, 3]
    assert codec_runtime.fitted(ramp, 4, 2)[0, :, 0].tolist() == [2, 3]


def test_each_picture_is_processed_after_a_warm_up_that_does_not_count(monkeypatch):
    turns = []

    def once(model, picture):
        turns.append(picture.shape)
        # The warm-up builds graphs: 100 s.
        return dict.fromkeys(codec_runtime.STEPS, 100.0 if len(turns) in (1, 6) else len(turns))

    monkeypatch.setattr(codec_runtime, "_once", once)
    pictures = [np.zeros((10, 10, 3), np.uint8)] * 2
    sizes = {"512": (8, 8), "1080": (8, 16)}
    times = codec_runtime.measure(tiny_codec.make(), pictures, repeats=2, sizes=sizes)
    assert turns == [(8, 8, 3)] * 5 + [(8, 16, 3)] * 5
    assert set(times) == set(codec_runtime.TIMES)
    assert times["encode_512_s"] == np.median([2, 3, 4, 5])
    assert times["decompress_1080_s"] == np.median([7, 8, 9, 10])


def test_every_step_of_a_codec_is_timed():
    picture = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)
    times = codec_runtime.measure(tiny_codec.make(), [picture], repeats=1, sizes={"512": (16, 24)})
    assert list(times) == [f"{step}_512_s" for step in codec_runtime.STEPS]
    assert all(seconds > 0 for seconds in times.values())


def test_a_network_takes_no_longer_than_the_whole_codec_that_it_is_a_part_of(monkeypatch):
    clock = iter(range(100))
    monkeypatch.setattr(codec_runtime.time, "perf_counter", lambda: next(clock))
    times = codec_runtime._once(tiny_codec.make(), np.zeros((16, 24, 3), np.uint8))
    assert times == {"encode": 1, "decode": 1, "compress": 2, "decompress": 2}


def test_published_times_stand_below_ours():
    ours = {"model": "16c", "gpu": None, "cpu": "Xeon", "threads": 2, **dict.fromkeys(codec_runtime.TIMES, 0.25)}
    table = codec_runtime.beside([ours], tables.read(PUBLISHED, codec_runtime.PUBLISHED))
    assert list(table.columns) == codec_runtime.COLUMNS
    assert table["source"].tolist() == ["ours"] + ["published"] * 7
    assert set(table["model"].iloc[1:]) == {"32c"}  # the README: the medium quality model
    assert table["compress_1080_s"].iloc[1] == 4.4978
    headings, lines = codec_runtime.cells(table)
    assert headings[5] == "Encode 512 (s)"
    assert lines[0][:6] == ["ours", "16c", "–", "Xeon", "2", "0.2500"]
    assert lines[1][4] == "–"
    assert codec_runtime.beside([ours])["source"].tolist() == ["ours"]
