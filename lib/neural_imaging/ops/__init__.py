"""Differentiable operations on tensors. Whoever imports them without a backend for Keras reads one clear line."""

from neural_imaging.base import runtime

runtime.require_backend()
