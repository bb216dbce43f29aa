"""Forensic networks are asked which region of a photograph was forged."""


rule evaluate_localisation:
    """Forge regions of a camera's validation photographs, send these, and hold a run's maps against the masks."""
    input:
        model=f"results/forensics/{{protocol}}/{RUN}/model.keras",
        images="results/data/{camera}/images.csv",
        models=configured(localisation.models, "camera"),
        script="scripts/evaluate_localisation.py",
    output:
        test=f"results/localisation/{{protocol}}/{RUN}/localisation.json",
        table=f"results/localisation/{{protocol}}/{RUN}/localisation.csv",
    log:
        f"results/logs/evaluate_localisation/{{protocol}}/{RUN}.log",
    benchmark:
        f"results/benchmarks/evaluate_localisation/{{protocol}}/{RUN}.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    threads: config["threads"]["evaluation"]
    params:
        code=library(
            "evaluate_localisation",
            NETWORKS,
            configured(localisation.of_networks),
            "ONet",
        ),
        regions=settings(localisation.named, "camera"),
        settings=settings(localisation.settings),
        labels=jobs.labels,
    shell:
        "python {input.script:q} {input.model:q} {input.images:q} --regions {params.regions:q} "
        "--settings {params.settings:q} --labels {params.labels:q} --output {output.test:q} --threads {threads} "
        "&> {log:q}"


rule tabulate_localisation:
    """Gather the tests: a line a run and region, and gains over the forensic network alone."""
    input:
        tests=localisation.files(
            config, LEARNED, "results/localisation", "localisation.json"
        ),
        script="scripts/tabulate.py",
    output:
        table="results/tables/localisation.csv",
        page=page("results/tables/localisation.html", "localisation_runs"),
        gains="results/tables/localisation_gains.csv",
        gains_page=page("results/tables/localisation_gains.html", "localisation_gains"),
        typeset=typeset("localisation", "localisation_gains"),
    log:
        "results/logs/tabulate_localisation.log",
    benchmark:
        "results/benchmarks/tabulate_localisation.tsv"
    conda:
        "../../envs/plotting.yaml"
    params:
        code=library(catalogue.TABLES["localisation"]),
        trained=settings(lambda config: localisation.described(config, LEARNED)),
    shell:
        "python {input.script:q} localisation --trained {params.trained:q} --tests results/localisation "
        "--output {output.table:q} --gains {output.gains:q} &> {log:q}"
