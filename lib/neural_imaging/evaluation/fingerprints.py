"""What developing does to sensor fingerprints: estimated behind one pipeline, looked for behind the same and others.

Each device has a folder of RAW files. From the first ones its fingerprint is estimated, the others are tested. Both are
developed whole, sent whole through a channel, and then looked at in the middle. Whoever estimates a fingerprint has the
device, so that these photographs do not go through the codec that a channel ends with: of flat fields JPEG leaves
nothing. Else the protocol is that of Joshi et al.

Reference:
    S. Joshi, P. Korus, N. Khanna, N. Memon, "Empirical evaluation of PRNU fingerprint variation for mismatched imaging
    pipelines", WIFS 2020, arXiv:2004.01929.
"""

import dataclasses
import itertools
from pathlib import Path

import numpy as np
from tqdm import tqdm

from neural_imaging.base import files, records
from neural_imaging.base.errors import UserError
from neural_imaging.evaluation import transmission
from neural_imaging.fingerprints import detection, estimation, residuals
from neural_imaging.imaging import bayer, raw, raw_folder, reading
from neural_imaging.training import options

SETTINGS = options.FINGERPRINTS
# File of a device's folder that has the true fingerprint, where it is known; simulated devices have one.
TRUTH = "fingerprint.npy"
# A gain of this standard deviation is developed to see what a pipeline makes of a fingerprint: more than a level of 8
# bits, and little enough for curves to be lines. On grey of this much light.
_GAIN, _GREY = 0.05, 0.3
# With what devices share taken out of fingerprints and residuals, or not.
_CLEANED, _UNCLEANED = True, False


def judge(devices, named, settings, output, channel=None, channel_name="none", bases=None, left_out=()):
    """Estimate and look for fingerprints behind each pair of pipelines, and write what came out as JSON.

    Args:
        devices: folders of RAW files by names of devices, at least two, or lists of such files; photographs are taken
            in the order of their names.
        named: `developing.pipelines.Pipeline` by name.
        settings: some of `SETTINGS`: photographs for `enrolment`, sides of `patches` in received pixels, `windows` of
            each photograph and patch, `sigma` of the residual's filter, whether also `uncleaned`.
        output: JSON file to write.
        channel: a `forensics.channel.Channel` that all photographs go through; None for none.
        channel_name: what it is called.
        bases: names of pipelines by those of others that these were before, such as before they were trained for
            forensics or had a signature; tables compare them.
        left_out: mappings with "device", "file" and "reason", which are listed with the files that are refused.

    Returns:
        The record's contents: "pipelines", "bases", "devices", "channel", "photographs" (number of each device's that
        were tested), "correlation" (mean over devices, pipelines × pipelines), "truth" (with the true fingerprint as
        each pipeline develops it; null where it is not known), "strangers" (between fingerprints of two devices, the
        mean over pairs), "scores", and "refused" files. A score has "enrolled", "tested", "cleaned", "patch", and PCE
        of "matched" and "mismatched" pairs. `uncleaned` adds scores of equal pipelines that are not cleaned, and
        "strangers_uncleaned".

    Raises:
        UserError: fewer than two devices, too few photographs, photographs that are too small, or an unknown base.
    """
    settings = options.complete(settings, SETTINGS, "test of fingerprints")
    files.check_output(output)
    if len(devices) < 2:
        few = "".join(f"; {each['device']} {each['reason']}" for each in left_out if each["device"])
        raise UserError(f"a test of fingerprints needs two devices or more{few}")
    for pair in (bases or {}).items():
        if unknown := [name for name in pair if not isinstance(name, str) or name not in named]:
            raise UserError(f"bases: there is no pipeline {unknown[0]}; there are {', '.join(named)}")
    record = records.Record("evaluate_fingerprints", settings, seed=0)
    study = _Study(named, settings, channel)
    for device, source in devices.items():
        study.enrol(device, source)
    scores = study.tested()
    about = {
        "pipelines": list(named),
        "bases": dict(bases or {}),
        "devices": list(devices),
        "channel": channel_name,
        "photographs": study.photographs,
        "correlation": study.correlation().tolist(),
        "truth": study.truth(),
        "strangers": study.strangers(_CLEANED),
        **({"strangers_uncleaned": study.strangers(_UNCLEANED)} if settings["uncleaned"] else {}),
        "scores": scores,
        "refused": [*left_out, *study.refused],
    }
    metrics = {f"correlation_{name}": value for name, value in about["truth"].items() if value is not None}
    record.write(output, metrics, **about)
    return about


