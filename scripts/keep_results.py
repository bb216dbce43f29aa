"""Keep a finished study: its tables, figures and records in a folder, small enough to be handed on.

Models and photographs are left out; manifest.csv has their hashes. `verify_results.py` checks the folder.
"""

from pathlib import Path

import yaml

import library_path
from neural_imaging.base import command_line, files
from neural_imaging.study import overlay


class _Plain(yaml.SafeDumper):
    """Says a value again in place of pointing at where it stood first."""

    def ignore_aliases(self, _):
        return True


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("--results", type=Path, default=Path("results"), help="folder of results (%(default)s)")
    parser.add_argument("--configfile", type=Path, required=True, help="configuration that they were made with")
    parser.add_argument("--output", type=Path, required=True, help="folder to write, e.g. docs/results/overnight")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    from neural_imaging.tables import kept

    # What is no configuration is named before anything is written.
    configuration = overlay.alone(options.configfile, library_path.ROOT / overlay.DEFAULTS)
    copied, left_out = kept.keep(options.results, options.output / "results")
    # The defaults go on changing; what made these results does not.
    name = options.configfile.name
    head = f"# The configuration that made these results: {name} with all that it inherited from config.yaml."
    text = yaml.dump(configuration, Dumper=_Plain, sort_keys=False, width=120)
    files.write_text(options.output / "configuration.yaml", f"{head}\n{text}")
    folder, tables = options.output.as_posix(), any(place.match("tables/*.csv") for place in copied)
    about = [
        f"Results of `{options.configfile.name}`: {len(copied)} files. {len(left_out)} others, models and photographs "
        "among them, are left out; `results/manifest.csv` has their hashes.",
        "",
        f"    python scripts/verify_results.py --results {folder}/results --configfile {folder}/configuration.yaml"
        + " --remake" * tables,
        "",
        "holds every record against the files that it names and the settings that were asked for"
        + (", and makes the tables again from the records." if tables else "."),
    ]
    files.write_text(options.output / "README.md", kept.page(options.output, options.output.name, about))
    size = sum(path.stat().st_size for path in options.output.rglob("*") if path.is_file())
    print(f"{options.output}: {len(copied)} files kept, {size / 2**20:.1f} MB; {len(left_out)} left out, by hash")


if __name__ == "__main__":
    command_line.run(main, says=True)
