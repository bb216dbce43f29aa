"""Follow a run's learned tile through manipulations and the channel, and estimate it as an attacker would."""

import library_path  # noqa: F401
from neural_imaging.base import command_line
from neural_imaging.evaluation import programs


def parse_arguments(arguments=None):
    size = "longest side in pixels of what is manipulated and sent of a photograph (default: %(default)s)"
    parser = programs.parser(__doc__, "model", "images", "labels", "output", size={"help": size})
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    labels = command_line.settings(options.labels)
    programs.begin(options, ".npz")
    import numpy as np

    from neural_imaging.datasets import images
    from neural_imaging.evaluation import forensics, signature
    from neural_imaging.tables import arrays

    forensics.check_names(labels)
    pipeline = forensics.load(options.model)
    forensics.check_labels(labels, pipeline, options.model)
    photographs = images.read(options.images, "validation", pipeline.isp)
    measured = signature.measure(pipeline, photographs, options.size)
    arrays.write(options.output, {**measured, **{name: np.array(str(value)) for name, value in labels.items()}})


if __name__ == "__main__":
    command_line.run(main)
