import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neural_imaging.base.errors import UserError
from neural_imaging.coding import bitstream
from neural_imaging.coding.bitstream import BitstreamError, ModelIdentity

MODEL = ModelIdentity("TwitterDCN", 8, bytes(range(8)))


def _latent(shape, seed=0):
    """Indices, with channels of all kinds: many values, one, more, few, and ones that do not compress."""
    rng = np.random.default_rng(seed)
    indices = np.rint(rng.normal(16, 1, shape) * np.resize([1, 0, 4, 0.2, 0], shape[2])).astype(np.uint8)
    indices[:, :, 4::5] = rng.integers(0, 256, indices[:, :, 4::5].shape)
    return indices


def _shapes(longest):
    return st.tuples(st.integers(1, longest), st.integers(1, longest), st.integers(1, 12))


def _reads_as(data, indices):
    stream = bitstream.read(data)
    assert stream.indices.dtype == np.uint8
    assert stream.shape == indices.shape
    np.testing.assert_array_equal(stream.indices, indices)
    return stream


def test_version_1_is_the_released_toolboxs_stream_bit_for_bit(parity):
    reference = parity("dcn_8c")
    # The codebook is −15 … 16.
    indices = (reference["latent"][0] + 15).astype(np.uint8)
    data = reference["l3ic_stream"].tobytes()
    assert bitstream.write(indices, version=1) == data
    stream = _reads_as(data, indices)
    assert (stream.version, stream.height, stream.width, stream.model) == (1, 128, 128, None)


@settings(deadline=None, derandomize=True)
@given(_shapes(24), st.integers(0, 2**32 - 1), st.integers(0, 7), st.integers(0, 7), st.none() | st.just(MODEL))
def test_version_2_gives_back_latent_size_and_model(shape, seed, less_height, less_width, model):
    indices, height, width = _latent(shape, seed), 8 * shape[0] - less_height, 8 * shape[1] - less_width
    stream = _reads_as(bitstream.write(indices, height=height, width=width, model=model), indices)
    assert (stream.version, stream.height, stream.width, stream.model) == (2, height, width, model)


@settings(deadline=None, derandomize=True)
@given(_shapes(24), st.integers(0, 2**32 - 1))
def test_version_1_gives_back_the_latent(shape, seed):
    indices = _latent(shape, seed)
    if shape[0] * shape[1] == 3:
        with pytest.raises(BitstreamError, match="three different symbols"):
            bitstream.write(np.resize(np.uint8([1, 2]), shape), version=1)
        indices[:] = 7
    _reads_as(bitstream.write(indices, version=1), indices)


def test_channels_of_any_length_fit_version_2():
    indices = np.random.default_rng(0).integers(0, 256, (300, 280, 2), dtype=np.uint8)
    indices[:, :, 1] //= 100
    stream = _reads_as(bitstream.write(indices, height=2393, width=2240), indices)
    assert stream.channel_bytes[0] == 300 * 280 > 65535


@pytest.mark.parametrize("shape", [(1, 256, 1), (256, 1, 1), (1, 1, 256)])
def test_version_1_refuses_sides_that_do_not_fit(shape):
    with pytest.raises(BitstreamError, match="at most 255"):
        bitstream.write(np.zeros(shape, np.uint8), version=1)


def test_version_1_refuses_a_size_that_it_cannot_keep():
    with pytest.raises(BitstreamError, match="15 × 16 pixels are not 8 times 2 × 2"):
        bitstream.write(np.zeros((2, 2, 1), np.uint8), version=1, height=15)


def test_version_1_drops_the_model():
    indices = _latent((4, 4, 2))
    assert bitstream.write(indices, 1, 32, 32, MODEL) == bitstream.write(indices, version=1)


