"""Pages of a finished study, for a browser and without a network: its tables, figures, records and documentation."""

import html
import re
import shutil
from pathlib import Path

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.publishing import parts, subjects
from neural_imaging.publishing.sections import RECORDS, Sections
from neural_imaging.tables import pages

FRONT, HEADLINE = "index.html", "headline"
# Parts of the documentation that a reader without a network does not need; browsers read no index from a disk.
_LEFT_OUT = shutil.ignore_patterns("*.map", "lunr", "objects.inv", "search_index.json", "sitemap.xml*")


def write(results, output, shown, captions, configuration="", documentation=None):
    """Write all pages, and return what of the study is not there, a line each.

    Args:
        results: folder of results.
        output: folder of the pages, which is written anew.
        shown: `subjects.Subject` of each page, in their order.
        captions: folder of the report's captions, `<table>.rst`.
        configuration: the workflow's file of configuration that made the results; "" for the defaults.
        documentation: folder of the built documentation, which is copied; None for none.

    Raises:
        UserError: the folder of pages holds something else, the results have no records, or a table or a record is
            damaged.
    """
    output = Path(output)
    sections = Sections(results, output, captions, configuration)
    _clear(output)
    navigation = [(FRONT, "Results"), *((subject.file, subject.name) for subject in shown), (RECORDS, "records")]
    navigation += [("docs/index.html", "documentation")] if documentation else []

    def put(file, title, body, data=None):
        files.write_text(output / file, parts.page(title, navigation, file, body, data))

    for subject in shown:
        put(subject.file, subject.name, *subjects.page(subject, sections))
    put(RECORDS, "Records", _records(sections))
    put(FRONT, "What the papers claim, and what was measured here", _front(shown, sections))
    for name, text in (("sort.js", pages.SORT), *((name, parts.asset(name)) for name in ("view.css", "view.js"))):
        files.write_text(output / "assets" / name, text)
    if documentation:
        shutil.copytree(documentation, output / "docs", ignore=_LEFT_OUT)
    return sections.missing


def _front(shown, sections):
    lines = sections.read(f"tables/{HEADLINE}.txt").splitlines()
    headline = "".join(f"<li>{_linked(line, shown)}</li>\n" for line in lines)
    cards = "".join(
        f'<li><h2><a href="{subject.file}">{html.escape(subject.name)}</a></h2><p>{html.escape(subject.paper)}</p>'
        f"<p>Tables: {len(subject.tables)}. Figures: {len(subject.figures)}.</p></li>\n"
        for subject in shown
    )
    claims = sections.table(HEADLINE, HEADLINE, [group for subject in shown for group in subject.groups], shown)
    missing = "".join(f"<li><code>{html.escape(file)}</code></li>" for file in sections.missing)
    parted = [f'<ol class="headline">\n{headline}</ol>' if headline else "", f'<ul class="cards">\n{cards}</ul>']
    parted += [
        f"<h2>Claims</h2>\n{claims}" if claims else "",
        f"<h2>Not there</h2>\n<ul>{missing}</ul>" if missing else "",
    ]
    return "\n".join(filter(None, parted))


def _linked(line, shown):
    """A line as HTML, in which names of experiments and studies lead to their pages."""
    pages = {html.escape(subject.name): subject.file for subject in shown}
    names = "|".join(map(re.escape, sorted(pages, key=len, reverse=True)))
    # As words of their own: a study may be called as a common word begins.
    found = rf"(?<=\()({names})(?=[,)])"
    return re.sub(found, lambda name: f'<a href="{pages[name[0]]}">{name[0]}</a>', html.escape(line))


def _records(sections):
    """A table of all records for each group, and the records themselves beside the pages."""
    provenance, body = sections.provenance, ""
    headings = ["Kind", "Seed", "Minutes", "Record", "Commit", "Command"]
    for group, members in provenance.groups().items():
        lines = []
        for record in members:
            content = provenance.contents[record]
            files.write_json(sections.output / "records" / record, content)
            name, command = record.removeprefix(f"{group}/"), provenance.command(provenance.made(record))
            facts = [content.get("kind"), content.get("seed"), f"{content.get('duration_seconds', 0) / 60:.1f}"]
            cells = ["–" if fact is None else html.escape(str(fact)) for fact in facts]
            cells.append(f'<a href="{html.escape(f"records/{record}")}">{html.escape(name)}</a>')
            cells += [f"<code>{html.escape(str(text))}</code>" for text in (content.get("commit"), command)]
            lines.append(cells)
        label = html.escape(group)
        shown = parts.records(headings, lines)
        body += f'<h2 id="{label}">{label}</h2>\n{parts.scrolling(f"Records: {group}", shown)}\n'
    return body


def _clear(folder):
    """Take away the pages of a former site; a folder with other things in it is left alone."""
    files.check_output(folder / FRONT)
    if folder.is_dir():
        if any(folder.iterdir()) and not (folder / "assets/view.js").is_file():
            raise UserError(f"{folder}: is not empty, and no site is in it; name another folder")
        shutil.rmtree(folder)
