import example_tests
import pandas as pd
import pytest

from neural_imaging.figures import attacks


def test_each_panel_has_both_attacks_over_the_number_of_photographs():
    drawing = attacks.draw(example_tests.attacks())
    correlation, accuracy, detected, forged, psnr = drawing.axes
    developed, received = (bars.lines[0] for bars in correlation.containers)
    assert developed.get_xdata().tolist() == received.get_xdata().tolist() == [1, 5]
    assert developed.get_ydata().tolist() == pytest.approx([0.8, 0.9])
    assert received.get_ydata().tolist() == pytest.approx([0.7, 0.8])
    # Theory says nothing of received ones.
    assert correlation.lines[-1].get_ydata().tolist() == [0.95, 0.95]
    assert detected.containers[0].lines[0].get_ydata().tolist() == [100, 25]
    # Removed, and fainter what is forged.
    assert len(psnr.containers) == 4
    for axes, values in ((accuracy, [75, 25]), (detected, [100, 0]), (forged, [25, 0])):
        assert [line.get_ydata()[0] for line in axes.lines if line.get_linestyle() in ("--", ":")] == pytest.approx(
            values
        )


def test_strengths_are_told_apart():
    table = example_tests.attacks()
    other = table.assign(signature="1", correlation=table["correlation"] / 2)
    drawing = attacks.draw(pd.concat([table, other]))
    assert len(drawing.axes[0].containers) == 4
    assert "received, signature 1" in [text.get_text() for text in drawing.legends[0].get_texts()]
