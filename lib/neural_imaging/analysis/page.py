"""The page of an analysis: one file of HTML with its pictures in it, which loads nothing from anywhere."""

import html

import numpy as np

from neural_imaging.analysis import conclusions, drawing, facts, photographs, undecidable

LOOK = """
:root { color-scheme: light } * { box-sizing: border-box }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 68rem; padding: 1rem; color: #1d1d1f }
h1 { font-size: 1.5rem; margin: 0.5rem 0 0; overflow-wrap: anywhere } h2 { font-size: 1.15rem; margin: 2rem 0 0.5rem }
p { margin: 0.5rem 0 } .quiet { color: #555 } .finding { font-size: 1.15rem; font-weight: 600; margin: 1rem 0 0.5rem }
.origin { border-left: 4px solid #d55e00; padding: 0.1rem 0 0.1rem 0.75rem; max-width: 50rem }
.limits { margin: 0; padding-left: 1.2rem; max-width: 50rem }
figure { margin: 0 } figcaption { font-size: 0.9rem; color: #555; margin-top: 0.25rem }
img { display: block; width: 100%; height: auto }
.pair, .maps { display: grid; gap: 1.25rem; margin-top: 1rem }
.pair { grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)) }
.maps { grid-template-columns: repeat(auto-fill, minmax(min(100%, 9.5rem), 1fr)) }
.maps img { border: 1px solid #bbb } .maps figcaption b { color: #1d1d1f }
table { border-collapse: collapse; width: 100% } th, td { padding: 0.3rem 0.5rem; text-align: left }
tr { border-bottom: 1px solid #ddd; vertical-align: top }
td.number, th.number { text-align: right; white-space: nowrap }
th.wide { width: 45% } .wrap { overflow-x: auto } .facts th { width: 13rem; font-weight: 600 }
.facts td { overflow-wrap: anywhere }
.bar { background: #e6e6e6; height: 0.9rem; margin-top: 0.3rem; position: relative }
.bar span { display: block; height: 100%; background: #33506f }
.bar i { position: absolute; top: -0.15rem; bottom: -0.15rem; width: 2px; background: #111 }
.swatch { display: inline-block; width: 0.9em; height: 0.9em; margin-right: 0.4em; border: 1px solid #777;
  vertical-align: -0.1em }
.flat { background: repeating-linear-gradient(135deg, #5a5a5a 0 2px, #ebebeb 2px 6px) }
.dark { background: repeating-linear-gradient(45deg, #5a5a5a 0 2px, #ebebeb 2px 6px) }
.scale { display: flex; gap: 0.5rem; align-items: center; font-size: 0.9rem; color: #555; margin-top: 0.5rem }
.scale img { height: 0.8rem; width: 10rem; min-width: 3rem } .scale span { white-space: nowrap }
.grid td { text-align: right; padding: 0.1rem 0.4rem; font-variant-numeric: tabular-nums; border: 0 }
.grid { width: auto } summary { cursor: pointer } .thumbnails { display: flex; gap: 1.25rem; margin-top: 1rem }
.thumbnails figure { max-width: 14rem }
.tables { display: flex; flex-wrap: wrap; gap: 2rem }
@media (max-width: 30rem) { .spare { display: none }
  .facts th, .facts td { display: block; width: auto; padding: 0.1rem 0 }
  .facts tr { padding: 0.3rem 0; display: block } }
"""
# Of a class that has no colour of its own.
_UNCOLOURED = "#ffffff"
_DOUBT = "<b>Uncertainty</b>"


def of(analysis):
    """The page of an `analyse.Analysis`."""
    photograph, cells, mean = analysis.photograph, analysis.map(), analysis.mean
    height, width = photograph.picture.shape[:2]
    finding, origin, *limits = analysis.sentences()
    meanings = conclusions.meanings(analysis.classes)
    palette = drawing.colours(analysis.classes, mean)
    small = drawing.smaller(photograph.picture, drawing.LARGE)
    over = drawing.named(small, cells, palette)
    as_is = photograph.judged_as == photographs.RECEIVED
    caption = "The photo" if as_is else "The photo, as developed and received"
    side, rows, columns = analysis.grid.side, *analysis.grid.shape
    body = f"""<header><h1>{html.escape(photograph.name)}</h1>
<p class="quiet">{html.escape(facts.line(photograph))}</p></header>
<main>
<p class="finding">{html.escape(finding)}</p>
<p class="origin">{html.escape(origin)}</p>
<ul class="limits">{"".join(f"<li>{html.escape(limit)}</li>" for limit in limits)}</ul>
<div class="pair">
{_figure(drawing.jpeg(small), f"The photo, {width} by {height} pixels", caption)}
{_figure(drawing.jpeg(over), _spoken(analysis, cells), "The likeliest class of each place; the stronger, the surer")}
</div>
<h2>Classes</h2>
{_classes(analysis, palette)}
<p class="quiet">{html.escape("; ".join(f"{name}: {text}" for name, text in meanings.items()))}</p>
<p class="quiet">Bars are means over {int(analysis.judged.sum()):,} of {analysis.states.size:,} windows, {rows} rows of
{columns}, of {side} × {side} pixels. Most windows lie between the two marks (10th and 90th percentile).</p>
<h2>Where</h2>
<div class="maps">
{"".join(_map(cells, place, name) for place, name in enumerate(analysis.classes))}
{_figure(drawing.numbers(cells, cells.uncertainty, scale="Purples"), _range("Uncertainty", cells.uncertainty), _DOUBT)}
</div>
{_scale("cividis", "0 %", "100 %", "Probability")}
{_scale("Purples", "sure", "a guess", "Uncertainty")}
{_hatching(analysis)}
<h2>What the file says</h2>
{facts.section(photograph)}
<h2>The model</h2>
{facts.model(analysis)}
</main>"""
    return document(photograph.name, body)


