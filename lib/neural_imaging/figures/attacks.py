"""What attackers with so many photographs do to a learned signature."""

from neural_imaging.figures import style
from neural_imaging.study import grid
from neural_imaging.tables import attacks_table, tables

_PANELS = {
    "correlation": ("estimate and tile", 1),
    "accuracy": ("accuracy, removed (%)", 100),
    "detected": ("detected, removed (%)", 100),
    "forged": ("forged called native (%)", 100),
    "psnr": ("PSNR (dB)", 1),
}
COLUMNS = [*attacks_table.POINT, "attack", "photographs", "called_native", "limit", "forged_psnr", *_PANELS]
# What an attack's measure is without one; of nothing done and of no signature.
_WITHOUT = {"accuracy": "accuracy", "detected": "detected", "forged": "called_native"}
_LINES = {attacks_table.SIGNED: "--", attacks_table.UNSIGNED: ":"}


@style.look
def draw(table, camera=None, isp=None, channel=None):
    """Draw a row of panels over how many photographs the attacker has.

    Args:
        table: a line a run and attack (`attacks_table.COLUMNS`).
        camera, isp, channel: what to draw; the first of the table by default.
    """
    table, labels = style.chosen(table, protocol=None, camera=camera, isp=isp, channel=channel)
    strengths = style.unique(table[grid.SIGNATURE])
    names = {
        (attack, strength): attack if len(strengths) == 1 else f"{attack}, signature {strength}"
        for strength in strengths
        for attack in attacks_table.ESTIMATES
    }
    drawing = style.figure(style.PAGE, 2.1)
    entries = []
    for axes, (name, (title, factor)) in zip(drawing.subplots(1, len(_PANELS)), _PANELS.items(), strict=True):
        for pair, look in style.looks(names).items():
            own = table[(table["attack"] == pair[0]) & (table[grid.SIGNATURE] == pair[1])]
            _draw_runs(axes, factor * own.set_index("photographs")[name], look)
            if name == "psnr":
                # Fainter, so that both are told apart.
                _draw_runs(axes, own.set_index("photographs")["forged_psnr"], {**look, "alpha": 0.4})
            entries += [style.entry(names[pair], **look)] if name == "psnr" else []
        if name == "correlation" and table["limit"].notna().any():
            bound = table.dropna(subset="limit").groupby("photographs")["limit"].mean()
            axes.plot(bound.index, bound, color="black", linestyle="-.")
            entries.append(style.entry("limit of theory, developed", color="black", linestyle="-."))
        if name in _WITHOUT:
            for attack, line in _LINES.items():
                value = factor * table.loc[table["attack"] == attack, _WITHOUT[name]].mean()
                axes.axhline(value, color=style.GREY, linestyle=line, linewidth=0.8)
        counts = sorted(table.loc[table["attack"].isin(attacks_table.ESTIMATES), "photographs"].unique())
        axes.set_xscale("log")
        axes.set_xticks(counts, [f"{count:g}" for count in counts])
        axes.minorticks_off()
        axes.set(title=title, xlabel="photographs")
        if name != "psnr":
            axes.set_ylim(0, 1.02 * factor)
    entries += [style.entry(name, linestyle=line) for name, line in _LINES.items()]
    entries.append(style.entry("PSNR of forged ones: faint", linestyle="-", alpha=0.4))
    drawing.suptitle(", ".join(labels[name] for name in ("camera", "isp", "channel")), fontsize=7)
    style.legend(drawing, entries)
    return drawing


plot = style.from_file(draw, tables.read, COLUMNS)


def _draw_runs(axes, values, look):
    """Means over runs, and bars from the lowest to the highest."""
    runs = values.groupby(level=0)
    mean = runs.mean()
    axes.errorbar(
        mean.index, mean, yerr=[mean - runs.min(), runs.max() - mean], markersize=3.5, capsize=2, elinewidth=0.8, **look
    )
