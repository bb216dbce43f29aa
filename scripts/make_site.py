"""Make pages of a finished study for a browser: tables, plots, pictures and records, without a network."""

import sys
from pathlib import Path

import library_path
from neural_imaging.base import command_line
from neural_imaging.base.errors import UserError

sys.path.insert(0, str(library_path.ROOT / "workflow"))

from planning import configuration, publishing


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("--results", type=Path, default=Path("results"), help="folder of results (default: results)")
    parser.add_argument("--configfile", type=Path, help="configuration that made them (default: that of the demo)")
    parser.add_argument("--documentation", type=Path, help="folder of the built documentation, to put beside them")
    parser.add_argument("--output", type=command_line.folder, required=True, help="folder of pages, written anew")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    if options.documentation and not (options.documentation / "index.html").is_file():
        raise UserError(f"{options.documentation}: has no index.html; make docs builds the documentation in build/docs")
    described = publishing.subjects(configuration.read(options.configfile))
    from neural_imaging.publishing import site, subjects

    shown = [subjects.Subject(**each) for each in described]
    captions = library_path.ROOT / "workflow" / "report"
    given = options.configfile or "", options.documentation
    for file in site.write(options.results, options.output, shown, captions, *given):
        print(f"not there: {file}")


if __name__ == "__main__":
    command_line.run(main)
