"""A folder of DNG files from the simulated camera."""

import hashlib
import multiprocessing
from pathlib import Path

import numpy as np
from tqdm import tqdm

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.datasets import checks, picture_sources, scene_folder
from neural_imaging.datasets.checks import AtLeast
from neural_imaging.imaging import dng, scenes, sensors, simulation
from neural_imaging.study.settings import Boolean, Text

SETTINGS = {
    **picture_sources.SETTINGS,
    "height": (384, AtLeast(0)),
    "width": (576, AtLeast(0)),
    "noise": (True, Boolean()),
    "folder": ("", Text("a text", "")),
    "reduction": (4, AtLeast(0)),
    "count": (0, AtLeast(0)),
    "flat_fields": (0, AtLeast(0)),
}
# Who names a folder wants scenes of its pictures, and others if asked for.
_BESIDE_A_FOLDER = {"photographs": False, "dead_leaves": 0}
COLUMNS = (
    "file", "scene", "source", "synthetic", "sha256", "camera", "height", "width", "cfa", "seed", "noise",
    "device", "iso",
)  # fmt: skip
PICTURES = "pictures.csv"
# Of a device: relative deviation of each pixel's sensitivity, float32, shape (height, width).
FINGERPRINT = "fingerprint.npy"


def make(profile, output_folder, settings, workers=1):
    """Photograph every scene that the settings ask for, one DNG file a scene, and list them in scenes.csv.

    The same profile and settings give the same bytes, whatever the number of workers. scenes.csv has what each scene is
    a part of (`source`) and is written last; its path is returned. Where scenes come from a folder of pictures,
    pictures.csv lists each file found there, used or why not. Of a single device fingerprint.npy is the true one.

    Args:
        profile: a `cameras.Profile`.
        output_folder: where to write; made if missing.
        settings: some of `SETTINGS`. `folder` has pictures that become scenes, `reduction` times smaller, no more than
            `count` scenes (0 for all); with a folder, photographs that come with packages and dead leaves are used
            where asked for. `flat_fields` is how many scenes of even light there are beside these.
        workers: processes to share the work.

    Raises:
        UserError: a wrong setting, settings that give no scene, or a folder without a picture that can be one.
    """
    beside = _BESIDE_A_FOLDER if settings.get("folder") else {}
    settings = checks.complete(SETTINGS, beside | settings, "simulated camera")
    size = settings["height"], settings["width"]
    names = scenes.listing(*size, settings["photographs"], settings["dead_leaves"], settings["flat_fields"])
    cuts, pictures = [], None
    if settings["folder"]:
        settings["folder"] = Path(settings["folder"]).expanduser()
        reduction, count = settings["reduction"], settings["count"]
        cuts, pictures = scene_folder.listing(settings["folder"], *size, reduction, count, workers)
    if not names + cuts:
        raise UserError("the settings give no scene: ask for dead leaves, or for scenes that fit into the photographs")
    folder = Path(output_folder)
    files.check_output(folder / "scenes.csv")
    tasks = [(profile, folder, settings, index, scene) for index, scene in enumerate([*names, *cuts])]
    progress = {"total": len(tasks), "desc": "scenes", "unit": "scene", "disable": None}
    if workers == 1:
        rows = [_photograph(task) for task in tqdm(tasks, **progress)]
    else:
        with multiprocessing.get_context("spawn").Pool(workers) as pool:
            rows = list(tqdm(pool.imap(_photograph, tasks), **progress))
    if profile.device is not None:
        with files.atomic(folder / FINGERPRINT) as temporary:
            np.save(temporary, sensors.fingerprint(profile, *size))
    if pictures is not None:
        files.write_table(folder / PICTURES, scene_folder.COLUMNS, pictures)
    files.write_table(folder / "scenes.csv", COLUMNS, rows)
    return folder / "scenes.csv"


def _photograph(task):
    profile, folder, settings, index, wanted = task
    size = settings["height"], settings["width"]
    if isinstance(wanted, scene_folder.Cut):
        name, source = wanted.name, wanted.file
        scene = scene_folder.make(settings["folder"], wanted, *size, settings["reduction"])
    else:
        name, source = wanted, scenes.source(wanted)
        scene = scenes.make(name, *size, settings["seed"])
    scene = simulation.representable(scene, profile)
    device = () if profile.device is None else (profile.device,)
    generator = np.random.default_rng([settings["seed"], 0, index, *device]) if settings["noise"] else None
    mosaic = simulation.expose(scene, profile, generator)
    with files.atomic(folder / f"{name}.dng") as temporary:
        dng.write(temporary, mosaic, profile, noise=settings["noise"])
        digest = hashlib.sha256(temporary.read_bytes()).hexdigest()
    return {
        "file": f"{name}.dng", "scene": name, "source": source,
        "synthetic": name.startswith((scenes.SYNTHETIC, scenes.FLAT)),
        "sha256": digest, "camera": profile.name, "device": profile.device, "iso": profile.iso,
        "height": settings["height"], "width": settings["width"], "cfa": profile.cfa,
        "seed": settings["seed"], "noise": settings["noise"],
    }  # fmt: skip
