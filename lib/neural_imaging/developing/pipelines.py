"""Every way to develop a photograph under one interface: networks, and the two pipelines that do not learn.

Importing this module loads no backend; creating a network does. A network knows the colour filters of the cameras that
it has learned from. A mosaic of other filters has the same ones from its second row or column on, so it is developed
from there: `Pipeline.note` says what is cut off.
"""

import functools
import inspect
import os

import numpy as np

from neural_imaging import models, presets
from neural_imaging.base import records, runtime
from neural_imaging.base.errors import UserError
from neural_imaging.coding.libjpeg import to_8_bits
from neural_imaging.imaging import bayer, raw, tiles
from neural_imaging.imaging import develop as standard
from neural_imaging.study.settings import LIBRAW_DEMOSAICING

_ROWS = 256


def names():
    """Names of all pipelines: those that do not learn, and the networks that are pipelines."""
    return [*STANDARD, *models.pipelines()]


def learns(pipeline):
    """Whether a pipeline, named as for `create`, is a network; the others need no backend and start at once."""
    return str(pipeline) not in STANDARD


def create(pipeline, *, side=None, **settings):
    """Create a pipeline.

    Args:
        pipeline: one of `names()`, or the path of a `.keras` archive, or the name of a preset: of a trained pipeline,
            or of a joint model, whose pipeline is taken. A network by its name has its initial weights.
        side: longest side of the tiles that a network develops at once, in Bayer cells, margins included; None for
            `tiles.SIDE`, or what the network needs.
        settings: of the pipeline. `Python` takes `demosaicing`, "menon" or "bilinear"; `libRAW` takes `automatic`:
            LibRaw's own rendering, or (False) the levels and the gamma of `Python`, and `demosaicing`, one of
            `LIBRAW_DEMOSAICING`, "ahd" by default; networks take those of their class.
            Archives and presets take `signature`: with True the joint model's whole camera develops, which adds its
            signature to what its pipeline gives.

    Raises:
        UserError: no such pipeline, setting or archive, an archive without a pipeline for Bayer stacks or without the
            signature that was asked for, or tiles that are too small for it.
    """
    name = str(pipeline)
    if not learns(name):
        known = inspect.signature(STANDARD[name]).parameters
        for setting in settings:
            if setting not in known:
                raise UserError(f"{name} has no setting {setting!r}; known are {', '.join(known)}")
        return STANDARD[name](**settings)
    if name in models.names():
        return Network(models.create(name, **settings), name, side)
    path = presets.located(name)
    if path.suffix != ".keras" and not path.exists():
        known = ", ".join([*names(), *presets.names()])
        raise UserError(f"{name}: no such pipeline; there are {known}, and archives (model.keras)")
    signature = settings.pop("signature", False)
    if settings:
        raise UserError(
            f"{name}: a trained network takes no settings but signature; it was given {', '.join(settings)}"
        )
    return Network(models.load(path), name, side, _trained_on(path), signature)


def develop(photograph, pipeline="Python", **settings):
    """Develop a photograph.

    Args:
        photograph: path of a RAW file, or an `imaging.raw.RawImage`, which `read_raw` gives.
        pipeline: "Python" (the papers' target), "libRAW", the name of a network or of a preset, the path of a trained
            one's `model.keras`, or a network itself, such as `load` gives; of a joint model its pipeline is taken.
        settings: of a pipeline that is named, see `create`.

    Returns:
        uint8, shape (height, width, 3), sRGB, upright. Large photographs go through networks by tiles.

    Raises:
        UserError: the file cannot be read, no such pipeline or setting, or one that takes no RAW photographs.

    Example:
        >>> import numpy as np, neural_imaging as ni
        >>> photograph = ni.simulate_raw(np.full((64, 96, 3), 0.2), "grey.dng")
        >>> ni.develop(photograph).shape
        (64, 96, 3)
        >>> ni.develop("grey.dng", "INet", kernel=3).dtype
        dtype('uint8')
    """
    if isinstance(photograph, str | os.PathLike):
        photograph = raw.read(photograph)
    if isinstance(pipeline, str | os.PathLike):
        return create(pipeline, **settings).develop(photograph)
    return Network(pipeline, type(pipeline).__name__, **settings).develop(photograph)


