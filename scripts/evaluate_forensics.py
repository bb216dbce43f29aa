"""Evaluate a trained forensic pipeline on held-out photographs, whole and patch by patch, with both codecs."""

import library_path  # noqa: F401
from neural_imaging.base import command_line, runtime
from neural_imaging.evaluation import programs


def parse_arguments(arguments=None):
    output = {"help": "evaluation.json to write; probabilities.npz beside it"}
    return programs.parser(__doc__, "model", "images", "settings", "labels", output=output).parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    settings, labels = command_line.settings(options.settings), command_line.settings(options.labels)
    runtime.configure(threads=options.threads)
    from neural_imaging.evaluation import forensics

    forensics.evaluate(options.model, options.images, settings, labels, options.output, threads=options.threads)


if __name__ == "__main__":
    command_line.run(main)
