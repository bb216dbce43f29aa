"""Make a table by joining results that are finished: CSV, with Markdown, LaTeX and a page beside it.

`tabulate.py NAME --help` tells what a table is made from.
"""

import argparse
import importlib
import json
from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line, files, texts
from neural_imaging.base.errors import UserError
from neural_imaging.study import catalogue, overlay

ROOT = Path(__file__).resolve().parent.parent
FILE, NEEDED = {"type": Path}, {"type": Path, "required": True}
OUTPUT = {"--output": {**NEEDED, "help": "CSV to write; .md, .tex and .html beside it"}}
GRID = {
    "--root": {**NEEDED, "help": "folder of the experiment's runs"},
    "--grid": {
        "required": True,
        "help": 'JSON, e.g. {"camera": ["D90"], "isp": ["UNet"], "channel": ["jpeg50"], '
        '"lambda_isp": ["fan-only", 0.1], "run": [0, 1, 2]}',
    },
}
PROFILES = {
    "--profiles": {**NEEDED, "nargs": "+", "help": "profiles of profile_codec.py (JSON)"},
    "--join": {
        "action": "append",
        "default": [],
        "metavar": "NAME=CODEC,CODEC,…",
        "help": "make a curve of several learned codecs, as in dcn=16c,32c,64c; repeat it for more",
    },
}
EXPERIMENT = {
    "metavar": "NAME=CSV",
    "action": "append",
    "default": [],
    "help": "experiment in which this learns, and its table of photographs; the first is compared with published "
    "claims, lines of this study are of each",
}
# Of each table: what it is, and its program's options.
TABLES = {
    "forensics": (
        "An experiment's evaluations: lines of runs and photographs, a summary, confusion, progress.",
        {
            **GRID,
            "--runs": {**NEEDED, "help": "CSV to write, one line a run; .md, .tex and .html beside"},
            "--summary": {**NEEDED, "help": "CSV to write, one line a grid point; ditto"},
            "--confusion": {**NEEDED, "help": "CSV to write, percent of each true class; ditto"},
            "--photographs": {**NEEDED, "help": "CSV to write, one line a run and photograph"},
            "--progress": {**NEEDED, "help": "CSV to write, every run's training.csv; .html beside"},
        },
    ),
    "published": (
        "Our results beside published ones: accuracy and PSNR over λ, and confusion matrices.",
        {
            "--summary": {**NEEDED, "help": "our summary, e.g. results/tables/cvpr2019.csv"},
            "--published": {**NEEDED, "help": "published trade-off, of resources/published"},
            **OUTPUT,
            "--camera": {"default": "D90", "help": "camera of the published values (default: %(default)s)"},
            "--isp": {"default": "UNet", "help": "ISP of the published values (default: %(default)s)"},
            "--channel": {"help": "our channel, where the summary has several"},
            "--confusion": {**FILE, "help": "our confusion matrices, to be compared too"},
            "--published-confusion": {**FILE, "help": "published confusion matrices"},
            "--confusion-output": {**FILE, "help": "CSV to write for them; .md, .tex and .html beside"},
        },
    ),
    "isps": (
        "Trained pipelines: PSNR and SSIM by camera and pipeline, with mean and spread, from evaluation.csv beside a "
        "model (see evaluate_isp.py), or else from the training's own validation.",
        {
            "--models": {
                **NEEDED,
                "nargs": "+",
                "help": "folders <camera>/<isp> of trained pipelines, or a folder above them, such as results/isp",
            },
            "--last": {
                "type": command_line.count,
                "default": 1,
                "help": "average so many validations at the end of each training (default: the one of the weights that "
                "were kept)",
            },
            **OUTPUT,
        },
    ),
    "rate_distortion": (
        "Rate and distortion of codecs at a few bits a pixel, ours beside the published.",
        {
            **PROFILES,
            "--published": {**FILE, "help": "published values, of resources/published"},
            **OUTPUT,
            "--curves": {**FILE, "help": "averages on a fine grid to write (CSV), for figures"},
            "--averages": {**FILE, "help": "plain means at each quality to write (CSV), learned codecs included"},
        },
    ),
    "bd_rates": (
        "BD-rates: how many bits more or less each codec needs for the same PSNR, SSIM and MS-SSIM as another.",
        {
            **PROFILES,
            "--anchor": {
                "default": "jpeg",
                "help": "codec to compare all with; joined curves are compared with every codec (default: %(default)s)",
            },
            "--file-size": {"action": "store_true", "help": "count whole files, not the picture's bytes alone"},
            **OUTPUT,
            "--per-image": {**FILE, "help": "table of every picture to write (CSV)"},
        },
    ),
    "signature": (
        "What is left of learned tiles, and how well they are estimated.",
        {
            **GRID,
            "--phased": {"nargs": "*", "default": [], "help": "pipelines of the grid that have a learned tile"},
            **OUTPUT,
        },
    ),
    "transfer": (
        "Tests of forensic networks on other pictures than they have learned from.",
        {
            "--trained": {
                "required": True,
                "help": 'JSON, a list such as [{"trained_on": "raw", "protocol": "iclr2020", "grid": {"camera": '
                '["D90"], …}}]; a grid as for the table forensics',
            },
            "--tests": {**NEEDED, "help": "folder of tests: PROTOCOL/RUN/test.json"},
            "--evaluations": {**NEEDED, "help": "folder of runs: PROTOCOL/RUN/evaluation.json"},
            **OUTPUT,
        },
    ),
    "headline": (
        "Every headline claim of the papers beside what was measured here, with its spread, protocol and verdict.",
        {
            "--configuration": {
                "required": True,
                "help": "how the results were made: configuration as JSON text, or a YAML file",
            },
            "--paper": {
                "default": "config/paper.yaml",
                "help": "configuration of the full protocol (default: %(default)s)",
            },
            "--published": {**FILE, "default": Path("resources/published"), "help": "folder of published tables"},
            "--pipeline": EXPERIMENT,
            "--codec": EXPERIMENT,
            "--study": {"metavar": "NAME", "help": "study of codecs that the following tables belong to"},
            "--bd-rates": {**FILE, "help": "its table of BD-rates of every picture"},
            "--profiles": {**FILE, "nargs": "+", "help": "its profiles of codecs"},
            "--channelwise": {**FILE, "help": "its table of patches coded channel by channel"},
            "--runtime": {**FILE, "help": "its table of times"},
            **OUTPUT,
            "--short": {**FILE, "help": "list of the claims and verdicts to write, a part of a page (HTML)"},
        },
    ),
}
# What options name files to write, with their endings.
WRITTEN = {
    **dict.fromkeys(("runs", "output", "confusion_output"), files.TABLE),
    **dict.fromkeys(("photographs", "curves", "averages", "per_image"), (".csv",)),
    "progress": (".csv", ".html"),
    "short": (".html",),
}
# Of the first table only; in another they are read.
WRITTEN_THERE = dict.fromkeys(("summary", "confusion"), files.TABLE)


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    tables = parser.add_subparsers(dest="table", required=True, metavar="NAME", help="the table")
    for name, (text, options) in TABLES.items():
        own = tables.add_parser(name, description=text, help=text)
        for option, how in options.items():
            own.add_argument(option, **how)
    return parser.parse_args(arguments)