def configured(pipeline, settings, side=None):
    """As `create`, from settings as users write them, which may have any names."""
    for name in ("pipeline", "side"):
        if name in settings:
            raise UserError(f"{pipeline} has no setting {name!r}")
    return create(pipeline, side=side, **settings)


def _trained_on(archive):
    """Bayer patterns that a network was trained on, as the record beside its archive says; None where it does not."""
    record = archive.with_name(records.NAME)
    return records.read(record).get("cfa") if record.is_file() else None


class Pipeline:
    """A way to develop photographs.

    Attributes:
        name: what it was created from.
        takes_rgb: it passes developed pictures through, and cannot develop RAW (ONet).
    """

    name, takes_rgb = "", False

    def develop(self, photograph):
        """Develop an `imaging.raw.RawImage`: uint8, shape (height, width, 3), upright; a `UserError` says it cannot."""
        picture = self.render(photograph.stack, photograph.cfa, photograph.camera_to_srgb)
        return standard.upright(picture, photograph.flip)

    def render(self, stack, cfa, camera_to_srgb):
        """Develop a Bayer stack, in the sensor's orientation.

        Args:
            stack: shape (height / 2, width / 2, 4), R, G1, G2, B, white-balanced: float in [0, 1], or uint16. For a
                pipeline that takes RGB a developed picture, shape (height, width, 3), uint8.
            cfa: name of the Bayer pattern.
            camera_to_srgb: 3 × 3 matrix from camera colours to linear sRGB.

        Returns:
            uint8, shape (height, width, 3), without what `cut` says.
        """
        raise NotImplementedError

    def cut(self, cfa):
        """Rows cut off at top and bottom each, and columns at left and right each, of mosaics of a Bayer pattern."""
        return 0, 0

    def note(self, photograph):
        """What is cut off a photograph, an `imaging.raw.RawImage`, once it is upright; "" for nothing."""
        return ""


class Python(Pipeline):
    """The papers' target: demosaicing ("menon" or "bilinear"), colour matrix, gamma; see `imaging.develop`."""

    name = "Python"

    def __init__(self, demosaicing="menon"):
        if demosaicing not in standard.DEMOSAICING:
            known = ", ".join(standard.DEMOSAICING)
            raise UserError(f"Python: demosaicing must be one of {known}, not {demosaicing!r}")
        self._demosaicing = demosaicing

    def render(self, stack, cfa, camera_to_srgb):
        return standard.develop_mosaic(bayer.to_mosaic(_unit(stack), cfa), cfa, camera_to_srgb, self._demosaicing)


class LibRAW(Pipeline):
    """LibRaw's own development of the file; brightness and tone curve are as it chooses them, or those of `Python`."""

    name = "libRAW"

    def __init__(self, automatic=True, demosaicing="ahd"):
        if not isinstance(automatic, bool):
            raise UserError(f"libRAW: automatic must be true or false, not {automatic!r}")
        if demosaicing not in LIBRAW_DEMOSAICING:
            known = ", ".join(LIBRAW_DEMOSAICING)
            raise UserError(f"libRAW: demosaicing must be one of {known}, not {demosaicing!r}")
        self._settings = automatic, demosaicing

    def develop(self, photograph):
        return standard.upright(standard.develop_with_libraw(photograph, *self._settings), photograph.flip)

    def render(self, stack, cfa, camera_to_srgb):
        raise UserError("libRAW develops RAW files, not Bayer stacks")


