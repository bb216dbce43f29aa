"""Tables of finished runs: from the JSON and CSV files of each run to one frame each of numbers.

Accuracies and SSIM are fractions from 0 to 1, PSNR is in dB, confusion in percent of a true class. λ and the strength
of a signature are text: "fan-only", "none", or a number in one spelling. `accuracy`, `accuracy_libjpeg`, `psnr` and
`ssim` are those of whole photographs, `accuracy_cropped` that of photographs cropped before the channel;
`accuracy_patchwise` and `psnr_patchwise` are the papers', of patches developed and sent one by one. Columns of libjpeg
and of cropped photographs are of a channel's real codec, the bit-stream where that is a learned one. With learned
codecs among the channels, tables have what the real codec does to whole pictures too: bits a pixel without headers, and
SSIM.
"""

import itertools
import math
from pathlib import Path

import pandas as pd

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.study import grid as grids
from neural_imaging.tables import evaluation_files, statistics
from neural_imaging.tables.evaluation_files import CROPPED, DIFFERENTIABLE, PATCHWISE, WHOLE

GROUP = ["camera", "isp", "channel", "lambda_isp", "lambda_codec", "signature"]
# Columns of experiments with learned codecs, and their names in `evaluation.json`.
COMPRESSION = {"effective_bpp": "effective_bpp", "codec_ssim": "ssim"}
_REAL = "real"
# Column: view of `evaluation.json`, and codec or measure there.
_ACCURACIES = {
    "accuracy": (WHOLE, DIFFERENTIABLE),
    "accuracy_libjpeg": (WHOLE, _REAL),
    "accuracy_cropped": (CROPPED, _REAL),
    "accuracy_patchwise": (PATCHWISE, DIFFERENTIABLE),
}
_FIDELITY = {"psnr": (WHOLE, "psnr"), "ssim": (WHOLE, "ssim"), "psnr_patchwise": (PATCHWISE, "psnr")}
ACCURACIES = tuple(_ACCURACIES)
MEASURES = (*_ACCURACIES, *_FIDELITY)
RUNS = [*GROUP, "run", *(f"{name}{end}" for name in _ACCURACIES for end in ("", "_low", "_high")), *_FIDELITY]
CONFUSION = [*GROUP, "view", "codec", "true", "predicted", "percent"]
PROGRESS = [*GROUP, "run"]
# One line a run and photograph; with learned codecs also the columns of `COMPRESSION`.
PHOTOGRAPHS = [*PROGRESS, "photograph", "source", *MEASURES]
# Columns of words; what else a table must have are numbers.
WORDS = (
    *GROUP, "view", "codec", "true", "predicted", "image", "pipeline",
    # Of codecs: a quality is a number, or the name of a learned codec.
    "data_set", "dataset", "kind", "model", "quality", "source", "kernel", "gpu", "cpu", "anchor",
    "photograph", "interval_over", "measure", "reason",
    "key", "paper", "unit", "claim", "protocol", "scale", "differs_in", "shown_when", "verdict", "note",
    # Of tests on other pictures.
    "trained_on", "tested_on",
)  # fmt: skip
_TEXTS = sorted({*WORDS, *grids.SPELLINGS} - {"quality"})


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
    found = []
    for point in _sorted(grid):
        labels = _labels(point) | {"run": point["run"]}
        path = grids.run_folder(root, point) / "evaluation.json"
        found.append((point, evaluation_files.read(path, labels, grids.SPELLINGS)))
    return found


def runs(found):
    """One line a run (columns `RUNS`, and those of `COMPRESSION`), from what `evaluations` returns.

    A run's own interval is a bootstrap over its photographs: windows of one photograph depend on each other, and so do
    parts of one photograph.
    """
    lines = []
    for point, content in found:
        line = _labels(point) | {"run": point["run"]}
        line |= {name: content[view][measure] for name, (view, measure) in _FIDELITY.items()}
        sources = evaluation_files.sources(content[WHOLE])
        for name, scores in _scores(content).items():
            interval = statistics.bootstrap([_shares(scores)], 0, 1, sources)
            line |= {name: scores["accuracy"], f"{name}_low": interval.low, f"{name}_high": interval.high}
        line |= {name: content[WHOLE].get("compression", {}).get(key) for name, key in COMPRESSION.items()}
        lines.append(line)
    return pd.DataFrame(lines, columns=[*RUNS, *_compression(found)])


