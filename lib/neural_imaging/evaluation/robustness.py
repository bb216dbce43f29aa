"""What a trained forensic network is worth under conditions that it has not been trained for.

Photographs are developed whole, manipulated whole and sent whole by the real codec, as in `evaluation.whole`; what
conditions share is made once.
"""

import math
from pathlib import Path

import numpy as np
from scipy.stats import rankdata
from tqdm import tqdm

from neural_imaging.base import files, memory, records, runtime
from neural_imaging.base.errors import UserError
from neural_imaging.evaluation import conditions, folders, forensics, transmission, whole
from neural_imaging.evaluation.scores import confusions, network, scores
from neural_imaging.training import options

DEFAULTS = options.TRANSFER
# A window is flagged where `native` is less probable than all manipulations together.
_FLAGGED = 0.5


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
        "labels", and what was passed over with a "reason" each: "refused", files of a folder ("file"), and "left_out",
        conditions ("name").
    """
    settings = options.complete(settings, DEFAULTS, "test of robustness")
    conditions.check(given)
    files.check_output(output)
    runtime.configure(threads=threads, seed=0, deterministic=True)
    inputs = [path for path in (model_path, source) if Path(path).is_file()]
    record = records.Record("evaluate_robustness", {**settings, "conditions": given}, seed=0, inputs=inputs)
    pipeline, held_out, refused = folders.read(source, forensics.load(model_path), model_path)
    given, left_out = conditions.fitting(pipeline, given) if whatever_fits else (given, [])
    for image in held_out:
        whole.check(pipeline, image)
    found = results(pipeline, held_out, conditions.build(pipeline, given), settings["windows"])
    photographs = {
        "image": [image.name for image in held_out],
        "source": [image.source or image.name for image in held_out],
    }
    about = {"classes": pipeline.classes, "labels": labels or {}, "photographs": photographs}
    about |= {"refused": refused, "left_out": left_out}
    record.write(
        output, {each["name"]: each.get("accuracy", each["detected"]) for each in found}, **about, conditions=found
    )
    return {**about, "conditions": found}


def results(pipeline, photographs, chosen, windows):
    """What the forensic network makes of photographs under each of `conditions.Conditions`, as JSON types.

    Each has a mapping with "name"; "manipulations"; "known", whether these are the network's classes; "trials", the
    windows of each version of a photograph; "flagged", how many of these were taken for manipulated, by photograph and
    version, the native one first; "detected", the mean of the share of native windows that were not flagged and of that
    of manipulated ones that were; "auc", the area under the ROC curve of native against manipulated windows; "psnr" of
    each photograph to its target in dB; and the mean "confidence" (highest probability) of answers. Of known
    manipulations also `scores.scores`, and the confidence of "right" and "wrong" answers, null where there are none.
    """
    judged, fidelity = look(pipeline, photographs, chosen, windows)
    found = []
    for condition in chosen.each:
        probabilities = np.stack([judged[key] for key in condition.looks()], axis=1)
        flagged = (probabilities[..., 0] < _FLAGGED).sum(axis=2)
        named = scores(confusions(probabilities), windows) if condition.known else {}
        found.append(
            {
                "name": condition.name,
                "manipulations": list(condition.manipulations),
                "known": condition.known,
                "trials": windows,
                **named,
                "flagged": flagged.tolist(),
                "detected": _detected(flagged, windows),
                "auc": _area(probabilities),
                "confidence": _confidence(probabilities, condition.known),
                "psnr": fidelity[condition.camera, condition.rounded],
            }
        )
    return found


def look(pipeline, photographs, chosen, windows):
    """Probabilities of windows for each thing that some condition looks at, and PSNR by camera and rounding.

    Windows lie at places that depend on the photograph's number and on what was received of it alone.

    Returns:
        (judged, fidelity): float32, shape (photographs, windows, classes), by `Condition.looks`; and a list of PSNR in
        dB by (camera, rounded).
    """
    side, network_of = whole.window(pipeline), network(pipeline.fan)
    shape = len(photographs), windows, len(pipeline.classes)
    wanted = _tree(chosen)
    looks = sum(len(each) for of_rounding in wanted.values() for by in of_rounding.values() for each in by.values())
    memory.check(f"windows {windows} of {side} pixels", 4 * (3 * windows * side**2 + looks * math.prod(shape)))
    judged, fidelity = {}, {(camera, rounding): [] for camera, by in wanted.items() for rounding in by}
    for index, image in enumerate(tqdm(photographs, desc="Evaluate", unit="photo", disable=None)):
        for camera, of_rounding in wanted.items():
            developed = chosen.cameras[camera](image)
            for rounding, of_version in of_rounding.items():
                picture = conditions.rounded(developed) if rounding else developed
                fidelity[camera, rounding].append(_psnr(picture, image.target))
                for version, channels in of_version.items():
                    place, text = version
                    changed = whole.version(text, picture, index, place) if text else picture
                    for channel in channels:
                        key = camera, rounding, version, channel
                        windows_of = _received(chosen.channels[channel], changed, side, windows, index, image)
                        if index == 0:
                            judged[key] = np.empty(shape, np.float32)
                        judged[key][index] = network_of(windows_of)
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


def _received(channel, picture, side, windows, index, image):
    """Windows of what is received of a picture, float32 in [0, 1]."""
    height, width = (length // channel.multiple * channel.multiple for length in picture.shape[:2])
    received = transmission.real(channel, picture[:height, :width])[1]
    if min(received.shape[:2]) < side:
        rows, columns = received.shape[:2]
        raise UserError(
            f"photograph {image.name}: behind a channel of the conditions {columns} × {rows} pixels are received, too "
            f"few for windows of {side}"
        )
    drawn = whole.places(received.shape[:2], side, windows, index)
    return whole.cut(received, drawn, side).astype(np.float32) / np.float32(255)


def _psnr(picture, target):
    """PSNR in dB to the same part of a target; 100 dB stand for equal ones."""
    height, width = picture.shape[:2]
    errors = np.square(picture - np.asarray(target[:height, :width]) / np.float32(255), dtype=np.float64)
    return -10 * math.log10(max(float(errors.mean()), 1e-10))


def _detected(flagged, windows):
    """Share of right answers to whether a window is manipulated, where native and manipulated ones count alike."""
    shares = flagged / windows
    return float((1 - shares[:, 0].mean() + shares[:, 1:].mean()) / 2)


def _area(probabilities):
    """Area under the ROC curve of native against manipulated windows of all photographs; equal scores count half."""
    scores_of = 1 - probabilities[..., 0].astype(np.float64)
    native, manipulated = scores_of[:, 0].ravel(), scores_of[:, 1:].ravel()
    ranks = rankdata(np.concatenate([native, manipulated]))[native.size :]
    return float((ranks.sum() - manipulated.size * (manipulated.size + 1) / 2) / (native.size * manipulated.size))


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
