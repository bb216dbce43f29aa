"""What the rules of codecs share: names, files and settings of their jobs."""

CODEC_TABLES = (
    "rate_distortion",
    "bd_rate",
    "channelwise",
    "codec_runtime",
    "entropy_estimation",
)
CODEC_FIGURES = ("architecture", "rate_distortion", "crops", "entropy_estimation")


def study(wildcards):
    return config["codec_studies"][wildcards.study]


def codec_network(wildcards):
    """Name of the network behind a codec of the configuration."""
    return config["codecs"][wildcards.codec]["model"]


def study_networks(wildcards):
    """Names of the networks behind the codecs of a study."""
    return sorted(
        {config["codecs"][name]["model"] for name in study(wildcards)["codecs"]}
    )


def pictures_of(kind, wildcards_key):
    """Input function: training sets of the cameras behind a set of pictures."""

    def tables(wildcards):
        return codecs.tables_of_cameras(config[kind][wildcards[wildcards_key]])

    return tables


def sources_of(kind, wildcards_key):
    """Folders and training sets that a set of pictures is made of, as the programs take them."""

    def sources(wildcards):
        one = config[kind][wildcards[wildcards_key]]
        return [*one.get("folders", []), *codecs.tables_of_cameras(one)]

    return sources


def compared_sets(wildcards):
    """Data sets that codecs are compared on which learn from a set of pictures."""
    return expand(
        "results/data_sets/{data_set}/images.csv",
        data_set=codecs.compared_on(config, wildcards.pictures),
    )


def codec_pictures(wildcards):
    """Set of pictures that a codec learns from."""
    pictures = config["codecs"][wildcards.codec]["pictures"]
    return f"results/pictures/{pictures}/images.csv"


def codec_models(wildcards):
    """Every trained codec of a study."""
    return expand(
        "results/codecs/{codec}/model.keras", codec=study(wildcards)["codecs"]
    )


def named_codecs(wildcards):
    """Options that give the codecs of a study their names in tables."""
    return [
        f"--model={name}=results/codecs/{name}/model.keras"
        for name in study(wildcards)["codecs"]
    ]


def joined_codecs(wildcards):
    """Option that makes one curve of the learned codecs of a study; nothing where there is one codec alone."""
    names = study(wildcards)["codecs"]
    return [f"--join=dcn={','.join(names)}"] if len(names) > 1 else []


def study_profiles(wildcards):
    """Profiles of all codecs on all data sets of a study."""
    compared = study(wildcards)
    return expand(
        "results/profiles/{data_set}/{codec}.json",
        data_set=compared["data_sets"],
        codec=[*compared["rivals"], *compared["codecs"]],
    )


def data_set_of(part):
    """Input function: the data set that a part of a study is about."""

    def table(wildcards):
        return f"results/data_sets/{study(wildcards)[part]['data_set']}/images.csv"

    return table


def example_codec(wildcards):
    """The codec that the figure of crops shows."""
    return f"results/codecs/{study(wildcards)['examples']['codec']}/model.keras"


def codec_published(part):
    """Input function: published numbers of a study, where it names them."""

    def files(wildcards):
        published = study(wildcards).get("published", {})
        return [published[part]] if part in published else []

    return files


def standards():
    """Regular expression for the names of standard codecs in studies."""
    rivals = {name for one in codecs.studies(config).values() for name in one["rivals"]}
    return either(sorted(rivals)) or "(?!)"


def threads_for_timing():
    """As many processor threads as any job has, so that on one machine hardly any runs beside it."""
    return max(config["threads"].values())


def target_data():
    """What networks learn from and are measured on."""
    names, sets = codecs.used_pictures(config)
    used = set(cameras.used(config)) | set(codecs.used_cameras(config))
    learned = {config["codecs"][name]["pictures"] for name in names}
    return [
        *expand("results/data/{camera}/images.csv", camera=sorted(used)),
        *expand("results/pictures/{pictures}/images.csv", pictures=sorted(learned)),
        *expand("results/data_sets/{data_set}/images.csv", data_set=sets),
    ]


def target_names():
    """Names of experiments and of studies of codecs; one of each may have the same."""
    return list(dict.fromkeys([*config["experiments"], *codecs.studies(config)]))


def named_target(name):
    """Every figure and table of the experiment of that name, and of the study of that name."""
    made = []
    if name in config["experiments"]:
        made += target_figures(name) + target_tables(name)
    if name in codecs.studies(config):
        made += target_codec_figures(name) + target_codec_tables(name)
    return made


def target_codecs():
    """Every trained codec of every study."""
    names, _ = codecs.used_pictures(config)
    return expand("results/codecs/{codec}/model.keras", codec=names)


def target_codec_tables(*names):
    """Every table of the named studies, or of all."""
    return expand(
        "results/tables/{study}_{table}.csv",
        study=names or list(codecs.studies(config)),
        table=CODEC_TABLES,
    )


def target_codec_figures(*names):
    """Every figure of the named studies, or of all."""
    return expand(
        "results/figures/{study}/{figure}.pdf",
        study=names or list(codecs.studies(config)),
        figure=CODEC_FIGURES,
    )


def pictures_settings(wildcards):
    return as_json(codecs.pictures_settings(config, wildcards.pictures))


def data_set_settings(wildcards):
    return as_json(codecs.data_set_settings(config, wildcards.data_set))


def codec_settings(wildcards):
    return as_json(codecs.training_settings(config, wildcards.codec))


def codec_minutes(wildcards, attempt):
    return attempt * codecs.minutes(
        config, wildcards.codec, config["threads"]["training"], training_gpus()
    )
