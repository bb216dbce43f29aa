"""Threads, determinism and memory of the backend. The only module that imports TensorFlow."""

import contextlib
import ctypes
import importlib.util
import json
import os
import sys
from pathlib import Path

from neural_imaging.base import cards
from neural_imaging.base.errors import UserError

# Of mallopt: by how much a heap grows at a time, and what it keeps at its end when memory is freed.
_TOP_PAD, _KEPT_BYTES = -2, 64 * 2**20
# What Keras's own defaults must be; where its file ~/.keras/keras.json says otherwise, it does so for another project.
_SETTINGS = {"floatx": "float32", "image_data_format": "channels_last", "epsilon": 1e-7}
_BACKENDS = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}
# What Keras, and TensorFlow too, import where it is there, for users who give them its data or ask them for plots.
_OFFERED, _TO_TENSORFLOW = ("IPython", "matplotlib", "pandas", "sklearn"), ("jax", "scipy")


class MissingBackendError(UserError, ImportError):
    """Keras has nothing to compute with."""


def configure(threads=None, seed=None, deterministic=False, own_card=False):
    """Prepare Keras's backend. Call it before anything imports keras.

    The backend is the one that KERAS_BACKEND names, TensorFlow by default. What else the user's keras.json says is for
    other projects: networks compute in float32, with channels last.

    What Keras would import besides, where it is installed, takes half of its start, and is left out: Keras then knows
    nothing of data frames, of wrappers for scikit-learn and of its own plots. Whoever imports pandas, scikit-learn or
    matplotlib has all of them as ever.

    Args:
        threads: processor threads to use; None leaves the backend's own choice.
        seed: seeds Python's, NumPy's and the backend's generators.
        deterministic: operations give the same bits in each run, at some cost in speed.
        own_card: use one graphics card that no other training uses, and wait for it, where the machine has any.
    """
    if own_card:
        cards.claim()
    _keep_memory()
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # TensorFlow turns these convolutions on by itself only where the processor has AVX-512; they are twice as fast
    # without it too. It looks once, when it is imported.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    require_backend()
    if threads is not None:
        os.environ["OMP_NUM_THREADS"] = str(threads)
    if os.environ["KERAS_BACKEND"] == "tensorflow":
        _configure_tensorflow(threads, deterministic)
    elif os.environ["KERAS_BACKEND"] == "jax":
        os.environ.setdefault("JAX_DEFAULT_MATMUL_PRECISION", "float32")
        if deterministic:
            os.environ["XLA_FLAGS"] = os.environ.get("XLA_FLAGS", "") + " --xla_gpu_deterministic_ops=true"
    with _hidden(_OFFERED):
        import keras

    for name, value in _SETTINGS.items():
        getattr(keras.config, f"set_{name}")(value)
    keras.config.set_dtype_policy(_SETTINGS["floatx"])
    if seed is not None:
        keras.utils.set_random_seed(seed)


def require_backend():
    """Refuse, before Keras is imported, a backend of KERAS_BACKEND or keras.json that is not installed."""
    name = os.environ.get("KERAS_BACKEND") or _backend_of_file()
    if name not in _BACKENDS:
        raise MissingBackendError(
            f"{name!r}, with which Keras would compute (KERAS_BACKEND, or keras.json), is none of "
            f"{', '.join(_BACKENDS)}; networks cannot be trained with another"
        )
    if name not in sys.modules and importlib.util.find_spec(name) is None:
        others = " or ".join(sorted(_BACKENDS.keys() - {name}))
        raise MissingBackendError(
            f"{_BACKENDS[name]}, with which Keras would compute, is not installed; install {name}, or name another "
            f"backend in the environment variable KERAS_BACKEND: {others}"
        )


def _backend_of_file():
    """The backend that Keras takes where KERAS_BACKEND is not set."""
    folder = os.environ.get("KERAS_HOME") or Path.home() / ".keras"
    try:
        return json.loads(Path(folder, "keras.json").read_text(encoding="utf-8")).get("backend", "tensorflow")
    except (OSError, ValueError, AttributeError):
        return "tensorflow"


def check_settings():
    """Refuse to make networks where Keras is set to compute in another way than they need."""
    used = settings()
    wrong = [f"{name} {used[name]}" for name, value in _SETTINGS.items() if used[name] != value]
    if wrong:
        raise UserError(
            f"Keras is set to {', '.join(wrong)} (perhaps by keras.json), and networks need "
            f"{', '.join(str(value) for value in _SETTINGS.values())}; runtime.configure() sets that"
        )


