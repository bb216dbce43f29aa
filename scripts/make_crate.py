"""Make a Provenance Run Crate (RO-Crate) of a finished study: code, records, models, tables and figures in a folder."""

import importlib.metadata
import sys
from pathlib import Path

import library_path
from neural_imaging.base import command_line, texts

sys.path.insert(0, str(library_path.ROOT / "workflow"))

from planning import configuration, publishing


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("--results", type=Path, default=Path("results"), help="folder of results (default: results)")
    parser.add_argument("--configfile", type=Path, help="configuration that made them (default: that of the demo)")
    parser.add_argument(
        "--creator", action="append", metavar="NAME", help="who made the results; repeat it (default: of CITATION.cff)"
    )
    parser.add_argument("--title", default="Results of neural-imaging", help="of the crate (default: %(default)s)")
    parser.add_argument(
        "--license", help="of the crate, an SPDX name such as CC-BY-4.0 (default: that of CITATION.cff)"
    )
    parser.add_argument("--output", type=command_line.folder, required=True, help="folder of the crate, written anew")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    described = publishing.subjects(configuration.read(options.configfile))
    citation = texts.of_file(library_path.ROOT / "CITATION.cff")
    from neural_imaging.publishing import crate, subjects

    about = {
        "name": options.title,
        "license": f"https://spdx.org/licenses/{options.license or citation['license']}",
        "creators": options.creator or [author["name"] for author in citation["authors"]],
    }
    shown = [subjects.Subject(**each) for each in described]
    engine = importlib.metadata.version("snakemake")
    crate.write(options.results, options.output, library_path.ROOT, shown, about, options.configfile, engine)


if __name__ == "__main__":
    command_line.run(main)
