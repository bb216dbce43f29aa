"""Errors that are the user's to mend: one clear line, no traceback."""


class UserError(Exception):
    """A mistake in what the user gave: a file, a setting, an argument.

    The message is a single line that says what is wrong, where, and what would be right. Programs print it
    to standard error and end with exit code 2.
    """
