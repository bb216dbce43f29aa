"""What TensorBoard shows of a codec's training beside its numbers."""

from pathlib import Path

import keras
import numpy as np
from keras import ops

from neural_imaging.ops.samples import to_unit

_PICTURES, _BINS = 6, 64


class CodecBoard(keras.callbacks.TensorBoard):
    """Shows pictures before and after the codec, and what its latent looks like, after each validation.

    Of the patches (uint8, n × height × width × 3), the most varied are shown.
    """

    def __init__(self, folder, codec, patches):
        super().__init__(Path(folder), write_graph=False)
        self._codec = codec
        order = np.argsort([-patch.var() for patch in patches], kind="stable")
        self._patches = patches[order[:_PICTURES]]
        self._board = None

    def on_train_begin(self, logs=None):
        super().on_train_begin(logs)
        self._board = self.summary.create_file_writer(str(Path(self.log_dir) / "pictures"))

    def on_epoch_end(self, epoch, logs=None):
        super().on_epoch_end(epoch, logs)
        if not any(name.startswith("val_") for name in logs or {}):
            return
        images = to_unit(self._patches)
        latent = self._codec.encoder(images)
        codes = self._codec.quantizer.nearest(latent)
        pairs = ops.concatenate([images, self._codec.decode(codes)], axis=1)
        pairs, latent, codes = map(ops.convert_to_numpy, (pairs, latent, codes))
        with self._board.as_default(step=epoch):
            self.summary.image("original above, compressed below", pairs, max_outputs=_PICTURES)
            self.summary.histogram("latent/before quantisation", latent, buckets=_BINS)
            self.summary.histogram("latent/codes", codes, buckets=_BINS)
            if self._codec.quantizer.train_codebook:
                self.summary.histogram("latent/codebook", self._codec.codebook, buckets=_BINS)

    def on_train_end(self, logs=None):
        super().on_train_end(logs)
        self._board.close()
