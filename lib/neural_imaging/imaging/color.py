"""Matrices between camera colours, XYZ and sRGB, and the pipeline's gamma."""

import numpy as np

GAMMA = 2.2

# Linear sRGB to CIE XYZ, white D65 (IEC 61966-2-1).
XYZ_FROM_SRGB = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def white_preserving(matrix):
    """Scale each row of a 3 × 3 colour matrix to the sum 1, so that white stays white."""
    matrix = np.asarray(matrix, float)
    return matrix / matrix.sum(axis=1, keepdims=True)


def camera_to_srgb(camera_from_xyz):
    """Matrix from white-balanced camera colours to linear sRGB.

    Args:
        camera_from_xyz: the camera's 3 × 3 XYZ-to-camera matrix for D65 (DNG calls it ColorMatrix).

    Returns:
        3 × 3, each row sums to 1.
    """
    camera_from_srgb = white_preserving(np.asarray(camera_from_xyz, float) @ XYZ_FROM_SRGB)
    return np.linalg.inv(camera_from_srgb)


def daylight_gains(camera_from_xyz):
    """Gains of R, G and B that make D65 grey for this camera; the gain of green is 1."""
    response = np.asarray(camera_from_xyz, float) @ XYZ_FROM_SRGB.sum(axis=1)
    return response[1] / response


def transform(colours, matrix):
    """Apply a colour matrix to the last axis, in float32.

    Written out, since a matrix product's last bits depend on how the linear algebra library shares out its work, and
    files made twice must have the same bytes.

    Args:
        colours: shape (..., 3).
        matrix: shape (n, 3).

    Returns:
        float32, shape (..., n).
    """
    first, second, third = np.moveaxis(np.asarray(colours, np.float32), -1, 0)
    transformed = np.empty((*first.shape, len(matrix)), np.float32)
    for channel, weights in enumerate(np.asarray(matrix, np.float32)):
        mixed = first * weights[0]
        mixed += second * weights[1]
        mixed += third * weights[2]
        transformed[..., channel] = mixed
    return transformed


def encode(linear):
    """8-bit values of linear light: clipped to [0, 1], to the power of 1/2.2."""
    encoded = np.clip(linear, 0, 1, dtype=np.float32)
    np.power(encoded, np.float32(1 / GAMMA), out=encoded)
    encoded *= 255
    encoded += 0.5
    return encoded.astype(np.uint8)


def decode(encoded):
    """Linear light, float32 in [0, 1], of 8-bit values."""
    table = ((np.arange(256) / 255) ** GAMMA).astype(np.float32)
    return table[encoded]