class Network(Pipeline):
    """A network, which develops large stacks by tiles.

    Args:
        network: a Keras model from Bayer stacks to pictures, or a joint model with such a part.
        name: what to call it.
        side: see `create`.
        patterns: Bayer patterns that it was trained on, if that is known; mosaics of others are shifted to them.
        signature: whether to add the joint model's signature, as its camera does, from the first pixel on.
    """

    def __init__(self, network, name, side=None, patterns=None, signature=False):
        self.name, self._patterns = name, patterns
        self.network = getattr(network, "isp", network)
        if not isinstance(signature, bool):
            raise UserError(f"{name}: signature must be true or false, not {signature!r}")
        self._signature = getattr(network, "signature", None) if signature else None
        if signature and self._signature is None:
            raise UserError(f"{name}: has no signature that could be added")
        self.takes_rgb = getattr(self.network, "takes_rgb", False)
        shape = getattr(self.network, "input_shape", None)
        if not self.takes_rgb and (not isinstance(shape, tuple) or shape[-1] != 4):
            raise UserError(f"{name}: holds no pipeline that takes Bayer stacks")
        self._settings = getattr(self.network, "settings", {})
        if self._patterns is None and "cfa_pattern" in self._settings:
            self._patterns = [self._settings["cfa_pattern"]]
        self._whole = self._settings.get("brightness", "none") != "none"
        reach = getattr(self.network, "linear_reach" if self._whole else "reach", None)
        self._grid = {"multiple": getattr(self.network, "multiple", 1), "reach": reach}
        self._side = side or tiles.longest(**self._grid)
        tiles.check(self._side, **self._grid)
        call = self.network.linear if self._whole else functools.partial(self.network, training=False)
        self._call = runtime.graph(call)

    def develop(self, photograph):
        if self.takes_rgb:
            raise UserError(f"{self.name} passes developed pictures through; it cannot develop RAW files")
        return super().develop(photograph)

    def render(self, stack, cfa, camera_to_srgb):
        if self.takes_rgb:
            return to_8_bits(_array(self._call(_unit(stack)[np.newaxis])))
        if hasattr(self.network, "set_colour"):
            self.network.set_colour(cfa, camera_to_srgb)
        stack = bayer.shifted(stack, cfa, self._nearest(cfa))
        # A signature is added to the whole picture, before it is rounded.
        finish = to_8_bits if self._signature is None else np.asarray
        picture = self._lit(stack, finish) if self._whole else self._tiled(stack, finish)
        return picture if self._signature is None else to_8_bits(_array(self._signature(picture[np.newaxis])))

    def cut(self, cfa):
        return (0, 0) if self.takes_rgb else bayer.shift(cfa, self._nearest(cfa))

    def note(self, photograph):
        rows, columns = self.cut(photograph.cfa)[:: -1 if photograph.flip & 4 else 1]
        sides = " and ".join(side for side, cut in (("row", rows), ("column", columns)) if cut)
        if not sides:
            return ""
        own, learned = photograph.cfa, self._nearest(photograph.cfa)
        return f"first and last {sides} cut off: its colour filters are {own}, those of the network {learned}"

    def _nearest(self, cfa):
        """Of the patterns that the network is for the one to which a mosaic is shifted least."""
        if self._patterns is None or hasattr(self.network, "set_colour"):
            return cfa
        return min(self._patterns, key=lambda pattern: sum(bayer.shift(cfa, pattern)))

    def _lit(self, stack, finish):
        """Brightness is that of the whole picture, so it is measured between the part that is tiled and the rest."""
        linear = self._tiled(stack, np.asarray)
        levels, rows = self.network.levels(linear[np.newaxis]), range(0, len(linear), _ROWS)
        parts = (_array(self.network.render(linear[np.newaxis, top : top + _ROWS], levels)) for top in rows)
        return np.concatenate([finish(part) for part in parts])

    def _tiled(self, stack, finish):
        def render(tile):
            return finish(_array(self._call(_unit(tile)[np.newaxis])))

        return tiles.process(stack, render, after=2, **self._grid, side=self._side)


STANDARD = {"libRAW": LibRAW, "Python": Python}


def _unit(samples):
    """Samples as float32 in [0, 1]; whole numbers have their type's range."""
    samples = np.asarray(samples)
    scale = np.iinfo(samples.dtype).max if samples.dtype.kind == "u" else 1
    return samples.astype(np.float32) / np.float32(scale)


def _array(batch):
    """The only picture of a batch, as a NumPy array."""
    import keras

    return keras.ops.convert_to_numpy(batch)[0]
