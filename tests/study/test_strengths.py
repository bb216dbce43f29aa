"""Strengths of manipulations, without the functions behind them."""

import pytest

from neural_imaging.base.errors import UserError
from neural_imaging.forensics import manipulations
from neural_imaging.study import strengths


def test_every_manipulation_is_declared_and_can_be_done():
    assert list(strengths.MANIPULATIONS) == manipulations.names()
    for name in strengths.MANIPULATIONS:
        assert callable(manipulations.get(name).function)


@pytest.mark.parametrize("name", strengths.MANIPULATIONS)
def test_usual_strengths_and_those_that_are_drawn_can_be_taken(name):
    declared = strengths.get(name)
    for strength in (declared.strength, declared.low, declared.high):
        strengths.checked(name, strength)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("jpeg:101", "jpeg takes a strength from 1 to 100, not 101; it is usually 80"),
        ("jpeg:80.5", "jpeg takes whole numbers, not 80.5"),
        ("median:1", "median takes a strength from 2 to 15, not 1"),
        ("awgn:inf", "awgn takes a strength from 0 to 1000, not inf"),
        ("native:-1", "native takes a strength from 0 on, not -1"),
        ("sharpen:nan", "sharpen takes a strength from 0 to 1000, not nan"),
        ("jpeg:high", "the strength must be a number, as in jpeg:80"),
        ("blur:1", "manipulation 'blur' is not known; known are native, sharpen"),
    ],
)
def test_a_strength_that_cannot_be_taken_is_refused(text, message):
    with pytest.raises(UserError, match=r".") as refusal:
        strengths.parse(text)
    assert message in str(refusal.value)


def test_what_is_drawn_may_lie_between_whole_numbers():
    assert strengths.checked("jpeg", 80.5, fraction=True) == 80.5


def test_two_that_come_to_the_same_are_refused():
    with pytest.raises(UserError, match="'median:4' and 'median:5' are the same"):
        strengths.classes(["median:4", "median:5"])
    with pytest.raises(UserError, match="'native' is class 0"):
        strengths.classes(["native"])


@pytest.mark.parametrize("text", ["sharpen:0", "awgn:0", "awgn:0.0", "resample:100", "resample:1", "resample-tf1:1.0",
                                  "gaussian:0.1"])  # fmt: skip
def test_what_leaves_pictures_as_they_are_is_no_class(text):
    with pytest.raises(UserError, match=f"{text!r} leaves pictures as they are, which is class 0"):
        strengths.classes(["jpeg:80", text])
