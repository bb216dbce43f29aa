"""Whole configurations as files that are laid over the defaults."""

from pathlib import Path

import yaml

from neural_imaging.study import overlay

ROOT = Path(__file__).resolve().parents[1]
DEFAULTS = yaml.safe_load((ROOT / overlay.DEFAULTS).read_text(encoding="utf-8"))


def without(content, defaults=DEFAULTS):
    """A whole configuration as one that is laid over the defaults: what is not in it is taken away."""
    absent = {key: None for key in defaults if key not in content}
    inner = {
        key: without(value, defaults[key]) if isinstance(value, dict) and isinstance(defaults.get(key), dict) else value
        for key, value in content.items()
    }
    return {**absent, **inner}
