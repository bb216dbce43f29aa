"""What a forensic network makes of whole photographs: developed whole, manipulated whole, sent whole.

Only then does the network look at windows, which lie anywhere in what was received: at any pixel, on flat places too.
"""

import math

import numpy as np
from keras import ops
from tqdm import tqdm

from neural_imaging.base import memory, runtime
from neural_imaging.base.errors import UserError
from neural_imaging.evaluation import transmission
from neural_imaging.evaluation.scores import confusions, network, scores
from neural_imaging.forensics import manipulations
from neural_imaging.imaging import tiles
from neural_imaging.ops import fidelity
from neural_imaging.ops.samples import to_unit

WHOLE, CROPPED = (0, 0), (1, 1)
# Rows of a picture that are compared with its target at once, and those that SSIM's window of 11 pixels needs more.
_ROWS, _MORE = 512, 10


def measure(pipeline, held_out, windows):
    """Accuracies, confusion matrices and fidelity of whole photographs (`ImagePair`), so many windows of each.

    Returns:
        (results, probabilities). Results are JSON types: "whole" and "cropped", each with "differentiable" and the
        real codec (`transmission.real_codec`), see `scores.scores`. "cropped" is that of manipulated photographs which
        lost so many rows and columns as its "origin" says before they were sent. "whole" also has the fidelity of the
        developed photographs and, where the real codec makes files, what it does to native ones
        (`transmission.cost`): means, and values by photograph. Probabilities are those behind "whole" by codec, see
        `judge`.
    """
    judged, compared, costs = judge(pipeline, held_out, windows, (WHOLE, CROPPED), compare=True)
    codecs = {
        origin: {name: scores(confusions(each), windows) for name, each in by.items()} for origin, by in judged.items()
    }
    photographs = {
        "image": [image.name for image in held_out],
        "source": [image.source or image.name for image in held_out],
        **_lists(compared),
    }
    whole = {**codecs[WHOLE], **_means(compared), "windows": windows, "photographs": photographs}
    if costs:
        photographs["compression"], whole["compression"] = _lists(costs), _means(costs)
    return {"whole": whole, "cropped": {"origin": list(CROPPED), **codecs[CROPPED]}}, judged[WHOLE]


def counts(pipeline, photographs, windows, origins=(WHOLE,), compare=False):
    """Count what the forensic network names: as `judge`, with counts (`scores.confusions`) for probabilities."""
    judged, compared, costs = judge(pipeline, photographs, windows, origins, compare)
    counted = {origin: {name: confusions(each) for name, each in by.items()} for origin, by in judged.items()}
    return counted, compared, costs