def main(arguments=None):
    given = vars(parse_arguments(arguments))
    name = given.pop("table")
    written = {**WRITTEN, **(WRITTEN_THERE if name == "forensics" else {})}
    read = {"grid": _grid, "trained": _trained, "configuration": _configuration, "paper": _configuration}
    given = {key: read[key](value) if key in read else value for key, value in given.items()}
    command_line.outputs(
        *((f"--{key.replace('_', '-')}", given[key], *endings) for key, endings in written.items() if key in given)
    )
    importlib.import_module(f"neural_imaging.{catalogue.TABLES[name]}").tabulate(**given)


def _configuration(text):
    """A whole configuration: JSON text, or what a file says, laid over the defaults beside the papers' own."""
    path = Path(text)
    return (
        overlay.read(path, ROOT / overlay.DEFAULTS) if text.endswith((".yaml", ".yml")) else command_line.settings(text)
    )


def _grid(text):
    return texts.mapping(text, "--grid", is_json=True)


def _trained(text):
    try:
        trained = json.loads(text)
        wrong = texts.fault(trained)
    except (ValueError, RecursionError) as error:
        raise UserError(f"--trained: not JSON ({error})") from None
    if wrong:
        raise UserError(f"--trained: {wrong}")
    needed = {"trained_on", "protocol", "grid"}
    whole = isinstance(trained, list) and all(isinstance(one, dict) and needed <= set(one) for one in trained)
    if not whole or not trained:
        raise UserError(f"--trained: must be a list of mappings, each with {', '.join(sorted(needed))}")
    return trained


if __name__ == "__main__":
    command_line.run(main)
