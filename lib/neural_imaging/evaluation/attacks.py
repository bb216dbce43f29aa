"""What an attacker with photographs does to a camera's signature: estimates it, removes it, and forges it.

The attacker knows the tile's period and that it begins with the first pixel, and has native photographs as files of 8
bits: as developed, or as received. In received ones the tile is smaller; its estimate is brought back to full size by
repeating each pixel, which means over pixels, the channel's down-sampling, take back exactly. All attacks are on
developed photographs, before they are manipulated and sent.
"""

import functools
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from keras import ops
from tqdm import tqdm

from neural_imaging.base import files, memory, records, runtime
from neural_imaging.base.errors import UserError
from neural_imaging.datasets import images
from neural_imaging.evaluation import forensics, transmission, whole
from neural_imaging.evaluation.scores import confusions, network
from neural_imaging.fingerprints import limits, repeated
from neural_imaging.forensics import manipulations
from neural_imaging.imaging import measures
from neural_imaging.training import options

DEFAULTS = options.ATTACKS
# What estimates are made of: photographs of the camera. For controls the same without the tile, or nothing: a tile that
# is drawn at random.
DEVELOPED, RECEIVED = "developed", "received"
UNSIGNED, UNSIGNED_RECEIVED, RANDOM = "unsigned", "unsigned received", "random"
# Share of unsigned photographs that a defender's test takes for signed.
FALSE_POSITIVES = 0.005
# Photographs from which an attacker learns how strong an estimate shall be in those of other cameras.
_TRIED = 5
# PSNR in dB of equal pictures, so that means are numbers.
_IDENTICAL = 70.0


def judge(model_path, table, settings, output, labels=None, threads=None):
    """Attack the signature of a run, and write what came out as JSON.

    Args:
        model_path: `model.keras` of a `ForensicPipeline` with a signature.
        table: `images.csv`: the attacker has its photographs for training; those for validation are attacked.
        settings: see `DEFAULTS`.
        labels: what the run is; written into the record.

    Returns:
        The record: `Test.results`, beside "classes", "labels" and "photographs" ("image" and "source" of each).

    Raises:
        UserError: the run has no signature, or its channel crops.
    """
    settings = options.complete(settings, DEFAULTS, "test of attacks")
    files.check_output(output)
    runtime.configure(threads=threads, seed=0, deterministic=True)
    record = records.Record("evaluate_attacks", settings, seed=0, inputs=[model_path, table])
    run = forensics.load(model_path)
    if run.signature is None:
        raise UserError(f"{model_path}: the run has no signature that could be attacked")
    test = Test(run, settings)
    held_out, others = (images.read(Path(table), split, run.isp) for split in ("validation", "train"))
    for image in held_out:
        whole.check(run, image)
    photographs = {
        "image": [image.name for image in held_out],
        "source": [image.source or image.name for image in held_out],
    }
    about = {"classes": run.classes, "labels": labels or {}, "photographs": photographs}
    about |= test.results(others, held_out)
    record.write(output, {f"{each['estimate']} {each['count']}": each["used"] for each in about["attacks"]}, **about)
    return about


@dataclass(frozen=True)
class _Victim:
    """A photograph that is attacked: without the signature, with it in all versions, and what is seen of the tile."""

    plain: np.ndarray
    versions: list
    seen: np.ndarray
    places: np.ndarray  # Of windows.


