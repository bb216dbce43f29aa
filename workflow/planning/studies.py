"""Studies of codecs as rules ask about them, and the pictures that codecs learn from and are compared on.

Methods that take `wildcards` are input functions of rules. Of a figure or a sample the wildcard is `subject`.
"""

from planning import codecs

TABLES = ("rate_distortion", "bd_rate", "channelwise", "codec_runtime", "entropy_estimation")


class Studies:
    """The studies of a configuration.

    Args:
        config: the configuration, checked.
    """

    def __init__(self, config):
        self._config = config

    def entry(self, wildcards):
        """The study's part of the configuration."""
        return self._config["codec_studies"][wildcards.get("study", wildcards.get("subject"))]

    def models(self, wildcards):
        """Every trained codec of a study."""
        return [_model(name) for name in self.entry(wildcards)["codecs"]]

    def named(self, wildcards):
        """Options that give these codecs their names in tables."""
        return [f"--model={name}={_model(name)}" for name in self.entry(wildcards)["codecs"]]

    def joined(self, wildcards):
        """Option that makes one curve of them; nothing where there is one codec alone."""
        names = self.entry(wildcards)["codecs"]
        return [f"--join=dcn={','.join(names)}"] if len(names) > 1 else []

    def networks(self, wildcards):
        """Names of the networks behind them."""
        return sorted({self._config["codecs"][name]["model"] for name in self.entry(wildcards)["codecs"]})

    def profiles(self, wildcards):
        """Profiles of all codecs on all data sets of a study."""
        return profiles(self.entry(wildcards))

    def data_set(self, part):
        """Input function: the data set that a part of a study is about."""
        return lambda wildcards: f"results/data_sets/{self.entry(wildcards)[part]['data_set']}/images.csv"

    def published(self, part):
        """Input function: published numbers of a study, where it names them."""

        def files(wildcards):
            known = self.entry(wildcards).get("published", {})
            return [known[part]] if part in known else []

        return files

    @staticmethod
    def published_option(wildcards, input):
        """Option that names them."""
        return ["--published", *input.published] if input.published else []

    def model(self, wildcards):
        """The archive of a codec of the configuration: nothing, where it is a standard."""
        return [_model(wildcards.codec)] if self.network(wildcards) else []

    def network(self, wildcards):
        """Name of the network behind it, likewise."""
        codec = codecs.section(self._config, "codecs").get(wildcards.codec)
        return [codec["model"]] if codec else []

    def learned_from(self, wildcards):
        """The set of pictures that a codec learns from."""
        return f"results/pictures/{self._config['codecs'][wildcards.codec]['pictures']}/images.csv"

    def kept_apart(self, wildcards):
        """Data sets that codecs are compared on which learn from a set of pictures."""
        return [f"results/data_sets/{name}/images.csv" for name in codecs.compared_on(self._config, wildcards.pictures)]

    def tables(self, section, wildcard):
        """Input function: training sets of the cameras behind a set of pictures."""
        return lambda wildcards: codecs.tables_of_cameras(self._config[section][wildcards[wildcard]])

    def sources(self, section, wildcard):
        """The same with folders, as the programs take them."""
        tables = self.tables(section, wildcard)
        return lambda wildcards: [
            *self._config[section][wildcards[wildcard]].get("folders", []),
            *tables(wildcards),
        ]


def profiles(study):
    """Profiles of all codecs on all data sets of a study, by its entry."""
    names = [*study["rivals"], *study["codecs"]]
    return [f"results/profiles/{data_set}/{codec}.json" for data_set in study["data_sets"] for codec in names]


def _model(name):
    return f"results/codecs/{name}/model.keras"
