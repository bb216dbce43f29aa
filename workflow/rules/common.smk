"""What the rules share: the checked configuration, the grid, the library's files, and jobs' settings as JSON."""

import os
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(workflow.basedir, "workflow")))

from planning import cameras, codecs, configuration, cost, figures, grid, jobs
from planning.jobs import as_json
from planning.library import Library
from neural_imaging.study import plugins

# Rules call `python`; without conda that is the Python which runs Snakemake, even where its environment is not active.
os.environ.update(PATH=f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}")
# Programs end with the Snakemake that started them, so that none is at work unseen when it was killed.
os.environ.update(NEURAL_IMAGING_PARENT=str(os.getpid()))
# SIGTERM before a time limit goes to every process of a job: the shell waits while its program saves what it has.
shell.prefix("set -euo pipefail; trap : TERM; ")


def refuse(message):
    """End with one line on standard error, as every program of the project does for a mistake of the user's."""
    print(f"configuration: {message}", file=sys.stderr)
    raise SystemExit(2)


sources = Library(workflow.basedir)
try:
    configuration.check_checkout(workflow.basedir)
    if workflow.is_main_process:
        configuration.check_keys(
            workflow.overwrite_configfiles or ["config/config.yaml"]
        )
    configuration.check_schema(config)
    configuration.check(config, sources)
    # Jobs may run where a folder of photographs that they do not need is not to be seen.
    if workflow.is_main_process:
        configuration.check_files(config)
except configuration.ConfigurationError as error:
    refuse(error)


LEARNED = codecs.learned_channels(config)
RUN = grid.PATTERN
RUNS = {
    name: [RUN.format_map(point) for point in grid.points(experiment, LEARNED)]
    for name, experiment in config["experiments"].items()
}
TABLES = ("", "_runs", "_confusion", "_progress", "_photographs")


def either(names):
    """Regular expression for one of these names."""
    return "|".join(map(re.escape, names))


def library(script, *networks):
    """Listing of the library's files that a program's results depend on, brought up to date.

    Of programs that look for networks or manipulations also the plugins' files.
    """
    listing = sources.listing(script, *networks, write=workflow.is_main_process)
    looks = "lib/neural_imaging/study/plugins.py" in sources.files(script, *networks)
    return [listing, *(plugins.files() if looks else [])]


def network(wildcards):
    """Name of the network behind an ISP of the configuration."""
    return config["isps"][wildcards.isp]["model"]


def experiment(wildcards):
    return config["experiments"][wildcards.experiment]


def examples(wildcards):
    return experiment(wildcards)["examples"]


def published(wildcards):
    return experiment(wildcards)["published"]


def cameras_of(*chosen):
    """Regular expression for the names of cameras with these sources; that of nothing where there are none."""
    return either(cameras.named(config, *chosen)) or "(?!)"


def isps_for(several):
    """Regular expression for the names of ISPs that learn from several cameras at once, or from each alone."""
    return (
        either(
            name
            for name, isp in config["isps"].items()
            if ("cameras" in isp) == several
        )
        or "(?!)"
    )


def photographs(wildcards):
    """Folder of a camera's photographs: the user's, or the one that jobs make."""
    camera = config["cameras"][wildcards.camera]
    return (
        cameras.own_folder(camera)
        if camera["source"] in cameras.OWN
        else f"results/raw/{wildcards.camera}"
    )


def made_raws(wildcards):
    """The folder that jobs make. A user's is no input: it may be elsewhere once the training set is made."""
    own = config["cameras"][wildcards.camera]["source"] in cameras.OWN
    return {} if own else {"raws": photographs(wildcards)}


def shared_images(wildcards):
    """Training sets of the cameras that one ISP learns from together."""
    return expand(
        "results/data/{camera}/images.csv",
        camera=config["isps"][wildcards.isp]["cameras"],
    )


def isp_models(wildcards):
    """Pre-trained ISPs that the figure of pipelines shows."""
    shown = examples(wildcards)
    return expand(
        "results/isp/{camera}/{isp}/model.keras",
        camera=shown["camera"],
        isp=shown["pipelines"],
    )


def named_models(wildcards):
    """Options that give those ISPs their names in the figure."""
    names = examples(wildcards)["pipelines"]
    return [
        f"--model={name}={file}" for name, file in zip(names, isp_models(wildcards))
    ]


# Targets


def run_files(name, file):
    """One file of every run of an experiment."""
    protocol = config["experiments"][name]["protocol"]
    return [f"results/forensics/{protocol}/{run}/{file}" for run in RUNS[name]]


