"""What a learned codec costs beside its own convolutions, and a training step beside its two networks.

On the same threads, taking turns:
* a picture through the encoder's convolutions alone, through the encoder (with activations and sums), to a quantised
  latent, and to bytes; and the way back;
* a training step of 50 patches of 128 × 128 (quantisation, entropy, Adam) and the two networks' own: half the summed
  squared error without anything between them, forward and backward, with plain gradient descent.
Prints medians and the least times of the repeats, and both as multiples of the first line of their group.
"""

from pathlib import Path

import numpy as np
import timing

from neural_imaging.base import command_line, runtime
from neural_imaging.imaging import opening

# Spread of a latent, in steps of the codebook, that weights are scaled to: about that of a trained codec.
SPREAD = 2.0


def parse_arguments(arguments=None):
    parser = timing.parser(__doc__, repeats=9, threads=2)
    parser.add_argument("--image", type=Path, required=True, help="picture to code, e.g. of 768 × 512 pixels")
    parser.add_argument("--features", type=int, default=32, help="features of the latent (default: %(default)s)")
    parser.add_argument("--patches", type=int, default=50, help="patches a training step (default: %(default)s)")
    parser.add_argument("--precision", default="float32", help="of the training steps (default: %(default)s)")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    image = opening.read(options.image).picture
    runtime.configure(threads=options.threads, seed=0)
    for calls in (*coding(image, options.features), training(options.features, options.patches, options.precision)):
        compare(calls, options.repeats)


def compare(calls, repeats):
    """Time calls in turns, and print them as multiples of the first."""
    seconds = timing.in_turns(calls, repeats)
    first = next(iter(seconds.values()))
    for name, own in seconds.items():
        costs = [
            f"{label} {measure(own):7.3f} s ({measure(own) / measure(first):.3f} ×)"
            for label, measure in (("median", np.median), ("least", min))
        ]
        print(f"{name:<36} {'   '.join(costs)}")
    print()


def coding(image, features):
    """Calls to time, by name: those of the way to bytes, and those of the way back."""
    from keras import ops

    from neural_imaging import models
    from neural_imaging.codec import codec

    model = models.create("TwitterDCN", n_features=features)
    height, width = (side - side % model.multiple for side in image.shape[:2])
    image = np.ascontiguousarray(image[:height, :width])
    pixels = ops.convert_to_tensor(image[np.newaxis] / np.float32(255))
    scale = model.encoder.get_layer("latent_scaling")
    scale.factor.assign(SPREAD / ops.std(model.encoder(pixels)))
    latent, data = model.encode(pixels), codec.compress(image, model)
    print(f"{width} × {height} pixels, {features} features, {8 * len(data) / (height * width):.2f} bits a pixel\n")

    def ready(function, given):
        return lambda: ops.convert_to_numpy(function(given))

    forth = {
        "encoder's convolutions": ready(runtime.graph(convolutions(model.encoder)), pixels),
        "encoder": ready(runtime.graph(lambda images: model.encoder(images)), pixels),
        "encode": ready(model.encode, pixels),
        "compress": lambda: codec.compress(image, model),
    }
    back = {
        "decoder's convolutions": ready(runtime.graph(convolutions(model.decoder)), latent),
        "decoder": ready(runtime.graph(lambda codes: model.decoder(codes)), latent),
        "decode": ready(model.decode, latent),
        "decompress": lambda: codec.decompress(data, model),
    }
    return forth, back


def convolutions(network):
    """A network's convolutions one after another, without bias and activation; with depth-to-space between them."""
    import keras
    from keras import ops

    def applied(features):
        for layer in network.layers:
            if isinstance(layer, keras.layers.Conv2D):
                features = ops.conv(features, layer.kernel, layer.strides, layer.padding)
            elif type(layer).__name__ == "DepthToSpace":
                features = layer(features)
        return features

    return applied


def training(features, patches, precision):
    """Steps to time, by name."""
    import keras
    from keras import ops

    from neural_imaging import models
    from neural_imaging.ops.samples import to_unit
    from neural_imaging.training.codec import CodecTraining

    class Networks(keras.Model):
        """A codec's two networks, without anything between them."""

        def __init__(self, codec):
            super().__init__()
            self.codec = codec

        def call(self, batch, training=False):
            return self.codec.decoder(self.codec.encoder(to_unit(batch), training=training), training=training)

        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            return 0.5 * ops.sum(ops.square(to_unit(x) - y_pred))

        def compute_metrics(self, x, y, y_pred, sample_weight=None):
            return {}

    batch = np.random.default_rng(0).integers(0, 256, (patches, 128, 128, 3), np.uint8)
    codecs = [models.create("TwitterDCN", n_features=features, precision=precision) for _ in range(2)]
    alone, trained = Networks(codecs[0]), CodecTraining(codecs[1], patches * 128**2)
    # So small a rate that noise cannot drive the networks to values that take longer.
    alone.compile(keras.optimizers.SGD(1e-12), jit_compile=False)
    trained.compile(keras.optimizers.Adam(1e-12), jit_compile=False)
    return {
        f"networks, {patches} patches": lambda: alone.train_on_batch(batch),
        f"training step, {patches} patches": lambda: trained.train_on_batch(batch),
    }


if __name__ == "__main__":
    command_line.run(main)
