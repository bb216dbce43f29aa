"""Adam with parts of a model that learn slower, or later, and with averages."""

import keras
import numpy as np
import pytest
from keras import ops

from neural_imaging.training.partwise import PartwiseAdam

GRADIENTS = np.random.default_rng(0).normal(size=(6, 2, 3)).astype(np.float32)


def _positions(optimizer, variables):
    """Where two variables are after each step; the gradients are the same for all optimizers."""
    optimizer.build(variables)
    places = []
    for first, second in GRADIENTS:
        optimizer.apply([ops.convert_to_tensor(first), ops.convert_to_tensor(second)], variables)
        places.append([ops.convert_to_numpy(variable).copy() for variable in variables])
    return np.array(places)


def _variables():
    return [keras.Variable(np.zeros(3, np.float32)) for _ in range(2)]


def test_a_part_takes_its_share_of_each_step_and_others_take_all():
    plain = _positions(keras.optimizers.Adam(0.01), _variables())
    variables = _variables()
    partwise = _positions(PartwiseAdam(0.01, [(variables[1], 0.25)]), variables)
    np.testing.assert_array_equal(partwise[:, 0], plain[:, 0])
    np.testing.assert_allclose(np.diff(partwise[:, 1], axis=0), 0.25 * np.diff(plain[:, 1], axis=0), atol=1e-8)


def test_a_part_stays_before_its_lead_is_over_and_then_steps_as_if_it_had_moved():
    plain = _positions(keras.optimizers.Adam(0.01), _variables())
    variables = _variables()
    late = _positions(PartwiseAdam(0.01, [(variables[0], 1.0)], lead=3), variables)
    assert not late[:3, 0].any()
    np.testing.assert_allclose(np.diff(late[2:, 0], axis=0), np.diff(plain[2:, 0], axis=0), atol=1e-8)
    np.testing.assert_array_equal(late[:, 1], plain[:, 1])


def test_the_variables_are_the_models_and_not_the_optimizers():
    variables = _variables()
    optimizer, plain = PartwiseAdam(0.01, [(variables[0], 0.5)]), keras.optimizers.Adam(0.01)
    optimizer.build(variables)
    plain.build(_variables())
    assert len(optimizer.variables) == len(plain.variables)


def test_averages_are_of_all_steps_at_first_and_then_exponential():
    variables = _variables()
    optimizer = PartwiseAdam(0.01, [(variables[1], 0.25)], averaged=3)
    places, means = _positions(optimizer, variables), []
    for step, place in enumerate(places):
        means.append(place if step == 0 else means[-1] + (place - means[-1]) / min(step + 1, 3))
    np.testing.assert_allclose(means[2], places[:3].mean(0), rtol=1e-5)
    assert [variable for variable, _ in optimizer.averages] == variables
    np.testing.assert_allclose([ops.convert_to_numpy(mean) for _, mean in optimizer.averages], means[-1], rtol=1e-5)


def test_nothing_is_averaged_by_default():
    optimizer = PartwiseAdam(0.01)
    _positions(optimizer, _variables())
    assert optimizer.averages == []


@pytest.mark.parametrize("compiled", [False, True])
def test_a_model_trains_with_it(compiled):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), keras.layers.Dense(1)])
    first, second = model.layers
    before = [layer.get_weights() for layer in model.layers]
    factors = [(variable, 0.5) for variable in first.trainable_variables]
    model.compile(PartwiseAdam(0.01, factors, lead=4), "mse", run_eagerly=not compiled)
    x = np.random.default_rng(1).normal(size=(8, 3)).astype(np.float32)
    model.fit(x, x.sum(1, keepdims=True), batch_size=2, epochs=1, verbose=0)
    assert all(np.array_equal(*pair) for pair in zip(first.get_weights(), before[0], strict=True))
    assert not np.array_equal(second.get_weights()[0], before[1][0])
    model.fit(x, x.sum(1, keepdims=True), batch_size=2, epochs=1, verbose=0)
    assert not np.array_equal(first.get_weights()[0], before[0][0])
