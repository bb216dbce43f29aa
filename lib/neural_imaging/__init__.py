"""Camera pipelines, lossy compression and photo forensics, optimised together (after Korus and Memon).

What other projects use is here by name, and is imported when it is first asked for; docs/library.md has examples.
"""
# ruff: noqa: F401  imports for tools that read the source; `__getattr__` makes them

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neural_imaging.analysis.analyse import analyse
    from neural_imaging.base.errors import UserError
    from neural_imaging.codec.codec import compress, decompress
    from neural_imaging.developing.pipelines import develop
    from neural_imaging.forensics.channel import Channel
    from neural_imaging.forensics.classify import classify
    from neural_imaging.forensics.joint import ForensicPipeline
    from neural_imaging.forensics.manipulations import manipulate
    from neural_imaging.imaging.exposure import simulate_raw
    from neural_imaging.imaging.raw import read as read_raw
    from neural_imaging.layers.constrained_conv import ConstrainedConv2D
    from neural_imaging.models import create, load
    from neural_imaging.models.jpeg import DifferentiableJPEG
    from neural_imaging.study.plugins import register

__version__ = "0.1.0"
# Where each name is; a test holds this against the imports above.
_HOMES = {
    "analyse": "analysis.analyse:analyse",
    "UserError": "base.errors:UserError",
    "compress": "codec.codec:compress",
    "decompress": "codec.codec:decompress",
    "develop": "developing.pipelines:develop",
    "Channel": "forensics.channel:Channel",
    "classify": "forensics.classify:classify",
    "ForensicPipeline": "forensics.joint:ForensicPipeline",
    "manipulate": "forensics.manipulations:manipulate",
    "simulate_raw": "imaging.exposure:simulate_raw",
    "read_raw": "imaging.raw:read",
    "ConstrainedConv2D": "layers.constrained_conv:ConstrainedConv2D",
    "create": "models:create",
    "load": "models:load",
    "DifferentiableJPEG": "models.jpeg:DifferentiableJPEG",
    "register": "study.plugins:register",
}
__all__ = [*_HOMES]


def __getattr__(name):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, _, original = _HOMES[name].partition(":")
    globals()[name] = getattr(importlib.import_module(f"{__name__}.{module}"), original)
    return globals()[name]


def __dir__():
    return sorted({*globals(), *_HOMES})
