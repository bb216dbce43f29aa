"""Declarations of the networks: they are those of the classes, and cost no backend."""

import subprocess
import sys

import pytest

from neural_imaging import models
from neural_imaging.base.errors import UserError
from neural_imaging.models.dcn.base import DCN
from neural_imaging.study import networks


@pytest.mark.parametrize("name", networks.NETWORKS)
def test_a_network_is_where_and_what_it_is_declared_to_be(name):
    declared, network = networks.NETWORKS[name], models.network_class(name)
    assert network.__module__ == f"neural_imaging.{declared.module}"
    assert network.declared == declared.settings
    assert network.takes_rgb == declared.takes_rgb
    assert issubclass(network, DCN) == (declared.role == networks.CODEC)


@pytest.mark.parametrize("name", networks.NETWORKS)
def test_defaults_are_of_their_kinds(name):
    from neural_imaging.study import settings

    declared = networks.NETWORKS[name].settings
    chosen, others = settings.choose(declared, {})
    assert chosen.keys() == declared.keys()
    assert others == {}


def test_a_unet_tells_before_it_is_made_what_it_takes_and_how_far_it_looks():
    unet = models.create("UNet", n_steps=3, n_filters=2)
    declared = networks.NETWORKS["UNet"]
    assert (unet.unit, unet.reach) == (declared.unit(unet.settings), declared.reach(unet.settings)) == (4, 22)


def test_trainings_are_declared_with_what_there_is():
    from neural_imaging.coding import standards
    from neural_imaging.datasets import patches
    from neural_imaging.forensics import channel
    from neural_imaging.imaging import resampling
    from neural_imaging.models import jpeg
    from neural_imaging.ops import fidelity
    from neural_imaging.study import channels, settings, trainings

    bounds = {name: kind for name, (_, kind, _) in channels.CHANNEL.items()}
    assert tuple(fidelity.LOSSES) == trainings.LOSSES
    assert trainings.COMMON["discard"][1].known == ("none", *patches.POLICIES)
    assert channels.ROUNDINGS == jpeg.ROUNDINGS
    assert ("pool", *resampling.KERNELS) == channels.RESIZINGS
    for name in channels.REAL_CODECS:
        kind, standard = channels.STEPS[name]["quality"][1].kind, standards.get(name)
        assert (kind.low, kind.high) == standard.range
        assert isinstance(kind, settings.Whole) == isinstance(standard.range[0], int)
    # A channel takes what it is declared to take, and no more.
    for name in ("factor", "origin", "quality"):
        high = bounds[name].kind.high
        channel.Channel(**{name: high})
        with pytest.raises(UserError, match=name):
            channel.Channel(**{name: high + 1})


def test_networks_have_their_roles():
    assert networks.named(networks.FORENSIC) == ["FAN"]
    assert "UNet" in networks.named(networks.PIPELINE)
    assert networks.named(networks.CODEC) == ["TwitterDCN"]


def test_declarations_load_nothing_heavy():
    code = "import sys, neural_imaging.study.networks, neural_imaging.study.strengths\n"
    code += "print(sorted({'numpy', 'pandas', 'keras'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"
