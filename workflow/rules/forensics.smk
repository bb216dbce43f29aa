"""ISPs and forensic networks are trained together, one job a grid point and repetition, and judged."""

NETWORKS = configured(experiments.networks, "isp", "channel")


rule train_forensics:
    """Train the forensic network jointly with an ISP, a codec and a signature, or alone (fan-only, basic, none)."""
    input:
        images="results/data/{camera}/images.csv",
        isp="results/isp/{camera}/{isp}/model.keras",
        codec=collect(CODEC, codec=configured(experiments.codec, "channel")),
        script="scripts/train_forensics.py",
    output:
        model=f"results/forensics/{{protocol}}/{RUN}/model.keras",
        training=f"results/forensics/{{protocol}}/{RUN}/training.csv",
        record=f"results/forensics/{{protocol}}/{RUN}/record.json",
    log:
        f"results/logs/train_forensics/{{protocol}}/{RUN}.log",
    benchmark:
        f"results/benchmarks/train_forensics/{{protocol}}/{RUN}.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    threads: config["threads"]["training"]
    resources:
        runtime=minutes(cost.forensic_minutes, "protocol", "channel", "isp"),
        gpu=GPUS,
    params:
        code=library("train_forensics", NETWORKS),
        settings=settings(jobs.forensic, "protocol", "channel"),
        checkpoints=f"results/checkpoints/forensics/{{protocol}}/{RUN}",
        curves=f"results/tensorboard/forensics/{{protocol}}/{RUN}",
        codec=option("--codec-model", "codec"),
    shell:
        "python {input.script:q} --images {input.images:q} --isp-model {input.isp:q} {params.codec:q} "
        "--lambda-isp {wildcards.lambda_isp:q} --lambda-codec {wildcards.lambda_codec:q} "
        "--signature {wildcards.signature:q} --run {wildcards.run:q} --settings {params.settings:q} "
        "--output {output.model:q} --checkpoints {params.checkpoints:q} --tensorboard {params.curves:q} "
        "--threads {threads} &> {log:q}"


rule evaluate_forensics:
    """Measure a trained model on the validation photographs, with the training's codec and with the real one."""
    input:
        model=f"results/forensics/{{protocol}}/{RUN}/model.keras",
        images="results/data/{camera}/images.csv",
        script="scripts/evaluate_forensics.py",
    output:
        evaluation=f"results/forensics/{{protocol}}/{RUN}/evaluation.json",
        probabilities=f"results/forensics/{{protocol}}/{RUN}/probabilities.npz",
    log:
        f"results/logs/evaluate_forensics/{{protocol}}/{RUN}.log",
    benchmark:
        f"results/benchmarks/evaluate_forensics/{{protocol}}/{RUN}.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    threads: config["threads"]["evaluation"]
    params:
        code=library("evaluate_forensics", NETWORKS),
        settings=settings(jobs.evaluation, "protocol"),
        labels=jobs.labels,
    shell:
        "python {input.script:q} --model {input.model:q} --images {input.images:q} --settings {params.settings:q} "
        "--labels {params.labels:q} --output {output.evaluation:q} --threads {threads} &> {log:q}"
