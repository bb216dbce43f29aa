"""Curves of rate and distortion from profiles of codecs: fits of each picture, and averages over pictures.

Rates are effective bits a pixel. Pictures have different rates at the same quality, so the papers fit each picture's
curve and average the fits: SSIM over rate x by

    (1 + exp(−α·x^β + γ))^−1 − δ

and, in the released toolbox, measures in dB by a·log(b·x^c + d).
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import OptimizeWarning, curve_fit

from neural_imaging.base.errors import UserError

RATE = "effective_bpp"
KEYS = ["data_set", "codec"]
# Measures that have a mean over pictures at one quality.
_MEANS = [
    "bytes", "effective_bytes", "bpp", "effective_bpp", "psnr", "ssim", "ms_ssim", "ms_ssim_db",
    "encode_seconds", "decode_seconds",
]  # fmt: skip
AVERAGES = [*KEYS, "quality", "images", *_MEANS]
MEASURES = ("ssim", "psnr", "ms_ssim_db")
FITTED = [*KEYS, "bpp", *MEASURES, "images", "extrapolated"]
# For figures: effective bits a pixel.
GRID = tuple(np.round(np.arange(0.05, 3.0001, 0.05), 2).tolist())
FAILED = [*KEYS, "image", "measure", "reason"]
# Larger errors are allowed where SSIM is low, in proportion to 1 − SSIM, and no smaller ones than this.
_LEAST_ERROR = 1e-3
# Rates beyond the measured ones by more than this factor are far.
_FAR = 1.25
# Relative difference of weighted errors below which two fits are the same.
_SAME = 1e-4


class FitError(ValueError):
    """A curve that cannot be fitted; the message says why."""


@dataclass(frozen=True)
class Fit:
    """A measure over bits a pixel, of one picture and codec."""

    measure: str
    parameters: tuple  # α, β, γ, δ or a, b, c, d of the formulas above.
    low: float  # Bits a pixel from which to which it was measured; outside them the fit extrapolates.
    high: float
    error: float  # Root of the mean squared error at the measured points.

    def __call__(self, bpp):
        """The measure at these bits a pixel, a number or an array."""
        return _FORMULAS[self.measure].function(np.asarray(bpp, float), *self.parameters)

    def measured(self, bpp, margin=1.0):
        """Whether these bits a pixel lie where it was measured, or beyond by this factor at most."""
        return self.low / margin <= bpp <= self.high * margin


def fit(bpp, values, measure="ssim"):
    """Fit one picture's curve of one of `MEASURES`: from several starts, until two lead to the same; the best is kept.

    Three points, as three learned codecs give, leave δ at 0 or d at 1: as many numbers are found as are known. A
    `FitError` refuses fewer than three different rates, and numbers that are none.
    """
    formula, bpp, values = _FORMULAS[measure], np.asarray(bpp, float), np.asarray(values, float)
    if not (np.isfinite(bpp).all() and np.isfinite(values).all() and (bpp > 0).all()):
        raise FitError("rates must be above 0, and rates and values finite")
    points = len(np.unique(bpp))
    if points < 3:
        raise FitError(f"a fit needs three different rates, not {points}")
    free = min(points, 4)
    kept = (formula.last,) * (4 - free)
    sigma = np.maximum(1 - values, _LEAST_ERROR) if measure == "ssim" else np.ones_like(values)

    def model(x, *parameters):
        return formula.function(x, *parameters, *kept)

    least, best = np.inf, None
    for start in formula.starts:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", OptimizeWarning)  # Three points leave nothing to tell the spread from.
            try:
                bounds = np.transpose(formula.bounds[:free])
                parameters, _ = curve_fit(model, bpp, values, start[:free], sigma, bounds=bounds, maxfev=10_000)
            except RuntimeError:
                continue
        weighted = np.sum(((model(bpp, *parameters) - values) / sigma) ** 2)
        again = best is not None and abs(weighted - least) <= _SAME * least
        if weighted < least:
            least, best = weighted, parameters
        if again:
            break
    if best is None:
        raise FitError(f"no fit was found from {len(formula.starts)} starts")
    error = float(np.sqrt(np.mean((model(bpp, *best) - values) ** 2)))
    return Fit(measure, (*map(float, best), *kept), float(bpp.min()), float(bpp.max()), error)


def fit_all(rows):
    """Fit the curves of all pictures in rows of profiles, in all measures.

    Gives a mapping of measures to mappings of (data set, codec) to mappings of pictures to `Fit`; and a table
    (`FAILED`) of those that could not be fitted. Codecs that are single points, learned ones, are left out.
    """
    fits, failed = {measure: {} for measure in MEASURES}, []
    for key, lines in rows.groupby(KEYS, sort=False):
        if single(lines):
            continue
        for measure in MEASURES:
            curves = fits[measure].setdefault(key, {})
            for image, points in lines[lines[measure].notna()].groupby("image", sort=False):
                try:
                    curves[image] = fit(points[RATE], points[measure], measure)
                except FitError as error:
                    failed.append((*key, image, measure, str(error)))
    return fits, pd.DataFrame(failed, columns=FAILED)


def average(curves, bpp):
    """Average the `Fit` of pictures at the same bits a pixel: the mean, how many pictures, how many extrapolate.

    Pictures that were not measured at these bits a pixel count with what their fit says, as in the papers. Where more
    than half of all are far from it, by more than a quarter, the mean is NaN.
    """
    beyond, far = (sum(not curve.measured(bpp, margin) for curve in curves) for margin in (1.0, _FAR))
    known = curves and 2 * far <= len(curves)
    return float(np.mean([curve(bpp) for curve in curves])) if known else np.nan, len(curves), beyond


def curves(fits, bpp=GRID):
    """Average every codec's curves of all measures (see `fit_all`) at the same bits a pixel, a line each (`FITTED`).

    `images` and `extrapolated` are those of SSIM.
    """
    lines = []
    for key in fits[MEASURES[0]]:
        for rate in map(float, bpp):
            means = {measure: average(list(fits[measure][key].values()), rate) for measure in MEASURES}
            lines.append((*key, rate, *(mean for mean, _, _ in means.values()), *means["ssim"][1:]))
    return pd.DataFrame(lines, columns=FITTED)


def averages(rows):
    """Means over pictures at each quality (columns `AVERAGES`) of rows of profiles: of a learned codec one line.

    A mean of PSNR or MS-SSIM leaves out what has none (equal or too small pictures).
    """
    groups = rows.groupby([*KEYS, "quality"], sort=False, dropna=False)
    means = groups[_MEANS].mean().assign(images=groups["image"].nunique()).reset_index()
    means["quality"] = means["quality"].astype(object).where(means["quality"].notna(), None)
    return means[AVERAGES]


def join(rows, curves):
    """Add curves that are made of several codecs: each of them is a point, and their names are its qualities.

    Joined lines come below, of sets with at least two of a curve's codecs; `curves` is, e.g., {"dcn": ["16c", "32c"]}.
    """
    parts, there = [rows], list(dict.fromkeys(rows["codec"]))
    for name, members in curves.items():
        if name in there:
            raise UserError(f"the joined curve cannot be called {name}, as a codec is")
        missing = [member for member in members if member not in there]
        if missing:
            raise UserError(f"{name}: {', '.join(missing)} was not measured; there are {', '.join(there)}")
        for _, lines in rows[rows["codec"].isin(members)].groupby("data_set", sort=False):
            if lines["codec"].nunique() > 1:
                parts.append(lines.assign(quality=lines["codec"].to_numpy(object), codec=name))
    return pd.concat(parts, ignore_index=True)


def parse_joined(texts):
    """Read curves as programs are given them: `NAME=CODEC,CODEC,…`, each name once."""
    curves = {}
    for text in texts:
        name, _, members = text.partition("=")
        members = [member for member in members.split(",") if member]
        if not name or not members or name in curves:
            raise UserError(f"--join {text}: give a new name and its codecs, as in dcn=16c,32c,64c")
        curves[name] = members
    return curves


def single(lines):
    """Whether a codec's lines are single points: it has no quality to choose."""
    return bool(lines["quality"].isna().all())


