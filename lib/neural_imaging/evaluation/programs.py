"""What programs that measure and sample have in common: options in one wording, and how they begin."""

import argparse
from pathlib import Path

from neural_imaging import presets
from neural_imaging.base import command_line, runtime

OPTIONS = {
    "images": {"type": Path, "required": True, "help": "images.csv with the validation photographs"},
    "image": {"help": "name of the photograph; the first of the validation split by default"},
    "size": {"type": command_line.count, "default": 1024, "help": "longest side in pixels (default: %(default)s)"},
    "count": {"type": command_line.count, "default": 4, "help": "how many at most (default: %(default)s)"},
    "split": {"default": "validation", "choices": ("validation", "train"), "help": "default: %(default)s"},
    "tile": {"type": int, "metavar": "CELLS", "help": "longest side of a network's tiles (default: 704)"},
    "model": {"type": presets.located, "required": True, "help": "model.keras of the run, or a preset"},
    "settings": {"default": "{}", "help": "settings: JSON text, or a JSON or YAML file"},
    "labels": {"required": True, "help": "camera, isp, channel, lambda_isp, lambda_codec, signature and run, JSON"},
    "output": {"type": Path, "required": True, "help": "npz file to write"},
    "threads": {"type": command_line.count, "help": "processor threads (default: all)"},
}
PICTURES = {"nargs": "+", "help": "pictures, or folders of pictures"}
CODECS = {
    "type": str,
    "action": "append",
    "metavar": "[NAME=]CODEC",
    "help": "model.keras of a codec, or a name such as 16c in results/codecs. In the table it is called NAME, or else "
    "like its folder. Repeat it for more codecs",
}
VERSIONS = {
    "action": "append",
    "required": True,
    "metavar": "NAME:WEIGHT=CODEC",
    "help": "a codec's name, its λ or basic, and its model.keras or that of a joint model; repeat for more",
}
PIPELINE = {
    "required": True,
    "metavar": "[NAME=]PIPELINE[:{SETTINGS}]",
    "help": "model.keras of a trained or joint model, a network's name, or Python, e.g. "
    'Python:{"demosaicing": "bilinear"}',
}
SET = {"help": "images.csv of the camera's training set"}
TABLE = {"help": "table to write (CSV); .md, .tex and .html beside it"}


def parser(description, *shared, **changed):
    """A parser with --threads and these of `OPTIONS`, as they are or with something changed."""
    parser = command_line.Parser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, option in OPTIONS.items():
        if name in (*shared, *changed, "threads"):
            parser.add_argument(f"--{name}", **{**option, **changed.get(name, {})})
    return parser


def begin(options, *endings, seed=0):
    """Check that the output, with these endings, can be written, and let the backend compute deterministically."""
    command_line.outputs(("--output", options.output, *endings))
    runtime.configure(threads=options.threads, seed=seed, deterministic=True)
