"""Train a forensic network (FAN) behind a distribution channel, alone or with what the camera and the codec do."""

import argparse
from pathlib import Path

import library_path  # noqa: F401
from neural_imaging import presets
from neural_imaging.base import command_line, records, runtime
from neural_imaging.base.errors import UserError


def number_or(*words, above=False):
    """Type of an argument that is a number from 0 up, or above 0, or a word for a part that stays or is not there."""

    def read(text):
        if text in words:
            return text
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        if not 0 <= value < float("inf") or (above and value == 0):
            limit = "above 0" if above else "from 0 up"
            raise argparse.ArgumentTypeError(f"{text!r} is neither a number {limit} nor {' or '.join(words)}")
        return value

    return read


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("--images", type=Path, required=True, help="images.csv of the camera's training set")
    parser.add_argument(
        "--isp-model",
        type=presets.located,
        required=True,
        help="model.keras of the pre-trained pipeline, or a preset",
    )
    parser.add_argument(
        "--lambda-isp",
        type=number_or("fan-only"),
        required=True,
        help="weight of the ISP loss, or fan-only: keep the ISP",
    )
    parser.add_argument(
        "--scratch",
        action="store_true",
        help="start the pipeline from random weights, not its pre-trained ones; the same as the setting scratch",
    )
    parser.add_argument(
        "--codec-model", type=presets.located, help="model.keras of the channel's codec, where that is dcn; or a preset"
    )
    parser.add_argument(
        "--lambda-codec",
        type=number_or("basic", "none"),
        help="weight of the codec loss, or basic: keep the codec (default, where there is one), or none: there is none",
    )
    parser.add_argument(
        "--signature",
        type=number_or("none", above=True),
        default="none",
        help="strength of a learned signature in grey levels rms, or none (default)",
    )
    parser.add_argument(
        "--run", type=command_line.seed, default=0, help="number of the repetition, which is its seed (default 0)"
    )
    command_line.add_training_arguments(parser)
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    from neural_imaging.training import options as trainings

    settings = command_line.settings(options.settings)
    if options.scratch:
        if options.lambda_isp == "fan-only":
            raise UserError("--scratch is for a pipeline that learns; give --lambda-isp a number")
        settings = {**settings, "scratch": True}
    if options.lambda_codec == "none" and options.codec_model is not None:
        raise UserError("--lambda-codec none is for channels without a learned codec; leave --codec-model out")
    lambda_codec = None if options.lambda_codec == "none" else options.lambda_codec
    signature = None if options.signature == "none" else options.signature
    settings = trainings.complete(settings, trainings.FORENSIC, "forensic training")
    parts = (options.isp_model, options.lambda_isp, options.codec_model, lambda_codec, signature)
    weights, models = trainings.joint(settings, *parts)
    trainings.check_output(options.output, models)
    made_from = ({**settings, **weights}, options.run, [options.images, *models])
    if records.finished(options.output, "train_forensics", *made_from, options.force):
        return
    runtime.configure(threads=options.threads, own_card=True)
    from neural_imaging.training import forensics

    forensics.train(
        options.images,
        options.isp_model,
        options.lambda_isp,
        options.run,
        settings,
        options.output,
        **command_line.training(options),
        codec_model=options.codec_model,
        lambda_codec=lambda_codec,
        signature=signature,
    )


if __name__ == "__main__":
    command_line.run(main)
