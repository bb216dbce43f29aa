"""From RAW files to figures: the front door. docs/workflow.md tells what each target and each key is for."""

from snakemake.utils import min_version

min_version("9.0")


# A file named on the command line decides alone; it is not merged over the demo's.
if not workflow.overwrite_configfiles:

    configfile: "config/config.yaml"


include: "workflow/rules/common.smk"


wildcard_constraints:
    camera=either(config["cameras"]),
    isp=either(config["isps"]),
    channel=either(config["channels"]),
    protocol=either(config["protocols"]),
    experiment=either(config["experiments"]),
    lambda_isp="fan-only|[0-9.e-]+",
    run="[0-9]+",


localrules:
    all,
    data,
    models,
    figures,
    tables,


rule all:
    """Everything that the configuration asks for."""
    input:
        target_figures(),
        target_tables(),


rule data:
    """The training set of each camera."""
    input:
        expand("results/data/{camera}/images.csv", camera=used_cameras()),


rule models:
    """Every pre-trained ISP and every jointly trained model."""
    input:
        target_models(),


rule figures:
    """Every figure of every experiment."""
    input:
        target_figures(),


rule tables:
    """Every table of every experiment."""
    input:
        target_tables(),


include: "workflow/rules/data.smk"
include: "workflow/rules/isp.smk"
include: "workflow/rules/forensics.smk"
include: "workflow/rules/tables.smk"
include: "workflow/rules/figures.smk"


# Each experiment is a target of its own name, e.g. `snakemake --cores 2 cvpr2019`.
for name in config["experiments"]:

    rule:
        name:
            name
        input:
            target_figures(name),
            target_tables(name),
        localrule: True


onsuccess:
    print(*made(workflow.dag), sep="\n", flush=True)
