import csv
import dataclasses

import numpy as np
import photographs
import pytest
import yaml

from neural_imaging.base.errors import UserError
from neural_imaging.datasets import dataset
from neural_imaging.imaging import cameras, containers, dng, raw, raw_folder, simulation


@pytest.fixture(scope="session")
def known(camera_file):
    return cameras.load_all(camera_file)


@pytest.fixture
def as_real(tmp_path, profile, small_scene):
    """Write a file that names a real camera: as_real("a.dng", camera="D90", make="NIKON CORPORATION", ...)."""

    def write(name, camera="D90", seed=0, make=b"NIKON", model=b"NIKON D90", cfa=None, **options):
        described = dataclasses.replace(profile(camera), cfa=cfa or profile(camera).cfa)
        mosaic = simulation.expose(small_scene, described, np.random.default_rng(seed))
        dng.write(tmp_path / name, mosaic, described, **options)
        content = (tmp_path / name).read_bytes()
        for old, new in ((b"Simulated\0", make), (f"Simulated {described.name}\0".encode(), model)):
            assert content.count(old)
            content = content.replace(old, new.ljust(len(old), b"\0"))
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    return write


def rows(path):
    with path.open(newline="") as file:
        return {row["file"]: row for row in csv.DictReader(file)}


def test_the_matrices_of_the_papers_cameras_are_those_of_the_released_toolbox(known):
    # config/cameras.json of the released toolbox, made there with another rounding of the sRGB primaries
    expected = {
        "EOS40D": [[1.7819, -0.865, 0.0831], [-0.0457, 1.375, -0.3292], [0.053, -0.4201, 1.3671]],
        "EOS5D": [[1.8083, -0.9274, 0.1191], [-0.0172, 1.3148, -0.2976], [0.058, -0.35, 1.292]],
        "D90": [[1.8269, -0.655, -0.1719], [-0.0068, 1.3322, -0.3253], [0.0627, -0.4006, 1.3379]],
        "D7000": [[1.7147, -0.6185, -0.0962], [-0.1598, 1.6744, -0.5146], [0.0094, -0.4679, 1.4586]],
    }
    for name, matrix in expected.items():
        np.testing.assert_allclose(known[name].camera_to_srgb, matrix, atol=3e-4)
    assert [known[name].cfa for name in expected] == ["RGGB", "RGGB", "GBRG", "RGGB"]


@pytest.mark.parametrize(
    ("name", "model", "expected"),
    [
        ("NIKON D90", "Nikon D90", True),
        ("NIKON D90", "D90", True),
        ("NIKON D90", "D9", False),
        ("NIKON D90", "", False),
        ("Canon EOS 5D", "EOS 5D", True),
        ("Canon EOS 5D Mark II", "EOS 5D", False),
        ("Canon EOS 5D", "Canon EOS 5D Mark II", False),
        ("FUJIFILM FinePix F700", "Fujifilm F700", True),
        ("", "D90", False),
    ],
)
def test_a_model_means_one_camera(name, model, expected):
    assert cameras.is_model(name, model) is expected


@pytest.mark.parametrize(("flip", "orientation"), [(0, 1), (3, 3), (5, 8), (6, 6)])
def test_the_container_says_how_the_camera_was_held(photograph, flip, orientation):
    assert containers.inspect(photograph("a.dng", flip=flip)).orientation == orientation


def test_a_file_that_disagrees_on_the_filters_is_refused_with_the_reason(as_real, known, tmp_path):
    as_real("a.dng", cfa="RGGB", seed=1)
    as_real("b.dng")
    dataset.prepare(tmp_path, tmp_path / "out", train=1, validation=0, seed=0, known_cameras=known)
    found = rows(tmp_path / "out/images.csv")
    assert found["a.dng"]["status"] == "refused"
    assert "filters are RGGB, but those of the Nikon D90 are known to be GBRG" in found["a.dng"]["reason"]
    assert found["a.dng"]["cfa"] == "RGGB"
    assert found["b.dng"]["status"] == "used"


def test_a_known_camera_develops_with_its_known_matrix(as_real, known, profile, tmp_path):
    as_real("a.dng")
    other = dataclasses.replace(known["D90"], camera_from_xyz=known["D7000"].camera_from_xyz)
    for folder, cameras_known, matrix, source in (
        ("known", known, profile("D90").camera_to_srgb, "cameras"),
        ("other", {"D90": other}, profile("D7000").camera_to_srgb, "cameras"),
        ("unknown", {}, profile("D90").camera_to_srgb, "color_matrix"),
    ):
        out = tmp_path / folder
        dataset.prepare(tmp_path, out, train=1, validation=0, seed=0, known_cameras=cameras_known)
        row = rows(out / "images.csv")["a.dng"]
        np.testing.assert_allclose(np.array(row["camera_to_srgb"].split(), float), matrix.ravel(), atol=1e-4)
        assert row["matrix_source"] == source
        (out / "images.csv").unlink()
        for path in out.iterdir():
            path.unlink()


