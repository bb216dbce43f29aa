"""Measure how well fingerprints of simulated sensors are found, how often chance passes PCE's thresholds, and the time.

recovery: correlation of estimated fingerprints with the true one, beside the limit that `fingerprints.limits` derives,
for flat fields and for scenes, of which half are photographs. chance: photographs of other devices, held against
fingerprints by their RAW samples and developed; how many pass thresholds of a false-positive rate, with the 95 %
interval of Clopper and Pearson. speed: seconds and memory of a residual of 12 megapixels, on one thread.
"""

import dataclasses
import os
import resource
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

import timing

from neural_imaging.base import command_line

PARTS = ("recovery", "chance", "speed")
_SEED = 2019


def parse_arguments(arguments=None):
    parser = timing.parser(__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"some of {', '.join(PARTS)} (default: all)")
    parser.add_argument("--profile", default="D90", help="of resources/cameras.yaml (default: %(default)s)")
    parser.add_argument("--height", type=int, default=384, help="of photographs (default: %(default)s)")
    parser.add_argument("--width", type=int, default=576, help="of photographs (default: %(default)s)")
    parser.add_argument("--devices", type=command_line.count, default=50, help="for chance (default: %(default)s)")
    parser.add_argument("--others", type=command_line.count, default=40, help="photographs of chance (%(default)s)")
    options = parser.parse_args(arguments)
    options.parts = options.parts or PARTS
    if set(options.parts) - set(PARTS):
        parser.error(f"parts are {', '.join(PARTS)}")
    return options


def profile(options, device=None):
    from neural_imaging.imaging import cameras

    return cameras.load(timing.Path(__file__).parents[1] / "resources/cameras.yaml", options.profile, device=device)


def photographed(scene, camera, seed=None):
    """Samples in [0, 1] of a scene, shape (height / 2, width / 2, 4); without a seed there is no noise."""
    import numpy as np

    from neural_imaging.imaging import bayer, simulation

    if seed is None:
        camera = dataclasses.replace(camera, device=None, bits=16, black=0, white=65535)
    generator = None if seed is None else np.random.default_rng(seed)
    mosaic = simulation.expose(simulation.representable(scene, camera), camera, generator).astype(np.float32)
    return bayer.to_stack(((mosaic - camera.black) / (camera.white - camera.black)).clip(0, 1), camera.cfa)


