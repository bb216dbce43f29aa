"""Files that the workflow's targets ask for."""

from pathlib import Path

from neural_imaging.study import catalogue
from planning import cameras, codecs, experiments, figures, headline, studies, transfer


class Targets:
    """The targets of a configuration.

    Args:
        config: the configuration, checked.
        found: `Experiments` of it.
    """

    def __init__(self, config, found):
        self._config, self._experiments = config, found
        # One of each may have the same name.
        self.names = list(dict.fromkeys([*config["experiments"], *codecs.studies(config)]))
        self._transfer = bool(transfer.section(config))

    def data(self):
        """What networks learn from and are measured on."""
        names, sets = codecs.used_pictures(self._config)
        used = sorted({*cameras.used(self._config), *codecs.used_cameras(self._config)})
        learned = sorted({self._config["codecs"][name]["pictures"] for name in names})
        return [
            f"results/{folder}/{name}/images.csv"
            for folder, found in (("data", used), ("pictures", learned), ("data_sets", sets))
            for name in found
        ]

    def models(self):
        """Every pre-trained pipeline, every trained codec and every jointly trained model."""
        runs = [file for name in self._config["experiments"] for file in self._experiments.files(name, "model.keras")]
        trained, _ = codecs.used_pictures(self._config)
        return [
            *self._experiments.isps("model.keras"),
            *runs,
            *(f"results/codecs/{one}/model.keras" for one in trained),
        ]

    def figures(self):
        """Every figure; what several experiments would show alike is there once."""
        found = self._figures(list(self._config["experiments"]), list(codecs.studies(self._config)))
        return [*found, "results/figures/transfer/transfer.pdf"] if self._transfer else found

    def tables(self):
        """Every table."""
        found = self._tables(list(self._config["experiments"]), list(codecs.studies(self._config)))
        found += ["results/tables/isps.csv"]
        found += ["results/tables/headline.csv"] if headline.tables(self._config) else []
        return [*found, "results/tables/transfer.csv"] if self._transfer else found

    def named(self, name):
        """Every figure and table of the experiment of that name, and of the study of that name; or of transfer."""
        own = [name] if name in self._config["experiments"] else []
        study = [name] if name in codecs.studies(self._config) else []
        return self._figures(own, study) + self._tables(own, study)

    def transfer(self):
        """The figure and the table of tests on other pictures: nothing, where the configuration asks for none."""
        return ["results/figures/transfer/transfer.pdf", "results/tables/transfer.csv"] if self._transfer else []

    def _figures(self, names, compared):
        pairs = figures.distinct(names, self._config, self._experiments.learned)
        pairs += [(name, figure) for name in compared for figure in catalogue.having(catalogue.STUDY)]
        return [f"results/figures/{name}/{figure}.pdf" for name, figure in pairs]

    def _tables(self, names, compared):
        entries, found = self._config["experiments"], []
        for name in names:
            tiled = figures.tiled(entries[name], self._experiments.learned, self._config["isps"])
            endings = [*experiments.TABLES, *(["_published"] if "published" in entries[name] else [])]
            found += [f"{name}{ending}" for ending in [*endings, *(["_signature"] if tiled else [])]]
        found += ["differentiable_jpeg"] if names else []
        found += [f"{name}_{table}" for name in compared for table in studies.TABLES]
        return [f"results/tables/{name}.csv" for name in found]


def made(dag):
    """The figures and tables among the files that were asked for, as lines."""
    asked = {str(file) for job in dag.targetjobs for file in [*job.input, *job.output]} | set(dag.targetfiles)
    lines = []
    for what in ("tables", "figures"):
        files = sorted(file for file in asked if file.startswith(f"results/{what}/") and Path(file).is_file())
        if files:
            lines += [f"{what.capitalize()}:", *(f"  {file}" for file in files)]
    return lines
