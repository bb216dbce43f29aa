"""docs/fingerprints.md, word for word."""

import re
from pathlib import Path

import numpy as np

import measure_noise
from neural_imaging.datasets import simulated_set
from neural_imaging.imaging import cameras

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_finds_the_device_of_a_photograph(tmp_path, monkeypatch, camera_file, capsys):
    settings = {"photographs": False, "height": 256, "width": 384}
    own, other = (cameras.load(camera_file, "D90", device=number) for number in (1, 2))
    simulated_set.make(own, tmp_path / "flat", settings | {"dead_leaves": 0, "flat_fields": 10})
    measure_noise.main([str(tmp_path / "flat"), f"--fingerprint={tmp_path / 'fingerprint.npy'}"])
    page = (ROOT / "docs/fingerprints.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    found = []
    for camera in (own, other):
        simulated_set.make(camera, tmp_path / camera.name, settings | {"dead_leaves": 1})
        (tmp_path / camera.name / "synthetic-0000.dng").replace("photo.dng")
        capsys.readouterr()
        exec(example, {})
        found.append(np.array(capsys.readouterr().out.split(), float))
    assert found[0][0] > 60 > found[1][0]
    assert found[0][1] < 1e-6 < found[1][1]
