"""From RAW files to figures: the front door. docs/workflow.md tells what each target and each key is for."""

from snakemake.utils import min_version

min_version("9.0")


# The defaults. A file named on the command line says what differs.
configfile: "config/config.yaml"


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/codec_common.smk"
include: "workflow/rules/headline_common.smk"
include: "workflow/rules/figures_common.smk"
include: "workflow/rules/transfer_common.smk"


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
    codec=either(codecs.section(config, "codecs")) or "(?!)",
    pictures=either(codecs.section(config, "pictures")) or "(?!)",
    data_set=either(codecs.section(config, "data_sets")) or "(?!)",
    study=either(codecs.studies(config)) or "(?!)",


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
        target_codec_figures(),
        target_codec_tables(),
        target_headline,
        target_transfer(),
        target_transfer_figures(),


rule data:
    """The training set of each camera, and the pictures of codecs."""
    input:
        target_data(),


rule models:
    """Every pre-trained ISP, every trained codec and every jointly trained model."""
    input:
        target_models(),
        target_codecs(),


rule figures:
    """Every figure of every experiment and study."""
    input:
        target_figures(),
        target_codec_figures(),
        target_transfer_figures(),


rule tables:
    """Every table of every experiment and study."""
    input:
        target_tables(),
        target_codec_tables(),
        target_headline,
        target_transfer(),


include: "workflow/rules/data.smk"
include: "workflow/rules/isp.smk"
include: "workflow/rules/forensics.smk"
include: "workflow/rules/tables.smk"
include: "workflow/rules/headline.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/figures_photographs.smk"
include: "workflow/rules/signature.smk"
include: "workflow/rules/figures_networks.smk"
include: "workflow/rules/figures_codecs.smk"
include: "workflow/rules/figures_channels.smk"
include: "workflow/rules/codec.smk"
include: "workflow/rules/codec_study.smk"
include: "workflow/rules/transfer.smk"


# Each experiment and each study of codecs is a target of its own name, e.g. `snakemake --cores 2 cvpr2019`.
for name in target_names():

    rule:
        name:
            name
        input:
            named_target(name),
        localrule: True


onsuccess:
    print(*made(workflow.dag), sep="\n", flush=True)
