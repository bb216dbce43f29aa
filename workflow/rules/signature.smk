"""Learned tiles of cameras: what manipulations and the channel leave of them, and how well strangers estimate them."""


rule sample_signature:
    """Follow a run's learned tile through manipulations and the channel, and estimate it."""
    input:
        model=f"results/forensics/{{protocol}}/{RUN}/model.keras",
        images="results/data/{camera}/images.csv",
        script="scripts/sample_signature.py",
    output:
        sample=f"results/forensics/{{protocol}}/{RUN}/signature.npz",
    log:
        f"results/logs/sample_signature/{{protocol}}/{RUN}.log",
    benchmark:
        f"results/benchmarks/sample_signature/{{protocol}}/{RUN}.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    threads: config["threads"]["evaluation"]
    params:
        code=library("sample_signature", NETWORKS),
        labels=jobs.labels,
    shell:
        "python {input.script:q} --model {input.model:q} --images {input.images:q} --labels {params.labels:q} "
        "--output {output.sample:q} --threads {threads} &> {log:q}"


rule tabulate_signature:
    """Strengths of learned tiles at each stage, and how many photographs an attacker needs."""
    input:
        samples=configured(experiments.signatures, "experiment"),
        script="scripts/tabulate.py",
    output:
        table="results/tables/{experiment}_signature.csv",
        page=page("results/tables/{experiment}_signature.html", "signature_table"),
        typeset=typeset("{experiment}_signature"),
    log:
        "results/logs/tabulate_signature/{experiment}.log",
    benchmark:
        "results/benchmarks/tabulate_signature/{experiment}.tsv"
    conda:
        "../../envs/plotting.yaml"
    params:
        code=library(catalogue.TABLES["signature"]),
        root=configured(experiments.root, "experiment"),
        grid=settings(experiments.axes, "experiment"),
        phased=configured(experiments.phased, "experiment"),
    shell:
        "python {input.script:q} signature --root {params.root:q} --grid {params.grid:q} --phased {params.phased:q} "
        "--output {output.table:q} &> {log:q}"
