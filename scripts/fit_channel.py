"""Estimate a channel, such as a site, from pictures before and after it, and write it as the configuration has it."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("before", type=Path, help="a picture as it was sent, or a folder of pictures")
    parser.add_argument("after", type=Path, help="the same as it came back, or a folder; pairs have the same name")
    parser.add_argument("--name", default="site", help="what the channel is called (default: site)")
    parser.add_argument("--output", type=Path, help="file to write (YAML); printed by default")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)

    import yaml

    from neural_imaging.base import files, texts
    from neural_imaging.base.errors import UserError
    from neural_imaging.coding import fitting
    from neural_imaging.study import structures

    structures.check_path_name("--name", options.name)
    command_line.outputs(("--output", options.output, ".yaml"))
    pairs, passed = fitting.paired(options.before, options.after)
    fitted = fitting.fit(pairs)
    lines = [f"passed over: {path}: {reason}" for path, reason in (*passed, *fitted.refused.items())]
    lines += [
        f"{name}: {difference:.2f} grey levels from it on average" for name, difference in fitted.differences.items()
    ]
    lines += fitted.notes
    if not fitted.steps:
        raise UserError(f"{options.after}: the pictures are as they were sent, so that there is no channel to write")
    # Names of files may have line breaks, and no bytes of UTF-8.
    lines = [texts.on_a_line(line) for line in lines]
    text = "".join(f"# {line}\n" for line in lines)
    text += yaml.safe_dump(
        {"channels": {options.name: {"steps": fitted.steps}}}, sort_keys=False, default_flow_style=None
    )
    if options.output is None:
        print(text, end="")
    else:
        files.write_text(options.output, text)
        print(*lines, sep="\n")


if __name__ == "__main__":
    command_line.run(main)
