"""Tables of finished studies, small enough to check by hand."""

import example_runs
import example_tests
import numpy as np
import pandas as pd

from neural_imaging.study.grid import descending


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

    example_runs.write(folder / "runs", grid, values)
    found = made.evaluations(folder / "runs", grid)
    runs = made.runs(found)
    photographs = made.photographs(found)
    summary = summaries.summary(photographs)
    theirs = made.read(example_runs.ROOT / "resources" / "published" / "unet_d90_tradeoff.csv", published.PUBLISHED)
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
        "transfer": example_tests.transfer(),
        "robustness": example_tests.robustness(),
        "fingerprints": example_tests.fingerprints(),
        "fingerprints_roc": example_tests.fingerprints_roc(),
        "localisation": example_tests.localisation(),
        "attacks": example_tests.attacks(),
    }
    for name, content in contents.items():
        made.write(content, folder / f"{name}.csv")
    return {name: folder / f"{name}.csv" for name in contents}


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
