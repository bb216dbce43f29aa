"""What the rules share: the checked configuration, and parameters and inputs that follow from it."""

import functools
import os
import re
import sys
from pathlib import Path

from planning import attacks, cameras, checkout, codecs, cost, drawing, experiments
from planning import fingerprints, grid, headline, jobs, localisation, presets
from planning import robustness, samples, start, studies, targets, transfer
from planning.library import Library

# Where the library lies, planning knows.
from neural_imaging.study import catalogue

# Rules call `python`; without conda that is the Python which runs Snakemake, even where its environment is not active.
os.environ.update(PATH=f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}")
# Programs end with the Snakemake that started them, so that none is at work unseen when it was killed.
os.environ.update(NEURAL_IMAGING_PARENT=str(os.getpid()))
# SIGTERM before a time limit goes to every process of a job: the shell waits while its program saves what it has.
shell.prefix("set -euo pipefail; trap : TERM; ")

start.take(config, workflow.overwrite_configfiles if workflow.is_main_process else None)

# Paths that rules fill in.
RUN, CODEC = grid.PATTERN, "results/codecs/{codec}/model.keras"
CAMERA = "results/data/{camera}/images.csv"
DATA_SET = "results/data_sets/{data_set}/images.csv"
# GPUs of each training, and channels with a learned codec.
GPUS, LEARNED = int(config.get("gpu", False)), codecs.learned_channels(config)
sources = Library(checkout.ROOT)


def either(names):
    """Regular expression for one of these names; that of nothing where there are none."""
    return "|".join(map(re.escape, names)) or "(?!)"


def library(name, *networks):
    """Parameter: what the library's files have in them that results depend on; see `Library.files`.

    Args:
        name: the program's, wildcards in it filled in, or dotted that of a module which it imports by name.
        networks: names of networks, or functions of wildcards that give one or several.
    """

    def code(wildcards):
        given = [each(wildcards) if callable(each) else each for each in networks]
        return sources.code(name.format_map(wildcards), *flatten(given))

    return code


def at(place):
    """Parameter or input: what stands at a place of the configuration, wildcards in it filled in; else nothing."""
    # Snakemake's `lookup` goes through all of the configuration for one value.
    return lambda wildcards: jobs.standing(config, place.format_map(wildcards))


def collected(pattern, **places):
    """Parameter or input: a pattern for each value that stands at places of the configuration."""
    return collect(pattern, **{name: at(place) for name, place in places.items()})


def option(name, part):
    """Parameter: an option with a file of the input; nothing where there is none."""
    return lambda wildcards, input: expand(f"{name}={{file}}", file=input[part])


def configured(of, *names, **more):
    """Function of wildcards: what `of` says of the configuration and of the wildcards of these names."""
    # A grid has thousands of jobs, and few values of most wildcards.
    value = functools.cache(lambda *given: of(config, *given, **more))
    return lambda wildcards: value(*map(wildcards.get, names))


def settings(of, *names):
    """Parameter: the same as JSON, of what a job depends on and nothing else: where it changes, the job runs again.

    It is a function, since Snakemake takes braces in a text that stands in a rule for wildcards.
    """
    return configured(lambda config, *given: jobs.as_json(of(config, *given)), *names)


def minutes(of, *names):
    """Resource: the same as minutes of a training. A second attempt gets more."""
    value = configured(of, *names)
    return lambda wildcards, attempt: attempt * value(wildcards)


def page(file, table, caption=None):
    """A table's page, which the report shows."""
    place = configured(drawing.paper, "experiment"), "{experiment}"
    if "{study}" in file:
        place = drawing.OF_CODECS, "{study}"
    category, subcategory = drawing.PLACES.get(table, place)
    return report(
        file,
        caption=f"../report/{caption or table}.rst",
        category=category,
        subcategory=subcategory,
        labels={"result": catalogue.TITLES[table], "kind": "table"},
    )


def typeset(*tables):
    """The same tables in Markdown and LaTeX."""
    return expand("results/tables/{table}.{form}", table=tables, form=["md", "tex"])
