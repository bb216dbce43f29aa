"""Figures that show a photograph: what programs with networks make of it, and the pictures of that."""


rule sample_pipelines:
    """Develop one validation photograph with each pre-trained ISP."""
    input:
        images=example_images,
        models=isp_models,
        script="scripts/sample_pipelines.py",
        code=lambda wildcards: library("sample_pipelines", *example_networks(wildcards)),
    output:
        sample="results/evaluation/{experiment}/pipelines.npz",
    log:
        "results/logs/sample_pipelines/{experiment}.log",
    benchmark:
        "results/benchmarks/sample_pipelines/{experiment}.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    threads: config["threads"]["evaluation"]
    resources:
        mem_mb=more_memory,
        runtime=20,
    params:
        models=named_models,
    shell:
        "python {input.script:q} --images {input.images:q} {params.models:q} --output {output.sample:q} "
        "--threads {threads} &> {log:q}"


rule sample_difference:
    """Develop one photograph with a plain and an optimised ISP."""
    input:
        images=example_images,
        isp=example_isp,
        run=example_run,
        script="scripts/sample_difference.py",
        code=lambda wildcards: library(
            "sample_difference", *optimised_networks(wildcards)
        ),
    output:
        sample="results/evaluation/{experiment}/difference.npz",
    log:
        "results/logs/sample_difference/{experiment}.log",
    benchmark:
        "results/benchmarks/sample_difference/{experiment}.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    threads: config["threads"]["evaluation"]
    resources:
        mem_mb=more_memory,
        runtime=20,
    shell:
        "python {input.script:q} --images {input.images:q} --plain {input.isp:q} --optimised {input.run:q} "
        "--output {output.sample:q} --threads {threads} &> {log:q}"


rule sample_manipulations:
    """Manipulate one photograph in each way."""
    input:
        images=example_images,
        script="scripts/sample_manipulations.py",
        code=library("sample_manipulations"),
    output:
        sample="results/evaluation/{experiment}/manipulations.npz",
    log:
        "results/logs/sample_manipulations/{experiment}.log",
    benchmark:
        "results/benchmarks/sample_manipulations/{experiment}.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    threads: config["threads"]["evaluation"]
    resources:
        mem_mb=more_memory,
        runtime=20,
    params:
        manipulations=example_manipulations,
    shell:
        "python {input.script:q} --images {input.images:q} --manipulations {params.manipulations:q} "
        "--output {output.sample:q} --threads {threads} &> {log:q}"


rule plot_pipelines:
    """One photograph developed by each pipeline."""
    input:
        sample="results/evaluation/{experiment}/pipelines.npz",
        script="scripts/plot_pipelines.py",
        code=library("plot_pipelines"),
    output:
        pdf="results/figures/{experiment}/pipelines.pdf",
        png=report(
            "results/figures/{experiment}/pipelines.png",
            caption="../report/pipelines.rst",
            category=paper,
            subcategory="{experiment}",
            labels={"result": "pipelines", "kind": "figure"},
        ),
    log:
        "results/logs/plot_pipelines/{experiment}.log",
    benchmark:
        "results/benchmarks/plot_pipelines/{experiment}.tsv"
    conda:
        "../../envs/plotting.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    shell:
        "python {input.script:q} --sample {input.sample:q} --output {output.pdf:q} &> {log:q}"


rule plot_difference:
    """A plain and an optimised ISP, their difference and spectra."""
    input:
        sample="results/evaluation/{experiment}/difference.npz",
        script="scripts/plot_difference.py",
        code=library("plot_difference"),
    output:
        pdf="results/figures/{experiment}/difference.pdf",
        png=report(
            "results/figures/{experiment}/difference.png",
            caption="../report/difference.rst",
            category=paper,
            subcategory="{experiment}",
            labels={"result": "difference of ISPs", "kind": "figure"},
        ),
    log:
        "results/logs/plot_difference/{experiment}.log",
    benchmark:
        "results/benchmarks/plot_difference/{experiment}.tsv"
    conda:
        "../../envs/plotting.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    shell:
        "python {input.script:q} --sample {input.sample:q} --output {output.pdf:q} &> {log:q}"


rule plot_manipulations:
    """One photograph, manipulated in each way."""
    input:
        sample="results/evaluation/{experiment}/manipulations.npz",
        script="scripts/plot_manipulations.py",
        code=library("plot_manipulations"),
    output:
        pdf="results/figures/{experiment}/manipulations.pdf",
        png=report(
            "results/figures/{experiment}/manipulations.png",
            caption="../report/manipulations.rst",
            category=paper,
            subcategory="{experiment}",
            labels={"result": "manipulations", "kind": "figure"},
        ),
    log:
        "results/logs/plot_manipulations/{experiment}.log",
    benchmark:
        "results/benchmarks/plot_manipulations/{experiment}.tsv"
    conda:
        "../../envs/plotting.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    shell:
        "python {input.script:q} --sample {input.sample:q} --output {output.pdf:q} &> {log:q}"
