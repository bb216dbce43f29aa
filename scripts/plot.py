"""Draw a figure from a table, or from what another program has measured: a PDF, and a PNG beside it.

`plot.py NAME --help` tells what a figure is drawn from, and what can be chosen.
"""

import argparse
import importlib
import inspect
from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line
from neural_imaging.base.errors import UserError
from neural_imaging.study import catalogue

OPTIONS = {
    "camera": {"help": "camera to draw (default: the first of the table; of box plots all)"},
    "isp": {"help": "ISP to draw (default: the first)"},
    "channel": {"help": "channel to draw (default: the first)"},
    "lambda_isp": {"help": "weight of the ISP loss, or fan-only (default: all)"},
    "codec": {
        "choices": ("differentiable", "libjpeg", "bitstream"),
        "help": "the training's (default), or the channel's real one: bitstream where it is learned, else libjpeg",
    },
    "measure": {"help": "what is drawn, such as psnr or ssim"},
    "data_set": {"nargs": "+", "metavar": "NAME", "help": "draw these only; one alone is a column wide (default: all)"},
    "limit": {"type": float, "help": "bits a pixel at the right end (default: 2)"},
    "settings": {
        "required": True,
        "help": "what is configured: JSON text, or a JSON or YAML file, such as config/config.yaml for channels",
    },
}


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    figures = parser.add_subparsers(dest="figure", required=True, metavar="NAME", help="the figure")
    for name, figure in catalogue.FIGURES.items():
        shown = " ".join(figure.caption.split()).replace("%", "%%")
        own = figures.add_parser(name, description=shown, help=figure.title)
        if name != "system":
            files = ", ".join(figure.sources).format(subject="<name>") or "one of each run"
            own.add_argument("sources", type=Path, nargs="+", metavar="FILE", help=f"in the workflow: {files}")
        for option in figure.options:
            own.add_argument(f"--{option.replace('_', '-')}", **OPTIONS[option])
        own.add_argument("--output", type=Path, required=True, help="PDF to write; a PNG is written beside it")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    figure = catalogue.FIGURES[options.figure]
    chosen = {name: value for name in figure.options if (value := getattr(options, name)) is not None}
    command_line.within("--limit", chosen.get("limit"), 0.1, 24)
    if "settings" in chosen:
        chosen["settings"] = command_line.settings(chosen["settings"])

    module = importlib.import_module(f"neural_imaging.{catalogue.module(options.figure)}")
    from neural_imaging.figures import style

    if "measure" in chosen and chosen["measure"] not in module.MEASURES:
        raise UserError(f"--measure {chosen['measure']}: must be one of {', '.join(module.MEASURES)}")
    sources = getattr(options, "sources", [])
    try:
        inspect.signature(module.plot).bind(*sources, **chosen, **figure.fixed)
    except TypeError as error:
        raise UserError(f"figure {options.figure}: {error}; it is drawn from {', '.join(figure.sources)}") from None
    style.save(module.plot(*sources, **chosen, **figure.fixed), options.output)


if __name__ == "__main__":
    command_line.run(main)
