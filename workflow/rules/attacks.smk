"""Learned signatures are attacked by somebody who has photographs."""


rule evaluate_attacks:
    """Estimate a run's signature from photographs for training; remove it from those for validation, and forge it."""
    input:
        model=f"results/forensics/{{protocol}}/{RUN}/model.keras",
        images="results/data/{camera}/images.csv",
        script="scripts/evaluate_attacks.py",
    output:
        test=f"results/attacks/{{protocol}}/{RUN}/attacks.json",
        table=f"results/attacks/{{protocol}}/{RUN}/attacks.csv",
    log:
        f"results/logs/evaluate_attacks/{{protocol}}/{RUN}.log",
    benchmark:
        f"results/benchmarks/evaluate_attacks/{{protocol}}/{RUN}.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    threads: config["threads"]["evaluation"]
    params:
        code=library("evaluate_attacks", NETWORKS),
        settings=settings(attacks.settings),
        labels=jobs.labels,
    shell:
        "python {input.script:q} {input.model:q} {input.images:q} --settings {params.settings:q} "
        "--labels {params.labels:q} --output {output.test:q} --threads {threads} &> {log:q}"


rule tabulate_attacks:
    """Gather the tests: a line a run and attack."""
    input:
        tests=attacks.files(config, LEARNED, "results/attacks", "attacks.json"),
        script="scripts/tabulate.py",
    output:
        table="results/tables/attacks.csv",
        page=page("results/tables/attacks.html", "attacks"),
        typeset=typeset("attacks"),
    log:
        "results/logs/tabulate_attacks.log",
    benchmark:
        "results/benchmarks/tabulate_attacks.tsv"
    conda:
        "../../envs/plotting.yaml"
    params:
        code=library(catalogue.TABLES["attacks"]),
        trained=settings(lambda config: attacks.described(config, LEARNED)),
    shell:
        "python {input.script:q} attacks --trained {params.trained:q} --tests results/attacks "
        "--output {output.table:q} &> {log:q}"
