"""Figures, each drawn by its module as lib/neural_imaging/study/catalogue.py says."""


rule plot:
    """Draw a figure of an experiment, of a study of codecs, or of tests of runs."""
    input:
        sources=configured(drawing.sources, "subject", "figure"),
        script="scripts/plot.py",
    output:
        pdf="results/figures/{subject}/{figure}.pdf",
        png=report(
            "results/figures/{subject}/{figure}.png",
            caption="../report/figure.rst",
            category=configured(drawing.category, "subject", "figure"),
            subcategory="{subject}",
            labels=configured(drawing.labels, "figure"),
        ),
    log:
        "results/logs/plot/{subject}/{figure}.log",
    benchmark:
        "results/benchmarks/plot/{subject}/{figure}.tsv"
    conda:
        "../../envs/plotting.yaml"
    params:
        code=lambda wildcards: sources.code(catalogue.module(wildcards.figure)),
        caption=lambda wildcards: catalogue.FIGURES[wildcards.figure].caption,
        options=configured(drawing.options, "subject", "figure"),
    shell:
        "python {input.script:q} {wildcards.figure:q} {input.sources:q} {params.options:q} --output {output.pdf:q} "
        "&> {log:q}"
