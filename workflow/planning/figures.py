"""Which figures an experiment has, and what those of codecs show.

`experiment` is an entry of the configuration, `isps` its pipelines, and `learned` names all channels with a learned
codec.
"""

from neural_imaging.study import catalogue
from neural_imaging.study.grid import descending, order, with_tiles
from planning import grid

# Columns of the example beside the original: more would be too small on a page.
VERSIONS = 4
# Of the steps that no network replaces, where the photographs are developed already.
PASSES = "ONet"


def of(experiment, learned, isps):
    """Names of an experiment's figures, in the catalogue's order."""
    coded = any(name in learned for name in experiment["channels"])
    weights_of_codecs = grid.codec_weights(experiment) if coded else ()
    tuned = any(value != grid.BASIC for value in weights_of_codecs)
    trained = any(value != "fan-only" for value in experiment["lambda_isp"])
    facts = {
        catalogue.ALWAYS: True,
        catalogue.RAW: isps[experiment["examples"]["isp"]]["model"] != PASSES,
        catalogue.JPEG: not coded,
        catalogue.CODED: coded,
        catalogue.TUNED: tuned,
        # Over the pipeline's λ they would mix several weights of codecs.
        catalogue.TRADE_OFF: trained and len(weights_of_codecs) <= 1,
        # Where no ISP learns, there is no difference to show.
        catalogue.OPTIMISED: experiment["examples"]["lambda_isp"] != "fan-only",
        # What fixed pipelines and codecs do behind each channel.
        catalogue.CHANNELS: len(experiment["channels"]) > 1 and not tuned,
        catalogue.TILED: bool(tiles(experiment, learned, isps)),
        catalogue.PUBLISHED: "published" in experiment,
    }
    return catalogue.having(*(fact for fact, holds in facts.items() if holds))


def distinct(names, config, learned):
    """(experiment, figure) pairs of experiments, without figures that would show again what one before shows."""
    figures, before = [], {}
    for name in names:
        experiment = config["experiments"][name]
        for figure in of(experiment, learned, config["isps"]):
            shown = _shown(figure, experiment, config)
            earlier = before.setdefault(figure, [])
            if shown is None or not any(shown <= other for other in earlier):
                figures.append((name, figure))
            earlier += [] if shown is None else [shown]
    return figures


def _shown(figure, experiment, config):
    """What a figure shows, as a set, where other experiments may have the same; None where it is the experiment's."""
    examples = experiment["examples"]
    if figure == "pipelines":
        return {(examples["camera"], isp) for isp in examples["pipelines"]}
    if figure == "pipeline_steps":
        return {repr([config["isps"][examples["isp"]][key] for key in ("model", "settings")])}
    if figure == "manipulations":
        return {(examples["camera"], *config["protocols"][experiment["protocol"]]["manipulations"])}
    return {figure} if figure == "differentiable_jpeg" else None


def phased(experiment, isps):
    """Names of the experiment's pipelines that have a learned tile."""
    return [name for name in experiment["isps"] if isps[name].get("settings", {}).get("phase", 0)]


def tiled(experiment, learned, isps):
    """Runs whose camera adds a learned tile, as mappings of column to text."""
    return with_tiles(grid.points(experiment, learned), phased(experiment, isps))


def tiles(experiment, learned, isps):
    """Those of them that the figure of signatures shows.

    They have the camera, channel and number of the example, and its pipeline where one of them has. Weak signatures
    come first, then pipelines with falling λ.
    """
    points = tiled(experiment, learned, isps)
    shown = {key: str(value) for key, value in experiment["examples"].items()}
    points = [point for point in points if all(point[key] == shown[key] for key in ("camera", "channel", "run"))]
    own = [point for point in points if point["isp"] == shown["isp"]] or points
    return _spread(sorted(own, key=order), VERSIONS)


def weights(experiment, most=None):
    """Weights of learned codecs, "basic" first, then falling λ; `most` of them, the first and the last included."""
    return _spread(sorted(map(grid.number, grid.codec_weights(experiment)), key=descending), most)


def _spread(ordered, most):
    if most is None or len(ordered) <= most:
        return ordered
    return [ordered[round(place * (len(ordered) - 1) / (most - 1))] for place in range(most)]
