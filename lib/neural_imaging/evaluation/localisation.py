"""Whether a forensic network finds which region of a photograph was forged: maps, held against exact masks.

A map says of each received pixel how probable it is that it is manipulated: the mean of all windows that cover it, see
`calibration.suspicion`. So it is as coarse as windows are large.
"""

from pathlib import Path

import numpy as np
from tqdm import tqdm

from neural_imaging.base import files, records, runtime
from neural_imaging.base.errors import UserError
from neural_imaging.datasets import masked_folder
from neural_imaging.evaluation import folders, forensics, regions, scores, transfer, transmission, whole
from neural_imaging.forensics.classify import places
from neural_imaging.imaging import opening
from neural_imaging.study.regions import check as check_region
from neural_imaging.tables import calibration, pixels
from neural_imaging.training import options

DEFAULTS = options.LOCALISATION
# Settings for pictures that have masks.
_OF_MASKS = ("window", "stride")


class Mapper:
    """Makes maps with a forensic network, or what is as one.

    Args:
        look: function of windows to probabilities, see `scores.network`.
        side: of a window, in pixels.
        stride: pixels from one window to the next.

    Raises:
        UserError: the stride is larger than a window, so that pixels between would not be seen.
    """

    def __init__(self, look, side, stride):
        if stride > side:
            raise UserError(f"stride {stride}: windows have {side} pixels, so those between two would not be seen")
        self._look, self.side, self._stride = look, side, stride

    @classmethod
    def of(cls, run, settings):
        """The maps of a `ForensicPipeline`, with a "window" (None for its network's own) and a "stride"."""
        side = whole.window(run) if settings["window"] is None else settings["window"]
        return cls(scores.network(scores.resized(run.fan, side)), side, settings["stride"])

    def map(self, picture):
        """The map of a received picture.

        Args:
            picture: uint8, shape (height, width, 3).

        Returns:
            float32, shape (height, width), from 0 to 1.
        """
        if min(picture.shape[:2]) < self.side:
            size = f"{picture.shape[1]} × {picture.shape[0]}"
            raise UserError(f"window {self.side}: is larger than a received picture of {size} pixels")
        rows, columns = (places(length, self.side, self._stride) for length in picture.shape[:2])
        values = []
        # A row at once, so that of a large picture few windows are in memory.
        for row in rows:
            cut = whole.cut(picture, np.array([(row, column) for column in columns]), self.side)
            values.append(calibration.suspicion(self._look(cut.astype(np.float32) / np.float32(255))))
        down, across = (
            _cover(length, starts, self.side) for length, starts in zip(picture.shape[:2], (rows, columns), strict=True)
        )
        sums = down @ np.stack(values) @ across.T
        # As float32, places with the same windows have the same value to the last bit.
        return (sums / np.outer(down.sum(axis=1), across.sum(axis=1))).astype(np.float32)


def judge(model_path, source, given, settings, output, labels=None, threads=None):
    """Forge regions of photographs, send these whole, and hold a run's maps against the masks; write it as JSON.

    Photographs are developed whole; in each a region, the same for all runs, is replaced: by what a manipulation of the
    run makes of it, or as `given` says. Then the whole goes through the run's channel with the real codec.

    Args:
        model_path: `model.keras` of a `ForensicPipeline`.
        source: `images.csv`, whose validation photographs are used; or a folder, see `folders.read`.
        given: other regions by name, see `study.regions.REGION`.
        settings: see `DEFAULTS`.
        labels: what the run is; written into the record.

    Returns:
        The record: "regions" and "untouched", see `results`, beside "window" (its side), "stride", "classes", "labels",
        and "optimised", the parts of the camera that have learned where pictures take its place. What was passed over
        has a "reason" each: "refused", files of a folder ("file"), and "left_out", regions of photographs ("name").
    """
    settings = options.complete(settings, DEFAULTS, "test of localisation")
    if settings["smallest"] > settings["largest"]:
        raise UserError(f"smallest {settings['smallest']}: is more than largest, {settings['largest']}")
    for name, region in given.items():
        check_region(f"regions.{name}", name, region)
    files.check_output(output)
    runtime.configure(threads=threads, seed=0, deterministic=True)
    inputs = [path for path in (model_path, source) if Path(path).is_file()]
    record = records.Record("evaluate_localisation", {**settings, "regions": given}, seed=0, inputs=inputs)
    run = forensics.load(model_path)
    mapper = Mapper.of(run, settings)
    pipeline, photographs, refused = folders.read(source, run, model_path)
    for image in photographs:
        whole.check(pipeline, image)
    forger = regions.Forger(pipeline, photographs, given, settings)
    found, untouched, left_out = results(pipeline, forger, mapper)
    about = _about(run, mapper, settings, refused, labels) | {
        "left_out": left_out,
        "optimised": transfer.optimised(run) if pipeline is not run else [],
    }
    return _written(record, output, about, found, untouched)


