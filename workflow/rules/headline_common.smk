"""What the headline table is made from."""

# Names of the papers' experiments and of their study of codecs. What a configuration lacks is not measured. Published
# claims are compared with the first experiment that there is; lines of this study are of all.
HEADLINES = {
    "pipeline": ("cvpr2019", "cvpr2019_whole"),
    "codec": ("iclr2020",),
    "study": "iclr2020",
}
PUBLISHED = (
    "headline",
    "unet_d90_tradeoff",
    "rate_distortion",
    "channelwise_coding",
    "codec_runtime",
)
PROTOCOL_PARTS = (
    "cameras",
    "data",
    "isps",
    "channels",
    "protocols",
    "experiments",
    "pictures",
    "codecs",
    "data_sets",
    "codec_studies",
)


def target_headline(wildcards):
    """The headline table, where the configuration has anything that it is about."""
    return ["results/tables/headline.csv"] if headline_tables() else []


# Settings of a job are given by functions: in a text that stands in a rule, Snakemake takes braces for wildcards.
def headline_configuration(wildcards):
    """What the table says of the protocol is computed from this."""
    return as_json({part: config[part] for part in PROTOCOL_PARTS if part in config})


def headline_tables():
    """The workflow's tables that the headline table is made from, by the options of its program."""
    made = {
        axis: [f"results/tables/{name}_photographs.csv" for name in names]
        for axis, names in headline_experiments().items()
        if names
    }
    study = HEADLINES["study"]
    if study in codecs.studies(config):
        compared = codecs.studies(config)[study]
        made |= {
            "bd_rates": f"results/tables/{study}_bd_rate_images.csv",
            "channelwise": f"results/tables/{study}_channelwise_patches.csv",
            "runtime": f"results/tables/{study}_codec_runtime.csv",
            "profiles": expand(
                "results/profiles/{data_set}/{codec}.json",
                data_set=compared["data_sets"],
                codec=[*compared["rivals"], *compared["codecs"]],
            ),
        }
    return made


def headline_experiments():
    """The experiments of the configuration that the headline table is about, by what learns."""
    return {
        axis: [name for name in HEADLINES[axis] if name in config["experiments"]]
        for axis in ("pipeline", "codec")
    }


def headline_options(wildcards, input):
    """Options that hand these tables to the program."""
    options = ["--published", str(Path(input.published[0]).parent)]
    options += [
        f"--{axis}={name}=results/tables/{name}_photographs.csv"
        for axis, names in headline_experiments().items()
        for name in names
    ]
    if "profiles" in input.keys():
        options += [f"--study={HEADLINES['study']}", "--profiles", *input.profiles]
        options += [
            f"--{part.replace('_', '-')}={input[part]}"
            for part in ("bd_rates", "channelwise", "runtime")
        ]
    return options
