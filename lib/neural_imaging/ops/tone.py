"""Brightness and gamma of pictures in linear light."""

from keras import ops

# Share of samples, in percent, that brightness by percentiles lets become black, and white.
PERCENTILE = 0.5
# Mean that brightness by shifting aims at.
MEAN = 0.25
# The slope of the curve grows without bound towards black; gradients are those of samples of this value at least.
DARKEST = 1 / 255


def levels(images, brightness):
    """Linear values that become black and white. They are measured: no gradient goes through them.

    Args:
        images: linear RGB, shape (batch, height, width, 3).
        brightness: "none", "percentile" or "shift".

    Returns:
        float32, shape (2, batch), or None for "none".
    """
    if brightness == "none":
        return None
    samples = ops.reshape(images, (ops.shape(images)[0], -1))
    if brightness == "percentile":
        measured = ops.quantile(samples, [PERCENTILE / 100, 1 - PERCENTILE / 100], axis=1)
    else:
        white = ops.mean(samples, axis=1) / MEAN
        measured = ops.stack([ops.zeros_like(white), white])
    return ops.stop_gradient(measured)


def gamma(images, exponent=2.2, floor=0.0):
    """Clip to [floor, 1] and raise to the power of 1 / exponent.

    Args:
        images: linear, any shape.
        exponent: 2.2 for the papers' pipelines.
        floor: darkest value.

    Returns:
        Values in [0, 1], same shape. Clipping passes gradients, and the curve's slope is that at 1/255 or above.
    """

    @ops.custom_gradient
    def curve(values):
        def gradient(*arguments, upstream=None):
            (upstream,) = arguments if upstream is None else (upstream,)
            return upstream * ops.power(ops.clip(values, DARKEST, 1.0), 1 / exponent - 1) / exponent

        return ops.power(ops.clip(values, floor, 1.0), 1 / exponent), gradient

    return curve(ops.convert_to_tensor(images))
