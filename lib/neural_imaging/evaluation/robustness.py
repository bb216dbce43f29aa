"""What a trained forensic network is worth under conditions that it has not been trained for.

Photographs are developed whole, manipulated whole and sent whole by the real codec, as in `evaluation.whole`; what
conditions share is made once.
"""

import math
from pathlib import Path

import numpy as np
from tqdm import tqdm

from neural_imaging.base import files, memory, records, runtime
from neural_imaging.base.errors import UserError
from neural_imaging.evaluation import conditions, folders, forensics, transfer, transmission, whole
from neural_imaging.evaluation.scores import confusions, network, scores
from neural_imaging.tables import calibration
from neural_imaging.training import options

DEFAULTS = options.TRANSFER


def judge(model_path, source, given, settings, output, labels=None, threads=None, whatever_fits=False):
    """Test a run's forensic network under each condition, and write what came out as JSON.

    Args:
        model_path: `model.keras` of a `ForensicPipeline`.
        source: `images.csv`, whose validation photographs are used; or a folder, see `folders.read`.
        given: conditions by name, see `conditions.build`; the run's own stands before them as "own".
        settings: see `DEFAULTS`: number of `windows` of each photograph.
        labels: what the run is; written into the record.
        whatever_fits: leave conditions out, with the reason, that are none for this run, see `conditions.fitting`.

    Returns:
        The record: `results` as "conditions", beside "classes", "photographs" ("image" and "source" of each),
        "labels", "optimised", the parts of the camera that have learned where pictures take its place, and what was
        passed over with a "reason" each: "refused", files of a folder ("file"), and "left_out", conditions ("name").
    """
    settings = options.complete(settings, DEFAULTS, "test of robustness")
    conditions.check(given)
    files.check_output(output)
    runtime.configure(threads=threads, seed=0, deterministic=True)
    inputs = [path for path in (model_path, source) if Path(path).is_file()]
    record = records.Record("evaluate_robustness", {**settings, "conditions": given}, seed=0, inputs=inputs)
    run = forensics.load(model_path)
    pipeline, held_out, refused = folders.read(source, run, model_path)
    given, left_out = conditions.fitting(pipeline, given) if whatever_fits else (given, [])
    for image in held_out:
        whole.check(pipeline, image)
    found = results(pipeline, held_out, conditions.build(pipeline, given), settings["windows"])
    photographs = {
        "image": [image.name for image in held_out],
        "source": [image.source or image.name for image in held_out],
    }
    about = {"classes": pipeline.classes, "labels": labels or {}, "photographs": photographs}
    # Of pictures that take the place of developed photographs.
    about |= {
        "refused": refused,
        "left_out": left_out,
        "optimised": transfer.optimised(run) if pipeline is not run else [],
    }
    metrics = {each["name"]: each.get("accuracy", float(np.mean(each["auc"]))) for each in found}
    record.write(output, metrics, **about, conditions=found)
    return {**about, "conditions": found}


def results(pipeline, photographs, chosen, windows):
    """What the forensic network makes of photographs under each of `conditions.Conditions`, as JSON types.

    Each has a mapping with "name"; "manipulations"; "known", whether these are the network's classes; "trials", the
    windows of each version of a photograph; "flagged", how many of these were taken for manipulated (see
    `calibration.flagged`), by photograph and version, the native one first; "auc", see `areas`; "psnr" of each
    photograph to its target in dB; and the mean "confidence" (highest probability) of answers. Of known manipulations
    also `scores.scores`, and the confidence of "right" and "wrong" answers, null where there are none.
    """
    judged, fidelity = look(pipeline, photographs, chosen, windows)
    found = []
    for condition in chosen.each:
        probabilities = np.stack([judged[key] for key in condition.looks()], axis=1)
        flagged = calibration.flagged(probabilities).sum(axis=2)
        named = scores(confusions(probabilities), windows) if condition.known else {}
        found.append(
            {
                "name": condition.name,
                "manipulations": list(condition.manipulations),
                "known": condition.known,
                "trials": windows,
                **named,
                "flagged": flagged.tolist(),
                "auc": areas(probabilities),
                "confidence": _confidence(probabilities, condition.known),
                "psnr": fidelity[condition.camera, condition.rounded],
            }
        )
    return found


