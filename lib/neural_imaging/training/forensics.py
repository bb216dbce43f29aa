"""Joint training of a camera pipeline, a codec or a signature with a forensic network, or of the network alone."""

from pathlib import Path

from neural_imaging import models
from neural_imaging.base import records, runtime
from neural_imaging.base.errors import UserError
from neural_imaging.datasets import images
from neural_imaging.datasets.patches import PatchSampler, fixed
from neural_imaging.forensics.channel import Channel
from neural_imaging.forensics.joint import PARTS, ForensicPipeline
from neural_imaging.layers.tile import Signature
from neural_imaging.models import base
from neural_imaging.models.base import Network
from neural_imaging.models.dcn.base import DCN
from neural_imaging.study import channel_facts, channels
from neural_imaging.training import developed, loop, options

DEFAULTS, FAN_ONLY, BASIC = options.FORENSIC, options.FAN_ONLY, options.BASIC
# Side of the window of SSIM, which tells in validations what a codec does to the pictures.
_LEAST_SENT = 11
_TRACKED = ("loss", "cross_entropy", "isp_loss", "accuracy")
_COLUMNS = (*_TRACKED, *(f"val_{name}" for name in _TRACKED), "val_psnr", "val_ssim")
TITLES = {"lambda_isp": "λ", "lambda_codec": "λ of the codec", "signature_strength": "signature"}
_CODEC_COLUMNS = ("val_codec_loss", "val_codec_ssim", "val_codec_bpp")


def train(
    table,
    isp_model,
    lambda_isp,
    run,
    settings,
    output,
    checkpoints,
    threads=None,
    logs=None,
    resume=True,
    codec_model=None,
    lambda_codec=None,
    signature=None,
):
    """Train a forensic network, jointly with a pre-trained camera pipeline and codec or alone, or go on with it.

    Runs with the same number start from the same forensic network and see the same patches, whatever the weights of
    the other losses are, so that they can be compared in pairs.

    Args:
        table: `images.csv` of the camera's training set.
        isp_model: `model.keras` of the pre-trained pipeline.
        lambda_isp: weight of the ISP loss, or "fan-only": the pipeline stays as it is.
        run: number of the repetition; the seed of everything random.
        settings: see `DEFAULTS`; with `scratch` a pipeline that learns, and no other, starts from random weights.
        output, checkpoints, threads, logs, resume: as for `training.codec.train`, which has its errors too.
        codec_model: `model.keras` of the channel's learned codec, where the channel's codec is dcn.
        lambda_codec: weight of the codec loss, or "basic": that codec stays as it is, as it does by default.
        signature: strength of the signature that is learned, in grey levels; None for no signature.
    """
    settings = options.complete(settings, DEFAULTS, "forensic training")
    _check_parts(settings, codec_model, lambda_codec, signature)
    rates = {**dict.fromkeys(PARTS, 1.0), **settings["rates"]}
    options.check_output(output, (isp_model, codec_model))
    runtime.configure(threads=threads, seed=run, deterministic=settings["deterministic"])
    weights, started_from = options.joint(settings, isp_model, lambda_isp, codec_model, lambda_codec, signature)
    inputs = [table, *started_from]
    record = records.Record("train_forensics", {**settings, **weights}, seed=run, inputs=inputs)
    isp = _load_isp(isp_model)
    photographs = {split: images.read(table, split, isp) for split in ("train", "validation")}
    first, cfa = photographs["train"][0], images.patterns(photographs["train"])
    targets = images.totals(photographs["train"] + photographs["validation"])
    if hasattr(isp, "set_colour"):
        isp.set_colour(first.cfa, first.camera_to_srgb)
    codec = None if codec_model is None else _load_codec(codec_model)
    pipeline = build(isp, lambda_isp, settings, codec, lambda_codec, signature, run)
    folders = {split: Path(checkpoints, f"developed-{split}") for split in photographs}
    learning, photographs = _developed_once(pipeline, photographs, settings["margin"], folders)
    margin, per_image = learning.margin.cells, settings["validation_patches"]
    sampler = PatchSampler(photographs["train"], settings["patch"], settings["discard"], settings["flips"], margin)
    held_out = PatchSampler(photographs["validation"], settings["patch"], options.avoided(settings), margin=margin)
    loop.check_memory(settings, sampler, held_out, per_image, lambda *patch: _features(learning, *patch))
    validation = fixed(held_out, per_image, seed=0)
    trained = loop.fit(
        learning,
        sampler,
        validation,
        options.schedule(settings),
        title=f"{', '.join(f'{TITLES[name]} {weight}' for name, weight in weights.items())}, run {run}",
        details=f"{', '.join(f'{name} {weight}' for name, weight in weights.items())}, run {run}",
        seed=run,
        identity=({**settings, **weights, "run": run, "targets": targets}, inputs),
        columns=_COLUMNS if codec is None else (*_COLUMNS, *_CODEC_COLUMNS),
        checkpoints=checkpoints,
        logs=logs,
        resume=resume,
        # Parts that stay as they are have nothing that could learn.
        rates=[(part, rates[name]) for name in PARTS if (part := getattr(learning, name))],
        lead=settings["lead"],
    )
    if learning is not pipeline:
        # Its parts are built; it has not been called itself.
        pipeline.build((None, settings["patch"], settings["patch"], 4))
    tuned = {} if codec is None else {"codec_hash": pipeline.codec.weights_hash().hex()}
    for folder in folders.values():
        developed.remove(folder)
    loop.finish(pipeline, output, record, *trained, cfa=cfa, **tuned)


