"""Procedural scenes with the statistics of natural pictures: dead leaves with texture, shading and depth.

Leaves of many sizes fall onto each other until nothing of the ground is seen. With radii after a power law of exponent
−3, edges at every scale and the spectrum of natural pictures come out.

Scenes are painted in logarithms of colour; one exponential at the end makes light of them.

References:
    A. Lee, D. Mumford, J. Huang, "Occlusion models for natural images", IJCV 41, 2001.
    D. Ruderman, T. Cronin, C. Chiao, "Statistics of cone responses to natural images", JOSA A 15(8), 1998:
    logarithms of colours are close to Gaussian, lightness by far the widest, then yellow-blue, then red-green.
"""

import numpy as np
from scipy.ndimage import gaussian_filter

from neural_imaging.imaging import srgb

# Radii in pixels, and as a share of the larger side.
_SMALLEST, _LARGEST = 2.5, 0.28
# Leaves of a scene of 384 × 576 pixels: they cover it about twice.
_LEAVES, _BACKGROUND = 2600, 50
_NOISE = 512
# Logarithmic colour axes to log RGB: lightness, yellow-blue, red-green.
_AXES = np.array([[1.0, 0.35, 0.5], [1.0, 0.2, -0.4], [1.0, -0.9, 0.0]], np.float32)
_SPREADS = np.array([0.85, 0.33, 0.17])


def scene(height, width, generator):
    """Make one scene: linear sRGB, float32, shape (height, width, 3), values in [0, 0.9]."""
    textures = [_fractal_noise(generator, exponent) for exponent in (0.9, 1.2, 1.6)]
    palette = _palette(generator)
    canvas = np.zeros((height, width, 3), np.float32)
    _paint(canvas, _ground(height, width), palette, textures, generator)
    # What is far away: large leaves, out of focus.
    for radius in generator.uniform(0.06, _LARGEST, _BACKGROUND) * max(height, width):
        _paint(canvas, _leaf(height, width, radius, generator), palette, textures, generator)
    # Some scenes are busy all over; most have a share of their leaves, down to a few before a blurred background, so
    # that flat areas occur as they do in photographs.
    radii = _radii(height, width, generator)
    radii = radii[: int(min(1, 1.25 * generator.random()) ** 2 * len(radii))]
    in_focus = int(generator.uniform(0.05, 0.4) * len(radii))
    for index, radius in enumerate(radii):
        if index == in_focus:
            deviation = np.exp(generator.uniform(np.log(0.4), np.log(6)))
            canvas = gaussian_filter(canvas, (deviation, deviation, 0))
        _paint(canvas, _leaf(height, width, radius, generator), palette, textures, generator)
    canvas = np.exp(srgb.transform(canvas, _AXES) + _illumination(height, width, generator))
    return _exposed(canvas)


def _radii(height, width, generator):
    """Power law of exponent −3 between the smallest and the largest radius, by inverting its distribution."""
    low, high = _SMALLEST**-2.0, (_LARGEST * max(height, width)) ** -2.0
    count = max(200, int(_LEAVES * height * width / (384 * 576)))
    return (low + generator.random(count) * (high - low)) ** -0.5


def _palette(generator):
    """Some colours that the scene is made of, on the logarithmic axes."""
    centre = generator.normal([0, 0.22, 0.04], _SPREADS * [0.3, 0.7, 0.6])
    colours = centre + generator.standard_t(5, (12, 3)) * _SPREADS
    return np.clip(colours, -2.5 * _SPREADS, 2.5 * _SPREADS).astype(np.float32)


def _fractal_noise(generator, exponent):
    """Periodic noise whose amplitude falls with the given power of the frequency; mean 0, deviation 1."""
    frequency = np.hypot(np.fft.fftfreq(_NOISE)[:, None], np.fft.rfftfreq(_NOISE)[None])
    frequency[0, 0] = np.inf
    spectrum = np.fft.rfft2(generator.standard_normal((_NOISE, _NOISE), np.float32))
    noise = np.fft.irfft2(spectrum / frequency**exponent, s=(_NOISE, _NOISE)).astype(np.float32)
    return noise / noise.std()


def _ground(height, width):
    rows, columns = np.ogrid[:height, :width]
    return (slice(0, height), slice(0, width)), 1.0, rows / height - 0.5, columns / width - 0.5


