"""What the headline table is made from."""

# Names of the papers' experiments and of their study of codecs. What a configuration lacks is not measured.
HEADLINES = {"pipeline": "cvpr2019", "codec": "iclr2020", "study": "iclr2020"}
PUBLISHED = (
    "headline",
    "unet_d90_tradeoff",
    "rate_distortion",
    "channelwise_coding",
    "codec_runtime",
)
# What the table says of the protocol is computed from these parts of the configuration.
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


def headline_tables():
    """The workflow's tables that the headline table is made from, by the options of its program."""
    made = {
        axis: f"results/tables/{HEADLINES[axis]}_photographs.csv"
        for axis in ("pipeline", "codec")
        if HEADLINES[axis] in config["experiments"]
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


def headline_options(wildcards, input):
    """Options that hand these tables to the program."""
    options = ["--published", str(Path(input.published[0]).parent)]
    options += [
        f"--{axis}={HEADLINES[axis]}={input[axis]}"
        for axis in ("pipeline", "codec")
        if axis in input.keys()
    ]
    if "profiles" in input.keys():
        options += [f"--study={HEADLINES['study']}", "--profiles", *input.profiles]
        options += [
            f"--{part.replace('_', '-')}={input[part]}"
            for part in ("bd_rates", "channelwise", "runtime")
        ]
    return options
