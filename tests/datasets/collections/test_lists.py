"""What lists of collections say, and what they are not trusted with."""

import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.datasets.collections import mit5k, raise_list
from neural_imaging.datasets.collections.photographs import safe_name

# The first columns, and lines, as the owners of RAISE hand them out.
HEAD = "File,NEF,TIFF,Date Created,Image Size,Device,Lens,Saturation,Saturation,Keywords\n"
LINE = "{file},{nef},http://193.205.194.113/RAISE/TIFF/{file}.TIF,9/20/2014,L (4288 x 2848),{device},18mm,0,,outdoor\n"
NEF = "http://193.205.194.113/RAISE/NEF/{}.NEF"


@pytest.fixture
def raise_csv(tmp_path):
    """Write a list of RAISE from (file, device) pairs; a third part replaces the address."""

    def write(*entries, encoding="utf-8"):
        lines = [
            LINE.format(file=file, device=device, nef=rest[0] if rest else NEF.format(file))
            for file, device, *rest in entries
        ]
        path = tmp_path / "RAISE_1k.csv"
        path.write_text(HEAD + "".join(lines), encoding=encoding)
        return path

    return write


class TestRaise:
    def test_the_photographs_of_one_camera_come_in_the_order_of_the_list(self, raise_csv):
        path = raise_csv(("r00b", "Nikon D90"), ("r001d", "Nikon D7000"), ("r000a", "Nikon D90"))
        found = raise_list.photographs(path, "Nikon D90")
        assert [(one.file, one.url) for one in found] == [
            ("r00b.NEF", NEF.format("r00b")),
            ("r000a.NEF", NEF.format("r000a")),
        ]
        assert {one.camera for one in found} == {"Nikon D90"}

    def test_another_address_takes_the_place_of_the_lists(self, raise_csv):
        path = raise_csv(("r00b", "Nikon D90"))
        (found,) = raise_list.photographs(path, "D90", "http://mirror/NEF/")
        assert found.url == "http://mirror/NEF/r00b.NEF"

    def test_a_list_without_addresses_means_the_collections(self, raise_csv):
        (found,) = raise_list.photographs(raise_csv(("r00b.TIF", "Nikon D90", "")), "D90")
        assert found.url == raise_list.ADDRESS + "r00b.NEF"
        assert found.file == "r00b.NEF"

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "latin-1"])
    def test_lists_come_in_several_encodings(self, raise_csv, encoding):
        path = raise_csv(("r00b", "Nikon D90"), ("r00c", "Größe"), encoding=encoding)
        assert len(raise_list.photographs(path, "D90")) == 1

    def test_a_missing_list_says_who_hands_it_out(self, tmp_path):
        with pytest.raises(UserError, match=r"no such list; the owners of RAISE hand it out at http://loki"):
            raise_list.photographs(tmp_path / "absent.csv", "D90")

    def test_another_table_is_named(self, tmp_path):
        (tmp_path / "a.csv").write_text("name,url\na,b\n")
        with pytest.raises(UserError, match="no column File and no column Device"):
            raise_list.photographs(tmp_path / "a.csv", "D90")

    def test_a_camera_that_is_not_listed_is_named_with_those_that_are(self, raise_csv):
        path = raise_csv(("r00b", "Nikon D90"), ("r00c", "Nikon D90"), ("r00d", "Nikon D40"))
        with pytest.raises(UserError, match=r"no photographs by Nikon D7000; it has: Nikon D40 \(1\), Nikon D90 \(2\)"):
            raise_list.photographs(path, "Nikon D7000")

    def test_a_file_stands_once(self, raise_csv):
        with pytest.raises(UserError, match=r"lists R00B\.NEF twice"):
            raise_list.photographs(raise_csv(("r00b", "Nikon D90"), ("R00B", "Nikon D90")), "D90")

    @pytest.mark.parametrize("name", ["../up", "/etc/passwd", "a/b", "a\\b", "", "..", ".hidden", "-rf", "x" * 200])
    def test_names_cannot_lead_out_of_the_folder(self, raise_csv, name):
        with pytest.raises(UserError, match="not to be trusted"):
            raise_list.photographs(raise_csv((name, "Nikon D90")), "D90")

    @pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://a/b", "http://", "//host/a", "http://a b/c"])
    def test_only_addresses_of_the_web_are_fetched(self, raise_csv, url):
        with pytest.raises(UserError, match=r"line 2: .* is no address"):
            raise_list.photographs(raise_csv(("r00b", "Nikon D90", url)), "D90")


