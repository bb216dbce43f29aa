"""Networks as `architecture.describe` listed their layers, read from a file. Light: figures read it."""

from neural_imaging.base import files
from neural_imaging.base.errors import UserError

KEYS = ("network", "weights", "trainable_weights", "settings", "parts")


def read(path, count):
    """Read a list of so many networks; a `UserError` where the file has none, or another number of them."""
    content = files.read_json(path)
    if not isinstance(content, list) or not all(
        isinstance(network, dict) and set(KEYS) <= set(network) for network in content
    ):
        raise UserError(f"{path}: not a list of networks (scripts/describe_networks.py writes them)")
    if len(content) != count:
        raise UserError(f"{path}: has {len(content)} networks, the figure shows {count}")
    return content
