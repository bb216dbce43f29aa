"""Steps of a channel that change pixels and neither the size of pictures nor their file."""

from keras import ops

from neural_imaging.base.errors import UserError
from neural_imaging.forensics import manipulations
from neural_imaging.forensics.steps import Step, step
from neural_imaging.ops import filters, rounding, tone


@step("blur")
class Blur(Step):
    """A Gaussian kernel with mirrored borders."""

    def prepare(self, seed):
        self.reach = max(self.draws["size"].values) // 2

    def apply(self, images, training, seed):
        size = self.value("size", training, seed)
        given = "deviation" in self.draws
        # OpenCV's rule where no deviation is given.
        deviation = self.value("deviation", training, seed) if given else 0.15 * ops.cast(size, "float32") + 0.35
        if not ops.is_tensor(size):
            _check_sides(images, size // 2, "a blur")
            return rounding.limit(filters.blur(images, deviation, size))
        _check_sides(images, self.reach, "a blur")
        distance = ops.arange(-self.reach, self.reach + 1, dtype="float32")
        weights = ops.exp(-(distance**2) / (2 * ops.cast(deviation, "float32") ** 2))
        weights = weights * ops.cast(ops.abs(distance) <= ops.cast(size, "float32") / 2, "float32")
        weights = weights / ops.sum(weights)
        padded = filters.continued(images, self.reach, "reflect")
        return rounding.limit(filters.correlate(filters.correlate(padded, weights[:, None]), weights[None, :]))


def _check_sides(images, margin, what):
    if any(side is not None and side <= margin for side in images.shape[1:3]):
        raise UserError(f"{what} that reaches {margin} pixels takes larger pictures than {images.shape[1:3]}")


# The manipulation of a step, and the setting that has its strength.
_MANIPULATIONS = {"noise": ("awgn", "deviation"), "sharpen": ("sharpen", "strength")}


@step("noise", "sharpen")
class Manipulated(Step):
    """What manipulations do, with a strength that may be drawn."""

    def prepare(self, seed):
        manipulation, self._key = _MANIPULATIONS[self.name]
        self._manipulation, self.reach = manipulation, manipulations.reach(manipulation)

    def apply(self, images, training, seed):
        strength = self.value(self._key, training, seed)
        return manipulations.apply(self._manipulation, images, strength, seed=seed)


@step("gamma")
class Gamma(Step):
    """A tone curve."""

    def apply(self, images, training, seed):
        return tone.gamma(images, self.value("exponent", training, seed))


@step("round")
class Round(Step):
    """Rounding to 8 bits, the gradient of which is that of the JPEG rounding `soft`."""

    def apply(self, images, training, seed):
        return rounding.limit(rounding.to_8_bits(images))


@step("manipulation")
class Manipulation(Step):
    """A manipulation by its name, one of the library's or of a user's."""

    def prepare(self, seed):
        self._text = self.draws["manipulation"].steady
        self.reach = manipulations.reach(self._text)
        # A grid that depends on the picture's size has no period that windows could be laid out by.
        self.grid = manipulations.grid(self._text) or 1

    def apply(self, images, training, seed):
        return manipulations.manipulate(images, self._text, seed=seed)