def _developed_once(pipeline, photographs, margin, folders):
    """The joint model that learns, and from what: a pipeline that stays as it is has developed each photograph before.

    The papers' way, without a margin, needs its patches' own borders.
    """
    if pipeline.isp.trainable or margin == 0 or photographs["train"][0].stack is None:
        return pipeline, photographs
    learning = behind_developed(pipeline)
    return learning, {
        split: developed.develop(pairs, pipeline.isp, folders[split]) for split, pairs in photographs.items()
    }


def _features(pipeline, side, learns):
    """Bytes that a joint model's pipeline and forensic network need for a patch, of which each class has one."""
    isp, fan = pipeline.isp, pipeline.fan
    received = fan.settings["patch_size"]
    developed = 0 if getattr(isp, "takes_rgb", False) else base.features(
        isp, side, side, 4, learns=learns and isp.trainable and isp.learns
    )  # fmt: skip
    seen = base.features(fan, received, received, 3, learns=learns)
    return developed + len(pipeline.classes) * (seen + (2 * side) ** 2 * 3 * 4)


def behind_developed(pipeline):
    """A joint model for photographs that its camera pipeline has developed: all other parts are the same objects."""
    config = pipeline.get_config()
    kept = ("manipulations", "trainable", "isp_loss", "augment", "lambda_codec", "codec_pixels", "margin", "warmup")
    settings = {name: config[name] for name in (*kept, "double_softmax", "seed")}
    parts = (models.create("ONet"), pipeline.channel, pipeline.fan)
    return ForensicPipeline(*parts, signature=pipeline.signature, lambda_isp=0.0, **settings)


