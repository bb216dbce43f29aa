"""Tests of trained runs as they are written, and the tables made of them, small enough to check by hand."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from neural_imaging.study.grid import points, run_folder

# The runs that are tested.
GRID = {
    "camera": ["D90"],
    "isp": ["UNet"],
    "channel": ["jpeg50"],
    "lambda_isp": ["fan-only", 0.1],
    "signature": ["none", 1.5],
    "run": [0, 1],
}


def fingerprints():
    """The table of a test of fingerprints with three pipelines, of which the third develops files alone."""
    from neural_imaging.tables import fingerprints_table

    names, generator = ["bilinear", "menon", "libRAW"], np.random.default_rng(0)
    scores = [
        {
            "enrolled": one,
            "tested": two,
            "cleaned": cleaned,
            "patch": side,
            "matched": (generator.normal(side / 8, 4, 40) * (1 if one == two else 0.6)).tolist(),
            "mismatched": generator.normal(0, 2, 120).tolist(),
        }
        for one in names
        for two in names
        for side in (64, 128, 256)
        for cleaned in ((True, False) if one == two else (True,))
    ]
    correlation = [[1.0, 0.7, 0.5], [0.7, 1.0, 0.4], [0.5, 0.4, 1.0]]
    test = {"pipelines": names, "correlation": correlation, "truth": dict(zip(names, [0.9, 0.8, None], strict=True))}
    strangers = {"strangers": dict.fromkeys(names, 0.0), "strangers_uncleaned": dict.fromkeys(names, 0.1)}
    return fingerprints_table.lines({**test, **strangers, "channel": "none", "scores": scores})


def fingerprints_roc():
    """Points of the ROC of a pipeline and of those that differ."""
    from neural_imaging.tables import fingerprints_table

    points = [("menon", 64, 0, 0.5), ("menon", 64, 0.1, 1), ("menon", 128, 0.2, 1)]
    points.append((fingerprints_table.DIFFERENT, 64, 1, 1))
    table = pd.DataFrame(points, columns=["pipeline", "patch", "false_positives", "true_positives"])
    return table.assign(channel="none")[fingerprints_table.CURVES]


def transfer():
    """Networks of two kinds of pictures on three kinds: 90 % on their own, 60 % on the others."""
    lines = [
        [trained, tested, 0.9 if trained == tested else 0.6, 0.58, 0.92]
        for trained in ("raw", "kodak")
        for tested in ("clic", "kodak", "raw")
    ]
    columns = ["trained_on", "tested_on", "accuracy", "accuracy_low", "accuracy_high"]
    return pd.DataFrame(lines, columns=columns)


def robustness_test(scores, unknown=None, photographs=4):
    """What `evaluate_robustness` writes of 10 windows: so many are named right under each condition, in each version.

    Hits of the first photograph are one more, those of the last one less. A condition of unknown manipulations has an
    area under the ROC curve in place of them.
    """
    found = []
    for name, hits in scores.items():
        counts = [[hits + (place == 0) - (place == photographs - 1)] * 3 for place in range(photographs)]
        condition = {"name": name, "manipulations": ["sharpen:1", "jpeg:80"], "known": True, "trials": 10}
        condition |= {"hits": counts, "accuracy": hits / 10, "flagged": [[1, 7, 8]] * photographs}
        condition["confusion"] = np.where(np.eye(3, dtype=bool), hits, (10 - hits) / 2).tolist()
        condition |= {"auc": [0.8] * photographs, "psnr": [40.0] * photographs}
        found.append({**condition, "confidence": {"all": 0.7, "right": 0.8, "wrong": None}})
    for name, area in (unknown or {}).items():
        condition = {"name": name, "manipulations": ["median:3"], "known": False, "trials": 10}
        condition |= {"flagged": [[1, 6]] * photographs, "auc": [area] * photographs, "psnr": [40.0] * photographs}
        found.append({**condition, "confidence": {"all": 0.6}})
    images = [f"photo-{place}" for place in range(photographs)]
    about = {"photographs": {"image": images, "source": images}, "refused": [], "left_out": [], "optimised": []}
    return {**about, "classes": ["native", "sharpen", "jpeg"], "conditions": found}


def robustness_tests(folder, grid=GRID):
    """Write tests of runs: of 4 of 10 windows alone, and of 8 with a trained pipeline or a signature.

    Behind JPEG 30 the pipeline's gain becomes 1, and the signature's a loss of 1. Run 1 has one hit more everywhere.
    """
    learned = {"jpeg30": {(0.1, "none"): 5, ("fan-only", 1.5): 3}, "own": {(0.1, "none"): 8, ("fan-only", 1.5): 8}}
    for point in points(grid):
        what = point["lambda_isp"], point["signature"]
        scores = {name: learned.get(name, {}).get(what, 4) + point["run"] for name in ("own", "rounded", "jpeg30")}
        content = robustness_test(scores, {"median": 0.9 if what == (0.1, "none") else 0.6})
        path = run_folder(folder / "cvpr2019", point) / "robustness.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(content), encoding="utf-8")
    return [{"protocol": "cvpr2019", "grid": grid}]


def robustness():
    """The table of gains of these tests."""
    import tempfile

    from neural_imaging.tables import robustness_table

    with tempfile.TemporaryDirectory() as folder:
        trained = robustness_tests(Path(folder))
        return robustness_table.summary(robustness_table.read(trained, folder, ["jpeg30", "rounded", "median"]))


def localisation_test(areas, photographs=4):
    """What `evaluate_localisation` writes: the area under the ROC of each region; the first photograph has 0.1 more.

    The last has 0.1 less, and the maps of untouched photographs have 0.5 everywhere. The highest value of a map is 0.6,
    and as much less than that in untouched ones as the area is above 0.5.
    """
    images, found = [f"photo-{place}" for place in range(photographs)], []
    spread = [0.1, *[0] * (photographs - 2), -0.1] if photographs > 1 else [0]
    for name, area in areas.items():
        region = {"name": name, "manipulation": "" if name == "splice" else f"{name}:1", "isp": ""}
        region |= {"splice": name == "splice", "image": images, "source": images, "share": [0.25] * photographs}
        region |= {"auc": [area + each for each in spread], "f1": [0.3] * photographs, "iou": [0.2] * photographs}
        region |= {"best_f1": [area - 0.05] * photographs, "control": [0.5] * photographs}
        found.append({**region, "score": [0.6 + each for each in spread]})
    worst = min(areas.values())
    untouched = {"image": images, "source": images, "score": [1.1 - worst] * photographs}
    about = {
        "window": 48,
        "stride": 24,
        "refused": [],
        "left_out": [],
        "optimised": [],
        "classes": ["native", "sharpen", "jpeg"],
    }
    return {**about, "regions": found, "untouched": untouched}


def localisation_tests(folder):
    """Write tests of the runs of `GRID`: an area of 0.55 alone, and of 0.8 with a trained pipeline.

    A signature helps with splices alone. Run 1 has 0.01 more everywhere.
    """
    learned = {(0.1, "none"): {"sharpen": 0.8, "jpeg": 0.75}, ("fan-only", 1.5): {"splice": 0.8}}
    for point in points(GRID):
        own = learned.get((point["lambda_isp"], point["signature"]), {})
        areas = {name: own.get(name, 0.55) + 0.01 * point["run"] for name in ("sharpen", "jpeg", "splice")}
        path = run_folder(folder / "cvpr2019", point) / "localisation.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(localisation_test(areas)), encoding="utf-8")
    return [{"protocol": "cvpr2019", "grid": GRID}]


def localisation():
    """The table of gains of these tests."""
    import tempfile

    from neural_imaging.tables import localisation_table

    with tempfile.TemporaryDirectory() as folder:
        trained = localisation_tests(Path(folder))
        return localisation_table.summary(localisation_table.read(trained, folder))


def attacks_test(photographs=4):
    """What `evaluate_attacks` writes of 4 windows: removal leaves a fifth of the answers right, forging fools half.

    Of 5 photographs estimates are better than of 1, and those of received ones are worse.
    """

    def named(right, native=0, versions=3):
        # Of each version so many windows are named right and, of manipulated ones, so many native.
        rest = 4 - right - native
        each = [[right, 0, 4 - right], [native, right, rest], [native, rest, right]]
        return [each[3 - versions :]] * photographs

    images, found = [f"photo-{place}" for place in range(photographs)], []
    for name, worse in (("developed", 0.0), ("received", 0.1)):
        for count, correlation in ((1, 0.8 - worse), (5, 0.9 - worse)):
            left = [0.2 + worse - 0.1 * (count == 5) + 0.05 * (place == 0) for place in range(photographs)]
            about = {"estimate": name, "count": count, "groups": 6 // count, "correlation": correlation}
            about |= {"used": correlation, "limit": 0.95 if name == "developed" else None, "planted_strength": 1.1}
            removed = {"named": named(1), "correlation": left, "psnr": [45.0 + count / 10] * photographs}
            forged = {"named": named(0, 2, versions=2), "psnr": [47.0] * photographs}
            planted = {"correlation": [correlation - 0.1] * photographs, "psnr": [44.0] * photographs}
            parts = {"removed": removed, "forged": forged, "planted": planted}
            found.append({**about, "strength": [1.0] * photographs, **parts})
    control = {"estimate": "random", "count": 5, "groups": 1, "correlation": 0.0, "used": 0.0}
    removed = {"named": named(3), "correlation": [0.6] * photographs, "psnr": [45.5] * photographs}
    return {
        "classes": ["native", "sharpen", "jpeg"],
        "photographs": {"image": images, "source": images},
        "limits": [-0.13, 0.13],
        "signed": {"named": named(3, 1), "correlation": [0.85] * photographs},
        "unsigned": {"named": named(1), "correlation": [0.01] * photographs},
        "attacks": found,
        "controls": [{**control, "strength": [1.0] * photographs, "removed": removed}],
    }


def attacks_tests(folder):
    """Write such a test of each run of `GRID` with a signature; what `--trained` says of them."""
    grid = {**GRID, "lambda_isp": ["fan-only"], "signature": [1.5]}
    for point in points(grid):
        path = run_folder(folder / "cvpr2019", point) / "attacks.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(attacks_test()), encoding="utf-8")
    return [{"protocol": "cvpr2019", "grid": grid}]


def attacks():
    """The table of these tests."""
    import tempfile

    from neural_imaging.tables import attacks_table

    with tempfile.TemporaryDirectory() as folder:
        return attacks_table.table(attacks_tests(Path(folder)), folder)
