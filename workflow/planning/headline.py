"""What the headline table is made from."""

from planning import codecs, studies

# Names of the papers' experiments and of their study of codecs. What a configuration lacks is not measured. Published
# claims are compared with the first experiment that there is; lines of this study are of all.
EXPERIMENTS = {"pipeline": ("cvpr2019", "cvpr2019_whole"), "codec": ("iclr2020",)}
STUDY = "iclr2020"
PUBLISHED = ("headline", "unet_d90_tradeoff", "rate_distortion", "channelwise_coding", "codec_runtime")
_PROTOCOL = (
    "cameras", "data", "isps", "channels", "protocols", "experiments", "pictures", "codecs", "data_sets",
    "codec_studies",
)  # fmt: skip


def protocol(config):
    """The parts of a configuration from which the table computes what it says of the protocol."""
    return {part: config[part] for part in _PROTOCOL if part in config}


def tables(config):
    """The workflow's tables that the table is made from, by the options of its program."""
    found = {
        axis: [f"results/tables/{name}_photographs.csv" for name in names]
        for axis, names in _experiments(config).items()
        if names
    }
    if STUDY in codecs.studies(config):
        found |= {
            "bd_rates": f"results/tables/{STUDY}_bd_rate_images.csv",
            "channelwise": f"results/tables/{STUDY}_channelwise_patches.csv",
            "runtime": f"results/tables/{STUDY}_codec_runtime.csv",
            "profiles": studies.profiles(codecs.studies(config)[STUDY]),
        }
    return found


def options(config):
    """Options that hand these tables to the program."""
    found = [
        f"--{axis}={name}=results/tables/{name}_photographs.csv"
        for axis, names in _experiments(config).items()
        for name in names
    ]
    made = tables(config)
    if "profiles" in made:
        found += [f"--study={STUDY}", "--profiles", *made["profiles"]]
        found += [f"--{part.replace('_', '-')}={made[part]}" for part in ("bd_rates", "channelwise", "runtime")]
    return found


def _experiments(config):
    """The experiments of the configuration that the table is about, by what learns."""
    return {axis: [name for name in names if name in config["experiments"]] for axis, names in EXPERIMENTS.items()}
