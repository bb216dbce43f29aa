"""What the headline table is made from. What a configuration lacks is not measured."""

from planning import codecs, fingerprints, robustness, studies

# Names of the papers' experiments, by what learns, and of their study of codecs. Published claims are compared with the
# first experiment that there is; lines of this study are of all.
EXPERIMENTS = {"pipeline": ("cvpr2019", "cvpr2019_whole"), "codec": ("iclr2020",)}
STUDY = "iclr2020"
# The table, and what a run says of it at its end.
TABLE = "results/tables/headline.csv"
LINES = "results/tables/headline.txt"
PUBLISHED = ("headline", "unet_d90_tradeoff", "rate_distortion", "channelwise_coding", "codec_runtime", "fingerprints")
_PROTOCOL = (
    "cameras", "data", "isps", "channels", "protocols", "experiments", "pictures", "codecs", "data_sets",
    "codec_studies", "fingerprints",
)  # fmt: skip


def protocol(config):
    """The parts of a configuration from which the table computes what it says of the protocol."""
    return {part: config[part] for part in _PROTOCOL if part in config}


def tables(config):
    """The workflow's tables that the table is made from, by the options that hand them to its program."""
    known = [(axis, name) for axis, names in EXPERIMENTS.items() for name in names if name in config["experiments"]]
    found = {f"--{axis}={name}=": f"results/tables/{name}_photographs.csv" for axis, name in known}
    tested = {part["protocol"] for part in robustness.trained(config)}
    if tested & {config["experiments"][name]["protocol"] for _, name in known}:
        found["--robustness="] = f"results/tables/{robustness.TABLES[1]}.csv"
    if fingerprints.section(config):
        found["--fingerprints="] = f"results/tables/{fingerprints.TABLES[1]}.csv"
    if STUDY in codecs.studies(config):
        found["--bd-rates="] = f"results/tables/{STUDY}_bd_rate_images.csv"
        found["--channelwise="] = f"results/tables/{STUDY}_channelwise_patches.csv"
        found["--runtime="] = f"results/tables/{STUDY}_codec_runtime.csv"
    return found


def profiles(config):
    """Profiles of the study's codecs."""
    return studies.profiles(config, STUDY) if STUDY in codecs.studies(config) else []


def options(config):
    """Options that hand tables and profiles to the program."""
    found = [f"{option}{table}" for option, table in tables(config).items()]
    return [*found, f"--study={STUDY}", "--profiles", *profiles(config)] if profiles(config) else found
