"""Headline claims about joint training: what the forensic network alone can tell, and what trained parts add.

Published claims are compared with what was measured patch by patch, as in the papers, at the λ that trades best
(`headline_sides`): in the published table of the UNet that is λ = 0.1, with 92.6 %. Lines of this study are about whole
photographs. Each function gives pairs of a claim and what was measured for it, a `claims.Measured`, or why nothing was.
"""

import math

from neural_imaging.study import grid
from neural_imaging.study.conditions import MEAN, OWN, WORST
from neural_imaging.tables import statistics, tables
from neural_imaging.tables.claims import Measured
from neural_imaging.tables.headline_sides import LIMITS, NoSide, trades_best
from neural_imaging.tables.robustness_table import ACCURACY

# Published values of PSNR were read off plots with this error, in dB.
_READ = 0.1
# The λ of the codec that alone costs fidelity.
_COSTLY = "0.001"
# JPEG is compared at a rate that is at most so many times larger or smaller than the codec's.
_NEAR = 1.25


def pipeline(side, tradeoff, stated):
    """Claims of protocol A, of a `Side` along lambda_isp or a `NoSide`.

    The published table is `tradeoff`, and `stated` has the claims by their keys (`claims.read`).
    """
    base, published = grid.FAN_ONLY, {line["lambda_isp"]: line for line in tradeoff.to_dict("records")}
    accuracies = {weight: _accuracy(line) for weight, line in published.items()}
    weights = [weight for weight in published if weight != base]
    costs = {weight: _cost(published[weight], published[base]) for weight in weights}
    first = {weight: accuracy for weight, (accuracy, _, _) in accuracies.items()}
    best = trades_best(first, {weight: -cost for weight, (cost, _, _) in costs.items()}, LIMITS["lambda_isp"][1])
    ours, largest = side.best(), max(weights, key=first.get)
    ours_largest = _extreme(max, side.means(side.weights, "accuracy_patchwise")) if side.weights else None

    def sum_of(sums):
        return [sum(count * first[weight] for weight, count in sums.items())]

    lines = [
        ("pipeline.fan_only", accuracies[base], {base: 1}, "accuracy"),
        ("pipeline.joint", accuracies[best], {ours: 1}, "accuracy"),
        ("pipeline.gain", sum_of({best: 1, base: -1}), {ours: 1, base: -1}, "accuracy"),
        ("pipeline.loss", costs[best], {ours: 1, base: -1}, "psnr"),
        ("pipeline.most", sum_of(_most(best, largest, base)), _most(ours, ours_largest, base), "accuracy"),
        ("pipeline.slope", sum_of(_slope(weights)), _slope(side.weights), "accuracy"),
    ]
    of_weights = [("pipeline.accuracy", weight, accuracies[weight], {weight: 1}, "accuracy") for weight in weights]
    of_weights += [("pipeline.cost", weight, costs[weight], {weight: 1, base: -1}, "psnr") for weight in weights]
    return [(stated[key].of(*numbers), side.measured(sums, measure)) for key, numbers, sums, measure in lines] + [
        (stated[key].of(*numbers, suffix=f".{weight}", weight=weight), side.measured(sums, measure))
        for key, weight, numbers, sums, measure in of_weights
    ]


def codec(side, standards, stated):
    """Claims of protocol B, of a `Side` along lambda_codec or a `NoSide`.

    `standards` are names of channels that have JPEG where `side` has its learned codec.
    """
    base, best, largest = grid.BASIC, side.best(), next(iter(side.weights), None)
    lines = {
        "codec.basic": ({base: 1}, "accuracy"),
        "codec.joint": ({best: 1}, "accuracy"),
        "codec.gain": ({best: 1, base: -1}, "accuracy"),
        "codec.rate": ({best: 1}, "effective_bpp"),
        "codec.jpeg": None,
        "codec.slope": (_slope(side.weights), "accuracy"),
        "codec.jump": ({largest: 1, base: -1}, "effective_bpp"),
        "codec.once": (_once(side), "effective_bpp"),
        "codec.costly": ({_COSTLY: 1, base: -1}, "codec_ssim"),
        "codec.mild": (_mild(side), "codec_ssim"),
    }
    return [
        (stated[key], side.measured(*sums) if sums else _jpeg(side, best, standards)) for key, sums in lines.items()
    ]


def own(side, stated, gains=None):
    """Lines of this study on whole photographs: gains, what they cost, and what a crop and other conditions do.

    `gains` are those under other conditions (`robustness_table.GAINS`) of the side's protocol; None without such tests.
    """
    if isinstance(side, NoSide):
        return []
    best, signature, base = side.best(views={}), side.best_signature(), side.points.get(side.base)
    learner = {"lambda_isp": "pipeline", grid.CODEC: "codec"}[side.axis]
    cases = [(learner, f"λ = {best}", side.points.get(best), LIMITS[side.axis], side.no_best())]
    if side.signatures:
        limit = LIMITS["lambda_isp"]
        why = f"no signature of {side.name} costs at most {limit[2]}"
        cases.append(("signature", f"signature {signature}", side.signatures.get(signature), limit, why))
    crop = f"{side.name} has no baseline" if base is None else _crop(side, base, "")
    alone = {"suffix": f".{side.name}.alone", "learner": "forensic network alone", "experiment": side.name}
    pairs = [(stated["own.crop"].of(**alone), crop)]
    for name, where, point, (lost, _, limit), why in cases:
        cost = "own.cost" if lost == "psnr" else "own.codec_cost"
        measured = [why] * 4
        if point is not None and base is not None:
            measured = [
                side.own([(point, "accuracy", 1), (base, "accuracy", -1)], where),
                side.own([(point, lost, 1), (base, lost, -1)], where),
                side.own([(point, "accuracy_patchwise", 1), (point, "accuracy", -1)], where),
                _crop(side, point, where),
            ]
        words = {"suffix": f".{side.name}.{name}", "learner": name, "experiment": side.name, "limit": limit}
        keys = ("own.gain", cost, "own.views", "own.crop")
        pairs += [(stated[key].of(**words), result) for key, result in zip(keys, measured, strict=True)]
        if gains is not None:
            pairs.append(
                (stated["own.robust"].of(**words), why if point is None else _worst(side, gains, point, where))
            )
    return pairs


