"""A U-shaped camera pipeline."""

import keras
from keras import layers, ops

from neural_imaging.base.errors import UserError
from neural_imaging.layers.clip import ClipStraightThrough
from neural_imaging.layers.depth_to_space import DepthToSpace
from neural_imaging.layers.tile import Tile
from neural_imaging.models.base import Network
from neural_imaging.study.networks import NETWORKS


@keras.saving.register_keras_serializable(package="neural_imaging")
class UNet(Network):
    """Camera pipeline of Chen et al., "Learning to see in the dark", CVPR 2018, as in the released toolbox.

    Each step down halves the sides and doubles the features; each step up undoes it and joins the features of
    the same size. Weights are in the toolbox's order. "mixed_bfloat16" computes all but the first and the last
    convolution in bfloat16. In the 3×3 convolutions features go on beyond the picture as `borders` says: "zero", as in
    the toolbox, which marks the border; or "reflect", where sides are at least two cells of the lowest resolution.
    """

    declared = NETWORKS["UNet"].settings

    def __init__(self, **given):
        chosen, others = self.choose(given)
        n_steps, n_filters, phase = chosen["n_steps"], chosen["n_filters"], chosen["phase"]
        deep, activation, mirrored = chosen["precision"], chosen["activation"], chosen["borders"] == "reflect"

        def convolution(features, filters, dtype, activation=activation):
            if mirrored:
                features = ops.pad(features, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="reflect")
            padding = "valid" if mirrored else "same"
            return layers.Conv2D(filters, 3, padding=padding, activation=activation, dtype=dtype)(features)

        stack = keras.Input((None, None, 4), name="stack")
        features, levels = stack, []
        for step in range(n_steps):
            filters = n_filters * 2**step
            if step > 0:
                features = layers.MaxPooling2D(2, dtype=deep)(features)
            features = convolution(features, filters, "float32" if step == 0 else deep)
            features = convolution(features, filters, deep)
            levels.append(features)
        for step in reversed(range(n_steps - 1)):
            filters = n_filters * 2**step
            features = layers.Conv2DTranspose(filters, 2, 2, padding="same", dtype=deep)(features)
            features = layers.Concatenate(dtype=deep)([features, levels[step]])
            for _ in range(2):
                features = convolution(features, filters, deep)
        features = convolution(features, 12, "float32", activation=None)
        images = DepthToSpace(2, dtype="float32")(features)
        images = Tile(phase, name="phase")(images) if phase else images
        images = ClipStraightThrough(dtype="float32")(images)

        super().__init__(stack, images, chosen, **others)

    @property
    def unit(self):
        """See `Network`."""
        return NETWORKS["UNet"].unit(self.settings)

    @property
    def reach(self):
        """See `Network`."""
        return NETWORKS["UNet"].reach(self.settings)

    def call(self, inputs, training=None, mask=None):
        """Develop a batch of Bayer stacks."""
        unit, mirrored = self.unit, self.settings["borders"] == "reflect"
        least = 2 * unit if mirrored else unit
        if any(side is not None and (side % unit or side < least) for side in inputs.shape[1:3]):
            height, width = inputs.shape[1:3]
            raise UserError(
                f"a UNet of {self.settings['n_steps']} steps takes Bayer stacks whose sides are multiples of {unit}"
                f"{f' and at least {least}' if mirrored else ''}, not {height} × {width}"
            )
        return super().call(inputs, training=training, mask=mask)
