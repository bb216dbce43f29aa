"""Experiments as rules ask about them: their entries, the files of their runs, and the networks behind those.

Methods that take `wildcards` are input functions of rules. Of a figure or a sample the wildcard is `subject`.
"""

from neural_imaging.study import catalogue
from planning import cameras, codecs, figures, grid, jobs

# The parts of an experiment's table.
TABLES = ("", "_runs", "_confusion", "_progress", "_photographs")
# The papers that a protocol is of, as the report sorts what it shows.
PAPERS = {
    "cvpr2019": "1. Camera pipelines (CVPR 2019, arXiv:1902.10707)",
    "iclr2020": "2. Learned codecs (ICLR 2020)",
}
OF_PIPELINES, OF_CODECS = PAPERS.values()
# Where the report shows tables that are of no experiment and no study.
PLACES = {
    "headline": ("0. Headline claims", None),
    "isps": (OF_PIPELINES, "pipelines"),
    "differentiable_jpeg": (OF_PIPELINES, "differentiable JPEG"),
    "transfer_table": (OF_CODECS, "transfer"),
}


class Experiments:
    """The experiments of a configuration.

    Args:
        config: the configuration, checked.

    Attributes:
        learned: channels with a learned codec: the channel's name to that of its codec.
    """

    def __init__(self, config):
        self._config, self.learned = config, codecs.learned_channels(config)
        self._runs = {
            name: [grid.PATTERN.format_map(point) for point in grid.points(experiment, self.learned)]
            for name, experiment in config["experiments"].items()
        }

    def entry(self, wildcards):
        """The experiment's part of the configuration."""
        return self._config["experiments"][wildcards.get("experiment", wildcards.get("subject"))]

    def protocol(self, wildcards):
        """The entry of its protocol."""
        return self._config["protocols"][self.entry(wildcards)["protocol"]]

    def root(self, wildcards):
        """Folder of its runs."""
        return f"results/forensics/{self.entry(wildcards)['protocol']}"

    def files(self, name, file):
        """One file of every run of an experiment, by its name."""
        protocol = self._config["experiments"][name]["protocol"]
        return [f"results/forensics/{protocol}/{run}/{file}" for run in self._runs[name]]

    def all(self, file):
        """Input function: one file of every run."""
        return lambda wildcards: self.files(wildcards.experiment, file)

    def axes(self, wildcards):
        """Its grid, as JSON."""
        return jobs.as_json(grid.axes(self.entry(wildcards), self.learned))

    def phased(self, wildcards):
        """Its pipelines that have a learned tile."""
        return figures.phased(self.entry(wildcards), self._config["isps"])

    def tiles(self, wildcards):
        """Samples of all runs whose camera adds a learned tile."""
        return self._samples(wildcards, figures.tiled)

    def shown_tiles(self, wildcards):
        """Those of them that the figure of signatures shows."""
        return self._samples(wildcards, figures.tiles)

    def _samples(self, wildcards, chosen):
        points = chosen(self.entry(wildcards), self.learned, self._config["isps"])
        return [f"{self.root(wildcards)}/{grid.PATTERN.format_map(point)}/signature.npz" for point in points]

    def isps(self, file):
        """One file of every pre-trained pipeline of all experiments."""
        found = [
            f"results/isp/{camera}/{isp}/{file}"
            for experiment in self._config["experiments"].values()
            for camera in experiment["cameras"]
            for isp in cameras.pipelines(experiment)
        ]
        return list(dict.fromkeys(found))

    @staticmethod
    def labels(wildcards):
        """What an evaluation says of its run, as JSON."""
        return jobs.as_json(jobs.labels(wildcards))

    def codec(self, wildcards):
        """The trained codec of a run's channel: nothing, where that has no learned one."""
        name = self.learned.get(wildcards.channel)
        return [f"results/codecs/{name}/model.keras"] if name else []

    def networks(self, wildcards):
        """Names of the networks in a run: its pipeline's, the forensic one, and that of the channel's learned codec."""
        codec = self.learned.get(wildcards.channel)
        own = [self._config["codecs"][codec]["model"]] if codec else []
        return [self._config["isps"][wildcards.isp]["model"], "FAN", *own]

    def paper(self, wildcards):
        """Category in the report: the paper whose protocol an experiment has, or else that protocol."""
        figure = catalogue.FIGURES.get(wildcards.get("figure"))
        of_codecs = figure and {catalogue.STUDY, catalogue.TRANSFER} & set(figure.where)
        protocol = None if of_codecs else self.entry(wildcards)["protocol"]
        return OF_CODECS if of_codecs else PAPERS.get(protocol, f"Protocol {protocol}")
