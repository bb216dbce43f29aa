"""Known cameras, read from a YAML file (`resources/cameras.yaml`), and profiles of simulated ones."""

import collections
import dataclasses
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from neural_imaging.base.errors import UserError
from neural_imaging.imaging import bayer, sensors, srgb

_SIMULATION = ("white_balance", "bits", "black", "white", "noise")
_KEYS = ("name", "cfa", "camera_from_xyz", *_SIMULATION, "devices", "lens")


@dataclass(frozen=True)
class Camera:
    """What is known of a camera before one of its files is read."""

    name: str  # Make and model, as the files have them.
    cfa: str  # Name of the Bayer pattern of the visible area.
    # 3 × 3, XYZ to camera colours under D65 (DNG's ColorMatrix); None where nobody published one.
    camera_from_xyz: np.ndarray | None

    @property
    def camera_to_srgb(self):
        """3 × 3 from white-balanced camera colours to linear sRGB; None without `camera_from_xyz`."""
        return None if self.camera_from_xyz is None else srgb.camera_to_srgb(self.camera_from_xyz)


@dataclass(frozen=True)
class Profile(Camera):
    """A camera as the simulation needs it."""

    white_balance: tuple  # Gains of R, G and B; green's is 1.
    bits: int  # Of the converter.
    black: int  # Level of no light,
    white: int  # and of a saturated sample.
    shot: float  # Noise has the variance shot · signal + read, of a signal in [0, 1] (DNG's NoiseProfile).
    read: float
    spread: sensors.Spread = sensors.EVEN  # Of the pixels of a device; it counts where there is a device.
    lens: sensors.Lens = sensors.CLEAR
    device: int | None = None  # Number of the device; None for a sensor whose pixels are all alike.
    iso: int | None = None  # Of the noise, where it was asked for.


