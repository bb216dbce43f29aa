"""Files that the workflow's targets ask for."""

from neural_imaging.study import catalogue
from planning import (
    attacks,
    cameras,
    codecs,
    experiments,
    figures,
    fingerprints,
    headline,
    localisation,
    robustness,
    studies,
    transfer,
)


def names(config):
    """Names of experiments, of studies of codecs and of the tests of their runs, each a target."""
    parts = transfer, robustness, localisation, fingerprints, attacks
    tests = [part.SECTION for part in parts if part.section(config)]
    # An experiment and a study may have the same name.
    return list(dict.fromkeys([*config["experiments"], *codecs.studies(config), *tests]))


def data(config):
    """What networks learn from and are measured on."""
    photographs = sorted({*cameras.used(config), *codecs.used_cameras(config)})
    sets = [*(("data", name) for name in photographs), *codecs.used_sets(config)]
    return [f"results/{section}/{name}/images.csv" for section, name in sets]


def models(config):
    """Every pre-trained pipeline, every jointly trained model and every trained codec."""
    trained, _ = codecs.used_pictures(config)
    return [
        *(f"{folder}/model.keras" for folder in experiments.pipelines(config)),
        *(file for name in config["experiments"] for file in experiments.files(config, name, "model.keras")),
        *(f"results/codecs/{name}/model.keras" for name in trained),
    ]


def drawn(config, *asked):
    """Figures of what has these names, or every figure; what several experiments would show alike is there once."""
    chosen = asked or names(config)
    own = [name for name in chosen if name in config["experiments"]]
    pairs = figures.distinct(own, config, codecs.learned_channels(config))
    for where, owners in ((catalogue.STUDY, codecs.studies(config)), *catalogue.TESTS.items()):
        pairs += [(name, figure) for name in chosen if name in owners for figure in catalogue.having(where)]
    return [f"results/figures/{name}/{figure}.pdf" for name, figure in pairs]


def tabulated(config, *asked):
    """Tables of what has these names, or every table."""
    chosen, learned, tables = asked or names(config), codecs.learned_channels(config), []
    for name, experiment in config["experiments"].items():
        if name in chosen:
            tables += [f"{name}{part}" for part in experiments.TABLES]
            tables += [f"{name}_published"] if "published" in experiment else []
            tables += [f"{name}_signature"] if figures.tiled(experiment, learned, config["isps"]) else []
    tables += ["differentiable_jpeg"] if tables else []
    tables += [f"{name}_{table}" for name in codecs.studies(config) if name in chosen for table in studies.TABLES]
    if not asked:
        tables += ["isps", "headline"] if headline.tables(config) else ["isps"]
    tables += [transfer.SECTION] if transfer.SECTION in chosen else []
    for part in (robustness, localisation, fingerprints):
        tables += part.TABLES if part.SECTION in chosen else []
    tables += [attacks.SECTION] if attacks.SECTION in chosen else []
    return [f"results/tables/{name}.csv" for name in tables]
