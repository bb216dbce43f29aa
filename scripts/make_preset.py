"""Make a preset of a trained model: its archive without the state of the optimizer, and a card from its records."""

from pathlib import Path

import library_path
from neural_imaging.base import command_line, files, runtime


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("name", help="what the preset is called")
    parser.add_argument("--model", type=Path, required=True, help="model.keras of the run, with record.json beside it")
    parser.add_argument("--images", type=Path, nargs="+", required=True, help="images.csv that it learned from")
    parser.add_argument("--evaluation", type=Path, help="evaluation.json of a joint model")
    parser.add_argument("--robustness", type=Path, help="robustness.json of a joint model")
    parser.add_argument("--photographs", type=Path, help="evaluation.csv of a camera pipeline")
    parser.add_argument("--profiles", type=Path, nargs="+", default=[], help="profiles of a codec and of JPEG")
    parser.add_argument(
        "--licences",
        type=Path,
        default=library_path.ROOT / "resources/licences.csv",
        help="licences of pictures by their sources (default: resources/licences.csv of the checkout)",
    )
    parser.add_argument("--output", type=Path, required=True, help="archive to write; its card (.md) beside it")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    command_line.outputs(("--output", options.output, ".keras", ".md"))
    runtime.configure(seed=0)
    from neural_imaging import models

    # Archives of runs name the classes of joint models.
    from neural_imaging.forensics import joint  # noqa: F401
    from neural_imaging.tables import model_cards

    model = models.load(options.model)
    measured = {name: getattr(options, name) for name in ("evaluation", "robustness", "photographs", "profiles")}
    with files.together(options.output, options.output.with_suffix(".md")) as (archive, card):
        model.save(archive)
        text = model_cards.card(options.name, archive, options.model, options.images, options.licences, **measured)
        card.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    command_line.run(main)
