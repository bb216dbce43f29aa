import pandas as pd
import pytest
from test_rate_curves import profile

from neural_imaging.tables import rate_curves, rate_table

PUBLISHED = pd.DataFrame(
    [
        ("kodak", "jpeg", "curve", 1.0, 0.893, None),
        ("kodak", "bpg", "curve", 1.0, 0.94, None),
        ("kodak", "dcn-32c", "model", 0.81, 0.921, 0.985),
        ("clic", "jpeg", "curve", 1.0, 0.899, None),
    ],
    columns=rate_table.PUBLISHED,
)


@pytest.fixture(scope="module")
def rows():
    return pd.concat([profile(), profile("webp"), profile("32c", rates=(0.8,), quality=False)], ignore_index=True)


@pytest.fixture(scope="module")
def fits(rows):
    return rate_curves.fit_all(rows)[0]


def test_ours_and_published_stand_beside_each_other_with_their_difference(rows, fits):
    table = rate_table.table(rows, fits, PUBLISHED)
    assert list(table.columns) == rate_table.COLUMNS
    jpeg = table[(table["codec"] == "jpeg") & (table["bpp"] == 1.0)].iloc[0]
    assert jpeg["ssim_published"] == 0.893
    assert jpeg["ssim_difference"] == pytest.approx(jpeg["ssim"] - 0.893)
    assert (jpeg["images"], jpeg["extrapolated"]) == (3, 0)
    model = table[table["codec"] == "32c"].iloc[0]
    assert model["bpp"] == pytest.approx(0.88)
    assert model["bpp_published"] == 0.81
    assert model["ms_ssim_difference"] == pytest.approx(model["ms_ssim"] - 0.985)


def test_what_only_one_side_has_stays_empty_on_the_other(rows, fits):
    table = rate_table.table(rows, fits, PUBLISHED)
    bpg = table[table["codec"] == "bpg"].iloc[0]
    assert pd.isna(bpg["ssim"])
    assert pd.isna(bpg["images"])
    webp = table[table["codec"] == "webp"]
    assert webp["bpp"].tolist() == [0.5, 1.0, 1.5, 2.0]
    assert webp["ssim_published"].isna().all()
    assert set(table["data_set"]) == {"kodak"}


def test_codecs_stand_in_the_order_of_their_profiles_what_was_only_published_last(rows, fits):
    table = rate_table.table(rows, fits, PUBLISHED)
    assert list(dict.fromkeys(table["codec"])) == ["jpeg", "webp", "32c", "bpg"]


def test_a_table_needs_neither_published_values_nor_curves(rows, fits):
    assert rate_table.table(rows, fits)["ssim_published"].isna().all()
    alone = rows[rows["codec"] == "32c"]
    table = rate_table.table(alone, rate_curves.fit_all(alone)[0])
    assert table["kind"].tolist() == ["model"]


def test_the_text_of_the_table_tells_of_pictures_that_were_not_measured_there(rows, fits):
    headings, lines = rate_table.cells(rate_table.table(rows, fits, PUBLISHED))
    assert all(len(line) == len(headings) for line in lines)
    by_place = {(line[1], line[2]): line for line in lines}
    assert by_place["jpeg", "1.00"][-1] == "3"
    assert by_place["bpg", "1.00"][4:7] == ["–", "0.940", "–"]
    # Beyond a quarter above 2.4 bits a pixel there is no average.
    far = rate_table.table(rows, fits, PUBLISHED.assign(bpp=4.0))
    assert "3 (3 beyond)" in [line[-1] for line in rate_table.cells(far)[1]]
