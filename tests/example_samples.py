"""What figures are drawn from besides tables: small samples, and lists of networks' layers."""

import numpy as np

from neural_imaging.tables import arrays


def layer(name, kind, inputs=(), **more):
    """A layer as `architecture.describe` lists it: without weights, unless a kernel is given."""
    plain = {"scale": 1.0, "features": 4, "kernel": None, "stride": None, "activation": None}
    weights = 10 * int("kernel" in more)
    return {
        "name": name,
        "kind": kind,
        "inputs": list(inputs),
        **plain,
        "weights": weights,
        "learns": weights > 0,
        **more,
    }


def networks():
    """A codec with a residual block, and two pipelines: one of steps, one with two branches."""
    convolution = {"kernel": 3, "stride": 1}
    encoder = [
        layer("images", "InputLayer", features=3),
        layer("first", "Conv2D", ["images"], scale=0.5, kernel=5, stride=2),
        layer("active", "Activation", ["first"], scale=0.5),
        layer("second", "Conv2D", ["active"], scale=0.5, **convolution),
        layer("third", "Conv2D", ["second"], scale=0.5, **convolution),
        layer("sum", "Add", ["first", "third"], scale=0.5),
        layer("last", "Conv2D", ["sum"], scale=0.25, kernel=5, stride=2, features=8),
    ]
    quantiser = [layer("quantizer", "Quantizer", scale=None, features=None)]
    decoder = [
        layer("latent", "InputLayer", scale=0.25, features=8),
        layer("up", "Conv2D", ["latent"], scale=0.25, features=16, **convolution),
        layer("space", "DepthToSpace", ["up"], scale=0.5),
    ]
    steps = [layer("stack", "InputLayer"), layer("demosaicing", "Demosaicing", ["stack"], kernel=5, scale=2.0)]
    branches = [
        layer("stack", "InputLayer"),
        layer("deep", "Conv2D", ["stack"], **convolution),
        layer("deeper", "Conv2D", ["deep"], **convolution),
        layer("bayer", "Conv2D", ["stack"], kernel=1, stride=1, learns=False),
        layer("joined", "Concatenate", ["deeper", "bayer"], features=8),
        layer("rgb", "DepthToSpace", ["joined"], scale=2.0, features=3),
    ]

    def network(name, **parts):
        listed = [{"name": part, "weights": 12345, "layers": layers} for part, layers in parts.items()]
        settings = {"n_features": 8, "latent_bpf": 5, "v": 50.0, "gamma": 25.0, "rounding": "soft-codebook"}
        return {"network": name, "weights": 1234567, "trainable_weights": 321, "settings": settings, "parts": listed}

    return {
        "codec": network("TwitterDCN", encoder=encoder, quantiser=quantiser, decoder=decoder),
        "standard": network("ClassicISP", network=steps),
        "neural": network("DNet", network=branches),
    }


def samples(folder):
    """Write small samples as the sample scripts do and return their paths by name."""
    rng = np.random.default_rng(3)
    photos = rng.integers(0, 256, (3, 48, 64, 3), np.uint8)
    contents = {
        "pipelines": {
            "image": np.array("a"),
            "names": np.array(["target", "INet", "UNet"]),
            "photos": photos,
            "psnr": np.array([np.nan, 30.0, 40.0]),
            "box": np.array([4, 8, 16]),
        },
        "difference": {
            "image": np.array("a"),
            "label": np.array("UNet, λ = 0.1"),
            "photos": photos[:2],
            "psnr": np.array([40.0, 38.0]),
            "amplified": photos[2],
            "amplification": np.array(20),
            "spectra": rng.normal(size=(3, 16, 16)).astype(np.float32),
            "box": np.array([4, 8, 16]),
        },
        "manipulations": {
            "image": np.array("a"),
            "names": np.array(["native", "sharpen:1", "jpeg:80"]),
            "patches": photos[:, :32, :32],
            "amplified": photos[:, 16:, :32],
            "amplification": np.array(5),
        },
        "codec_crops": {
            "images": np.array(["a", "b"]),
            "names": np.array(["original", "16c", "JPEG, nearest SSIM", "JPEG, nearest bpp"]),
            "crops": rng.integers(0, 256, (2, 4, 16, 16, 3), np.uint8),
            "bpp": np.array([[0.5, 0.9, 0.504], [0.4, 0.8, 0.396]]),
            "ssim": np.array([[0.9, 0.8996, 0.8], [0.85, 0.851, 0.7]]),
            "quality": np.array([[np.nan, 60, 30], [np.nan, 55, 25]]),
        },
        "spectra": {
            "codecs": np.array(["16c", "32c"]),
            "weights": np.array(["basic", "0.1", "0.001"]),
            "log_ratios": rng.normal(size=(2, 3, 16, 16)).astype(np.float32),
            "patches": np.array(9),
        },
        "codec_example": {
            "image": np.array("a"),
            "codec": np.array("16c"),
            "weights": np.array(["basic", "0.001"]),
            "photos": photos,
            "bpp": np.array([0.4, 0.5]),
            "ssim": np.array([0.9, 0.85]),
            "psnr": np.array([30.0, 29.0]),
            "bpp_mean": np.array([0.45, 0.56]),
            "ssim_mean": np.array([0.8, 0.82]),
            "count": np.array(12),
            "spectra": rng.normal(size=(3, 16, 16)).astype(np.float32),
            "box": np.array([4, 8, 16]),
        },
    }
    tiles = rng.normal(size=(2, 3, 8, 8, 3)).astype(np.float32)
    contents["signature"] = {
        "lambda_isp": np.array("fan-only"),
        "signature": np.array("1.5"),
        "classes": np.array(["native", "sharpen", "jpeg"]),
        "tile": tiles[0, 0],
        "spectrum": np.abs(tiles[0, 1, :, :, 0]),
        "manipulated": tiles[0],
        "received": tiles[1, :, :4, :4],
        "photos": photos[:2],
        "amplified": photos[2],
        "amplification": np.array(20),
    }
    for name, content in contents.items():
        arrays.write(folder / f"{name}.npz", content)
    return {name: folder / f"{name}.npz" for name in contents}
