"""A finished study, small: an experiment's runs with their tables, a study of codecs, tests of robustness, samples."""

import json

import example_runs
import example_samples
import example_tables
import example_tests
import imageio.v3 as imageio
import numpy as np
import pandas as pd

from neural_imaging.base import files
from neural_imaging.publishing.subjects import Subject
from neural_imaging.study.grid import points, run_folder
from neural_imaging.tables import experiment, robustness_table, tables, typeset

GRID = example_tests.GRID
COMMIT = "0123456789" * 4
CAPTIONS = example_runs.ROOT / "workflow/report"
HEADLINE = ["A trained ISP adds accuracy (cvpr2019): 20.0 points < 30.", "It costs 3.0 dB."]
SUBJECTS = (
    Subject(
        "cvpr2019", "1. Pipelines", ("cvpr2019", "cvpr2019_runs", "cvpr2019_confusion"), ("pipelines", "boxplot"),
        "forensics/cvpr2019", ("forensics/cvpr2019",),
    ),
    Subject("codecs", "2. Codecs", ("codecs_rate_distortion",), (), None, ("profiles",)),
    Subject("robustness", "1. Pipelines", ("robustness", "robustness_gains"), (), None, ("robustness",)),
)  # fmt: skip


def record(kind, seed=None, inputs=(), **content):
    """What every record names."""
    about = {"kind": kind, "settings": {"windows": 2}, "seed": seed, "inputs": dict(inputs), "commit": COMMIT}
    about |= {"versions": {"python": "3.11.7"}, "host": {"machine": "x86_64"}, "duration_seconds": 90.0}
    return {**about, "metrics": {"accuracy": 0.5}, **content}


def values(point):
    """Accuracy rises with what learns, and fidelity falls."""
    learned = (point["lambda_isp"] != "fan-only") + (point["signature"] != "none")
    return {"hits": 40 + 20 * learned + point["run"], "psnr": 42 - 3 * learned + 0.1 * point["run"]}


def write(folder):
    """Write the folder of results of a study; paths in records begin in the folder around it."""
    _data(folder)
    _runs(folder)
    _codecs(folder)
    _robustness(folder)
    (folder / "evaluation/cvpr2019").mkdir(parents=True)
    example_samples.samples(folder / "evaluation/cvpr2019")
    (folder / "figures/cvpr2019").mkdir(parents=True)
    for suffix, content in (("png", np.full((40, 60, 3), 200, np.uint8)), ("pdf", None)):
        path = folder / f"figures/cvpr2019/pipelines.{suffix}"
        path.write_bytes(b"%PDF-1.4\n") if content is None else imageio.imwrite(path, content)
    files.write_text(folder / "tables/headline.txt", "\n".join(HEADLINE) + "\n")
    _claims(folder / "tables/headline.csv")


def _claims(path):
    """Claims of which the last was not measured: pages do not show its line."""
    protocols = ["cvpr2019: D90, UNet, jpeg50", "codecs: kodak", None]
    claims = pd.DataFrame({"claim": ["a < b", "c", "d"], "ours": [1.5, -2.0, None], "protocol": protocols})
    typeset.write(claims, path, lambda _: (["Claim", "Ours"], [["a < b", "1.5"], ["c", "−2"]]))


def _data(folder):
    (folder / "data/D90").mkdir(parents=True)
    example_runs.training_set(folder / "data/D90", 32, 48)


def _runs(folder):
    root, images = (
        folder / "forensics/cvpr2019",
        {"results/data/D90/images.csv": files.sha256(folder / "data/D90/images.csv")},
    )
    example_runs.write(root, GRID, values)
    for point in points(GRID):
        run = run_folder(root, point)
        (run / "model.keras").write_bytes(b"weights")
        files.write_json(run / "record.json", record("train_forensics", 100 + point["run"], images))
        model = {str(run.relative_to(folder.parent) / "model.keras"): files.sha256(run / "model.keras"), **images}
        content = json.loads((run / "evaluation.json").read_text(encoding="utf-8"))
        files.write_json(run / "evaluation.json", {**record("evaluate_forensics", 0, model), **content})
    found, names = tables.evaluations(root, GRID), {"summary": "", "runs": "_runs", "confusion": "_confusion"}
    written = {name: folder / f"tables/cvpr2019{ending}.csv" for name, ending in names.items()}
    experiment.write(found, tables.photographs(found), **written)


def _codecs(folder):
    files.write_json(folder / "profiles/kodak/jpeg.json", record("profile_codec", None, {"results/a.png": "ab" * 32}))
    curves = example_tables.rate_distortion()
    lines = [
        {"data_set": "kodak", "codec": codec, "quality": quality, "images": 2, "effective_bpp": rate, **measures}
        for codec, quality, rate in (("jpeg", 50, 0.7), ("16c", np.nan, 0.5))
        for measures in [{"ssim": 0.8, "psnr": 31.0, "ms_ssim_db": 14.0}]
    ]
    for name, table in (("curves", curves), ("averages", pd.DataFrame(lines))):
        tables.write(table, folder / f"tables/codecs_rate_distortion_{name}.csv")
    typeset.write_page(pd.DataFrame(lines), folder / "tables/codecs_rate_distortion.csv")
    tables.write(pd.DataFrame(lines), folder / "tables/codecs_rate_distortion.csv")


def _robustness(folder):
    trained = example_tests.robustness_tests(folder / "robustness")
    for path in (folder / "robustness").rglob("robustness.json"):
        content = json.loads(path.read_text(encoding="utf-8"))
        files.write_json(path, {**record("evaluate_robustness", 0), **content})
    found = robustness_table.read(trained, folder / "robustness", ["jpeg30", "rounded", "median"])
    for name, make, cells in (
        ("robustness", robustness_table.table, robustness_table.run_cells),
        ("robustness_gains", robustness_table.summary, robustness_table.cells),
    ):
        typeset.write(make(found), folder / f"tables/{name}.csv", cells)
