import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.training import codec, forensics, isp, options


@pytest.mark.parametrize(
    "name", ["batch", "epochs", "steps", "patch", "validation_every", "decay_every", "learning_rate"]
)
@pytest.mark.parametrize("value", [0, -1, "a", None, True, float("nan")])
def test_numbers_of_a_training_are_above_zero(name, value):
    with pytest.raises(UserError, match=f"setting {name} must be"):
        options.complete({name: value}, forensics.DEFAULTS, "training")


@pytest.mark.parametrize("defaults", [isp.DEFAULTS, forensics.DEFAULTS])
@pytest.mark.parametrize("name", ["patience", "tolerance"])
def test_a_patience_and_a_tolerance_of_zero_are_taken(defaults, name):
    assert options.complete({name: 0}, defaults, "training")[name] == 0
    with pytest.raises(UserError, match=r"number from 0 (up|to 2147483647), not -1"):
        options.complete({name: -1}, defaults, "training")


@pytest.mark.parametrize("defaults", [isp.DEFAULTS, forensics.DEFAULTS, codec.DEFAULTS])
def test_trainings_do_not_stop_early_unless_they_are_told_to(defaults):
    assert options.schedule(options.complete({}, defaults, "training")).patience == 0


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"drop": 5.0}, "drop must be a number above 0 and up to 1, not 5.0"),
        ({"drop_above": 0.5}, "drop_above must be a number from 1 up, not 0.5"),
    ],
)
def test_a_drop_that_would_raise_the_rate_or_always_come_is_refused(setting, message):
    with pytest.raises(UserError, match=message):
        options.complete(setting, options.SCHEDULE, "training")