def _leaf(height, width, radius, generator):
    """Where a leaf lies, how much it covers each pixel there, and coordinates along and across it in radii."""
    aspect = generator.uniform(0.35, 1.0)
    angle = generator.uniform(0, np.pi)
    power = generator.choice([2.0, 2.0, 3.0, 8.0])  # ellipse, rounded or nearly rectangular
    y, x = (generator.uniform(-0.3 * radius, side + 0.3 * radius) for side in (height, width))
    reach = radius * (1.0 if power == 2 else 1.35) + 2
    top, bottom = max(0, int(y - reach)), min(height, int(y + reach) + 1)
    left, right = max(0, int(x - reach)), min(width, int(x + reach) + 1)
    if top >= bottom or left >= right:
        return None
    rows = (np.arange(top, bottom, dtype=np.float32)[:, None] - np.float32(y)) / np.float32(radius)
    columns = (np.arange(left, right, dtype=np.float32)[None] - np.float32(x)) / np.float32(radius)
    cosine, sine = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    along = cosine * columns + sine * rows
    across = (cosine * rows - sine * columns) / np.float32(aspect)
    if power == 2:
        distance = np.sqrt(along**2 + across**2)
    else:
        distance = (np.abs(along) ** power + np.abs(across) ** power) ** (1 / power)
    # An edge as wide as about a pixel, like a lens gives.
    cover = np.clip((1 - distance) * np.float32(radius * aspect * 0.9) + 0.5, 0, 1)
    return (slice(top, bottom), slice(left, right)), cover, along, across


def _paint(canvas, leaf, palette, textures, generator):
    if leaf is None:
        return
    place, cover, along, across = leaf
    target = canvas[place]
    height, width = target.shape[:2]
    base = palette[generator.integers(len(palette))] + generator.normal(0, 0.15, 3) * _SPREADS
    # Things near each other are of similar colour: a leaf takes over part of the colour that it falls on.
    kinship = generator.uniform(0, 0.8)
    base += kinship * (target[height // 2, width // 2] - base)
    # Texture changes lightness most, and colour a little with it.
    contrast = generator.normal(0, 1, 3) * [0.35, 0.1, 0.05]
    layer = _texture(height, width, along, across, textures, generator)[..., None] * contrast.astype(np.float32)
    layer += base.astype(np.float32)
    layer[..., 0] += _shading(along, across, generator)
    layer -= target
    layer *= cover if np.ndim(cover) == 0 else cover[..., None]
    target += layer


def _texture(height, width, along, across, textures, generator):
    """What a leaf's surface shows: fractal noise, sometimes in patches, sometimes stripes or a weave."""
    noise = textures[generator.integers(len(textures))]
    top, left = generator.integers(_NOISE, size=2)
    rows, columns = (top + np.arange(height)) % _NOISE, (left + np.arange(width)) % _NOISE
    surface = noise[rows[:, None], columns[None]]
    kind = generator.random()
    if kind < 0.15:
        return np.tanh(3 * surface)
    if kind < 0.35 and min(height, width) > 16:
        # Stripes of 3 to 12 pixels, bent by the noise, so that they are no perfect grating.
        length = max(height, width) / 2
        pitch = length / generator.uniform(3, 12)
        bend = generator.uniform(0.1, 0.8)
        stripes = np.sin(2 * np.pi * pitch * along + bend * surface)
        if kind < 0.22:
            stripes = stripes * np.sin(2 * np.pi * pitch * across)
        return np.float32(1.2) * stripes.astype(np.float32) + np.float32(0.4) * surface
    return surface * np.float32(generator.choice([0.15, 0.6, 1.0, 1.6]))


def _shading(along, across, generator):
    """Light from one side, and a fall towards the border, as on something round."""
    direction = generator.uniform(0, 2 * np.pi)
    slope = generator.uniform(0, 0.35)
    roundness = generator.choice([0.0, 0.0, 0.25, 0.5])
    side = np.float32(slope * np.cos(direction)) * along + np.float32(slope * np.sin(direction)) * across
    return side - np.float32(roundness) * np.minimum(along**2 + across**2, 1.5)


def _illumination(height, width, generator):
    """Slow change of the light over the scene (logarithm), sometimes with a change of its colour."""
    direction = generator.uniform(0, 2 * np.pi)
    strength = generator.uniform(0.1, 0.9)
    rows, columns = np.linspace(-0.5, 0.5, height)[:, None], np.linspace(-0.5, 0.5, width)[None]
    ramp = strength * (np.cos(direction) * columns + np.sin(direction) * rows)
    tint = np.array([1.1, 1.0, 0.8]) if generator.random() < 0.5 else np.ones(3)
    return (ramp[..., None] * tint).astype(np.float32)


def _exposed(light):
    """Expose so that the brightest two percent meet the shoulder, a soft bend instead of clipping that keeps hues."""
    peak = light.max(axis=-1, keepdims=True)
    scale = np.float32(0.7 / np.quantile(peak[::4, ::4], 0.98))
    peak *= scale
    shoulder = np.where(peak > 0.6, 0.6 + 0.3 * (1 - np.exp((0.6 - peak) / 0.3)), peak)
    return light * (scale * shoulder / np.maximum(peak, 1e-6))