def photographs(found):
    """One line a run and photograph (columns `PHOTOGRAPHS`), from what `evaluations` returns, for statistics over both.

    Raises:
        UserError: the runs of one grid point were measured on different photographs.
    """
    parts, seen = [], {}
    for point, content in found:
        images, labels = content[WHOLE]["photographs"]["image"], _labels(point)
        if seen.setdefault(tuple(labels.values()), images) != images:
            where = ", ".join(map(str, labels.values()))
            raise UserError(f"the runs of {where} were measured on different photographs; evaluate them again")
        measured = {name: content[view]["photographs"][measure] for name, (view, measure) in _FIDELITY.items()}
        compressed = content[WHOLE]["photographs"].get("compression", {})
        measured |= {name: compressed.get(key, math.nan) for name, key in COMPRESSION.items()}
        measured |= {name: _shares(scores) for name, scores in _scores(content).items()}
        lines = pd.DataFrame({"photograph": images, "source": evaluation_files.sources(content[WHOLE]), **measured})
        parts.append(lines.assign(**labels, run=point["run"]))
    return pd.concat(parts, ignore_index=True).reindex(columns=[*PHOTOGRAPHS, *_compression(found)])


def confusion(found):
    """Confusion in percent of each true class, mean over runs (columns `CONFUSION`), and its spread.

    `view` is "whole", of whole photographs, or "patchwise", as in the papers.

    The spread, `percent_std`, is the sample standard deviation over runs; it is empty where there is one.

    Raises:
        UserError: the runs of one grid point tell different classes apart.
    """
    lines = []
    for point, content in found:
        classes = content["classes"]
        for view, codec in itertools.product((WHOLE, PATCHWISE), evaluation_files.codecs(content)):
            for true, counts in zip(classes, content[view][codec]["confusion"], strict=True):
                lines += [
                    {**_labels(point), "view": view, "codec": codec, "true": true, "predicted": predicted,
                     "run": point["run"], "percent": 100 * count / sum(counts)}
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
        # A name is text, also where it looks like a number or like nothing: None, NA, 007.
        table = pd.read_csv(path, dtype=dict.fromkeys(_TEXTS, str), keep_default_na=False, na_values=[""])
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


def text(table):
    """A table as CSV with six significant digits; what is unknown stays empty."""
    return table.to_csv(index=False, float_format="%.6g", lineterminator="\n")


def write(table, path):
    """Write a table as `text`."""
    files.write_text(path, text(table))


def _sorted(grid):
    order = {key: {value: place for place, value in enumerate(grid[key])} for key in ("camera", "isp", "channel")}
    return sorted(
        grids.points(grid), key=lambda point: (*(order[key][point[key]] for key in order), *grids.order(point))
    )


def _labels(point):
    return {key: grids.SPELLINGS[key](point[key]) if key in grids.SPELLINGS else point[key] for key in GROUP}


def _scores(content):
    """Scores in an evaluation by the columns of accuracies."""
    real = evaluation_files.codecs(content)[1]
    return {name: content[view][real if codec == _REAL else codec] for name, (view, codec) in _ACCURACIES.items()}


def _shares(scores):
    """Share of windows or patches that were named right, of each photograph."""
    return [sum(hits) / (len(hits) * scores["trials"]) for hits in scores["hits"]]


def _compression(found):
    """Columns of what real codecs do, where there are learned ones."""
    return list(COMPRESSION) if any(point[grids.CODEC] != grids.NONE for point, _ in found) else []
