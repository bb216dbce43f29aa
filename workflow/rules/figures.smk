"""Figures, each drawn by its module as lib/neural_imaging/study/catalogue.py says."""


rule plot:
    """Draw a figure of an experiment, of a study of codecs, or of the tests on other pictures."""
    input:
        sources=drawing.sources,
        script="scripts/plot.py",
    output:
        pdf="results/figures/{subject}/{figure}.pdf",
        png=report(
            "results/figures/{subject}/{figure}.png",
            caption="../report/figure.rst",
            category=experiments.paper,
            subcategory="{subject}",
            labels=drawing.labels,
        ),
    log:
        "results/logs/plot/{subject}/{figure}.log",
    benchmark:
        "results/benchmarks/plot/{subject}/{figure}.tsv"
    conda:
        "../../envs/plotting.yaml"
    params:
        code=lambda wildcards: library(catalogue.module(wildcards.figure)),
        caption=drawing.caption,
        options=drawing.options,
    shell:
        "python {input.script:q} {wildcards.figure:q} {input.sources:q} {params.options:q} --output {output.pdf:q} "
        "&> {log:q}"
