"""Localisation: regions are exact and the same for all runs, maps find what a network sees, and measures say so."""

import json

import imageio.v3 as imageio
import numpy as np
import pytest
import tiny_codec
import tiny_forensics

from neural_imaging import models
from neural_imaging.base.errors import UserError
from neural_imaging.datasets import images
from neural_imaging.evaluation import localisation, regions, scores, transmission, whole
from neural_imaging.forensics.channel import Channel
from neural_imaging.tables import localisation_files, pixels
from neural_imaging.training import options

SETTINGS = {"stride": 8}
COMPLETE = options.complete(SETTINGS, localisation.DEFAULTS, "test")
SPLICES = {
    "splice": {"splice": True},
    "foreign": {"splice": True, "isp": "Python", "manipulation": "median:3"},
    "other-isp": {"isp": "Python"},
}


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("localisation") / "model.keras"
    tiny_forensics.make().save(path)
    return path


@pytest.fixture(scope="module")
def pipeline(model):
    return models.load(model)


@pytest.fixture(scope="module")
def photographs(training_set, pipeline):
    return images.read(training_set, "validation", pipeline.isp)


@pytest.fixture(scope="module")
def forger(pipeline, photographs):
    return regions.Forger(pipeline, photographs, SPLICES, COMPLETE)


class Marked:
    """A forger whose regions are white in black photographs."""

    def __init__(self, photographs, shape=(40, 60)):
        self.photographs, self._shape = photographs, shape
        self.regions = [regions.Region("white", "sharpen:1")]

    def untouched(self, index):
        return np.zeros((*self._shape, 3), np.float32)

    def forged(self, index, region):
        mask = np.zeros(self._shape, bool)
        mask[10 : 30 - 2 * index, 6:40] = True
        return np.repeat(mask[..., np.newaxis], 3, axis=2).astype(np.float32), mask


class Plain:
    """A run whose channel makes pictures smaller, and no more."""

    channel = Channel("pool", 2, "none")


def _knowing(windows):
    """A network that says for sure whether all of a window is white."""
    forged = windows.min(axis=(1, 2, 3)) == 1
    return np.stack([~forged, forged], axis=1).astype(np.float32)


def _guessing(windows):
    return np.full((len(windows), 3), [0.3, 0.3, 0.4], np.float32)


def test_a_network_that_knows_the_truth_finds_all(photographs):
    # Windows that are as small as what they see; then larger ones, of which some lie in the region.
    for side, stride in ((1, 1), (5, 1)):
        mapper = localisation.Mapper(_knowing, side, stride)
        (line,), untouched, _ = localisation.results(Plain, Marked(photographs), mapper)
        assert line["auc"] == line["best_f1"] == [1.0] * len(photographs)
        assert line["score"] == [1.0] * len(photographs)
        assert untouched["score"] == [0.0] * len(photographs)
        # The untouched photograph's map has one value.
        assert line["control"] == [0.5] * len(photographs)
        if side == 1:
            assert line["f1"] == line["iou"] == [1.0] * len(photographs)


@pytest.mark.parametrize(("side", "stride"), [(8, 3), (7, 7), (16, 5)])
def test_a_network_that_knows_nothing_is_at_chance(photographs, side, stride):
    """Windows overlap here and there, and means of the same number are that number."""
    mapper = localisation.Mapper(_guessing, side, stride)
    (line,), *_ = localisation.results(Plain, Marked(photographs), mapper)
    assert line["auc"] == line["control"] == [0.5] * len(photographs)
    share = np.array(line["share"])
    np.testing.assert_allclose(line["best_f1"], 2 * share / (1 + share), rtol=1e-12)


def test_a_pixel_has_the_mean_of_the_windows_that_cover_it():
    picture = np.random.default_rng(1).integers(0, 256, (21, 30, 3), np.uint8)

    def look(windows):
        native = windows.mean(axis=(1, 2, 3))
        return np.stack([native, 1 - native], axis=1)

    found = localisation.Mapper(look, 8, 5).map(picture)
    sums, counts = np.zeros((2, *picture.shape[:2]))
    # The last windows are moved back into the picture.
    for row in (0, 5, 10, 13):
        for column in (0, 5, 10, 15, 20, 22):
            window = np.s_[row : row + 8, column : column + 8]
            sums[window] += 1 - picture[window].mean() / 255
            counts[window] += 1
    np.testing.assert_allclose(found, sums / counts, atol=1e-6)
    assert counts.min() == 1


