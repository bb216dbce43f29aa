"""Learned codecs as programs are given them, with the names that tables and figures call them by."""

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.evaluation import learned


def load(texts):
    """Load codecs given as `[NAME=]CODEC`.

    Args:
        texts: each an archive, its folder, or a name such as "32c", see `codec.find`. Without a NAME, a codec is called
            as `learned.find` calls it.

    Returns:
        Mapping of names to models, in their order.

    Raises:
        UserError: two have the same name, or one is not found or is no learned codec.
    """
    found = {}
    for text in texts:
        name, place = files.named(text)
        if name == "" or not place:
            raise UserError(f"{text}: must be a codec, or a name and a codec, as in 16c=results/codecs/16c/model.keras")
        codec = learned.find(place)
        name = name or codec.name
        if name in found:
            raise UserError(f"two codecs are called {name}; name them, as in before={place}")
        found[name] = codec.model
    return found
