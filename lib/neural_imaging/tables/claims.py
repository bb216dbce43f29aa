"""Claims of the papers, each with the published number, ours, and what that says of the claim.

`resources/published/headline.csv` has them in words, with the numbers that the papers state. A claim names a region:
above or below a bound, or the published range and a margin around it. It is shown where our whole 95 % interval lies in
the region, not shown where all of it lies outside, and undecided where it has both. Where there is no interval, the
value alone decides, and the verdict says so.

A published claim is compared with what the papers measure, accuracy and PSNR patch by patch; what holds on whole
photographs stands beside it. Lines of this study are about whole photographs alone.
"""

import math
import re
from dataclasses import dataclass, replace

import pandas as pd

from neural_imaging.tables import statistics, tables, typeset

COLUMNS = [
    "key", "paper", "claim", "unit", "published", "published_low", "published_high", "ours", "low", "high",
    "interval_over", "runs", "difference", "whole", "whole_low", "whole_high", "real_codec", "real_codec_low",
    "real_codec_high", "protocol", "scale", "differs_in", "shown_when", "verdict", "note",
]  # fmt: skip
# In the place of a paper.
OWN = "this study"
FULL, REDUCED = "full", "reduced"
SHOWN, NOT_SHOWN, UNDECIDED, NOT_MEASURED = "shown", "not shown", "undecided", "not measured"
# Of the file of claims.
PUBLISHED = ["key", "paper", "unit", "claim", "published", "low", "high", "margin", "above", "below"]
# Reasons that name one missing thing of many.
_LACKING = re.compile(r"(.* has no (?:lambda_\w+|data set)) (\S+)")
# Of columns of sentences, in LaTeX.
WIDTHS = {"Claim": "5cm", "Protocol": "3.5cm", "Verdict": "3.5cm"}
_HEADINGS = [
    "Paper", "Claim", "Published", "Ours, as published", "On whole photographs", "Whole, real codec",
    "Intervals over", "Runs", "Difference", "Protocol", "Scale", "Verdict",
]  # fmt: skip
_IN_SHORT = ("Published", "Ours, as published", "On whole photographs")
_DECIMALS = {"dB": 2, "bits a pixel": 3, "s": 4, "SSIM": 3, "correlation": 2}
# Keys of the claims that say most of a study in few lines.
_FOREMOST = (
    r"own\.gain\..+\.pipeline", r"own\.cost\..+\.pipeline", r"own\.gain\..+\.signature",
    r"own\.gain\..+\.codec", r"own\.codec_cost\..+\.codec", r"codec\.(bd_rate|ssim)\..+\.jpeg",
)  # fmt: skip
# Those that follow them, where they were measured.
_MORE = (r"own\.fingerprint_kept\..+", r"own\.fingerprint_imitated\..*signature.*")
# Columns of values with their intervals.
_INTERVALS = (("ours", "low", "high"), *((name, f"{name}_low", f"{name}_high") for name in ("whole", "real_codec")))


@dataclass(frozen=True)
class Claim:
    """A claim of a paper, before it is measured; all its numbers are in its unit. NaN is a number that there is not."""

    key: str
    paper: str
    unit: str
    text: str
    # The published number, and the range that is known of it; none where it is published in words alone.
    published: float
    low: float
    high: float
    # How far around the published range ours may lie; none where bounds are what the claim is about.
    margin: float
    above: float
    below: float

    def of(self, *published, suffix="", below=None, **words):
        """The claim with its published number and range, of one of several things: words fill its text."""
        numbers = dict(zip(("published", "low", "high"), map(float, published), strict=False))
        bounds = {} if below is None else {"below": float(below)}
        return replace(self, key=self.key + suffix, text=self.text.format(**words), **numbers, **bounds)

    def region(self):
        """Ends between which ours must lie; infinite where there is none."""
        if not math.isnan(self.margin):
            return self.low - self.margin, self.high + self.margin
        above = -math.inf if math.isnan(self.above) else self.above
        return above, math.inf if math.isnan(self.below) else self.below

    def verdict(self, low, high):
        """What an interval of ours says of the claim."""
        above, below = self.region()
        if above < low and high < below:
            return SHOWN
        return NOT_SHOWN if high <= above or low >= below else UNDECIDED

    def rule(self):
        """When the claim is shown, in words."""
        named = zip(("above", "below"), self.region(), strict=True)
        return (
            f"the whole interval lies {' and '.join(f'{name} {end:.4g}' for name, end in named if math.isfinite(end))}"
        )


@dataclass(frozen=True)
class Measured:
    """What we measured for a claim, in the claim's unit."""

    estimate: statistics.Estimate
    protocol: str  # Experiment and grid point, in words.
    differs: list | tuple = ()  # Settings other than in the papers' protocol; none make it the full one.
    whole: statistics.Estimate | None = None  # The same on whole photographs, where the papers' way is another.
    real: statistics.Estimate | None = None  # That with the real codec, where there is one.
    over: str | None = None  # What the interval is over, where not over runs and photographs.
    note: str = ""


def read(path):
    """The claims by their keys, from the table of claims; a `UserError` where it is none."""
    return {
        line["key"]: Claim(*(line[name] for name in PUBLISHED))
        for line in tables.read(path, PUBLISHED).to_dict("records")
    }


