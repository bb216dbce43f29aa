"""What interactive plots show, as JSON types: views to choose from, each with series of points that name their runs."""

import numpy as np

from neural_imaging.figures import rate_distortion, style
from neural_imaging.publishing import provenance
from neural_imaging.study import grid
from neural_imaging.tables import tables

# Shapes of marks, in the script of the pages.
SHAPES = ("circle", "square", "triangle", "diamond")
STAR = "star"
# Columns across, what they are, and how a value is written; columns up: what they are, what their confusion is of, and
# columns across. Where there are learned codecs, what these cost comes first.
_WHOLE = {
    "psnr": ("PSNR of whole photographs (dB)", "{:.2f} dB"),
    "ssim": ("SSIM of whole photographs", "SSIM {:.3f}"),
}
_CODED = {
    "effective_bpp": ("effective bits a pixel, real codec", "{:.3g} bits a pixel"),
    "codec_ssim": ("SSIM of the real codec", "SSIM {:.3f}"),
}
_PATCHES = {"psnr_patchwise": ("PSNR of patches (dB)", "{:.2f} dB")}
_UP = {
    "accuracy_libjpeg": ("whole photographs, real codec", f"whole, {grid.REAL}", {**_CODED, **_WHOLE}),
    "accuracy": ("whole photographs, differentiable codec", "whole, differentiable", _WHOLE),
    "accuracy_cropped": ("cropped photographs, real codec", f"cropped, {grid.REAL}", {"psnr": _WHOLE["psnr"]}),
    "accuracy_patchwise": ("patches, as in the papers", "patchwise, differentiable", _PATCHES),
}
MEASURES = rate_distortion.MEASURES


def accuracies(table, runs):
    """Accuracy over fidelity, a point a run: a view a camera, channel, way to measure and fidelity.

    Args:
        table: a line a run (`tables.runs`).
        runs: number of each run on the page by `provenance.key`.
    """
    weights = map(style.with_codec, table["lambda_isp"], table[grid.CODEC])
    table = style.with_variants(table.assign(weight=list(weights)), "weight")
    places = ["camera"] if set(_CODED) <= set(table.columns) else ["camera", "channel"]
    groups = list(table.groupby(places, sort=False))
    return [view for place, lines in groups for view in _views(", ".join(place) * (len(groups) > 1), lines, runs)]


def _views(place, lines, runs):
    for column, (title, view, across) in _UP.items():
        for quality, (label, form) in across.items():
            shown = _finite(lines, quality, column)
            if len(shown):
                yield {
                    "name": f"{place}: {title}, over {label}" if place else f"{title}, over {label}",
                    "x": label,
                    "y": "accuracy (%)",
                    "look": view,
                    "series": _series(shown, quality, column, form, runs),
                }


def _series(lines, quality, accuracy, form, runs):
    """A series of points for each pipeline, channel and what learned, and lines that join means over λ."""
    colours, order = style.weight_colours(lines["variant"]), style.weights(lines["variant"])
    names = [name for name in ("isp", "channel") if lines[name].nunique() > 1]
    kinds = style.unique(zip(*(lines[name] for name in names), strict=True)) if names else [()]
    joined, marked = [], []
    for place, kind in enumerate(kinds):
        own = lines[[tuple(line) == kind for line in lines[names].itertuples(index=False)]] if names else lines
        shape, means = SHAPES[place % len(SHAPES)], own.groupby("variant")[[quality, accuracy]].mean()
        there = [variant for variant in order if variant in means.index]
        over = [variant for variant in there if not style.is_signature(variant)]
        line = [[means.loc[each, quality], 100 * means.loc[each, accuracy]] for each in over]
        if len(line) > 1:
            name = ", ".join([*kind, "means over λ"])
            joined.append({"shape": shape, "colour": style.NEUTRAL, "name": name, "line": line, "points": []})
        for variant in there:
            members = own[own["variant"] == variant].to_dict("records")
            name = ", ".join([*kind, style.weight_title(variant)])
            look = {"shape": STAR if style.is_signature(variant) else shape, "colour": colours[variant]}
            points = [_point(line, name, quality, accuracy, form, runs) for line in members]
            marked.append({**look, "name": name, "line": [], "points": points})
    return joined + marked


