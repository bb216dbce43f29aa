"""How often a forensic network is right, counted for each photograph and class."""

import numpy as np

from neural_imaging.base import runtime

# Samples of a batch that the network looks at: 256 windows of 32 pixels, 16 of 128.
_SAMPLES = 1 << 18


def network(fan):
    """A forensic network as a function of pictures, (n, h, w, 3), to the class that it names for each, (n,)."""
    from keras import ops

    look = runtime.graph(lambda pictures: fan(pictures, training=False))

    def named(pictures):
        batch = max(1, _SAMPLES // (pictures.shape[1] * pictures.shape[2]))
        outputs = [ops.convert_to_numpy(look(pictures[at : at + batch])) for at in range(0, len(pictures), batch)]
        return np.concatenate(outputs).argmax(axis=1)

    return named


def scores(confusions, trials):
    """Scores of one codec, from counts by photograph, true class and named class, so many trials of each."""
    hits, confusion = np.diagonal(confusions, axis1=1, axis2=2), confusions.sum(axis=0)
    return {
        "accuracy": int(hits.sum()) / int(confusion.sum()),
        "confusion": confusion.tolist(),
        "hits": hits.tolist(),
        "trials": trials,
    }
