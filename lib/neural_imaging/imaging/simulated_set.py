"""A folder of DNG files from the simulated camera."""

import csv
import hashlib
import io
import multiprocessing
from pathlib import Path

import numpy as np
from tqdm import tqdm

from neural_imaging import files
from neural_imaging.errors import UserError
from neural_imaging.imaging import dng, scenes, simulation

DEFAULTS = {"photographs": True, "dead_leaves": 40, "height": 384, "width": 576, "seed": 2019, "noise": True}
COLUMNS = ("file", "scene", "sha256", "camera", "height", "width", "cfa", "seed", "noise")


def make(profile, output_folder, settings, workers=1):
    """Photograph every scene that the settings ask for, one DNG file a scene, and list them in scenes.csv.

    The same profile and settings give the same bytes, whatever the number of workers. scenes.csv is written last.

    Args:
        profile: a `cameras.Profile`.
        output_folder: where to write; made if missing.
        settings: mapping with some of the keys of `DEFAULTS`.
        workers: processes to share the work.

    Returns:
        Path of scenes.csv.

    Raises:
        UserError: unknown or senseless settings, or settings that give no scene.
    """
    settings = complete(settings, DEFAULTS, "simulated camera")
    names = scenes.listing(settings["height"], settings["width"], settings["photographs"], settings["dead_leaves"])
    if not names:
        raise UserError("the settings give no scene: ask for dead leaves, or for scenes that fit into the photographs")
    folder = Path(output_folder)
    files.check_output(folder / "scenes.csv")
    tasks = [(profile, folder, settings, index, name) for index, name in enumerate(names)]
    progress = {"total": len(tasks), "desc": "scenes", "unit": "scene", "disable": None}
    if workers == 1:
        rows = [_photograph(task) for task in tqdm(tasks, **progress)]
    else:
        with multiprocessing.get_context("spawn").Pool(workers) as pool:
            rows = list(tqdm(pool.imap(_photograph, tasks), **progress))
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    files.write_text(folder / "scenes.csv", text.getvalue())
    return folder / "scenes.csv"


def _photograph(task):
    profile, folder, settings, index, name = task
    scene = scenes.make(name, settings["height"], settings["width"], settings["seed"])
    scene = simulation.representable(scene, profile)
    generator = np.random.default_rng([settings["seed"], 0, index]) if settings["noise"] else None
    mosaic = simulation.expose(scene, profile, generator)
    with files.atomic(folder / f"{name}.dng") as temporary:
        dng.write(temporary, mosaic, profile, noise=settings["noise"])
        digest = hashlib.sha256(temporary.read_bytes()).hexdigest()
    return {
        "file": f"{name}.dng", "scene": name, "sha256": digest, "camera": profile.name,
        "height": settings["height"], "width": settings["width"], "cfa": profile.cfa,
        "seed": settings["seed"], "noise": settings["noise"],
    }  # fmt: skip


def complete(settings, defaults, what):
    """Fill in the defaults of settings that are true or false, or whole numbers from 0 up.

    Raises:
        UserError: an unknown setting, or one of another kind.
    """
    for key in settings:
        if key not in defaults:
            raise UserError(f"{what}: unknown setting {key}; there are: {', '.join(defaults)}")
    settings = defaults | settings
    for key, default in defaults.items():
        if type(settings[key]) is not type(default) or settings[key] < 0:
            kind = "true or false" if isinstance(default, bool) else "a whole number, not negative"
            raise UserError(f"{what}: {key} must be {kind}, not {settings[key]!r}")
    return settings
