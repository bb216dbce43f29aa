"""Learned tiles of cameras: what manipulations and the channel leave of them, and how well strangers estimate them."""


rule sample_signature:
    """Follow a run's learned tile through manipulations and the channel, and estimate it."""
    input:
        model=f"results/forensics/{{protocol}}/{RUN}/model.keras",
        images="results/data/{camera}/images.csv",
        script="scripts/sample_signature.py",
        code=lambda wildcards: library(
            "sample_signature", *forensic_networks(wildcards)
        ),
    output:
        sample=f"results/forensics/{{protocol}}/{RUN}/signature.npz",
    log:
        f"results/logs/sample_signature/{{protocol}}/{RUN}.log",
    benchmark:
        f"results/benchmarks/sample_signature/{{protocol}}/{RUN}.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    threads: config["threads"]["evaluation"]
    resources:
        mem_mb=more_memory,
        runtime=60,
    params:
        labels=run_labels,
    shell:
        "python {input.script:q} --model {input.model:q} --images {input.images:q} --labels {params.labels:q} "
        "--output {output.sample:q} --threads {threads} &> {log:q}"


rule tabulate_signature:
    """Strengths of learned tiles at each stage, and how many photographs an attacker needs."""
    input:
        samples=signature_samples(lambda wildcards: tiled(wildcards.experiment)),
        script="scripts/tabulate_signature.py",
        code=library("tabulate_signature"),
    output:
        table="results/tables/{experiment}_signature.csv",
        page=report(
            "results/tables/{experiment}_signature.html",
            caption="../report/signature_table.rst",
            category=paper,
            subcategory="{experiment}",
            labels={"result": "learned tiles", "kind": "table"},
        ),
        typeset=multiext("results/tables/{experiment}_signature", ".md", ".tex"),
    log:
        "results/logs/tabulate_signature/{experiment}.log",
    benchmark:
        "results/benchmarks/tabulate_signature/{experiment}.tsv"
    conda:
        "../../envs/plotting.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        root=lambda wildcards: f"results/forensics/{experiment(wildcards)['protocol']}",
        grid=grid_settings,
        phased=lambda wildcards: figures.phased(experiment(wildcards), config["isps"]),
    shell:
        "python {input.script:q} --root {params.root:q} --grid {params.grid:q} --phased {params.phased:q} "
        "--output {output.table:q} &> {log:q}"


rule plot_signature:
    """Learned tiles, and what is left of them."""
    input:
        samples=signature_samples(
            lambda wildcards: figures.tiles(
                experiment(wildcards), LEARNED, config["isps"]
            )
        ),
        script="scripts/plot_signature.py",
        code=library("plot_signature"),
    output:
        pdf="results/figures/{experiment}/signature.pdf",
        png=report(
            "results/figures/{experiment}/signature.png",
            caption="../report/signature.rst",
            category=paper,
            subcategory="{experiment}",
            labels={"result": "learned tiles", "kind": "figure"},
        ),
    log:
        "results/logs/plot_signature/{experiment}.log",
    benchmark:
        "results/benchmarks/plot_signature/{experiment}.tsv"
    conda:
        "../../envs/plotting.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    shell:
        "python {input.script:q} --sample {input.samples:q} --output {output.pdf:q} &> {log:q}"
