"""MIT-Adobe FiveK: 5,000 photographs of 35 cameras as DNG files, by their numbers.

V. Bychkovsky, S. Paris, E. Chan, F. Durand, "Learning photographic global tonal adjustment with a database of
input/output image pairs", CVPR 2011. A file is called after its number and the photographer's own name for it, such as
a0001-jmac_DSC1459.dng; two lists of the collection, one a licence, hold the names.
"""

import re
import urllib.parse

from neural_imaging.base.errors import UserError
from neural_imaging.datasets.collections.photographs import Photograph, safe_name, unique

ADDRESS = "https://data.csail.mit.edu/graphics/fivek/"
LISTS = ("legal/filesAdobe.txt", "legal/filesAdobeMIT.txt")
SIZE = 5000
# The lists do not say who took which photograph with what. These are the cameras that its files name, as LibRaw
# writes them.
CAMERAS = (
    "Canon EOS-1D Mark II", "Canon EOS-1D Mark II N", "Canon EOS-1D Mark III", "Canon EOS-1Ds Mark II",
    "Canon EOS 10D", "Canon EOS 20D", "Canon EOS 30D", "Canon EOS 350D", "Canon EOS 400D", "Canon EOS 40D",
    "Canon EOS 450D", "Canon EOS 5D", "Canon EOS 5D Mark II", "Canon EOS D30", "Canon EOS D60",
    "Canon EOS DIGITAL REBEL", "Canon PowerShot G10", "Canon PowerShot G9", "Canon PowerShot S70", "Fujifilm F700",
    "Fujifilm S2Pro", "Kodak DCS460D", "Leica D-LUX 3", "Leica M8", "Nikon D100", "Nikon D200", "Nikon D2H",
    "Nikon D300", "Nikon D40X", "Nikon D70", "Nikon D700", "Nikon D70s", "Nikon D80", "Nikon E990", "Sony DSLR-A900",
)  # fmt: skip


def check_model(model):
    """Refuse a camera whose last word ends no name of the collection's cameras, before any photograph is looked at."""
    last = model.casefold().split()[-1:]
    if not any(name.casefold().split()[-1:] == last for name in CAMERAS):
        raise UserError(f"model: MIT-5k has no photographs by {model}; it has {', '.join(CAMERAS)}")


def numbers(chosen):
    """Numbers of photographs, ascending, from numbers and ranges, e.g. [3, "10-12"]; None, for all, stays None."""
    if chosen is None:
        return None
    wanted = set()
    for part in chosen if isinstance(chosen, list) else [chosen]:
        first, _, last = str(part).partition("-")
        if isinstance(part, bool) or not re.fullmatch(r"\d+(-\d+)?", str(part)):
            raise UserError(f"photos: {part!r} is neither a number nor a range such as 1-700")
        first, last = int(first), int(last or first)
        if not 1 <= first <= last <= SIZE:
            raise UserError(f"photos: {part} does not lie within 1 to {SIZE}")
        wanted |= set(range(first, last + 1))
    return sorted(wanted)


def photographs(lists, wanted, address=None):
    """`Photograph` of each of the wanted numbers (None for all), in their order; the lists do not say the camera.

    `lists` are paths of the collection's lists of names, fetched beforehand. `address` takes the place of `ADDRESS`.

    Raises:
        UserError: a list that is none, an entry that is not to be trusted, or a number that no list has.
    """
    base = (address or ADDRESS).rstrip("/")
    names = {}
    for path in lists:
        for line, name in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if not name.strip():
                continue
            name = name.strip().removesuffix(".dng")
            number = re.match(r"a(\d{4})-", name)
            if not number:
                raise UserError(f"{path}, line {line}: {name[:60]!r} is no name of a photograph of MIT-5k")
            file = safe_name(name, ".dng", f"{path}, line {line}")
            url = f"{base}/img/dng/{urllib.parse.quote(name)}.dng"
            names.setdefault(int(number[1]), Photograph(file, url))
    if wanted is None:
        wanted = sorted(names)
    missing = [str(number) for number in wanted if number not in names]
    if missing:
        raise UserError(f"photos: the lists of MIT-5k do not have the photographs {', '.join(missing[:10])}")
    return unique([names[number] for number in wanted], "MIT-5k")
