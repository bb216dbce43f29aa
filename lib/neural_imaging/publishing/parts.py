"""Parts of pages: the frame of one, a table that sorts, a plot, a figure, and where each came from."""

import html
import json
import re
from importlib import resources

from neural_imaging.base.errors import UserError

# Longer tables are folded.
_LONG = 40
_TABLE, _ROW = re.compile(r"<table>.*?</table>", re.DOTALL), re.compile("<tr>")


def asset(name):
    """The text of a file that all pages share."""
    return resources.files(__package__).joinpath("assets", name).read_text(encoding="utf-8")


def page(title, navigation, here, body, shown=None):
    """A whole page.

    Args:
        navigation: pairs of a file and what it is called.
        here: the file of this page.
        body: its content, HTML.
        shown: what scripts show, as JSON types: "runs" and "plots".
    """
    entries = "".join(
        f'<a href="{file}"{" aria-current=page" if file == here else ""}>{html.escape(name)}</a>'
        for file, name in navigation
    )
    # "<" would end the script.
    data = json.dumps(shown or {"runs": [], "plots": {}}, allow_nan=False, separators=(",", ":")).replace(
        "<", "\\u003c"
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(title)}</title><link rel="stylesheet" href="assets/view.css"><link rel="icon" href="data:,"></head>
<body>
<header><nav aria-label="Pages">{entries}</nav></header>
<main>
<h1>{html.escape(title)}</h1>
{body}
</main>
<script type="application/json" id="data">{data}</script>
<script src="assets/sort.js"></script><script src="assets/view.js"></script>
</body>
</html>
"""


def caption(text):
    """A caption, whose only mark is ``literal``, as a paragraph."""
    marked = re.sub(r"``(.+?)``", r"<code>\1</code>", html.escape(" ".join(text.split())))
    return f'<p class="caption">{marked}</p>'


def source(command, links=()):
    """A line that says how a thing was made, and where the records behind it stand: pairs of an address and a name."""
    named = ", ".join(f'<a href="{html.escape(address)}">{html.escape(name)}</a>' for address, name in links)
    return f'<p class="from">Made by <code>{html.escape(command)}</code>{f" from {named}" if named else ""}.</p>'


def table(title, content, links, name):
    """A table that sorts, as a section.

    Args:
        content: the table's page, as `tables.pages` writes it.
        links: for each line a list of pairs of address and name of its records; or nothing.
        name: of its CSV file.

    Raises:
        UserError: the page has no table.
    """
    found = _TABLE.search(content)
    if found is None:
        raise UserError(f"{name}.html: has no table; make it again")
    shown, lines = found[0], lines_of(content)
    if links:
        # In front, since wide tables scroll.
        cells = iter(
            [f'<th scope="col">{_button("Records")}</th>', *(f"<td>{_addresses(each)}</td>" for each in links)]
        )
        shown = _ROW.sub(lambda start: start[0] + next(cells), shown)
    body = scrolling(f"Table: {title}", shown)
    file = f'<p><a href="tables/{name}.csv" download>{name}.csv</a> has every column.</p>'
    if lines > _LONG:
        return f"<details><summary>{lines} lines</summary>{body}</details>{file}"
    return body + file


def lines_of(content):
    """How many lines a table's page has."""
    found = _TABLE.search(content)
    return found[0].count("<tr>") - 1 if found else 0


def records(headings, lines):
    """A table that sorts, of cells that are HTML."""
    head = "".join(f'<th scope="col">{_button(heading)}</th>' for heading in headings)
    rows = "\n".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>" for cells in lines)
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{rows}\n</tbody></table>"


def scrolling(name, content):
    """Content that scrolls by itself where it is too large, also by keys."""
    return f'<div class="scroll" tabindex="0" role="group" aria-label="{html.escape(name)}">{content}</div>'


def plot(name, title, views, text):
    """A section for an interactive plot; `text` is its caption."""
    options = "".join(
        f'<option value="{place}">{html.escape(view["name"])}</option>' for place, view in enumerate(views)
    )
    legend = "".join(map(_key, views[0]["series"]))
    label = html.escape(title)
    return f"""<section class="plot" data-plot="{name}"><h3>{label}</h3>
{caption(text)}
<p><label>Show <select>{options}</select></label></p>
<ul class="legend">{legend}</ul>
<div class="canvas"></div>
<p class="hint">Point at a mark to read it; a click, or Enter, opens its record. Arrow keys go from mark to mark.</p>
<div class="details" aria-live="polite"></div></section>
"""


def figure(title, file, size, text, made):
    """A figure as it was drawn: `size` is its width and height in pixels, `made` says from what it was."""
    width, height = size
    return f"""<section><h3>{html.escape(title)}</h3>
<figure><a href="{file}"><img src="{file}" width="{width}" height="{height}" loading="lazy" alt="{html.escape(title)}">
</a><figcaption>{caption(text)}{made}</figcaption></figure></section>
"""


def _key(series):
    look = series["shape"] if series["points"] else "rule"
    colour, name = html.escape(series["colour"]), html.escape(series["name"])
    return f'<li><span class="key {look}" style="background: {colour}"></span>{name}</li>'


def _button(heading):
    return f'<button type="button">{heading}</button>'


def _addresses(links):
    return ", ".join(f'<a href="{html.escape(address)}">{html.escape(name)}</a>' for address, name in links)
