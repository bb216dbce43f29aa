"""How much of a photograph a camera pipeline must see around what it develops."""

from neural_imaging.base.errors import UserError
from neural_imaging.study.trainings import REACH


def check(margin, isp):
    """Refuse a margin that is neither "reach" nor a number of Bayer cells that the pipeline takes."""
    if margin == REACH:
        return
    if isinstance(margin, bool) or not isinstance(margin, int) or margin < 0:
        raise UserError(f'margin is {margin!r}, and should be "{REACH}" or a whole number of Bayer cells from 0 up')
    if margin % getattr(isp, "unit", 1):
        raise UserError(f"margin is {margin} cells; this pipeline takes multiples of {isp.unit}")


def reach(isp):
    """On how many Bayer cells around itself a cell depends: a number; of developed pictures, which depend on none, 0.

    A pipeline that looks at the whole photograph is refused.
    """
    if getattr(isp, "takes_rgb", False):
        return 0
    if isp.reach is None:
        raise UserError(f"{type(isp).__name__} looks at the whole photograph: no margin is enough; give a number")
    return isp.reach


def cells(margin, isp):
    """The margin of a camera pipeline's own training, in Bayer cells.

    Args:
        margin: "reach", as far as the pipeline looks, rounded up to what repeats in it; a number of cells; or 0.
        isp: the camera pipeline, a `models.base.Network`.
    """
    check(margin, isp)
    return -(-reach(isp) // isp.multiple) * isp.multiple if margin == REACH else margin
