"""What tests need of photographs beside the library."""

import numpy as np

from neural_imaging.imaging import develop as standard
from neural_imaging.imaging import raw, srgb

PIPELINES = ("python", "python-bilinear", "libraw")


def develop(path, pipeline="python"):
    """A RAW file, developed upright; "libraw" has the levels and the gamma of the others."""
    taken = raw.read(path)
    if pipeline == "libraw":
        return standard.upright(standard.develop_with_libraw(taken, automatic=False), taken.flip)
    demosaicing = {"python": "menon", "python-bilinear": "bilinear"}[pipeline]
    return standard.upright(standard.develop_raw(taken, demosaicing), taken.flip)


def daylight_gains(camera_from_xyz):
    """Gains of R, G and B that make D65 grey for this camera; the gain of green is 1."""
    response = np.asarray(camera_from_xyz, float) @ srgb.XYZ_FROM_SRGB.sum(axis=1)
    return response[1] / response
