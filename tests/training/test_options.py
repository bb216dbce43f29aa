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
