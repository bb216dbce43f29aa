"""Train a forensic network (FAN) behind a distribution channel, alone or with a camera pipeline or learned codec."""

import argparse
from pathlib import Path

import library_path  # noqa: F401
from neural_imaging import command_line, runtime
from neural_imaging.errors import UserError


def weight_or(fixed):
    """Type of an argument that is the weight of a loss, or the word for a part that stays as it is."""

    def read(text):
        if text == fixed:
            return text
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        if not 0 <= value < float("inf"):
            raise argparse.ArgumentTypeError(f"{text!r} is neither a number from 0 up nor {fixed}")
        return value

    return read


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("--images", type=Path, required=True, help="images.csv of the camera's training set")
    parser.add_argument("--isp-model", type=Path, required=True, help="model.keras of the pre-trained pipeline")
    parser.add_argument(
        "--lambda-isp",
        type=weight_or("fan-only"),
        required=True,
        help="weight of the ISP loss, or fan-only: keep the ISP",
    )
    parser.add_argument(
        "--scratch",
        action="store_true",
        help="start the pipeline from random weights, not its pre-trained ones; the same as the setting scratch",
    )
    parser.add_argument("--codec-model", type=Path, help="model.keras of the channel's codec, where that is dcn")
    parser.add_argument(
        "--lambda-codec",
        type=weight_or("basic"),
        help="weight of the codec loss, or basic: keep the codec (default, where there is one)",
    )
    parser.add_argument(
        "--signature",
        type=weight_or("none"),
        default="none",
        help="strength in grey levels of a signature that is learned, or none (default)",
    )
    parser.add_argument(
        "--run", type=command_line.seed, default=0, help="number of the repetition, which is its seed (default 0)"
    )
    command_line.add_training_arguments(parser)
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    settings = command_line.settings(options.settings)
    if options.scratch:
        if options.lambda_isp == "fan-only":
            raise UserError("--scratch is for a pipeline that learns; give --lambda-isp a number")
        settings = {**settings, "scratch": True}
    runtime.configure(threads=options.threads, own_card=True)
    from neural_imaging.training import forensics

    forensics.train(
        options.images,
        options.isp_model,
        options.lambda_isp,
        options.run,
        settings,
        options.output,
        options.checkpoints or options.output.parent / "checkpoints",
        threads=options.threads,
        logs=options.tensorboard,
        resume=options.resume,
        codec_model=options.codec_model,
        lambda_codec=options.lambda_codec,
        signature=options.signature,
    )


if __name__ == "__main__":
    command_line.run(main)
