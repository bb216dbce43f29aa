"""Tables of finished runs: from the JSON and CSV files of each run to one frame each of numbers.

Accuracies and SSIM are fractions from 0 to 1, PSNR is in dB, confusion in percent of a true class. λ is text:
"fan-only", or the number as Python prints a float.
"""

import math
from pathlib import Path

import pandas as pd

from neural_imaging import files
from neural_imaging.errors import UserError
from neural_imaging.evaluation import grid as grids
from neural_imaging.evaluation.statistics import mean_and_spread

GROUP = ["camera", "isp", "channel", "lambda_isp"]
CODECS = ("differentiable", "libjpeg")
MEASURES = ("accuracy", "accuracy_libjpeg", "psnr", "ssim")
RUNS = [
    *GROUP, "run", "accuracy", "accuracy_low", "accuracy_high",
    "accuracy_libjpeg", "accuracy_libjpeg_low", "accuracy_libjpeg_high", "psnr", "ssim",
]  # fmt: skip
SUMMARY = [*GROUP, "runs", *(f"{measure}_{part}" for measure in MEASURES for part in ("mean", "std"))]
CONFUSION = [*GROUP, "codec", "true", "predicted", "percent"]
PROGRESS = [*GROUP, "run"]


def evaluations(root, grid):
    """Read and check `evaluation.json` of every point of the grid.

    Args:
        root: folder of the experiment, e.g. `results/forensics/cvpr2019`.
        grid: see `grid.points`.

    Returns:
        List of (point, content) in the grid's order, the λ of one camera, ISP and channel sorted as the papers show
        them.

    Raises:
        UserError: a file is missing, is damaged, or tells of another run than its folder says.
    """
    return [(point, _evaluation(grids.run_folder(root, point) / "evaluation.json", point)) for point in _sorted(grid)]


def runs(found):
    """One line a run (columns `RUNS`), from what `evaluations` returns."""
    lines = []
    for point, content in found:
        line = _labels(point) | {"run": point["run"], "psnr": content["psnr"], "ssim": content["ssim"]}
        for codec, name in zip(CODECS, ("accuracy", "accuracy_libjpeg"), strict=True):
            low, high = content[codec]["interval"]
            line |= {name: content[codec]["accuracy"], f"{name}_low": low, f"{name}_high": high}
        lines.append(line)
    return pd.DataFrame(lines, columns=RUNS)


def summary(table):
    """One line a grid point (columns `SUMMARY`) with mean and spread over its runs, from the table of runs.

    The spread is the sample standard deviation; it is empty where there is one run.
    """
    lines = []
    for labels, members in table.groupby(GROUP, sort=False):
        line = dict(zip(GROUP, labels, strict=True)) | {"runs": len(members)}
        for measure in MEASURES:
            line[f"{measure}_mean"], line[f"{measure}_std"] = mean_and_spread(members[measure])
        lines.append(line)
    return pd.DataFrame(lines, columns=SUMMARY)


def confusion(found):
    """Confusion in percent of each true class, mean over runs (columns `CONFUSION`).

    Raises:
        UserError: the runs of one grid point tell different classes apart.
    """
    lines = []
    for point, content in found:
        classes = content["classes"]
        for codec in CODECS:
            for true, counts in zip(classes, content[codec]["confusion"], strict=True):
                lines += [
                    {**_labels(point), "codec": codec, "true": true, "predicted": predicted, "run": point["run"],
                     "percent": 100 * count / sum(counts)}
                    for predicted, count in zip(classes, counts, strict=True)
                ]  # fmt: skip
    means = pd.DataFrame(lines).groupby(CONFUSION[:-1], sort=False)["percent"]
    if means.size().groupby(GROUP).nunique().max() > 1:
        raise UserError("the runs of one grid point tell different classes apart; evaluate them again")
    return means.mean().reset_index()


def progress(root, grid):
    """Every run's `training.csv` below each other, with the run's labels in front.

    Raises:
        UserError: a file is missing, empty, or is no table.
    """
    parts = []
    for point in _sorted(grid):
        lines = read(grids.run_folder(root, point) / "training.csv", ["epoch"])
        labels = _labels(point) | {"run": point["run"]}
        parts.append(pd.concat([pd.DataFrame([labels] * len(lines)), lines], axis="columns"))
    return pd.concat(parts, ignore_index=True)


def read(path, columns):
    """Read a CSV table that must have these columns and at least one line.

    λ stays text, in the spelling of `grid.weight`.

    Raises:
        UserError: no such file, no table, no lines, or a column is missing; the message names it.
    """
    path = Path(path)
    try:
        table = pd.read_csv(path, dtype={"lambda_isp": str})
    except FileNotFoundError:
        raise UserError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise UserError(f"{path}: is a folder, not a CSV table") from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: not a CSV table ({' '.join(str(error).split())})") from None
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise UserError(f"{path}: no column {', '.join(missing)}; it has {', '.join(map(str, table.columns))}")
    if table.empty:
        raise UserError(f"{path}: the table has no lines")
    if "lambda_isp" in table.columns:
        table["lambda_isp"] = table["lambda_isp"].map(grids.weight)
    return table


def write(table, path):
    """Write a table as CSV with six significant digits; what is unknown stays empty."""
    files.write_text(path, table.to_csv(index=False, float_format="%.6g", lineterminator="\n"))


def _sorted(grid):
    points = grids.points(grid)
    order = {key: {value: place for place, value in enumerate(grid[key])} for key in ("camera", "isp", "channel")}
    return sorted(
        points,
        key=lambda point: (*(order[key][point[key]] for key in order), grids.descending(point["lambda_isp"])),
    )


def _labels(point):
    return {key: point[key] for key in GROUP} | {"lambda_isp": grids.weight(point["lambda_isp"])}


def _evaluation(path, point):
    content = files.read_json(path)
    try:
        wrong = _fault(content, point)
    except (KeyError, TypeError, ValueError) as error:
        wrong = f"entry {error} is missing" if isinstance(error, KeyError) else str(error)
    if wrong:
        raise UserError(f"{path}: not a whole evaluation of this run: {wrong}; evaluate the run again")
    return content


def _fault(content, point):
    """Say what is wrong with an evaluation, or None."""
    labels = {**point, "lambda_isp": grids.weight(point["lambda_isp"])}
    for key, expected in labels.items():
        said = grids.weight(content[key]) if key == "lambda_isp" else content[key]
        if str(said) != str(expected):
            return f"it says {key} {said}, the folder says {expected}"
    for measure in ("psnr", "ssim"):
        if not math.isfinite(float(content[measure])):
            return f"{measure} is {content[measure]}"
    classes = len(content["classes"])
    for codec in CODECS:
        result = content[codec]
        if not 0 <= result["accuracy"] <= 1:
            return f"{codec} accuracy is {result['accuracy']}"
        low, high = result["interval"]
        if not low <= result["accuracy"] <= high:
            return f"the {codec} accuracy lies outside its interval"
        if [len(row) for row in result["confusion"]] != [classes] * classes:
            return f"the {codec} confusion matrix does not fit {classes} classes"
        if any(sum(row) <= 0 for row in result["confusion"]):
            return f"the {codec} confusion matrix has a class without patches"
    return None
