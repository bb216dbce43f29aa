"""One camera, pipeline and channel of an experiment, along the λ of what learns, for the headline table.

The λ that trades best has the highest mean accuracy among those that cost at most 1 dB of PSNR, where a pipeline or a
signature learns, or 0.01 of the codec's SSIM, where a codec does, against the baseline. The rule looks at means alone.
"""

import math
from dataclasses import dataclass

from neural_imaging.study import grid
from neural_imaging.tables import scale, statistics
from neural_imaging.tables.claims import Measured

# What the papers measure patch by patch, and this study on whole photographs.
PATCHWISE = {"accuracy": "accuracy_patchwise", "psnr": "psnr_patchwise"}
# Axis: what may be lost of which measure.
LIMITS = {"lambda_isp": ("psnr", 1.0, "1 dB"), grid.CODEC: ("codec_ssim", 0.01, "0.01 of SSIM")}
_ROUNDING = 1e-9


@dataclass(frozen=True)
class NoSide:
    """In the place of a `Side` that the configuration does not have: `reason` is why nothing is measured."""

    reason: str
    weights: tuple = ()

    def best(self):
        """No λ."""

    def no_best(self):
        """The reason."""
        return self.reason

    def measured(self, _sums, _measure):
        """The reason."""
        return self.reason


class Side:
    """One camera, pipeline and channel of an experiment, along the λ of what learns, "lambda_isp" or "lambda_codec".

    Attributes:
        points: grid points by λ, where nothing else learns.
        signatures: those of signatures by strength, where nothing else learns.
        weights: λ as the papers list them, from the largest down, without the baseline.
    """

    def __init__(self, photographs, name, ours, paper, labels, axis):
        self.photographs, self.name, self.labels, self.axis = photographs, name, labels, axis
        self.base = grid.FAN_ONLY if axis == "lambda_isp" else grid.BASIC
        idle = {grid.FAN_ONLY, grid.BASIC, grid.NONE}
        self.points, self.signatures = {}, {}
        for point, columns in photographs.points.items():
            if not labels.items() <= columns.items():
                continue
            learning = {key for key in ("lambda_isp", grid.CODEC, grid.SIGNATURE) if columns[key] not in idle}
            if learning <= {axis}:
                self.points[columns[axis]] = point
            elif learning == {grid.SIGNATURE}:
                self.signatures[columns[grid.SIGNATURE]] = point
        self.weights = sorted(self.points.keys() - {self.base}, key=grid.descending)
        self.differs = scale.of_experiment(ours, paper, name, labels, [axis])
        # What was measured decides, should it be less than what the configuration asks for.
        asked = ours["experiments"][name]["runs"], ours["cameras"][labels["camera"]].get("validation", 0)
        sizes = [photographs.matrix(point, "accuracy").shape for point in self.points.values()]
        for what, counts, wanted in zip(("runs", "photographs"), zip(*sizes, strict=True), asked, strict=False):
            if min(counts) < wanted:
                self.differs.append(f"{min(counts)} {what} measured (configured {wanted})")

    def mean(self, weight, measure):
        """Mean of a measure at a λ; NaN where it was not measured."""
        return self._mean(self.points[weight], measure)

    def means(self, weights, measure):
        """Means of a measure by λ."""
        return {weight: self.mean(weight, measure) for weight in weights}

    def best(self, views=PATCHWISE):
        """The λ that trades best in these views; None where none is cheap enough, or nothing else learns."""
        return self._best({weight: self.points[weight] for weight in self.weights}, self.axis, views)

    def best_signature(self):
        """The strength of the signature that trades best on whole photographs; None as for `best`."""
        return self._best(self.signatures, "lambda_isp", {})

    def no_best(self):
        """Why no λ trades well."""
        return f"no λ of {self.name} costs at most {LIMITS[self.axis][2]}"

    def measured(self, sums, measure):
        """What was measured for a published claim, a sum over λ as in {"0.1": 1, "fan-only": −1}; why not, else.

        Accuracy and PSNR are the papers', patch by patch, and those of whole photographs beside them. A sum is empty,
        or of the λ None, where no λ trades well.
        """
        if not sums or None in sums:
            return self.no_best() if self.weights else f"{self.name} has too few λ of what learns"
        missing = [weight for weight in sums if weight not in self.points]
        if missing:
            return f"{self.name} has no {self.axis} {missing[0]}"
        learned = [weight for weight in sums if weight != self.base]
        where = f"λ = {learned[0]}" if len(learned) == 1 else ""
        terms = [(self.points[weight], PATCHWISE.get(measure, measure), count) for weight, count in sums.items()]
        whole = _renamed(terms, measure) if measure in PATCHWISE else None
        return self._measured(terms, where, whole, measure == "accuracy")

    def own(self, terms, where=""):
        """What was measured on whole photographs, a sum of terms (grid point, measure, count); why not, else."""
        return self._measured(terms, where, terms, all(measure == "accuracy" for _, measure, _ in terms))

    def estimate(self, terms):
        """Estimate of a weighted sum, of accuracies in percent; None where it was not measured."""
        if len(terms) == 1 and terms[0][2] == 1:
            estimate = self.photographs.estimate(*terms[0][:2])
        else:
            estimate = self.photographs.combined(terms)
        factor = 100 if terms[0][1].startswith("accuracy") else 1
        return statistics.mapped(estimate, lambda value: factor * value)

    def place(self, where=""):
        """The experiment and the grid point in words, with what learned."""
        return f"{self.name}: {', '.join([*self.labels.values(), *([where] if where else [])])}"

    def _measured(self, terms, where, whole, with_real_codec):
        estimate = self.estimate(terms)
        if estimate is None:
            return f"{terms[0][1]} of {self.name} was not measured in the same runs"
        difference = math.isclose(sum(count for _, _, count in terms), 0, abs_tol=1e-9)
        return Measured(
            estimate,
            self.place(where),
            self.differs,
            whole and self.estimate(whole),
            self.estimate(_renamed(terms, "accuracy_libjpeg")) if with_real_codec else None,
            note=f"above 0 in {estimate.above} of {estimate.runs} runs" if difference else "",
        )

    def _mean(self, point, measure):
        estimate = self.photographs.estimate(point, measure)
        return math.nan if estimate is None else estimate.mean

    def _best(self, points, axis, views):
        measure, limit, _ = LIMITS[axis]
        measure, accuracy = views.get(measure, measure), views.get("accuracy", "accuracy")
        if self.base not in self.points:
            return None
        base = self.mean(self.base, measure)
        costs = {value: base - self._mean(point, measure) for value, point in points.items()}
        return trades_best({value: self._mean(point, accuracy) for value, point in points.items()}, costs, limit)


def trades_best(accuracies, costs, limit):
    """What has the highest accuracy among those that cost at most `limit`; None of none."""
    cheap = [value for value, cost in costs.items() if cost <= limit + _ROUNDING]
    return max(cheap, key=accuracies.get) if cheap else None


def _renamed(terms, measure):
    return [(point, measure, count) for point, _, count in terms]