def _worst(side, gains, point, where):
    """The gain of a grid point under the condition that leaves least of it."""
    lines = gains[[tuple(line) == point for line in gains[tables.GROUP].itertuples(index=False)]]
    worst = lines[lines["condition"] == WORST]
    if worst.empty or worst["gain"].isna().all():
        return f"there are no tests of {where} of {side.name} under other conditions, beside the network alone"
    line, others = worst.iloc[0], (lines["measure"] == ACCURACY) & ~lines["condition"].isin([OWN, WORST, MEAN])
    numbers = (100 * float(line[name]) for name in ("gain", "gain_low", "gain_high"))
    estimate = statistics.Estimate(*numbers, line["gain_over"], int(line["paired_runs"]), int(line["above"]))
    note = f"{line['of']}, of {others.sum()} conditions; above 0 in {estimate.above} of {estimate.runs} runs"
    return Measured(estimate, side.place(where), side.differs, note=note)


def _crop(side, point, where):
    """What a crop by (1, 1) before the channel does to the accuracy with the real codec."""
    return side.own([(point, "accuracy_cropped", 1), (point, "accuracy_libjpeg", -1)], where)


def _extreme(choose, values):
    return choose(values, key=values.get)


def _most(best, largest, base):
    """The gain at the λ that trades best, less half of the largest gain of any λ."""
    if best is None or largest is None:
        return {}
    return {best: 0.5, base: -0.5} if best == largest else {best: 1, largest: -0.5, base: -0.5}


def _once(side):
    """The jump of the payload at the largest λ, less the size of the largest change that follows it."""
    if len(side.weights) < 2:
        return {}
    means = side.means(side.weights, "effective_bpp")
    largest, *smaller = means
    moved = max(smaller, key=lambda weight: abs(means[weight] - means[largest]))
    size = math.copysign(1, means[moved] - means[largest])
    return {largest: 1 + size, moved: -size, side.base: -1}


def _mild(side):
    """The costliest of the λ that shall cost no fidelity, against the codec as it is."""
    mild = [weight for weight in side.weights if float(weight) > float(_COSTLY)]
    return {_extreme(min, side.means(mild, "codec_ssim")): 1, side.base: -1} if mild else {}


def _jpeg(side, best, standards):
    """Accuracy behind the JPEG whose rate is nearest that of the fine-tuned codec."""
    if best is None:
        return side.no_best()
    rate, rates = side.mean(best, "effective_bpp"), {}
    for point, labels in side.photographs.points.items():
        same = all(labels[key] == side.labels[key] for key in ("camera", "isp"))
        if same and labels["channel"] in standards and labels["lambda_isp"] == grid.FAN_ONLY:
            estimate = side.estimate([(point, "effective_bpp", 1)])
            rates |= {} if estimate is None else {point: (labels["channel"], estimate.mean)}
    if not rates or math.isnan(rate):
        return f"{side.name} has no JPEG channel whose rate is known"
    point = min(rates, key=lambda each: abs(math.log(rates[each][1] / rate)))
    channel, own_rate = rates[point]
    if not 1 / _NEAR <= own_rate / rate <= _NEAR:
        return f"no JPEG channel near {rate:.2f} bits a pixel: the nearest, {channel}, has {own_rate:.2f}"
    measures = ("accuracy_patchwise", "accuracy", "accuracy_libjpeg")
    ours, whole, real = (side.estimate([(point, measure, 1)]) for measure in measures)
    place = ", ".join([side.labels["camera"], side.labels["isp"], channel])
    note = f"{own_rate:.2f} bits a pixel, the codec {rate:.2f}"
    return Measured(ours, f"{side.name}: {place}", side.differs, whole, real, note=note)


def _accuracy(line):
    """Published accuracy in percent: that of the first run, and the range over runs."""
    first = line["accuracy_first_run"]
    ends = min(first, line["accuracy_low"]), max(first, line["accuracy_high"])
    return [round(100 * share, 6) for share in (first, *ends)]


def _cost(line, base):
    """Published change of PSNR in dB to the forensic network alone, and its range with the error of reading it."""
    ends = line["psnr_low_db"] - base["psnr_high_db"], line["psnr_high_db"] - base["psnr_low_db"]
    return [round(change, 6) for change in (sum(ends) / 2, ends[0] - _READ, ends[1] + _READ)]


def _slope(weights):
    """What each λ counts in the change for each decade that λ falls, by least squares; empty for fewer than two."""
    decades = {weight: -math.log10(float(weight)) for weight in weights if float(weight) > 0}
    middle = sum(decades.values()) / max(1, len(decades))
    total = sum((place - middle) ** 2 for place in decades.values())
    return {weight: (place - middle) / total for weight, place in decades.items()} if total else {}
