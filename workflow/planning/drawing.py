"""Figures as the rule that draws them asks about them, and where the report shows what."""

from neural_imaging.base.errors import UserError
from neural_imaging.study import catalogue
from planning import codecs, experiments, figures
from planning.jobs import as_json

# The papers that a protocol is of, as the report sorts what it shows.
PAPERS = {
    "cvpr2019": "1. Camera pipelines (CVPR 2019, arXiv:1902.10707)",
    "iclr2020": "2. Learned codecs (ICLR 2020)",
}
OF_PIPELINES, OF_CODECS = PAPERS.values()
# Category and subcategory of tables that are of no experiment and no study.
PLACES = {
    "headline": ("0. Headline claims", None),
    "isps": (OF_PIPELINES, "pipelines"),
    "differentiable_jpeg": (OF_PIPELINES, "differentiable JPEG"),
    "transfer_table": (OF_CODECS, "transfer"),
    "robustness_runs": (OF_PIPELINES, "robustness"),
    "robustness_gains": (OF_PIPELINES, "robustness"),
    "fingerprints": (OF_PIPELINES, "sensor fingerprints"),
    "fingerprints_changes": (OF_PIPELINES, "sensor fingerprints"),
    "attacks": (OF_PIPELINES, "attacks on signatures"),
    "localisation_runs": (OF_PIPELINES, "localisation"),
    "localisation_gains": (OF_PIPELINES, "localisation"),
}


def paper(config, name):
    """Category of an experiment in the report: the paper whose protocol it has, or else that protocol."""
    protocol = config["experiments"][name]["protocol"]
    return PAPERS.get(protocol, f"Protocol {protocol}")


def category(config, subject, figure):
    """Category of a figure."""
    where = catalogue.FIGURES[figure].where
    if {catalogue.ROBUSTNESS, catalogue.LOCALISATION, catalogue.FINGERPRINTS, catalogue.ATTACKS} & set(where):
        return OF_PIPELINES
    return OF_CODECS if {catalogue.STUDY, catalogue.TRANSFER} & set(where) else paper(config, subject)


def labels(config, figure):
    """What the report's columns say of it."""
    return {"result": catalogue.FIGURES[figure].title, "kind": "figure"}


def sources(config, subject, figure):
    """Files that a figure is drawn from; a `UserError` where nothing of this name has this figure."""
    entry = catalogue.FIGURES[figure]
    owners = {catalogue.STUDY: codecs.studies(config), **catalogue.TESTS}
    if subject not in owners.get(entry.where[0], config["experiments"]):
        raise UserError(f"{subject} has no figure {figure}")
    files = [f"results/{file.format(subject=subject)}" for file in entry.sources]
    if figure == "signature":
        files += experiments.signatures(config, subject, figures.tiles)
    if figure == "rate_distortion":
        published = codecs.studies(config)[subject].get("published", {})
        files += [published[figure]] if figure in published else []
    return files


def options(config, subject, figure):
    """Options of the program: what a figure says of the configuration."""
    if figure not in ("system", "channels"):
        return []
    experiment = config["experiments"][subject]
    channels = {name: config["channels"][name] for name in experiment["channels"]}
    if figure == "channels":
        return ["--settings", as_json(channels)]
    protocol, weights = config["protocols"][experiment["protocol"]], ("lambda_isp", "lambda_codec", "signature")
    system = {
        "cameras": experiment["cameras"],
        "isps": {isp: config["isps"][isp]["model"] for isp in experiment["isps"]},
        "channels": channels,
        **{key: protocol[key] for key in ("manipulations", "trainable", "isp_loss", "patch")},
        **{key: experiment[key] for key in weights if key in experiment},
    }
    return ["--settings", as_json(system)]
