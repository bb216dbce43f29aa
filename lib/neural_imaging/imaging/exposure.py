"""A scene photographed by a simulated camera, as a RAW file."""

import numpy as np

from neural_imaging.base.errors import UserError
from neural_imaging.imaging import cameras, dng, raw, simulation, srgb

# A camera of 14 bits whose colours are those of linear sRGB, with the noise of a sensor at ISO 400. It is none that
# can be bought.
PLAIN = cameras.Profile(
    "Plain", "RGGB", np.linalg.inv(srgb.XYZ_FROM_SRGB), (2.0, 1.0, 1.5), 14, 512, 16383, shot=6.0e-5, read=1.0e-6
)


def simulate_raw(scene, path, profile=PLAIN, seed=0):
    """Photograph a scene with a simulated camera, as a DNG file that RAW converters open.

    Args:
        scene: linear sRGB (no gamma), shape (height, width, 3), values in [0, 1], even sides.
        path: the file to write.
        profile: a `cameras.Profile`, such as `cameras.load` reads; by default a plain camera.
        seed: of the noise; None gives a sensor without noise.

    Returns:
        `imaging.raw.RawImage`: the file as it is read.

    Raises:
        UserError: no such scene, or the file cannot be read as a RAW file.

    Example:
        >>> import numpy as np, neural_imaging as ni
        >>> ramp = np.linspace(0, 1, 96)[None, :, None].repeat(64, 0).repeat(3, 2)
        >>> photograph = ni.simulate_raw(ramp, "ramp.dng")
        >>> photograph.camera, photograph.stack.shape
        ('Simulated Plain', (32, 48, 4))
    """
    scene = np.asarray(scene, np.float32)
    if scene.ndim != 3 or scene.shape[2] != 3 or scene.shape[0] % 2 or scene.shape[1] % 2 or not scene.size:
        raise UserError(f"a scene has the shape (height, width, 3) with even sides, not {scene.shape}")
    if not (scene.min() >= 0 and scene.max() <= 1):
        raise UserError(f"a scene has values in [0, 1], not from {scene.min():g} to {scene.max():g}")
    generator = None if seed is None else np.random.default_rng(seed)
    mosaic = simulation.expose(simulation.representable(scene, profile), profile, generator)
    dng.write(path, mosaic, profile, noise=seed is not None)
    return raw.read(path)
