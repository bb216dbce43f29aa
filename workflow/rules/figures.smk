"""Figures, each drawn by its module as lib/neural_imaging/study/catalogue.py says."""


def figure_sources(wildcards):
    """Files that a figure is drawn from: the catalogue's, and those that the configuration names."""
    figure = catalogue.FIGURES[wildcards.figure]
    owners = {
        catalogue.STUDY: codecs.studies(config),
        catalogue.TRANSFER: ["transfer"],
    }
    if wildcards.subject not in owners.get(figure.where[0], config["experiments"]):
        raise WorkflowError(f"{wildcards.subject} has no figure {wildcards.figure}")
    more = {
        "signature": experiments.shown_tiles,
        "rate_distortion": studies.published("rate_distortion"),
    }
    files = expand("results/{file}", file=figure.sources)
    files = [file.format(subject=wildcards.subject) for file in files]
    return files + more.get(wildcards.figure, lambda wildcards: [])(wildcards)


def figure_options(wildcards):
    """Options for what a figure says of the configuration."""
    said = {"system": samples.system, "channels": samples.channels}.get(
        wildcards.figure
    )
    return ["--settings", as_json(said(wildcards))] if said else []


def figure_labels(wildcards):
    """What the report says of a figure in its columns."""
    return {"result": catalogue.FIGURES[wildcards.figure].title, "kind": "figure"}


rule plot:
    """Draw a figure of an experiment, of a study of codecs, or of the tests on other pictures."""
    input:
        sources=figure_sources,
        script="scripts/plot.py",
    output:
        pdf="results/figures/{subject}/{figure}.pdf",
        png=report(
            "results/figures/{subject}/{figure}.png",
            caption="../report/figure.rst",
            category=experiments.paper,
            subcategory="{subject}",
            labels=figure_labels,
        ),
    log:
        "results/logs/plot/{subject}/{figure}.log",
    benchmark:
        "results/benchmarks/plot/{subject}/{figure}.tsv"
    conda:
        "../../envs/plotting.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        code=lambda wildcards: library(catalogue.module(wildcards.figure)),
        caption=lambda wildcards: catalogue.FIGURES[wildcards.figure].caption,
        options=figure_options,
    shell:
        "python {input.script:q} {wildcards.figure:q} {input.sources:q} {params.options:q} --output {output.pdf:q} "
        "&> {log:q}"