def test_streams_are_laid_out_as_documented():
    indices = np.stack([np.full((2, 2), 7, np.uint8), np.uint8([[1, 2], [3, 4]])], axis=-1)
    assert bitstream.write(indices, version=1).hex(" ", 1) == "02 02 02 04 00 03 00 04 00 04 00 07 01 02 03 04"
    header = b"L3IC" + struct.pack("<B4IHB", 2, 13, 16, 2, 2, 2, 10) + b"TwitterDCN" + struct.pack("<HB", 8, 8)
    parts = [header + MODEL.weights_hash, struct.pack("<BI", 1, 2) + b"\1\4", b"\7\1\2\3\4"]
    expected = b"".join(part + struct.pack("<I", zlib.crc32(part)) for part in parts)
    assert bitstream.write(indices, height=13, model=MODEL) == expected


def test_a_header_says_all_but_the_symbols():
    data = bitstream.write(_latent((9, 7, 5)), height=70, width=50, model=MODEL)
    header, stream = bitstream.header(data), bitstream.read(data)
    assert header.indices is None
    for name in ("version", "height", "width", "shape", "model", "channel_bytes", "parts"):
        assert getattr(header, name) == getattr(stream, name)
    assert sum(header.parts.values()) == len(data)
    assert header.parts["channels"] == sum(header.channel_bytes) + 4


@pytest.mark.parametrize("version", bitstream.VERSIONS)
def test_a_channel_alone_takes_what_it_takes_in_a_stream(version):
    indices = _latent((9, 7, 5))
    alone = [bitstream.channel_bytes(indices[:, :, channel], version) for channel in range(5)]
    assert tuple(alone) == bitstream.header(bitstream.write(indices, version)).channel_bytes
    assert alone[1] == {1: 3, 2: 1}[version]
    assert max(alone) == 63


def test_no_stream_of_version_1_is_taken_for_one_of_version_2():
    # Height, width and channels are the letters L, 3 and I.
    indices = _latent((ord("L"), ord("3"), ord("I")))
    data = bitstream.write(indices, version=1)
    assert data.startswith(b"L3I")
    assert _reads_as(data, indices).version == 1


def test_every_flipped_bit_of_version_2_is_refused():
    data = bitstream.write(_latent((3, 4, 5)), height=20, width=30, model=MODEL)
    for bit in range(8 * len(data)):
        damaged = bytearray(data)
        damaged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(BitstreamError):
            bitstream.read(bytes(damaged))


@pytest.mark.parametrize("version", bitstream.VERSIONS)
def test_every_cut_and_every_extension_is_refused(version):
    data = bitstream.write(_latent((3, 4, 5)), version)
    for length in range(len(data)):
        with pytest.raises(BitstreamError):
            bitstream.read(data[:length])
        with pytest.raises(BitstreamError):
            bitstream.header(data[:length])
    with pytest.raises(BitstreamError, match=r"after the end of the channels: 1$"):
        bitstream.read(data + b"\0")


@settings(deadline=None, derandomize=True)
@given(st.binary(max_size=200))
def test_bytes_that_are_no_stream_are_refused_by_reason(data):
    with pytest.raises(BitstreamError, match=r"\w"):
        bitstream.read(b"\xff\xd8\xff\xe0" + data)


def _sealed(*fields, sizes=b"\1\1\0\0\0\1", channels=b"\7"):
    """A stream of version 2 with sound checksums, whatever its fields are: height, width, h, w, c."""
    parts = [b"L3IC\2" + struct.pack("<4IHB", *fields, 0), sizes, channels]
    return b"".join(part + struct.pack("<I", zlib.crc32(part)) for part in parts)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ((2**32 - 1, 2**32 - 1, 2**31, 2**31, 1), "limit"),
        ((2**14, 2**14 + 1, 1, 1, 1), "limit"),
        ((2**14, 2**14, 2**11, 2**11, 129), "limit"),
        ((8, 8, 2**11, 1, 1), "more cells on a side than pixels"),
        ((0, 8, 1, 1, 1), "empty"),
        ((8, 8, 0, 1, 1), "empty"),
        ((8, 8, 1, 1, 0), "empty"),
    ],
)
def test_sizes_are_refused_before_memory_is_taken(fields, reason):
    tracemalloc.start()
    with pytest.raises(BitstreamError, match=reason):
        bitstream.read(_sealed(*fields))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 20


