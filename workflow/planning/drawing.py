"""Figures as the rule that draws them asks about them. Methods that take `wildcards` are functions of that rule."""

from neural_imaging.base.errors import UserError
from neural_imaging.study import catalogue
from planning import codecs
from planning.jobs import as_json


class Drawing:
    """The figures of a configuration.

    Args:
        config: the configuration, checked.
        experiments, studies, samples: `Experiments`, `Studies` and `Samples` of it.
    """

    def __init__(self, config, experiments, studies, samples):
        self._config = config
        # Files that the configuration names, beside the catalogue's; and what a figure says of the configuration.
        self._more = {"signature": experiments.shown_tiles, "rate_distortion": studies.published("rate_distortion")}
        self._said = {"system": samples.system, "channels": samples.channels}

    def sources(self, wildcards):
        """Files that a figure is drawn from.

        Raises:
            UserError: nothing of this name has this figure.
        """
        figure, (subject, name) = catalogue.FIGURES[wildcards.figure], (wildcards.subject, wildcards.figure)
        owners = {catalogue.STUDY: codecs.studies(self._config), catalogue.TRANSFER: ["transfer"]}
        if subject not in owners.get(figure.where[0], self._config["experiments"]):
            raise UserError(f"{subject} has no figure {name}")
        files = [f"results/{file.format(subject=subject)}" for file in figure.sources]
        return files + (self._more[name](wildcards) if name in self._more else [])

    def options(self, wildcards):
        """Options of the program."""
        said = self._said.get(wildcards.figure)
        return ["--settings", as_json(said(wildcards))] if said else []

    @staticmethod
    def caption(wildcards):
        """What stands below it in the report."""
        return catalogue.FIGURES[wildcards.figure].caption

    @staticmethod
    def labels(wildcards):
        """What the report's columns say of it."""
        return {"result": catalogue.FIGURES[wildcards.figure].title, "kind": "figure"}
