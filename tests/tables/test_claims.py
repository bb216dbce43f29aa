"""Claims: what an interval of ours says of them, and what the table tells."""

import dataclasses
import math
from pathlib import Path

import pandas as pd
import pytest

from neural_imaging.tables import claims, headline_codecs, statistics, tables, typeset

FILE = Path(__file__).resolve().parents[2] / "resources" / "published" / "headline.csv"


def _claim(**changed):
    known = {"published": 90.0, "low": 89.0, "high": 94.0, "margin": math.nan, "above": math.nan, "below": math.nan}
    return claims.Claim("a.b", "CVPR 2019", "%", "Accuracy is {what}", **{**known, **changed})


def _measured(mean, low, high, differs=(), **more):
    over = statistics.NOTHING if math.isnan(low) else statistics.BOTH
    return claims.Measured(statistics.Estimate(mean, low, high, over, 3, 3), "cvpr2019: D90", list(differs), **more)


@pytest.mark.parametrize(
    ("bounds", "interval", "verdict"),
    [
        ({"above": 90}, (90.5, 92), "shown"),
        ({"above": 90}, (89, 92), "undecided"),
        ({"above": 90}, (80, 89), "not shown"),
        # No change at all is no gain.
        ({"above": 0}, (0, 0), "not shown"),
        ({"below": -0.01}, (-0.3, -0.02), "shown"),
        ({"below": -0.01}, (-0.3, 0.02), "undecided"),
        # The published range and the margin around it.
        ({"margin": 5}, (85, 98), "shown"),
        ({"margin": 5}, (20, 98), "undecided"),
        ({"margin": 5}, (20, 83), "not shown"),
        ({"margin": 5}, (99.5, 100), "not shown"),
    ],
)
def test_the_whole_interval_decides(bounds, interval, verdict):
    assert _claim(**bounds).verdict(*interval) == verdict
    line = claims.line(_claim(**bounds), _measured(sum(interval) / 2, *interval))
    assert (line["verdict"], line["scale"]) == (verdict, "full")


def test_a_reduced_protocol_is_named_in_the_verdict_and_told_in_full():
    differs = ["protocol.epochs 30 (paper 1001)", "runs 3 (paper 10)"]
    line = claims.line(_claim(above=90), _measured(91, 90.5, 92, differs))
    assert (line["verdict"], line["scale"]) == ("shown at this scale", "reduced")
    assert line["differs_in"] == "protocol.epochs 30 (paper 1001); runs 3 (paper 10)"
    assert line["shown_when"] == "the whole interval lies above 90"
    assert line["difference"] == 1


def test_a_value_without_an_interval_is_said_to_be_one():
    line = claims.line(_claim(above=90), _measured(91, math.nan, math.nan, over="pictures"))
    assert line["verdict"] == "shown, by a value without an interval"
    assert line["interval_over"] == "none"


def test_what_was_measured_stands_first_and_the_rest_is_listed_below_with_its_reason():
    table = claims.table([(_claim(above=90), "no such experiment"), (_claim(above=90), _measured(91, 90.5, 92))])
    assert table["verdict"].tolist() == ["shown", "not measured"]
    assert table.loc[1, ["note", "published"]].tolist() == ["no such experiment", 90.0]
    assert table.loc[1, ["ours", "low", "runs", "difference", "scale"]].isna().all()
    headings, lines = claims.cells(table)
    assert len(lines) == 1
    cells = dict(zip(headings, lines[0], strict=True))
    assert cells["Published"] == "90.0 (89.0 to 94.0) %"
    assert cells["Ours, as published"] == "91.0 [90.5, 92.0] %"
    assert claims.unmeasured(table) == "\nNot measured:\n\n- no such experiment: a.b\n"


def test_claims_in_short_are_those_that_were_measured():
    table = claims.table([(_claim(above=90), "no such experiment"), (_claim(above=90), _measured(91, 90.5, 92))])
    ((claim, rest),) = claims.sentences(table)
    assert claim == table.loc[0, "claim"]
    assert rest == ": shown (published 90.0 (89.0 to 94.0) %; ours, as published 91.0 [90.5, 92.0] %)."


