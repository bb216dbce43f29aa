"""Pictures sent through a channel: with the codec that the training has, and with the real one, which makes files."""

import numpy as np
from keras import ops

from neural_imaging.codec import codec
from neural_imaging.coding import standards
from neural_imaging.evaluation.learned import Learned
from neural_imaging.imaging import measures, tiles

# PSNR in dB of a picture that comes back as it was, so that means are numbers: one level off in 1 of 150 samples.
_IDENTICAL = 70.0
# Side of the largest tiles of a learned codec, in its cells: as many cells as `codec.CELLS`.
_SIDE = 256


def real_codec(channel):
    """What an evaluation calls what is real in a channel: "bitstream" for a learned codec, "libjpeg" for all others.

    The name is that of the first channels, and stays in files and columns; readers see `grid.codec_name`.
    """
    return "libjpeg" if channel.network is None else "bitstream"


def differentiable(channel, picture, side=_SIDE):
    """Send a whole picture through a channel with the training's codec; a learned one has large pictures by tiles.

    The channel draws nothing; the picture is float in [0, 1], with sides that are multiples of `channel.multiple`; the
    side of a tile is in cells of the codec, with its margins.
    """
    sent = ops.convert_to_numpy(channel.reduce(picture[np.newaxis]))[0]

    def compressed(tile):
        return ops.convert_to_numpy(channel.compress(ops.convert_to_tensor(tile[np.newaxis]), estimate=False)[0])[0]

    network = channel.network
    if network is None:
        return compressed(sent)
    reaches = network.encoder_reach, network.decoder_reach
    reach = None if None in reaches else sum(reaches)
    cell, side = network.multiple, tiles.longest(1, reach, side)
    return tiles.process(sent, compressed, before=cell, after=cell, reach=reach, side=side)


def real(channel, picture):
    """Send a whole picture through a channel whose codec is the real one: a file is written and read.

    The result is (sent, received, stream): the picture before and after the codec that the channel ends with, uint8,
    and its file; None where it ends with no codec. The picture may have any size, and the steps any order.
    """
    if channel.network is None:
        sent, received, streams = transmit(channel, picture[np.newaxis])
        return sent[0], received[0], None if streams is None else streams[0]
    sent = channel.reduced_levels(picture[np.newaxis])[0]
    stream = codec.compress(sent, channel.network)
    return sent, codec.decompress(stream, channel.network), stream


def transmit(channel, versions):
    """Send small pictures, (n, h, w, 3) in [0, 1], all in one piece; gives (sent, received, streams), see `real`."""
    sent = channel.reduced_levels(versions)
    if channel.network is not None:
        return sent, *codec.transmit(sent, channel.network)
    if channel.coder is None:
        return sent, sent, None
    streams = [channel.coder.encode(picture) for picture in sent]
    return sent, np.stack([channel.coder.decode(stream) for stream in streams]), streams


def cost(channel, sent, received, stream):
    """PSNR in dB, SSIM (the papers' window) and bits a pixel with and without headers of what the real codec did."""
    effective = standards.get(channel.codec).payload(stream) if channel.network is None else Learned.payload(stream)
    pixels = sent.shape[0] * sent.shape[1]
    return {
        "psnr": min(float(measures.psnr(sent, received)), _IDENTICAL),
        "ssim": float(measures.ssim(sent, received, window="uniform")),
        "bpp": 8 * len(stream) / pixels,
        "effective_bpp": 8 * effective / pixels,
    }
