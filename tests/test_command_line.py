import argparse

import pytest

from neural_imaging import command_line
from neural_imaging.errors import UserError


def ends(main, capsys):
    with pytest.raises(SystemExit) as ended:
        command_line.run(main)
    assert ended.value.code == 2
    return capsys.readouterr().err


def test_a_folder_in_the_place_of_a_file_ends_with_one_line(tmp_path, capsys):
    assert ends(tmp_path.read_text, capsys).endswith(f"{tmp_path}: Is a directory\n")


def test_keras_adds_nothing_to_the_message_of_a_mistake(capsys):
    def main():
        import numpy as np

        from neural_imaging import models

        models.create("UNet", n_steps=3, n_filters=2)(np.zeros((1, 18, 18, 4), np.float32))

    line = ends(main, capsys)
    assert line.count("\n") == 1
    assert line.endswith("a UNet of 3 steps takes Bayer stacks whose sides are multiples of 4, not 18 × 18\n")


def test_settings_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    with pytest.raises(UserError, match="not a text file"):
        command_line.settings(str(tmp_path / "picture.png"))


@pytest.mark.parametrize("text", ["-1", "0", "1.5", "two", ""])
def test_a_number_of_threads_is_at_least_one(text):
    with pytest.raises(argparse.ArgumentTypeError, match="at least 1"):
        command_line.count(text)


def test_a_seed_is_not_negative():
    assert command_line.seed("0") == 0
    with pytest.raises(argparse.ArgumentTypeError, match="at least 0"):
        command_line.seed("-1")
