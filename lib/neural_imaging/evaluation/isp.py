"""How well pipelines develop held-out photographs: PSNR and SSIM against the target, on patches or on photographs.

Networks see a patch by itself, as in the validation of a training: at its borders they see less than in a photograph.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.base.texts import mapping
from neural_imaging.datasets import images
from neural_imaging.datasets.patches import PatchSampler
from neural_imaging.developing import pipelines
from neural_imaging.evaluation import samples
from neural_imaging.imaging import bayer, measures
from neural_imaging.study import grid

COLUMNS = ["image", "top", "left", "height", "width", "pipeline", "psnr", "ssim"]
# SSIM's window has 11 pixels.
_LEAST = 6


@dataclass(frozen=True)
class Part:
    """A rectangle of a photograph (`ImagePair`), in Bayer cells: all that a pipeline is given, and its target."""

    pair: images.ImagePair
    top: int
    left: int
    height: int
    width: int

    @property
    def stack(self):
        """uint16, shape (height, width, 4); None of a set without RAW."""
        if self.pair.stack is None:
            return None
        return np.asarray(self.pair.stack[self.top : self.top + self.height, self.left : self.left + self.width])

    @property
    def target(self):
        """uint8, shape (2 · height, 2 · width, 3)."""
        bottom, right = self.top + self.height, self.left + self.width
        return np.asarray(self.pair.target[2 * self.top : 2 * bottom, 2 * self.left : 2 * right])

    def developed(self, pipeline):
        """The picture that a pipeline makes of it, like the target but for what `Pipeline.cut` says."""
        source = self.target if pipeline.takes_rgb else self.stack
        if source is None:
            raise UserError(f"{self.pair.name} has no RAW that {pipeline.name} could develop")
        return pipeline.render(source, self.pair.cfa, self.pair.camera_to_srgb)

    def compared(self, named):
        """What several pipelines make of it, as (rows, columns, target, pictures): the part that all of them show.

        So many rows are cut off at top and bottom each, and columns at left and right, because a pipeline has learned
        other colour filters.
        """
        cuts = [pipeline.cut(self.pair.cfa) if self.pair.cfa else (0, 0) for pipeline in named.values()]
        rows, columns = (max(lengths) for lengths in zip(*cuts, strict=True))
        if rows or columns:
            _check_size(min(self.height - rows, self.width - columns))
        pictures = [
            bayer.inside(self.developed(pipeline), rows - cut[0], columns - cut[1])
            for pipeline, cut in zip(named.values(), cuts, strict=True)
        ]
        return rows, columns, bayer.inside(self.target, rows, columns), pictures


def parse(text):
    """Read `[NAME=]PIPELINE[:{SETTINGS}]` as (name, pipeline, settings), the last two for `pipelines.create`.

    Without a name, an archive is called after its run or its folder.
    """
    whole, brace, settings = text.partition(":{")
    name, pipeline = files.named(whole)
    if name == "":
        raise UserError(f"{text}: a name is missing before the =")
    if name is None:
        name = grid.described(whole)
        if name == "model.keras":
            name = Path(whole).resolve().parent.name
    return name, pipeline, mapping(f"{{{settings}", whole, is_json=True) if brace else {}


def created(texts, side=None):
    """Create the pipelines that a program was given, see `parse`: a mapping of names to `pipelines.Pipeline`."""
    named = {}
    for name, pipeline, settings in map(parse, texts):
        if name in named:
            raise UserError(f"two pipelines are called {name}; name them, as in before={pipeline}")
        named[name] = pipelines.configured(pipeline, settings, side)
    return named


def patches(table, size=64, per_image=4, *, split="validation", discard="flat", seed=0):
    """Patches of each photograph of a training set's `images.csv`, `size` Bayer cells a side, as a list of `Part`."""
    _check_size(size)
    pairs = samples.held_out(table, split=split)
    chosen = np.repeat(np.arange(len(pairs)), per_image).tolist()
    places = PatchSampler(pairs, size, discard, setting="--patch").positions(chosen, np.random.default_rng([seed, 4]))
    return [Part(pairs[index], *map(int, place), size, size) for index, place in zip(chosen, places, strict=True)]


def photographs(table, size=None, *, image=None, split="validation"):
    """The middle of each photograph of a set's `images.csv`, or of one `image`: `size` pixels at most, or all of it."""
    if size is not None:
        _check_size(size // 2)
    parts = []
    for pair in samples.held_out(table, image, split):
        height, width = (side if size is None else min(side, size // 2) for side in pair.cells)
        parts.append(Part(pair, (pair.cells[0] - height) // 2, (pair.cells[1] - width) // 2, height, width))
    return parts


def measure(parts, named):
    """Develop parts of photographs and compare them with their targets: a line a part and pipeline (`COLUMNS`).

    Place and size, in pixels, are those of what all pipelines show. PSNR is infinite where both pictures are equal.
    """
    lines = []
    for part in tqdm(parts, desc="developing", unit="part", disable=None):
        rows, columns, target, pictures = part.compared(named)
        place = dict(zip(COLUMNS[1:5], (2 * part.top + rows, 2 * part.left + columns, *target.shape[:2]), strict=True))
        for name, developed in zip(named, pictures, strict=True):
            psnr, ssim = measures.psnr(target, developed), measures.ssim(target, developed)
            lines.append({"image": part.pair.name, **place, "pipeline": name, "psnr": psnr, "ssim": ssim})
    return pd.DataFrame(lines, columns=COLUMNS)


def sample(parts, named, count=4):
    """Arrays behind a picture of some patches, taken evenly from the parts: the target, then a column a pipeline."""
    shown = [parts[index] for index in np.unique(np.linspace(0, len(parts) - 1, count).round().astype(int))]
    rows = [[target, *pictures] for _, _, target, pictures in (part.compared(named) for part in shown)]
    return {
        "images": np.array([part.pair.name for part in shown]),
        "names": np.array(["target", *named]),
        "patches": np.array(rows),
        "psnr": np.array([[measures.psnr(row[0], developed) for developed in row[1:]] for row in rows]),
        "ssim": np.array([[measures.ssim(row[0], developed) for developed in row[1:]] for row in rows]),
    }


def comparison(part, named):
    """Arrays behind a picture that compares two pipelines on a photograph.

    Differences are first and second minus target, and second minus first; they are amplified around grey, their mean
    absolute values are in grey levels, and each has its spectrum.
    """
    _, _, target, (first, second) = part.compared(named)
    signed = [picture.astype(np.float32) for picture in (target, first, second)]
    changes = [signed[1] - signed[0], signed[2] - signed[0], signed[2] - signed[1]]
    return {
        "image": np.array(part.pair.name),
        "names": np.array(["target", *named]),
        "photos": np.stack([target, first, second]),
        "psnr": np.array([measures.psnr(target, picture) for picture in (first, second)]),
        "ssim": np.array([measures.ssim(target, picture) for picture in (first, second)]),
        **samples.amplify(np.stack(changes)),
        "mean": np.array([np.abs(change).mean() for change in changes]),
        "spectra": np.stack([samples.spectrum(change) for change in changes]),
        "box": np.array(samples.detail(target)),
    }


def _check_size(cells):
    if cells < _LEAST:
        raise UserError(f"parts of {2 * cells} pixels are too small to measure SSIM; it takes {2 * _LEAST} at least")