class TestMit5k:
    @pytest.fixture
    def lists(self, tmp_path):
        (tmp_path / "filesAdobe.txt").write_text("a0001-jmac_DSC1459\na0003-NKIM_MG_8178\n\n")
        (tmp_path / "filesAdobeMIT.txt").write_text("a0002-dgw_005\r\na0004-jmac_MG_1384\na0010-two words\n")
        return [tmp_path / "filesAdobe.txt", tmp_path / "filesAdobeMIT.txt"]

    def test_photographs_are_found_by_their_numbers(self, lists):
        found = mit5k.photographs(lists, mit5k.numbers([3, "1-2"]))
        assert [one.file for one in found] == ["a0001-jmac_DSC1459.dng", "a0002-dgw_005.dng", "a0003-NKIM_MG_8178.dng"]
        assert found[0].url == "https://data.csail.mit.edu/graphics/fivek/img/dng/a0001-jmac_DSC1459.dng"

    def test_all_of_them_by_default_and_addresses_are_quoted(self, lists):
        found = mit5k.photographs(lists, mit5k.numbers(None), "http://mirror/fivek")
        assert len(found) == 5
        assert (found[-1].file, found[-1].url) == (
            "a0010-two words.dng",
            "http://mirror/fivek/img/dng/a0010-two%20words.dng",
        )

    @pytest.mark.parametrize(
        ("chosen", "message"),
        [
            ([0], "within 1 to 5000"),
            (["4990-5001"], "within 1 to 5000"),
            (["9-3"], "within 1 to 5000"),
            (["a"], "neither a number nor a range"),
            ([True], "neither a number nor a range"),
            ([-3], "neither a number nor a range"),
        ],
    )
    def test_wrong_numbers_are_named(self, chosen, message):
        with pytest.raises(UserError, match=message):
            mit5k.numbers(chosen)

    def test_numbers_that_the_lists_do_not_have_are_named(self, lists):
        with pytest.raises(UserError, match="do not have the photographs 5, 6"):
            mit5k.photographs(lists, mit5k.numbers(["4-6"]))

    def test_a_page_in_place_of_a_list_is_refused(self, lists):
        lists[1].write_text("<html>\n")
        with pytest.raises(UserError, match="line 1: '<html>' is no name"):
            mit5k.photographs(lists, None)

    def test_names_cannot_lead_out_of_the_folder(self, lists):
        lists[1].write_text("a0002-../../up\n")
        with pytest.raises(UserError, match="not to be trusted"):
            mit5k.photographs(lists, None)

    @pytest.mark.parametrize("model", ["Canon EOS 5D", "EOS 40D", "Nikon D70"])
    def test_its_cameras_are_known(self, model):
        mit5k.check_model(model)

    def test_a_camera_that_it_does_not_have_is_refused_before_anything_is_fetched(self):
        with pytest.raises(UserError, match=r"no photographs by Nikon D90; it has .*Canon EOS 40D"):
            mit5k.check_model("Nikon D90")


@pytest.mark.parametrize("name", ["a\nb", "a\x1b[31m", "a\0b", "ä"])
def test_names_hold_nothing_that_a_terminal_acts_on(name):
    with pytest.raises(UserError) as refusal:
        safe_name(name, ".dng", "list")
    assert "\x1b" not in str(refusal.value)
    assert "\n" not in str(refusal.value)