def line(claim, measured):
    """One line of the table (`COLUMNS`): a `Claim`, and a `Measured` or, as text, why it was not measured."""
    cells = {
        "key": claim.key, "paper": claim.paper, "claim": claim.text, "unit": claim.unit, "published": claim.published,
        "published_low": claim.low, "published_high": claim.high, "shown_when": claim.rule(),
    }  # fmt: skip
    if isinstance(measured, str):
        return cells | {"verdict": NOT_MEASURED, "note": measured}
    ours, whole = measured.estimate, measured.whole
    alone = math.isnan(ours.low)
    verdict = _verdict(claim, ours) + (" at this scale" if measured.differs else "")
    verdict += ", by a value without an interval" if alone else ""
    if whole is not None and _verdict(claim, whole) != _verdict(claim, ours):
        verdict += f"; on whole photographs {_verdict(claim, whole)}"
    cells |= {
        "runs": ours.runs, "difference": ours.mean - claim.published,
        "interval_over": ours.over if measured.over is None or alone else measured.over,
        "protocol": measured.protocol, "scale": REDUCED if measured.differs else FULL,
        "differs_in": "; ".join(measured.differs), "verdict": verdict, "note": measured.note,
    }  # fmt: skip
    for names, estimate in zip(_INTERVALS, (ours, whole, measured.real), strict=True):
        if estimate is not None:
            cells |= dict(zip(names, (estimate.mean, estimate.low, estimate.high), strict=True))
    return cells


def _verdict(claim, estimate):
    low, high = (estimate.mean, estimate.mean) if math.isnan(estimate.low) else (estimate.low, estimate.high)
    return claim.verdict(low, high)


def table(pairs):
    """The table of claims (columns `COLUMNS`), of pairs as for `line`: first those that were measured."""
    lines = sorted((line(*pair) for pair in pairs), key=lambda cells: cells["verdict"] == NOT_MEASURED)
    return pd.DataFrame(lines, columns=COLUMNS).astype({"runs": "Int64"})


def unmeasured(lines):
    """What was not measured, as Markdown: a line a reason, with the keys of its claims, in few words.

    Reasons that differ in what is missing alone share a line, and so do keys that differ in that.
    """
    missing = lines[lines["verdict"] == NOT_MEASURED]
    reasons = {}
    for key, note in zip(missing["key"], missing["note"], strict=True):
        lacking = _LACKING.fullmatch(note)
        head, value = lacking.groups() if lacking else (note, "")
        values, keys = reasons.setdefault(head, ({}, {}))
        values[value] = keys[key.replace(f".{value}", ".*") if value else key] = None
    text = ""
    for head, (values, keys) in reasons.items():
        reason = f"{head} {', '.join(values)}".strip()
        text += f"- {reason}: {', '.join(keys)}\n"
    return f"\nNot measured:\n\n{text}" if text else ""


def cells(lines):
    """Headings and lines of text of the claims that were measured; `unmeasured` lists the others."""
    text = []
    for claim in lines[lines["verdict"] != NOT_MEASURED].to_dict("records"):
        decimals, unit = _DECIMALS.get(claim["unit"], 1), claim["unit"]
        ours, whole, real = (
            typeset.interval(*(claim[name] for name in names), decimals=decimals) for names in _INTERVALS
        )
        differing = f"reduced, in {len(claim['differs_in'].split('; '))} settings"
        text.append(
            [
                claim["paper"],
                claim["claim"],
                _with_unit(_published(claim, decimals), unit),
                "–" if claim["paper"] == OWN else _with_unit(ours, unit),
                _with_unit(whole, unit),
                real,
                claim["interval_over"],
                str(claim["runs"]),
                typeset.number(claim["difference"], decimals=decimals, sign=True),
                claim["protocol"],
                differing if claim["scale"] == REDUCED else FULL,
                claim["verdict"] + (f"; {claim['note']}" if claim["note"] else ""),
            ]
        )
    return _HEADINGS, text


def sentences(lines):
    """The claims that were measured, in short: pairs of the claim, and its verdict with published and our numbers."""
    headings, text = cells(lines)
    pairs = []
    for claim in (dict(zip(headings, line, strict=True)) for line in text):
        numbers = [f"{name[0].lower()}{name[1:]} {claim[name]}" for name in _IN_SHORT if claim[name][0] != "–"]
        pairs.append((claim["Claim"], f": {claim['Verdict'].partition(';')[0]} ({'; '.join(numbers)})."))
    return pairs


def foremost(lines, most=6):
    """The claims that say most of what was measured, as many lines of the table at most; others fill what is left.

    Two about sensor fingerprints follow, where these were tested.
    """
    measured = lines[lines["verdict"] != NOT_MEASURED]
    keys = measured["key"].tolist()
    first, more = (
        [key for pattern in patterns for key in [key for key in keys if re.fullmatch(pattern, key)][:1]]
        for patterns in (_FOREMOST, _MORE)
    )
    others = (key for key in keys if key not in (*first, *more))
    return measured.set_index("key", drop=False).loc[[*[*first, *others][:most], *more]]


def _published(claim, decimals):
    value, low, high = (
        typeset.number(claim[name], decimals=decimals) for name in ("published", "published_low", "published_high")
    )
    return value if "–" in (low, high) or low == high == value else f"{value} ({low} to {high})"


def _with_unit(text, unit):
    return text if text == "–" else f"{text} {unit}"
