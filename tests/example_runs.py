"""Runs as training and evaluation leave them, small enough to check by hand."""

import json
from pathlib import Path

import imageio.v3 as imageio
import numpy as np
import pandas as pd

from neural_imaging.study.grid import descending, points, run_folder
from neural_imaging.tables import arrays

ROOT = Path(__file__).resolve().parents[1]
CLASSES = ["native", "sharpen", "gaussian", "jpeg", "resample"]
PHOTOGRAPHS = 4


def evaluation(
    point, *, hits=90, patches=100, psnr=40.0, ssim=0.98, hits_libjpeg=None, hits_cropped=None, hits_patchwise=None,
    psnr_patchwise=None, compression=None,
):  # fmt: skip
    """What `evaluate_forensics` writes: each class has `patches` windows or patches, of which `hits` are named right.

    What is not given of libjpeg is that of the differentiable codec; the other views are those of whole photographs.
    """
    real = "libjpeg" if point["lambda_codec"] == "none" else "bitstream"
    counts = {
        "whole": (hits, hits if hits_libjpeg is None else hits_libjpeg),
        "cropped": (hits if hits_cropped is None else hits_cropped,) * 2,
        "patchwise": (hits if hits_patchwise is None else hits_patchwise,) * 2,
    }
    views = {
        view: {"differentiable": _result(trained, patches), real: _result(sent, patches)}
        for view, (trained, sent) in counts.items()
    }
    views["whole"] |= {"windows": patches // PHOTOGRAPHS, **_fidelity(psnr, ssim)}
    views["cropped"] |= {"origin": [1, 1]}
    views["patchwise"] |= {"patches": patches, "patches_quality": 10}
    views["patchwise"] |= _fidelity(psnr if psnr_patchwise is None else psnr_patchwise, ssim)
    if compression is not None:
        views["whole"]["compression"] = compression
        views["whole"]["photographs"]["compression"] = {
            name: [value] * PHOTOGRAPHS for name, value in compression.items()
        }
    return {"kind": "evaluation", **point, "classes": CLASSES, **views}


def _fidelity(psnr, ssim):
    images = [f"photo-{place}" for place in range(PHOTOGRAPHS)]
    photographs = {"image": images, "psnr": [psnr] * PHOTOGRAPHS, "ssim": [ssim] * PHOTOGRAPHS}
    return {"psnr": psnr, "ssim": ssim, "photographs": photographs}


def write(root, grid, values, epochs=3):
    """Write the files of every run; `values(point)` gives the arguments of `evaluation`."""
    for point in points(grid):
        folder = run_folder(root, point)
        folder.mkdir(parents=True)
        content = evaluation(point, **values(point))
        (folder / "evaluation.json").write_text(json.dumps(content), encoding="utf-8")
        arrays.write(folder / "probabilities.npz", probabilities(content, seed=point["run"]))
        training(epochs, values(point)).to_csv(folder / "training.csv", index=False)


def probabilities(content, seed=0):
    """What `evaluate_forensics` keeps beside an evaluation: probabilities of its windows, right as often as it says."""
    real = "libjpeg" if "libjpeg" in content["whole"] else "bitstream"
    scores, count, rng = content["whole"][real], len(CLASSES), np.random.default_rng(seed)
    kept = rng.dirichlet(np.ones(count), (PHOTOGRAPHS, count, scores["trials"])).astype(np.float32)
    kept.sort(axis=-1)
    for photograph, true in np.ndindex(PHOTOGRAPHS, count):
        for window in range(scores["trials"]):
            right = window < scores["hits"][photograph][true]
            named = true if right else rng.choice([place for place in range(count) if place != true])
            others = [place for place in range(count) if place != named]
            kept[photograph, true, window, [*others, named]] = kept[photograph, true, window].copy()
    images = content["whole"]["photographs"]["image"]
    return {"classes": np.array(CLASSES), "image": np.array(images), "source": np.array(images), f"whole_{real}": kept}


def training(epochs, values):
    """A `training.csv` that approaches the evaluation's values."""
    share = np.linspace(0.1, 1, epochs)
    final = values.get("hits", 90) / values.get("patches", 100)
    return pd.DataFrame(
        {
            "epoch": np.arange(1, epochs + 1) * 50,
            "learning_rate": 1e-4,
            "loss": 2 - share,
            "cross_entropy": 1.6 - share,
            "isp_loss": 10 + share,
            "accuracy": 0.2 + (final - 0.2) * share,
            "validation_loss": 2 - share,
            "validation_cross_entropy": 1.6 - share,
            "validation_isp_loss": 10 + share,
            "validation_accuracy": 0.2 + (final - 0.2) * share,
            "validation_psnr": 43 + (values.get("psnr", 40.0) - 43) * share,
            "validation_ssim": 0.99 - 0.01 * share,
            "seconds": 1.0,
        }
    )


def _result(hits, patches):
    count = len(CLASSES)
    miss = (patches - hits) / (count - 1)
    return {
        "accuracy": hits / patches,
        "confusion": [[hits if row == column else miss for column in range(count)] for row in range(count)],
        # As evenly over the photographs as whole numbers can be.
        "hits": [[(hits + place) // PHOTOGRAPHS] * count for place in range(PHOTOGRAPHS)],
        "trials": patches // PHOTOGRAPHS,
    }


def tables(folder, grid):
    """Write the tables of finished runs and return their paths by name.

    Accuracy rises as λ falls and with a signature. Patches overstate that of trained parts, and a crop takes it away.
    """
    from neural_imaging.tables import detection_table, published, summaries
    from neural_imaging.tables import tables as made

    order = sorted(grid["lambda_isp"], key=descending)

    def values(point):
        step = order.index(point["lambda_isp"]) + (point["signature"] != "none")
        hits = 40 + 20 * step + point["run"]
        more = {"hits_patchwise": min(100, hits + 10 * step), "hits_cropped": 40 + point["run"]}
        cost = 0.5 if point["signature"] != "none" else 3 * step
        return {"hits": hits, "psnr": 42 - cost + 0.1 * point["run"], **more}

    write(folder / "runs", grid, values)
    found = made.evaluations(folder / "runs", grid)
    runs = made.runs(found)
    photographs = made.photographs(found)
    summary = summaries.summary(photographs)
    theirs = made.read(ROOT / "resources" / "published" / "unet_d90_tradeoff.csv", published.PUBLISHED)
    contents = {
        "runs": runs,
        "summary": summary,
        "photographs": photographs,
        "confusion": made.confusion(found),
        "progress": made.progress(folder / "runs", grid),
        "detection_curves": detection_table.table(folder / "runs", grid)[1],
        "published": published.tradeoff(summary, theirs, "D90", "UNet"),
        "differentiable_jpeg": pd.DataFrame(
            [
                [image, quality, codec, 25 + quality / 10 + offset]
                for image in ("a", "b")
                for quality in range(10, 100, 20)
                for offset, codec in enumerate(("libjpeg", "round", "sin", "soft", "harmonic"))
            ],
            columns=["image", "quality", "codec", "psnr"],
        ),
        "coded": coded_summary(),
        "entropy_estimation": entropy_estimation(),
        "rate_distortion": rate_distortion(),
        "transfer": transfer(),
        "robustness": robustness(),
        "fingerprints": fingerprints(),
        "fingerprints_roc": fingerprints_roc(),
        "localisation": localisation(),
        "attacks": attacks(),
    }
    for name, content in contents.items():
        made.write(content, folder / f"{name}.csv")
    return {name: folder / f"{name}.csv" for name in contents}


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


def coded_summary():
    """Summary of an experiment with JPEG and two learned codecs, whose accuracy rises and SSIM falls as λ does."""
    from neural_imaging.tables import summaries

    lines = [["jpeg10-alone", "none", 0.5, 0.2, 0.7], ["jpeg50-alone", "none", 1.5, 0.4, 0.9]]
    for name, rate in (("16c", 0.4), ("32c", 0.8)):
        for step, weight in enumerate(("basic", "1.0", "0.1", "0.001")):
            lines.append([name, weight, rate + 0.05 * step, 0.3 + 0.15 * step, 0.93 - 0.02 * step])
    columns = ["channel", "lambda_codec", "effective_bpp", "accuracy_libjpeg", "codec_ssim"]
    others = {"accuracy": 0.5, "accuracy_cropped": 0.3, "accuracy_patchwise": 0.6, "psnr_patchwise": 40.0}
    parts = [pd.DataFrame(lines, columns=columns).assign(run=run, photograph="photo", source="photo") for run in (0, 1)]
    runs = pd.concat(parts, ignore_index=True)
    runs["accuracy_libjpeg"] += np.repeat([-0.02, 0.02], len(lines))
    return summaries.summary(
        runs.assign(camera="D90", isp="DNet", lambda_isp="fan-only", signature="none", psnr=40.0, ssim=0.9, **others)
    )


def entropy_estimation():
    """Estimates of two kernels: the first is 0.1 bits too high, the second exact but for the largest scale."""
    lines = []
    for scale, entropy in ((0.01, 0.0), (1.0, 2.0), (10.0, 3.0)):
        for kernel, error in (("Gaussian (γ = 5)", 0.1), ("t-Student (v = 50, γ = 25)", 0.05 * (scale > 5))):
            relative = 100 * error / entropy if entropy else np.nan
            lines.append(["Laplace", kernel, scale, entropy, entropy + error, error, relative])
    return pd.DataFrame(lines, columns=["source", "kernel", "scale", "entropy", "estimate", "error", "relative_error"])


def rate_distortion():
    """Averaged curves of three codecs on two data sets, from 0.25 to 3 bits a pixel; the learned one ends at 1.5."""
    lines = []
    for data_set in ("kodak", "clic"):
        for codec, offset in (("jpeg", 0.0), ("avif", 0.04), ("dcn", 0.02)):
            for bpp in np.arange(0.25, 3.01, 0.25):
                ssim = np.nan if codec == "dcn" and bpp > 1.5 else 0.9 - 0.1 / bpp + offset
                lines.append([data_set, codec, bpp, ssim, 30 + bpp, 12 + 4 * bpp])
    return pd.DataFrame(lines, columns=["data_set", "codec", "bpp", "ssim", "psnr", "ms_ssim_db"])


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


ROBUSTNESS = {
    "camera": ["D90"],
    "isp": ["UNet"],
    "channel": ["jpeg50"],
    "lambda_isp": ["fan-only", 0.1],
    "signature": ["none", 1.5],
    "run": [0, 1],
}


def robustness_tests(folder, grid=None):
    """Write tests of runs: of 4 of 10 windows alone, and of 8 with a trained pipeline or a signature.

    Behind JPEG 30 the pipeline's gain becomes 1, and the signature's a loss of 1. Run 1 has one hit more everywhere.
    """
    learned = {"jpeg30": {(0.1, "none"): 5, ("fan-only", 1.5): 3}, "own": {(0.1, "none"): 8, ("fan-only", 1.5): 8}}
    for point in points(grid or ROBUSTNESS):
        what = point["lambda_isp"], point["signature"]
        scores = {name: learned.get(name, {}).get(what, 4) + point["run"] for name in ("own", "rounded", "jpeg30")}
        content = robustness_test(scores, {"median": 0.9 if what == (0.1, "none") else 0.6})
        path = run_folder(folder / "cvpr2019", point) / "robustness.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(content), encoding="utf-8")
    return [{"protocol": "cvpr2019", "grid": grid or ROBUSTNESS}]


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


def localisation_tests(folder, grid=None):
    """Write tests of the runs of `ROBUSTNESS`: an area of 0.55 alone, and of 0.8 with a trained pipeline.

    A signature helps with splices alone. Run 1 has 0.01 more everywhere.
    """
    learned = {(0.1, "none"): {"sharpen": 0.8, "jpeg": 0.75}, ("fan-only", 1.5): {"splice": 0.8}}
    for point in points(grid or ROBUSTNESS):
        own = learned.get((point["lambda_isp"], point["signature"]), {})
        areas = {name: own.get(name, 0.55) + 0.01 * point["run"] for name in ("sharpen", "jpeg", "splice")}
        path = run_folder(folder / "cvpr2019", point) / "localisation.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(localisation_test(areas)), encoding="utf-8")
    return [{"protocol": "cvpr2019", "grid": grid or ROBUSTNESS}]


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
    """Write such a test of each run of `ROBUSTNESS` with a signature; what `--trained` says of them."""
    grid = {**ROBUSTNESS, "lambda_isp": ["fan-only"], "signature": [1.5]}
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


CHANNELS = {
    "jpeg50": {"codec": "jpeg", "quality": 50, "downsampling": "pool", "factor": 2},
    "jpeg10-alone": {"codec": "jpeg", "quality": 10, "downsampling": "none", "factor": 1},
    "jpeg50-alone": {"codec": "jpeg", "quality": 50, "downsampling": "none", "factor": 1},
    "none": {"codec": "none", "downsampling": "none", "factor": 1},
    "16c": {"codec": "dcn", "name": "16c", "downsampling": "none", "factor": 1},
}
SYSTEM = {
    "cameras": ["D90"],
    "isps": {"UNet": "UNet"},
    "channels": {"jpeg50": CHANNELS["jpeg50"]},
    "manipulations": ["sharpen:1", "jpeg:80"],
    "trainable": ["isp"],
    "lambda_isp": ["fan-only", 0.1],
    "isp_loss": "L2",
    "patch": 64,
}


def channel_runs():
    """Two runs behind each of `CHANNELS`, and of the fine-tuned codec; accuracy is higher where there is no JPEG."""
    lines = []
    for name, channel in CHANNELS.items():
        for weight in ["basic", "0.1"] if channel["codec"] == "dcn" else ["none"]:
            for run in range(2):
                accuracy = 0.2 + channel.get("quality", 60) / 100 + 0.02 * run - 0.1 * (channel["factor"] - 1)
                lines.append(["D90", "UNet", name, "fan-only", weight, run, accuracy, accuracy - 0.05])
    columns = ["camera", "isp", "channel", "lambda_isp", "lambda_codec", "run", "accuracy", "accuracy_libjpeg"]
    return pd.DataFrame(lines, columns=columns).assign(signature="none")


def layer(name, kind, inputs=(), **more):
    """A layer as `architecture.describe` lists it: without weights, unless a kernel is given."""
    plain = {"scale": 1.0, "features": 4, "kernel": None, "stride": None, "activation": None}
    weights = 10 * int("kernel" in more)
    return {
        "name": name,
        "kind": kind,
        "inputs": list(inputs),
        **plain,
        "weights": weights,
        "learns": weights > 0,
        **more,
    }


def networks():
    """A codec with a residual block, and two pipelines: one of steps, one with two branches."""
    convolution = {"kernel": 3, "stride": 1}
    encoder = [
        layer("images", "InputLayer", features=3),
        layer("first", "Conv2D", ["images"], scale=0.5, kernel=5, stride=2),
        layer("active", "Activation", ["first"], scale=0.5),
        layer("second", "Conv2D", ["active"], scale=0.5, **convolution),
        layer("third", "Conv2D", ["second"], scale=0.5, **convolution),
        layer("sum", "Add", ["first", "third"], scale=0.5),
        layer("last", "Conv2D", ["sum"], scale=0.25, kernel=5, stride=2, features=8),
    ]
    quantiser = [layer("quantizer", "Quantizer", scale=None, features=None)]
    decoder = [
        layer("latent", "InputLayer", scale=0.25, features=8),
        layer("up", "Conv2D", ["latent"], scale=0.25, features=16, **convolution),
        layer("space", "DepthToSpace", ["up"], scale=0.5),
    ]
    steps = [layer("stack", "InputLayer"), layer("demosaicing", "Demosaicing", ["stack"], kernel=5, scale=2.0)]
    branches = [
        layer("stack", "InputLayer"),
        layer("deep", "Conv2D", ["stack"], **convolution),
        layer("deeper", "Conv2D", ["deep"], **convolution),
        layer("bayer", "Conv2D", ["stack"], kernel=1, stride=1, learns=False),
        layer("joined", "Concatenate", ["deeper", "bayer"], features=8),
        layer("rgb", "DepthToSpace", ["joined"], scale=2.0, features=3),
    ]

    def network(name, **parts):
        listed = [{"name": part, "weights": 12345, "layers": layers} for part, layers in parts.items()]
        settings = {"n_features": 8, "latent_bpf": 5, "v": 50.0, "gamma": 25.0, "rounding": "soft-codebook"}
        return {"network": name, "weights": 1234567, "trainable_weights": 321, "settings": settings, "parts": listed}

    return {
        "codec": network("TwitterDCN", encoder=encoder, quantiser=quantiser, decoder=decoder),
        "standard": network("ClassicISP", network=steps),
        "neural": network("DNet", network=branches),
    }


def samples(folder):
    """Write small samples as the sample scripts do and return their paths by name."""
    rng = np.random.default_rng(3)
    photos = rng.integers(0, 256, (3, 48, 64, 3), np.uint8)
    contents = {
        "pipelines": {
            "image": np.array("a"),
            "names": np.array(["target", "INet", "UNet"]),
            "photos": photos,
            "psnr": np.array([np.nan, 30.0, 40.0]),
            "box": np.array([4, 8, 16]),
        },
        "difference": {
            "image": np.array("a"),
            "label": np.array("UNet, λ = 0.1"),
            "photos": photos[:2],
            "psnr": np.array([40.0, 38.0]),
            "amplified": photos[2],
            "amplification": np.array(20),
            "spectra": rng.normal(size=(3, 16, 16)).astype(np.float32),
            "box": np.array([4, 8, 16]),
        },
        "manipulations": {
            "image": np.array("a"),
            "names": np.array(["native", "sharpen:1", "jpeg:80"]),
            "patches": photos[:, :32, :32],
            "amplified": photos[:, 16:, :32],
            "amplification": np.array(5),
        },
        "codec_crops": {
            "images": np.array(["a", "b"]),
            "names": np.array(["original", "16c", "JPEG, nearest SSIM", "JPEG, nearest bpp"]),
            "crops": rng.integers(0, 256, (2, 4, 16, 16, 3), np.uint8),
            "bpp": np.array([[0.5, 0.9, 0.504], [0.4, 0.8, 0.396]]),
            "ssim": np.array([[0.9, 0.8996, 0.8], [0.85, 0.851, 0.7]]),
            "quality": np.array([[np.nan, 60, 30], [np.nan, 55, 25]]),
        },
        "spectra": {
            "codecs": np.array(["16c", "32c"]),
            "weights": np.array(["basic", "0.1", "0.001"]),
            "log_ratios": rng.normal(size=(2, 3, 16, 16)).astype(np.float32),
            "patches": np.array(9),
        },
        "codec_example": {
            "image": np.array("a"),
            "codec": np.array("16c"),
            "weights": np.array(["basic", "0.001"]),
            "photos": photos,
            "bpp": np.array([0.4, 0.5]),
            "ssim": np.array([0.9, 0.85]),
            "psnr": np.array([30.0, 29.0]),
            "bpp_mean": np.array([0.45, 0.56]),
            "ssim_mean": np.array([0.8, 0.82]),
            "count": np.array(12),
            "spectra": rng.normal(size=(3, 16, 16)).astype(np.float32),
            "box": np.array([4, 8, 16]),
        },
    }
    tiles = rng.normal(size=(2, 3, 8, 8, 3)).astype(np.float32)
    contents["signature"] = {
        "lambda_isp": np.array("fan-only"),
        "signature": np.array("1.5"),
        "classes": np.array(["native", "sharpen", "jpeg"]),
        "tile": tiles[0, 0],
        "spectrum": np.abs(tiles[0, 1, :, :, 0]),
        "manipulated": tiles[0],
        "received": tiles[1, :, :4, :4],
        "photos": photos[:2],
        "amplified": photos[2],
        "amplification": np.array(20),
    }
    for name, content in contents.items():
        arrays.write(folder / f"{name}.npz", content)
    return {name: folder / f"{name}.npz" for name in contents}


def training_set(folder, height=192, width=256):
    """Write a camera's training set of one training and two validation photographs and return its images.csv."""
    rng = np.random.default_rng(5)
    lines = []
    for name, split in (("first", "train"), ("second", "validation"), ("third", "validation")):
        ramp = np.linspace(40, 200, width)[None, :, None] * np.array([1.0, 0.8, 0.6])
        target = np.clip(ramp + rng.normal(0, 12, (height, width, 3)), 0, 255).astype(np.uint8)
        planes = [target[::2, ::2, 0], target[::2, 1::2, 1], target[1::2, ::2, 1], target[1::2, 1::2, 2]]
        stack = np.stack(planes, -1).astype(np.uint16) * 257
        np.save(folder / f"{name}.npy", stack)
        imageio.imwrite(folder / f"{name}.png", target)
        lines.append([name, "used", split, "RGGB", "1 0 0 0 1 0 0 0 1"])
    columns = ["image", "status", "split", "cfa", "camera_to_srgb"]
    pd.DataFrame(lines, columns=columns).to_csv(folder / "images.csv", index=False)
    return folder / "images.csv"


def json_file(path, content):
    """Write a JSON file."""
    path.write_text(json.dumps(content), encoding="utf-8")
