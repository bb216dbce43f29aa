"""Tables for readers: Markdown, and LaTeX with booktabs that can be pasted into a paper."""

import math
from decimal import ROUND_HALF_UP, Decimal

from neural_imaging import files
from neural_imaging.evaluation import tables

LABELS = {
    "camera": "Camera",
    "isp": "ISP",
    "channel": "Channel",
    "lambda_isp": "λ",
    "lambda_codec": "λ codec",
    "run": "Run",
    "runs": "Runs",
    "codec": "Codec",
    "true": "True class",
}
# measure: (heading, factor, decimals)
MEASURES = {
    "accuracy": ("Accuracy (%)", 100, 1),
    "accuracy_libjpeg": ("Accuracy, libjpeg (%)", 100, 1),
    "psnr": ("PSNR (dB)", 1, 2),
    "ssim": ("SSIM", 1, 3),
}
# Of experiments with learned codecs.
COMPRESSION = {"effective_bpp": ("Bits a pixel", 1, 3), "codec_ssim": ("SSIM, codec", 1, 3)}
_LATEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "λ": r"$\lambda$", "±": r"$\pm$", "–": "--", "−": "$-$",
    "γ": r"$\gamma$", "∞": r"$\infty$",
}  # fmt: skip


def runs(table):
    """Headings and lines of text for the table of runs: accuracies with their interval in one cell."""
    labels, shown = [*tables.group(table), "run"], measures(table)
    lines = []
    for line in table.to_dict("records"):
        cells = [str(line[label]) for label in labels]
        for name, (_, factor, decimals) in shown.items():
            ends = (line.get(f"{name}_{end}", math.nan) for end in ("low", "high"))
            cells.append(interval(line[name], *ends, factor, decimals))
        lines.append(cells)
    return [*(LABELS[label] for label in labels), *(heading for heading, _, _ in shown.values())], lines


def confusion(table):
    """Headings and lines of text for confusion: a line a true class, a column a predicted one, percent ± spread."""
    labels, predicted = [*tables.group(table), "codec", "true"], list(dict.fromkeys(table["predicted"]))
    lines = []
    for key, row in table.groupby(labels, sort=False):
        found = {one["predicted"]: spread(one["percent"], one["percent_std"]) for one in row.to_dict("records")}
        lines.append([*map(str, key), *(found.get(name, number(None)) for name in predicted)])
    return [*(LABELS[label] for label in labels), *(f"{name} (%)" for name in predicted)], lines


def measures(table, ending=""):
    """The measures of a table; those of codecs with the real codec's name as it is there."""
    coded = {name: form for name, form in COMPRESSION.items() if f"{name}{ending}" in table}
    real = {"accuracy_libjpeg": ("Accuracy, real codec (%)", 100, 1)} if coded else {}
    return {**MEASURES, **real, **coded}


def number(value, factor=1, decimals=1, sign=False):
    """A number as text; nothing known is a dash, minus signs are typographic."""
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    # Halves go up, and the last bits do not count: a value reads the same before and after it was in a CSV file.
    rounded = Decimal(f"{factor * value:.6g}").quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{rounded:{'+' if sign else ''}f}".replace("-", "−")


def interval(value, low, high, factor=1, decimals=1, sign=False):
    """`value [low, high]`, or the value alone where no interval is known."""
    text, *ends = (number(each, factor, decimals, sign) for each in (value, low, high))
    return text if math.isnan(low) else f"{text} [{ends[0]}, {ends[1]}]"


def spread(mean, deviation, factor=1, decimals=1):
    """`mean ± deviation`, or the mean alone where no spread is known."""
    text = number(mean, factor, decimals)
    return text if math.isnan(deviation) else f"{text} ± {number(deviation, factor, decimals)}"


def markdown(headings, lines):
    """A Markdown table whose columns line up as plain text too; numbers stand to the right."""
    right = _right(lines, len(headings))
    widths = [max(3, *(len(line[place]) for line in [headings, *lines])) for place in range(len(headings))]
    rule = ["-" * (width - 1) + (":" if flush else "-") for width, flush in zip(widths, right, strict=True)]
    return "".join(f"| {' | '.join(_padded(line, widths, right))} |\n" for line in [headings, rule, *lines])


def latex(headings, lines, group=3, widths=None):
    """A `tabular` with booktabs rules. A thin rule stands where one of the first columns, `group` of them, changes.

    Columns of sentences have a width, as in `{"Claim": "5cm"}`, in which LaTeX breaks their lines.
    """
    right = zip(headings, _right(lines, len(headings)), strict=True)
    columns = "".join(
        f"p{{{widths[name]}}}" if name in (widths or {}) else "r" if flush else "l" for name, flush in right
    )
    text = [f"\\begin{{tabular}}{{{columns}}}", "\\toprule", _row(headings), "\\midrule"]
    for place, line in enumerate(lines):
        if place and line[:group] != lines[place - 1][:group]:
            text.append("\\midrule")
        text.append(_row(line))
    return "\n".join(["% needs \\usepackage{booktabs}", *text, "\\bottomrule", "\\end{tabular}", ""])


def write(table, path, cells, group=3, widths=None):
    """Write a table as CSV to `path`, and what `cells(table)` makes of it as Markdown and `latex` beside it."""
    headings, lines = cells(table)
    for suffix in (".md", ".tex", path.suffix):
        files.check_output(path.with_suffix(suffix))
    files.write_text(path.with_suffix(".md"), markdown(headings, lines))
    files.write_text(path.with_suffix(".tex"), latex(headings, lines, group, widths))
    tables.write(table, path)


def _row(line):
    return " & ".join("".join(_LATEX.get(letter, letter) for letter in cell) for cell in line) + r" \\"


def _padded(line, widths, right):
    return [
        cell.rjust(width) if flush else cell.ljust(width)
        for cell, width, flush in zip(line, widths, right, strict=True)
    ]


def _right(lines, columns):
    """Which columns hold numbers only, and so stand flush right."""
    return [all(line[place][:1] in "+−–∞0123456789" for line in lines) and bool(lines) for place in range(columns)]
