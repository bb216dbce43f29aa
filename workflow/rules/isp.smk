"""Camera pipelines learn to imitate the target pipeline."""

# Pipelines that learn from several cameras at once; the others learn from each alone.
SHARED = [name for name, isp in config["isps"].items() if "cameras" in isp]
NETWORK = at("isps/{isp}/model")


rule train_isp:
    """Pre-train one camera's ISP on its developed photographs."""
    input:
        images="results/data/{camera}/images.csv",
        script="scripts/train_isp.py",
    output:
        model="results/isp/{camera}/{isp}/model.keras",
        training="results/isp/{camera}/{isp}/training.csv",
        record="results/isp/{camera}/{isp}/record.json",
    log:
        "results/logs/train_isp/{camera}/{isp}.log",
    benchmark:
        "results/benchmarks/train_isp/{camera}/{isp}.tsv"
    wildcard_constraints:
        isp=either([name for name in config["isps"] if name not in SHARED]),
    conda:
        "../../envs/tensorflow.yaml"
    threads: config["threads"]["training"]
    resources:
        runtime=minutes(cost.isp_minutes, "isp"),
        gpu=GPUS,
    params:
        code=library("train_isp", NETWORK),
        settings=settings(jobs.isp, "isp"),
        seed=at("isps/{isp}/seed"),
        checkpoints="results/checkpoints/isp/{camera}/{isp}",
        curves="results/tensorboard/isp/{camera}/{isp}",
    shell:
        "python {input.script:q} --images {input.images:q} --settings {params.settings:q} --seed {params.seed:q} "
        "--output {output.model:q} --checkpoints {params.checkpoints:q} --tensorboard {params.curves:q} "
        "--threads {threads} &> {log:q}"


use rule train_isp as train_shared_isp with:
    """Pre-train one ISP on the photographs of several cameras together."""
    input:
        images=collected(CAMERA, camera="isps/{isp}/cameras"),
        script="scripts/train_isp.py",
    output:
        model="results/shared_isp/{isp}/model.keras",
        training="results/shared_isp/{isp}/training.csv",
        record="results/shared_isp/{isp}/record.json",
    log:
        "results/logs/train_shared_isp/{isp}.log",
    benchmark:
        "results/benchmarks/train_shared_isp/{isp}.tsv"
    wildcard_constraints:
        isp=either(SHARED),
    params:
        checkpoints="results/checkpoints/shared_isp/{isp}",
        curves="results/tensorboard/shared_isp/{isp}",


rule set_camera:
    """Set an ISP that learned from several cameras to one of them."""
    input:
        model="results/shared_isp/{isp}/model.keras",
        record="results/shared_isp/{isp}/record.json",
        script="scripts/set_camera.py",
    output:
        model="results/isp/{camera}/{isp}/model.keras",
        record="results/isp/{camera}/{isp}/record.json",
    log:
        "results/logs/set_camera/{camera}/{isp}.log",
    benchmark:
        "results/benchmarks/set_camera/{camera}/{isp}.tsv"
    wildcard_constraints:
        isp=either(SHARED),
    conda:
        "../../envs/tensorflow.yaml"
    params:
        code=library("set_camera", NETWORK),
    shell:
        "python {input.script:q} --model {input.model:q} --camera {wildcards.camera:q} --output {output.model:q} "
        "&> {log:q}"


rule evaluate_isp:
    """Develop the middle of each validation photograph with a trained ISP, and measure it against the target."""
    input:
        images="results/data/{camera}/images.csv",
        model="results/isp/{camera}/{isp}/model.keras",
        script="scripts/evaluate_isp.py",
    output:
        table="results/isp/{camera}/{isp}/evaluation.csv",
    log:
        "results/logs/evaluate_isp/{camera}/{isp}.log",
    benchmark:
        "results/benchmarks/evaluate_isp/{camera}/{isp}.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    threads: config["threads"]["evaluation"]
    params:
        code=library("evaluate_isp", NETWORK),
    shell:
        "python {input.script:q} --images {input.images:q} --pipeline {wildcards.isp:q}={input.model:q} --size 1024 "
        "--output {output.table:q} --threads {threads} &> {log:q}"
