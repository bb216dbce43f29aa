"""Forensic networks are tested on other pictures than those that they have learned from."""


rule test_forensics:
    """Test a run's forensic network on every set of pictures, behind the run's channel."""
    input:
        model=f"results/forensics/{{protocol}}/{RUN}/model.keras",
        sets=tested_sets,
        script="scripts/test_fan.py",
        code=lambda wildcards: library(
            "test_fan", *forensic_networks(wildcards), "ONet"
        ),
    output:
        test=f"results/transfer/{{protocol}}/{RUN}/test.json",
    log:
        f"results/logs/test_forensics/{{protocol}}/{RUN}.log",
    benchmark:
        f"results/benchmarks/test_forensics/{{protocol}}/{RUN}.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    threads: config["threads"]["evaluation"]
    resources:
        mem_mb=more_memory,
        runtime=60,
    params:
        sets=named_sets,
        settings=transfer_settings,
        labels=run_labels,
    shell:
        "python {input.script:q} --model {input.model:q} --images {params.sets:q} --settings {params.settings:q} "
        "--labels {params.labels:q} --output {output.test:q} --threads {threads} &> {log:q}"


rule tabulate_transfer:
    """Gather the tests, a line a run and set of pictures."""
    input:
        tests=transfer_files("results/transfer", "test.json"),
        evaluations=transfer_files("results/forensics", "evaluation.json"),
        script="scripts/tabulate_transfer.py",
        code=library("tabulate_transfer"),
    output:
        table="results/tables/transfer.csv",
        page=report(
            "results/tables/transfer.html",
            caption="../report/transfer_table.rst",
            category=OF_CODECS,
            subcategory="transfer",
            labels={"result": "transfer to other pictures", "kind": "table"},
        ),
        typeset=multiext("results/tables/transfer", ".md", ".tex"),
    log:
        "results/logs/tabulate_transfer.log",
    benchmark:
        "results/benchmarks/tabulate_transfer.tsv"
    conda:
        "../../envs/plotting.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        trained=transfer_runs,
    shell:
        "python {input.script:q} --trained {params.trained:q} --tests results/transfer --evaluations results/forensics "
        "--output {output.table:q} &> {log:q}"


if transfer.section(config):

    rule transfer:
        input:
            target_transfer(),
            target_transfer_figures(),
        localrule: True
