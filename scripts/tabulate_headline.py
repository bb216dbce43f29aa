"""Put every headline claim of the papers beside what was measured here, with its spread, its protocol and a verdict."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line, files
from neural_imaging.base.errors import UserError
from neural_imaging.study import overlay


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument(
        "--configuration", required=True, help="how the results were made: configuration as JSON text, or a YAML file"
    )
    parser.add_argument(
        "--paper", default="config/paper.yaml", help="configuration of the full protocol (default: %(default)s)"
    )
    parser.add_argument("--published", type=Path, default=Path("config/published"), help="folder of published tables")
    for option, what in (("pipeline", "trained pipelines"), ("codec", "trained codecs")):
        parser.add_argument(
            f"--{option}",
            metavar="NAME=CSV",
            action="append",
            default=[],
            help=f"experiment with {what}, and its table of photographs; the first is compared with published claims, "
            "lines of this study are of each",
        )
    parser.add_argument("--study", metavar="NAME", help="study of codecs that the following tables belong to")
    parser.add_argument("--bd-rates", type=Path, help="its table of BD-rates of every picture")
    parser.add_argument("--profiles", type=Path, nargs="+", help="its profiles of codecs")
    parser.add_argument("--channelwise", type=Path, help="its table of patches coded channel by channel")
    parser.add_argument("--runtime", type=Path, help="its table of times")
    parser.add_argument("--output", type=Path, required=True, help="CSV to write; .md, .tex and .html beside")
    parser.add_argument("--short", type=Path, help="list of the claims and verdicts to write, a part of a page (HTML)")
    options = parser.parse_args(arguments)
    if len({one is None for one in (options.study, *_tables(options))}) > 1:
        parser.error("--study, --bd-rates, --profiles, --channelwise and --runtime are given together")
    return options


def main(arguments=None):
    options = parse_arguments(arguments)
    command_line.outputs(("--output", options.output, *files.TABLE), ("--short", options.short, ".html"))
    ours = command_line.settings(options.configuration)
    paper = overlay.read(options.paper, Path(options.paper).with_name("config.yaml"))
    named = {axis: [_named(f"--{axis}", text) for text in getattr(options, axis)] for axis in ("pipeline", "codec")}

    from neural_imaging.tables import claims, headline_tables, pages, typeset

    table = headline_tables.table(ours, paper, options.published, named, options.study, _tables(options))
    below = claims.unmeasured(table)
    typeset.write(table, options.output, claims.cells, group=1, widths=claims.WIDTHS, below=below)
    if options.short:
        files.write_text(options.short, pages.items(claims.sentences(table)))
    print(typeset.markdown(*claims.cells(table)) + below, end="")


def _tables(options):
    return options.bd_rates, options.profiles, options.channelwise, options.runtime


def _named(option, text):
    """Name and table of an experiment."""
    name, separator, path = text.partition("=")
    if not name or not separator or not path:
        raise UserError(f"{option} {text}: must be a name and a table, such as cvpr2019=results/tables/photographs.csv")
    return name, Path(path)


if __name__ == "__main__":
    command_line.run(main)
