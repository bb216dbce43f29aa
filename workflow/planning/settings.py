"""Settings of networks and strengths of manipulations, held against the checks in the library's source.

Networks check their settings when they are made, and manipulations their strengths when they are first applied. That
may be after hours of other jobs, so what their source writes out in numbers is checked before anything is planned.
"""

import ast
import contextlib
import difflib
import operator

from neural_imaging.study import strengths

# Checks of models/settings.py, and what each asks for.
KINDS = {
    "integer": "a whole number from {} to {}",
    "even": "an even whole number from {} to {}",
    "odd": "an odd whole number from {} to {}",
    "number": "a number from {} to {}",
    "integers": "a list of whole numbers from {} to {}",
    "boolean": "true or false",
}
# Numbers in a list at most, as there.
MOST_NUMBERS = 64
# Names under which networks import it; its checks of one setting each, with the texts that there are; and arithmetic in
# limits.
MODULES = ("settings", "check", "kernels")
NAMED = {"activation": "ACTIVATIONS", "precision": "PRECISIONS", "cfa_pattern": "CFA_PATTERNS"}
OPERATIONS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Pow: operator.pow,
}


def fault(settings, network, library):
    """What is wrong with a network's settings.

    Args:
        settings: by name, as the configuration has them.
        network: its name in the library.
        library: the checkout's `planning.library.Library`.

    Returns:
        (setting, message) of the first mistake, the setting None where the message names it; None without one.
    """
    known = library.network_settings(network)
    unknown = [key for key in settings if known is not None and key not in known]
    if unknown:
        return None, unknown_keys(unknown, known)
    chosen = {**(known or {}), **settings}
    for key, (kind, optional, limits) in limits_of(library.definitions(network), chosen).items():
        if key in settings and not (optional and settings[key] is None) and not _fits(settings[key], kind, limits):
            return key, f"must be {KINDS[kind].format(*limits)}, not {settings[key]!r}"
    for key, names in _choices_of(library.definitions(network), library.choices(network)).items():
        given = settings.get(key)
        # Bayer patterns may be in either case.
        if (
            key in settings
            and (given.upper() if key == "cfa_pattern" and isinstance(given, str) else given) not in names
        ):
            return key, f"must be one of {', '.join(names)}, not {settings[key]!r}"
    return None


def limits_of(definitions, chosen=None):
    """Checks that a network's class makes with `settings.integer("n_steps", n_steps, 2, 6)` and the like.

    Args:
        definitions: the class and its family as syntax trees.
        chosen: values of settings, for limits that follow from others.

    Returns:
        Mapping of settings to (kind, whether None will do too, limits); only checks whose limits can be computed.
    """
    nodes = [node for definition in definitions for node in ast.walk(definition)]
    choices = {id(node.orelse) for node in nodes if isinstance(node, ast.IfExp)}
    found = {}
    for node, kind in _checks(nodes):
        if kind == "phase":
            found[kind] = ("even", False, [0, 1024])
        elif kind in KINDS:
            with contextlib.suppress(ValueError, IndexError, TypeError, ArithmeticError):
                name, *limits = [_computed(argument, chosen or {}) for argument in (node.args[0], *node.args[2:])]
                found[name] = (kind, id(node) in choices, limits)
    return found


def _checks(nodes):
    """Calls of functions of models/settings.py, under whatever name it was imported, with the functions' names."""
    for node in nodes:
        function = getattr(node, "func", None)
        module = getattr(getattr(function, "value", None), "id", None)
        if isinstance(node, ast.Call) and node.args and module in MODULES:
            yield node, function.attr


def _choices_of(definitions, tuples):
    """Settings that are one of several texts, with these."""
    found = {}
    for node, kind in _checks(node for definition in definitions for node in ast.walk(definition)):
        if kind == "choice" and isinstance(node.args[0], ast.Constant) and isinstance(node.args[2], ast.Name):
            found[node.args[0].value] = tuples.get(node.args[2].id)
        elif kind in NAMED:
            found[kind] = tuples.get(NAMED[kind])
    return {name: values for name, values in found.items() if values}


def _computed(node, chosen):
    """The value of an expression of constants and other settings.

    Raises:
        ValueError: another expression.
    """
    if isinstance(node, ast.Name) and node.id in chosen:
        return chosen[node.id]
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATIONS:
        return OPERATIONS[type(node.op)](_computed(node.left, chosen), _computed(node.right, chosen))
    return ast.literal_eval(node)


def takes_rgb(network, library):
    """Whether a network passes developed pictures through: its class says `takes_rgb = True`."""
    return any(
        isinstance(node, ast.Assign)
        and getattr(node.targets[0], "id", "") == "takes_rgb"
        and getattr(node.value, "value", False) is True
        for definition in library.definitions(network)
        for node in getattr(definition, "body", ())
    )


def multiple(settings, network, library):
    """Of what the sides of a pipeline's Bayer stacks must be multiples: a UNet halves them at each step but one."""
    steps = {**(library.network_settings(network) or {}), **settings}.get("n_steps")
    return 2 ** (steps - 1) if isinstance(steps, int) else 1


def strength_fault(text, library):
    """What is wrong with the strength of a manipulation, as in "jpeg:80"; None where nothing is."""
    name, separator, strength = text.partition(":")
    declared = library.manipulations[name]
    low, high = declared.get("least") or 0, declared.get("most")
    try:
        value = float(strength) if separator else low
    except ValueError:
        value = -1.0
    counts = declared.get("counts", "exact")
    if low <= value and (high is None or value <= high) and strengths.fits(value, counts):
        return None
    number = "whole number" if counts == "whole" else "number"
    return f"{text!r}: the strength must be a {number} from {low}{'' if high is None else f' to {high}'}"


def twice(texts, library):
    """What is wrong with manipulations as classes: the same one is there twice, or native; None where nothing is."""
    declared = library.manipulations
    usual, counts = {}, {}
    for name, numbers in declared.items():
        usual[name], counts[name] = numbers["strength"], numbers.get("counts", "exact")
    return strengths.twice(texts, usual, counts)


def unknown_keys(keys, known):
    """A message about keys that are not known, with a guess at what was meant."""
    return f"unknown {plural('key', keys)}{guess(keys, known)}; known keys are {', '.join(sorted(known))}"


def plural(word, names):
    """A word and the names that it is for: "key 'a'", "keys 'a', 'b'"."""
    return f"{word}{'s' if len(names) > 1 else ''} {', '.join(map(repr, names))}"


def guess(unknown, known):
    """What may have been meant, in brackets behind a blank; "" where nothing is near."""
    guesses = [near for key in unknown for near in difflib.get_close_matches(str(key), list(map(str, known)), 1)]
    return f" (did you mean {', '.join(map(repr, guesses))}?)" if guesses else ""


def _fits(value, kind, limits):
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "integers":
        return isinstance(value, list) and len(value) <= MOST_NUMBERS and all(
            _fits(one, "integer", limits) for one in value
        )  # fmt: skip
    if isinstance(value, bool) or not isinstance(value, int if kind != "number" else (int, float)):
        return False
    return limits[0] <= value <= limits[1] and value % 2 == {"odd": 1, "even": 0}.get(kind, value % 2)