def test_the_limit_is_the_callers():
    indices = _latent((4, 4, 3))
    data = bitstream.write(indices, height=30, width=31)
    assert bitstream.read(data, max_pixels=930).indices.shape == (4, 4, 3)
    for refused in (
        lambda: bitstream.read(data, max_pixels=929),
        lambda: bitstream.header(data, max_pixels=929),
        lambda: bitstream.write(indices, height=30, width=31, max_pixels=929),
        lambda: bitstream.read(bitstream.write(indices, version=1), max_pixels=1023),
    ):
        with pytest.raises(BitstreamError, match="above the limit of"):
            refused()


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"sizes": b"\0\1\0\0\0\1"}, "cannot be 1 channel sizes"),
        ({"sizes": b"\5\1\0\0\0\1"}, "cannot be 1 channel sizes"),
        ({"sizes": b"\1\0\0\0\0"}, "cannot be 1 channel sizes"),
        ({"sizes": b"\1\1\0\0\0\0"}, "channel 0 of 4 symbols says that it has 0 bytes"),
        ({"sizes": b"\1\1\0\0\0\5"}, "channel 0 of 4 symbols says that it has 5 bytes"),
        ({"sizes": b"\1\1\0\0\0\2"}, "should have 2 bytes, 1 are left"),
        ({"channels": b"\7\7"}, "after the end of the channels: 1$"),
        ({"sizes": b"\1\1\0\0\0\2", "channels": b"\7\7"}, "channel 0: entropy-coded bytes cannot be read"),
    ],
)
def test_what_checksums_do_not_see_is_refused_by_reason(parts, reason):
    assert (bitstream.read(_sealed(16, 16, 2, 2, 1)).indices == 7).all()
    with pytest.raises(BitstreamError, match=reason):
        bitstream.read(_sealed(16, 16, 2, 2, 1, **parts))


def test_a_version_to_come_is_named():
    data = bytearray(bitstream.write(_latent((2, 2, 2))))
    data[4] = 3
    with pytest.raises(BitstreamError, match="version 3; versions 1 and 2 can be read"):
        bitstream.read(bytes(data))
    with pytest.raises(BitstreamError, match="version 3 of the stream is not known"):
        bitstream.write(_latent((2, 2, 2)), version=3)


@pytest.mark.parametrize(
    "indices",
    [np.zeros((2, 2, 2)), np.zeros((2, 2), np.uint8), np.zeros((0, 2, 2), np.uint8), np.zeros((2, 2, 1), int)],
)
def test_what_is_no_latent_is_refused(indices):
    with pytest.raises(BitstreamError, match=r"uint8, shape \(h, w, c\)"):
        bitstream.write(indices)


def test_a_picture_smaller_than_its_latent_is_refused():
    with pytest.raises(BitstreamError, match="more cells on a side than pixels"):
        bitstream.write(np.zeros((4, 4, 1), np.uint8), height=3, width=32)


@pytest.mark.parametrize(
    "wrong", [{"architecture": ""}, {"architecture": "Twitter DCN"}, {"architecture": "x" * 65}, {"architecture": "é"},
              {"n_features": 0}, {"n_features": 65536}, {"weights_hash": bytes(7)}, {"weights_hash": bytes(17)}]
)  # fmt: skip
def test_an_identity_that_does_not_fit_the_stream_is_refused(wrong):
    with pytest.raises(BitstreamError, match="not"):
        ModelIdentity(**({"architecture": "TwitterDCN", "n_features": 8, "weights_hash": bytes(8)} | wrong))


def test_a_refused_stream_is_the_users_to_mend():
    assert issubclass(BitstreamError, UserError)
    with pytest.raises(UserError, match="no l3ic stream, or one of version 1 that is cut"):
        bitstream.read(b"")
