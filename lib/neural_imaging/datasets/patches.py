"""Random patches of a training set: aligned to the Bayer grid, deterministic, chosen by their content."""

import numpy as np

from neural_imaging.base import termination
from neural_imaging.base.errors import UserError
from neural_imaging.imaging import bayer

_ATTEMPTS = 25  # positions tried in a photograph before the least bad one is taken


def _flat(mean, variance, chance):
    return (variance >= 0.02) | ((variance >= 0.01) & (chance > 0.5)), variance


def _flat_aggressive(mean, variance, chance):
    return variance >= 0.01, variance


def _dark_n_textured(mean, variance, chance):
    accepted = (variance > 0) & (variance < 0.005) & (mean > 0.35) & (mean < 0.99)
    return accepted, np.where(mean > 0.2, -variance, -1 - variance)


# Each policy answers, for arrays of patch means and variances on [0, 1] and of chances, which patches it accepts,
# and a score by which the best is chosen where it accepts none. Thresholds are those of the released toolbox.
POLICIES = {"flat": _flat, "flat-aggressive": _flat_aggressive, "dark-n-textured": _dark_n_textured}


class PatchSampler:
    """Draws patches of RAW and developed photographs (`images.ImagePair`).

    A policy costs no pass over pixels: means and variances come from integral images, for 25 random positions
    of each photograph at once. The first accepted position is taken; where none is, the best by the policy.

    Args:
        size: side of a patch in Bayer cells; the RGB patch is twice as large.
        discard: one of `POLICIES` or "none".
        flips: flip half of the patches in each direction. Samples are shifted inside the cell, so that a flipped
            patch has the CFA of its camera.
        margin: cells around each patch that are cut out with it. The policy looks at the patch alone.
        setting: what the user calls the size, for messages.

    Raises:
        UserError: an unknown policy, or a photograph smaller than a patch.
    """

    def __init__(self, images, size, discard="flat", flips=False, margin=0, setting="patch"):
        if discard not in ("none", *POLICIES):
            raise UserError(f"unknown discard policy {discard!r}; known: none, {', '.join(POLICIES)}")
        whole, spare = size + 2 * margin, 1 if flips else 0
        for image in images:
            height, width = image.cells
            if min(height, width) < whole + spare:
                parts = [f"setting {setting}"]
                parts += ["1 more for flips"] if spare else []
                parts += [f"with a margin of {margin} on each side"] if margin else []
                raise UserError(
                    f"photograph {image.name} has {width} × {height} Bayer cells, too small for patches of "
                    f"{size} ({', '.join(parts)})"
                )
        # The side of what is cut out; of it, `_inner` cells are the patch.
        self.images, self.size, self.flips = images, whole, flips
        self._policy = POLICIES.get(discard)
        self._spare, self._inner, self._margin = spare, size, margin

    @property
    def stored(self):
        """Bytes of a patch as it is drawn: RAW, or what has been developed of it, and RGB."""
        without = self.images[0].stack is None
        return self.size**2 * (0 if without else 24 if self.images[0].developed is not None else 8) + self.computed // 4

    @property
    def computed(self):
        """Bytes of its RGB pixels as float32."""
        return (2 * self.size) ** 2 * 3 * 4

    def positions(self, chosen, rng):
        """Choose a position in each photograph: integers, (len(chosen), 2), rows and columns in Bayer cells."""
        attempts = _ATTEMPTS if self._policy else 1
        rooms = np.array([self.images[i].cells for i in chosen]) - self.size - self._spare + 1
        tries = (rng.random((len(chosen), attempts, 2)) * rooms[:, None, :]).astype(np.int64)
        if self._policy is None:
            return tries[:, 0]
        mean, variance = self._statistics(chosen, tries)
        accepted, score = self._policy(mean, variance, rng.random(mean.shape))
        best = np.where(accepted.any(axis=1), accepted.argmax(axis=1), score.argmax(axis=1))
        return tries[np.arange(len(chosen)), best]

    def _statistics(self, chosen, tries):
        corners = np.empty((*tries.shape[:2], 2), np.uint64)
        for k, index in enumerate(termination.heeded(chosen)):
            sums, (top, left) = self.images[index].sums, tries[k].T + self._margin
            bottom, right = top + self._inner, left + self._inner
            corners[k] = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
        mean, square = np.moveaxis(corners / (12.0 * self._inner**2), -1, 0)
        return mean / 255, (square - mean**2) / 255**2

    def batch(self, chosen, rng):
        """Draw one patch of each chosen photograph.

        Returns:
            RAW patches, uint16, (n, size, size, 4), and RGB patches, uint8, (n, 2·size, 2·size, 3): the samples
            as stored; `ops.samples.to_unit` brings them to [0, 1]. Of photographs that are developed already, their
            patches, uint16, take the place of RAW ones; without RAW the RGB patches stand for both.
        """
        positions = self.positions(chosen, rng)
        flips = rng.random((len(chosen), 2)) < 0.5 if self.flips else np.zeros((len(chosen), 2), bool)
        rgb = np.empty((len(chosen), 2 * self.size, 2 * self.size, 3), np.uint8)
        ready = self.images[0].developed is not None
        shape = rgb.shape if ready else (len(chosen), self.size, self.size, 4)
        raw = np.empty(shape, np.uint16)
        for k, index in enumerate(termination.heeded(chosen)):
            image, place = self.images[index], (*positions[k], flips[k])
            self._cut_picture(image.target, *place, rgb[k])
            if ready:
                self._cut_picture(image.developed, *place, raw[k])
            elif image.stack is not None:
                self._cut_stack(image, *place, raw[k])
        return (raw if ready or self.images[0].stack is not None else rgb), rgb

    def _cut_stack(self, image, row, column, flip, raw):
        size = self.size
        if not flip.any():
            raw[...] = image.stack[row : row + size, column : column + size]
            return
        # A mirrored patch starts one sample later, so that its first sample has the colour the CFA starts with.
        # In the stack, samples of the cell's first row or column then come from one cell further on.
        steps = np.where(flip, -1, 1)
        for channel, offset in enumerate(bayer.positions(image.cfa)):
            top, left = (start + int(f and o == 0) for start, f, o in zip((row, column), flip, offset, strict=True))
            patch = image.stack[top : top + size, left : left + size, channel]
            raw[..., channel] = patch[:: steps[0], :: steps[1]]

    def _cut_picture(self, picture, row, column, flip, patch):
        size = self.size
        if not flip.any():
            patch[...] = picture[2 * row : 2 * (row + size), 2 * column : 2 * (column + size)]
            return
        steps = np.where(flip, -1, 1)
        top, left = (2 * start + int(f) for start, f in zip((row, column), flip, strict=True))
        # As one item of three samples, a pixel is copied at once; mirrored rows are copied twice as fast.
        pixel = f"V{3 * picture.itemsize}"
        part = picture[top : top + 2 * size, left : left + 2 * size].view(pixel)
        patch.view(pixel)[...] = part[:: steps[0], :: steps[1]]


class MixedSampler(PatchSampler):
    """Draws patches of photographs of different cameras, and says of each what belongs to its camera.

    `batch` gives ((RAW patches, patterns, matrices), RGB patches): patterns are int32, (n,), places in
    `imaging.bayer.PATTERNS`; matrices are float32, (n, 3, 3), from camera colours to linear sRGB.
    """

    def batch(self, chosen, rng):
        raw, rgb = super().batch(chosen, rng)
        images = [self.images[index] for index in chosen]
        patterns = np.array([bayer.PATTERNS.index(image.cfa) for image in images], np.int32)
        matrices = np.stack([image.camera_to_srgb for image in images]).astype(np.float32)
        return (raw, patterns, matrices), rgb


def fixed(sampler, per_image, seed):
    """A fixed set of patches for validation: `per_image` of each photograph, one photograph after another."""
    chosen = np.repeat(np.arange(len(sampler.images)), per_image).tolist()
    return sampler.batch(chosen, np.random.default_rng([seed, 3]))
