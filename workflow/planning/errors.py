"""The error of a mistake in the configuration, for all who look for one."""


class ConfigurationError(Exception):
    """A mistake in the configuration; the message is a single line."""
