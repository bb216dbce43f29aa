"""Gradients for tests, on the backend that runs them."""

import numpy as np


def value_and_gradient(function, values, cotangent=None):
    """A function's result, and the gradient of the sum of result × cotangent with respect to the values."""
    import tensorflow as tf

    values = tf.constant(values)
    with tf.GradientTape() as tape:
        tape.watch(values)
        result = function(values)
        total = tf.reduce_sum(result if cotangent is None else result * cotangent)
    gradient = tape.gradient(total, values)
    return np.asarray(result), None if gradient is None else np.asarray(gradient)
