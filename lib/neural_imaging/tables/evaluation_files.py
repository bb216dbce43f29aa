"""Reading a run's `evaluation.json`, and what is wrong with one that is damaged or of another run.

It has three views of the same run. "whole": photographs developed, manipulated and sent whole, of which the forensic
network saw windows; "cropped": the same, cropped before the channel; "patchwise": the papers' way, each patch developed
and sent on its own. Each has the scores with the training's codec and with the real one, as `forensics.evaluate`
writes them.
"""

import itertools
import math

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.study import grid

WHOLE, CROPPED, PATCHWISE = "whole", "cropped", "patchwise"
VIEWS = (WHOLE, CROPPED, PATCHWISE)
# Beside an evaluation: what the forensic network said of each window.
PROBABILITIES = "probabilities.npz"
DIFFERENTIABLE, LIBJPEG, BITSTREAM = "differentiable", "libjpeg", "bitstream"


def codecs(content):
    """Names of the training's codec and the real one in an evaluation."""
    return DIFFERENTIABLE, BITSTREAM if BITSTREAM in content[WHOLE] else LIBJPEG


def sources(measured):
    """What the photographs of a view are parts of: themselves, where a file of an earlier version does not say it."""
    return measured["photographs"].get("source", measured["photographs"]["image"])


def read(path, labels):
    """Read an evaluation; a `UserError` where it is missing, damaged, or of another run than `labels` say."""
    content = files.read_json(path)
    try:
        fault = next(itertools.chain(_label_faults(content, labels), _faults(content)), None)
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
        fault = f"entry {error} is missing" if isinstance(error, KeyError) else str(error)
    if fault:
        words = " ".join(fault.split())
        raise UserError(f"{path}: not a whole evaluation of this run: {words}; evaluate the run again")
    return content


def _label_faults(content, labels):
    for key, expected in labels.items():
        said = grid.SPELLINGS.get(key, str)(content[key])
        if said != str(expected):
            yield f"it says {key} {said}, the folder says {expected}"


def _faults(content):
    classes, images = len(content["classes"]), content[WHOLE]["photographs"]["image"]
    for key, names in (("classes", content["classes"]), ("image", images), ("source", sources(content[WHOLE]))):
        if not all(isinstance(name, str) for name in names):
            yield f"{key} has what is no name"
    for view in (WHOLE, PATCHWISE):
        yield from (f"{view}: {fault}" for fault in _fidelity_faults(content[view], images))
    for view in VIEWS:
        for codec in codecs(content):
            yield from (
                f"{view}: the {codec} {fault}" for fault in _score_faults(content[view][codec], classes, images)
            )


def _fidelity_faults(measured, images):
    for measure in ("psnr", "ssim"):
        if not math.isfinite(float(measured[measure])):
            yield f"{measure} is {measured[measure]}"
    photographs = measured["photographs"]
    if photographs["image"] != images:
        yield "its photographs are not those of the whole view"
    if len(sources(measured)) != len(images):
        yield f"{len(sources(measured))} sources for {len(images)} photographs"
    columns = {name: photographs[name] for name in ("psnr", "ssim")} | photographs.get("compression", {})
    for name, values in columns.items():
        if len(values) != len(images) or not images:
            yield f"{name} has {len(values)} values for {len(images)} photographs"
        if not all(math.isfinite(value) for value in values):
            yield f"{name} of a photograph is no number"


def _score_faults(result, classes, images):
    if not 0 <= result["accuracy"] <= 1:
        yield f"accuracy is {result['accuracy']}"
    confusion, hits, trials = result["confusion"], result["hits"], result["trials"]
    if [len(row) for row in confusion] != [classes] * classes:
        yield f"confusion matrix does not fit {classes} classes"
    if any(sum(row) <= 0 for row in confusion):
        yield "confusion matrix has a class that was not measured"
    if len(hits) != len(images) or any(len(row) != classes for row in hits):
        yield f"hits do not fit {len(images)} photographs and {classes} classes"
    counts = [trials, *(count for row in hits for count in row)]
    if any(not isinstance(count, int) or not 0 <= count <= trials for count in counts):
        yield f"hits are not all whole numbers from 0 to {trials}"
    totals = [(sum(column), len(images) * trials) for column in zip(*hits, strict=True)]
    if totals != [(row[place], sum(row)) for place, row in enumerate(confusion)]:
        yield "hits do not add up to the confusion matrix"
