"""Kinds of settings that have others in them: lists, mappings of settings, and names of what else is configured."""

import math
import re

from neural_imaging.base.errors import UserError
from neural_imaging.study.settings import NEEDED, Choice, Kind, Mapping, Text, guess


def inside(name, key):
    """What messages call a part of what they call `name`: "isps:" and "UNet" give "isps.UNet:"."""
    colon = ":" if name.endswith(":") else ""
    return f"{name.removesuffix(':')}.{key}{colon}".removeprefix(".")


def fault(name, words):
    """The error of a value that messages call `name`."""
    return UserError(f"{name.removesuffix(':')}: {words}")


def keys(names):
    """Names with their word: "key 'a'", "keys 'a', 'b'"."""
    return f"key{'s' if len(names) > 1 else ''} {', '.join(map(repr, names))}"


def check_names(name, given, known):
    """Refuse keys that are not known, with a guess at what was meant; a message begins with `name`."""
    if unknown := [key for key in given if key not in known]:
        there = ", ".join(sorted(known))
        raise fault(name, f"unknown {keys(unknown)}{guess(unknown, known)}; known keys are {there}")


def check_path_name(name, key):
    """Refuse what does not do as the name of a thing of the configuration, which stands in paths."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", key):
        raise fault(name, f"{key!r} is no name for paths, which has letters, digits, points, - and _")


class Reference(Text):
    """The name of an entry of another section."""

    def __init__(self, section):
        super().__init__(f"the name of one of `{section}`")
        object.__setattr__(self, "_section", section)

    def references(self, name, value):
        yield name, value, self._section


class List(Kind):
    """A list of things, so many at `least` and at `most`, each `once`."""

    def __init__(self, kind, least=1, most=math.inf, once=True):
        self.kind, self._least, self._most, self._once = kind, least, most, once

    @property
    def words(self):
        lists = ("a list", "a non-empty list")[self._least] if self._least < 2 else f"a list of at least {self._least}"
        return f"{lists}, each {self.kind.words}"

    def fits(self, value):
        return isinstance(value, list | tuple) and self._least <= len(value) <= self._most

    def read(self, name, value, settings=None):
        super().read(name, value)
        for index, each in enumerate(value):
            self.kind.read(inside(name, index), each, settings)
            if self._once and each in value[:index]:
                raise UserError(f"{name} has {each!r} twice")
        return value

    def references(self, name, value):
        # Names say which they are; an entry is known by its place.
        for index, each in enumerate(value):
            yield from self.kind.references(inside(name, index) if isinstance(each, dict) else name, each)


class Drawn(List):
    """A thing, or a list of such things to draw from.

    Of a `span`, a list of two is a range, the lower number first. A longer one may name a thing twice, so that there is
    a way to write a list of two things that is none.
    """

    references = Kind.references

    def __init__(self, kind, least=1, most=math.inf, span=False):
        super().__init__(kind, least, most)
        self.span = span

    @property
    def words(self):
        lists = "a list" if not self.span else "a range [low, high]" if self._most == 2 else "a range or longer list"
        return f"{self.kind.words}, or {lists} to draw from"

    def fits(self, value):
        return super().fits(value) if isinstance(value, list | tuple) else self.kind.fits(value)

    def read(self, name, value, settings=None):
        if not isinstance(value, list | tuple):
            return Kind.read(self, name, value)
        Kind.read(self, name, value)
        List(self.kind, once=not self.span or len(value) == 2).read(name, value)
        if self.span and len(value) == 2 and value[0] > value[1]:
            raise fault(name, f"a range has its lower end first, so it is [{value[1]}, {value[0]}]")
        return value


class Section(Mapping):
    """A mapping of declared settings, which may be left out but for those that are `NEEDED`.

    Args:
        declared: the settings, as for `settings.choose`.
        needed: names of more that may not be left out.
        either: names of which one must be there at least.
    """

    def __init__(self, declared, needed=(), either=()):
        self.declared, self._either = declared, either
        self.needed = [name for name, (default, *_) in declared.items() if default is NEEDED or name in needed]

    def read(self, name, value, settings=None):
        super().read(name, value)
        check_names(name, value, self.declared)
        if missing := [key for key in self.needed if key not in value]:
            raise fault(name, f"missing {keys(missing)}")
        if self._either and not set(self._either) & value.keys():
            raise fault(name, f"needs one of the {keys(self._either)}")
        for key, (default, kind, *_) in self.declared.items():
            if key in value and not (value[key] is None and default is None):
                kind.read(inside(name, key), value[key], value)
        return value

    def references(self, name, value):
        for key, each in value.items():
            yield from self.declared[key][1].references(inside(name, key), each)


class Variants(Mapping):
    """A mapping that is one of several sections: that which stands under the value of its `key`."""

    def __init__(self, key, sections):
        self.key, self.sections = key, sections

    def read(self, name, value, settings=None):
        super().read(name, value)
        if self.key not in value:
            raise fault(name, f"missing {keys([self.key])}")
        variant = Choice(tuple(self.sections)).read(inside(name, self.key), value[self.key])
        return self.sections[variant].read(name, value)

    def references(self, name, value):
        return self.sections[value[self.key]].references(name, value)


class Named(Mapping):
    """Things of one kind by their names, which stand in paths; so many at least."""

    def __init__(self, kind, least=0):
        self.kind, self._least = kind, least

    def read(self, name, value, settings=None):
        super().read(name, value)
        if len(value) < self._least:
            raise UserError(f"{name} must have an entry")
        for key, each in value.items():
            check_path_name(name, key)
            self.kind.read(inside(name, key), each)
        return value

    def references(self, name, value):
        for key, each in value.items():
            yield from self.kind.references(inside(name, key), each)
