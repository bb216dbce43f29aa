"""Accuracy of forensic networks on pictures of another kind than those that they were trained on, as a heat map."""

from neural_imaging.evaluation.typeset import number
from neural_imaging.figures import style

COLUMNS = ["trained_on", "tested_on", "accuracy", "accuracy_low", "accuracy_high"]


@style.look
def draw(table):
    """Draw a row a training set and a column a test set, with the accuracy and its 95 % interval in each cell.

    Args:
        table: a line a pair (`COLUMNS`), accuracies from 0 to 1. Pairs that were not tested stay empty. Of several
            lines of one pair, repetitions, means are drawn.

    Returns:
        Figure. A black frame marks tests on the kind of pictures that the network was trained on.
    """
    trained, tested = style.unique(table["trained_on"]), style.unique(table["tested_on"])
    # Where the kinds are the same, both axes have them in one order, so that the diagonal is one.
    tested = [*(name for name in trained if name in tested), *(name for name in tested if name not in trained)]
    means = table.groupby(["trained_on", "tested_on"])[["accuracy", "accuracy_low", "accuracy_high"]].mean() * 100
    values = means["accuracy"].unstack().reindex(index=trained, columns=tested)
    cell = min(0.72, (style.PAGE - 1.6) / len(tested))
    drawing = style.figure(max(style.COLUMN, cell * len(tested) + 1.6), 0.6 * cell * len(trained) + 1.0)
    axes = drawing.subplots()
    shown = axes.imshow(values.to_numpy(), cmap="Blues", vmin=0, vmax=100, aspect="auto")
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(True)
    for (row, column), line in means.iterrows():
        _write(axes, tested.index(column), trained.index(row), line, own=row == column)
    axes.set_xticks(range(len(tested)), map(str, tested), rotation=0 if len(tested) <= 6 else 60)
    axes.set_yticks(range(len(trained)), map(str, trained))
    axes.set_xlabel("tested on")
    axes.set_ylabel("trained on")
    bar = drawing.colorbar(shown, ax=axes, fraction=0.05, pad=0.02)
    bar.set_label("accuracy (%)")
    bar.outline.set_linewidth(0.5)
    return drawing


def _write(axes, column, row, line, own):
    colour = "white" if line["accuracy"] > 55 else "black"
    at = {"ha": "center", "color": colour}
    axes.text(column, row, number(line["accuracy"]), va="bottom", fontsize=7, **at)
    ends = "–".join(number(line[f"accuracy_{end}"]) for end in ("low", "high"))
    axes.text(column, row + 0.08, ends, va="top", fontsize=5.5, **at)
    if own:
        style.frame_cell(axes, column, row)
