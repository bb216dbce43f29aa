"""Weights with which a codec begins as a block transform: the DCT of 8 × 8 pixels, as JPEG has it.

From random weights a small training does not come near what as many numbers of this fixed transform give. From here it
learns what is better.
"""

import itertools

import keras
import numpy as np

# Step of the quantiser at the start, in grey levels of an orthonormal transform.
STEP = 32.0
# Luminance and two differences of colours, orthonormal.
_COLOURS = np.array([[1, 1, 1], [1, 0, -1], [1, -2, 1]]) / np.sqrt([[3], [2], [6]])
# Colour has as little energy as luminance at about three times the frequency.
_COLOUR_RANK = 3
# Features lie within ± this and are raised by it, since activations leave positive numbers as they are.
_RANGE = 0.5
# Share of the inner features that carry the transform. The others begin at random, and nothing reads them yet.
_SHARE = 0.75


def begin(encoder, decoder, width, n_features, largest):
    """Give a codec's two networks the weights of a block transform and of its inverse.

    Args:
        encoder: its convolutions in their order: three of stride 2, the two of each residual block before the last.
        decoder: its convolutions in their order: three with depth-to-space, the two of each block after the first.
        width: features at a quarter of the resolution. At half of it they are half as many.
        n_features: features of the latent.
        largest: the codebook's largest value.
    """
    operators, kernels = _stages((min(12, width // 2), min(48, int(_SHARE * width)), n_features))
    bounds = [np.abs(operator).sum((1, 2, 3)) for operator in operators]
    steps = np.full(len(bounds[2]), STEP / 127.5)
    steps[0] = max(steps[0], bounds[2][0] / largest)
    # What each stage's features are divided by, and raised by.
    scales = [np.ones(3), bounds[0] / _RANGE, bounds[1] / _RANGE, steps]
    shifts = [np.zeros(3), np.full(len(bounds[0]), _RANGE), np.full(len(bounds[1]), _RANGE), np.zeros(len(steps))]
    analysis, synthesis = [*encoder[:2], encoder[-1]], [decoder[0], *decoder[-2:]]
    for stage, kernel in enumerate(kernels):
        ends = scales[stage], shifts[stage], scales[stage + 1], shifts[stage + 1]
        _set_analysis(analysis[stage], kernel, *ends)
        _set_synthesis(synthesis[2 - stage], kernel, *ends)
    # Each block adds nothing at first.
    for last in itertools.chain(encoder[3:-1:2], decoder[2:-2:2]):
        last.kernel.assign(keras.ops.zeros_like(last.kernel))


def _stages(counts):
    """Rows of the transforms of 2, 4 and 8 pixels, and what makes each of the four parts of the one before.

    Returns:
        (operators, kernels): arrays of shape (count, side, side, 3) and (count, 2, 2, former count), rows orthonormal.
    """
    operators, kernels, former = [], [], np.eye(3).reshape(3, 1, 1, 3)
    for side, count in zip((2, 4, 8), counts, strict=True):
        wanted = _cosines(side, min(count, 4 * len(former)))
        parts = wanted.reshape(len(wanted), 2, side // 2, 2, side // 2, 3)
        kernel = np.einsum("naybxc,myxc->nabm", parts, former)
        # Where the stage before has left some out, rows are no longer orthonormal.
        rows, signs = np.linalg.qr(kernel.reshape(len(kernel), -1).T)
        kernel = (rows * np.sign(np.diag(signs))).T.reshape(kernel.shape)
        former = np.einsum("nabm,myxc->naybxc", kernel, former).reshape(wanted.shape)
        operators.append(former)
        kernels.append(kernel)
    return operators, kernels


def _cosines(side, count):
    """The DCT's first rows, those of most energy: (count, side, side, 3)."""
    frequency, place = np.mgrid[:side, :side]
    waves = np.cos(np.pi * (2 * place + 1) * frequency / (2 * side)) * np.sqrt(2 / side)
    waves[0] /= np.sqrt(2)
    rows = np.einsum("uy,vx,kc->kuvyxc", waves, waves, _COLOURS).reshape(-1, side, side, 3)
    rank = np.hypot(*np.mgrid[:side, :side]) + side / 8
    ranks = np.stack([rank, _COLOUR_RANK * rank, _COLOUR_RANK * rank]).reshape(-1)
    return rows[np.argsort(ranks, kind="stable")[:count]]


def _set_analysis(layer, kernel, scale_in, shift_in, scale_out, shift_out):
    """Four parts become one; a kernel of 5 × 5 and stride 2 has the four under its second and third rows."""
    count, former = kernel.shape[0], kernel.shape[-1]
    weights, bias = (keras.ops.convert_to_numpy(each).copy() for each in (layer.kernel, layer.bias))
    scaled = kernel * scale_in / scale_out[:, None, None, None]
    weights[..., :count] = 0
    weights[1:3, 1:3, :former, :count] = scaled.transpose(1, 2, 3, 0)
    bias[:count] = shift_out - np.einsum("nabm,m->n", scaled, shift_in)
    layer.kernel.assign(weights)
    layer.bias.assign(bias)


def _set_synthesis(layer, kernel, scale_out, shift_out, scale_in, shift_in):
    """One becomes four parts, by the transpose; outputs are in the order of depth-to-space."""
    count, former = kernel.shape[0], kernel.shape[-1]
    weights, bias = (keras.ops.convert_to_numpy(each).copy() for each in (layer.kernel, layer.bias))
    side, inputs, outputs = *weights.shape[1:3], weights.shape[-1]
    scaled = kernel * scale_in[:, None, None, None] / scale_out
    parts, biases = weights.reshape(side, side, inputs, 4, outputs // 4), bias.reshape(4, outputs // 4)
    parts[..., :former] = 0
    parts[side // 2, side // 2, :count, :, :former] = scaled.reshape(count, 4, former)
    biases[:, :former] = shift_out - np.einsum("nabm,n->abm", scaled, shift_in).reshape(4, former)
    layer.kernel.assign(weights)
    layer.bias.assign(bias)