def test_few_lines_say_what_was_measured_on_whole_photographs_before_published_claims():
    keys = ("pipeline.joint", "codec.bd_rate.kodak.jpeg", "own.gain.iclr2020.codec", "own.gain.cvpr2019.signature")
    keys += ("own.gain.cvpr2019.pipeline", "own.gain.cvpr2019_whole.pipeline")
    pairs = [(dataclasses.replace(_claim(above=90), key=key), _measured(91, 90.5, 92)) for key in keys]
    pairs.append((dataclasses.replace(_claim(above=90), key="own.cost.cvpr2019.pipeline"), "no such experiment"))
    table = claims.table(pairs)
    assert claims.foremost(table, 5)["key"].tolist() == [
        "own.gain.cvpr2019.pipeline",
        "own.gain.cvpr2019.signature",
        "own.gain.iclr2020.codec",
        "codec.bd_rate.kodak.jpeg",
        "pipeline.joint",
    ]
    assert len(claims.foremost(table)) == 6
    assert claims.foremost(table.iloc[:0]).empty


def test_what_lacks_for_the_same_kind_of_reason_shares_a_line():
    lacking = [
        (f"pipeline.{what}.{weight}", f"cvpr2019 has no lambda_isp {weight}")
        for what in ("accuracy", "cost")
        for weight in ("1.0", "0.1")
    ]
    lacking += [(f"codec.bd_rate.{name}.jpeg", f"iclr2020 has no data set {name}") for name in ("kodak", "clic")]
    pairs = [(dataclasses.replace(_claim(above=90), key=key), note) for key, note in lacking]
    listed = claims.unmeasured(claims.table(pairs)).splitlines()
    assert listed[-2:] == [
        "- cvpr2019 has no lambda_isp 1.0, 0.1: pipeline.accuracy.*, pipeline.cost.*",
        "- iclr2020 has no data set kodak, clic: codec.bd_rate.*.jpeg",
    ]


def test_what_holds_on_whole_photographs_stands_beside_and_in_the_verdict():
    whole = statistics.Estimate(42.0, 40.0, 44.0, statistics.BOTH, 3, 3)
    table = claims.table([(_claim(above=90), _measured(91, 90.5, 92, whole=whole))])
    cells = dict(zip(*(part if place == 0 else part[0] for place, part in enumerate(claims.cells(table))), strict=True))
    assert cells["On whole photographs"] == "42.0 [40.0, 44.0] %"
    assert cells["Verdict"] == "shown; on whole photographs not shown"


def test_the_table_is_read_back_from_its_file(tmp_path):
    table = claims.table([(_claim(above=90), "not there"), (_claim(above=90), _measured(91, 90.5, 92, ["x"]))])
    typeset.write(table, tmp_path / "headline.csv", claims.cells, group=1, widths=claims.WIDTHS)
    read = tables.read(tmp_path / "headline.csv", claims.COLUMNS)
    assert read["verdict"].tolist() == ["shown at this scale", "not measured"]
    assert "p{5cm}" in (tmp_path / "headline.tex").read_text(encoding="utf-8")


def test_one_claim_can_be_about_several_things():
    claim = _claim(margin=5).of(50, 40, 60, suffix=".0.1", what="good")
    assert (claim.key, claim.text, claim.published, claim.region()) == ("a.b.0.1", "Accuracy is good", 50, (35, 65))


def test_every_claim_in_the_file_has_something_that_it_asks():
    for claim in claims.read(FILE).values():
        # The times' bound is that of the slowest published machine of the same kind.
        asks = [claim.margin, claim.above, claim.below]
        assert claim.key == "codec.time" or any(not math.isnan(each) for each in asks)
        assert claim.unit in ("%", "points", "dB", "bits a pixel", "SSIM", "s", "correlation")


def test_published_bd_rates_are_those_of_the_published_curves():
    curves = tables.read(FILE.with_name("rate_distortion.csv"), ["dataset", "codec", "kind", "bpp", "ssim"])
    pairs = headline_codecs.pairs(
        "no study",
        claims.read(FILE),
        curves,
        pd.DataFrame(columns=headline_codecs.PUBLISHED_RATIOS),
        pd.DataFrame([[None, None, *[1.0] * 4]], columns=headline_codecs.PUBLISHED_TIMES),
    )
    found = {claim.key: claim.published for claim, _ in pairs}
    # Where JPEG needs 1 bit a pixel for an SSIM of .893, the learned codec needs between .5 (.876) and 1.0 (.933).
    assert -50 < found["codec.bd_rate.kodak.jpeg"] < -25
    assert found["codec.bd_rate.kodak.jpeg"] < found["codec.bd_rate.kodak.jpeg2000"] < 0
    # BPG's curve lies a little above the learned codec's.
    assert 0 < found["codec.bd_rate_close.kodak.bpg"] < 15
