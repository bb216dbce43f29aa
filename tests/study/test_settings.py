"""Kinds of settings, and their checks."""

import numpy as np
import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.study.settings import Boolean, Choice, Even, Matrix, Number, Odd, Pattern, Whole, Wholes, choose

DECLARED = {
    "steps": (3, Whole(1, 6)),
    "width": (8, Whole(1, lambda settings: 2 ** settings["steps"])),
    "side": (None, Odd(3, 9)),
}


@pytest.mark.parametrize(
    ("kind", "given", "taken"),
    [
        (Number(0, 1), 0.5, 0.5),
        (Whole(1, 4), np.int64(4), 4),
        (Odd(1, 9), 3, 3),
        (Even(0, 8), 0, 0),
        (Wholes(1, 9), (1, 9), [1, 9]),
        (Wholes(1, 9), [], []),
        (Boolean(), False, False),
        (Choice(("a", "b")), "b", "b"),
        (Pattern(), "rggb", "RGGB"),
        (Matrix(), np.eye(3, dtype=np.float32), [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
    ],
)
def test_what_fits_is_given_back_as_plain_values(kind, given, taken):
    value = kind.read("x", given)
    assert value == taken
    assert type(value) is type(taken)


@pytest.mark.parametrize(
    ("kind", "given", "message"),
    [
        (Number(0, 1), True, "x must be a number from 0 to 1, not True"),
        (Number(0, 1), float("nan"), "not nan"),
        (Number(0, 1), "0.5", "not '0.5'"),
        (Whole(1, 4), 2.0, "x must be a whole number from 1 to 4, not 2.0"),
        (Whole(1, 4), 5, "not 5"),
        (Odd(3, 11), 4, "x must be an odd whole number from 3 to 11, not 4"),
        (Even(8, 512), 9, "x must be an even whole number from 8 to 512, not 9"),
        (Wholes(1, 9), "12", "x must be a list of whole numbers, not '12'"),
        (Wholes(1, 9), [1, 10], "x must be a whole number from 1 to 9, not 10"),
        (Wholes(1, 9), [1] * 65, "x must be a list of at most 64 whole numbers, not of 65"),
        (Boolean(), "no", "x must be true or false, not 'no'"),
        (Choice(("a", "b")), ["a"], "x must be one of a, b, not"),
        (Pattern(), "XTRANS", "x 'XTRANS' is not known; known are RGGB, BGGR, GRBG, GBRG"),
        (Matrix(), [1, 2, 3], "x must be a 3×3 matrix of numbers"),
        (Matrix(), [[1, 0, 0], [0, 1, 0], [0, 0, float("inf")]], "x must be a 3×3 matrix of numbers"),
        (Matrix(), "abc", "x must be a 3×3 matrix of numbers"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(kind, given, message):
    with pytest.raises(UserError, match="x ") as refusal:
        kind.read("x", given)
    assert message in str(refusal.value)


def test_settings_that_are_not_given_have_their_defaults_and_others_are_given_back():
    assert choose(DECLARED, {"steps": 4, "name": "net"}) == ({"steps": 4, "width": 8, "side": None}, {"name": "net"})


def test_a_limit_may_follow_from_another_setting():
    assert choose(DECLARED, {"steps": 6, "width": 64})[0]["width"] == 64
    with pytest.raises(UserError, match="width must be a whole number from 1 to 4, not 5"):
        choose(DECLARED, {"steps": 2, "width": 5})


def test_messages_name_a_setting_as_the_user_does():
    with pytest.raises(UserError, match=r"^isps\.UNet\.steps: must be a whole number from 1 to 6, not 9$"):
        choose(DECLARED, {"steps": 9}, lambda name: f"isps.UNet.{name}:")
