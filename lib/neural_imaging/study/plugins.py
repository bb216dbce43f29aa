"""Networks and manipulations from outside the library, by name. This loads no network.

A plugin is a module that calls `register`. Whoever imports it has its names at once. The workflow is told of plugins by
the key `plugins` of its configuration; it tells its programs by an environment variable, and each of them imports the
plugins before it looks for a name.
"""

import functools
import importlib
import os
import re
import sys
from pathlib import Path

from neural_imaging.base.errors import UserError

ENVIRONMENT = "NEURAL_IMAGING_PLUGINS"
KINDS = ("pipeline", "codec", "manipulation")
# Numbers of a manipulation, see `forensics.manipulations.manipulation`: those that it must have, and others.
_NUMBERS, _OTHERS = ("strength", "low", "high", "reach"), ("grid", "least", "most", "counts", "idle")
# Names stand in paths, and before the colon of "jpeg:80".
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_registered = {kind: {} for kind in KINDS}


def register(kind, name, thing=None, **numbers):
    """Give a network or a manipulation of one's own a name, by which `create`, `load`, `manipulate` and the workflow
    know it.

    Args:
        kind: "pipeline" for a camera pipeline, a class made from `models.base.Network`; "codec" for a learned codec, a
            class made from `models.dcn.base.DCN`; "manipulation" for a function of (images, strength, seed), from and
            to float32 pictures in [0, 1], shape (batch, height, width, 3).
        name: letters, digits, - and _. Of two things with one name the last counts.
        thing: the class or function; or where it is, as "module:name", which is imported when it is first used. Without
            it the result is a decorator.
        numbers: of a manipulation `strength`, `low`, `high` and `reach`; and `grid`, `least`, `most`, `counts` and
            `idle`, where they are others than of most: see `forensics.manipulations.manipulation`.

    Returns:
        The thing, or a decorator that gives it back.

    Raises:
        UserError: another kind, a name with other signs, or other numbers.

    Example:
        >>> import neural_imaging as ni
        >>> @ni.register("manipulation", "darken", strength=0.5, low=0.2, high=0.8, reach=0, most=1)
        ... def darken(images, strength, seed):
        ...     return images * (1 - strength)
        >>> round(float(ni.manipulate([[[[0.8, 0.8, 0.8]]]], "darken:0.25")[0, 0, 0, 0]), 3)
        0.6
    """
    if kind not in KINDS:
        raise UserError(f"register: {kind!r} is no kind of thing; there are {', '.join(KINDS)}")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise UserError(f"register: a name has letters, digits, - and _, unlike {name!r}")
    needed, others = (_NUMBERS, _OTHERS) if kind == "manipulation" else ((), ())
    if not set(needed) <= numbers.keys() <= {*needed, *others}:
        wanted = f"takes {', '.join(needed)}, and may have {', '.join(others)}" if needed else "takes no numbers"
        raise UserError(f"register: {kind} {name} {wanted}; given are {', '.join(numbers) or 'none'}")
    if thing is None:
        return functools.partial(register, kind, name, **numbers)
    _registered[kind][name] = (thing, numbers)
    return thing


def announce(modules):
    """Say which modules are plugins, to this program and to those that it starts; and import them."""
    os.environ[ENVIRONMENT] = " ".join(modules)
    _modules()


def registered(*kinds):
    """What was registered, as (thing, numbers) by name, the plugins imported first."""
    _modules()
    return {name: entry for kind in kinds for name, entry in _registered[kind].items()}


def resolved(thing):
    """A registered thing itself, imported where it was registered as "module:name"."""
    if not isinstance(thing, str):
        return thing
    module, _, name = thing.partition(":")
    resolved_thing = getattr(_imported(module), name, None)
    if resolved_thing is None:
        raise UserError(f"plugin {module}: has no {name!r}, which was registered as {thing!r}")
    return resolved_thing


def files():
    """Paths of the plugins' files: of a package all of its modules. Results depend on them."""
    modules = []
    for module in _modules():
        home = Path(module.__file__)
        modules += sorted(home.parent.rglob("*.py")) if home.name == "__init__.py" else [home]
    return [os.path.relpath(path) for path in modules]


def _modules():
    return [_imported(name) for name in os.environ.get(ENVIRONMENT, "").split()]


def _imported(name):
    """A module, looked for in the working directory too."""
    if name not in sys.modules and os.getcwd() not in sys.path:
        sys.path.append(os.getcwd())
    try:
        return importlib.import_module(name)
    except (ImportError, SyntaxError) as error:
        raise UserError(f"plugin {name}: cannot be imported ({error})") from None
