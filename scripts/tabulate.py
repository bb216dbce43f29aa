"""Make a table by joining results that are finished: CSV, with Markdown, LaTeX and a page beside it.

`tabulate.py NAME --help` tells what a table is made from.
"""

import argparse
import functools
import importlib
import json
from pathlib import Path

import library_path
from neural_imaging.base import command_line, files, texts
from neural_imaging.base.errors import UserError
from neural_imaging.study import catalogue, overlay


def option(name, text, **how):
    return name, {"help": text, **how}


def file(name, text, **how):
    return option(name, text, type=Path, **how)


def needed(name, text, **how):
    return file(name, text, required=True, **how)


def experiment(name):
    text = (
        "experiment in which this learns, and its table of photographs; the first is compared with published claims, "
        "lines of this study are of each"
    )
    return option(name, text, metavar="NAME=CSV", action="append", default=[])


OUTPUT = needed("--output", "CSV to write; .md, .tex and .html beside it")
EXAMPLE = (
    '{"camera": ["D90"], "isp": ["UNet"], "channel": ["jpeg50"], "lambda_isp": ["fan-only", 0.1], "run": [0, 1, 2]}'
)
GRID = [
    needed("--root", "folder of the experiment's runs"),
    option("--grid", f"JSON, e.g. {EXAMPLE}", required=True),
]
JOINED = "make a curve of several learned codecs, as in dcn=16c,32c,64c; repeat it for more"
PROFILES = [
    needed("--profiles", "profiles of profile_codec.py (JSON)", nargs="+"),
    option("--join", JOINED, action="append", default=[], metavar="NAME=CODEC,CODEC,…"),
]
# Of each table: what it is, and its program's options.
TABLES = {
    "forensics": (
        "An experiment's evaluations: lines of runs and photographs, a summary, confusion, progress.",
        *GRID,
        needed("--runs", "CSV to write, one line a run; .md, .tex and .html beside"),
        needed("--summary", "CSV to write, one line a grid point; ditto"),
        needed("--confusion", "CSV to write, percent of each true class; ditto"),
        needed("--photographs", "CSV to write, one line a run and photograph"),
        needed("--progress", "CSV to write, every run's training.csv; .html beside"),
    ),
    "detection": (
        "Detection and calibration of an experiment's runs, from probabilities.npz beside their evaluations.",
        *GRID,
        OUTPUT,
        needed("--curves", "CSV to write: ROC curves and reliability, for figures"),
    ),
    "published": (
        "Our results beside published ones: accuracy and PSNR over λ, and confusion matrices.",
        needed("--summary", "our summary, e.g. results/tables/cvpr2019.csv"),
        needed("--published", "published trade-off, of resources/published"),
        OUTPUT,
        option("--camera", "camera of the published values (default: %(default)s)", default="D90"),
        option("--isp", "ISP of the published values (default: %(default)s)", default="UNet"),
        option("--channel", "our channel, where the summary has several"),
        file("--confusion", "our confusion matrices, to be compared too"),
        file("--published-confusion", "published confusion matrices"),
        file("--confusion-output", "CSV to write for them; .md, .tex and .html beside"),
    ),
    "isps": (
        "Trained pipelines: PSNR and SSIM by camera and pipeline, with mean and spread, from evaluation.csv beside a "
        "model (see evaluate_isp.py), or else from the training's own validation.",
        needed(
            "--models",
            "folders <camera>/<isp> of trained pipelines, or a folder above them, such as results/isp",
            nargs="+",
        ),
        option(
            "--last",
            "average so many validations at the end of each training (default: the one of the weights that were kept)",
            type=command_line.count,
            default=1,
        ),
        OUTPUT,
    ),
    "rate_distortion": (
        "Rate and distortion of codecs at a few bits a pixel, ours beside the published.",
        *PROFILES,
        file("--published", "published values, of resources/published"),
        OUTPUT,
        file("--curves", "averages on a fine grid to write (CSV), for figures"),
        file("--averages", "plain means at each quality to write (CSV), learned codecs included"),
    ),
    "bd_rates": (
        "BD-rates: how many bits more or less each codec needs for the same PSNR, SSIM and MS-SSIM as another.",
        *PROFILES,
        option(
            "--anchor",
            "codec to compare all with; joined curves are compared with every codec (default: %(default)s)",
            default="jpeg",
        ),
        option("--file-size", "count whole files, not the picture's bytes alone", action="store_true"),
        OUTPUT,
        file("--per-image", "table of every picture to write (CSV)"),
    ),
    "signature": (
        "What is left of learned tiles, and how well they are estimated.",
        *GRID,
        option("--phased", "pipelines of the grid that have a learned tile", nargs="*", default=[]),
        OUTPUT,
    ),
    "transfer": (
        "Tests of forensic networks on other pictures than they have learned from.",
        option(
            "--trained",
            'JSON, a list such as [{"trained_on": "raw", "protocol": "iclr2020", "grid": {"camera": ["D90"], …}}]; a '
            "grid as for the table forensics",
            required=True,
        ),
        needed("--tests", "folder of tests: PROTOCOL/RUN/test.json"),
        needed("--evaluations", "folder of runs: PROTOCOL/RUN/evaluation.json"),
        OUTPUT,
    ),
    "robustness": (
        "Tests of forensic networks under conditions that they were not trained for: a line a run and condition.",
        option(
            "--trained",
            'JSON, a list such as [{"protocol": "iclr2020", "grid": {"camera": ["D90"], …}}]; a grid as for the table '
            "forensics",
            required=True,
        ),
        needed("--tests", "folder of tests: PROTOCOL/RUN/robustness.json"),
        option("--conditions", "names of conditions in the order of the lines", nargs="+", default=[], metavar="NAME"),
        OUTPUT,
        needed("--gains", "CSV to write, a line a grid point and condition; .md, .tex and .html beside it"),
    ),
    "fingerprints": (
        "Sensor fingerprints behind pairs of pipelines: a line a pair, channel and side of patches.",
        needed("--tests", "tests of fingerprints (fingerprints.json), in the order of the lines", nargs="+"),
        OUTPUT,
        file(
            "--changes", "CSV to write: what pipelines that differ, or were trained, change; .md, .tex and .html beside"
        ),
        file("--curves", "ROC curves to write (CSV), for figures"),
        file("--published", "published values that stand in it, of resources/published"),
    ),
    "localisation": (
        "Tests whether forensic networks find regions that were forged: a line a run and region.",
        option(
            "--trained",
            'JSON, a list such as [{"protocol": "iclr2020", "grid": {"camera": ["D90"], …}}]; a grid as for the table '
            "forensics",
            required=True,
        ),
        needed("--tests", "folder of tests: PROTOCOL/RUN/localisation.json"),
        OUTPUT,
        needed("--gains", "CSV to write, a line a grid point and region; .md, .tex and .html beside it"),
    ),
    "attacks": (
        "Attacks on learned signatures: a line a run and attack.",
        option(
            "--trained",
            'JSON, a list such as [{"protocol": "iclr2020", "grid": {"camera": ["D90"], …}}]; a grid as for the table '
            "forensics",
            required=True,
        ),
        needed("--tests", "folder of tests: PROTOCOL/RUN/attacks.json"),
        OUTPUT,
    ),
    "headline": (
        "Every headline claim of the papers beside what was measured here, with its spread, protocol and verdict.",
        option(
            "--configuration", "how the results were made: configuration as JSON text, or a YAML file", required=True
        ),
        option("--paper", "configuration of the full protocol (default: %(default)s)", default="config/paper.yaml"),
        file("--published", "folder of published tables", default=Path("resources/published")),
        experiment("--pipeline"),
        experiment("--codec"),
        file("--robustness", "table of gains under other conditions (robustness_gains.csv)"),
        file("--fingerprints", "table of what pipelines change in sensor fingerprints (fingerprints_changes.csv)"),
        option("--study", "study of codecs that the following tables belong to", metavar="NAME"),
        file("--bd-rates", "its table of BD-rates of every picture"),
        file("--profiles", "its profiles of codecs", nargs="+"),
        file("--channelwise", "its table of patches coded channel by channel"),
        file("--runtime", "its table of times"),
        OUTPUT,
        file("--short", "list of the claims and verdicts to write, a part of a page (HTML)"),
        file("--lines", "the claims that say most of it, six and two on fingerprints, to write as text"),
    ),
}
# What options name files to write, with their endings.
WRITTEN = {
    **dict.fromkeys(("runs", "output", "confusion_output", "gains", "changes"), files.TABLE),
    **dict.fromkeys(("photographs", "curves", "averages", "per_image"), (".csv",)),
    "progress": (".csv", ".html"),
    "short": (".html",),
    "lines": (".txt",),
}
# Of the first table only; in another they are read.
WRITTEN_THERE = dict.fromkeys(("summary", "confusion"), files.TABLE)


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    tables = parser.add_subparsers(dest="table", required=True, metavar="NAME", help="the table")
    for name, (text, *options) in TABLES.items():
        own = tables.add_parser(name, description=text, help=text)
        for flag, how in options:
            own.add_argument(flag, **how)
    return parser.parse_args(arguments)