def test_maps_are_as_coarse_as_their_windows():
    """Of what is received of the demo's photographs, by a network that knows how much of each window was forged."""

    def share(windows):
        forged = windows.mean(axis=(1, 2, 3))
        return np.stack([1 - forged, forged], axis=1)

    found = {}
    for side in (96, 48):
        mapper, areas = localisation.Mapper(share, side, 24), []
        for index in range(30):
            mask = regions.shape((144, 144), index, 0, (0.1, 0.3))
            picture = np.repeat(mask[..., np.newaxis], 3, axis=2).astype(np.uint8) * 255
            areas.append(pixels.measures(mapper.map(picture), mask)["auc"])
        found[side] = np.mean(areas)
    assert found[96] < 0.82
    assert found[48] > 0.92


def test_a_stride_that_leaves_pixels_out_is_refused():
    with pytest.raises(UserError, match="stride 9: windows have 8 pixels"):
        localisation.Mapper(_guessing, 8, 9)


def test_regions_depend_on_number_size_and_seed_alone():
    drawn = [regions.shape((60, 80), index, 0, (0.1, 0.3)) for index in range(40)]
    again = regions.shape((60, 80), 7, 0, (0.1, 0.3))
    np.testing.assert_array_equal(drawn[7], again)
    assert np.any(again != regions.shape((60, 80), 7, 1, (0.1, 0.3)))
    assert len({mask.tobytes() for mask in drawn}) == 40
    shares = [mask.mean() for mask in drawn]
    # Sides are whole pixels.
    assert min(shares) > 0.09
    assert max(shares) < 0.32
    corners = [mask[np.ix_(*[np.flatnonzero(mask.any(axis=axis))[[0, -1]] for axis in (1, 0)])].all() for mask in drawn]
    # Rectangles and ellipses.
    assert 10 < sum(corners) < 30


def test_the_largest_region_stays_in_the_picture():
    for index in range(40):
        mask = regions.shape((30, 200), index, 0, (0.6, 0.6))
        assert 0.45 < mask.mean() < 0.65


def test_outside_of_its_region_a_photograph_is_as_before(forger, pipeline, photographs):
    """And inside it is what the whole photograph becomes."""
    untouched = forger.untouched(1)
    np.testing.assert_array_equal(untouched, whole.develop(pipeline, photographs[1]))
    for place, region in enumerate(forger.regions, start=1):
        picture, mask = forger.forged(1, region)
        np.testing.assert_array_equal(mask, forger.mask(1)[: mask.shape[0], : mask.shape[1]])
        np.testing.assert_array_equal(picture[~mask], untouched[~mask])
        assert np.any(picture[mask] != untouched[mask])
        if place <= 3:
            changed = whole.version(region.manipulation, untouched, 1, place)
            np.testing.assert_array_equal(picture[mask], changed[mask])
    # That it was changed in one place does not stay.
    np.testing.assert_array_equal(untouched, whole.develop(pipeline, photographs[1]))


def test_a_run_has_its_manipulations_and_then_what_was_asked_for(forger):
    assert [region.name for region in forger.regions] == ["sharpen", "awgn", "resample", *SPLICES]


def test_a_splice_is_a_part_of_another_photograph(forger):
    (splice,) = (region for region in forger.regions if region.name == "splice")
    picture, mask = forger.forged(0, splice)
    other = forger.untouched(1)
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    inside, content = mask[box], picture[box]
    height, width = inside.shape
    # The first pixel of the region tells most places apart.
    row, column = np.argwhere(inside)[0]
    alike = (other == content[row, column]).all(axis=2)[row : row + other.shape[0] - height + 1, column:]
    fits = [
        np.array_equal(other[y : y + height, x : x + width][inside], content[inside])
        for y, x in np.argwhere(alike[:, : other.shape[1] - width + 1])
    ]
    assert sum(fits) == 1


