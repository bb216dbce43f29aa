"""Folders of public sets: which mask belongs to which picture, which pictures are untouched, and what is refused."""

import imageio.v3 as imageio
import numpy as np
import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.datasets import masked_folder
from neural_imaging.imaging import opening

PICTURE = np.random.default_rng(1).integers(0, 256, (8, 12, 3), np.uint8)
MASK = np.zeros((8, 12), np.uint8)
MASK[2:5, 3:9] = 255
# Files of each set as it is handed out: forged ones with their masks, untouched ones, others.
SETS = {
    "CASIA 2": (
        {"Tp/Tp_D_CRN_S_N_cha00063_art00014.jpg": "CASIA 2 Groundtruth/Tp_D_CRN_S_N_cha00063_art00014_gt.png"},
        ["Au/Au_ani_00001.jpg"],
        [],
    ),
    "CASIA 1": (
        {"Tp/CM/Sp_S_NNN_A_nat0001.jpg": "CASIA 1.0 groundtruth/CM/Sp_S_NNN_A_nat0001_gt.png"},
        ["Au/Au_nat_0001.jpg"],
        [],
    ),
    "Columbia": (
        {"4cam_splc/canong3_nikond70_sub_01.tif": "4cam_splc/edgemask/canong3_nikond70_sub_01_edgemask.jpg"},
        ["4cam_auth/canong3_02_sub_01.tif"],
        ["4cam_auth/edgemask/canong3_02_sub_01_edgemask.jpg"],
    ),
    "Coverage": ({"image/12t.tif": "mask/12forged.tif"}, ["image/12.tif"], ["mask/12copy.tif", "mask/12paste.tif"]),
    "IMD2020": ({"1a1ogs/1a1ogs_0.png": "1a1ogs/1a1ogs_0_mask.png"}, ["1a1ogs/1a1ogs_orig.jpg"], []),
    "IMDL-BenCo": ({"Tp/6.jpg": "Gt/6.png", "Tp/7.jpg": "Gt/7.png"}, [], []),
}


def write(folder, *names, picture=PICTURE):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        imageio.imwrite(path, picture)


@pytest.mark.parametrize("name", SETS)
def test_public_sets_are_read_as_they_are_handed_out(tmp_path, name):
    forged, untouched, others = SETS[name]
    write(tmp_path, *forged, *untouched)
    write(tmp_path, *forged.values(), *others, picture=MASK)
    listed, refused = masked_folder.listing(tmp_path)
    found = {picture.name: picture.mask and str(picture.mask.relative_to(tmp_path)) for picture in listed}
    assert found == {**forged, **dict.fromkeys(untouched)}
    assert {bad["file"] for bad in refused} <= set(others)
    for picture in listed:
        content, mask = masked_folder.opened(picture)
        assert content.shape == (8, 12, 3)
        # JPEG masks have soft edges.
        assert mask is None or np.mean(mask == (MASK > 0)) > 0.9


def test_columbia_has_what_was_pasted_in_green(tmp_path):
    coloured = np.zeros((16, 16, 3), np.uint8)
    coloured[..., 0], coloured[:, 8:, 0], coloured[:, 8:, 1] = 200, 0, 130
    write(tmp_path, "4cam_splc/a.tif", picture=np.zeros((16, 16, 3), np.uint8))
    write(tmp_path, "4cam_splc/edgemask/a_edgemask.jpg", picture=coloured)
    (picture,), _ = masked_folder.listing(tmp_path)
    _, mask = masked_folder.opened(picture)
    assert not mask[:, :7].any()
    assert mask[:, 9:].all()


def test_a_picture_without_a_mask_is_no_untouched_one_unless_it_is_said_to_be(tmp_path):
    write(tmp_path, "Tp/a.png", "Tp/b.png", "Au/c.png", "d.png")
    write(tmp_path, "Gt/a.png", "Gt/e.png", picture=MASK)
    (tmp_path / "readme.txt").write_text("about")
    (tmp_path / "Tp/broken.xyz").write_text("none")
    listed, refused = masked_folder.listing(tmp_path)
    assert [picture.name for picture in listed] == ["Au/c.png", "Tp/a.png"]
    reasons = {bad["file"]: bad["reason"] for bad in refused}
    assert set(reasons) == {"Tp/b.png", "d.png", "Gt/e.png", "readme.txt", "Tp/broken.xyz"}
    assert reasons["d.png"].startswith("has no mask, and neither")
    assert reasons["Gt/e.png"] == "a mask of no picture here"


def test_masks_of_the_same_name_are_told_apart_by_their_folders(tmp_path):
    write(tmp_path, "first/Tp/1.png", "second/Tp/1.png", "third/1.png", "third/1.jpg")
    write(tmp_path, "first/Gt/1.png", "second/Gt/1.png", "third/mask/1.png", picture=MASK)
    listed, refused = masked_folder.listing(tmp_path)
    assert [(picture.name, picture.mask.parts[-3]) for picture in listed] == [
        ("first/Tp/1.png", "first"),
        ("second/Tp/1.png", "second"),
    ]
    reasons = {bad["file"]: bad["reason"] for bad in refused}
    assert "could be its own" in reasons["third/1.png"]
    assert "could be its own" in reasons["third/1.jpg"]


@pytest.mark.parametrize(
    ("mask", "reason"),
    [
        (MASK.T, "its mask has 8 × 12 pixels, and the picture 12 × 8"),
        (PICTURE, "its mask has colours; what was forged should be white on black"),
    ],
)
def test_a_mask_that_does_not_fit_is_refused(tmp_path, mask, reason):
    write(tmp_path, "Tp/a.png")
    write(tmp_path, "Gt/a.png", picture=mask)
    (picture,), _ = masked_folder.listing(tmp_path)
    with pytest.raises(opening.PictureError) as refused:
        masked_folder.opened(picture)
    assert refused.value.reason == reason


def test_a_folder_without_masks_says_where_they_should_be(tmp_path):
    write(tmp_path, "a.png")
    with pytest.raises(UserError, match="no picture in it has a mask; masks are in a folder such as Gt"):
        masked_folder.listing(tmp_path)
    with pytest.raises(UserError, match="no such folder"):
        masked_folder.listing(tmp_path / "absent")
