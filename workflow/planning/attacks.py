"""Tests of attacks on learned signatures: which runs, and checks."""

from neural_imaging.base.errors import UserError
from neural_imaging.study import grid as grids
from neural_imaging.study import trainings
from planning import cameras, chosen, grid

SECTION = "attacks"

_TESTS = chosen.Tests(SECTION, trainings.ATTACKS)
section, settings, trained = _TESTS.section, _TESTS.settings, _TESTS.trained
files, described = _TESTS.files, _TESTS.described


def check(config, learned):
    """Check the section.

    Args:
        config: the configuration, its form and experiments checked.
        learned: names of all channels with a learned codec.

    Raises:
        UserError: at the first mistake.
    """
    if not section(config):
        return
    _TESTS.check(config, learned)
    for number, part in enumerate(trained(config)):
        if any(run[grids.SIGNATURE] == grids.NONE for run in grid.points(part, learned)):
            raise UserError(f"{SECTION}.trained.{number}.signature: has runs without one; name strengths alone")
        protocol = config["protocols"][part["protocol"]]
        period = protocol.get("signature", {}).get("period", trainings.SIGNATURE["period"][0])
        for camera in part["cameras"]:
            shorter = min(cameras.scene_size(config["cameras"][camera]))
            if shorter < period:
                raise UserError(
                    f"protocols.{part['protocol']}.signature.period: is {period}, and photographs of camera {camera} "
                    f"have {shorter} pixels a side, of which attacks could not estimate it"
                )