def judge(pipeline, photographs, windows, origins=(WHOLE,), compare=False):
    """Let the forensic network judge photographs and, where these shall be compared, hold them against their targets.

    Places of windows and noise depend on the photograph's number and size alone, so that they are the same for all
    classes, codecs and runs. What is before the `origins`, (row, column) pairs, is cut off manipulated photographs.

    Returns:
        (probabilities, compared, costs): probabilities by origin and by codec, float32, shape (photographs, true
        classes, windows, classes); {"psnr", "ssim"} of each photograph, and `transmission.cost` of each where the codec
        makes files.
    """
    channel, classes, judged = pipeline.channel.fixed(), len(pipeline.classes), network(pipeline.fan)
    codecs, side, render = ("differentiable", transmission.real_codec(channel)), window(pipeline), renderer(pipeline)
    shape = (len(photographs), classes, windows, classes)
    kept = len(origins) * len(codecs) * math.prod(shape)
    memory.check(f"windows {windows} of {side} pixels", (windows * side**2 * 3 + kept) * 4)
    probabilities = {origin: {name: np.zeros(shape, np.float32) for name in codecs} for origin in origins}
    compared, costs = [], []
    for index, image in enumerate(tqdm(photographs, desc="Evaluate", unit="photo", disable=None)):
        check(pipeline, image, origins)
        developed = develop(pipeline, image, render=render)
        if compare:
            compared.append(_fidelity(developed, image.target))
        drawn = places([length // channel.factor for length in image.target.shape[:2]], side, windows, index)
        for true, version in enumerate(versions(pipeline, developed, index)):
            for origin in origins:
                part = _trimmed(version[origin[0] :, origin[1] :], channel.multiple)
                sent, received, stream = transmission.real(channel, part)
                native = true == 0 and origin == WHOLE
                if native and stream is not None:
                    costs.append(transmission.cost(channel, sent, received, stream))
                received = received.astype(np.float32) / np.float32(255)
                seen = transmission.differentiable(channel, part), received
                for name, picture in zip(codecs, seen, strict=True):
                    probabilities[origin][name][index, true] = judged(cut(picture, drawn, side))
    return probabilities, compared, costs


def window(pipeline):
    """Side of the pictures that a joint model's forensic network takes, in received pixels."""
    side = pipeline.fan.settings["patch_size"]
    if side is None:
        raise UserError("the forensic network takes pictures of any size; make it with patch_size, the side of windows")
    return side


def check(pipeline, image, origins=(WHOLE,)):
    """Make sure that a window fits into what is received of a photograph, also of one that is cropped."""
    least, (height, width) = max(least_side(pipeline, origin) for origin in origins), _sides(image)
    if min(height, width) < least:
        raise UserError(
            f"photograph {image.name} has {width} × {height} pixels, too few for windows of {window(pipeline)} "
            f"received pixels; it needs {least} a side"
        )


def least_side(pipeline, origin=WHOLE):
    """Shortest side of a photograph, in developed pixels, of which a window is received, cropped at `origin`."""
    channel = pipeline.channel.fixed()
    sent = _upwards(window(pipeline) * channel.factor, channel.multiple)
    # A channel may crop.
    lost = sent - channel.factor * channel.compute_output_shape((None, sent, sent, 3))[1]
    sent += _upwards(lost, channel.multiple) + max(origin)
    return _upwards(max(sent, _MORE + 1), _unit(pipeline))


def renderer(pipeline):
    """A joint model's camera pipeline as a graph, for `develop` of several photographs."""
    return runtime.graph(lambda raw: pipeline.isp(to_unit(raw), training=False))


def develop(pipeline, image, side=tiles.SIDE, render=None, signed=True):
    """What the camera gives for a photograph, developed whole: by tiles where it is large, with the result of one tile.

    The longest side of a tile with its margins is in Bayer cells. The result, float32 in [0, 1], is without the last
    rows and columns that the pipeline and the channel could not take; not `signed`, it is without the signature too.
    """
    isp, render = pipeline.isp, render or renderer(pipeline)
    takes_rgb = getattr(isp, "takes_rgb", False)
    height, width = (length // _unit(pipeline) * _unit(pipeline) // 2 for length in _sides(image))
    source, cell = (image.target, 2) if takes_rgb else (image.stack, 1)
    developed = tiles.process(
        np.asarray(source[: cell * height, : cell * width]),
        lambda tile: ops.convert_to_numpy(render(tile[np.newaxis]))[0],
        before=cell,
        after=2,
        multiple=isp.multiple,
        reach=isp.reach,
        side=tiles.longest(isp.multiple, isp.reach, side),
    )
    if pipeline.signature is None or not signed:
        return developed
    return ops.convert_to_numpy(pipeline.signature(developed[np.newaxis]))[0]


def versions(pipeline, developed, index):
    """A developed photograph in all classes, one after the other, which bounds the memory.

    Noise depends on the photograph's number, `index`, and on the class alone.
    """
    yield developed
    for place, text in enumerate(pipeline.manipulations, start=1):
        yield version(text, developed, index, place)


def version(text, developed, index, place):
    """A developed photograph after one manipulation, which stands at this place behind `native`; see `versions`."""
    name, strength = manipulations.parse(text)
    seed = int(np.random.default_rng([6, index, place]).integers(2**31))
    return ops.convert_to_numpy(manipulations.apply(name, developed[np.newaxis], strength, seed=seed))[0]


def places(size, side, count, index):
    """Places of windows (first row and column), evenly anywhere in a picture; each photograph has a generator."""
    rooms = np.array(size) - side + 1
    return (np.random.default_rng([5, index]).random((count, 2)) * rooms).astype(np.int64)


def cut(picture, drawn, side):
    """Windows of a picture, (n, side, side, 3); those that lie beyond its end are moved back to it."""
    rows, columns = np.minimum(drawn, np.array(picture.shape[:2]) - side).T
    return np.stack([picture[y : y + side, x : x + side] for y, x in zip(rows, columns, strict=True)])


def _unit(pipeline):
    """Sides of photographs are cut to multiples of so many developed pixels."""
    return math.lcm(2 * pipeline.isp.multiple, pipeline.channel.fixed().multiple)


def _upwards(length, unit):
    return -(-length // unit) * unit


def _sides(image):
    return [2 * cells for cells in image.cells]


def _trimmed(picture, unit):
    height, width = (length // unit * unit for length in picture.shape[:2])
    return picture[:height, :width]


def _fidelity(developed, target):
    """PSNR and SSIM of a picture to the same part of its target, as `ops.fidelity` has them, a few rows at once."""
    height, width = developed.shape[:2]
    errors = similarity = 0.0
    for top in range(0, height - _MORE, _ROWS):
        bottom = min(top + _ROWS, height - _MORE)
        rows = slice(top, bottom + _MORE)
        pair = developed[np.newaxis, rows], to_unit(np.asarray(target[np.newaxis, rows, :width]))
        similarity += (bottom - top) * float(ops.convert_to_numpy(fidelity.ssim(*pair))[0])
    for top in range(0, height, _ROWS):
        wanted = target[top : min(top + _ROWS, height), :width] / np.float32(255)
        errors += float(np.square(developed[top : top + _ROWS] - wanted).sum(dtype=np.float64))
    return {
        "psnr": -10 * math.log10(max(errors / developed.size, 1e-10)),
        "ssim": similarity / (height - _MORE),
    }


def _lists(values):
    """Of a list of mappings with the same keys, a mapping of lists."""
    return {name: [of_photograph[name] for of_photograph in values] for name in values[0]}


def _means(values):
    return {name: float(np.mean(of_photographs)) for name, of_photographs in _lists(values).items()}