def load(path, name, device=None, iso=None):
    """Read the `Profile` of an entry, e.g. "D90", for the simulation.

    Args:
        path: the file of cameras.
        name: of the entry.
        device: number of a device of the model, from 1 up, whose pixels differ as the entry's `devices` say; None for a
            sensor whose pixels are all alike and whose rows have no noise.
        iso: for which the noise is; None for the one that the entry has it for.

    Raises:
        UserError: no such file or camera, a camera without what the simulation needs, or one that makes no sense.
    """
    entry, where = _entry(path, name)
    known = _camera(entry, where)
    missing = [key for key in ("camera_from_xyz", *_SIMULATION) if key not in entry]
    if missing:
        raise UserError(f"{where}: cannot be simulated, since it has no {', '.join(missing)}")
    noise = sensors.parsed(sensors.Noise, entry["noise"], f"{where}: noise")
    spread = sensors.parsed(sensors.Spread, entry.get("devices", {}), f"{where}: devices")
    if iso is not None:
        noise, spread = noise.at(iso), spread.amplified(iso / noise.iso)
    if device is not None and "devices" not in entry:
        raise UserError(f"{where}: has no single devices, since it does not say under devices how their pixels differ")
    try:
        profile = Profile(
            **vars(known),
            white_balance=tuple(map(float, entry["white_balance"])),
            **{key: int(entry[key]) for key in ("bits", "black", "white")},
            shot=noise.shot,
            read=noise.read,
            spread=spread,
            lens=sensors.parsed(sensors.Lens, entry.get("lens", {}), f"{where}: lens"),
            device=device,
            iso=iso,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UserError(f"{where}: cannot be read ({type(error).__name__}: {error})") from None
    if len(profile.white_balance) != 3 or min(profile.white_balance) <= 0:
        raise UserError(f"{where}: white_balance must be three positive gains")
    if not 0 <= profile.black < profile.white < 2**profile.bits <= 2**16:
        raise UserError(f"{where}: needs 0 <= black < white < 2 to the power of bits, and at most 16 bits")
    return profile


def camera(path, name):
    """Read the `Camera` of an entry, e.g. "D90", or raise a `UserError`."""
    return _camera(*_entry(path, name))


def load_all(path):
    """Read every `Camera` of a file, as a mapping by the names of its entries, or raise a `UserError`."""
    known = {key: _camera(entry, f"{path}: camera {key}") for key, entry in _read(path).items()}
    counts = collections.Counter(camera.name.casefold() for camera in known.values())
    twice = {camera.name for camera in known.values() if counts[camera.name.casefold()] > 1}
    if twice:
        raise UserError(f"{path}: has more than one entry for {', '.join(sorted(twice))}")
    return known


def find(known, name):
    """Of the cameras that `load_all` gave, the one that took a file with this make and model; None if it is unknown.

    The name must be the same, capitals aside: a "Simulated Nikon D90" is no Nikon D90.
    """
    return next((camera for camera in known.values() if camera.name.casefold() == name.casefold()), None)


def is_model(name, model):
    """Whether a file's make and model are the camera that a user means.

    The user's words must stand in the name in their order, and the last must be its last: "D90" and "Nikon D90" mean
    "NIKON D90"; "EOS 5D" means "Canon EOS 5D", and not "Canon EOS 5D Mark II".
    """
    words, rest = model.casefold().split(), iter(name.casefold().split())
    return bool(words) and name.casefold().split()[-1:] == words[-1:] and all(word in rest for word in words)


def apply(known, photograph):
    """Hold a photograph against what is known of its camera.

    The colour filters are always those that the file states. The colour matrix is the known one, where there is one, so
    that all files of a camera develop alike, in whatever format they are; `matrix_source` is then "cameras".

    Args:
        known: cameras, as `load_all` gives them.
        photograph: a `raw.RawImage`; that of an unknown camera is returned as it is.
    """
    camera = find(known, photograph.camera)
    if camera is None:
        return photograph
    if camera.cfa != photograph.cfa:
        raise UserError(
            f"its colour filters are {photograph.cfa}, but those of the {camera.name} are known to be {camera.cfa}; "
            "correct the list of cameras, or remove the camera from it"
        )
    if camera.camera_from_xyz is None:
        return photograph
    return dataclasses.replace(photograph, camera_to_srgb=camera.camera_to_srgb, matrix_source="cameras")


def _read(path):
    path = Path(path)
    if not path.is_file():
        raise UserError(f"{path}: no such file of cameras")
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: not a YAML file ({' '.join(str(error).split())})") from None
    if not isinstance(entries, dict):
        raise UserError(f"{path}: must be a mapping of names to cameras")
    return {str(name): entry for name, entry in entries.items()}


def _entry(path, name):
    entries = _read(path)
    if name not in entries:
        raise UserError(f"{path}: no camera {name}; there are: {', '.join(entries) or 'none'}")
    return entries[name], f"{path}: camera {name}"


def _camera(entry, where):
    if not isinstance(entry, dict) or not {"name", "cfa"} <= set(entry) <= set(_KEYS):
        raise UserError(f"{where}: must have the entries name and cfa; it may have {', '.join(_KEYS[2:])}; no others")
    name = " ".join(str(entry["name"]).split())
    if not name:
        raise UserError(f"{where}: name must be make and model")
    try:
        cfa = bayer.check(entry["cfa"])
    except UserError as error:
        raise UserError(f"{where}: {error}") from None
    return Camera(name, cfa, _matrix(entry["camera_from_xyz"], where) if "camera_from_xyz" in entry else None)


def _matrix(rows, where):
    try:
        matrix = np.array(rows, float)
    except (TypeError, ValueError):
        matrix = np.empty(0)
    if matrix.shape != (3, 3) or not np.isfinite(matrix).all() or abs(np.linalg.det(matrix)) < 1e-6:
        raise UserError(f"{where}: camera_from_xyz must be a 3 × 3 matrix that can be inverted")
    return matrix
