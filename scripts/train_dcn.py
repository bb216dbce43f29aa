"""Train a learned codec (DCN) on pictures of any kind."""

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
        help="images.csv of training sets of codecs, one or several (scripts/prepare_codec_data.py makes them)",
    )
    parser.add_argument("--codec", help="network, e.g. TwitterDCN; the settings' `model` by default")
    parser.add_argument("--seed", type=command_line.seed, default=0, help="seed of weights and patches (default 0)")
    command_line.add_training_arguments(parser)
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    from neural_imaging.training import options as trainings

    settings = command_line.settings(options.settings)
    if options.codec:
        settings = {"model": options.codec, **settings}
    settings = trainings.complete(settings, trainings.CODEC, "codec training")
    if records.finished(options.output, "train_dcn", settings, options.seed, options.images, options.force):
        return
    runtime.configure(threads=options.threads, own_card=True)
    from neural_imaging.training import codec

    codec.train(options.images, settings, options.seed, options.output, **command_line.training(options))


if __name__ == "__main__":
    command_line.run(main)
