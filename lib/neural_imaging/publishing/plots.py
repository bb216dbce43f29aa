"""What interactive plots show, as JSON types: views to choose from, each with series of points that name their runs."""

from neural_imaging.figures import rate_distortion, style
from neural_imaging.publishing import provenance
from neural_imaging.study import grid
from neural_imaging.tables import tables

# Shapes of marks, in the script of the pages.
SHAPES = ("circle", "square", "triangle", "diamond")
STAR = "star"
# (column across, what it is), and (column up, what it is, where its confusion stands; codec "real" is the channel's).
_WHOLE = {"psnr": "PSNR of whole photographs (dB)", "ssim": "SSIM of whole photographs"}
_CODED = {"effective_bpp": "bits a pixel of the real bit-stream", "codec_ssim": "SSIM of the codec"}
_PATCHES = {"psnr_patchwise": "PSNR of patches (dB)"}
_REAL = "real"
_UP = {
    "accuracy": ("whole photographs, differentiable codec", "whole", "differentiable", _WHOLE),
    "accuracy_libjpeg": ("whole photographs, real codec", "whole", _REAL, {**_CODED, **_WHOLE}),
    "accuracy_cropped": ("cropped photographs, real codec", "cropped", _REAL, {"psnr": _WHOLE["psnr"]}),
    "accuracy_patchwise": ("patches, as in the papers", "patchwise", "differentiable", _PATCHES),
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
    places = table[["camera", "channel"]].drop_duplicates().itertuples(index=False)
    return [view for camera, channel in places for view in _views(table, camera, channel, runs)]


def _views(table, camera, channel, runs):
    lines = table[(table["camera"] == camera) & (table["channel"] == channel)]
    several = len(table[["camera", "channel"]].drop_duplicates()) > 1
    where = f"{camera}, {channel}: " if several else ""
    real = "bitstream" if (lines[grid.CODEC] != grid.NONE).all() else grid.REAL
    for column, (title, look, codec, across) in _UP.items():
        for quality, label in across.items():
            shown = lines[lines[quality].notna()] if quality in lines.columns else lines.iloc[:0]
            if len(shown):
                yield {
                    "name": f"{where}{title}, over {label}",
                    "x": label,
                    "y": "accuracy (%)",
                    "look": f"{look}, {real if codec == _REAL else codec}",
                    "series": _series(shown, quality, column, runs),
                }


def _series(lines, quality, accuracy, runs):
    colours, isps, found = style.weight_colours(lines["variant"]), style.unique(lines["isp"]), []
    for (isp, variant), members in lines.groupby(["isp", "variant"], sort=False):
        title = style.weight_title(variant)
        points = [
            {
                "x": line[quality],
                "y": 100 * line[accuracy],
                "text": f"{title}, run {line['run']}{_seed(runs, line)}: {100 * line[accuracy]:.1f} % at "
                f"{line[quality]:.3g}" + (f", {isp}" if len(isps) > 1 else ""),
                "run": runs.get(provenance.key(line), {}).get("number"),
            }
            for line in members.to_dict("records")
        ]
        shape = STAR if style.is_signature(variant) else SHAPES[isps.index(isp) % len(SHAPES)]
        name = f"{isp}, {title}" if len(isps) > 1 else title
        found.append({"name": name, "colour": colours[variant], "shape": shape, "line": [], "points": points})
    order = style.weights(lines["variant"])
    means = lines.groupby(["isp", "variant"])[[quality, accuracy]].mean()
    for isp in isps:
        joined = [variant for variant in order if (isp, variant) in means.index and not style.is_signature(variant)]
        line = [[means.loc[(isp, variant), quality], 100 * means.loc[(isp, variant), accuracy]] for variant in joined]
        name = "means over λ" if len(isps) == 1 else f"{isp}, means over λ"
        more = [{"name": name, "colour": style.NEUTRAL, "shape": SHAPES[0], "line": line, "points": []}]
        found = (more if len(line) > 1 else []) + found
    return found


def _seed(runs, line):
    seed = runs.get(provenance.key(line), {}).get("seed")
    return "" if seed is None else f", seed {seed}"


def rates(curves, averages):
    """Quality over bits a pixel of codecs: a view a data set and measure; lines are fits, points the qualities.

    Args:
        curves: a line a data set, codec and bits a pixel (`rate_curves.FITTED`).
        averages: a line a data set, codec and quality (`rate_curves.AVERAGES`).
    """
    sets = style.unique([*averages["data_set"], *curves["data_set"]])
    return [_rate_view(curves, averages, name, measure) for name in sets for measure in MEASURES]


def _rate_view(curves, averages, data_set, measure):
    own = [table[(table["data_set"] == data_set) & table[measure].notna()] for table in (curves, averages)]
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
            "run": None,
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
