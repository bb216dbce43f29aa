"""Settings of data sets, completed and checked: unknown and wrong ones are refused by name."""

from dataclasses import dataclass

from neural_imaging.base.errors import UserError
from neural_imaging.study import settings

ORIENTATIONS = ("landscape", "portrait", "any")


@dataclass(frozen=True)
class AtLeast(settings.Kind):
    """A whole number from `low` up."""

    low: int

    @property
    def words(self):
        return f"a whole number of at least {self.low}"

    def fits(self, value):
        return type(value) is int and value >= self.low


def known(declared, given, what="settings"):
    """The given settings, if they are a mapping of declared ones."""
    if not isinstance(given, dict):
        defaults = {name: default for name, (default, _) in declared.items()}
        raise UserError(f"{what} must be a mapping such as {defaults}, not {given!r}")
    unknown = sorted(set(given) - set(declared))
    if unknown:
        raise UserError(f"{what}: unknown setting {', '.join(unknown)}; there are: {', '.join(declared)}")
    return given


def complete(declared, given, what="settings"):
    """All settings by name, checked; `declared` has their defaults and kinds, as for `settings.choose`.

    Raises:
        UserError: an unknown setting, or a value that is none of its kind.
    """
    return settings.choose(declared, known(declared, given, what), lambda name: f"{what}: {name}")[0]
