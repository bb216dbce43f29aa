"""Compare the differentiable JPEG with libjpeg: PSNR over quality factors, one line a picture, quality and codec."""

import library_path  # noqa: F401
from neural_imaging.base import command_line, runtime
from neural_imaging.evaluation import programs


def parse_arguments(arguments=None):
    pictures = "pictures, folders of pictures, or images.csv of a training set; photographs of scikit-image by default"
    images = {"nargs": "*", "required": False, "default": [], "help": pictures}
    settings = {"help": 'JSON, or a JSON or YAML file: "images" (how many at most), "qualities", "roundings"'}
    output = {"help": "table to write (CSV); .html beside it"}
    return programs.parser(__doc__, images=images, settings=settings, output=output).parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    settings = command_line.settings(options.settings)
    runtime.configure(options.threads)

    from neural_imaging.evaluation import jpeg_comparison

    command_line.outputs(("--output", options.output, ".csv", ".html"))
    settings = jpeg_comparison.complete(settings)
    pictures = jpeg_comparison.find(options.images, settings["images"])
    rows = jpeg_comparison.compare(pictures, settings["qualities"], settings["roundings"])
    jpeg_comparison.write(options.output, list(rows))


if __name__ == "__main__":
    command_line.run(main)
