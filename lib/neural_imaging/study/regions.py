"""What a region of a photograph can be forged with, for tests of localisation."""

from neural_imaging.base.errors import UserError
from neural_imaging.study import strengths
from neural_imaging.study.conditions import CONDITION, check_name
from neural_imaging.study.settings import OPTIONAL, Boolean, Text
from neural_imaging.study.structures import Section

REGION = {
    "manipulation": (OPTIONAL, Text(), "what is done to it, such as `median:3`"),
    "isp": (OPTIONAL, CONDITION["isp"][1], f"what develops it: {CONDITION['isp'][2]}"),
    "splice": (False, Boolean(), "it is from another photograph, from any place there"),
}
DECLARED = Section(REGION, (), tuple(REGION))


def check(place, name, region):
    """Check one entry of a mapping of regions; `place` is what messages begin with.

    Raises:
        UserError: it is none, changes nothing, or is called as a line of the tables.
    """
    check_name(place, Text().read("the name of a region", name))
    DECLARED.read(place, region)
    if "manipulation" in region:
        try:
            strengths.parse(region["manipulation"])
        except UserError as error:
            raise UserError(f"{place}.manipulation: {error}") from None
    if not (region.get("manipulation") or region.get("isp") or region.get("splice")):
        raise UserError(f"{place}: is as the rest of the photograph; say what is done to it, or splice: true")


def named(manipulations):
    """Regions with the manipulations of a run, by name: each is called as its class."""
    return {strengths.parse(text)[0]: {"manipulation": text} for text in manipulations}


def all_of(place, manipulations, given):
    """Regions with the manipulations of a run, and others, by name.

    Raises:
        UserError: one of the others has the name of a manipulation of the run.
    """
    own = named(manipulations)
    if shared := sorted(own.keys() & given.keys()):
        raise UserError(f"{place}: {shared[0]} is a manipulation of the run, which is there already; call it otherwise")
    return own | given