def _point(line, name, quality, accuracy, form, runs):
    run = runs.get(provenance.key(line), {})
    seed = "" if run.get("seed") is None else f", seed {run['seed']}"
    text = f"{name}, run {line['run']}{seed}: {100 * line[accuracy]:.1f} %, {form.format(line[quality])}"
    return {"x": line[quality], "y": 100 * line[accuracy], "text": text, "run": run.get("number")}


def _finite(lines, *columns):
    """The lines that have all of these numbers; none of a table without such a column."""
    if not set(columns) <= set(lines.columns):
        return lines.iloc[:0]
    return lines[np.isfinite(lines[list(columns)]).all(axis="columns")]


def rates(curves, averages, profiles):
    """Quality over bits a pixel of codecs: a view a data set and measure; lines are fits, points the qualities.

    Args:
        curves: a line a data set, codec and bits a pixel (`rate_curves.FITTED`).
        averages: a line a data set, codec and quality (`rate_curves.AVERAGES`).
        profiles: number of each record on the page by data set and codec.
    """
    sets = style.unique([*averages["data_set"], *curves["data_set"]])
    averages = averages.assign(run=list(map(profiles.get, zip(averages["data_set"], averages["codec"], strict=True))))
    return [_rate_view(curves, averages, name, measure) for name in sets for measure in MEASURES]


def _rate_view(curves, averages, data_set, measure):
    rated = _finite(curves, "bpp", measure), _finite(averages, "effective_bpp", measure)
    own = [table[table["data_set"] == data_set] for table in rated]
    return {
        "name": f"{MEASURES[measure]} on {data_set}",
        "x": "effective bits a pixel",
        "y": MEASURES[measure],
        "look": "",
        "series": [_codec(*own, codec, measure) for codec in _codecs(*own)],
    }


def _codecs(curves, averages):
    """Codecs of a data set; learned ones, which are points without a quality, under one name."""
    names = averages["codec"].where(averages["quality"].notna(), rate_distortion.LEARNED)
    drawn = {*curves["codec"], *names}
    return [*(name for name in rate_distortion.LOOKS if name in drawn), *sorted(drawn - set(rate_distortion.LOOKS))]


def _codec(curves, averages, codec, measure):
    named, learned = codec == rate_distortion.LEARNED, averages["quality"].isna()
    members = averages[learned] if named else averages[~learned & (averages["codec"] == codec)]
    look = rate_distortion.LOOKS.get(codec, {**rate_distortion.OTHER, "label": codec})
    points = [
        {
            "x": line["effective_bpp"],
            "y": line[measure],
            "text": f"{line['codec'] if named else look['label']}"
            + ("" if named else f" at quality {line['quality']}")
            + f": {line[measure]:.4g} at {line['effective_bpp']:.3g} bits a pixel",
            "run": None if line["run"] is None or line["run"] != line["run"] else int(line["run"]),
        }
        for line in members.sort_values("effective_bpp").to_dict("records")
    ]
    fit = curves[curves["codec"] == codec].sort_values("bpp")
    line = fit[["bpp", measure]].to_numpy(float).round(5).tolist()
    shape = SHAPES[1] if named else SHAPES[0]
    return {"name": look["label"], "colour": look["color"], "shape": shape, "line": line, "points": points}


def read_runs(path):
    """The table of an experiment's runs."""
    return tables.read(path, [*tables.GROUP, "run", *_UP, "psnr", "ssim", "psnr_patchwise"])


def read_rates(curves, averages):
    """The tables behind `rates`."""
    return (
        tables.read(curves, ["data_set", "codec", "bpp", *MEASURES]),
        tables.read(averages, ["data_set", "codec", "quality", "effective_bpp", *MEASURES]),
    )
