"""Follow a run's learned tile through manipulations and the channel, and estimate it as an attacker would."""

from pathlib import Path

import library_path  # noqa: F401
from neural_imaging.base import command_line


def parse_arguments(arguments=None):
    parser = command_line.Parser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="model.keras of the run")
    parser.add_argument("--images", type=Path, required=True, help="images.csv with the validation photographs")
    parser.add_argument(
        "--labels", required=True, help="camera, isp, channel, lambda_isp, lambda_codec, signature and run, JSON"
    )
    parser.add_argument(
        "--size",
        type=command_line.count,
        default=1024,
        help="longest side in pixels of what is manipulated and sent of a photograph (default: %(default)s)",
    )
    parser.add_argument("--output", type=Path, required=True, help="npz file to write")
    parser.add_argument("--threads", type=command_line.count, help="processor threads (default: all)")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    labels = command_line.settings(options.labels)
    command_line.outputs(("--output", options.output, ".npz"))

    from neural_imaging.base import runtime

    runtime.configure(threads=options.threads, seed=0, deterministic=True)
    import numpy as np

    from neural_imaging.datasets import images
    from neural_imaging.evaluation import forensics, signature
    from neural_imaging.tables import arrays

    forensics.check_names(labels)
    pipeline = forensics.load(options.model)
    forensics.check_labels(labels, pipeline, options.model)
    photographs = images.read(options.images, "validation", pipeline.isp)
    found = signature.measure(pipeline, photographs, options.size)
    arrays.write(options.output, {**found, **{name: np.array(str(value)) for name, value in labels.items()}})


if __name__ == "__main__":
    command_line.run(main)
