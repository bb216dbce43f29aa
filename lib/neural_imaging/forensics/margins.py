"""How much of a photograph must lie around a patch, so that the patch is what it would be inside the photograph.

Whatever develops, manipulates and compresses pictures looks at pixels around each pixel, and continues pictures beyond
their borders in its own way. A forensic network that is shown the whole of a patch learns to read these borders, which
are not there in a photograph. So patches are developed, manipulated and sent with a margin that is cut off before the
forensic network sees them.
"""

import math
from dataclasses import dataclass

from neural_imaging.base.errors import UserError
from neural_imaging.forensics import manipulations as registry
from neural_imaging.models import margin as margins_of_isps
from neural_imaging.models.margin import REACH


@dataclass(frozen=True)
class Margin:
    """What lies around a patch while a joint model is trained.

    Attributes:
        cells: Bayer cells on each side of the patch.
        isp: how many of them are cut off once the patch is developed, since only the camera pipeline needs them.
        room: the forensic network's window is cut at one of so many places in each direction, in received pixels,
            around the middle: one period of all grids there are, so that the window meets each of their phases.
        grid: that period in developed pixels; 0 where there is no margin.
    """

    cells: int = 0
    isp: int = 0
    room: int = 1
    grid: int = 0


def plan(margin, isp, channel, manipulations):
    """The margin of a joint model's patches.

    Args:
        margin: "reach", as much as the parts of the model look around themselves; a number of Bayer cells; or 0, with
            which patches have no margin, as in the papers.
        isp: the camera pipeline, with `reach` and `multiple` in Bayer cells.
        channel: `forensics.channel.Channel`.
        manipulations: texts such as "jpeg:80".

    Raises:
        UserError: neither of these; a margin that does not suit the pipeline; or a part that looks at all of a
            photograph, so that no margin is enough.
    """
    margins_of_isps.check(margin, isp)
    if margin == 0:
        return Margin()
    own = 1 if getattr(isp, "takes_rgb", False) else isp.multiple
    grids = [2 * own, *(registry.grid(text) or 1 for text in manipulations), channel.factors[-1] * channel.grid]
    period = math.lcm(*grids)
    # In cells, which are two developed pixels wide.
    unit, room = max(1, period // 2), -(-period // channel.factors[0])
    if margin != REACH:
        rest = _rest(channel, manipulations, room, unit)
        inner = -(-(isp.reach or 0) // unit) * unit
        return Margin(margin, inner if margin >= inner + rest else 0, room, period)
    unlimited = [text for text in manipulations if registry.reach(text) is None]
    unlimited += ["the channel"] if channel.reach is None else []
    if unlimited:
        raise UserError(f"{unlimited[0]} looks at the whole photograph: no margin is enough; give a number")
    inner = -(-margins_of_isps.reach(isp) // unit) * unit
    return Margin(inner + _rest(channel, manipulations, room, unit), inner, room, period)


def _rest(channel, manipulations, room, unit):
    """Cells that manipulations and channel need, and the window's places, as a multiple of the unit."""
    before = max((registry.reach(text) or 0 for text in manipulations), default=0)
    received = (channel.reach or 0) + -(-before // channel.factors[0]) + -(-room // 2)
    # Behind the largest factor a picture is smallest; what an origin cuts off is missing on one side.
    pixels = channel.factors[-1] * received + channel.most_origin
    return -(-pixels // (2 * unit)) * unit
