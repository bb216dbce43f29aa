# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # From a RAW file to the question what was done to a photograph
#
# This notebook goes once through everything that the library is for. It needs no downloads and no graphics card, and
# takes about three minutes on two cores. Each cell is short enough to be copied into work of your own.
#
# `docs/getting_started.py` is its source; `make notebook` runs it and writes `docs/getting_started.ipynb`.

# %%
import os
import tempfile
import time

import keras
import matplotlib.pyplot as plt
import numpy as np
from skimage import data

import neural_imaging as ni
from neural_imaging.models.jpeg import LibJPEG

# %config InlineBackend.figure_formats = ["jpeg"]

# RAW files go into a folder of their own.
os.chdir(tempfile.mkdtemp())
keras.utils.set_random_seed(1)


def show(pictures, titles, height=3.2, **options):
    _, axes = plt.subplots(1, len(pictures), figsize=(height * len(pictures), height), layout="constrained")
    for axis, picture, title in zip(np.atleast_1d(axes), pictures, titles, strict=True):
        axis.imshow(picture, **options)
        axis.set_title(title, fontsize=9)
        axis.axis("off")
    plt.show()


# %% [markdown]
# ## 1. A RAW file
#
# A simulated camera photographs a scene and writes a DNG file, which other RAW converters open too. With a camera of
# your own, give the path of a NEF, CR2, ARW or DNG file instead.


