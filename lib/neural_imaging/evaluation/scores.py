"""What a forensic network says of pictures: probabilities of classes, and how often it names the right one."""

import numpy as np

from neural_imaging.base import runtime
from neural_imaging.base.errors import UserError

# Samples of a batch that the network looks at: 256 windows of 32 pixels, 16 of 128.
_SAMPLES = 1 << 18


def network(fan):
    """A forensic network as a function of pictures, (n, h, w, 3), to probabilities, float32, (n, classes).

    The class that it names is the one of the highest probability, the first of several.
    """
    from keras import ops

    look = runtime.graph(lambda pictures: fan(pictures, training=False))

    def judged(pictures):
        batch = max(1, _SAMPLES // (pictures.shape[1] * pictures.shape[2]))
        outputs = [ops.convert_to_numpy(look(pictures[at : at + batch])) for at in range(0, len(pictures), batch)]
        return np.concatenate(outputs)

    return judged


def resized(fan, side):
    """A forensic network with the same weights for pictures of another side in pixels; itself where it is its own.

    Raises:
        UserError: its weights fit one size alone, or pictures are too small for it.
    """
    if side in (None, fan.settings["patch_size"]):
        return fan
    if not fan.settings["use_gap"]:
        raise UserError(
            f"window {side}: the network takes windows of {fan.settings['patch_size']} pixels alone, since it has no "
            "use_gap"
        )
    other = type(fan).from_config({**fan.get_config(), "patch_size": side})
    other.set_weights(fan.get_weights())
    return other


def confusions(probabilities):
    """Counts of the named classes, int64, (photographs, true classes, named classes).

    Args:
        probabilities: of each window of each photograph in each true class, (photographs, classes, windows, classes).
    """
    named = probabilities.argmax(axis=-1)
    return np.stack([(named == place).sum(axis=-1) for place in range(probabilities.shape[-1])], axis=-1)


def scores(confusions, trials):
    """Scores of one codec, from counts by photograph, true class and named class, so many trials of each."""
    hits, confusion = np.diagonal(confusions, axis1=1, axis2=2), confusions.sum(axis=0)
    return {
        "accuracy": int(hits.sum()) / int(confusion.sum()),
        "confusion": confusion.tolist(),
        "hits": hits.tolist(),
        "trials": trials,
    }