def _sigmoid(x, alpha, beta, gamma, delta):
    return 1 / (1 + np.exp(-alpha * x**beta + gamma)) - delta


def _logarithm(x, a, b, c, d):
    return a * np.log(np.maximum(b * x**c + d, 1))  # No picture is worse than 0 dB.


@dataclass(frozen=True)
class _Formula:
    """Bounds are those of the released toolbox; starts are typical of hard and easy pictures."""

    function: Callable
    bounds: tuple
    starts: tuple
    last: float  # The fourth parameter where only three can be found.


_DECIBELS = _Formula(
    _logarithm,
    bounds=((1e-4, 100.0), (1e-5, 100.0), (1e-2, 3.0), (-50.0, 50.0)),
    # From everywhere else the same is found, slowly: curves of five standards on Kodak, three starts.
    starts=((10.0, 10.0, 0.6, 8.0),),
    last=1.0,
)
_FORMULAS = {
    "ssim": _Formula(
        _sigmoid,
        bounds=((0.01, 15.0), (1e-4, 5.0), (-3.0, 5.0), (-0.5, 0.5)),
        starts=((3.0, 0.5, 0.0, 0.0), (8.0, 0.2, 4.5, 0.0), (2.0, 0.8, -0.5, 0.0), (5.0, 1.5, 2.0, 0.0)),
        last=0.0,
    ),
    "psnr": _DECIBELS,
    "ms_ssim_db": _DECIBELS,
}