# %%
def photograph(picture, name, seed):
    scene = (picture[: picture.shape[0] // 2 * 2, : picture.shape[1] // 2 * 2] / 255.0) ** 2.2
    return ni.simulate_raw(0.8 * scene, f"{name}.dng", seed=seed)


scenes = {"astronaut": data.astronaut(), "coffee": data.coffee(), "cat": data.chelsea(), "rocket": data.rocket()}
files = {name: photograph(scene, name, seed) for seed, (name, scene) in enumerate(scenes.items())}
raw = files["astronaut"]
print(raw)

# %% [markdown]
# ## 2. The stack
#
# Networks take RAW photographs as stacks of half the height and width: red, two greens, blue, from 0 (black level) to 1
# (white level), white-balanced.

# %%
print(raw.stack.shape, raw.stack.dtype, raw.stack.min(), raw.stack.max())
show(np.moveaxis(raw.stack, -1, 0) ** (1 / 2.2), ["red", "green 1", "green 2", "blue"], cmap="gray", vmin=0, vmax=1)

# %% [markdown]
# ## 3. Four pipelines
#
# The papers' target (Menon's demosaicing, colour matrix, gamma), LibRaw, the classic pipeline as differentiable layers,
# and a network, which has not learned yet.

# %%
pipelines = ["Python", "libRAW", "ClassicISP", "INet"]
developed = [ni.develop(raw, pipeline) for pipeline in pipelines]
show([picture[60:188, 180:308] for picture in developed], pipelines)

# %% [markdown]
# ## 4. Manipulations
#
# What the forensic network must recognise. Gradients pass through all of them.

# %%
MANIPULATIONS = ["sharpen:1", "gaussian:0.83", "jpeg:80", "resample:50"]

picture = developed[0]
batch = picture[None].astype("float32") / 255
changed = [np.asarray(ni.manipulate(batch, text))[0] for text in MANIPULATIONS]
show([each[60:188, 180:308] for each in changed], MANIPULATIONS)
differences = [np.clip(0.5 + 5 * (each - batch[0]), 0, 1) for each in changed]
show([each[60:188, 180:308] for each in differences], ["5 × the difference"] * len(differences))

# %% [markdown]
# ## 5. The way of a photograph: a channel
#
# Half the size, then JPEG. A channel can have any number of steps; `docs/channels.md` describes them.

# %%
channel = ni.Channel("pool", 2, "jpeg", quality=50)
received = np.clip(np.asarray(channel(batch))[0], 0, 1)
show([picture, received], [f"{picture.shape[1]} pixels wide", f"received: {received.shape[1]} pixels wide"])

# %% [markdown]
# ## 6. JPEG, twice
#
# `DifferentiableJPEG` passes gradients and stands for libjpeg in trainings. `LibJPEG` writes real files.

# %%
for quality in (30, 50, 80, 95):
    smooth = np.asarray(ni.DifferentiableJPEG(quality, rounding="soft")(batch))
    real = np.asarray(LibJPEG(quality)(batch))
    error = np.abs(255 * (np.clip(smooth, 0, 1) - real))
    print(f"quality {quality}: {error.mean():.2f} levels apart on average, {error.max():.0f} at most")

# %% [markdown]
# ## 7. A forensic network, trained for a minute
#
# Photographs are cut into patches with a margin around them. What lies in the margin is manipulated and sent along, and
# cut off last, so that no border of a patch gives the answer away. The channel is a mild one: JPEG of quality 90.

# %%
WINDOW, SECONDS = 64, 60
fan = ni.create("FAN", n_classes=5, patch_size=WINDOW, n_filters=16, kernel=3, n_dense=0)
mild = ni.Channel("none", 1, "jpeg", quality=90, rounding="soft")
model = ni.ForensicPipeline(ni.create("ONet"), mild, fan, MANIPULATIONS, trainable=(), margin="reach")
SIDE = WINDOW + 2 * 2 * model.margin.cells

photographs = [ni.develop(file) for name, file in files.items() if name != "astronaut"]
rng = np.random.default_rng(0)


def patches(count):
    for _ in range(count):
        image = photographs[rng.integers(len(photographs))]
        y, x = (rng.integers(0, (length - SIDE) // 2) * 2 for length in image.shape[:2])
        yield image[y : y + SIDE, x : x + SIDE].astype("float32") / 255


model.compile(keras.optimizers.Adam(0.0015))
losses, start = [], time.monotonic()
while time.monotonic() - start < SECONDS:
    step = np.stack(list(patches(4)))
    losses.append(model.train_on_batch(step, step, return_dict=True)["cross_entropy"])
print(f"{len(losses)} steps")
plt.figure(figsize=(6, 2.5))
plt.plot(np.convolve(losses, np.ones(20) / 20, "valid"))
plt.xlabel("step")
plt.ylabel("cross-entropy")
plt.show()

# %% [markdown]
# ## 8. Its confusion, on a photograph that it has not seen
#
# The astronaut is manipulated whole and sent whole, through the real JPEG. Only then does the network look at windows.

# %%
sent = [batch, *(np.asarray(ni.manipulate(batch, text)) for text in MANIPULATIONS)]
received = [np.asarray(LibJPEG(90)(np.clip(version, 0, 1)))[0] for version in sent]
answers = [ni.classify(version, model).iloc[1:][model.classes].to_numpy() for version in received]
confusion = np.stack([np.eye(5)[each.argmax(axis=1)].mean(axis=0) for each in answers])
print(f"accuracy: {100 * confusion.trace() / 5:.0f} %, by chance 20 %")

figure, axis = plt.subplots(figsize=(4, 3.4), layout="constrained")
axis.imshow(confusion, cmap="Blues", vmin=0, vmax=1)
axis.set_xticks(range(5), model.classes, rotation=30)
axis.set_yticks(range(5), model.classes)
axis.set(xlabel="answer", ylabel="truth")
for row, column in np.ndindex(5, 5):
    share = confusion[row, column]
    axis.text(column, row, f"{100 * share:.0f}", ha="center", va="center", color="white" if share > 0.5 else "black")
plt.show()

# %% [markdown]
# ## 9. A map of a photograph
#
# One half of the photograph is blurred. The map shows the network's probability of `gaussian`, window by window.

# %%
half = received[0].copy()
half[:, half.shape[1] // 2 :] = received[2][:, half.shape[1] // 2 :]
table = ni.classify(half, model, step=32).iloc[1:]
grid = table.pivot(index="row", columns="column", values="gaussian").to_numpy()
show([half], ["right half blurred"])
show([grid], ["probability of gaussian"], cmap="viridis", vmin=0, vmax=1)

# %% [markdown]
# ## 10. A learned codec
#
# `ni.load("l3ic-32c")` loads a codec that comes with the library. The bits are real: entropy-coded bytes.

# %%
codec = ni.load("l3ic-32c")
data_bytes = ni.compress(picture, codec)
decoded = ni.decompress(data_bytes, codec)
rate = 8 * len(data_bytes) / picture[..., 0].size
show([picture[60:188, 180:308], decoded[60:188, 180:308]], ["before", f"{rate:.2f} bits a pixel"])

# %% [markdown]
# ## Where to go on
#
# * `make demo` trains cameras and forensic networks jointly, so that traces survive the channel.
# * [The library](library.md) has ten more examples, [Experiments](experiments.md) all tables and figures.
# * [Photographs](data.md): the same with RAW files of your own.
