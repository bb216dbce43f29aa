"""Write the versions of the lock, requirements.txt, into the conda files beside this program: part of `make lock`."""

import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
LOCK = HERE.parent / "requirements.txt"


def versions(lock=LOCK):
    """Version of each package of the lock, by its name there."""
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)", lock.read_text(encoding="utf-8"), re.MULTILINE))


def pinned(text, locked):
    """The text of a conda file with these versions; a package that the lock lacks is an error."""
    return re.sub(
        r"(?<=^      - )([\w.-]+)==.*$", lambda line: f"{line[1]}=={locked[line[1]]}", text, flags=re.MULTILINE
    )


if __name__ == "__main__":
    for path in HERE.glob("*.yaml"):
        path.write_text(pinned(path.read_text(encoding="utf-8"), versions()), encoding="utf-8")
