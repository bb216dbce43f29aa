"""A folder of DNG files from the simulated camera."""

import csv
import hashlib
import io
import multiprocessing
from pathlib import Path

import numpy as np
from tqdm import tqdm

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.datasets import scene_folder
from neural_imaging.imaging import dng, scenes, simulation

DEFAULTS = {
    "photographs": True, "dead_leaves": 40, "height": 384, "width": 576, "seed": 2019, "noise": True,
    "folder": "", "reduction": 4, "count": 0,
}  # fmt: skip
# Who names a folder wants scenes of its pictures, and others if asked for.
_BESIDE_A_FOLDER = {"photographs": False, "dead_leaves": 0}
COLUMNS = (
    "file", "scene", "source", "synthetic", "sha256", "camera", "height", "width", "cfa", "seed", "noise",
)  # fmt: skip
PICTURES = "pictures.csv"


def make(profile, output_folder, settings, workers=1):
    """Photograph every scene that the settings ask for, one DNG file a scene, and list them in scenes.csv.

    The same profile and settings give the same bytes, whatever the number of workers. scenes.csv has what each scene is
    a part of (`source`) and is written last. Where scenes come from a folder of pictures, pictures.csv lists each file
    found there, used or why not.

    Args:
        profile: a `cameras.Profile`.
        output_folder: where to write; made if missing.
        settings: mapping with some of the keys of `DEFAULTS`. `folder` has pictures that become scenes, `reduction`
            times smaller, no more than `count` scenes (0 for all); with a folder, photographs that come with packages
            and dead leaves are used where asked for.
        workers: processes to share the work.

    Returns:
        Path of scenes.csv.

    Raises:
        UserError: unknown or senseless settings, settings that give no scene, or a folder without a picture that can
            be one.
    """
    beside = _BESIDE_A_FOLDER if settings.get("folder") else {}
    settings = complete(settings, DEFAULTS | beside, "simulated camera")
    size = settings["height"], settings["width"]
    names = scenes.listing(*size, settings["photographs"], settings["dead_leaves"])
    cuts, pictures = [], None
    if settings["folder"]:
        settings["folder"] = Path(settings["folder"]).expanduser()
        chosen = settings["reduction"], settings["count"], workers
        cuts, pictures = scene_folder.listing(settings["folder"], *size, *chosen)
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
    if pictures is not None:
        _write_table(folder / PICTURES, scene_folder.COLUMNS, pictures)
    _write_table(folder / "scenes.csv", COLUMNS, rows)
    return folder / "scenes.csv"


def _write_table(path, columns, rows):
    text = io.StringIO()
    table = csv.DictWriter(text, columns, restval="", lineterminator="\n", extrasaction="ignore")
    table.writeheader()
    table.writerows(rows)
    files.write_text(path, text.getvalue())


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
    generator = np.random.default_rng([settings["seed"], 0, index]) if settings["noise"] else None
    mosaic = simulation.expose(scene, profile, generator)
    with files.atomic(folder / f"{name}.dng") as temporary:
        dng.write(temporary, mosaic, profile, noise=settings["noise"])
        digest = hashlib.sha256(temporary.read_bytes()).hexdigest()
    return {
        "file": f"{name}.dng", "scene": name, "source": source, "synthetic": name.startswith(scenes.SYNTHETIC),
        "sha256": digest, "camera": profile.name,
        "height": settings["height"], "width": settings["width"], "cfa": profile.cfa,
        "seed": settings["seed"], "noise": settings["noise"],
    }  # fmt: skip


def complete(settings, defaults, what):
    """Fill in the defaults of settings that are true or false, text, or whole numbers from 0 up.

    Raises:
        UserError: an unknown setting, or one of another kind.
    """
    for key in settings:
        if key not in defaults:
            raise UserError(f"{what}: unknown setting {key}; there are: {', '.join(defaults)}")
    settings = defaults | settings
    for key, default in defaults.items():
        value = settings[key]
        if type(value) is not type(default) or (isinstance(value, int) and value < 0):
            expected = {bool: "true or false", str: "a text"}.get(type(default), "a whole number, not negative")
            raise UserError(f"{what}: {key} must be {expected}, not {value!r}")
    return settings
