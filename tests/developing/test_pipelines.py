"""Pipelines by name or archive: one interface, tiles that do not show, clear refusals."""

import numpy as np
import photographs
import pytest

import neural_imaging as ni
from neural_imaging import models
from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.developing import pipelines
from neural_imaging.forensics.channel import Channel
from neural_imaging.forensics.joint import ForensicPipeline
from neural_imaging.imaging import bayer, develop, raw, tiles
from neural_imaging.layers import tile

SMALL = {
    "INet": {},
    "UNet": {"n_steps": 3, "n_filters": 4},
    "DNet": {"n_layers": 3, "n_features": 4},
    "ClassicISP": {"c_filters": [4]},
}
MATRIX = np.array([[1.6, -0.4, -0.2], [-0.1, 1.4, -0.3], [0.0, -0.5, 1.5]])


@pytest.fixture(scope="module")
def stack():
    rng = np.random.default_rng(4)
    return (rng.random((75, 101, 4)) ** 2 * 65535).astype(np.uint16)


def _assert_rounded(picture, expected):
    """Each value of an 8-bit picture is a rounding of what is expected; sums in another order move it by 1e-3."""
    assert picture.dtype == np.uint8
    assert np.abs(picture - 255 * np.clip(np.asarray(expected, np.float64), 0, 1)).max() <= 0.501


def _whole(network, stack, cfa="GBRG", matrix=MATRIX):
    """What a network makes of a stack in one piece, reflected at its ends where the network wants multiples."""
    if hasattr(network, "set_colour"):
        network.set_colour(cfa, matrix)
    sides, multiple = stack.shape[:2], getattr(network, "multiple", 1)
    missing = [(0, -side % multiple) for side in sides]
    padded = np.pad(stack, (*missing, (0, 0)), mode="reflect").astype(np.float32) / np.float32(65535)
    return np.asarray(network(padded[np.newaxis]))[0, : 2 * sides[0], : 2 * sides[1]]


def _untrained(name, **settings):
    """A network with weights that do something in each layer."""
    network, rng = models.create(name, **settings), np.random.default_rng(2)
    for weight in network.trainable_weights:
        weight.assign(weight + rng.normal(0, 0.1, weight.shape))
    return network


@pytest.mark.parametrize("name", pipelines.names())
def test_every_pipeline_is_found_by_its_name(name):
    assert pipelines.create(name, **SMALL.get(name, {})).name == name


@pytest.mark.parametrize("name", list(SMALL))
@pytest.mark.parametrize("side", [56, 80])
def test_tiles_do_not_show(stack, name, side):
    network = _untrained(name, **SMALL[name])
    tiled = pipelines.Network(network, name, side).render(stack, "GBRG", MATRIX)
    whole = _whole(network, stack)
    assert tiled.shape == whole.shape == (150, 202, 3)
    assert len(np.unique(tiled)) > 20
    _assert_rounded(tiled, whole)


def test_tiles_too_small_for_a_network_are_refused_before_it_develops_anything():
    needed = tiles.least(4, 22)
    assert pipelines.create("UNet", side=needed, **SMALL["UNet"]).name == "UNet"
    with pytest.raises(UserError, match=rf"tiles of {needed - 1} Bayer cells .* needs {needed} at least"):
        pipelines.create("UNet", side=needed - 1, **SMALL["UNet"])


def test_a_network_that_looks_further_than_usual_tiles_is_given_larger_ones(stack, monkeypatch):
    network = _untrained("UNet", **SMALL["UNet"])
    expected = _whole(network, stack)
    monkeypatch.setattr(tiles, "SIDE", tiles.least(network.multiple, network.reach) - 4)
    _assert_rounded(pipelines.Network(network, "").render(stack, "GBRG", MATRIX), expected)


@pytest.mark.parametrize("brightness", ["percentile", "shift"])
def test_brightness_is_that_of_the_whole_photograph(stack, brightness):
    network = _untrained("ClassicISP", c_filters=[4], brightness=brightness)
    tiled = pipelines.Network(network, "", 50).render(stack, "RGGB", MATRIX)
    _assert_rounded(tiled, _whole(network, stack, "RGGB"))


def test_a_photograph_is_developed_by_the_network_of_an_archive_and_turned_upright(photograph, tmp_path):
    network = _untrained("UNet", **SMALL["UNet"])
    network.save(tmp_path / "model.keras")
    taken = raw.read(photograph("a.dng", flip=6))
    developed = pipelines.create(tmp_path / "model.keras").develop(taken)
    assert developed.shape == (taken.width, taken.height, 3)
    expected = np.rot90(np.asarray(network(taken.stack[np.newaxis]))[0], -1)
    _assert_rounded(developed, expected)


