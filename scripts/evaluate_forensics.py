"""Evaluate a trained forensic pipeline on held-out photographs, whole and patch by patch, with both codecs."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line, runtime


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="model.keras of the run")
    parser.add_argument("--images", type=Path, required=True, help="images.csv with the validation photographs")
    parser.add_argument("--settings", default="{}", help="settings: JSON text, or a JSON or YAML file")
    parser.add_argument(
        "--labels", required=True, help="camera, isp, channel, lambda_isp, lambda_codec, signature and run, JSON"
    )
    parser.add_argument("--output", type=Path, required=True, help="evaluation.json to write")
    parser.add_argument("--threads", type=command_line.count, help="processor threads (default: all)")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    settings, labels = command_line.settings(options.settings), command_line.settings(options.labels)
    runtime.configure(threads=options.threads)
    from neural_imaging.evaluation import forensics

    forensics.evaluate(options.model, options.images, settings, labels, options.output, threads=options.threads)


if __name__ == "__main__":
    command_line.run(main)
