"""Headline claims about joint training: what the forensic network alone can tell, and what trained parts add.

The λ that trades best is the largest whose mean accuracy is at most 10 points below the highest of its grid. In the
published table of the UNet this is λ = 0.1, with 92.6 %. The rule looks at means alone, and is the same for both
protocols.
"""

import math

from neural_imaging.evaluation import claims, grid, scale
from neural_imaging.evaluation.claims import Measured

WITHIN = 0.1
# Published values of PSNR were read off plots with this error, in dB.
_READ = 0.1
# The λ of the codec that alone costs fidelity.
_COSTLY = "0.001"
# JPEG is compared at a rate that is at most so many times larger or smaller than the codec's.
_NEAR = 1.25


class Side:
    """One camera, pipeline and channel of an experiment, along the λ of what learns.

    Args:
        found: `summaries.Photographs`, or None without such an experiment.
        name: of the experiment.
        ours, paper: configurations.
        labels: camera, isp and channel.
        axis: "lambda_isp" or "lambda_codec".
    """

    def __init__(self, found, name, ours, paper, labels, axis):
        self.found, self.name, self.labels, self.axis = found, name, labels, axis
        self.base = grid.FAN_ONLY if axis == "lambda_isp" else grid.BASIC
        wanted = set(labels.items())
        self.points = {}
        for point in found.points():
            told = dict(zip(found.columns, point, strict=True))
            other = {key: told[key] for key in grid.SPELLINGS if key != axis}
            if wanted <= set(told.items()) and set(other.values()) <= {grid.FAN_ONLY, grid.BASIC, grid.NONE}:
                self.points[told[axis]] = point
        # As the papers list them: from the largest down.
        self.weights = sorted((weight for weight in self.points if weight != self.base), key=grid.descending)
        self.differs = scale.of_experiment(ours, paper, name, labels, [axis])
        # What was measured decides, should it be less than what the configuration asks for.
        asked = ours["experiments"][name]["runs"], ours["cameras"][labels["camera"]]["validation"]
        sizes = [found.matrix(point, "accuracy").shape for point in self.points.values()]
        for what, counts, wanted in zip(("runs", "photographs"), zip(*sizes, strict=True), asked, strict=False):
            if min(counts) < wanted:
                self.differs.append(f"{min(counts)} {what} measured (configured {wanted})")

    def mean(self, weight, measure="accuracy"):
        """Mean of a measure at a λ; NaN where it was not measured."""
        estimate = self.found.estimate(self.points[weight], measure)
        return math.nan if estimate is None else estimate.mean

    def best(self):
        """The λ that trades best; None where nothing but the forensic network learns."""
        return _trades_best({weight: self.mean(weight) for weight in self.weights})

    def measured(self, sums, measure, factor=1.0):
        """What was measured, for `claims.line`, or why it was not.

        Args:
            sums: mapping of λ to what each counts, such as {"0.1": 1, "fan-only": −1}; one alone for a mean.
            measure: which measure.
            factor: from the measure's unit to the claim's.
        """
        if not sums or None in sums:
            return f"{self.name} has too few λ of what learns"
        missing = [weight for weight in sums if weight not in self.points]
        if missing:
            return f"{self.name} has no {self.axis} {missing[0]}"
        real = "accuracy_libjpeg" if measure == "accuracy" else None
        estimates = [self._estimate(sums, name) for name in ([measure, real] if real else [measure])]
        if estimates[0] is None:
            return f"{measure} of {self.name} was not measured in the same runs"
        learned = [weight for weight in sums if weight != self.base]
        place = ", ".join([*self.labels.values(), *([f"λ = {learned[0]}"] if len(learned) == 1 else [])])
        first, *others = (claims.scaled(estimate, factor) for estimate in estimates)
        notes = []
        if math.isclose(sum(sums.values()), 0, abs_tol=1e-9):
            notes.append(f"above 0 in {first.above} of {first.runs} runs")
        if sorted(sums.values()) == [-1, 1]:
            notes += self._apart([self._estimate({weight: 1}, measure) for weight in sums])
        real = others[0] if others else None
        return Measured(first, f"{self.name}: {place}", self.differs, real, note=", ".join(notes))

    @staticmethod
    def _apart(estimates):
        """Whether the intervals of two means lie apart, in words; nothing where one has no interval."""
        lower, upper = sorted(estimates, key=lambda estimate: estimate.mean)
        if math.isnan(lower.high) or math.isnan(upper.low):
            return []
        return [f"the intervals of both {'lie apart' if lower.high < upper.low else 'overlap'}"]

    def _estimate(self, sums, measure):
        points = {self.points[weight]: count for weight, count in sums.items()}
        if list(points.values()) == [1]:
            return self.found.estimate(*points, measure)
        return self.found.paired(points, measure)


