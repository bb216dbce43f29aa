"""The matrix of robustness: scores and gains of each condition, whose cells open the confusion behind them."""

import html
import json

import matplotlib

from neural_imaging.figures import style
from neural_imaging.publishing import parts
from neural_imaging.study import grid
from neural_imaging.study.conditions import WORST
from neural_imaging.tables import robustness_table, tables
from neural_imaging.tables.typeset import interval, number

_PLACE = ["protocol", "camera", "isp", "channel"]
_ENDS = ("", "_low", "_high")
# The least end of the scale of gains, in points, so that noise is pale.
_LEAST = 10


def read(path):
    """The table of gains."""
    return tables.read(path, robustness_table.GAINS)


def sections(table, runs):
    """A section for each protocol, camera, ISP and channel.

    Args:
        table: a line a grid point and condition (`robustness_table.GAINS`).
        runs: numbers of a grid point's runs on the page, by protocol and what `tables.GROUP` names.
    """
    found = []
    for place, lines in table.groupby(_PLACE, sort=False):
        weights = map(style.with_codec, lines["lambda_isp"], lines[grid.CODEC])
        lines = style.with_variants(lines.assign(weight=list(weights)), "weight")
        found.append(_section(", ".join(place), lines, runs))
    return found


def _section(title, lines, runs):
    variants, conditions = style.weights(lines["variant"]), style.unique(lines["condition"])
    cells = {(line["condition"], line["variant"]): line for line in lines.to_dict("records")}
    scale = max(_LEAST, 100 * lines["gain"].abs().max()) if lines["gain"].notna().any() else _LEAST
    head = "".join(f'<th scope="col">{html.escape(style.weight_title(variant))}</th>' for variant in variants)
    rows = ""
    for condition in conditions:
        shown = "".join(_cell(cells.get((condition, variant)), scale, runs) for variant in variants)
        rows += f'<tr><th scope="row">{html.escape(condition)}</th>{shown}</tr>\n'
    matrix = f'<table class="matrix"><thead><tr><td></td>{head}</tr></thead><tbody>\n{rows}</tbody></table>'
    label = html.escape(title)
    return f"""<section><h3>{label}</h3>
<p class="hint">A column where only the forensic network learned has scores in percent; the others have gains over it,
in points. A click on a cell opens the confusion and the records behind it.</p>
{parts.scrolling(f"Matrix: {title}", matrix)}
<div class="details" aria-live="polite"></div></section>
"""


def _cell(line, scale, runs):
    if line is None:
        return "<td></td>"
    alone = line["variant"] in (grid.FAN_ONLY, grid.BASIC)
    measure = "score" if alone else "gain"
    value, text = 100 * line[measure], number(line[measure], 100, sign=not alone)
    colour, ink = colours(value, alone, scale)
    whole = interval(*(line[f"{measure}{end}"] for end in _ENDS), 100, sign=not alone)
    named = line["of"] if line["condition"] == WORST else line["condition"]
    what = f"{style.weight_title(line['variant'])}, {line['condition']}"
    what += f" ({named})" if named != line["condition"] else ""
    label = html.escape(f"{what}: {measure} {whole}, {line['measure']}", quote=True)
    numbers = runs.get((line["protocol"], *(str(line[name]) for name in tables.GROUP)), [])
    look = html.escape(named, quote=True)
    return (
        f'<td style="background: {colour}; color: {ink}"><button type="button" aria-pressed="false" '
        f'aria-label="{label}" data-look="{look}" data-runs="{html.escape(json.dumps(numbers))}">{text}</button></td>'
    )


def colours(value, alone, scale):
    """Colours of a cell and of its text, which stays readable on it."""
    if value != value:
        return "#fff", "#000"
    shade = (
        matplotlib.colormaps["Blues"](value / 100) if alone else matplotlib.colormaps["RdBu"](0.5 + value / scale / 2)
    )
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in shade[:3]]
    luminance = sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    # WCAG 2: black has more contrast than white above this luminance.
    return matplotlib.colors.to_hex(shade), "#000" if luminance > 0.179 else "#fff"