def results(pipeline, forger, mapper):
    """What maps say of each region of a `regions.Forger`, as JSON types.

    Returns:
        (regions, untouched, left_out). Of each region a mapping with "name", "manipulation", "isp" and "splice";
        "image" and "source" of each photograph; the "share" of the received picture that is in the region;
        `pixels.MEASURES` of each photograph; "control", the area under the ROC that the map of the untouched photograph
        has with the same mask, which tells traces from content; and "score", the highest value of the map. Of untouched
        photographs "image", "source" and "score". What could not be forged is left out there, with "name" and "reason",
        and so are regions of which no photograph is left.
    """
    channel = pipeline.channel.fixed()
    found = [_line(region) for region in forger.regions]
    untouched, left_out = {"image": [], "source": [], "score": []}, []
    for index, image in enumerate(tqdm(forger.photographs, desc="Localise", unit="photo", disable=None)):
        native = mapper.map(_received(channel, forger.untouched(index)))
        _add(untouched, image, native)
        for region, line in zip(forger.regions, found, strict=True):
            try:
                picture, mask = forger.forged(index, region)
                mask = regions.received(_sent(channel, mask), channel)
                if not 0 < np.count_nonzero(mask) < mask.size:
                    raise regions.Unfit("the channel loses its region, or all else")
            except regions.Unfit as error:
                left_out.append({"name": f"{region.name} of {image.name}", "reason": str(error)})
                continue
            _add(line, image, mapper.map(_received(channel, picture)), mask)
            line["control"].append(pixels.measures(native, mask)["auc"])
    return [line for line in found if line["image"]], untouched, left_out


def judge_folder(model_path, folder, settings, output, labels=None, threads=None, send=False):
    """Hold a forensic network's maps against the masks of a folder of pictures (`masked_folder.read`), as `judge`.

    Args:
        model_path: `model.keras` of a `ForensicPipeline`.
        folder: pictures with masks, as public sets have them.
        settings: "window" and "stride"; see `DEFAULTS`.
        send: send pictures and masks through the run's channel first. By default they are looked at as they are.

    Returns:
        As `judge`; there is one region, called as the folder, and it has no "control".
    """
    settings = options.complete(settings, {name: DEFAULTS[name] for name in _OF_MASKS}, "test of localisation")
    files.check_output(output)
    listed, refused = masked_folder.listing(folder)
    runtime.configure(threads=threads, seed=0, deterministic=True)
    record = records.Record("evaluate_localisation", {**settings, "send": send}, seed=0, inputs=[model_path])
    run = forensics.load(model_path)
    mapper, channel = Mapper.of(run, settings), run.channel.fixed()
    line = _line(regions.Region(Path(folder).resolve().name))
    untouched = {"image": [], "source": [], "score": []}
    for picture in tqdm(listed, desc="Localise", unit="picture", disable=None):
        try:
            seen, mask = masked_folder.opened(picture)
            if send:
                seen, mask = _received(channel, seen), mask if mask is None else regions.received(mask, channel)
            if min(seen.shape[:2]) < mapper.side:
                raise opening.PictureError(
                    picture.path, f"{seen.shape[1]} × {seen.shape[0]} pixels, smaller than a window of {mapper.side}"
                )
            if mask is not None and not 0 < np.count_nonzero(mask) < mask.size:
                raise opening.PictureError(picture.path, "its mask marks nothing, or all of the picture")
        except opening.PictureError as error:
            refused.append({"file": picture.name, "reason": error.reason})
            continue
        _add(untouched if mask is None else line, picture, mapper.map(seen), mask)
    if not line["image"]:
        reasons = "; ".join(f"{bad['file']}: {bad['reason']}" for bad in refused[:3])
        raise UserError(f"{folder}: no picture with a mask can be used ({reasons or 'none found'})")
    return _written(record, output, _about(run, mapper, settings, refused, labels), [line], untouched)


def _about(run, mapper, settings, refused, labels):
    return {
        "classes": run.classes,
        "labels": labels or {},
        "window": mapper.side,
        "stride": settings["stride"],
        "refused": refused,
        "left_out": [],
        # Other pictures lack what an optimised camera writes into photographs.
        "optimised": transfer.optimised(run),
    }


def _written(record, output, about, found, untouched):
    metrics = {line["name"]: {name: float(np.mean(line[name])) for name in pixels.MEASURES} for line in found}
    record.write(output, metrics, **about, regions=found, untouched=untouched)
    return {**about, "regions": found, "untouched": untouched}


def _line(region):
    about = {"name": region.name, "manipulation": region.manipulation, "isp": region.isp, "splice": region.splice}
    return about | {name: [] for name in ("image", "source", "share", *pixels.MEASURES, "control", "score")}


def _add(line, image, scores, mask=None):
    """Add what the map of a picture says to a mapping of lists."""
    line["image"].append(image.name)
    line["source"].append(image.source or image.name)
    line["score"].append(float(scores.max()))
    if mask is not None:
        line["share"].append(float(mask.mean()))
        for name, value in pixels.measures(scores, mask).items():
            line[name].append(value)


def _sent(channel, picture):
    """What of a picture, or of its mask, a channel takes."""
    height, width = (side // channel.multiple * channel.multiple for side in picture.shape[:2])
    return picture[:height, :width]


def _received(channel, picture):
    return transmission.real(channel, _sent(channel, picture))[1]


def _cover(length, starts, side):
    """Which windows cover each place of a side: float64, shape (length, windows)."""
    at, starts = np.arange(length)[:, np.newaxis], np.asarray(starts)
    return ((at >= starts) & (at < starts + side)).astype(np.float64)