def test_a_splice_without_another_photograph_is_left_out(pipeline, photographs):
    forger = regions.Forger(pipeline, photographs[:1], {"splice": {"splice": True}}, COMPLETE)
    found, untouched, left_out = localisation.results(pipeline, forger, localisation.Mapper(_guessing, 16, 16))
    assert [line["name"] for line in found] == ["sharpen", "awgn", "resample"]
    assert [bad["name"] for bad in left_out] == [f"splice of {photographs[0].name}"]
    assert left_out[0]["reason"].startswith("there is no other photograph from which a region of ")
    assert untouched["image"] == [photographs[0].name]


@pytest.mark.parametrize(
    "steps",
    [
        [{"step": "resize", "kernel": "pool", "factor": 2}],
        [{"step": "crop", "origin": 3}, {"step": "resize", "kernel": "pool", "factor": 2}],
        [{"step": "resize", "kernel": "lanczos", "factor": 3}, {"step": "crop", "origin": 2}],
        [{"step": "resize", "kernel": "bilinear", "factor": 1.5}],
        [{"step": "resize", "kernel": "bilinear", "longest": 31}],
        [{"step": "resize", "kernel": "bilinear", "factor": 0.5}],
        [{"step": "crop", "origin": 1}],
    ],
)
def test_masks_go_where_the_channel_brings_their_pixels(steps):
    """A white region is received where its mask says."""
    channel, mask = Channel(steps=steps).fixed(), np.zeros((47, 64), bool)
    mask[12:33, 20:51] = True
    mask[40:] = True
    seen = transmission.real(channel, np.repeat(mask[..., np.newaxis], 3, axis=2).astype(np.float32))[1]
    found = regions.received(mask, channel)
    assert found.shape == seen.shape[:2]
    # Kernels smear an edge, and half of it is where it was.
    unclear = np.abs(seen[..., 0].astype(float) - 127.5) < 30
    np.testing.assert_array_equal(found[~unclear], (seen[..., 0] > 127)[~unclear])
    assert unclear.mean() < 0.1


def test_a_mask_is_not_changed_by_what_changes_no_size():
    mask = np.random.default_rng(1).random((32, 48)) < 0.5
    np.testing.assert_array_equal(regions.received(mask, Channel("none", 1, "jpeg", quality=10)), mask)
    learned = Channel("none", 1, "dcn", network=tiny_codec.make())
    np.testing.assert_array_equal(regions.received(mask, learned), mask)


def test_smaller_windows_are_seen_by_the_same_weights(pipeline):
    picture = np.random.default_rng(1).random((2, 12, 12, 3)).astype(np.float32)
    smaller = scores.resized(pipeline.fan, 12)
    assert smaller.settings["patch_size"] == 12
    other = type(pipeline.fan).from_config({**pipeline.fan.get_config(), "patch_size": None})
    other.set_weights(pipeline.fan.get_weights())
    np.testing.assert_allclose(smaller(picture), other(picture), atol=1e-6)
    assert scores.resized(pipeline.fan, None) is scores.resized(pipeline.fan, 16) is pipeline.fan
    flat = models.create("FAN", n_classes=3, patch_size=16, n_filters=4, dense=[8], use_gap=False, n_convolutions=2)
    with pytest.raises(UserError, match="window 12: the network takes windows of 16 pixels alone"):
        scores.resized(flat, 12)


def test_a_run_is_tested_and_its_record_can_be_read(model, training_set, tmp_path):
    found = localisation.judge(model, training_set, SPLICES, {"window": 12, "stride": 12}, tmp_path / "l.json")
    content = localisation_files.read(tmp_path / "l.json")
    assert content["kind"] == "evaluate_localisation"
    assert (content["window"], content["stride"]) == (12, 12)
    assert content["settings"]["regions"] == SPLICES
    assert found["regions"] == content["regions"]
    assert [each["name"] for each in content["regions"]] == ["sharpen", "awgn", "resample", *SPLICES]
    assert content["metrics"]["sharpen"]["auc"] == np.mean(content["regions"][0]["auc"])
    # All regions of a photograph are the same.
    assert len({json.dumps(each["share"]) for each in content["regions"]}) == 1


def test_an_optimised_camera_has_the_same_regions(training_set, tmp_path):
    shares = []
    for number, learned in enumerate([(), ("isp",)]):
        tiny_forensics.make(seed=number, trainable=learned).save(tmp_path / f"{number}.keras")
        found = localisation.judge(
            tmp_path / f"{number}.keras", training_set, {}, {"stride": 16}, tmp_path / f"{number}.json"
        )
        shares.append([each["share"] for each in found["regions"]])
        assert found["optimised"] == []
    assert shares[0] == shares[1]


