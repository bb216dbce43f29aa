import example_tests
import numpy as np
import pytest

from neural_imaging.figures import fingerprints, fingerprints_roc


def test_the_heat_map_has_the_correlations_and_the_truth():
    left, middle, right, last = fingerprints.draw(example_tests.fingerprints()).axes
    assert [label.get_text() for label in left.get_xticklabels()] == ["bilinear", "menon", "libRAW", "the truth"]
    # Of LibRaw, which develops files alone, the truth is not known.
    shown = [text.get_text() for text in left.texts]
    assert shown == ["1.00", "0.70", "0.50", "0.90", "0.70", "1.00", "0.40", "0.80", "0.50", "0.40", "1.00"]
    # A line a pipeline, and one of pairs that differ.
    assert len(middle.lines) == 4
    # Those that are not cleaned too; and chance.
    assert (len(right.lines), len(last.lines)) == (4 + 3, 4 + 1)


def test_lines_are_of_pairs_that_are_alike_and_the_mean_of_the_others():
    table = example_tests.fingerprints()
    _, middle, _, _ = fingerprints.draw(table).axes
    alike = table.query("enrolled == 'menon' and tested == 'menon' and cleaned == 'yes'")["pce_matched"]
    assert middle.lines[1].get_ydata() == pytest.approx(alike.to_numpy())
    others = table.query("enrolled != tested").groupby("patch")["pce_matched"].mean()
    assert middle.lines[3].get_ydata() == pytest.approx(others.to_numpy())


def test_the_roc_has_a_panel_for_each_side_and_begins_at_the_least_rate():
    small, large = fingerprints_roc.draw(example_tests.fingerprints_roc()).axes
    assert [axes.get_title() for axes in (small, large)] == ["patches of 64 pixels", "patches of 128 pixels"]
    # Chance, the pipeline and pairs that differ.
    assert len(small.lines) == 3
    assert small.lines[1].get_xydata() == pytest.approx(np.array([[10, 50], [10, 100], [100, 100]]))


def test_the_roc_of_devices_that_are_all_told_apart_is_a_line():
    table = example_tests.fingerprints_roc().query("patch == 128").assign(false_positives=0)
    (axes,) = fingerprints_roc.draw(table).axes
    assert axes.lines[1].get_xydata() == pytest.approx(np.array([[0.5, 100], [100, 100]]))