def look(pipeline, photographs, chosen, windows):
    """Probabilities of windows for each thing that some condition looks at, and PSNR by camera and rounding.

    Windows lie at places that depend on the photograph's number and on the size alone in which the whole of it would be
    received, so that those of the run's own condition are those of its evaluation.

    Returns:
        (judged, fidelity): float32, shape (photographs, windows, classes), by `Condition.looks`; and a list of PSNR in
        dB by (camera, rounded).
    """
    side, judge_windows, tree = whole.window(pipeline), network(pipeline.fan), _tree(chosen)
    shape = len(photographs), windows, len(pipeline.classes)
    keys = {key for condition in chosen.each for key in condition.looks()}
    together = windows * len(chosen.channels)
    memory.check(f"windows {windows} of {side} pixels", 4 * (6 * together * side**2 + len(keys) * math.prod(shape)))
    judged = {key: np.empty(shape, np.float32) for key in keys}
    fidelity = {(camera, rounding): [] for camera, by in tree.items() for rounding in by}
    for index, image in enumerate(tqdm(photographs, desc="Evaluate", unit="photo", disable=None)):
        for camera, of_rounding in tree.items():
            developed = chosen.cameras[camera](image)
            for rounding, of_version in of_rounding.items():
                picture = conditions.rounded(developed) if rounding else developed
                fidelity[camera, rounding].append(_psnr(picture, image.target))
                for (place, text), channels in of_version.items():
                    changed = whole.version(text, picture, index, place) if text else picture
                    seen = [
                        _windows(chosen.channels[channel], changed, image, index, (windows, side))
                        for channel in channels
                    ]
                    # At once, since each call takes its time.
                    parts = np.split(judge_windows(np.concatenate(seen)), len(channels))
                    for channel, part in zip(channels, parts, strict=True):
                        judged[camera, rounding, (place, text), channel][index] = part
    return judged, fidelity


def _tree(chosen):
    """What conditions look at, from the outside in: camera, rounding, version, list of channels."""
    tree = {}
    for condition in chosen.each:
        for camera, rounding, version, channel in condition.looks():
            channels = tree.setdefault(camera, {}).setdefault(rounding, {}).setdefault(version, [])
            if channel not in channels:
                channels.append(channel)
    return tree


def _windows(channel, picture, image, index, windows):
    """Windows of what is received of a picture, so many of such a side, float32 in [0, 1]."""
    (count, side), sent = windows, [length // channel.multiple * channel.multiple for length in picture.shape[:2]]
    received = transmission.real(channel, picture[: sent[0], : sent[1]])[1]
    if min(received.shape[:2]) < side:
        rows, columns = received.shape[:2]
        raise UserError(
            f"photograph {image.name}: behind a channel of the conditions {columns} × {rows} pixels are received, too "
            f"few for windows of {side}"
        )
    # Pipelines and channels may leave out the last rows and columns.
    lengths = zip(image.target.shape, received.shape, sent, strict=False)
    size = [length * behind // before for length, behind, before in lengths]
    return whole.cut(received, whole.places(size, side, count, index), side).astype(np.float32) / np.float32(255)


def _psnr(picture, target):
    """PSNR in dB to the same part of a target; 100 dB stand for equal ones."""
    height, width = picture.shape[:2]
    errors = np.square(picture - np.asarray(target[:height, :width]) / np.float32(255), dtype=np.float64)
    return -10 * math.log10(max(float(errors.mean()), 1e-10))


def areas(probabilities):
    """What each photograph counts in the area under the ROC curve of native against manipulated windows.

    The area is the share of all pairs of a native and a manipulated window, whatever photographs these are of, in which
    `native` is more probable for the native one; equal ones count half. Its mean over the values is exact, and so is,
    to first order, what it becomes where photographs are drawn: these are the components of DeLong et al. (Biometrics
    44(3), 1988), gathered by photograph.

    Args:
        probabilities: shape (photographs, versions, windows, classes), the native version and the class `native` first.

    Returns:
        List of numbers, most of them from 0 to 1.
    """
    native, manipulated = probabilities[:, 0, :, 0], probabilities[:, 1:, :, 0].reshape(len(probabilities), -1)
    above = _below(manipulated, native).mean(axis=1)
    below = 1 - _below(native, manipulated).mean(axis=1)
    return (above + below - above.mean()).tolist()


def _below(others, values):
    """Of each value the share of all others that are less, equal ones counted half."""
    ordered = np.sort(others, axis=None)
    ranks = np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right")
    return ranks / (2 * ordered.size)


def _confidence(probabilities, known):
    best = probabilities.max(axis=-1)
    if not known:
        return {"all": float(best.mean())}
    right = probabilities.argmax(axis=-1) == np.arange(probabilities.shape[1])[:, np.newaxis]
    return {
        "all": float(best.mean()),
        "right": float(best[right].mean()) if right.any() else None,
        "wrong": float(best[~right].mean()) if (~right).any() else None,
    }
