"""Profiles of the simulated camera, read from a YAML file (`config/cameras.yaml`)."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from neural_imaging.errors import UserError
from neural_imaging.imaging import bayer, color

_KEYS = ("name", "cfa", "camera_from_xyz", "white_balance", "bits", "black", "white", "noise")


@dataclass(frozen=True)
class Profile:
    """A camera as the simulation needs it.

    Attributes:
        name: make and model.
        cfa: name of the Bayer pattern.
        camera_from_xyz: 3 × 3, XYZ to camera colours under D65 (DNG's ColorMatrix).
        white_balance: gains of R, G and B; green's is 1.
        bits: of the converter.
        black, white: level of no light, and of a saturated sample.
        shot, read: noise variance = shot · signal + read, of a signal in [0, 1] (DNG's NoiseProfile).
    """

    name: str
    cfa: str
    camera_from_xyz: np.ndarray
    white_balance: tuple
    bits: int
    black: int
    white: int
    shot: float
    read: float

    @property
    def camera_to_srgb(self):
        """3 × 3 from white-balanced camera colours to linear sRGB."""
        return color.camera_to_srgb(self.camera_from_xyz)


def load(path, name):
    """Read the profile `name` of a file of profiles.

    Raises:
        UserError: no such file or profile, or a profile that makes no sense.
    """
    path = Path(path)
    if not path.is_file():
        raise UserError(f"{path}: no such file of camera profiles")
    try:
        profiles = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: not a YAML file ({' '.join(str(error).split())})") from None
    if not isinstance(profiles, dict) or name not in profiles:
        known = ", ".join(profiles) if isinstance(profiles, dict) else "none"
        raise UserError(f"{path}: no camera profile {name}; there are: {known}")
    return _profile(profiles[name], f"{path}: profile {name}")


def _profile(entries, where):
    if not isinstance(entries, dict) or set(entries) != set(_KEYS):
        raise UserError(f"{where}: must have the entries {', '.join(_KEYS)}, and no others")
    try:
        noise = entries["noise"]
        profile = Profile(
            name=str(entries["name"]),
            cfa=bayer.check(entries["cfa"]),
            camera_from_xyz=np.array(entries["camera_from_xyz"], float),
            white_balance=tuple(map(float, entries["white_balance"])),
            bits=int(entries["bits"]),
            black=int(entries["black"]),
            white=int(entries["white"]),
            shot=float(noise["shot"]),
            read=float(noise["read"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UserError(f"{where}: cannot be read ({type(error).__name__}: {error})") from None
    if profile.camera_from_xyz.shape != (3, 3) or abs(np.linalg.det(profile.camera_from_xyz)) < 1e-6:
        raise UserError(f"{where}: camera_from_xyz must be a 3 × 3 matrix that can be inverted")
    if len(profile.white_balance) != 3 or min(profile.white_balance) <= 0:
        raise UserError(f"{where}: white_balance must be three positive gains")
    if not 0 <= profile.black < profile.white < 2**profile.bits <= 2**16:
        raise UserError(f"{where}: needs 0 <= black < white < 2 to the power of bits, and at most 16 bits")
    if profile.shot < 0 or profile.read < 0:
        raise UserError(f"{where}: noise must not be negative")
    return profile
