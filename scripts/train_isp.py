"""Pre-train a camera pipeline (ISP): it learns to imitate one camera's developed photographs."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line, records, runtime


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument(
        "--images",
        type=Path,
        nargs="+",
        required=True,
        help="images.csv of the camera's training set; of several cameras for a ClassicISP that serves them all",
    )
    parser.add_argument("--isp", help="pipeline, e.g. UNet; the settings' `model` by default")
    parser.add_argument("--seed", type=command_line.seed, default=0, help="seed of weights and patches (default 0)")
    command_line.add_training_arguments(parser)
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    from neural_imaging.training import options as trainings

    settings = command_line.settings(options.settings)
    if options.isp:
        settings = {"model": options.isp, **settings}
    settings = trainings.complete(settings, trainings.ISP, "ISP training")
    if records.finished(options.output, "train_isp", settings, options.seed, options.images, options.force):
        return
    runtime.configure(threads=options.threads, own_card=True)
    from neural_imaging.training import isp

    isp.train(options.images, settings, options.seed, options.output, **command_line.training(options))


if __name__ == "__main__":
    command_line.run(main)