def recovery(options):
    from neural_imaging.fingerprints import detection, estimation, limits, residuals
    from neural_imaging.imaging import bayer, scenes, sensors, srgb

    camera, size = profile(options, device=1), (options.height, options.width)
    truth = sensors.fingerprint(camera, *size)
    prnu, step = camera.spread.prnu, 1 / (camera.white - camera.black)
    half = options.height // 2, options.width // 2
    photographs = scenes.listing(*half)
    photographs = photographs[:: max(1, len(photographs) // 25)][:25]
    pairs = zip(photographs, (f"synthetic-{index:04d}" for index in range(25)), strict=True)
    kinds = {
        "flat fields": ([f"flat-{index:04d}" for index in range(50)], size, (5, 20, 50)),
        "scenes": ([name for pair in pairs for name in pair], half, (20, 50)),
    }
    for kind, (listed, shape, counts) in kinds.items():
        true = truth if shape == size else sensors.fingerprint(camera, *shape)
        estimators = {
            "sigma 5, maximum likelihood": estimation.Estimator(),
            "sigma 1, maximum likelihood": estimation.Estimator(1.0),
            "sigma 1, with the prior": estimation.Estimator(1.0, prnu / srgb.GAMMA),
        }
        light = []
        for number, name in enumerate(listed, 1):
            scene = scenes.make(name, *shape, _SEED)
            light.append(photographed(scene, camera))
            samples = residuals.encoded(photographed(scene, camera, number))
            for estimator in estimators.values():
                estimator.add(samples)
            if number not in counts:
                continue
            limit = limits.limit(prnu, light, camera.shot, camera.read, step)
            for label, estimator in estimators.items():
                found = bayer.to_mosaic(estimator.estimate(), camera.cfa)
                value = detection.correlation(estimation.zero_mean(found), true)
                share = f"{value:.3f} of {limit:.3f} ({value / limit:.2f})"
                print(f"recovery: {number} {kind}, {label}: {share}", flush=True)


def chance(options):
    import numpy as np
    from scipy import stats

    from neural_imaging.fingerprints import detection, estimation, residuals
    from neural_imaging.imaging import bayer, develop, scenes

    size = options.height // 2, options.width // 2

    def samples(name, camera, seed):
        """RAW samples and luminance of the developed photograph, both from 0 to 255."""
        stack = photographed(scenes.make(name, *size, _SEED), camera, seed)
        gains = np.array(camera.white_balance, np.float32)[[0, 1, 1, 2]]
        mosaic = bayer.to_mosaic((stack * gains).clip(0, 1), camera.cfa)
        developed = develop.develop_mosaic(mosaic, camera.cfa, camera.camera_to_srgb, "bilinear")
        luminance = developed @ np.array([0.299, 0.587, 0.114], np.float32)
        return {"RAW": bayer.to_mosaic(residuals.encoded(stack), camera.cfa), "developed": luminance}

    def residual(kind, light, cfa):
        if kind == "RAW":
            return bayer.to_mosaic(residuals.residual(bayer.to_stack(light, cfa)), cfa)
        return residuals.residual(light)

    prints = []
    for device in range(1, options.devices + 1):
        camera, estimators = profile(options, device), {}
        for number in range(5):
            for kind, light in samples("flat-0000", camera, [device, number]).items():
                estimator = estimators.setdefault(kind, estimation.Estimator())
                estimator.add(bayer.to_stack(light, camera.cfa) if kind == "RAW" else light)
        estimate = {kind: estimator.estimate() for kind, estimator in estimators.items()}
        estimate["RAW"] = bayer.to_mosaic(estimate["RAW"], camera.cfa)
        prints.append({kind: estimation.clean(pattern) for kind, pattern in estimate.items()})
    found, matched = {}, {}
    for number in range(options.others):
        device = options.devices + 1 + number
        for own in (False, True):
            camera = profile(options, 1 + number % options.devices if own else device)
            taken = samples(f"synthetic-{number:04d}", camera, [device, 99])
            for kind, light in taken.items():
                noise = estimation.clean(residual(kind, light, camera.cfa))
                if own:
                    pattern = prints[number % options.devices][kind]
                    for label, each in ((kind, noise), (f"{kind}, equalised", residuals.equalised(noise))):
                        matched.setdefault(label, []).append(detection.compare(pattern, light, each).pce)
                    continue
                for pattern in prints:
                    for everywhere in (False, True):
                        peak = detection.match(pattern[kind] * light, noise, everywhere=everywhere)
                        found.setdefault((kind, everywhere), []).append(peak)
    for (kind, _), peaks in found.items():
        for rate in (0.05, 0.01, 0.005):
            usual = sum(peak.pce > detection.threshold(rate, peak.shifts) for peak in peaks)
            passed = sum(peak.false_positives < rate for peak in peaks)
            low, high = stats.binomtest(passed, len(peaks)).proportion_ci(method="exact")
            print(
                f"chance: {kind}, {peaks[0].shifts} shifts, {100 * rate:g} %: {passed} of {len(peaks)} pairs, "
                f"{100 * passed / len(peaks):.2f} % ({100 * low:.2f} to {100 * high:.2f}); "
                f"without the concentration {100 * usual / len(peaks):.2f} %"
            )
        above = sum(peak.pce > detection.THRESHOLD for peak in peaks)
        print(f"chance: {kind}, {peaks[0].shifts} shifts: {above} of {len(peaks)} pairs above {detection.THRESHOLD:g}")
    for kind, values in matched.items():
        above = np.mean(np.array(values) > detection.THRESHOLD)
        print(f"chance: {kind}, matched pairs: median PCE {np.median(values):.0f}, {above:.0%} above the threshold")


def speed(options):
    import numpy as np

    from neural_imaging.fingerprints import residuals

    samples = np.random.default_rng(0).uniform(100, 140, (3000, 4000)).astype(np.float32)
    residuals.residual(samples[:64, :64])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wall, cpu = time.perf_counter(), time.process_time()
    residuals.residual(samples)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    more = (peak - before) / 1e6
    print(f"speed: a residual of 12 megapixels: {wall:.2f} s, {cpu:.2f} s of the processor, {more:.2f} GB")


def main(arguments=None):
    options = parse_arguments(arguments)
    for part in options.parts:
        {"recovery": recovery, "chance": chance, "speed": speed}[part](options)


if __name__ == "__main__":
    command_line.run(main)
