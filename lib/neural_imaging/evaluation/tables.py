"""Tables of finished runs: from the JSON and CSV files of each run to one frame each of numbers.

Accuracies and SSIM are fractions from 0 to 1, PSNR is in dB, confusion in percent of a true class. λ is text:
"fan-only", or the number as Python prints a float. Columns of libjpeg are of a channel's real codec, the bit-stream
where that is a learned one. With learned codecs among the channels, tables have lambda_codec beside lambda_isp, and
what the real codec does to native patches: bits a pixel without headers, and SSIM.
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
BITSTREAM = "bitstream"
# Columns of experiments with learned codecs, and their names in `evaluation.json`.
COMPRESSION = {"effective_bpp": "effective_bpp", "codec_ssim": "ssim"}
MEASURES = ("accuracy", "accuracy_libjpeg", "psnr", "ssim")
RUNS = [
    *GROUP, "run", "accuracy", "accuracy_low", "accuracy_high",
    "accuracy_libjpeg", "accuracy_libjpeg_low", "accuracy_libjpeg_high", "psnr", "ssim",
]  # fmt: skip
_PARTS = ("mean", "std")
SUMMARY = [*GROUP, "runs", *(f"{measure}_{part}" for measure in MEASURES for part in _PARTS)]
CONFUSION = [*GROUP, "codec", "true", "predicted", "percent"]
PROGRESS = [*GROUP, "run"]
_WEIGHTS = {"lambda_isp": grids.weight, grids.CODEC: grids.codec_weight}
# Columns of words; what else a table must have are numbers.
WORDS = (
    *GROUP, grids.CODEC, "codec", "true", "predicted", "image", "pipeline",
    # Of codecs: a quality is a number, or the name of a learned codec.
    "data_set", "dataset", "kind", "model", "quality", "source", "kernel", "gpu", "cpu",
    # Of tests on other pictures.
    "trained_on", "tested_on", "protocol",
)  # fmt: skip


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
    """One line a run (columns `RUNS`, and those of `COMPRESSION`), from what `evaluations` returns."""
    lines, coded = [], any(grids.CODEC in point for point, _ in found)
    for point, content in found:
        line = _labels(point) | {"run": point["run"], "psnr": content["psnr"], "ssim": content["ssim"]}
        for codec, name in zip(_codecs(content), ("accuracy", "accuracy_libjpeg"), strict=True):
            low, high = content[codec]["interval"]
            line |= {name: content[codec]["accuracy"], f"{name}_low": low, f"{name}_high": high}
        if coded:
            line |= {name: content.get("compression", {}).get(key) for name, key in COMPRESSION.items()}
        lines.append(line)
    columns = [*GROUP, grids.CODEC, *RUNS[len(GROUP) :], *COMPRESSION] if coded else RUNS
    return pd.DataFrame(lines, columns=columns)


def summary(table):
    """One line a grid point (columns `SUMMARY`) with mean and spread over its runs, from the table of runs.

    The spread is the sample standard deviation; it is empty where there is one run.
    """
    lines, columns, measures = [], group(table), [*MEASURES, *(name for name in COMPRESSION if name in table)]
    for labels, members in table.groupby(columns, sort=False):
        line = dict(zip(columns, labels, strict=True)) | {"runs": len(members)}
        for measure in measures:
            line[f"{measure}_mean"], line[f"{measure}_std"] = mean_and_spread(members[measure])
        lines.append(line)
    return pd.DataFrame(lines, columns=[*columns, "runs", *(f"{one}_{part}" for one in measures for part in _PARTS)])


def group(table):
    """Columns that say which grid point a line is of: `GROUP`, and lambda_codec where the table has it."""
    return [*GROUP, grids.CODEC] if grids.CODEC in table else GROUP


def confusion(found):
    """Confusion in percent of each true class, mean over runs (columns `CONFUSION`).

    Raises:
        UserError: the runs of one grid point tell different classes apart.
    """
    lines = []
    for point, content in found:
        classes = content["classes"]
        for codec in _codecs(content):
            for true, counts in zip(classes, content[codec]["confusion"], strict=True):
                lines += [
                    {**_labels(point), "codec": codec, "true": true, "predicted": predicted, "run": point["run"],
                     "percent": 100 * count / sum(counts)}
                    for predicted, count in zip(classes, counts, strict=True)
                ]  # fmt: skip
    table = pd.DataFrame(lines)
    means = table.groupby([*group(table), *CONFUSION[len(GROUP) : -1]], sort=False)["percent"]
    if means.size().groupby(group(table)).nunique().max() > 1:
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

    λ stays text, in the spelling of `grid.weight`. Columns that are not among `WORDS` must have numbers; what is
    unknown may be empty.

    Raises:
        UserError: no such file, no table, no lines, a column is missing, or has text for a number; the message names
            it.
    """
    path = Path(path)
    try:
        table = pd.read_csv(path, dtype=dict.fromkeys(_WEIGHTS, str))
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
    for column in _WEIGHTS.keys() & set(table.columns):
        table[column] = table[column].map(_WEIGHTS[column])
    for column in columns:
        if column not in WORDS:
            table[column] = numbers(table[column], path)
    return table


def numbers(column, path):
    """A column as numbers.

    Raises:
        UserError: it has something else.
    """
    found = pd.to_numeric(column, errors="coerce")
    wrong = column[found.isna() & column.notna()]
    if len(wrong):
        raise UserError(f"{path}: column {column.name} must have numbers, not {wrong.iloc[0]!r}")
    return found


def write(table, path):
    """Write a table as CSV with six significant digits; what is unknown stays empty."""
    files.write_text(path, table.to_csv(index=False, float_format="%.6g", lineterminator="\n"))


def _sorted(grid):
    points = grids.points(grid)
    order = {key: {value: place for place, value in enumerate(grid[key])} for key in ("camera", "isp", "channel")}
    return sorted(
        points,
        key=lambda point: (
            *(order[key][point[key]] for key in order),
            *(grids.descending(point[key]) for key in _WEIGHTS if key in point),
        ),
    )


def _labels(point):
    spelled = {key: spell(point[key]) for key, spell in _WEIGHTS.items() if key in point}
    return {key: point[key] for key in GROUP} | spelled


def _codecs(content):
    """Names of the training's codec and the real one in an evaluation."""
    return CODECS if BITSTREAM not in content else (CODECS[0], BITSTREAM)


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
    for key, expected in {**_labels(point), "run": point["run"]}.items():
        if (key, expected) == (grids.CODEC, grids.NONE):
            continue
        said = _WEIGHTS[key](content[key]) if key in _WEIGHTS else content[key]
        if str(said) != str(expected):
            return f"it says {key} {said}, the folder says {expected}"
    for measure in ("psnr", "ssim"):
        if not math.isfinite(float(content[measure])):
            return f"{measure} is {content[measure]}"
    classes = len(content["classes"])
    for codec in _codecs(content):
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
