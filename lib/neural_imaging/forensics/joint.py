"""The joint model: a camera pipeline, photo manipulations, a distribution channel and a forensic network."""

import math

import keras
from keras import ops

from neural_imaging.base.errors import UserError
from neural_imaging.forensics import channel as _channel  # noqa: F401  a joint model's file names its class
from neural_imaging.forensics import manipulations as registry
from neural_imaging.forensics import margins
from neural_imaging.models.tracked import Tracked
from neural_imaging.ops import fidelity
from neural_imaging.ops.samples import inside, to_unit
from neural_imaging.study.trainings import PARTS


@keras.saving.register_keras_serializable(package="neural_imaging")
class ForensicPipeline(Tracked):
    """Develops RAW patches, manipulates them, sends them through a channel and asks which manipulation it was.

    RAW → ISP (→ signature) → N manipulations of the developed photo → channel → FAN. The ISP learns from the FAN's
    cross-entropy through all steps between them, and is held near its target by lambda_isp × ISP loss. So does the
    channel's learned codec, held by lambda_codec × codec loss, over all that the FAN sees. A signature, which has a
    fixed strength, learns from the cross-entropy alone.

    With a margin the model takes patches that are larger by so much on each side. What lies there is developed,
    manipulated and sent, and then cut off, at a place that each training batch draws anew; see `forensics.margins`.

    Args:
        isp: the camera pipeline, a Keras model from (n, h, w, 4) to (n, 2h, 2w, 3); or ONet, which takes the latter.
        channel: the distribution channel, a `forensics.channel.Channel`.
        fan: the forensic network; it tells 1 + len(manipulations) classes apart.
        manipulations: manipulations with their strengths, e.g. ["sharpen:1", "jpeg:80"]; class 0 is "native".
        trainable: parts that learn beside the FAN: any of "isp", "codec" and "signature", of those that are there.
        lambda_isp: weight of the ISP loss, on the 0-255 scale; used where the ISP learns.
        isp_loss: "L2", "L1", "SSIM" or "MS-SSIM".
        augment: draw the strengths at random from the manipulations' ranges while training.
        lambda_codec: weight of the codec loss, see `models.dcn.base.DCN.codec_loss`; used where the codec learns.
        codec_pixels: pixels of a training batch behind the channel's down-sampling. The codec loss sums squared errors,
            so that its two parts are balanced for batches of so many pixels; others count as much. By default all
            batches count by their own size.
        signature: a `layers.tile.Signature` that the camera adds to what the ISP develops, or None.
        margin: what lies around the patches in Bayer cells, see `margins.plan`.
        double_softmax: the cross-entropy takes the FAN's probabilities for logits, as the papers' code does.
        warmup: steps of a training over which the weights of the other losses rise from 0, evenly: what a camera writes
            into photographs costs fidelity at once, and is worth it only when the FAN has learned to read it.
        seed: of noise, of strengths that are drawn, and of the places where margins are cut off.

    Call arguments:
        raw: (n, h, w, 4), Bayer stacks: float32 in [0, 1], or uint16; for ONet pictures, float32 or uint8.

    Returns:
        "developed": (n, 2h, 2w, 3) without the margin; "received": ((1 + N)·n, h, w, 3), what the FAN sees; and
        "probabilities": ((1 + N)·n, 1 + N), all patches of one class after those of the class before. With a learned
        codec also "sent", as "received" but before the codec, and "entropy" in bits a symbol.

    Raises:
        UserError: an unknown manipulation, part or loss, one manipulation twice, or a codec that shall learn and is
            not there.

    Example:
        >>> import numpy as np, neural_imaging as ni
        >>> isp, channel = ni.create("INet"), ni.Channel("pool", 2, "jpeg", 50)
        >>> fan = ni.create("FAN", n_classes=3, patch_size=16, n_filters=4, n_convolutions=2, dense=[8])
        >>> model = ni.ForensicPipeline(isp, channel, fan, ["sharpen:1", "jpeg:80"])
        >>> model(np.zeros((2, 16, 16, 4), np.float32))["probabilities"].shape == (6, 3)
        True

    References:
        P. Korus, N. Memon, "Content authentication for neural imaging pipelines", CVPR 2019.
        P. Korus, N. Memon, "Quantifying the cost of reliable photo authentication via high-performance learned lossy
        representations", ICLR 2020.
    """

    def __init__(
        self,
        isp,
        channel,
        fan,
        manipulations,
        trainable=("isp",),
        lambda_isp=0.1,
        isp_loss="L2",
        augment=False,
        lambda_codec=0.0,
        codec_pixels=None,
        signature=None,
        margin=0,
        double_softmax=False,
        warmup=0,
        seed=0,
        **more,
    ):
        super().__init__(**more)
        unknown = set(trainable) - set(PARTS)
        if unknown:
            raise UserError(f"unknown trainable part {', '.join(sorted(unknown))}; known: {', '.join(PARTS)}")
        if "codec" in trainable and channel.network is None:
            raise UserError(f"a channel with codec {channel.codec} has no learned codec that could be trained")
        if "signature" in trainable and signature is None:
            raise UserError("there is no signature that could be trained")
        self.isp, self.channel, self.fan, self.signature = isp, channel, fan, signature
        self.manipulations = list(manipulations)
        self.trainable_parts = tuple(trainable)
        self.lambda_isp, self.isp_loss, self.augment = float(lambda_isp), isp_loss, augment
        self.lambda_codec, self.codec_pixels = float(lambda_codec), codec_pixels
        self._operations = registry.classes(self.manipulations)
        self._fidelity = fidelity.loss(isp_loss)
        self.double_softmax, self.warmup, self.seed = bool(double_softmax), int(warmup), int(seed)
        # Steps done. A variable of the model's own, since JAX knows the optimizer's only outside of a step.
        self._progress = None
        if self.warmup:
            self._progress = self.add_weight(name="progress", shape=(), initializer="zeros", trainable=False)
        self._seeds = keras.random.SeedGenerator(seed=self.seed)
        self.margin = margins.plan(margin, isp, channel, self.manipulations)
        self._margin_setting = margin
        self.isp.trainable = "isp" in self.trainable_parts
        if signature is not None:
            signature.trainable = "signature" in self.trainable_parts
        names = ("cross_entropy", "isp_loss", "accuracy", "psnr", "ssim")
        if self.codec is not None:
            self.codec.trainable = "codec" in self.trainable_parts
            names += ("codec_loss", "codec_ssim", "codec_bpp")
        self.track(*names)

    @property
    def codec(self):
        """The channel's learned codec, fine-tuned where it was trained; None where the channel has another one."""
        return self.channel.network

    @property
    def classes(self):
        """Names of the classes, in the order of the probabilities; with strengths where a name is there twice."""
        names = [name for name, _ in self._operations]
        pairs = zip(names, self.manipulations, strict=True)
        return ["native", *(name if names.count(name) == 1 else text for name, text in pairs)]

    def build(self, input_shape):
        _, height, width, _ = input_shape
        if not self.isp.built:
            self.isp.build(input_shape)
        larger = 1 if getattr(self.isp, "takes_rgb", False) else 2
        developed = (None, *(None if side is None else larger * side for side in (height, width)), 3)
        if not self.channel.built:
            self.channel.build(developed)
        if self.signature is not None and not self.signature.built:
            self.signature.build(developed)
        if not self.fan.built:
            self.fan.build(self.channel.compute_output_shape(developed))
        self.built = True

    def manipulate(self, images, training=False):
        """All versions of some pictures: as they are, then after each manipulation.

        Args:
            images: float32, (n, h, w, 3), in [0, 1].
            training: draw random strengths, where the model was made to augment.

        Returns:
            float32, ((1 + N)·n, h, w, 3).
        """
        versions = [images]
        for name, strength in self._operations:
            if training and self.augment:
                strength = registry.random_strength(name, self._seeds)
            versions.append(registry.apply(name, images, strength, seed=self._seeds))
        return ops.concatenate(versions, axis=0)

    def develop(self, raw, training=False):
        """What the camera gives: the ISP's picture, with the signature where there is one.

        Args:
            raw: as in a call, of any size that the ISP takes.
            training: whether the ISP learns from what follows.

        Returns:
            float32, (n, 2h, 2w, 3), in [0, 1].
        """
        developed = self.isp(to_unit(raw), training=training and self.isp.trainable)
        if self.signature is None:
            return developed
        return self.signature(developed, warm=self._warm(training), move=self._move() if training else None)

    def _move(self):
        """Where the signature's tile begins in training patches: a photograph has patches at each phase of the tile.

        All other grids begin with the patch, and all of their phases come from where the window is cut; so the tile
        moves by their period alone.
        """
        grid, period = self.margin.grid, self.signature.period
        places = period // math.gcd(period, grid) if grid else 1
        return None if places == 1 else grid * keras.random.randint((2,), 0, places, seed=self._seeds)

    def call(self, raw, training=False):
        margin, developed = self.margin, self.develop(raw, training)
        sent = self.channel.reduce(self.manipulate(inside(developed, 2 * margin.isp), training), training)
        spare = (min(sent.shape[1:3]) - self.fan.settings["patch_size"]) // 2 if margin.cells else 0
        received, entropy = self.channel.compress(sent, training, spare)
        if margin.cells:
            sent, received = self._windows([sent, received], training)
        outputs = {"developed": inside(developed, 2 * margin.cells), "received": received}
        outputs["probabilities"] = self.fan(received, training=training)
        return outputs if entropy is None else {**outputs, "sent": sent, "entropy": entropy}

    def _windows(self, pictures, training):
        """Cut what the FAN sees out of pictures of one size: in the middle, or, in training, somewhere around it."""
        side, (height, width) = self.fan.settings["patch_size"], pictures[0].shape[1:3]
        places = [(length - side) // 2 for length in (height, width)]
        if training:
            spans = [self.margin.room if length > side else 1 for length in (height, width)]
            drawn = [keras.random.randint((), 0, span, seed=self._seeds) - span // 2 for span in spans]
            last = [length - side for length in (height, width)]
            places = [ops.clip(place + step, 0, end) for place, step, end in zip(places, drawn, last, strict=True)]
        size = (ops.shape(pictures[0])[0], side, side, 3)
        return [ops.slice(picture, (0, *places, 0), size) for picture in pictures]

    def labels(self, count):
        """True classes for `count` RAW patches, in the order of the probabilities."""
        return ops.repeat(ops.arange(len(self.classes)), count)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        self.start_noting()
        probabilities, developed = y_pred["probabilities"], y_pred["developed"]
        y = inside(to_unit(y), 2 * self.margin.cells)
        count = ops.shape(developed)[0]
        labels = self.labels(count)
        entropies = keras.losses.sparse_categorical_crossentropy(
            labels, ops.softmax(probabilities) if self.double_softmax else probabilities
        )
        cross_entropy, isp_loss = ops.mean(entropies), self._fidelity(developed, y)
        hits = ops.equal(ops.argmax(probabilities, axis=-1), ops.cast(labels, "int32"))
        self.note(count, cross_entropy=cross_entropy, isp_loss=isp_loss, accuracy=ops.mean(ops.cast(hits, "float32")))
        if not training:
            self.note(count, psnr=fidelity.psnr(developed, y), ssim=fidelity.ssim(developed, y))
        share = self._warm(training)
        if training and self.warmup:
            self._progress.assign_add(1.0)
        loss = cross_entropy + share * self.lambda_isp * isp_loss if "isp" in self.trainable_parts else cross_entropy
        # A fixed codec has no loss to train, so its entropy is estimated in validations alone.
        if self.codec is not None and ("codec" in self.trainable_parts or not training):
            codec_loss = self._codec_loss(y_pred, count, measure=not training)
            loss = loss + share * self.lambda_codec * codec_loss if "codec" in self.trainable_parts else loss
        return loss

    def _warm(self, training):
        """How much of the warm-up is done, 0 to 1; all of it outside of trainings, and where there is none."""
        return ops.minimum(1.0, self._progress / self.warmup) if training and self.warmup else 1.0

    def _codec_loss(self, outputs, count, measure):
        """The codec loss of what went through the channel; SSIM and bits a pixel too where it shall be measured."""
        sent, received, entropy = (outputs[name] for name in ("sent", "received", "entropy"))
        pictures, height, width = ops.shape(sent)[:3]
        share = 1.0
        if self.codec_pixels is not None:
            share = ops.cast(pictures * height * width, "float32") / self.codec_pixels
        codec_loss = self.codec.codec_loss(sent, received, share * entropy) / share
        self.note(count, codec_loss=codec_loss)
        if measure:
            symbols = self.codec.settings["n_features"] / self.codec.multiple**2
            self.note(count, codec_bpp=symbols * entropy, codec_ssim=fidelity.ssim(received, sent))
        return codec_loss

    def get_config(self):
        serialize = keras.saving.serialize_keras_object
        return {
            **super().get_config(),
            "isp": serialize(self.isp),
            "channel": serialize(self.channel),
            "fan": serialize(self.fan),
            "manipulations": self.manipulations,
            "trainable": list(self.trainable_parts),
            "lambda_isp": self.lambda_isp,
            "isp_loss": self.isp_loss,
            "augment": self.augment,
            "lambda_codec": self.lambda_codec,
            "codec_pixels": self.codec_pixels,
            "signature": None if self.signature is None else serialize(self.signature),
            "margin": self._margin_setting,
            "double_softmax": self.double_softmax,
            "warmup": self.warmup,
            "seed": self.seed,
        }

    @classmethod
    def from_config(cls, config):
        names = [name for name in ("isp", "channel", "fan", "signature") if config.get(name) is not None]
        return cls(**{**config, **{name: keras.saving.deserialize_keras_object(config[name]) for name in names}})
