"""The classic camera pipeline, with neural demosaicing."""

import keras

from neural_imaging.base.errors import UserError
from neural_imaging.layers import kernels
from neural_imaging.layers.camera import ColourMatrix, SparseColour
from neural_imaging.layers.demosaicing import Demosaicing
from neural_imaging.layers.tone import Tone
from neural_imaging.models.base import Network
from neural_imaging.study.networks import NETWORKS

# The released toolbox lets no sample be darker than this before the gamma curve, which makes black a dark grey.
RELEASED_FLOOR = 1 / 255


@keras.saving.register_keras_serializable(package="neural_imaging")
class ClassicISP(Network):
    """Camera pipeline of standard steps: demosaicing, colour matrix, brightness, gamma. Only demosaicing learns.

    What belongs to the camera (Bayer pattern and colour matrix) is set and not learned, so that one demosaicing
    model can be trained on several cameras and then be switched to any: `set_camera`, `set_colour`. Without
    `c_filters` it is the plain pipeline with bilinear demosaicing, and has nothing to learn.

    `brightness` is "none", "percentile" (the darkest and brightest 0.5 % of samples become black and white) or "shift"
    (the mean in linear light becomes 0.25). Importing the released toolbox's weights sets `floor` to its 1/255.
    "mixed_bfloat16" computes the convolutions between the first and the last in bfloat16.
    """

    declared = NETWORKS["ClassicISP"].settings

    def __init__(self, **given):
        chosen, others = self.choose(given)
        chosen["srgb"] = _matrix(chosen["srgb"])
        cameras = chosen["cameras"] or {}
        chosen["cameras"] = {name: {**camera, "srgb": _matrix(camera["srgb"])} for name, camera in cameras.items()}
        demosaicing = (chosen[name] for name in ("c_filters", "kernel", "residual", "precision"))
        steps = (
            SparseColour(chosen["cfa_pattern"], name="sparse_colour"),
            Demosaicing(*demosaicing, name="demosaicing"),
            ColourMatrix(chosen["srgb"], name="colour_matrix"),
            Tone(chosen["brightness"], chosen["gamma"], chosen["floor"], name="tone"),
        )
        stack = images = keras.Input((None, None, 4), name="stack")
        for step in steps:
            images = step(images)
        super().__init__(stack, images, chosen, **others)

    @property
    def learns(self):
        """Whether there is anything to train."""
        return bool(self.settings["c_filters"]) or not self.settings["residual"]

    @property
    def reach(self):
        """See `Network`; None where brightness is measured on the whole picture."""
        return self.linear_reach if self.settings["brightness"] == "none" else None

    @property
    def linear_reach(self):
        """That of demosaicing, whose pixels are half a cell."""
        convolutions = max(len(self.settings["c_filters"]), int(self.settings["residual"]))
        return -(-convolutions * (self.settings["kernel"] // 2) // 2)

    def set_camera(self, name, profiles=None):
        """Switch to a camera by name: of the `cameras` of the settings, or of a file such as `resources/cameras.yaml`.

        A `UserError` says that there is none, or that nobody knows its colour matrix.
        """
        if profiles is not None:
            from neural_imaging.imaging import cameras

            camera = cameras.camera(profiles, name)
            if camera.camera_to_srgb is None:
                raise UserError(f"{profiles}: camera {name} has no colour matrix (use set_colour)")
            self.set_colour(camera.cfa, camera.camera_to_srgb)
            return
        known = self.settings["cameras"]
        if name not in known:
            listed = ", ".join(known) or "none"
            raise UserError(f"this ClassicISP has no camera {name!r}; it has {listed} (others: set_colour)")
        self.set_colour(known[name]["cfa"], known[name]["srgb"])

    def set_colour(self, cfa_pattern, srgb):
        """Switch to a camera by its Bayer pattern and its 3×3 matrix from camera colours to linear sRGB."""
        pattern, matrix = kernels.cfa_pattern(cfa_pattern), kernels.colour_matrix(srgb, kernels.IDENTITY)
        self.get_layer("sparse_colour").set(pattern)
        self.get_layer("colour_matrix").set(matrix)
        self._settings |= {"cfa_pattern": pattern, "srgb": matrix.tolist()}

    def released(self):
        """Do as the released toolbox does, whose weights were trained that way."""
        self.get_layer("tone").floor = RELEASED_FLOOR
        self._settings["floor"] = RELEASED_FLOOR

    def linear(self, stack, patterns=None, matrices=None):
        """Pictures in linear sRGB, before brightness and gamma.

        Args:
            stack: float32, shape (batch, height, width, 4).
            patterns, matrices: for stacks of different cameras: each one's place in `CFA_PATTERNS`, shape
                (batch,), and its matrix from camera colours to linear sRGB, shape (batch, 3, 3).

        Returns:
            float32, shape (batch, 2 · height, 2 · width, 3), not clipped.
        """
        images = self.get_layer("demosaicing")(self.get_layer("sparse_colour")(stack, patterns))
        return self.get_layer("colour_matrix")(images, matrices)

    def levels(self, linear):
        """Brightness of whole pictures in linear sRGB, for `render`; None where nothing is normalised."""
        return self.get_layer("tone").levels(linear)

    def render(self, linear, levels=None):
        """RGB, as a call gives it, of what `linear` gave: brightness and gamma.

        Where that is part of a larger picture, `levels` are those of the whole; by default they are measured.
        """
        return self.get_layer("tone")(linear, levels)


def _matrix(srgb):
    """A camera's matrix as it is computed with, in nested lists."""
    return kernels.colour_matrix(srgb, kernels.IDENTITY).tolist()