def build(isp, lambda_isp, settings, codec=None, lambda_codec=None, signature=None, run=0):
    """Put the joint model together; its arguments are those of `train`, with models in place of archives."""
    taken = {"n_classes": "manipulations", "patch_size": "patch and channel"}
    for name in taken.keys() & settings["fan"].keys():
        raise UserError(f"forensic training: fan: {name} follows from {taken[name]} and cannot be set")
    if codec is not None:
        codec = _with_precision(codec, settings["precision"])
    channel = Channel(**{"seed": run, **settings["channel"]}, network=codec)
    channel.check_trainable()
    patch, tile = 2 * settings["patch"], None
    if signature is not None:
        tile = Signature(**{"seed": run, **settings["signature"], "strength": signature})
    received = channel.compute_output_shape((None, patch, patch, 3))
    if codec is not None and (patch % channel.multiple or received[1] < _LEAST_SENT):
        raise UserError(
            f"forensic training: patch is {settings['patch']}, and {patch} developed pixels do not fit the channel, "
            f"which takes multiples of {channel.multiple} and compresses at least {_LEAST_SENT} pixels a side"
        )
    classes = 1 + len(settings["manipulations"])
    fan = models.create(
        "FAN",
        n_classes=classes,
        patch_size=received[1],
        **{"precision": settings["precision"], **settings["fan"]},
    )
    fixed = {"isp": lambda_isp == FAN_ONLY, "codec": lambda_codec in (None, BASIC), "signature": tile is None}
    # After the forensic network, so that this one starts as in runs with the pre-trained pipeline.
    learns = not fixed["isp"] and "isp" in settings["trainable"]
    if settings["scratch"] and learns:
        isp = _with_new_weights(isp)
    isp = _with_precision(isp, settings["precision"])
    if learns and settings["phase_start"]:
        isp = _with_new_tile(isp, settings["phase_start"], run)
    return ForensicPipeline(
        isp,
        channel,
        fan,
        settings["manipulations"],
        trainable=tuple(part for part in settings["trainable"] if not fixed.get(part)),
        lambda_isp=0.0 if fixed["isp"] else lambda_isp,
        isp_loss=settings["isp_loss"],
        augment=settings["augment"],
        lambda_codec=0.0 if fixed["codec"] else lambda_codec,
        codec_pixels=None if codec is None else classes * settings["batch"] * received[1] ** 2,
        signature=tile,
        margin=settings["margin"],
        double_softmax=settings["double_softmax"],
        warmup=settings["warmup"] * settings["steps"],
        seed=run,
    )


def _load_isp(path):
    isp = models.load(path)
    if isinstance(isp, DCN) or not isinstance(isp, Network) or isp.output_shape[-1:] != (3,):
        raise UserError(f"{path}: holds a {type(isp).__name__}, not a camera pipeline; scripts/train_isp.py makes one")
    return isp


def _load_codec(path):
    """The codec in an archive, or that of the channel of a joint model."""
    model = models.load(path)
    codec = getattr(model, "codec", None) or model
    if not isinstance(codec, DCN):
        raise UserError(f"{path}: holds a {type(model).__name__}, not a learned codec; scripts/train_dcn.py makes one")
    return codec


def _check_parts(settings, codec_model, lambda_codec, signature):
    """Refuse a learned codec where the channel has none, the other way round, and weights that would do nothing."""
    learned = channel_facts.codec({"codec": "jpeg", **settings["channel"]}) == channels.LEARNED
    if learned and codec_model is None:
        raise UserError("a channel with codec dcn needs a learned one (--codec-model); scripts/train_dcn.py makes it")
    if not learned and (codec_model is not None or lambda_codec is not None):
        raise UserError("a learned codec and its weight are for channels with codec dcn; this one has another")
    if lambda_codec not in (None, BASIC) and "codec" not in settings["trainable"]:
        raise UserError(f"lambda_codec {lambda_codec} is for a codec that learns; add codec to the setting trainable")
    if signature is not None and "signature" not in settings["trainable"]:
        raise UserError(f"signature {signature} is for one that learns; add signature to the setting trainable")


def _with_new_weights(network):
    """A network whose trained weights are initial ones; what belongs to the camera stays."""
    new = type(network)(**network.settings)
    for fresh, kept in zip(new.non_trainable_weights, network.non_trainable_weights, strict=True):
        fresh.assign(kept)
    return new


def _with_new_tile(isp, strength, seed):
    """A pipeline whose learned tile starts anew; another object, since the given one may be in use elsewhere."""
    if not isp.settings.get("phase"):
        raise UserError("phase_start is for pipelines with a tile; give the pipeline the setting phase")
    changed = type(isp)(**isp.settings)
    changed.set_weights(isp.get_weights())
    changed.get_layer("phase").restart(strength, seed)
    return changed


def _with_precision(network, precision):
    """A network with its arithmetic in another precision; its weights are float32 in each."""
    if network.settings.get("precision", precision) == precision:
        return network
    changed = type(network)(**{**network.settings, "precision": precision})
    changed.set_weights(network.get_weights())
    return changed