@pytest.mark.parametrize(
    ("given", "settings", "message"),
    [
        ({"sharpen": {"splice": True}}, {}, "regions: sharpen is a manipulation of the run"),
        ({"mean": {"splice": True}}, {}, "regions.mean: the tables have a line mean"),
        ({"a": {"splice": False}}, {}, "regions.a: is as the rest of the photograph"),
        ({"a": {"manipulation": "blurr:1"}}, {}, "regions.a.manipulation: "),
        ({"a": {"isp": "ONet"}}, {}, "regions.a.isp: "),
        ({}, {"smallest": 0.5, "largest": 0.2}, "smallest 0.5: is more than largest, 0.2"),
        ({}, {"stride": 17}, "stride 17: windows have 16 pixels"),
        ({}, {"share": 0.1}, "unknown setting share"),
    ],
)
def test_mistakes_are_named(model, training_set, tmp_path, given, settings, message):
    with pytest.raises(UserError, match=message):
        localisation.judge(model, training_set, given, settings, tmp_path / "l.json")
    assert not list(tmp_path.iterdir())


@pytest.fixture
def public(tmp_path):
    """A folder as public sets are: two forged pictures, an untouched one, and three that cannot be used."""
    random = np.random.default_rng(1)
    for folder in ("Tp", "Gt", "Au"):
        (tmp_path / "set" / folder).mkdir(parents=True)
    mask = np.zeros((40, 50), np.uint8)
    mask[5:25, 10:30] = 255
    for name in ("a", "b", "small", "empty", "other"):
        shape = (10, 12) if name == "small" else (40, 50)
        imageio.imwrite(tmp_path / f"set/Tp/{name}.png", random.integers(0, 256, (*shape, 3), np.uint8))
        marked = {"small": mask[:10, 5:17], "empty": 0 * mask, "other": mask.T}.get(name, mask)
        imageio.imwrite(tmp_path / f"set/Gt/{name}_gt.png", marked)
    imageio.imwrite(tmp_path / "set/Au/c.png", random.integers(0, 256, (40, 50, 3), np.uint8))
    return tmp_path / "set"


def test_a_folder_of_pictures_and_masks_is_read_as_it_is(model, pipeline, public, tmp_path):
    found = localisation.judge_folder(model, public, SETTINGS, tmp_path / "l.json")
    content = localisation_files.read(tmp_path / "l.json")
    (line,) = content["regions"]
    assert (line["name"], line["image"], line["control"]) == ("set", ["Tp/a.png", "Tp/b.png"], [])
    assert line["share"] == [0.2, 0.2]
    assert content["untouched"]["image"] == ["Au/c.png"]
    reasons = {bad["file"]: bad["reason"] for bad in found["refused"]}
    assert reasons == {
        "Tp/empty.png": "its mask marks nothing, or all of the picture",
        "Tp/other.png": "its mask has 40 × 50 pixels, and the picture 50 × 40",
        "Tp/small.png": "12 × 10 pixels, smaller than a window of 16",
    }
    picture = imageio.imread(public / "Tp/a.png")
    own = localisation.Mapper(scores.network(pipeline.fan), 16, 8).map(picture)
    assert line["score"][0] == pytest.approx(float(own.max()), abs=1e-6)


def test_such_pictures_can_be_sent_first(model, public, tmp_path):
    localisation.judge_folder(model, public, {"stride": 4}, tmp_path / "l.json", send=True)
    content = localisation_files.read(tmp_path / "l.json")
    # 20 × 25 pixels are received, and the mask goes with them: rows 5 to 24 are of received rows 3 to 11, half of two.
    assert content["regions"][0]["share"] == pytest.approx([10 * 10 / 500] * 2, abs=0.03)
    assert content["settings"]["send"] is True


def test_a_folder_without_usable_masks_is_refused(model, public, tmp_path):
    for name in ("a", "b"):
        (public / f"Tp/{name}.png").unlink()
    with pytest.raises(UserError, match="no picture with a mask can be used"):
        localisation.judge_folder(model, public, SETTINGS, tmp_path / "l.json")
