"""The classes of networks by name, each imported when it is asked for.

Programs take a network by its name. What they depend on is then for its name to say: the workflow leaves the imports of
this module out, and adds the modules of the networks that a rule names.
"""

from neural_imaging.base.errors import UserError
from neural_imaging.study import networks, plugins


def find(name):
    """The class of a network.

    Raises:
        UserError: no network of that name.
    """
    match name:
        case "INet":
            from neural_imaging.models.isp.inet import INet as network
        case "UNet":
            from neural_imaging.models.isp.unet import UNet as network
        case "DNet":
            from neural_imaging.models.isp.dnet import DNet as network
        case "ONet":
            from neural_imaging.models.isp.onet import ONet as network
        case "ClassicISP":
            from neural_imaging.models.isp.classic import ClassicISP as network
        case "FAN":
            from neural_imaging.models.fan import FAN as network
        case "TwitterDCN":
            from neural_imaging.models.dcn.twitter import TwitterDCN as network
        case _:
            if name not in networks.known():
                raise UserError(f"network {name!r} is not known; known are {', '.join(networks.known())}")
            network = plugins.resolved(plugins.registered("pipeline", "codec")[name][0])
    return network


def register():
    """Make all classes known to Keras that archives name. Joint models are made of ours, one room up."""
    for name in networks.known():
        find(name)
    from neural_imaging.forensics import joint  # noqa: F401
    from neural_imaging.models import jpeg  # noqa: F401
