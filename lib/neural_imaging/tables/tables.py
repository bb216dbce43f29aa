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
    "photograph", "interval_over", "measure", "reason", "curve",
    "key", "paper", "unit", "claim", "protocol", "scale", "differs_in", "shown_when", "verdict", "note",
    # Of tests on other pictures.
    "trained_on", "tested_on",
    # Of tests under other conditions.
    "condition", "of", "gain_over", "manipulations",
    # Of tests of fingerprints: pipelines, and whether what devices share was taken out.
    "enrolled", "tested", "base", "cleaned",
    # Of tests of localisation.
    "region", "manipulation", "isp_of_region", "splice", "above_chance",
    # Of tests of attacks.
    "attack",
)  # fmt: skip
_TEXTS = sorted({*WORDS, *grids.SPELLINGS} - {"quality"})


def evaluation(root, point):
    """A grid point, and its run's `evaluation.json`; a `UserError` where it is missing, damaged, or of another run."""
    return point, evaluation_files.read(grids.run_folder(root, point) / "evaluation.json", labels(point))


def evaluations(root, grid):
    """`evaluation` of every point, the λ of one camera, ISP and channel sorted as the papers show them."""
    return [evaluation(root, point) for point in _sorted(grid)]


def runs(found):
    """One line a run (columns `RUNS`, and those of `COMPRESSION`), from what `evaluations` returns.

    A run's own interval is a bootstrap over its photographs: windows of one depend on each other, and so do its parts.
    """
    lines = []
    for point, content in found:
        line = labels(point) | {name: content[view][measure] for name, (view, measure) in _FIDELITY.items()}
        sources = evaluation_files.sources(content[WHOLE])
        for name, scores in _scores(content).items():
            interval = statistics.bootstrap([_shares(scores)], 0, 1, sources)
            line |= {name: scores["accuracy"], f"{name}_low": interval.low, f"{name}_high": interval.high}
        line |= {name: content[WHOLE].get("compression", {}).get(key) for name, key in COMPRESSION.items()}
        lines.append(line)
    return pd.DataFrame(lines, columns=[*RUNS, *_compression(found)])


def photographs(found):
    """One line a run and photograph (columns `PHOTOGRAPHS`), from what `evaluations` returns."""
    parts, seen = [], {}
    for point, content in found:
        images, columns = content[WHOLE]["photographs"]["image"], labels(point)
        where = ", ".join(str(columns[name]) for name in GROUP)
        if seen.setdefault(where, images) != images:
            raise UserError(f"the runs of {where} were measured on different photographs; evaluate them again")
        columns |= {"photograph": images, "source": evaluation_files.sources(content[WHOLE])}
        columns |= {name: content[view]["photographs"][measure] for name, (view, measure) in _FIDELITY.items()}
        compressed = content[WHOLE]["photographs"].get("compression", {})
        columns |= {name: compressed.get(key, math.nan) for name, key in COMPRESSION.items()}
        columns |= {name: _shares(scores) for name, scores in _scores(content).items()}
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True).reindex(columns=[*PHOTOGRAPHS, *_compression(found)])


def confusion(found):
    """Confusion in percent of each true class, mean over runs (columns `CONFUSION`), and its spread.

    `view` is "whole", of whole photographs, or "patchwise", as in the papers. The spread, `percent_std`, is the sample
    standard deviation over runs; it is empty where there is one.
    """
    lines = []
    for point, content in found:
        classes = content["classes"]
        for view, codec in itertools.product((WHOLE, PATCHWISE), evaluation_files.codecs(content)):
            for true, counts in zip(classes, content[view][codec]["confusion"], strict=True):
                line = labels(point) | {"view": view, "codec": codec, "true": true}
                lines += [
                    {**line, "predicted": predicted, "percent": 100 * count / sum(counts)}
                    for predicted, count in zip(classes, counts, strict=True)
                ]
    means = pd.DataFrame(lines).groupby(CONFUSION[:-1], sort=False)["percent"]
    if means.size().groupby(GROUP).nunique().max() > 1:
        raise UserError("the runs of one grid point tell different classes apart; evaluate them again")
    return means.agg(percent="mean", percent_std="std").reset_index()


def training(root, point):
    """A run's `training.csv`, with the run's labels in front; a `UserError` where it is missing, empty, or no table."""
    lines = read(grids.run_folder(root, point) / "training.csv", ["epoch"])
    return pd.concat([pd.DataFrame([labels(point)] * len(lines)), lines], axis="columns")


def progress(root, grid):
    """`training` of every run, below each other."""
    return pd.concat([training(root, point) for point in _sorted(grid)], ignore_index=True)


def tested(trained, root, file):
    """Each run that is tested: path of its test below `root`, texts of its protocol and `GROUP`, and its number.

    Args:
        trained: list of mappings of "protocol" and "grid", see `grid.points`.
        root: folder of `<protocol>/<run>/<file>`.
        file: name of the test's file.
    """
    for runs in trained:
        for point in grids.points(runs["grid"]):
            named = labels(point)
            path = Path(root, runs["protocol"], grids.run_folder("", point), file)
            yield path, (runs["protocol"], *(named[name] for name in GROUP)), named["run"]


def read_test(path, what, check):
    """Read a run's test, a JSON file, that `check` refuses by a `UserError` where tables could not be made of it.

    Args:
        what: the test is of.

    Raises:
        UserError: the file is missing or damaged; the line begins with the file.
    """
    content = files.read_json(path)
    try:
        check(content)
    except UserError as error:
        raise UserError(f"{path}: not a test of {what}: {error}; test the run again") from None
    return content


def labels(point):
    """Columns of a grid point as tables have them (`PROGRESS`)."""
    return {key: grids.SPELLINGS.get(key, lambda value: value)(point[key]) for key in grids.KEYS}


def read(path, columns):
    """Read a CSV table that must have these columns and at least one line; a `UserError` names what is wrong.

    λ stays text, in the spelling of `grid.weight`. Columns that are not among `WORDS` must have numbers; what is
    unknown may be empty.
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
    """A column as numbers; a `UserError` where it has something else."""
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
    places = ("camera", "isp", "channel")
    return sorted(
        grids.points(grid), key=lambda point: (*(grid[key].index(point[key]) for key in places), *grids.order(point))
    )


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
