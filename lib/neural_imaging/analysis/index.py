"""The page that lists several photographs."""

import html
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from neural_imaging.analysis import conclusions, drawing, facts, page, plan
from neural_imaging.base import files, texts

_THUMBNAIL = 160


@dataclass(frozen=True)
class Line:
    """What the list of several says of one, without its windows."""

    page: Path
    name: str
    about: str
    finding: str
    thumbnail: str


def line(task, analysis):
    """The `Line` of an analysis."""
    photograph = analysis.photograph
    thumbnail = drawing.jpeg(drawing.smaller(photograph.picture, _THUMBNAIL))
    return Line(task.page, photograph.name, facts.line(photograph), conclusions.short(analysis), thumbnail)


def write(output, lines, failed, passed, judge):
    """Write the page that lists several photographs, and what could not be judged.

    Args:
        output: folder of the pages.
        lines: list of `Line`.
        failed: list of (path, reason) of those that could not be judged.
        passed: the same of what was passed over in folders.
        judge: `judge.Judge`.
    """
    title = f"{len(lines)} photos" + (f", {len(failed)} that could not be judged" if failed else "")
    rows = "".join(
        f'<tr><td><img src="{each.thumbnail}" alt="" style="width:auto;max-width:100%"></td>'
        f'<td><a href="{_address(output, each.page)}">{html.escape(each.name)}</a><br>'
        f'<span class="quiet">{html.escape(each.about)}</span></td><td>{html.escape(each.finding)}</td></tr>\n'
        for each in lines
    )
    listed = (
        '<table><thead><tr><th scope="col">Photo</th><th scope="col">File</th><th scope="col">Most likely</th></tr>'
        f"</thead><tbody>\n{rows}</tbody></table>"
        if lines
        else ""
    )
    body = f"""<header><h1>{html.escape(title)}</h1>
<p class="quiet">Judged by {html.escape(judge.name)}, which knows {html.escape(", ".join(judge.classes))}. A finding is
a hint and no proof. Of photos from elsewhere it can be wrong and look sure: each page says where it ends.</p></header>
<main>{listed}
{_left(failed, "Not judged")}
{_left(passed, "Passed over")}</main>"""
    files.write_text(Path(output, plan.INDEX), page.document(title, body))


def _left(paths, title):
    """A list of files with the reason of each; "" for none."""
    lines = "".join(
        f"<li>{html.escape(texts.on_a_line(str(path)))}: {html.escape(reason)}</li>\n" for path, reason in paths
    )
    return f"<h2>{title}</h2><ul>{lines}</ul>" if lines else ""


def _address(output, path):
    return quote(path.relative_to(output).as_posix())
