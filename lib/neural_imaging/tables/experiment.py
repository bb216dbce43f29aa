"""The tables of an experiment, from the evaluations of its runs (`tables.evaluations`): files, and text to print."""

from neural_imaging.base.errors import UserError
from neural_imaging.tables import summaries, tables, typeset


def tabulate(root, grid, **outputs):
    """Write the tables of a grid's runs: to CSV files for "progress", "photographs", and those of `write`."""
    evaluations, progress = tables.evaluations(root, grid), tables.progress(root, grid)
    photographs = tables.photographs(evaluations)
    typeset.write_page(progress, outputs["progress"])
    tables.write(photographs, outputs["photographs"])
    write(evaluations, photographs, *(outputs[name] for name in ("runs", "summary", "confusion")))


def write(evaluations, photographs, runs, summary, confusion):
    """Write lines of runs, means over runs, and confusion matrices, with the forms for readers beside them."""
    typeset.write(tables.confusion(evaluations), confusion, typeset.confusion)
    typeset.write(tables.runs(evaluations), runs, typeset.runs)
    typeset.write(summaries.summary(photographs), summary, summaries.cells)


def means(evaluations, measure):
    """Means over runs as Markdown: of the measures whose heading starts so, each with its difference."""
    return typeset.markdown(*summaries.cells(summaries.summary(tables.photographs(evaluations)), measure))


def matrices(evaluations, codec, write=typeset.markdown):
    """Confusion matrices of whole photographs sent through a codec: what each is of, and its text.

    Args:
        codec: "differentiable", the training's, or the real one: "bitstream" where it is learned, else "libjpeg".
        write: function of headings and lines, percent of the true class, to text.
    """
    table = tables.confusion(evaluations)
    table = table[(table["codec"] == codec) & (table["view"] == "whole")]
    if table.empty:
        raise UserError(f"--codec {codec}: not the codec of these runs' channels")
    columns = [*tables.GROUP, "view"]
    for values, cells in table.groupby(columns, sort=False):
        what = ", ".join(f"{key} {value}" for key, value in zip(columns, values, strict=True) if value != "none")
        classes = list(dict.fromkeys(cells["true"]))
        square = cells.pivot(index="true", columns="predicted", values="percent").loc[classes, classes]
        lines = [[name, *map(typeset.number, square.loc[name])] for name in classes]
        yield what, write(["true class", *classes], lines)
