"""Camera pipelines learn to imitate the target pipeline."""


rule train_isp:
    """Pre-train one camera's ISP on its developed photographs."""
    input:
        images="results/data/{camera}/images.csv",
        script="scripts/train_isp.py",
        code=lambda wildcards: library("train_isp", network(wildcards)),
    output:
        model="results/isp/{camera}/{isp}/model.keras",
        training="results/isp/{camera}/{isp}/training.csv",
        record="results/isp/{camera}/{isp}/record.json",
    log:
        "results/logs/train_isp/{camera}/{isp}.log",
    benchmark:
        "results/benchmarks/train_isp/{camera}/{isp}.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    threads: config["threads"]["training"]
    resources:
        mem_mb=more_memory,
        runtime=isp_minutes,
    params:
        settings=isp_settings,
        seed=lambda wildcards: config["isps"][wildcards.isp]["seed"],
        checkpoints="results/checkpoints/isp/{camera}/{isp}",
        curves="results/tensorboard/isp/{camera}/{isp}",
    shell:
        "python {input.script} --images {input.images} --settings {params.settings:q} "
        "--seed {params.seed} --output {output.model} --checkpoints {params.checkpoints} "
        "--tensorboard {params.curves} --threads {threads} &> {log}"