def test_an_unknown_or_simulated_camera_is_taken_at_its_word(photograph, known):
    read = raw.read(photograph("a.dng"))  # a Simulated Nikon D90
    assert cameras.apply(known, read) is read
    assert cameras.find(known, "Leica M8") is None


def test_a_camera_without_a_profile_cannot_be_simulated(camera_file):
    assert cameras.camera(camera_file, "DC120").cfa == "GRBG"
    assert cameras.camera(camera_file, "DC120").camera_to_srgb is None
    with pytest.raises(UserError, match=r"camera DC120: cannot be simulated.*white_balance"):
        cameras.load(camera_file, "DC120")


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"cfa": "RGGB"}, "must have the entries name and cfa"),
        ({"name": "A", "cfa": "RGGB", "filter": 1}, "no others"),
        ({"name": "A", "cfa": "RGBW"}, "not a Bayer pattern"),
        ({"name": " ", "cfa": "RGGB"}, "make and model"),
        ({"name": "A", "cfa": "RGGB", "camera_from_xyz": [[1, 2], [3, 4]]}, "3 × 3"),
        ({"name": "A", "cfa": "RGGB", "camera_from_xyz": [[1, 1, 1]] * 3}, "inverted"),
        ({"name": "A", "cfa": "RGGB", "camera_from_xyz": "much"}, "3 × 3"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path, entry, message):
    path = tmp_path / "cameras.yaml"
    path.write_text(yaml.safe_dump({"X": entry}))
    with pytest.raises(UserError, match=rf"camera X: .*{message}"):
        cameras.load_all(path)


def test_two_entries_for_one_camera_are_refused(tmp_path):
    path = tmp_path / "cameras.yaml"
    path.write_text(
        yaml.safe_dump({name: {"name": "Nikon D90", "cfa": cfa} for name, cfa in (("A", "RGGB"), ("B", "GBRG"))})
    )
    with pytest.raises(UserError, match="more than one entry for Nikon D90"):
        cameras.load_all(path)


class TestFolderOfSeveralCameras:
    @pytest.fixture
    def folder(self, as_real, tmp_path):
        for seed, name in enumerate(("a", "c", "e", "f")):
            as_real(f"{name}.dng", seed=seed)
        as_real("b.dng", camera="EOS5D", make=b"Canon", model=b"Canon EOS 5D")
        as_real("d.dng", seed=9, flip=6)
        return tmp_path

    def test_only_files_of_the_model_are_used(self, folder):
        dataset.prepare(folder, folder / "out", train=2, validation=1, seed=0, model="Nikon D90")
        found = rows(folder / "out/images.csv")
        assert [name for name, row in found.items() if row["status"] == "used"] == ["a.dng", "c.dng", "e.dng"]
        assert found["b.dng"]["reason"] == "not by the camera asked for, Nikon D90"
        assert found["b.dng"]["camera"] == "Canon EOS 5D"

    def test_portraits_can_be_asked_for(self, folder):
        dataset.prepare(folder, folder / "out", train=1, validation=0, seed=0, orientation="portrait")
        found = rows(folder / "out/images.csv")
        assert [name for name, row in found.items() if row["status"] == "used"] == ["d.dng"]
        assert found["a.dng"]["reason"] == "not in portrait format"

    def test_count_bounds_what_is_looked_at(self, folder):
        with pytest.raises(UserError, match="3 photographs are needed, 2 of 6 files are good"):
            dataset.prepare(folder, folder / "out", train=2, validation=1, seed=0, model="D90", count=3)
        found = rows(folder / "out/refused.csv")
        assert found["f.dng"]["reason"] == "not among the first 3"
        assert found["f.dng"]["sha256"] == ""

    def test_a_camera_that_is_not_there_is_named_with_those_that_are(self, folder):
        with pytest.raises(
            UserError, match=r"no files of the camera D700; it has: NIKON D90 \(5\), Canon EOS 5D \(1\)"
        ):
            raw_folder.listing(folder, "D700")

    @pytest.mark.parametrize(
        ("settings", "message"),
        [
            ({"count": 1}, "count is 1, but train and validation need 3"),
            ({"count": "2"}, "count must be a whole number"),
            ({"orientation": "square"}, "orientation must be one of landscape, portrait, any"),
        ],
    )
    def test_wrong_filters_are_named(self, folder, settings, message):
        with pytest.raises(UserError, match=message):
            dataset.prepare(folder, folder / "out", train=2, validation=1, seed=0, **settings)


def test_daylight_gains_follow_from_the_matrix(known):
    # the known S40 gains of LibRaw for daylight, green at 1
    gains = photographs.daylight_gains(known["S40"].camera_from_xyz)
    np.testing.assert_allclose(gains, np.array([2.1865366, 0.9175860, 0.9554239]) / 0.9175860, rtol=1e-4)
