"""Tables as pages for a browser: whole in one file, without a network, sorted by a click on a column's heading."""

import base64
import html

# What a number starts with, as `typeset.number` writes it.
NUMERIC = "+−–∞0123456789"
_LOOK = """body { font: 14px sans-serif; margin: 1.5em; color: #222 }
table { border-collapse: collapse } caption { text-align: left; color: #666; padding-bottom: 0.5em }
th, td { padding: 0.25em 0.6em; border-bottom: 1px solid #ddd; text-align: left; vertical-align: top }
th { position: sticky; top: 0; background: #f4f4f4; cursor: pointer } th button { all: unset }
th button:focus-visible { outline: 2px solid } td.number { text-align: right }
th[aria-sort=ascending]::after { content: " \\25B2" } th[aria-sort=descending]::after { content: " \\25BC" }"""
# Headings are buttons, so that keys reach them. Numbers sort by their value, whatever interval or unit follows; what is
# not known comes last in both directions.
SORT = """const number = /^-?(Infinity|[\\d.]+(e-?\\d+)?)/;
function value(cell) {
  const text = cell.textContent.trim();
  const found = text.replace("\\u2212", "-").replace("+", "").replace("\\u221e", "Infinity").match(number);
  return found ? Number(found[0]) : text === "\\u2013" ? "" : text;
}
function order(a, b, direction) {
  if (a === "" || b === "") return (a === "") - (b === "");
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  return direction * (typeof a === "number" ? a - b : a.localeCompare(b));
}
for (const heading of document.querySelectorAll("th[scope=col]:has(button)")) heading.addEventListener("click", () => {
  const body = heading.closest("table").tBodies[0], place = heading.cellIndex;
  const direction = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
  const rows = [...body.rows].sort((a, b) => order(value(a.cells[place]), value(b.cells[place]), direction));
  for (const other of heading.parentElement.cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
  body.append(...rows);
});"""


def page(title, headings, lines, content, below=""):
    """A table as a page of HTML: its cells as text, the whole table as a CSV file, and `below` it some Markdown.

    The Markdown has paragraphs, and lists of one level.
    """
    # As `files.write_text` writes the table itself: names of files may be no text.
    file = base64.b64encode(content.encode("utf-8", "backslashreplace")).decode("ascii")
    name = html.escape(title)
    return f"""<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{name}</title><style>{_LOOK}</style></head>
<body>
{_table(headings, lines)}
{_paragraphs(below)}
<p><a download="{name}.csv" href="data:text/csv;base64,{file}">{name}.csv</a>: every column, with six digits</p>
<script>{SORT}</script>
</body>
</html>
"""


def items(sentences):
    """A list as a part of a page: (what stands out, the rest) of each."""
    rows = "".join(f"<li><b>{html.escape(head)}</b>{html.escape(rest)}</li>\n" for head, rest in sentences)
    return f"<ul>\n{rows}</ul>\n"


def _table(headings, lines):
    buttons = (f'<button type="button">{html.escape(heading)}</button>' for heading in headings)
    head = "".join(f'<th scope="col">{button}</th>' for button in buttons)
    rows = "\n".join(f"<tr>{''.join(map(_cell, line))}</tr>" for line in lines)
    return (
        "<table>\n<caption>A click on a heading sorts by it, a second one the other way round.</caption>\n"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"
    )


def _cell(text):
    right = ' class="number"' if text and text[0] in NUMERIC else ""
    return f"<td{right}>{html.escape(text)}</td>"


def _paragraphs(markdown):
    """Paragraphs and lists of Markdown, without other marks."""
    parts = []
    for part in filter(None, markdown.strip().split("\n\n")):
        entries = "".join(f"<li>{html.escape(line.removeprefix('- '))}</li>" for line in part.splitlines())
        parts.append(f"<ul>{entries}</ul>" if part.startswith("- ") else f"<p>{html.escape(part)}</p>")
    return "\n".join(parts)
