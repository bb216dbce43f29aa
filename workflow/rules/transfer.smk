"""Forensic networks are tested on other pictures than those that they have learned from."""


rule evaluate_fan:
    """Test a run's forensic network on every set of pictures, behind the run's channel."""
    input:
        model=f"results/forensics/{{protocol}}/{RUN}/model.keras",
        sets=list(transfer.sets(config).values()),
        script="scripts/evaluate_fan.py",
    output:
        test=f"results/transfer/{{protocol}}/{RUN}/test.json",
    log:
        f"results/logs/evaluate_fan/{{protocol}}/{RUN}.log",
    benchmark:
        f"results/benchmarks/evaluate_fan/{{protocol}}/{RUN}.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    threads: config["threads"]["evaluation"]
    params:
        code=library("evaluate_fan", NETWORKS, "ONet"),
        images=[f"{name}={file}" for name, file in transfer.sets(config).items()],
        settings=settings(jobs.tested),
        labels=jobs.labels,
    shell:
        "python {input.script:q} --model {input.model:q} --images {params.images:q} --settings {params.settings:q} "
        "--labels {params.labels:q} --output {output:q} --threads {threads} &> {log:q}"


rule tabulate_transfer:
    """Gather the tests, a line a run and set of pictures."""
    input:
        tests=transfer.files(config, LEARNED, "results/transfer", "test.json"),
        evaluations=transfer.files(
            config, LEARNED, "results/forensics", "evaluation.json"
        ),
        script="scripts/tabulate.py",
    output:
        table="results/tables/transfer.csv",
        page=page("results/tables/transfer.html", "transfer_table"),
        typeset=typeset("transfer"),
    log:
        "results/logs/tabulate_transfer.log",
    benchmark:
        "results/benchmarks/tabulate_transfer.tsv"
    conda:
        "../../envs/plotting.yaml"
    params:
        code=library(catalogue.TABLES["transfer"]),
        trained=settings(lambda config: transfer.described(config, LEARNED)),
    shell:
        "python {input.script:q} transfer --trained {params.trained:q} --tests results/transfer "
        "--evaluations results/forensics --output {output.table:q} &> {log:q}"
