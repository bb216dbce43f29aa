"""Hold what pipelines make of one scene against each other when cameras with each of the four Bayer patterns take it.

Two scenes go through the simulated camera, without noise: a photograph, and the same one blurred until it has no detail
of a pixel's size. A line a pipeline has, in grey levels and over all pairs of patterns,

* signed: the largest mean difference of a colour channel, which would be a tint or another brightness;
* absolute: the largest mean absolute difference, which is a matter of what demosaicing guesses at single pixels;
* same samples: that of scenes which are shifted so that all four cameras take the same samples. It is zero but for
  pipelines that measure the brightness of the whole picture, whose borders the shift changes.

libRAW, Python and ClassicISP take any pattern, INet is made for one. UNet and DNet learn where the colours lie: each of
them is for the pattern of the photographs it was trained on, so there is nothing to compare.
"""

import timing

from neural_imaging.base import command_line, runtime
from neural_imaging.base.errors import UserError

SIGMA = 4  # pixels; detail of a Bayer cell's size is blurred to less than a thousandth


def parse_arguments(arguments=None):
    parser = timing.parser(__doc__, threads=None)
    parser.add_argument("--scene", default="chelsea-0-0", help="of the simulated camera (default: %(default)s)")
    parser.add_argument("--height", type=command_line.count, default=258, help="of the scene (default: %(default)s)")
    parser.add_argument("--width", type=command_line.count, default=386, help="of the scene (default: %(default)s)")
    parser.add_argument("--camera", default="D90", help="entry of resources/cameras.yaml (default: %(default)s)")
    parser.add_argument(
        "--pipeline",
        action="append",
        default=[],
        metavar="[NAME=]PIPELINE[:{SETTINGS}]",
        help="one more, such as the model.keras of a trained ClassicISP",
    )
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    for option in ("height", "width"):
        command_line.within(f"--{option}", getattr(options, option), 40)
    runtime.configure(threads=options.threads, seed=0)

    from scipy.ndimage import gaussian_filter

    from neural_imaging.developing import pipelines
    from neural_imaging.evaluation import isp
    from neural_imaging.imaging import cameras, scenes, simulation
    from neural_imaging.tables import phases

    profile = cameras.load(timing.CAMERAS, options.camera)
    known = scenes.listing(options.height, options.width, leaves=10)
    if options.scene not in known:
        raise UserError(f"--scene {options.scene}: there are {', '.join(known)}")
    isp.created(options.pipeline)  # Whatever is wrong with one is said before any is measured.
    compared = {
        "libRAW": ("libRAW", {}),
        "libRAW, plain": ("libRAW", {"automatic": False}),
        "Python, menon": ("Python", {}),
        "Python, bilinear": ("Python", {"demosaicing": "bilinear"}),
        "INet": ("INet", {"srgb": profile.camera_to_srgb.tolist()}),
        "ClassicISP": ("ClassicISP", {}),
        "ClassicISP, percentile": ("ClassicISP", {"brightness": "percentile"}),
        "ClassicISP, shift": ("ClassicISP", {"brightness": "shift"}),
    }
    for text in options.pipeline:
        name, *described = isp.parse(text)
        compared[name] = described

    natural = simulation.representable(scenes.make(options.scene, options.height, options.width, seed=1), profile)
    views = {"photograph": natural, "blurred": gaussian_filter(natural, (SIGMA, SIGMA, 0))}
    for view, scene in views.items():
        print(f"{view:30}{'signed':>10}{'absolute':>10}{'same samples':>14}")
        for name, (pipeline, settings) in compared.items():

            def create(cfa, pipeline=pipeline, settings=settings):
                own = {"cfa_pattern": cfa} if pipeline == "INet" else {}
                return pipelines.create(pipeline, **own, **settings)

            worst = phases.measure(create, scene, profile)[["signed", "absolute", "same_samples"]].abs().max()
            print(f"{name:30}{worst['signed']:10.3f}{worst['absolute']:10.3f}{worst['same_samples']:14.3f}", flush=True)


if __name__ == "__main__":
    command_line.run(main)