def test_a_joint_models_pipeline_is_taken(stack, tmp_path):
    isp = _untrained("UNet", **SMALL["UNet"])
    fan = models.create("FAN", n_classes=2, n_filters=2, n_dense=0, n_convolutions=2)
    joint = ForensicPipeline(isp, Channel(), fan, ["jpeg:80"])
    joint(np.zeros((1, 32, 32, 4), np.float32))
    joint.save(tmp_path / "model.keras")
    developed = pipelines.create(tmp_path / "model.keras").render(stack, "GBRG", MATRIX)
    np.testing.assert_array_equal(developed, pipelines.Network(isp, "").render(stack, "GBRG", MATRIX))


@pytest.mark.parametrize("demosaicing", develop.DEMOSAICING)
def test_the_standard_pipeline_is_that_of_the_targets(photograph, demosaicing):
    taken = raw.read(photograph("a.dng"))
    pipeline = pipelines.create("Python", demosaicing=demosaicing)
    np.testing.assert_array_equal(pipeline.develop(taken), develop.develop_raw(taken, demosaicing))


def test_libraw_develops_automatically_or_plainly(photograph):
    taken = raw.read(photograph("a.dng", flip=3))
    plain = pipelines.create("libRAW", automatic=False).develop(taken)
    np.testing.assert_array_equal(plain, photographs.develop(taken.path, "libraw"))
    automatic = pipelines.create("libRAW").develop(taken)
    assert automatic.shape == plain.shape
    assert (automatic > 250).mean() > 0.003  # one pixel in a hundred becomes white


@pytest.mark.parametrize("name", ["INet", "UNet", "DNet"])
@pytest.mark.parametrize("learned", bayer.PATTERNS)
@pytest.mark.parametrize("cfa", bayer.PATTERNS)
def test_a_network_develops_other_patterns_from_where_they_are_those_it_has_learned(stack, name, learned, cfa):
    settings = {} if name == "UNet" else {"cfa_pattern": learned}
    pipeline = pipelines.Network(_untrained(name, **SMALL[name], **settings), name, patterns=[learned])
    mosaic, (row, column) = bayer.to_mosaic(stack, cfa), pipeline.cut(cfa)
    cells = [np.array(list(pattern)).reshape(2, 2) for pattern in (cfa, learned)]
    np.testing.assert_array_equal(np.roll(cells[0], (-row, -column), axis=(0, 1)), cells[1])
    height, width = mosaic.shape
    # A camera of the other pattern whose picture begins a pixel further down, or to the right, takes the same samples.
    expected = pipeline.render(
        bayer.to_stack(mosaic[row : height - row, column : width - column], learned), learned, MATRIX
    )
    assert expected.shape == (height - 2 * row, width - 2 * column, 3)
    np.testing.assert_array_equal(pipeline.render(stack, cfa, MATRIX), expected)


def test_what_is_cut_off_is_said_of_the_upright_photograph(photograph):
    pipeline = pipelines.create("INet", cfa_pattern="RGGB")
    for flip, side in ((0, "row"), (6, "column")):
        taken = raw.read(photograph(f"{flip}.dng", flip=flip))  # GBRG: one row lower it is RGGB
        developed = pipeline.develop(taken)
        upright = (taken.width, taken.height) if flip == 6 else (taken.height, taken.width)
        assert np.subtract(upright, developed.shape[:2]).tolist() == ([2, 0] if side == "row" else [0, 2])
        assert pipeline.note(taken) == (
            f"first and last {side} cut off: its colour filters are GBRG, those of the network RGGB"
        )
    assert pipelines.create("INet", cfa_pattern="GBRG").note(taken) == ""
    assert pipelines.create("Python").note(taken) == ""


def test_a_photograph_without_a_pixel_to_spare_cannot_be_shifted():
    with pytest.raises(UserError, match=r"of 2 × 20 pixels is too small to be shifted from RGGB to GBRG"):
        pipelines.create("INet").render(np.zeros((1, 10, 4), np.float32), "RGGB", MATRIX)


def test_of_several_patterns_that_a_network_has_learned_the_nearest_is_taken():
    network = pipelines.Network(_untrained("UNet", **SMALL["UNet"]), "UNet", patterns=["GBRG", "RGGB"])
    assert [network.cut(cfa) for cfa in ("RGGB", "GBRG")] == [(0, 0), (0, 0)]
    assert [sum(network.cut(cfa)) for cfa in ("BGGR", "GRBG")] == [1, 1]


