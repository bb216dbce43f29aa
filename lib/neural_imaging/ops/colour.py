"""Colour spaces, with the same formulas on every backend."""

from keras import ops


def rgb_to_hsv(images):
    """Hue, saturation and value of RGB pictures, all in [0, 1]; shape (batch, height, width, 3) both ways."""
    red, green, blue = ops.unstack(images, 3, axis=-1)
    value = ops.max(images, axis=-1)
    spread = value - ops.min(images, axis=-1)
    safe = ops.where(spread > 0, spread, ops.ones_like(spread))
    hue = ops.where(
        value == red,
        (green - blue) / safe,
        ops.where(value == green, 2 + (blue - red) / safe, 4 + (red - green) / safe),
    )
    hue = ops.where(spread > 0, hue / 6, ops.zeros_like(hue))
    saturation = ops.where(value > 0, spread / ops.where(value > 0, value, ops.ones_like(value)), 0.0)
    return ops.stack([ops.where(hue < 0, hue + 1, hue), saturation, value], axis=-1)


def hsv_to_rgb(images):
    """RGB of hue, saturation and value. Hue is not wrapped: outside [0, 1] it stays red."""
    hue, saturation, value = ops.unstack(images, 3, axis=-1)
    red = ops.clip(ops.abs(6 * hue - 3) - 1, 0.0, 1.0)
    green = ops.clip(2 - ops.abs(6 * hue - 2), 0.0, 1.0)
    blue = ops.clip(2 - ops.abs(6 * hue - 4), 0.0, 1.0)
    return ops.stack([(1 - saturation + saturation * part) * value for part in (red, green, blue)], axis=-1)


def change_value(images, function, darkest=1 / 255):
    """Change the value channel of HSV (the largest of red, green and blue) and keep hue and saturation.

    Pixels darker than `darkest` fade to grey towards black, so that no gradient grows without bound; black has
    no hue to keep.

    Args:
        images: RGB, shape (batch, height, width, 3).
        function: gives the new value channel for the old one, both of shape (batch, height, width, 1).
        darkest: the value below which colours fade.

    Returns:
        RGB, same shape.
    """
    # Planes of one colour each: operations on them run at memory speed, those on an axis of three do not.
    planes = ops.unstack(images, 3, axis=-1)
    value = ops.maximum(ops.maximum(planes[0], planes[1]), planes[2])
    ratio = ops.squeeze(function(value[..., None]), -1) / ops.maximum(value, darkest)
    fade = ops.relu(darkest - value)
    return ops.stack([(plane + fade) * ratio for plane in planes], axis=-1)
