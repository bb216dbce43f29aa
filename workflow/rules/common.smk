"""What the rules share: the checked configuration, the library's files, settings of jobs, and what clusters are asked."""

import os
import re
import sys
from functools import partial
from pathlib import Path

from planning import (
    cameras,
    codecs,
    configuration,
    cost,
    grid,
    headline,
    jobs,
    transfer,
)
from planning.drawing import Drawing
from planning.experiments import OF_CODECS, PLACES, Experiments
from planning.jobs import as_json
from planning.library import Library
from planning.samples import MINUTES, Samples
from planning.studies import Studies
from planning.targets import Targets, made

# Where the library lies, planning knows.
from neural_imaging.base import texts
from neural_imaging.base.errors import UserError
from neural_imaging.study import catalogue, overlay

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


sources, defaults = Library(checkout.ROOT), checkout.own(overlay.DEFAULTS)
try:
    configuration.check_checkout(checkout.ROOT)
    if workflow.is_main_process:
        configuration.check_keys(workflow.overwrite_configfiles)
    # What there is by now is what the user says; it is laid over the defaults.
    whole = overlay.complete(texts.of_file(defaults), config)
    config.clear()
    config.update(whole)
    configuration.check_form(config)
    configuration.check(config)
    # Jobs may run where a folder of photographs that they do not need is not to be seen.
    if workflow.is_main_process:
        configuration.check_files(config)
except UserError as error:
    refuse(error)


experiments, studies = Experiments(config), Studies(config)
samples, targets = Samples(config, experiments, studies), Targets(config, experiments)
drawing = Drawing(config, experiments, studies, samples)
RUN = grid.PATTERN


def either(names):
    """Regular expression for one of these names; that of nothing where there are none."""
    return "|".join(map(re.escape, names)) or "(?!)"


def library(name, *names):
    """Parameter: what the library's files have in them that results depend on; see `Library.files`.

    Args:
        name: the program's, or dotted that of a module which it imports by name.
        names: networks or modules, or functions of wildcards that give a list of some.
    """
    if not any(map(callable, names)):
        return sources.code(name, *names)

    def code(wildcards):
        given = [each(wildcards) if callable(each) else [each] for each in names]
        return library(name, *sum(given, []))

    return code


def settings(of, *names):
    """Parameter: settings of a job as JSON, for the wildcards of these names.

    They are what it depends on and nothing else, since a job whose settings change runs again. They come from
    functions: in a text that stands in a rule, Snakemake takes braces for wildcards.
    """
    return lambda wildcards: as_json(of(config, *(wildcards[name] for name in names)))


def configured(path):
    """Parameter or input function: what stands at a place of the configuration, such as isps/{isp}/seed."""

    def value(wildcards):
        found = config
        for key in path.split("/"):
            found = found[key.format_map(wildcards)]
        return found

    return value


def page(file, table, caption=None):
    """A table's page, which the report shows."""
    category, subcategory = PLACES.get(table, (experiments.paper, "{experiment}"))
    if "{study}" in file:
        category, subcategory = OF_CODECS, "{study}"
    return report(
        file,
        caption=f"../report/{caption or table}.rst",
        category=category,
        subcategory=subcategory,
        labels={"result": catalogue.TITLES[table], "kind": "table"},
    )


def isps_for(several):
    """Names of ISPs that learn from several cameras at once, or from each alone."""
    return [
        name for name, isp in config["isps"].items() if ("cameras" in isp) == several
    ]


def network(wildcards):
    """Name of the network behind an ISP of the configuration."""
    return [config["isps"][wildcards.isp]["model"]]


def photographs(wildcards):
    """Folder of a camera's photographs: the user's, or the one that jobs make."""
    camera = config["cameras"][wildcards.camera]
    own = camera["source"] in cameras.OWN
    return cameras.own_folder(camera) if own else f"results/raw/{wildcards.camera}"


def made_raws(wildcards):
    """The folder that jobs make. A user's is no input: it may be elsewhere once the training set is made."""
    own = config["cameras"][wildcards.camera]["source"] in cameras.OWN
    return {} if own else {"raws": photographs(wildcards)}


# Time and memory that a job may take, for clusters. A second attempt gets more.


def training_gpus():
    """GPUs of each training: one with `gpu: true` in the configuration, else none."""
    return int(config.get("gpu", False))


def isp_minutes(wildcards, attempt):
    return attempt * cost.isp_minutes(
        config["isps"][wildcards.isp], config["threads"]["training"], training_gpus()
    )


def codec_minutes(wildcards, attempt):
    return attempt * codecs.minutes(
        config, wildcards.codec, config["threads"]["training"], training_gpus()
    )


def forensic_minutes(wildcards, attempt):
    return attempt * cost.forensic_minutes(
        config["protocols"][wildcards.protocol],
        config["channels"][wildcards.channel],
        config["isps"][wildcards.isp],
        config["threads"]["training"],
        training_gpus(),
        codecs.OPERATIONS if wildcards.channel in experiments.learned else 0,
    )


def more_memory(wildcards, attempt):
    return attempt * 4000
