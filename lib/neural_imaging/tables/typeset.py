"""Tables for readers: Markdown, and LaTeX with booktabs that can be pasted into a paper."""

import csv
import io
import math
import re
from decimal import ROUND_HALF_UP, Decimal

from neural_imaging.base import files
from neural_imaging.study import grid
from neural_imaging.tables import pages, tables

LABELS = {
    "camera": "Camera", "isp": "ISP", "channel": "Channel", "lambda_isp": "λ", "lambda_codec": "λ codec",
    "signature": "Signature", "run": "Run", "runs": "Runs", "view": "View", "codec": "Codec", "true": "True class",
}  # fmt: skip
# measure: (heading, factor, decimals)
MEASURES = {
    "accuracy": ("Accuracy, whole (%)", 100, 1),
    "accuracy_libjpeg": ("Accuracy, whole, real codec (%)", 100, 1),
    "accuracy_cropped": ("Accuracy, cropped, real codec (%)", 100, 1),
    "accuracy_patchwise": ("Accuracy, patchwise (%)", 100, 1),
    "psnr": ("PSNR, whole (dB)", 1, 2),
    "ssim": ("SSIM, whole", 1, 3),
    "psnr_patchwise": ("PSNR, patchwise (dB)", 1, 2),
}
# Of experiments with learned codecs.
COMPRESSION = {"effective_bpp": ("Bits a pixel", 1, 3), "codec_ssim": ("SSIM, codec", 1, 3)}
_LATEX = str.maketrans({
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "λ": r"$\lambda$", "±": r"$\pm$", "–": "--", "−": "$-$",
    "γ": r"$\gamma$", "∞": r"$\infty$",
})  # fmt: skip
# What stands beside the CSV file of a table.
BESIDE = files.TABLE[1:]

# Where LaTeX's cells are broken: before an interval and behind it, and headings before units and behind commas.
_CELL_BREAKS = re.compile(r" (?=\[)|(?<=\]), ")
_HEADING_BREAKS = re.compile(r" (?=\()|(?<=,) ")


def runs(table):
    """Headings and lines of text for the table of runs: accuracies with their interval in one cell."""
    keys, shown = [*labels(table), "run"], measures(table)
    lines = []
    for line in table.to_dict("records"):
        ends = {name: [line.get(f"{name}_{end}", math.nan) for end in ("low", "high")] for name in shown}
        cells = [interval(line[name], *ends[name], *form) for name, (_, *form) in shown.items()]
        lines.append([*(str(line[label]) for label in keys), *cells])
    return [*(LABELS[label] for label in keys), *(heading for heading, _, _ in shown.values())], lines


def labels(table):
    """Columns that say which grid point a line is of, without those that are "none" in every line."""
    return [name for name in tables.GROUP if (table[name] != grid.NONE).any()]


def confusion(table):
    """Headings and lines of text for confusion: a line a true class, a column a predicted one, percent ± spread."""
    keys, predicted = [*labels(table), "view", "codec", "true"], list(dict.fromkeys(table["predicted"]))
    lines = []
    for key, row in table.groupby(keys, sort=False):
        cells = {cell["predicted"]: spread(cell["percent"], cell["percent_std"]) for cell in row.to_dict("records")}
        key = [
            grid.codec_name(str(each)) if name == "codec" else str(each) for name, each in zip(keys, key, strict=True)
        ]
        lines.append([*key, *(cells.get(name, number(None)) for name in predicted)])
    return [*(LABELS[label] for label in keys), *(f"{name} (%)" for name in predicted)], lines


def measures(table, ending=""):
    """The measures of a table; those of codecs with the real codec's name as it is there."""
    real = grid.real_codec(table)
    named = {name: (heading.replace(grid.REAL, real), *form) for name, (heading, *form) in MEASURES.items()}
    return named | {name: form for name, form in COMPRESSION.items() if f"{name}{ending}" in table}


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
    forms = [f"{'>' if flush else '<'}{width}" for width, flush in zip(widths, right, strict=True)]
    return "".join(f"| {' | '.join(map(format, line, forms))} |\n" for line in (headings, rule, *lines))


