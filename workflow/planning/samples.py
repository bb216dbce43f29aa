"""What figures show of photographs and networks: which images, archives and settings each sample is made from.

Methods that take `wildcards` are input functions of rules: `subject` is an experiment, or a study for crops and for its
codec's architecture; `sample` is what is made.
"""

from planning import figures, grid
from planning.jobs import as_json

CROPS, ARCHITECTURE = "crops", "architecture"
# Programs sample_….py, and minutes that a cluster allows them.
MINUTES = {"pipelines": 20, "difference": 20, "manipulations": 20, "codec_example": 20, "spectra": 60, CROPS: 30}


class Samples:
    """The samples of a configuration.

    Args:
        config: the configuration, checked.
        experiments, studies: `Experiments` and `Studies` of it.
    """

    def __init__(self, config, experiments, studies):
        self._config, self._experiments, self._studies = config, experiments, studies

    def images(self, wildcards):
        """Photographs that are shown."""
        if wildcards.sample == CROPS:
            return self._studies.data_set("examples")(wildcards)
        return f"results/data/{self._examples(wildcards)['camera']}/images.csv"

    def archives(self, wildcards):
        """Archives of networks, by the options of the program that name them."""
        known = {
            "pipelines": self._pipelines,
            "difference": self._difference,
            "spectra": lambda wildcards: self._tuned(wildcards, self._own_learned(wildcards)),
            "codec_example": self._codec_example,
            CROPS: self._crops,
        }
        return known[wildcards.sample](wildcards) if wildcards.sample in known else {}

    def models(self, wildcards):
        """Those archives."""
        return list(self.archives(wildcards).values())

    def options(self, wildcards):
        """Options of the program: photographs, these archives, and what else it needs to know."""
        options = [f"{option}{archive}" for option, archive in self.archives(wildcards).items()]
        if wildcards.sample == CROPS:
            shown = self._studies.entry(wildcards)["examples"]
            folder = f"--images=results/data_sets/{shown['data_set']}"
            return [folder, *options, f"--count={shown['images']}", f"--crop={shown['side']}"]
        options = [f"--images={self.images(wildcards)}", *options]
        protocol = self._experiments.protocol(wildcards)
        if wildcards.sample == "manipulations":
            return [*options, "--manipulations", *protocol["manipulations"]]
        return [*options, f"--patch={2 * protocol['patch']}"] if wildcards.sample == "spectra" else options

    def networks(self, wildcards):
        """Names of the networks in those archives."""
        if wildcards.sample == CROPS:
            return self._studies.networks(wildcards)
        if wildcards.sample == "manipulations":
            return []
        config, shown, learned = self._config, self._examples(wildcards), self._experiments.learned
        isps = [shown["isp"], *(shown["pipelines"] if wildcards.sample in ("pipelines", "difference") else [])]
        found = {config["isps"][isp]["model"] for isp in isps}
        if wildcards.sample != "pipelines":
            channels = [shown["channel"]] if wildcards.sample == "difference" else self._own_learned(wildcards)
            found |= {"FAN", *(config["codecs"][learned[name]]["model"] for name in channels if name in learned)}
        return sorted(found)

    def drawn(self, wildcards):
        """Networks whose layers are drawn, name to settings: a study's codec, or a standard pipeline and ours."""
        if wildcards.sample == ARCHITECTURE:
            codec = self._config["codecs"][self._studies.entry(wildcards)["examples"]["codec"]]
            return [(codec["model"], codec["settings"])]
        isp = self._config["isps"][self._examples(wildcards)["isp"]]
        return [("ClassicISP", {}), (isp["model"], isp["settings"])]

    def named_drawn(self, wildcards):
        """Options for those networks."""
        return [
            option
            for model, settings in self.drawn(wildcards)
            for option in (f"--network={model}", f"--settings={as_json(settings)}")
        ]

    def system(self, wildcards):
        """What the figure of the system says of an experiment."""
        experiment, protocol = self._experiments.entry(wildcards), self._experiments.protocol(wildcards)
        weights = ("lambda_isp", "lambda_codec", "signature")
        return {
            "cameras": experiment["cameras"],
            "isps": {isp: self._config["isps"][isp]["model"] for isp in experiment["isps"]},
            "channels": self.channels(wildcards),
            **{key: protocol[key] for key in ("manipulations", "trainable", "isp_loss", "patch")},
            **{key: experiment[key] for key in weights if key in experiment},
        }

    def channels(self, wildcards):
        """What the figure over channels must know of each."""
        return {name: self._config["channels"][name] for name in self._experiments.entry(wildcards)["channels"]}

    def _examples(self, wildcards):
        return self._experiments.entry(wildcards)["examples"]

    def _own_learned(self, wildcards):
        return [name for name in self._experiments.entry(wildcards)["channels"] if name in self._experiments.learned]

    def _pipelines(self, wildcards):
        shown = self._examples(wildcards)
        return {f"--model={isp}=": f"results/isp/{shown['camera']}/{isp}/model.keras" for isp in shown["pipelines"]}

    def _plain(self, wildcards):
        return "results/isp/{camera}/{isp}/model.keras".format_map(self._examples(wildcards))

    def _run(self, wildcards, **other):
        """The jointly trained model that serves as an example, or one with other values of some columns."""
        experiment = self._experiments.entry(wildcards)
        run = grid.run_path(experiment["protocol"], grid.example(experiment, self._experiments.learned, **other))
        return f"results/{run}/model.keras"

    def _difference(self, wildcards):
        return {"--plain=": self._plain(wildcards), "--optimised=": self._run(wildcards)}

    def _crops(self, wildcards):
        name = self._studies.entry(wildcards)["examples"]["codec"]
        return {f"--model={name}=": f"results/codecs/{name}/model.keras"}

    def _codec_example(self, wildcards):
        """The codec of the example, or the first where that has none, with a few weights."""
        own, shown = self._own_learned(wildcards), self._examples(wildcards)["channel"]
        chosen = [shown if shown in own else own[0]]
        return {"--isp=": self._plain(wildcards), **self._tuned(wildcards, chosen, figures.VERSIONS)}

    def _tuned(self, wildcards, channels, most=None):
        """Codecs with each of their weights: their own archives, or those of runs that fine-tuned them."""
        experiment, found = self._experiments.entry(wildcards), {}
        # A signature is not learned beside a codec, unless the experiment says so.
        alone = {} if experiment.get("signature_jointly", False) else {"signature": grid.NONE}
        for channel in channels:
            for weight in figures.weights(experiment, most):
                run = self._run(wildcards, channel=channel, lambda_codec=weight, **alone)
                own = f"results/codecs/{self._experiments.learned[channel]}/model.keras"
                found[f"--model={channel}:{weight}="] = own if weight == grid.BASIC else run
        return found
