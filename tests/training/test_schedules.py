"""Learning rates over epochs, and when a training ends early."""

import numpy as np
import pytest

from neural_imaging.training.callbacks import Convergence
from neural_imaging.training.loop import Schedule


def test_the_rate_falls_after_each_so_many_epochs():
    rate = Schedule(epochs=1, steps=1, batch=1, learning_rate=1e-4, decay=0.85, decay_every=100).rate
    steps = [round(np.log(rate(epoch) / 1e-4) / np.log(0.85)) for epoch in (0, 1, 99, 100, 101, 199, 200)]
    assert steps == [0, 0, 0, 1, 1, 1, 2]


def test_with_a_first_decay_the_rate_falls_after_the_first_epoch_too_and_then_every_so_many():
    schedule = Schedule(1, 1, 1, learning_rate=1e-4, decay=0.85, decay_every=100, first_decay=True)
    rate = schedule.rate
    steps = [round(np.log(rate(epoch) / 1e-4) / np.log(0.85)) for epoch in (0, 1, 100, 101, 200, 201, 1000)]
    assert steps == [0, 1, 1, 2, 2, 3, 10]


class Model:
    stop_training = False


def validations(watch, values, measure="val_loss"):
    """After how many validations a training with these numbers stops; None where it does not."""
    watch.set_model(Model())
    for place, value in enumerate(values):
        watch.on_epoch_end(place, {measure: value})
        if watch.model.stop_training:
            return place + 1
    return None


FALLING = [1 / (1 + place) for place in range(20)]


def test_a_training_stops_after_as_many_validations_without_improvement_as_its_patience():
    # Averages of four are the lowest with the values of places 3 to 6.
    values = [9, 8, 7, 6, 5, 4, 3, 5, 5, 5, 5, 5, 5]
    assert validations(Convergence(3), values) == 7 + 1 + 3
    assert validations(Convergence(2), values) == 7 + 1 + 2


def test_a_single_look_at_equal_averages_does_not_stop_a_training_that_improves():
    values = [*FALLING[:8], *FALLING[3:8], *FALLING[8:]]
    assert validations(Convergence(8), values) is None


def test_without_patience_a_training_never_stops():
    assert validations(Convergence(0), [1.0] * 100) is None


def test_an_improvement_below_the_tolerance_counts_as_none():
    values = [1 - 1e-4 * place for place in range(30)]
    assert validations(Convergence(5, 1e-5), values) is None
    assert validations(Convergence(5, 1e-2), values) == 4 + 5


@pytest.mark.parametrize(("rising", "stops"), [(True, None), (False, 4 + 5)])
def test_numbers_that_shall_grow_improve_by_growing(rising, stops):
    values = [0.5 + 0.01 * place for place in range(20)]
    watch = Convergence(5, measure="val_ssim", rising=rising)
    assert validations(watch, values, "val_ssim") == stops


def test_a_training_that_goes_on_after_a_stop_has_not_lost_its_patience():
    values = [9, 8, 7, 6, 5, 4, 3, 5, 5, 5, 5, 5, 5]
    first, second = Convergence(3), Convergence(3)
    assert validations(first, values[:9]) is None
    second.restore(first.state())
    assert validations(second, values[9:]) == 2