def test_an_archives_record_says_which_patterns_it_has_learned(stack, tmp_path):
    archive = tmp_path / "model.keras"
    _untrained("UNet", **SMALL["UNet"]).save(archive)
    assert pipelines.create(archive).cut("RGGB") == (0, 0)  # nobody says what it was trained on
    files.write_json(tmp_path / "record.json", {"kind": "train_isp", "cfa": ["GBRG"]})
    assert pipelines.create(archive).cut("GBRG") == (0, 0)
    assert pipelines.create(archive).cut("RGGB") == (1, 0)
    assert pipelines.create(archive).render(stack, "RGGB", MATRIX).shape == (148, 202, 3)


def test_a_classic_pipeline_serves_every_camera(stack):
    pipeline = pipelines.create("ClassicISP")
    for cfa in ("RGGB", "BGGR"):
        bilinear = pipelines.create("Python", demosaicing="bilinear").render(stack, cfa, MATRIX)
        differences = np.abs(pipeline.render(stack, cfa, MATRIX).astype(int) - bilinear)
        assert differences.max() <= 1


def test_onet_passes_pictures_through_and_develops_no_raw(photograph):
    picture = np.random.default_rng(1).integers(0, 256, (20, 30, 3), np.uint8)
    pipeline = pipelines.create("ONet")
    np.testing.assert_array_equal(pipeline.render(picture, "", np.eye(3)), picture)
    with pytest.raises(UserError, match="cannot develop RAW files"):
        pipeline.develop(raw.read(photograph("a.dng")))


@pytest.mark.parametrize("brightness", ["none", "shift"])
def test_a_cameras_signature_is_added_to_the_whole_picture_before_it_is_rounded(stack, brightness):
    isp = models.create("ClassicISP", brightness=brightness, **SMALL["ClassicISP"])
    added = tile.Signature(strength=20, period=12)
    fan = models.create("FAN", n_classes=2, patch_size=16, n_filters=4, n_convolutions=1, dense=[8])
    joint = ForensicPipeline(isp, Channel(), fan, ["jpeg:80"], signature=added)
    joint.build((None, 16, 16, 4))
    plain, signed = (pipelines.Network(joint, "joint", 56, signature=on) for on in (False, True))
    before, after = (network.render(stack, "GBRG", MATRIX).astype(float) for network in (plain, signed))
    pattern = np.asarray(added.tile())
    repeats = [-(-side // 12) for side in before.shape[:2]]
    whole = np.tile(pattern, (*repeats, 1))[: before.shape[0], : before.shape[1]]
    # Two roundings.
    assert np.abs(after - np.clip(before + whole, 0, 255)).max() < 1.01
    with pytest.raises(UserError, match="INet: has no signature that could be added"):
        pipelines.Network(models.create("INet"), "INet", signature=True)
    with pytest.raises(UserError, match="signature must be true or false, not 1"):
        pipelines.Network(joint, "joint", signature=1)


@pytest.mark.parametrize(
    ("name", "settings", "message"),
    [
        ("Pyhton", {}, "no such pipeline; there are libRAW, Python, INet"),
        ("Python", {"brightness": 1}, "Python has no setting 'brightness'; known are demosaicing"),
        ("Python", {"demosaicing": "ahd"}, "demosaicing must be one of menon, bilinear"),
        ("libRAW", {"automatic": "yes"}, "automatic must be true or false"),
        ("UNet", {"steps": 3}, "UNet has no setting 'steps'"),
        ("FAN", {}, "holds no pipeline"),
        ("none.keras", {}, "no such model file"),
        ("none.keras", {"n_steps": 3}, "takes no settings but signature; it was given n_steps"),
    ],
)
def test_mistakes_are_named(name, settings, message):
    with pytest.raises(UserError, match=message):
        pipelines.create(name, **settings)


def test_libraw_has_several_demosaicings(tmp_path):
    scene = np.random.default_rng(0).random((48, 64, 3), np.float32)
    photograph = ni.simulate_raw(scene, tmp_path / "photo.dng")
    developed = {
        name: ni.develop(photograph, "libRAW", automatic=False, demosaicing=name).astype(int)
        for name in ("linear", "ahd", "dcb")
    }
    np.testing.assert_array_equal(developed["ahd"], ni.develop(photograph, "libRAW", automatic=False))
    assert np.abs(developed["linear"] - developed["ahd"]).mean() > 1
    assert np.abs(developed["dcb"] - developed["ahd"]).mean() > 1
    with pytest.raises(
        UserError, match="demosaicing must be one of linear, vng, ppg, ahd, dcb, dht, aahd, not 'menon'"
    ):
        ni.develop(photograph, "libRAW", demosaicing="menon")
