"""Steps of a channel that change the size of pictures."""

import keras
from keras import ops

from neural_imaging.base.errors import UserError
from neural_imaging.forensics.steps import Step, step
from neural_imaging.imaging import resampling
from neural_imaging.ops import filters, rounding
from neural_imaging.study import channel_facts


@step("crop")
class Crop(Step):
    """Cuts off pixels at the top and left: in training what is drawn, and otherwise the least of them.

    Attributes:
        unit: in training sides become multiples of so many pixels, whatever is drawn.
        steady: what is cut off outside of trainings; None for the least.
    """

    unit, steady = 1, None

    @property
    def most(self):
        """The most pixels that are cut off."""
        return max(self.draws["origin"].values)

    @property
    def least(self):
        """What is cut off outside of trainings."""
        return min(self.draws["origin"].values) if self.steady is None else self.steady

    def apply(self, images, training, seed):
        cut = self.most if training else self.least
        if cut == 0:
            return images
        if not all(side is None or side > cut for side in images.shape[1:3]):
            size = f"{images.shape[2]} × {images.shape[1]}"
            raise UserError(f"a crop by {cut} pixels leaves nothing of pictures of {size} pixels")
        if not training:
            return images[:, cut:, cut:]
        height, width = ((side - self.most) // self.unit * self.unit for side in images.shape[1:3])
        values = self.draws["origin"].values
        drawn = keras.random.randint((2,), 0, len(values), seed=seed)
        top, left = ops.unstack(ops.take(ops.convert_to_tensor(values, "int32"), drawn))
        return ops.slice(images, (0, top, left, 0), (ops.shape(images)[0], height, width, images.shape[3]))

    def real(self, picture):
        return picture[self.least :, self.least :]

    def received(self, height, width):
        return tuple(None if side is None else side - self.least for side in (height, width))

    def fixed(self, rng=None):
        return {"step": self.name, "origin": self.least if rng is None else self.draws["origin"].pick(rng)}


@step("resize")
class Resize(Step):
    """Makes pictures smaller, or, where the factor is below 1, larger."""

    def prepare(self, seed):
        kernels = self.draws["kernel"].values
        self.kernel, self.factor, self.longest, self._pairs = self.draws["kernel"].steady, None, None, []
        if "longest" in self.draws:
            self.longest = self.draws["longest"].steady
        else:
            # Of a range of any numbers, which no training has, the ends.
            factors = self.draws["factor"].values or self.draws["factor"].setting
            self.factor = 1 if self.kernel == "none" else self.draws["factor"].steady
            # "none", beside others, leaves pictures as they are, whatever the factor.
            by_kernel = {kernel: [1] if kernel == "none" else factors for kernel in kernels}
            self._pairs = [(kernel, factor) for kernel, values in by_kernel.items() for factor in values]
        self.reach = max(resampling.reach(kernel) for kernel in kernels)

    @property
    def factors(self):
        """All factors that there can be, the smallest first; of a range of any numbers its ends."""
        return sorted({factor for _, factor in self._pairs})

    @property
    def varies(self):
        return len(self._pairs) > 1 or ("longest" in self.draws and super().varies)

    def apply(self, images, training, seed):
        if not training or len(self._pairs) == 1:
            size = self.received(*images.shape[1:3])
            return _resized(images, self.kernel, self.factor, size)
        # Whatever is drawn, results have one size: that of the largest factor.
        height, width = (side // self.factors[-1] for side in images.shape[1:3])
        branches = [
            lambda pictures, kernel=kernel, factor=factor: _resized(
                pictures, kernel, factor, [side // factor for side in pictures.shape[1:3]]
            )[:, :height, :width]
            for kernel, factor in self._pairs
        ]
        return ops.switch(keras.random.randint((), 0, len(branches), seed=seed), branches, images)

    def real(self, picture):
        size = self.received(*picture.shape[:2])
        if self.kernel in ("pool", "none", "bilinear-aliased") and self.factor is not None:
            return super().real(picture)
        return resampling.resized_levels(picture, *size, self.kernel)

    def received(self, height, width):
        if height is not None and width is not None:
            return channel_facts.shrunk(height, width, self.factor, self.longest)
        if self.longest is not None:
            return None, None
        return tuple(None if side is None else int(side // self.factor) for side in (height, width))


def _resized(images, kernel, factor, size):
    if factor == 1 or tuple(size) == tuple(images.shape[1:3]):
        return images
    if min(size) < 1:
        raise UserError(f"pictures of {images.shape[2]} × {images.shape[1]} pixels are too small for factor {factor}")
    if kernel == "bilinear-aliased":
        return filters.resize(images, *size)
    if factor is not None and factor == int(factor):
        # So that a pixel is the mean of the same pixels around it in a patch and in a whole photograph.
        whole = [int(factor) * side for side in size]
        images = images if whole == list(images.shape[1:3]) else images[:, : whole[0], : whole[1]]
    if kernel == "pool":
        return filters.pool(images, int(factor))
    rows, columns = (
        ops.convert_to_tensor(resampling.weights(kernel, side, new))
        for side, new in zip(images.shape[1:3], size, strict=True)
    )
    # Kernels with negative weights overshoot.
    return rounding.limit(ops.einsum("lk,bikc->bilc", columns, ops.einsum("ij,bjkc->bikc", rows, images)))