def settings():
    """How Keras computes: its backend and defaults, by name."""
    import keras

    return {"backend": keras.backend.backend(), **{name: getattr(keras.config, name)() for name in _SETTINGS}}


@contextlib.contextmanager
def _hidden(names):
    """Let imports find none of these packages, but for those that are imported already."""
    hidden = [name for name in names if name not in sys.modules]
    # To Python a module that is None is one that cannot be imported.
    sys.modules.update(dict.fromkeys(hidden))
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


def _keep_memory():
    """Let the GNU C library keep freed memory: each step gives back and takes again what the last one had.

    It costs a third of a small training's time to have the system clear those pages anew. Other C libraries do not
    have this setting, and need none.
    """
    if sys.platform == "linux" and hasattr(library := ctypes.CDLL(None), "mallopt"):
        library.mallopt(_TOP_PAD, _KEPT_BYTES)


def _configure_tensorflow(threads, deterministic):
    with _silence(), _hidden(_OFFERED + _TO_TENSORFLOW):
        import tensorflow as tf

    # Whoever develops with several networks would be told that each of them is compiled.
    tf.get_logger().setLevel("ERROR")
    if threads is not None:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)
    for gpu in tf.config.list_physical_devices("GPU"):
        tf.config.experimental.set_memory_growth(gpu, True)
    # Graphics cards round float32 products to 10 bits unless told otherwise: too coarse for colour and JPEG. Whoever
    # wants speed asks for mixed_bfloat16, which keeps those parts exact.
    tf.config.experimental.enable_tensor_float_32_execution(False)
    if deterministic:
        tf.config.experimental.enable_op_determinism()


def accelerator():
    """Kind of the graphics card that the backend computes on, e.g. "NVIDIA H200"; None where there is none."""
    import keras

    if keras.backend.backend() == "jax":
        import jax

        device = jax.devices()[0]
        return device.device_kind if device.platform == "gpu" else None
    if keras.backend.backend() == "torch":
        import torch

        return torch.cuda.get_device_name() if torch.cuda.is_available() else None
    import tensorflow as tf

    cards = tf.config.list_physical_devices("GPU")
    return tf.config.experimental.get_device_details(cards[0]).get("device_name", "GPU") if cards else None


def arithmetic():
    """What decides, beside settings, data and code, which bits a deterministic training ends with.

    Sums are taken in another order by one thread than by several, whose number does not matter, and by another backend
    or card. JSON types.
    """
    import keras

    name = keras.backend.backend()
    threads = int(os.environ.get("OMP_NUM_THREADS") or 0)
    if name == "tensorflow":
        import tensorflow as tf

        threads = tf.config.threading.get_intra_op_parallelism_threads()
    if not threads:
        threads = processors()
    version = getattr(sys.modules[name], "__version__", "")
    return {"backend": f"{name} {version}", "card": accelerator(), "threads": "several" if threads > 1 else "one"}


def processors():
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def graph(function):
    """Let a function of tensors run as one graph, whose intermediate results are freed as soon as they are used.

    Without it, TensorFlow runs a network layer by layer, and Keras keeps every layer's result until the end.
    """
    import keras

    if keras.backend.backend() != "tensorflow":
        return function
    import tensorflow as tf

    return tf.function(function, reduce_retracing=True)


def on_host(function, images, *numbers):
    """Let a function of NumPy arrays take part in a graph of tensors, on the processor. No gradient passes through it.

    Args:
        function: of an array, float32, and numbers as arrays; it gives an array of the first one's shape, float32.
        images: a tensor, float32.
        numbers: scalar tensors.

    Returns:
        A tensor like `images`.
    """
    import keras

    if keras.backend.backend() == "jax":
        import jax
        import numpy as np

        def plain(*arrays):
            # With JAX's own arrays the function would wait for the computation that waits for it.
            return function(*map(np.asarray, arrays))

        shape = jax.ShapeDtypeStruct(images.shape, "float32")
        return jax.pure_callback(plain, shape, images, *numbers, vmap_method="sequential")
    if keras.backend.backend() == "torch":
        import torch

        arrays = (tensor.detach().cpu().numpy() for tensor in (images, *numbers))
        return torch.from_numpy(function(*arrays)).to(images.device)
    import tensorflow as tf

    result = tf.numpy_function(function, [images, *numbers], tf.float32)
    result.set_shape(images.shape)
    return result


@contextlib.contextmanager
def _silence():
    """Drop what TensorFlow's libraries print while they load: greetings, whatever their log level is set to."""
    sys.stderr.flush()
    kept = os.dup(2)
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
