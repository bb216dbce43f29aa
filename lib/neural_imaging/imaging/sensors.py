"""What a simulated camera's sensor and lens do beside shot and read noise: patterns of a single device, rows, ISO."""

import dataclasses
import functools
import hashlib
from dataclasses import dataclass

import numpy as np

from neural_imaging.base.errors import UserError

# Parts of a device, each with its own random numbers.
_FINGERPRINT, _DARK = 1, 2
# Noise of which no ISO is said is of this one, see resources/cameras.yaml.
ISO = 400


@dataclass(frozen=True)
class Spread:
    """How far the pixels of a device differ: standard deviations, of a signal in [0, 1] at the ISO of the noise."""

    prnu: float = 0.0  # Of a pixel's sensitivity, relative to the mean (photo-response non-uniformity).
    correlation: float = 0.0  # Of the Gaussian that neighbours' sensitivities are blurred with, in pixels; 0 for none.
    dark: float = 0.0  # Of the pattern that a device adds to every photograph (dark signal).
    row: float = 0.0  # Of what is added to a row, anew in every photograph.

    def amplified(self, gain):
        """What an amplifier makes of it: what is added grows with the signal, and sensitivities stay."""
        return dataclasses.replace(self, dark=self.dark * gain, row=self.row * gain)


@dataclass(frozen=True)
class Lens:
    """What a lens does beside what `scenes` have of it."""

    blur: float = 0.0  # Standard deviation of a Gaussian, in pixels.
    vignette: float = 0.0  # Share of the light that is lost in the corners.


@dataclass(frozen=True)
class Noise:
    """Noise of the variance shot · signal + read, of a signal in [0, 1] (DNG's NoiseProfile)."""

    shot: float
    read: float
    converter: float = 0.0  # The part of `read` that comes behind the amplifier.
    iso: int = ISO

    def at(self, iso):
        """The noise at another ISO.

        An amplifier that makes the signal g times larger makes the variance of shot noise g times larger, in parts of
        the largest signal, and that of read noise g² times, but for the converter's part.
        """
        gain = iso / self.iso
        read = (self.read - self.converter) * gain**2 + self.converter
        return dataclasses.replace(self, shot=self.shot * gain, read=read, iso=iso)


EVEN, CLEAR = Spread(), Lens()


def parsed(kind, entry, where):
    """A `Spread`, `Lens` or `Noise` of a mapping in a file of cameras; `where` is its place there.

    Raises:
        UserError: a key that is unknown or missing, or a value that is not a number of at least 0.
    """
    fields = dataclasses.fields(kind)
    needed = {field.name for field in fields if field.default is dataclasses.MISSING}
    if not isinstance(entry, dict) or not needed <= set(entry) <= {field.name for field in fields}:
        words = f"must have {', '.join(sorted(needed))}; it" if needed else "it"
        raise UserError(f"{where}: {words} may have {', '.join(field.name for field in fields)}, and no others")
    values = {}
    for name, value in entry.items():
        try:
            values[name] = float(value)
        except (TypeError, ValueError):
            raise UserError(f"{where}: {name} must be a number, not {value!r}") from None
        if not 0 <= values[name] < np.inf:
            raise UserError(f"{where}: {name} must not be negative, but a finite number from 0 up")
    parts = kind(**values)
    if isinstance(parts, Noise):
        if parts.converter > parts.read:
            raise UserError(f"{where}: converter is a part of read, and cannot be more than {parts.read:g}")
        if parts.iso != int(parts.iso) or not parts.iso:
            raise UserError(f"{where}: iso must be a whole number of at least 1")
        return dataclasses.replace(parts, iso=int(parts.iso))
    if isinstance(parts, Lens) and parts.vignette > 1:
        raise UserError(f"{where}: vignette is a share of the light, at most 1")
    return parts


def fingerprint(profile, height, width):
    """Relative deviation of each pixel's sensitivity in a device, the K of a signal · (1 + K).

    Gaussian numbers, which depend on the model's name, the device's number, and the size of the sensor, which is that
    of the photographs. Of a device's photographs at any ISO it is the same.

    Args:
        profile: a `cameras.Profile` of a `device`.
        height, width: of the mosaic.

    Returns:
        float32, shape (height, width), mean about 0 and standard deviation `prnu`; read-only.
    """
    return _pattern(
        profile.name, profile.device, _FINGERPRINT, profile.spread.prnu, profile.spread.correlation, height, width
    )


def dark_signal(profile, height, width):
    """What a device adds to each sample of every photograph, as `fingerprint`; it grows as the signal with ISO."""
    return _pattern(profile.name, profile.device, _DARK, profile.spread.dark, 0.0, height, width)


# The photographs of a set are of one device, and have one size.
@functools.lru_cache(maxsize=2)
def _pattern(name, device, part, deviation, correlation, height, width):
    model = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4])
    pattern = np.random.default_rng([model, device, part]).standard_normal((height, width), np.float32)
    if correlation:
        # Programs that only look at cameras' names start sooner without SciPy.
        from scipy.ndimage import gaussian_filter

        pattern = gaussian_filter(pattern, correlation, mode="wrap")
        pattern /= pattern.std()
    pattern *= np.float32(deviation)
    pattern.setflags(write=False)
    return pattern


def vignette(lens, height, width):
    """Share of the light that reaches each pixel: it falls with the square of the distance from the centre."""
    rows, columns = (np.linspace(-1, 1, side, dtype=np.float32) for side in (height, width))
    return 1 - np.float32(lens.vignette / 2) * (rows[:, None] ** 2 + columns[None] ** 2)
