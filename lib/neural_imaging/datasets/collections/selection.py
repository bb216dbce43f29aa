"""Which photographs of a collection are wanted, judged by the beginning of a file."""

from dataclasses import dataclass

from neural_imaging.datasets.collections.transfer import Unwanted
from neural_imaging.imaging import cameras, containers

ORIENTATIONS = ("landscape", "portrait", "any")
# From this value of EXIF's orientation on, a photograph stands on its side in the file.
_ON_ITS_SIDE = 5


class NotRaw(Unwanted):
    """What a server sent is no RAW file, whatever it is called."""


@dataclass(frozen=True)
class Selection:
    """The photographs that are wanted.

    Attributes:
        model: the camera; see `cameras.is_model`.
        orientation: "landscape", "portrait" or "any". Files say how the camera was held; one that does not is wanted,
            since its picture will tell.
    """

    model: str
    orientation: str = "any"

    def refusal(self, camera, orientation):
        """Why a photograph is not wanted; "" where it is.

        Args:
            camera: make and model, "" where not known.
            orientation: of EXIF, 1 to 8, as number or text; None or "" where not known.
        """
        if camera and not cameras.is_model(camera, self.model):
            return f"by another camera, {camera}"
        if orientation and self.orientation != "any":
            held = "portrait" if int(orientation) >= _ON_ITS_SIDE else "landscape"
            if held != self.orientation:
                return f"in {held} format"
        return ""


def read(path):
    """Facts of a RAW file, or of the beginning of one.

    Returns:
        `containers.Container`.

    Raises:
        NotRaw: it is none.
    """
    container = containers.inspect(path)
    if container.format in (None, "JPEG"):
        raise NotRaw(f"not a RAW file, though it is called one: {container.foreign or 'of no known format'}")
    return container