def main(arguments=None):
    given = vars(parse_arguments(arguments))
    name = given.pop("table")
    written = {**WRITTEN, **(WRITTEN_THERE if name == "forensics" else {})}
    read = {"grid": _grid, "trained": TRAINED.get(name), "configuration": _configuration, "paper": _configuration}
    given = {key: read[key](value) if key in read else value for key, value in given.items()}
    command_line.outputs(
        *((f"--{key.replace('_', '-')}", given[key], *endings) for key, endings in written.items() if key in given)
    )
    importlib.import_module(f"neural_imaging.{catalogue.TABLES[name]}").tabulate(**given)


def _configuration(text):
    """A whole configuration: JSON text, or what a file says, laid over the defaults beside the papers' own."""
    if text.endswith((".yaml", ".yml")):
        return overlay.read(Path(text), library_path.ROOT / overlay.DEFAULTS)
    return command_line.settings(text)


def _grid(text):
    return texts.mapping(text, "--grid", is_json=True)


def _trained(text, names=()):
    try:
        trained = json.loads(text)
        wrong = texts.fault(trained)
    except (ValueError, RecursionError) as error:
        raise UserError(f"--trained: not JSON ({error})") from None
    if wrong:
        raise UserError(f"--trained: {wrong}")
    keys = {"protocol", "grid", *names}
    whole = isinstance(trained, list) and all(isinstance(runs, dict) and keys <= set(runs) for runs in trained)
    if not whole or not trained:
        raise UserError(f"--trained: must be a list of mappings, each with {', '.join(sorted(keys))}")
    return trained


# Readers of lists of runs, by table.
TRAINED = {
    "transfer": functools.partial(_trained, names=("trained_on",)),
    **dict.fromkeys(("robustness", "localisation", "attacks"), _trained),
}


if __name__ == "__main__":
    command_line.run(main)
