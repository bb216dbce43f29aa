"""A photograph of a collection: the name that its file gets here, and where it comes from."""

import re
from dataclasses import dataclass

from neural_imaging.base.errors import UserError

# What a file may be called, whatever a list says: no folders, no hidden files, nothing that a terminal acts on.
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_ .,()&'+@=~-]*")
_LONGEST = 150
_ADDRESS = re.compile(r"https?://([^\s/\\@]*@)?([^\s/\\@:\[\]]+|\[[0-9a-fA-F:.]+\])(:\d{1,5})?(/[^\s\\]*)?")


@dataclass(frozen=True)
class Photograph:
    """One entry of a collection's list: name of the file, its address, and make and model that the list gives, or "".

    The address has the user's name and password where the list gives them; see `public`.
    """

    file: str
    url: str
    camera: str = ""


def safe_name(name, ending, where):
    """Name of a file in the target folder, made from a name (without ending) in somebody's list.

    Raises:
        UserError: the name could lead out of the folder, or is no name for a photograph.
    """
    if not _NAME.fullmatch(name) or len(name) > _LONGEST or ".." in name:
        raise UserError(f"{where}: {name[:60]!r} is no name for a photograph, so the list is not to be trusted")
    return name.rstrip(" .") + ending


def check_address(url, where):
    """Return an address if it is one of the web; files of this machine and other protocols are not fetched."""
    if not _ADDRESS.fullmatch(url):
        # A password that is not written as addresses have it may stand anywhere before the last @.
        shown = url if "@" not in url else "…@" + url.rpartition("@")[2]
        raise UserError(f"{where}: {shown[:80]!r} is no address of the form http://… or https://…")
    return url


def public(url):
    """An address as it may stand in tables, records and messages: without the user's name and password."""
    return re.sub(r"(?<=://)[^/]*@", "", url)


def unique(photographs, where):
    """Return the photographs if no two of them would be the same file, capitals aside, as on many file systems."""
    seen = set()
    for photograph in photographs:
        key = photograph.file.casefold()
        if key in seen:
            raise UserError(f"{where}: lists {photograph.file} twice")
        seen.add(key)
    return photographs
