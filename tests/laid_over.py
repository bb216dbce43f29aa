"""Whole configurations as files that are laid over the defaults."""


def without(content, defaults):
    """A whole configuration as one that is laid over the defaults: what is not in it is taken away."""
    absent = {key: None for key in defaults if key not in content}
    inner = {
        key: without(value, defaults[key]) if isinstance(value, dict) and isinstance(defaults.get(key), dict) else value
        for key, value in content.items()
    }
    return {**absent, **inner}
