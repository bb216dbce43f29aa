"""The tables of an experiment, from the evaluations of its runs."""

from neural_imaging.tables import summaries, tables, typeset


def tabulate(root, grid, **outputs):
    """Write lines of runs and photographs, means over runs, confusion matrices and trainings.

    Args:
        root: folder of the runs.
        grid: which, see `study.grid.points`.
        outputs: CSV to write for "runs", "summary", "confusion", "progress" and "photographs".

    Raises:
        UserError: a run is missing or damaged; then nothing is written.
    """
    found = tables.evaluations(root, grid)
    progress, photographs = tables.progress(root, grid), tables.photographs(found)
    typeset.write_page(progress, outputs["progress"])
    tables.write(photographs, outputs["photographs"])
    typeset.write(tables.confusion(found), outputs["confusion"], typeset.confusion)
    typeset.write(tables.runs(found), outputs["runs"], typeset.runs)
    typeset.write(summaries.summary(photographs), outputs["summary"], summaries.cells)
