"""Headline claims about joint training: what the forensic network alone can tell, and what trained parts add.

Published claims are compared with what was measured patch by patch, as in the papers, at the λ that trades best
(`headline_sides`): in the published table of the UNet that is λ = 0.1, with 92.6 %. Lines of this study are about whole
photographs.
"""

import math

from neural_imaging.study import grid
from neural_imaging.tables import statistics
from neural_imaging.tables.claims import Measured
from neural_imaging.tables.headline_sides import LIMITS, trades_best

# Published values of PSNR were read off plots with this error, in dB.
_READ = 0.1
# The λ of the codec that alone costs fidelity.
_COSTLY = "0.001"
# JPEG is compared at a rate that is at most so many times larger or smaller than the codec's.
_NEAR = 1.25


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
    costs = {weight: -_cost(theirs, weight)[0] for weight in weights}
    best = trades_best(published, costs, LIMITS["lambda_isp"][1])
    largest = max(weights, key=published.get)
    missing = isinstance(side, str)
    ours, our_slope, most = None, {}, {}
    if not missing:
        ours, our_slope = side.best(), _slope(side.weights)
        most = _most(ours, _highest(side), base)

    def measured(sums, measure, factor=1.0):
        return side if missing else side.measured(sums, measure, factor)

    def sum_of(sums):
        return sum(count * published[weight] for weight, count in sums.items())

    gain, best_range, best_cost = published[best] - published[base], _accuracy(theirs[best]), _cost(theirs, best)
    return [
        (told["pipeline.fan_only"].of(*_accuracy(theirs[base])), measured({base: 1}, "accuracy", 100)),
        (told["pipeline.joint"].of(*best_range), measured({ours: 1}, "accuracy", 100)),
        (told["pipeline.gain"].of(gain), measured({ours: 1, base: -1}, "accuracy", 100)),
        (told["pipeline.loss"].of(*best_cost), measured({ours: 1, base: -1}, "psnr")),
        (told["pipeline.most"].of(sum_of(_most(best, largest, base))), measured(most, "accuracy", 100)),
        (told["pipeline.slope"].of(sum_of(_slope(weights))), measured(our_slope, "accuracy", 100)),
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


def own(side, told):
    """Lines of this study on whole photographs, as pairs: gains, what they cost, and what a crop does.

    Args:
        side: a `Side`.
        told: the claims, see `claims.read`.
    """
    if isinstance(side, str):
        return []
    best, signature, base = side.best(views={}), side.best_signature(), side.points.get(side.base)
    learner = {"lambda_isp": "pipeline", grid.CODEC: "codec"}[side.axis]
    measure, _, limit = LIMITS[side.axis]
    cases = [(learner, f"λ = {best}", None if best is None else side.points[best], (measure, limit))]
    if side.signatures:
        point = None if signature is None else side.signatures[signature]
        cases.append(("signature", f"signature {signature}", point, LIMITS["lambda_isp"][::2]))
    alone = "forensic network alone"
    pairs = [
        (
            told["own.crop"].of(suffix=f".{side.name}.alone", learner=alone, experiment=side.name),
            f"{side.name} has no baseline" if base is None else _crop(side, base, ""),
        )
    ]
    for name, where, point, (lost, most) in cases:
        words = {"learner": name, "experiment": side.name, "limit": most}
        claims = {
            key: told[f"own.{key}" if lost == "psnr" or key != "cost" else "own.codec_cost"].of(
                suffix=f".{side.name}.{name}", **words
            )
            for key in ("gain", "cost", "views", "crop")
        }
        if point is None or base is None:
            why = side.no_best() if name != "signature" else f"no signature of {side.name} costs at most {most}"
            pairs += [(claim, why) for claim in claims.values()]
            continue
        pairs += [
            (claims["gain"], side.own([(point, "accuracy", 1), (base, "accuracy", -1)], where, 100)),
            (claims["cost"], side.own([(point, lost, 1), (base, lost, -1)], where)),
            (claims["views"], side.own([(point, "accuracy_patchwise", 1), (point, "accuracy", -1)], where, 100)),
            (claims["crop"], _crop(side, point, where)),
        ]
    return pairs


def _crop(side, point, where):
    """What a crop by (1, 1) before the channel does to the accuracy with the real codec."""
    return side.own([(point, "accuracy_cropped", 1), (point, "accuracy_libjpeg", -1)], where, 100)


def _highest(side):
    return max(side.weights, key=lambda weight: side.mean(weight, "accuracy_patchwise"), default=None)


def _most(best, largest, base):
    """The gain at the λ that trades best, less half of the largest gain of any λ."""
    if best is None or largest is None:
        return {}
    return {best: 0.5, base: -0.5} if best == largest else {best: 1, largest: -0.5, base: -0.5}


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
        return side.no_best()
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
    measures = ("accuracy_patchwise", "accuracy", "accuracy_libjpeg")
    ours, whole, real = (
        statistics.mapped(side.found.estimate(point, name), lambda value: 100 * value) for name in measures
    )
    place = ", ".join([side.labels["camera"], side.labels["isp"], channel])
    note = f"{own:.2f} bits a pixel, the codec {rate:.2f}"
    return Measured(ours, f"{side.name}: {place}", side.differs, whole, real, note=note)


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
