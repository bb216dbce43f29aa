import pytest

from neural_imaging.errors import UserError
from neural_imaging.training import forensics, isp, options


@pytest.mark.parametrize(
    "name", ["batch", "epochs", "steps", "patch", "validation_every", "decay_every", "learning_rate"]
)
@pytest.mark.parametrize("value", [0, -1, "a", None, True, float("nan")])
def test_numbers_of_a_training_are_above_zero(name, value):
    with pytest.raises(UserError, match=f"setting {name} is"):
        options.complete({name: value}, forensics.DEFAULTS, "training")


@pytest.mark.parametrize("defaults", [isp.DEFAULTS, forensics.DEFAULTS])
def test_a_tolerance_of_zero_is_taken(defaults):
    assert options.complete({"tolerance": 0}, defaults, "training")["tolerance"] == 0
    with pytest.raises(UserError, match="at least 0"):
        options.complete({"tolerance": -1}, defaults, "training")


@pytest.mark.parametrize(
    ("setting", "message"),
    [({"drop": 5.0}, "drop is 5.0; .* at most 1"), ({"drop_above": 0.5}, "drop_above is 0.5; .* at least 1")],
)
def test_a_drop_that_would_raise_the_rate_or_always_come_is_refused(setting, message):
    with pytest.raises(UserError, match=message):
        options.schedule({**options.SCHEDULE, **setting})
