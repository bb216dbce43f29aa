"""A small finished study, and the pages of it."""

import finished_study
import pytest

from neural_imaging.publishing import site


@pytest.fixture(scope="session")
def results(tmp_path_factory):
    """The folder of results of a study, in a folder of its own."""
    folder = tmp_path_factory.mktemp("study") / "results"
    finished_study.write(folder)
    return folder


@pytest.fixture(scope="session")
def pages(results, tmp_path_factory):
    """The folder of pages of that study."""
    output = tmp_path_factory.mktemp("site") / "site"
    site.write(results, output, finished_study.SUBJECTS, finished_study.CAPTIONS, "my.yaml")
    return output
