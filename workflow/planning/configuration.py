"""Mistakes in the configuration, each as one line that names the key, says what is wrong and what would be right."""

import difflib

# Names that the Snakefile gives to targets of its own, and to tables that belong to no experiment, and endings of the
# tables beside an experiment's own.
TARGETS = ("all", "data", "models", "figures", "tables", "differentiable_jpeg", "isps")
ENDINGS = ("_runs", "_confusion", "_progress", "_published")


class ConfigurationError(Exception):
    """A mistake in the configuration; the message is a single line."""


def schema_message(error):
    """One line for an error of the schema.

    Args:
        error: `jsonschema.ValidationError`.
    """
    place = where(error.absolute_path)
    if error.validator == "additionalProperties":
        known = sorted(error.schema.get("properties", {}))
        unknown = [key for key in error.instance if key not in known]
        return f"{place}: {_unknown(unknown, known)}"
    if error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        return f"{place}: missing {_plural('key', missing)}"
    return f"{place}: {error.message}" + (f" ({error.schema['description']})" if "description" in error.schema else "")


def where(path):
    """A place in the configuration as users write it: isps.UNet.training.epochs."""
    return ".".join(map(str, path)) or "top level"


def _plural(word, names):
    return f"{word}{'s' if len(names) > 1 else ''} {', '.join(map(repr, names))}"


def _unknown(keys, known):
    return f"unknown {_plural('key', keys)}{_guess(keys, known)}; known keys are {', '.join(sorted(known))}"


def _guess(unknown, known):
    guesses = [guess for key in unknown for guess in difflib.get_close_matches(str(key), list(map(str, known)), 1)]
    return f" (did you mean {', '.join(map(repr, guesses))}?)" if guesses else ""


def check(config, library):
    """Check what a schema cannot: names that point at other parts of the configuration, and settings of networks.

    Args:
        config: the configuration, valid by the schema.
        library: the checkout's `planning.library.Library`.

    Raises:
        ConfigurationError: at the first mistake.
    """
    for name, isp in config["isps"].items():
        _known(f"isps.{name}.model", isp["model"], library.networks, "the library")
        _check_settings(f"isps.{name}.settings", isp["settings"], library.network_settings(isp["model"]))
    for name, protocol in config["protocols"].items():
        _check_settings(f"protocols.{name}.fan", protocol["fan"], library.network_settings("FAN"))
        for manipulation in protocol["manipulations"]:
            _known(
                f"protocols.{name}.manipulations", manipulation.partition(":")[0], library.manipulations, "the library"
            )
    for name, experiment in config["experiments"].items():
        _check_experiment(name, experiment, config)
    for name, camera in config["cameras"].items():
        _check_camera(f"cameras.{name}", camera)
    _known("differentiable_jpeg.camera", config["differentiable_jpeg"]["camera"], config["cameras"])


def _check_camera(place, camera):
    needed = camera["train"] + camera["validation"]
    if camera["source"] == "mit5k" and not {"photos", "count"} & camera.keys():
        raise ConfigurationError(f"{place}: missing 'count' or 'photos': how many photographs to fetch, or which")
    if camera.get("count", needed) < needed:
        raise ConfigurationError(f"{place}.count: is {camera['count']}, but train and validation need {needed}")


def _check_experiment(name, experiment, config):
    place = f"experiments.{name}"
    if name in TARGETS or name.endswith(ENDINGS):
        reserved = ", ".join([*TARGETS, *(f"…{ending}" for ending in ENDINGS)])
        raise ConfigurationError(f"{place}: this name is taken; choose another than {reserved}")
    _known(f"{place}.protocol", experiment["protocol"], config["protocols"])
    for key in ("cameras", "isps", "channels"):
        for value in experiment[key]:
            _known(f"{place}.{key}", value, config[key])
    examples = experiment["examples"]
    for isp in examples["pipelines"]:
        _known(f"{place}.examples.pipelines", isp, config["isps"])
    for key, values in (("camera", "cameras"), ("isp", "isps"), ("channel", "channels"), ("lambda_isp", "lambda_isp")):
        _known(f"{place}.examples.{key}", examples[key], experiment[values], f"{place}.{values}")
    if examples["lambda_isp"] == "fan-only":
        raise ConfigurationError(f"{place}.examples.lambda_isp: shows an optimised ISP, so it must be a number")
    if examples["run"] >= experiment["runs"]:
        last = experiment["runs"] - 1
        raise ConfigurationError(f"{place}.examples.run: there are only runs 0 to {last}, not {examples['run']}")
    for key, values in (("camera", "cameras"), ("isp", "isps")):
        if "published" in experiment:
            _known(f"{place}.published.{key}", experiment["published"][key], experiment[values], f"{place}.{values}")


def _known(place, name, names, source=None):
    if name not in names:
        of = f" in {source}" if source else ""
        known = ", ".join(map(str, names)) or "none"
        raise ConfigurationError(
            f"{place}: {name!r} is not{of or ' configured'}{_guess([name], names)}; known are {known}"
        )


def _check_settings(place, settings, known):
    unknown = [key for key in settings if known is not None and key not in known]
    if unknown:
        listed = ", ".join(sorted(known))
        raise ConfigurationError(
            f"{place}: unknown {_plural('key', unknown)}{_guess(unknown, known)}; known keys are {listed}"
        )
    for key, value in settings.items():
        if key.startswith("n_") and value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            raise ConfigurationError(f"{place}.{key}: must be a whole number, not {value!r}")
