"""How the API page reads our docstrings, where they differ from what Griffe expects."""

import re
import textwrap

import griffe

RETURNS = re.compile(r"^(Returns|Yields):\n((?: {4}.*\n?)+)", re.MULTILINE)


class Sections(griffe.Extension):
    """Sections of ours by names that Griffe knows. What is returned is text, with no name or type in front."""

    def on_object(self, *, obj, **others):
        if obj.docstring is None:
            return
        text = re.sub("^Example:$", "Examples:", obj.docstring.value, flags=re.MULTILINE)
        text = re.sub("^Call arguments:$", "Other Parameters: Call arguments:", text, flags=re.MULTILINE)
        obj.docstring.value = RETURNS.sub(lambda section: f"**{section[1]}:** {textwrap.dedent(section[2])}", text)
