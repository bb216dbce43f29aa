"""From RAW files to figures: the front door. docs/workflow.md tells what each target and each key is for."""

from snakemake.utils import min_version

min_version("9.0")


# A file named on the command line decides alone; it is not merged over the demo's.
if not workflow.overwrite_configfiles:

    configfile: "config/config.yaml"


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"


wildcard_constraints:
    camera=either(config["cameras"]),
    isp=either(config["isps"]),
    channel=either(config["channels"]),
    protocol=either(config["protocols"]),
    experiment=either(config["experiments"]),
    lambda_isp="fan-only|[0-9.e-]+",
    lambda_codec="none|basic|[0-9.e-]+",
    signature="none|[0-9.e-]+",
    run="[0-9]+",
    codec=either(codecs.section(config, "codecs")),
    pictures=either(codecs.section(config, "pictures")),
    data_set=either(codecs.section(config, "data_sets")),
    study=either(codecs.studies(config)),
    subject=either([*targets.names, "transfer"]),
    figure=either(catalogue.FIGURES),


localrules:
    all,
    data,
    models,
    figures,
    tables,


rule all:
    """Everything that the configuration asks for."""
    input:
        targets.figures(),
        targets.tables(),


rule data:
    """The training set of each camera, and the pictures of codecs."""
    input:
        targets.data(),


rule models:
    """Every pre-trained ISP, every trained codec and every jointly trained model."""
    input:
        targets.models(),


rule figures:
    """Every figure of every experiment and study."""
    input:
        targets.figures(),


rule tables:
    """Every table of every experiment and study."""
    input:
        targets.tables(),


include: "workflow/rules/data.smk"
include: "workflow/rules/isp.smk"
include: "workflow/rules/forensics.smk"
include: "workflow/rules/tables.smk"
include: "workflow/rules/headline.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/samples.smk"
include: "workflow/rules/signature.smk"
include: "workflow/rules/codec.smk"
include: "workflow/rules/codec_study.smk"
include: "workflow/rules/transfer.smk"


# Each experiment and each study of codecs is a target of its own name, e.g. `snakemake --cores 2 cvpr2019`.
for name in targets.names:

    rule:
        name:
            name
        input:
            targets.named(name),
        localrule: True


onsuccess:
    print(*made(workflow.dag), sep="\n", flush=True)