def tiled(name):
    """Runs of an experiment whose camera adds a learned tile, as mappings of column to text."""
    return figures.tiled(config["experiments"][name], LEARNED, config["isps"])


def trained_isps(file):
    """One file of every pre-trained ISP of every experiment."""
    made = []
    for experiment in config["experiments"].values():
        made += expand(
            f"results/isp/{{camera}}/{{isp}}/{file}",
            camera=experiment["cameras"],
            isp=cameras.pipelines(experiment),
        )
    return list(dict.fromkeys(made))


def target_models():
    """Every model of every experiment."""
    runs = [run_files(name, "model.keras") for name in config["experiments"]]
    return sum(runs, trained_isps("model.keras"))


def chosen(names):
    return names or list(config["experiments"])


def channel_codec(wildcards):
    """The trained codec of a channel: nothing, where that has no learned one."""
    name = LEARNED.get(wildcards.channel)
    return [f"results/codecs/{name}/model.keras"] if name else []


def codec_option(wildcards, input):
    """Option that names it."""
    return [f"--codec-model={file}" for file in input.codec]


def forensic_networks(wildcards):
    """Names of the networks in a run: its ISP's, the forensic one, and that of the channel's learned codec."""
    learned = (
        [config["codecs"][LEARNED[wildcards.channel]]["model"]]
        if wildcards.channel in LEARNED
        else []
    )
    return [network(wildcards), "FAN", *learned]


def target_figures(*names):
    """Every figure of the named experiments, or of all; what several of them would show alike is there once."""
    return [
        f"results/figures/{name}/{figure}.pdf"
        for name, figure in figures.distinct(chosen(names), config, LEARNED)
    ]


def target_tables(*names):
    """Every table of the named experiments, or of all."""
    made = [
        f"results/tables/{name}{ending}.csv"
        for name in chosen(names)
        for ending in TABLES
    ]
    published = [
        name for name in chosen(names) if "published" in config["experiments"][name]
    ]
    made += [f"results/tables/{name}_published.csv" for name in published]
    made += [
        f"results/tables/{name}_signature.csv" for name in chosen(names) if tiled(name)
    ]
    # The table of ISPs has those of all experiments.
    made += [] if names else ["results/tables/isps.csv"]
    return [*made, "results/tables/differentiable_jpeg.csv"]


def made(dag):
    """The figures and tables among the files that were asked for, as lines."""
    asked = {
        str(file) for job in dag.targetjobs for file in [*job.input, *job.output]
    } | set(dag.targetfiles)
    lines = []
    for what in ("tables", "figures"):
        files = sorted(
            file
            for file in map(str, asked)
            if file.startswith(f"results/{what}/") and Path(file).is_file()
        )
        if files:
            lines += [f"{what.capitalize()}:", *(f"  {file}" for file in files)]
    return lines


# Settings of a job, as JSON: what it depends on and nothing else, since a job whose settings change runs again.


def scene_settings(wildcards):
    return as_json(jobs.scenes(config, wildcards.camera))


def download_settings(wildcards):
    return as_json(cameras.download_settings(config, wildcards.camera))


def data_settings(wildcards):
    return as_json(cameras.data_settings(config, wildcards.camera))


def known_camera(wildcards):
    return as_json(cameras.known(config, wildcards.camera))


def isp_settings(wildcards):
    return as_json(jobs.isp(config, wildcards.isp))


def forensic_settings(wildcards):
    return as_json(jobs.forensic(config, wildcards.protocol, wildcards.channel))


def evaluation_settings(wildcards):
    return as_json(jobs.evaluation(config, wildcards.protocol))


def run_labels(wildcards):
    return as_json(jobs.labels(wildcards))


def jpeg_settings():
    chosen = config["differentiable_jpeg"]
    return as_json({"images": chosen["images"], "qualities": chosen["qualities"]})


def grid_settings(wildcards):
    return as_json(grid.axes(experiment(wildcards), LEARNED))


# Time and memory that a job may take, for clusters. A second attempt gets more.


def training_gpus():
    """GPUs of each training: one with `gpu: true` in the configuration, else none."""
    return int(config.get("gpu", False))


def isp_minutes(wildcards, attempt):
    return attempt * cost.isp_minutes(
        config["isps"][wildcards.isp], config["threads"]["training"], training_gpus()
    )


def forensic_minutes(wildcards, attempt):
    return attempt * cost.forensic_minutes(
        config["protocols"][wildcards.protocol],
        config["channels"][wildcards.channel],
        config["isps"][wildcards.isp],
        config["threads"]["training"],
        training_gpus(),
        codecs.OPERATIONS if wildcards.channel in LEARNED else 0,
    )


def more_memory(wildcards, attempt):
    return attempt * 4000
