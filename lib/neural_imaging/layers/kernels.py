"""Filters that networks start from, as NumPy arrays in Keras's order (height, width, in, out)."""

import numpy as np

from neural_imaging.study import settings

# Second-order residual, the start of the constrained convolution (Fridrich and Kodovsky's family of filters).
RESIDUAL = np.array([[0, 0, 0, 0, 0], [0, -1, -2, -1, 0], [0, -2, 12, -2, 0], [0, -1, -2, -1, 0], [0, 0, 0, 0, 0]])

# Example conversion from a camera's colours to sRGB, one row an output; the released INet starts from it.
CAMERA_TO_SRGB = (
    (1.82691061, -0.65497452, -0.17193617),
    (-0.00683982, 1.33216381, -0.32532394),
    (0.06269717, -0.40055895, 1.33786178),
)

IDENTITY = ((1, 0, 0), (0, 1, 0), (0, 0, 1))

# A network of one value, four tanh units and one output that was fitted to the gamma curve by the toolbox's authors.
GAMMA_IN = (2.9542332, 17.780445, 0.6280197, 0.40384966)
GAMMA_IN_BIAS = (0.4047071, 1.1489044, -0.17624384, 0.47826886)
GAMMA_OUT = (0.44949612, 0.78081024, 0.97692937, -0.24265033)
GAMMA_OUT_BIAS = -0.4702738


def cfa_pattern(pattern):
    """The pattern in upper case.

    Raises:
        UserError: not one of the four Bayer patterns.
    """
    return settings.Pattern().read("cfa_pattern", pattern)


def upsampling(pattern):
    """1×1 kernel from a Bayer stack to 12 features that depth-to-space turns into a sparse RGB picture.

    Args:
        pattern: one of `study.settings.CFA_PATTERNS`.

    Returns:
        Array of shape (1, 1, 4, 12): plane R, G1, G2, B to feature 3 · position + colour, positions in raster order.
    """
    kernel = np.zeros((1, 1, 4, 12), np.float32)
    greens = iter((1, 2))
    for position, colour in enumerate(cfa_pattern(pattern)):
        plane = next(greens) if colour == "G" else "R..B".index(colour)
        kernel[0, 0, plane, 3 * position + "RGB".index(colour)] = 1
    return kernel


def colour_matrix(srgb, default):
    """A 3×3 matrix from camera colours to sRGB, one row an output, as float32.

    Args:
        srgb: nested lists or array, or None for `default`.
        default: the matrix to take where none is given.

    Raises:
        UserError: something else.
    """
    return np.asarray(default if srgb is None else settings.Matrix().read("srgb", srgb), np.float32)


def on_each_channel(kernel, channels=3):
    """Filter each channel with the same 2-D kernel: shape (height, width, channels, channels)."""
    return np.einsum("hw,io->hwio", kernel, np.eye(channels)).astype(np.float32)


def bilinear_demosaicing(size):
    """Bilinear demosaicing of a sparse RGB picture, padded with zeros to `size`: shape (size, size, 3, 3)."""
    cross = np.array([[0, 1, 0], [1, 4, 1], [0, 1, 0]]) / 4
    square = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 4
    kernel = np.zeros((size, size, 3, 3), np.float32)
    middle = slice(size // 2 - 1, size // 2 + 2)
    for channel, taps in enumerate((square, cross, square)):
        kernel[middle, middle, channel, channel] = taps
    return kernel


def gamma_network():
    """Weights of two 1×1 convolutions (3 → 12 tanh → 3) that apply the gamma curve to each channel."""
    first, second = np.kron(np.eye(3), GAMMA_IN), np.kron(np.eye(3), GAMMA_OUT).T
    weights = first[None, None], np.tile(GAMMA_IN_BIAS, 3), second[None, None], np.full(3, GAMMA_OUT_BIAS)
    return tuple(array.astype(np.float32) for array in weights)