def latex(headings, lines, group=3, widths=None):
    """A `tabular` with booktabs rules. A thin rule stands where one of the first columns, `group` of them, changes.

    Columns of sentences have a width, as in `{"Claim": "5cm"}`, in which LaTeX breaks their lines. Labels that are
    the same in every line stand below the table once, intervals stand below their values, and a table that is still too
    large for its page is made smaller.
    """
    columns, same, kept = {}, [], []
    for place, (heading, right) in enumerate(zip(headings, _right(lines, len(headings)), strict=True)):
        width = (widths or {}).get(heading)
        columns[place] = f"p{{{width}}}" if width else "r" if right else "l"
        label = not width and (not right or heading in LABELS.values())
        alike = label and len(lines) > 1 and len({line[place] for line in lines}) == 1
        (same if alike else kept).append(place)
    columns = [columns[place] for place in kept]
    rows = []
    for line, before in zip(lines, [*lines[:1], *lines], strict=False):
        rows += ["\\midrule"] if line[:group] != before[:group] else []
        rows.append(_row([line[place] for place in kept], columns, _CELL_BREAKS))
    repeated = "; ".join(f"{headings[place]}: {lines[0][place]}" for place in same).translate(_LATEX)
    below = f"\\multicolumn{{{len(kept)}}}{{l}}{{\\footnotesize {repeated}}} \\\\"
    return "\n".join(
        [
            "% needs \\usepackage{booktabs, adjustbox}",
            "\\begin{adjustbox}{max width=\\linewidth, max totalheight=0.9\\textheight}",
            f"\\begin{{tabular}}{{{''.join(columns)}}}",
            "\\toprule",
            _row([headings[place] for place in kept], columns, _HEADING_BREAKS, "b"),
            "\\midrule",
            *rows,
            "\\bottomrule",
            *([below] if same else []),
            "\\end{tabular}",
            "\\end{adjustbox}",
            "",
        ]
    )


def write(table, path, cells, group=3, widths=None, below=""):
    """Write a table as CSV to `path`, and what `cells(table)` makes of it as Markdown, `latex` and a page beside it.

    Markdown, which comes back to be printed, and the page have the text `below` in addition.
    """
    headings, lines = cells(table)
    for suffix in (*BESIDE, path.suffix):
        files.check_output(path.with_suffix(suffix))
    text = markdown(headings, lines) + below
    files.write_text(path.with_suffix(".md"), text)
    files.write_text(path.with_suffix(".tex"), latex(headings, lines, group, widths))
    write_page(table, path, headings, lines, below)
    return text


def write_page(table, path, headings=None, lines=None, below=""):
    """Write a table as CSV to `path`, and as a page beside it (`pages.page`): these lines, or all that it has."""
    content = tables.text(table)
    if headings is None:
        headings, *lines = csv.reader(io.StringIO(content))
    files.check_output(path.with_suffix(".html"))
    files.write_text(path.with_suffix(".html"), pages.page(path.stem, headings, lines, content, below))
    files.write_text(path, content)


def _row(line, columns, breaks, align="t"):
    """A line of LaTeX; cells of columns without a width are broken at what `breaks` matches, and stand at the top."""
    cells = []
    for cell, column in zip(line, columns, strict=True):
        parts = [part.translate(_LATEX) for part in ([cell] if column.startswith("p") else breaks.split(cell))]
        # In braces, since a bracket behind a break would be read as the space below the line.
        stacked = "\\\\".join(f"{{{part}}}" for part in parts)
        stack = f"\\begin{{tabular}}[{align}]{{@{{}}{column}@{{}}}}{stacked}\\end{{tabular}}"
        cells.append(stack if len(parts) > 1 else parts[0])
    return " & ".join(cells) + r" \\"


def _right(lines, columns):
    """Which columns hold numbers only, and so stand flush right."""
    return [all(line[place][:1] in pages.NUMERIC for line in lines) and bool(lines) for place in range(columns)]
