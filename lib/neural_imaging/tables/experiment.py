"""The tables of an experiment, from the evaluations of its runs."""

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
