"""Photographs that come with packages, which simulated cameras and codecs may use as scenes."""

from neural_imaging.study.settings import Choice, Kind
from neural_imaging.study.structures import List

# Colour photographs of everyday things, in alphabetical order; docs/data.md has their licences. What else is there is
# grey, drawn, of science, or the same again.
PHOTOGRAPHS = {
    "astronaut": ("scikit-image", "astronaut.png"),
    "chelsea": ("scikit-image", "chelsea.png"),
    "china": ("scikit-learn", "china.jpg"),
    "coffee": ("scikit-image", "coffee.png"),
    "flower": ("scikit-learn", "flower.jpg"),
    "grace_hopper": ("matplotlib", "grace_hopper.jpg"),
    "motorcycle_left": ("scikit-image", "motorcycle_left.png"),
    "rocket": ("scikit-image", "rocket.jpg"),
}
_NAMES = List(Choice(tuple(PHOTOGRAPHS)))


class Chosen(Kind):
    """Which of them a set uses: all, none, or those of a list."""

    words = "true, false or a list of names"

    def fits(self, value):
        return isinstance(value, bool | list | tuple)

    def read(self, name, value, settings=None):
        super().read(name, value)
        return value if isinstance(value, bool) else _NAMES.read(name, value)
