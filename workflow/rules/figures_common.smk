"""What the rules of figures share: networks to list, codecs before and after they were fine-tuned, and the report."""

# The papers that a protocol is of, as the report sorts what it shows.
PAPERS = {
    "cvpr2019": "1. Camera pipelines (CVPR 2019, arXiv:1902.10707)",
    "iclr2020": "2. Learned codecs (ICLR 2020)",
}
OF_CODECS, OF_PIPELINES = PAPERS["iclr2020"], PAPERS["cvpr2019"]


def paper(wildcards):
    """Category in the report: the paper whose protocol an experiment has, or else that protocol."""
    figure = catalogue.FIGURES.get(wildcards.get("figure"))
    of_codecs = figure and {catalogue.STUDY, catalogue.TRANSFER} & set(figure.where)
    if of_codecs or "study" in wildcards.keys():
        return OF_CODECS
    if not {"experiment", "subject"} & set(wildcards.keys()):
        return OF_PIPELINES
    protocol = experiment(wildcards)["protocol"]
    return PAPERS.get(protocol, f"Protocol {protocol}")


def figure_labels(wildcards):
    """What the report says of a figure in its columns."""
    return {"result": catalogue.FIGURES[wildcards.figure].title, "kind": "figure"}


def figure_sources(wildcards):
    """Files that a figure is drawn from: the catalogue's, and those that the configuration names."""
    found = catalogue.FIGURES[wildcards.figure]
    whose = (
        codecs.studies(config)
        if catalogue.STUDY in found.where
        else (
            {"transfer": None}
            if catalogue.TRANSFER in found.where
            else config["experiments"]
        )
    )
    if wildcards.subject not in whose:
        raise WorkflowError(f"{wildcards.subject} has no figure {wildcards.figure}")
    files = expand(
        [f"results/{file}" for file in found.sources], subject=wildcards.subject
    )
    more = {
        "signature": shown_signatures,
        "rate_distortion": codec_published("rate_distortion"),
    }
    return (
        files + more[wildcards.figure](wildcards) if wildcards.figure in more else files
    )


def figure_options(wildcards):
    """Options for what a figure says of the configuration."""
    settings = {"system": system_settings, "channels": channel_settings}
    return (
        ["--settings", settings[wildcards.figure](wildcards)]
        if wildcards.figure in settings
        else []
    )


def drawn_networks(wildcards):
    """(network, settings) of a standard pipeline and of the one that replaces it, or of a study's codec."""
    if wildcards.drawing == "architecture":
        codec = config["codecs"][study(wildcards)["examples"]["codec"]]
        return [(codec["model"], codec["settings"])]
    isp = config["isps"][examples(wildcards)["isp"]]
    return [("ClassicISP", {}), (isp["model"], isp["settings"])]


def named_networks(wildcards):
    """Options for these networks."""
    options = []
    for model, settings in drawn_networks(wildcards):
        options += [f"--network={model}", f"--settings={as_json(settings)}"]
    return options


def system_settings(wildcards):
    """What the figure of the system says."""
    one = experiment(wildcards)
    protocol = config["protocols"][one["protocol"]]
    said = ("manipulations", "trainable", "isp_loss", "patch")
    weights = ("lambda_isp", "lambda_codec", "signature")
    return as_json(
        {
            "cameras": one["cameras"],
            "isps": {isp: config["isps"][isp]["model"] for isp in one["isps"]},
            "channels": {name: config["channels"][name] for name in one["channels"]},
            **{key: protocol[key] for key in said},
            **{key: one[key] for key in weights if key in one},
        }
    )


def channel_settings(wildcards):
    """What the figure over channels must know of each."""
    names = experiment(wildcards)["channels"]
    return as_json({name: config["channels"][name] for name in names})


def tuned_codecs(wildcards, channels, most=None):
    """For (channel, weight) the archive with the codec: its own, or that of a run that fine-tuned it."""
    found = {}
    # A signature is not learned beside a codec, unless the experiment says so.
    jointly = experiment(wildcards).get("signature_jointly", False)
    alone = {} if jointly else {"signature": grid.NONE}
    for channel in channels:
        for weight in figures.weights(experiment(wildcards), most):
            run = example_run(wildcards, channel=channel, lambda_codec=weight, **alone)
            own = f"results/codecs/{LEARNED[channel]}/model.keras"
            found[channel, weight] = own if weight == grid.BASIC else run
    return found


def own_learned(wildcards):
    """The channels of an experiment with a learned codec."""
    return [name for name in experiment(wildcards)["channels"] if name in LEARNED]


def all_tuned(wildcards):
    """Every codec of an experiment with every weight."""
    return tuned_codecs(wildcards, own_learned(wildcards))


def example_tuned(wildcards):
    """The codec of the example, or the first where that has none, with a few weights."""
    own, shown = own_learned(wildcards), examples(wildcards)["channel"]
    return tuned_codecs(
        wildcards, [shown if shown in own else own[0]], figures.VERSIONS
    )


def archives_of(chosen):
    """Input function: the archives."""
    return lambda wildcards: list(chosen(wildcards).values())


def named_archives(chosen):
    """Function of a parameter: options that name the archives."""
    return lambda wildcards: [
        f"--model={channel}:{weight}={archive}"
        for (channel, weight), archive in chosen(wildcards).items()
    ]


def tuned_networks(wildcards):
    """Names of the networks in those archives."""
    shown = examples(wildcards)
    own = {
        LEARNED[name] for name in experiment(wildcards)["channels"] if name in LEARNED
    }
    return [
        "FAN",
        config["isps"][shown["isp"]]["model"],
        *sorted({config["codecs"][name]["model"] for name in own}),
    ]


def example_manipulations(wildcards):
    return config["protocols"][experiment(wildcards)["protocol"]]["manipulations"]


def example_isp(wildcards):
    """The plain ISP behind the example of an optimised one."""
    return "results/isp/{camera}/{isp}/model.keras".format_map(examples(wildcards))


def example_run(wildcards, **other):
    """The jointly trained model that serves as an example, or one with other values of some columns."""
    one = experiment(wildcards)
    run = grid.run_path(one["protocol"], grid.example(one, LEARNED, **other))
    return f"results/{run}/model.keras"


def example_networks(wildcards):
    """Names of the networks behind the ISPs of the example figures."""
    shown = examples(wildcards)
    return sorted(
        {config["isps"][isp]["model"] for isp in [shown["isp"], *shown["pipelines"]]}
    )


def optimised_networks(wildcards):
    """Names of the networks in the archive of the jointly trained example."""
    codec = LEARNED.get(examples(wildcards)["channel"])
    learned = [config["codecs"][codec]["model"]] if codec else []
    return [*example_networks(wildcards), "FAN", *learned]


def example_images(wildcards):
    return f"results/data/{examples(wildcards)['camera']}/images.csv"


def signature_samples(wildcards, shown=None):
    """Samples of an experiment's runs whose camera adds a learned tile, or of some of them."""
    runs = tiled(wildcards.experiment) if shown is None else shown
    root = f"results/forensics/{experiment(wildcards)['protocol']}"
    return [f"{root}/{RUN.format_map(point)}/signature.npz" for point in runs]


def shown_signatures(wildcards):
    """Those that the figure of signatures shows."""
    shown = figures.tiles(experiment(wildcards), LEARNED, config["isps"])
    return signature_samples(wildcards, shown)
