"""Forensic networks are tested under conditions that they were not trained for."""


rule evaluate_robustness:
    """Test a run on the validation photographs under every condition, with the real codec."""
    input:
        model=f"results/forensics/{{protocol}}/{RUN}/model.keras",
        images="results/data/{camera}/images.csv",
        models=configured(robustness.models, "camera", "protocol"),
        script="scripts/evaluate_robustness.py",
    output:
        test=f"results/robustness/{{protocol}}/{RUN}/robustness.json",
        table=f"results/robustness/{{protocol}}/{RUN}/robustness.csv",
    log:
        f"results/logs/evaluate_robustness/{{protocol}}/{RUN}.log",
    benchmark:
        f"results/benchmarks/evaluate_robustness/{{protocol}}/{RUN}.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    threads: config["threads"]["evaluation"]
    params:
        code=library(
            "evaluate_robustness", NETWORKS, configured(robustness.of_networks), "ONet"
        ),
        conditions=settings(robustness.named, "camera", "protocol"),
        settings=settings(robustness.settings),
        labels=jobs.labels,
    shell:
        "python {input.script:q} {input.model:q} {input.images:q} --conditions {params.conditions:q} "
        "--settings {params.settings:q} --labels {params.labels:q} --output {output.test:q} --threads {threads} "
        "&> {log:q}"


rule tabulate_robustness:
    """Gather the tests: a line a run and condition, and gains over the forensic network alone."""
    input:
        tests=robustness.files(config, LEARNED, "results/robustness", "robustness.json"),
        script="scripts/tabulate.py",
    output:
        table="results/tables/robustness.csv",
        page=page("results/tables/robustness.html", "robustness_runs"),
        gains="results/tables/robustness_gains.csv",
        gains_page=page("results/tables/robustness_gains.html", "robustness_gains"),
        typeset=typeset("robustness", "robustness_gains"),
    log:
        "results/logs/tabulate_robustness.log",
    benchmark:
        "results/benchmarks/tabulate_robustness.tsv"
    conda:
        "../../envs/plotting.yaml"
    params:
        code=library(catalogue.TABLES["robustness"]),
        trained=settings(lambda config: robustness.described(config, LEARNED)),
        conditions=list(robustness.section(config).get("conditions", {})),
    shell:
        "python {input.script:q} robustness --trained {params.trained:q} --tests results/robustness "
        "--conditions {params.conditions:q} "
        "--output {output.table:q} --gains {output.gains:q} &> {log:q}"
