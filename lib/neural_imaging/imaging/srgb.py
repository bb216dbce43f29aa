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
    """White-balanced camera colours to linear sRGB, from XYZ to camera colours under D65 (DNG's ColorMatrix)."""
    camera_from_srgb = white_preserving(np.asarray(camera_from_xyz, float) @ XYZ_FROM_SRGB)
    return np.linalg.inv(camera_from_srgb)


def transform(colours, matrix):
    """Apply a matrix of shape (n, 3) to colours of shape (..., 3), in float32.

    Written out, since a matrix product's last bits depend on how the linear algebra library shares out its work, and
    files made twice must have the same bytes.
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
