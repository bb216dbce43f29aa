"""Arrays behind a picture of manipulations: a patch, and what each manipulation makes of it."""

import keras
import numpy as np

from neural_imaging.evaluation.samples import amplify, detail, to_bytes
from neural_imaging.forensics import manipulations as registry


def sample(name, target, chosen, size=128):
    """Arrays of a square patch of a picture (uint8), before and after each manipulation, with amplified differences."""
    top, left, side = detail(target, size)
    native = target[top : top + side, left : left + side]
    names, patches = ["native"], [native]
    for text in chosen:
        operation, strength = registry.parse(text)
        changed = registry.apply(operation, native[np.newaxis].astype(np.float32) / 255, strength, seed=0)
        names.append(text)
        patches.append(to_bytes(keras.ops.convert_to_numpy(changed)[0]))
    return {
        "image": np.array(name),
        "names": np.array(names),
        "patches": np.stack(patches),
        **amplify(np.stack(patches).astype(np.float32) - native),
    }