class Test:
    """The test of one run.

    Args:
        run: a `ForensicPipeline` with a signature.
        settings: complete, see `DEFAULTS`.

    Attributes:
        tile: in grey levels, repeated until the channel's grid has the same period.
        small: the same as the channel gives it to its codec.
    """

    def __init__(self, run, settings):
        self._run, self._channel, self._render = run, run.channel.fixed(), whole.renderer(run)
        self._counts, self._windows, self._sigma = (settings[name] for name in ("photographs", "windows", "sigma"))
        self._side, self._look = whole.window(run), network(run.fan)
        # Graphs take a seventh of the time that the same takes operation by operation.
        self._manipulations = [
            runtime.graph(functools.partial(_manipulated, text, place))
            for place, text in enumerate(run.manipulations, start=1)
        ]
        versions = len(run.classes)
        memory.check(f"windows {self._windows} of {self._side} pixels", 12 * self._windows * self._side**2 * versions)
        tile, factor = ops.convert_to_numpy(run.signature.tile()), self._channel.factor
        period = math.lcm(len(tile), factor)
        self.tile = repeated.centred(repeated.unfolded(tile, (period, period)))
        self.small = self._reduced(period // factor)

    def results(self, others, photographs):
        """Estimate the tile from the photographs `others`, and attack `photographs` with each estimate.

        Returns:
            Mapping of JSON types. "period" and "strength" (rms in grey levels) of the tile; "available", how many
            photographs the attacker has at most; "limits", lower and upper: correlations of unsigned photographs of the
            attacker's with the tile, moved to each place of the period, are outside in 0.5 % each. "signed" and
            "unsigned" photographs, to which nothing is done: "named", by photograph and version, native first, how
            often the forensic network names each class; and "correlation" of each photograph with the tile, which a
            defender knows. "attacks" and "controls": a mapping for each estimate, see `_attack` and `_control`.
        """
        attacks, controls, found = self._estimates(others)
        before = {name: {"named": [], "correlation": []} for name in ("signed", UNSIGNED)}
        for index, image in enumerate(tqdm(photographs, desc="Attack", unit="photo", disable=None)):
            size = [length // self._channel.factor for length in image.target.shape[:2]]
            plain, signed = self._developed(image)
            places = whole.places(size, self._side, self._windows, index)
            victim = _Victim(plain, self._versions(signed), self._seen(signed), places)
            for state, versions in zip(before.values(), (victim.versions, self._versions(plain)), strict=True):
                state["named"].append(self._named(versions, victim.places))
                state["correlation"].append(self._correlation(versions[0]))
            for attack in attacks:
                self._attack(attack, victim)
            for control in controls:
                self._control(control, attacks, victim)
        for each in (*attacks, *controls):
            del each["pattern"]
        return {**found, **before, "attacks": attacks, "controls": controls}

    def _estimates(self, others):
        """Attacks and controls, to be filled photograph by photograph, and facts for `results`."""
        chosen = np.random.default_rng(7).permutation(len(others))[: max(self._counts)]
        seen, chance, information, tried = {}, [], [], []
        for place in tqdm(chosen, desc="Estimate", unit="photo", disable=None):
            plain, signed = self._developed(others[place])
            for picture, names in ((signed, (DEVELOPED, RECEIVED)), (plain, (UNSIGNED, UNSIGNED_RECEIVED))):
                for name, each in zip(names, (picture, self._received(picture)), strict=True):
                    seen.setdefault(name, []).append(repeated.seen(each, len(self._tile(name)), self._sigma))
            chance.append(repeated.correlations(seen[UNSIGNED][-1], self.tile))
            information.append(limits.of_unsigned(plain, len(self.tile)))
            tried += [signed] if len(tried) < _TRIED else []
        counts = sorted({min(count, len(chosen)) for count in self._counts})
        attacks = [self._estimate(name, count, seen[name]) for name in (DEVELOPED, RECEIVED) for count in counts]
        for attack in attacks:
            of_developed = attack["estimate"] == DEVELOPED
            bound = limits.repeated_limit(self.tile, sum(information[: attack["count"]])) if of_developed else None
            strengths = [repeated.strength(picture, attack["pattern"], self._sigma) for picture in tried]
            attack |= {"limit": bound, "planted_strength": float(np.mean(strengths[: attack["count"]]))}
            attack |= {name: {"named": [], "psnr": []} for name in ("removed", "forged", "planted")}
            for name in ("removed", "planted"):
                attack[name]["correlation"] = []
            del attack["planted"]["named"]
        controls = [self._estimate(name, counts[-1], seen[name]) for name in (UNSIGNED, UNSIGNED_RECEIVED)]
        random = {"pattern": repeated.random_like(self.tile, 0), "correlation": 0.0, "used": 0.0, "groups": 1}
        controls.append({"estimate": RANDOM, "count": counts[-1], **random, "strength": []})
        for control in controls:
            control["removed"] = {"named": [], "psnr": [], "correlation": []}
        found = {
            "period": len(self.tile),
            "strength": float(np.sqrt(np.square(self.tile).mean())),
            "available": len(others),
            "limits": np.quantile(chance, [FALSE_POSITIVES, 1 - FALSE_POSITIVES]).tolist(),
        }
        return attacks, controls, found

    def _estimate(self, name, count, seen):
        """An estimate of the first so many photographs, and how well so many tell the tile in the mean."""
        groups = np.array(seen)[: len(seen) // count * count].reshape(-1, count, *seen[0].shape).mean(axis=1)
        correlations = [repeated.correlation(group, self._tile(name)) for group in groups]
        repeats = len(self.tile) // len(groups[0])
        about = {"estimate": name, "count": count, "groups": len(groups), "strength": []}
        about |= {"correlation": float(np.mean(correlations)), "used": correlations[0]}
        return {**about, "pattern": groups[0].repeat(repeats, axis=0).repeat(repeats, axis=1)}

    def _attack(self, attack, victim):
        """Attack a photograph with an estimate.

        The attack's mapping has "estimate", `DEVELOPED` or `RECEIVED`; "count", of how many photographs it is;
        "correlation" with the tile at that scale, the mean over "groups" of so many photographs that have none in
        common; "used", that of the first, which is taken; "limit", the most that theory allows, null where it is not
        known, as behind a codec; and, in parts of the estimate, "strength" in each photograph (`repeated.strength`) and
        "planted_strength", the mean of some of the attacker's photographs. What comes of it, with PSNR in dB to what
        was there before:

        * "removed": the photograph with so much of the estimate taken out; "named" and "correlation" as in `results`.
        * "forged": taken out, manipulated in each way, and added again: "named".
        * "planted": the camera's photograph without a signature with it: "correlation".
        """
        pattern, signed = attack["pattern"], victim.versions[0]
        attack["strength"].append(repeated.strength(signed, pattern, self._sigma, victim.seen))
        change = attack["strength"][-1] * repeated.unfolded(pattern, signed.shape)
        versions = self._removed(attack["removed"], victim, change)
        forged = [_levels(version + change) for version in versions[1:]]
        attack["forged"]["named"].append(self._named(forged, victim.places))
        pairs = zip(victim.versions[1:], forged, strict=True)
        attack["forged"]["psnr"].append(float(np.mean([_psnr(*pair) for pair in pairs])))
        planted = _levels(victim.plain + attack["planted_strength"] * repeated.unfolded(pattern, signed.shape))
        attack["planted"]["psnr"].append(_psnr(victim.plain, planted))
        attack["planted"]["correlation"].append(self._correlation(planted))

    def _control(self, control, attacks, victim):
        """Take out of a photograph what should do nothing to it, as strong as what the best estimate took out.

        The control's mapping has "estimate", "count", "correlation", "groups", "used", "strength" and "removed" as an
        attack has them.
        """
        of = RECEIVED if control["estimate"] == UNSIGNED_RECEIVED else DEVELOPED
        best = [attack for attack in attacks if attack["estimate"] == of][-1]
        sizes = [np.linalg.norm(each["pattern"]) for each in (best, control)]
        control["strength"].append(float(abs(best["strength"][-1]) * sizes[0] / sizes[1]))
        pattern = repeated.unfolded(control["pattern"], victim.plain.shape)
        self._removed(control["removed"], victim, control["strength"][-1] * pattern)

    def _removed(self, state, victim, change):
        """Take something out of a photograph, and add what comes of it to `state`; its versions."""
        versions = self._versions(_levels(victim.versions[0] - change))
        state["named"].append(self._named(versions, victim.places))
        state["psnr"].append(_psnr(victim.versions[0], versions[0]))
        state["correlation"].append(self._correlation(versions[0]))
        return versions

    def _tile(self, name):
        """The tile at the scale of an estimate."""
        return self.tile if name in (DEVELOPED, UNSIGNED) else self.small

    def _reduced(self, period):
        """What the channel makes of the tile, on grey, before its codec."""
        side = 4 * math.lcm(len(self.tile), self._channel.multiple)
        grey = np.full((side, side, 3), 0.5, np.float32)
        pictures = np.stack([grey, grey + repeated.unfolded(self.tile, grey.shape) / np.float32(255)])
        without, there = ops.convert_to_numpy(self._channel.reduce(pictures))
        if len(without) * self._channel.factor != side:
            raise UserError("the run's channel crops, so that the tile's place in what is received is not known")
        return repeated.folded(255 * (there - without), period)

    def _developed(self, image):
        """A photograph without and with the signature: levels of 8 bits as float32, which the channel takes whole."""
        plain = whole.develop(self._run, image, render=self._render, signed=False)
        signed = ops.convert_to_numpy(self._run.signature(plain[np.newaxis]))[0]
        return _levels(255 * plain), _levels(255 * signed)

    def _received(self, picture):
        return transmission.real(self._channel, picture.astype(np.uint8))[1].astype(np.float32)

    def _seen(self, picture):
        return repeated.seen(picture, len(self.tile), self._sigma)

    def _correlation(self, picture):
        """What a defender measures who knows the tile."""
        return repeated.correlation(self._seen(picture), self.tile)

    def _versions(self, picture):
        """A photograph, and what each manipulation of the run makes of it, with the same noise in all photographs."""
        given = picture[np.newaxis] / np.float32(255)
        return [picture, *(_levels(255 * ops.convert_to_numpy(change(given))[0]) for change in self._manipulations)]

    def _named(self, versions, drawn):
        """How often the forensic network names each class, of each version as it is received."""
        windows = np.concatenate([whole.cut(self._received(each), drawn, self._side) for each in versions])
        probabilities = self._look(windows / np.float32(255))
        return confusions(probabilities.reshape(1, len(versions), len(drawn), -1))[0].tolist()


def _manipulated(text, seed, pictures):
    name, strength = manipulations.parse(text)
    return manipulations.apply(name, pictures, strength, seed=seed)


def _levels(picture):
    return np.rint(picture).clip(0, 255).astype(np.float32)


def _psnr(before, picture):
    return min(float(measures.psnr(before.astype(np.uint8), picture.astype(np.uint8))), _IDENTICAL)