class _Study:
    def __init__(self, named, settings, channel):
        self._named, self._settings, self._channel = named, settings, channel
        self._side = max(settings["patches"])
        self._files, self._true = {}, {}
        # By whether it is cleaned, then by device and pipeline.
        self._prints = {_CLEANED: {}, **({_UNCLEANED: {}} if settings["uncleaned"] else {})}
        self.refused, self.photographs = [], {}

    def enrol(self, device, source):
        """Estimate a device's fingerprint behind each pipeline from the first good ones of its files."""
        estimators = {name: estimation.Estimator(self._settings["sigma"]) for name in self._named}
        listed, truth = _files(source)
        remaining, photograph = iter(listed), None
        for path in remaining:
            if (taken := self._read(device, path)) is None:
                continue
            photograph = taken
            for name, light in self._developed(photograph, enrolled=True).items():
                estimators[name].add(light)
            if estimators[name].count == self._settings["enrolment"]:
                break
        self._files[device] = list(remaining)
        if not self._files[device]:
            needed = f"{self._settings['enrolment']} for enrolment (the setting enrolment), and some to be tested"
            where = device if isinstance(source, list) else source
            raise UserError(f"{where}: has too few photographs: {needed} are needed")
        for name, estimator in estimators.items():
            for cleaned, prints in self._prints.items():
                prints[device, name] = _cleaned(estimator.estimate(), cleaned)
        if truth is not None:
            self._true[device] = self._as_developed(np.load(truth, allow_pickle=False), photograph)

    def tested(self):
        """Hold every other photograph of every device against all fingerprints."""
        sides = self._settings["patches"]
        scores = {
            (one, two, cleaned, side): ([], [])
            for cleaned in self._prints
            for one in self._named
            for two in self._named
            for side in sides
            if cleaned or one == two
        }
        for device, paths in self._files.items():
            self.photographs[device] = 0
            for path in tqdm(paths, desc=f"{device}, test", disable=None):
                if (photograph := self._read(device, path)) is None:
                    continue
                # The same windows for all pipelines and devices.
                generator = np.random.default_rng([1, self.photographs[device]])
                self.photographs[device] += 1
                developed = self._developed(photograph)
                shape = next(iter(developed.values())).shape
                places = {side: self._places(shape, side, generator) for side in sides}
                for tested, light in developed.items():
                    self._hold(device, tested, light, places, scores)
        if not all(self.photographs.values()):
            without = next(device for device, count in self.photographs.items() if not count)
            raise UserError(f"{without}: has no photograph to test that can be read")
        return [
            {"enrolled": one, "tested": two, "cleaned": cleaned, "patch": side, "matched": own, "mismatched": others}
            for (one, two, cleaned, side), (own, others) in scores.items()
        ]

    def _hold(self, device, tested, light, places, scores):
        """Hold a developed photograph against all fingerprints, and add to the scores."""
        noise = residuals.residual(light, self._settings["sigma"])
        for cleaned, prints in self._prints.items():
            residual = _cleaned(noise, cleaned)
            for (other, enrolled), fingerprint in prints.items():
                for side in places if cleaned or enrolled == tested else ():
                    for place in places[side]:
                        peak = detection.compare(fingerprint[place], light[place], residual[place])
                        scores[enrolled, tested, cleaned, side][other != device].append(round(peak.pce, 3))

    def correlation(self):
        """Of the fingerprints that pipelines give, the mean over devices: shape (pipelines, pipelines)."""
        prints = self._prints[_CLEANED]
        tables = [
            [[detection.correlation(prints[device, one], prints[device, two]) for two in self._named]
             for one in self._named]
            for device in self._files
        ]  # fmt: skip
        return np.mean(tables, axis=0)

    def strangers(self, cleaned):
        """Of the fingerprints of two devices behind a pipeline, the mean over pairs: by pipeline."""
        prints, pairs = self._prints[cleaned], list(itertools.combinations(self._files, 2))
        return {
            name: float(np.mean([detection.correlation(prints[one, name], prints[two, name]) for one, two in pairs]))
            for name in self._named
        }

    def truth(self):
        """Correlation of each pipeline's fingerprints with the true ones, the mean over devices that have these."""
        found = {}
        for name in self._named:
            values = [
                detection.correlation(self._prints[_CLEANED][device, name], true[name])
                for device, true in self._true.items()
                if name in true
            ]
            found[name] = float(np.mean(values)) if values else None
        return found

    def _read(self, device, path):
        """A photograph as it lies on the sensor; None, and listed, where the file cannot be used."""
        try:
            return dataclasses.replace(reading.read(path), flip=0)
        except raw.RawError as error:
            self.refused.append({"device": device, "file": path.name, "reason": error.reason})
            return None

    def _developed(self, photograph, enrolled=False):
        """Luminance behind each pipeline and the channel: the middle, of the same part of the sensor."""
        cuts = {name: pipeline.cut(photograph.cfa) for name, pipeline in self._named.items()}
        return {
            name: self._middle(self._aligned(pipeline.develop(photograph), cuts, name), photograph.path, enrolled)
            for name, pipeline in self._named.items()
        }

    def _aligned(self, picture, cuts, name):
        """Without what any pipeline cuts off, so that all show the same part."""
        rows, columns = (max(lengths) for lengths in zip(*cuts.values(), strict=True))
        return bayer.inside(picture, rows - cuts[name][0], columns - cuts[name][1])

    def _middle(self, picture, source, enrolled):
        if self._channel is not None:
            # Before the codec, or behind it.
            picture = transmission.real(self._channel, picture)[0 if enrolled else 1]
        if min(picture.shape[:2]) < self._side:
            height, width = picture.shape[:2]
            raise UserError(f"{source}: {width} × {height} pixels are received; patches have up to {self._side}")
        # Twice the largest patch, so that windows are at different places.
        top, left = (max(0, side - 2 * self._side) // 2 // 2 * 2 for side in picture.shape[:2])
        area = np.s_[top : top + 2 * self._side, left : left + 2 * self._side]
        return residuals.luminance(picture[area])

    def _places(self, shape, side, generator):
        """Windows as slices; at even rows and columns, so that the colour filters' phase is that of the fingerprint."""
        return [
            tuple(
                slice(start, start + side)
                for start in (2 * generator.integers((length - side) // 2 + 1) for length in shape)
            )
            for _ in range(self._settings["windows"])
        ]

    def _as_developed(self, fingerprint, photograph):
        """What pipelines make of a fingerprint: a grey area with it as a gain, developed, less one without it."""
        gain = _GAIN / fingerprint.std()
        found = {}
        for name, pipeline in self._named.items():
            pictures = []
            for pattern in (gain * fingerprint, 0 * fingerprint):
                stack = bayer.to_stack(np.float32(_GREY) * (1 + pattern), photograph.cfa)
                try:
                    picture = pipeline.render(stack.clip(0, 1), photograph.cfa, photograph.camera_to_srgb)
                except UserError:
                    break  # LibRaw develops files alone.
                cuts = {other: each.cut(photograph.cfa) for other, each in self._named.items()}
                pictures.append(self._middle(self._aligned(picture, cuts, name), photograph.path, enrolled=True))
            if len(pictures) == 2:
                found[name] = estimation.clean(pictures[0] - pictures[1])
        return found


def _files(source):
    """Files of a device, and that of its true fingerprint; None where it is not known."""
    if isinstance(source, list):
        return source, None
    folder = Path(source)
    listed = [folder / file.path for file in raw_folder.listing(folder) if not file.reason]
    return listed, folder / TRUTH if (folder / TRUTH).is_file() else None


def _cleaned(pattern, cleaned):
    return estimation.clean(pattern) if cleaned else pattern
