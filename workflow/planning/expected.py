"""What a configuration asks of a result: settings and seed by the result's path, to hold records against."""

import re

from neural_imaging.study.grid import KEYS, NONE, parsed
from planning import attacks, codecs, fingerprints, jobs, localisation, robustness


def settings(config, place):
    """The "settings", and perhaps the "seed", that a configuration asks of a result; None where it has no such one.

    `place` is the path of the result's record or evaluation in the folder of results.
    """
    parts = place.split("/")
    kind, labels = parts[0], dict(re.findall(r"/(\w+)~([^/]+)", place))
    if kind == "isp" and len(parts) == 4:
        return _training(config, "isps", parts[2], jobs.isp)
    if kind == "shared_isp" and len(parts) == 3:
        return _training(config, "isps", parts[1], jobs.isp)
    if kind == "codecs" and len(parts) == 3:
        return _training(config, "codecs", parts[1], codecs.training_settings)
    if kind == "forensics" and set(KEYS) <= labels.keys():
        protocol, channel = parts[1], labels["channel"]
        if protocol not in config["protocols"] or channel not in config["channels"]:
            return None
        if parts[-1] == "evaluation.json":
            return {"settings": jobs.evaluation(config, protocol)}
        weights = {key: parsed(labels[key]) for key in ("lambda_isp", "lambda_codec") if labels[key] != NONE}
        return {"settings": {**jobs.forensic(config, protocol, channel), **weights}, "seed": int(labels["run"])}
    if kind == robustness.SECTION and set(KEYS) <= labels.keys():
        if not robustness.section(config):
            return None
        conditions = robustness.named(config, labels["camera"], parts[1])
        return {"settings": {**robustness.settings(config), "conditions": conditions}}
    if kind == localisation.SECTION and set(KEYS) <= labels.keys():
        if not localisation.section(config):
            return None
        regions = localisation.named(config, labels["camera"])
        return {"settings": {**localisation.settings(config), "regions": regions}}
    if kind == fingerprints.SECTION:
        return {"settings": fingerprints.settings(config)} if parts[1] in fingerprints.channels(config) else None
    if kind == attacks.SECTION and set(KEYS) <= labels.keys():
        return {"settings": attacks.settings(config)} if attacks.section(config) else None
    return {"settings": {}}


def _training(config, section, name, settings_of):
    # Codecs are no part of every configuration.
    if name not in codecs.section(config, section):
        return None
    return {"settings": settings_of(config, name), "seed": config[section][name]["seed"]}