def pipeline(side, tradeoff, told):
    """Claims of protocol A with what was measured for each, as pairs.

    Args:
        side: a `Side` along lambda_isp, or why there is none, as text.
        tradeoff: the published table (`published.PUBLISHED`).
        told: the claims, see `claims.read`.
    """
    theirs, base = {one["lambda_isp"]: one for one in tradeoff.to_dict("records")}, grid.FAN_ONLY
    published = {weight: 100 * one["accuracy_first_run"] for weight, one in theirs.items()}
    weights = [weight for weight in theirs if weight != base]
    best = _trades_best({weight: published[weight] / 100 for weight in weights})
    slope = sum(count * published[weight] for weight, count in _slope(weights).items())
    missing = isinstance(side, str)
    ours, our_slope = (None, {}) if missing else (side.best(), _slope(side.weights))

    def measured(sums, measure, factor=1.0):
        return side if missing else side.measured(sums, measure, factor)

    gain, best_range, best_cost = published[best] - published[base], _accuracy(theirs[best]), _cost(theirs, best)
    return [
        (told["pipeline.fan_only"].of(*_accuracy(theirs[base])), measured({base: 1}, "accuracy", 100)),
        (told["pipeline.joint"].of(*best_range), measured({ours: 1}, "accuracy", 100)),
        (told["pipeline.gain"].of(gain), measured({ours: 1, base: -1}, "accuracy", 100)),
        (told["pipeline.loss"].of(*best_cost), measured({ours: 1, base: -1}, "psnr")),
        (told["pipeline.slope"].of(slope), measured(our_slope, "accuracy", 100)),
        *(
            (
                told["pipeline.accuracy"].of(*_accuracy(theirs[weight]), suffix=f".{weight}", weight=weight),
                measured({weight: 1}, "accuracy", 100),
            )
            for weight in weights
        ),
        *(
            (
                told["pipeline.cost"].of(*_cost(theirs, weight), suffix=f".{weight}", weight=weight),
                measured({weight: 1, base: -1}, "psnr"),
            )
            for weight in weights
        ),
    ]


def codec(side, standards, told):
    """Claims of protocol B with what was measured for each, as pairs.

    Args:
        side: a `Side` along lambda_codec, or why there is none, as text.
        standards: names of channels that have JPEG where `side` has its learned codec.
        told: the claims, see `claims.read`.
    """
    missing, base = isinstance(side, str), grid.BASIC
    weights = [] if missing else side.weights
    best, largest = None if missing else side.best(), weights[0] if weights else None

    def measured(sums, measure, factor=1.0):
        return side if missing else side.measured(sums, measure, factor)

    gain, jump = {best: 1, base: -1}, {largest: 1, base: -1}
    return [
        (told["codec.basic"], measured({base: 1}, "accuracy", 100)),
        (told["codec.joint"], measured({best: 1}, "accuracy", 100)),
        (told["codec.gain"], measured(gain, "accuracy", 100)),
        (told["codec.rate"], measured({best: 1}, "effective_bpp")),
        (told["codec.jpeg"], side if missing else _jpeg(side, best, standards)),
        (told["codec.slope"], measured(_slope(weights), "accuracy", 100)),
        (told["codec.jump"], measured(jump, "effective_bpp")),
        (told["codec.once"], measured({} if missing else _once(side), "effective_bpp")),
        (told["codec.costly"], measured({_COSTLY: 1, base: -1}, "codec_ssim")),
        (told["codec.mild"], measured({} if missing else _mild(side), "codec_ssim")),
    ]


