"""The classes of networks by name, each imported when it is asked for.

Programs take a network by its name. What they depend on is then for its name to say: the workflow leaves the imports of
this module out, and adds the modules of the networks that a rule names.
"""

import importlib

from neural_imaging.base.errors import UserError
from neural_imaging.study import networks, plugins


def find(name):
    """The class of a network; a `UserError` says that there is no network of that name."""
    if name in networks.NETWORKS:
        return getattr(importlib.import_module(f"neural_imaging.{networks.NETWORKS[name].module}"), name)
    if name not in networks.known():
        raise UserError(f"network {name!r} is not known; known are {', '.join(networks.known())}")
    return plugins.resolved(plugins.registered("pipeline", "codec")[name][0])


def register():
    """Make all classes known to Keras that archives name. Joint models are made of ours, one room up."""
    for name in networks.known():
        find(name)
    from neural_imaging.forensics import joint  # noqa: F401
    from neural_imaging.models import jpeg  # noqa: F401