def document(title, body):
    """A page of HTML."""
    return f"""<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(title)}</title><style>{LOOK}</style></head>
<body>
{body}
</body>
</html>
"""


def swatch(colour):
    """A small square of a colour."""
    return f'<span class="swatch" style="background:{colour or _UNCOLOURED}"></span>'


def _figure(source, alt, caption):
    """A picture; the caption is HTML."""
    return f'<figure><img src="{source}" alt="{html.escape(alt)}"><figcaption>{caption}</figcaption></figure>'


def _map(cells, place, name):
    values = cells.values[..., place]
    return _figure(drawing.numbers(cells, values), _range(f"Map of “{name}”", values), f"<b>{html.escape(name)}</b>")


def _range(what, values):
    """What a map shows, for those who do not see it."""
    if np.isnan(values).all():
        return f"{what}: nothing can be told anywhere"
    row, column = np.unravel_index(np.nanargmax(values), values.shape)
    where = f"{_third(row, values.shape[0], 'top', 'bottom')} {_third(column, values.shape[1], 'left', 'right')}"
    ends = f"{100 * np.nanmin(values):.0f} % to {100 * np.nanmax(values):.0f} %"
    return f"{what}: {ends}, highest at the {where}"


def _third(place, count, first, last):
    third = 3 * (place + 0.5) / count
    return first if third < 1 else last if third > 2 else "middle"


def _spoken(analysis, cells):
    """The map of the likeliest classes in words."""
    known = cells.values[~np.isnan(cells.values[..., 0])]
    if not len(known):
        return "Nothing can be told anywhere"
    named = known.argmax(axis=1)
    shares = [(float((named == place).mean()), name) for place, name in enumerate(analysis.classes)]
    words = ", ".join(f"{name} in {100 * share:.0f} % of it" for share, name in sorted(shares, reverse=True) if share)
    return f"The likeliest class at each place: {words}"


def _classes(analysis, palette):
    if analysis.mean is None:
        names = "".join(f"<li>{html.escape(name)}</li>" for name in analysis.classes)
        return f"<ul>{names}</ul>"
    low, high = analysis.spread
    rows = []
    for place in sorted(range(len(analysis.classes)), key=lambda place: -analysis.mean[place]):
        value, ends = 100 * analysis.mean[place], (100 * low[place], 100 * high[place])
        marks = "".join(f'<i style="left:{end:.1f}%"></i>' for end in ends)
        rows.append(
            f"<tr><td>{swatch(palette[place])}{html.escape(analysis.classes[place])}</td>"
            f'<td><div class="bar"><span style="width:{value:.1f}%"></span>{marks}</div></td>'
            f'<td class="number">{value:.0f} %</td><td class="number spare">{ends[0]:.0f} to {ends[1]:.0f} %</td></tr>'
        )
    return (
        '<div class="wrap"><table><thead><tr><th scope="col">Class</th><th scope="col" class="wide">Probability</th>'
        '<th scope="col" class="number">Mean</th><th scope="col" class="number spare">Most windows</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _scale(name, low, high, what):
    alt = f"Colours of {what.lower()} from {low} to {high}"
    picture = f'<img src="{drawing.legend(name)}" alt="{alt}">'
    return f'<p class="scale"><span>{what}: {low}</span>{picture}<span>{high}</span></p>'


def _hatching(analysis):
    """What stripes mean, where there are any."""
    parts = []
    flat = f"neighbours differ by less than {undecidable.LEAST_TEXTURE:g} grey levels"
    for state, words in (
        (undecidable.FLAT, f"too flat to tell: {flat}"),
        (undecidable.DARK, f"too dark to tell: {flat}, and the mean is below {undecidable.LEAST_LEVEL:g} of 255"),
    ):
        count = int((analysis.states == undecidable.STATES.index(state)).sum())
        if count:
            parts.append(f'<p><span class="swatch {state}"></span>{words} ({count:,} window{"s" * (count > 1)})</p>')
    return "".join(parts)
