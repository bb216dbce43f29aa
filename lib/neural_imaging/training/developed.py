"""Photographs developed once, for trainings in which the camera pipeline stays as it is."""

import contextlib
import dataclasses
from pathlib import Path

import keras
import numpy as np
from tqdm import tqdm

from neural_imaging.base import files, runtime
from neural_imaging.imaging import tiles
from neural_imaging.ops.samples import to_unit


def develop(photographs, isp, folder):
    """Develop photographs whole, as a camera does, in place of patch after patch in each step of a training.

    Returns:
        The same photographs, each with `developed`: uint16, 65535 where the pipeline gives 1, memory-mapped in
        `folder`, where it replaces what an earlier call has left.
    """
    folder = Path(folder)
    remove(folder)
    grid = {"multiple": isp.multiple, "reach": isp.reach}
    side = tiles.longest(**grid)
    network = runtime.graph(lambda stack: isp(to_unit(stack), training=False))

    def render(stack):
        picture = keras.ops.convert_to_numpy(network(np.ascontiguousarray(stack)[np.newaxis]))[0]
        return np.rint(65535 * picture.astype(np.float64)).astype(np.uint16)

    pairs = []
    for index, photograph in enumerate(tqdm(photographs, desc="Develop", unit="photo", disable=None)):
        path = folder / f"{index:05d}.npy"
        with files.atomic(path) as temporary:
            np.save(temporary, tiles.process(photograph.stack, render, after=2, **grid, side=side))
        pairs.append(dataclasses.replace(photograph, developed=np.load(path, mmap_mode="r")))
    return pairs


def remove(folder):
    """Remove what `develop` has kept, and its folder where nothing else is in it: it may lie beside a user's files."""
    folder = Path(folder)
    # The second pattern is of what a kill in the middle of writing has left.
    for file in (*folder.glob("[0-9]" * 5 + ".npy"), *folder.glob(".[0-9][0-9][0-9][0-9][0-9]-*.npy")):
        file.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        folder.rmdir()
