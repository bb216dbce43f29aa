"""Make an archive of a crate for Zenodo, and beside it the metadata that its API takes. Nothing is sent."""

from pathlib import Path

import library_path
from neural_imaging.base import command_line, texts


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("--crate", type=Path, required=True, help="folder that make_crate.py has made")
    parser.add_argument("--output", type=Path, required=True, help="archive to write (.zip); .json beside it")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    command_line.outputs(("--output", options.output, ".zip", ".json"))
    papers = texts.of_file(library_path.ROOT / "CITATION.cff")["references"]
    related = [each["value"] for paper in papers for each in paper.get("identifiers", [])]
    from neural_imaging.publishing import deposit

    count, size = deposit.write(options.crate, options.output, related)
    print(f"{count} files, {size / 1e6:,.1f} MB")


if __name__ == "__main__":
    command_line.run(main)
