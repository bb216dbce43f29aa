"""Reading a run's `evaluation.json`, and what is wrong with one that is damaged or of another run.

It has three views of the same run. "whole": photographs developed, manipulated and sent whole, of which the forensic
network saw windows; "cropped": the same, cropped before the channel; "patchwise": the papers' way, each patch developed
and sent on its own. Each has the scores with the training's codec and with the real one, as `forensics.evaluate`
writes them.
"""

import math

from neural_imaging.base import files
from neural_imaging.base.errors import UserError

WHOLE, CROPPED, PATCHWISE = "whole", "cropped", "patchwise"
VIEWS = (WHOLE, CROPPED, PATCHWISE)
DIFFERENTIABLE, LIBJPEG, BITSTREAM = "differentiable", "libjpeg", "bitstream"


def codecs(content):
    """Names of the training's codec and the real one in an evaluation."""
    return DIFFERENTIABLE, BITSTREAM if BITSTREAM in content[WHOLE] else LIBJPEG


def read(path, labels, spellings):
    """Read and check an evaluation.

    Args:
        path: the file.
        labels: what its folder says of the run, which the file must say too.
        spellings: mapping of labels to functions that give them one spelling.

    Raises:
        UserError: the file is missing, is damaged, or tells of another run.
    """
    content = files.read_json(path)
    try:
        wrong = _fault(content, labels, spellings)
    except (KeyError, TypeError, ValueError) as error:
        wrong = f"entry {error} is missing" if isinstance(error, KeyError) else str(error)
    if wrong:
        raise UserError(f"{path}: not a whole evaluation of this run: {wrong}; evaluate the run again")
    return content


def sources(measured):
    """What the photographs of a view are parts of: themselves, where a file of an earlier version does not say it."""
    return measured["photographs"].get("source", measured["photographs"]["image"])


def _fault(content, labels, spellings):
    """Say what is wrong with an evaluation, or None."""
    for key, expected in labels.items():
        said = spellings.get(key, str)(content[key])
        if said != str(expected):
            return f"it says {key} {said}, the folder says {expected}"
    classes, images = len(content["classes"]), content[WHOLE]["photographs"]["image"]
    for view in (WHOLE, PATCHWISE):
        fault = _fidelity_fault(content[view], images)
        if fault:
            return f"{view}: {fault}"
    for view in VIEWS:
        for codec in codecs(content):
            fault = _score_fault(content[view][codec], classes, len(images))
            if fault:
                return f"{view}: the {codec} {fault}"
    return None


def _fidelity_fault(measured, images):
    for measure in ("psnr", "ssim"):
        if not math.isfinite(float(measured[measure])):
            return f"{measure} is {measured[measure]}"
    photographs = measured["photographs"]
    if photographs["image"] != images:
        return "its photographs are not those of the whole view"
    if len(sources(measured)) != len(images):
        return f"{len(sources(measured))} sources for {len(images)} photographs"
    columns = {name: photographs[name] for name in ("psnr", "ssim")} | photographs.get("compression", {})
    for name, values in columns.items():
        if len(values) != len(images) or not images:
            return f"{name} has {len(values)} values for {len(images)} photographs"
        if not all(math.isfinite(value) for value in values):
            return f"{name} of a photograph is no number"
    return None


def _score_fault(result, classes, photographs):
    if not 0 <= result["accuracy"] <= 1:
        return f"accuracy is {result['accuracy']}"
    if [len(row) for row in result["confusion"]] != [classes] * classes:
        return f"confusion matrix does not fit {classes} classes"
    if any(sum(row) <= 0 for row in result["confusion"]):
        return "confusion matrix has a class that was not measured"
    fault = _hits_fault(result, photographs)
    return f"hits {fault}" if fault else None


def _hits_fault(result, photographs):
    """Say what is wrong with the hits of photographs, or None: they must add up to the confusion matrix."""
    hits, trials, confusion = result["hits"], result["trials"], result["confusion"]
    if len(hits) != photographs or any(len(row) != len(confusion) for row in hits):
        return f"do not fit {photographs} photographs and {len(confusion)} classes"
    counts = [trials, *(hit for row in hits for hit in row)]
    if any(not isinstance(count, int) or not 0 <= count <= trials for count in counts):
        return f"are not all whole numbers from 0 to {trials}"
    for place, row in enumerate(confusion):
        if sum(each[place] for each in hits) != row[place] or photographs * trials != sum(row):
            return "do not add up to the confusion matrix"
    return None
