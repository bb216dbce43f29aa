"""How well a map of a picture finds the region that was forged: measures over its pixels.

Definitions are those of IMDL-BenCo (Ma et al., NeurIPS 2024): each picture is measured on its own, a pixel counts as
found where the map is above the threshold, and means are over pictures. Only pictures with a region can be measured.
"""

import numpy as np

# What counts as found in `f1` and `iou`.
THRESHOLD = 0.5
MEASURES = ("auc", "f1", "best_f1", "iou")


def measures(scores, mask):
    """Measures of one picture.

    Args:
        scores: map whose values shall be higher in the region, shape (height, width).
        mask: bool, the region, the same shape; it has pixels and is not the whole picture.

    Returns:
        Mapping of `MEASURES` to numbers from 0 to 1: "auc", area under the ROC of pixels, equal values counted half;
        "f1" and "iou" at `THRESHOLD`; "best_f1", the highest that a threshold gives, chosen with the mask in hand.
    """
    scores, mask = np.asarray(scores), np.asarray(mask, bool)
    if scores.shape != mask.shape or not 0 < np.count_nonzero(mask) < mask.size:
        raise ValueError(f"a map of shape {scores.shape} does not fit a region of shape {mask.shape}, or that is none")
    values, which = np.unique(scores, return_inverse=True)
    # Pixels of each value, from the highest to the lowest.
    every, true = (
        np.bincount(which.ravel(), weights, len(values))[::-1] for weights in (None, mask.ravel().astype(np.float64))
    )
    found, right = np.cumsum(every), np.cumsum(true)
    positive, negative, false = right[-1], found[-1] - right[-1], every - true
    f1 = 2 * right / (found + positive)
    above = int((values > THRESHOLD).sum())
    kept, hit = (found[above - 1], right[above - 1]) if above else (0, 0)
    return {
        "auc": float((false * (right - true / 2)).sum() / (positive * negative)),
        "f1": float(f1[above - 1]) if above else 0.0,
        "best_f1": float(f1.max()),
        "iou": float(hit / (kept + positive - hit)),
    }