def _once(side):
    """The jump of the payload at the largest λ, less the size of the largest change that follows it."""
    means = {weight: side.mean(weight, "effective_bpp") for weight in side.weights}
    if len(means) < 2:
        return {}
    largest, *smaller = means
    moved = max(smaller, key=lambda weight: abs(means[weight] - means[largest]))
    size = math.copysign(1, means[moved] - means[largest])
    return {largest: 1 + size, moved: -size, side.base: -1}


def _mild(side):
    """The costliest of the λ that shall cost no fidelity, against the codec as it is."""
    means = {weight: side.mean(weight, "codec_ssim") for weight in side.weights if float(weight) > float(_COSTLY)}
    return {min(means, key=means.get): 1, side.base: -1} if means else {}


def _jpeg(side, best, standards):
    """Accuracy behind the JPEG whose rate is nearest that of the fine-tuned codec."""
    if best is None:
        return f"{side.name} has too few λ of what learns"
    rate, rates = side.mean(best, "effective_bpp"), {}
    for point in side.found.points():
        told = dict(zip(side.found.columns, point, strict=True))
        fits = told["camera"] == side.labels["camera"] and told["isp"] == side.labels["isp"]
        if fits and told["channel"] in standards and told["lambda_isp"] == grid.FAN_ONLY:
            estimate = side.found.estimate(point, "effective_bpp")
            rates |= {} if estimate is None else {point: (told["channel"], estimate.mean)}
    if not rates or math.isnan(rate):
        return f"{side.name} has no JPEG channel whose rate is known"
    point = min(rates, key=lambda one: abs(math.log(rates[one][1] / rate)))
    channel, own = rates[point]
    if not 1 / _NEAR <= own / rate <= _NEAR:
        return f"no JPEG channel near {rate:.2f} bits a pixel: the nearest, {channel}, has {own:.2f}"
    estimates = [claims.scaled(side.found.estimate(point, name), 100) for name in ("accuracy", "accuracy_libjpeg")]
    place = ", ".join([side.labels["camera"], side.labels["isp"], channel])
    note = f"{own:.2f} bits a pixel, the codec {rate:.2f}"
    return Measured(estimates[0], f"{side.name}: {place}", side.differs, estimates[1], note=note)


def _trades_best(accuracies):
    """The largest λ whose accuracy, a fraction, is within `WITHIN` of the highest; None of none."""
    if not accuracies:
        return None
    least = max(accuracies.values()) - WITHIN
    return max((weight for weight, accuracy in accuracies.items() if accuracy >= least), key=float)


def _accuracy(line):
    """Published accuracy in percent: that of the first run, and the range over runs."""
    first = line["accuracy_first_run"]
    return [
        round(100 * each, 6) for each in (first, min(first, line["accuracy_low"]), max(first, line["accuracy_high"]))
    ]


def _cost(lines, weight):
    """Published change of PSNR in dB to the forensic network alone, and its range with the error of reading it."""
    line, base = lines[weight], lines[grid.FAN_ONLY]
    ends = line["psnr_low_db"] - base["psnr_high_db"], line["psnr_high_db"] - base["psnr_low_db"]
    return [round(each, 6) for each in (sum(ends) / 2, ends[0] - _READ, ends[1] + _READ)]


def _slope(weights):
    """What each λ counts in the change for each decade that λ falls, by least squares; empty for fewer than two."""
    decades = {weight: -math.log10(float(weight)) for weight in weights if float(weight) > 0}
    middle = sum(decades.values()) / max(1, len(decades))
    total = sum((place - middle) ** 2 for place in decades.values())
    return {weight: (place - middle) / total for weight, place in decades.items()} if total else {}
