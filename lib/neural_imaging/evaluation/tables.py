"""Tables of finished runs: from the JSON and CSV files of each run to one frame each of numbers.

Accuracies and SSIM are fractions from 0 to 1, PSNR is in dB, confusion in percent of a true class. λ is text:
"fan-only", or the number as Python prints a float; so is lambda_codec, "none" without a learned codec, and the strength
of a signature, "none" without one. Columns of libjpeg are of a channel's real codec, the bit-stream where that is a
learned one. With learned codecs among the channels, tables have
what the real codec does to native patches: bits a pixel without headers, and SSIM.
"""

import math
from pathlib import Path

import pandas as pd

from neural_imaging import files
from neural_imaging.errors import UserError
from neural_imaging.evaluation import grid as grids

GROUP = [*grids.KEYS[:-1]]
CODECS = ("differentiable", "libjpeg")
BITSTREAM = "bitstream"
# Columns of experiments with learned codecs, and their names in `evaluation.json`.
COMPRESSION = {"effective_bpp": "effective_bpp", "codec_ssim": "ssim"}
MEASURES = ("accuracy", "accuracy_libjpeg", "psnr", "ssim")
RUNS = [
    *GROUP, "run", "accuracy", "accuracy_low", "accuracy_high",
    "accuracy_libjpeg", "accuracy_libjpeg_low", "accuracy_libjpeg_high", "psnr", "ssim",
]  # fmt: skip
CONFUSION = [*GROUP, "codec", "true", "predicted", "percent"]
PROGRESS = [*GROUP, "run"]
# One line a run and photograph; with learned codecs also the columns of `COMPRESSION`.
PHOTOGRAPHS = [*PROGRESS, "photograph", *MEASURES]
# Columns of words; what else a table must have are numbers.
WORDS = (
    *GROUP, "codec", "true", "predicted", "image", "pipeline",
    # Of codecs: a quality is a number, or the name of a learned codec.
    "data_set", "dataset", "kind", "model", "quality", "source", "kernel", "gpu", "cpu",
    "photograph", "interval_over", "measure", "reason",
    "key", "paper", "unit", "claim", "protocol", "scale", "differs_in", "shown_when", "verdict", "note",
    # Of tests on other pictures.
    "trained_on", "tested_on",
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
    lines, coded = [], _coded(found)
    for point, content in found:
        line = _labels(point) | {"run": point["run"], "psnr": content["psnr"], "ssim": content["ssim"]}
        for codec, name in zip(_codecs(content), ("accuracy", "accuracy_libjpeg"), strict=True):
            low, high = content[codec]["interval"]
            line |= {name: content[codec]["accuracy"], f"{name}_low": low, f"{name}_high": high}
        if coded:
            line |= {name: content.get("compression", {}).get(key) for name, key in COMPRESSION.items()}
        lines.append(line)
    columns = [*RUNS, *COMPRESSION] if coded else RUNS
    return pd.DataFrame(lines, columns=columns)


def photographs(found):
    """One line a run and photograph (columns `PHOTOGRAPHS`), from what `evaluations` returns, for statistics over both.

    Raises:
        UserError: the runs of one grid point were measured on different photographs.
    """
    parts, coded, seen = [], _coded(found), {}
    for point, content in found:
        measured, labels = content["photographs"], _labels(point)
        if seen.setdefault(tuple(labels.values()), measured["image"]) != measured["image"]:
            where = ", ".join(map(str, labels.values()))
            raise UserError(f"the runs of {where} were measured on different photographs; evaluate them again")
        lines = pd.DataFrame({"photograph": measured["image"], **{name: measured[name] for name in ("psnr", "ssim")}})
        for codec, name in zip(_codecs(content), ("accuracy", "accuracy_libjpeg"), strict=True):
            hits = pd.DataFrame(content[codec]["hits"])
            lines[name] = hits.sum(axis="columns") / (content[codec]["trials"] * len(hits.columns))
        for name, key in COMPRESSION.items() if coded else ():
            lines[name] = measured.get("compression", {}).get(key, math.nan)
        parts.append(lines.assign(**labels, run=point["run"]))
    columns = [*PHOTOGRAPHS, *COMPRESSION] if coded else PHOTOGRAPHS
    return pd.concat(parts, ignore_index=True).reindex(columns=columns)


def confusion(found):
    """Confusion in percent of each true class, mean over runs (columns `CONFUSION`), and its spread.

    The spread, `percent_std`, is the sample standard deviation over runs; it is empty where there is one.

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
    means = table.groupby(CONFUSION[:-1], sort=False)["percent"]
    if means.size().groupby(GROUP).nunique().max() > 1:
        raise UserError("the runs of one grid point tell different classes apart; evaluate them again")
    return means.agg(percent="mean", percent_std="std").reset_index()


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
        table = pd.read_csv(path, dtype=dict.fromkeys(grids.SPELLINGS, str))
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
    for column in grids.SPELLINGS.keys() & set(table.columns):
        table[column] = table[column].map(grids.SPELLINGS[column])
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
        key=lambda point: (*(order[key][point[key]] for key in order), *grids.order(point)),
    )


def _labels(point):
    return {key: grids.SPELLINGS.get(key, str)(point[key]) for key in GROUP}


def _coded(found):
    """Whether any of these runs is behind a learned codec."""
    return any(point[grids.CODEC] != grids.NONE for point, _ in found)


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
        said = grids.SPELLINGS.get(key, str)(content[key])
        if str(said) != str(expected):
            return f"it says {key} {said}, the folder says {expected}"
    for measure in ("psnr", "ssim"):
        if not math.isfinite(float(content[measure])):
            return f"{measure} is {content[measure]}"
    classes, photographs = len(content["classes"]), len(content["photographs"]["image"])
    fault = _photograph_fault(content["photographs"], photographs)
    if fault:
        return fault
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
        fault = _hits_fault(result, photographs)
        if fault:
            return f"the {codec} hits {fault}"
    return None


def _photograph_fault(measured, count):
    """Say what is wrong with the measures of photographs, or None."""
    for name, values in {**measured, **measured.get("compression", {})}.items():
        if name == "compression":
            continue
        if len(values) != count or not count:
            return f"{name} has {len(values)} values for {count} photographs"
        if name != "image" and not all(math.isfinite(value) for value in values):
            return f"{name} of a photograph is no number"
    return None


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
