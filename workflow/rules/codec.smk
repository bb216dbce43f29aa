"""Learned codecs are trained, and measured beside the standards."""


rule prepare_codec_pictures:
    """Crop and resize the pictures that codecs learn from, and list each one found."""
    input:
        pictures_of("pictures", "pictures"),
        # Pictures that codecs are compared on are not learned from.
        apart=compared_sets,
        script="scripts/prepare_codec_data.py",
        code=library("prepare_codec_data"),
    output:
        images="results/pictures/{pictures}/images.csv",
        pictures="results/pictures/{pictures}/pictures.npy",
    log:
        "results/logs/prepare_codec_pictures/{pictures}.log",
    benchmark:
        "results/benchmarks/prepare_codec_pictures/{pictures}.tsv"
    conda:
        "../../envs/imaging.yaml"
    threads: config["threads"]["data"]
    resources:
        mem_mb=more_memory,
        runtime=240,
    params:
        sources=sources_of("pictures", "pictures"),
        settings=pictures_settings,
    shell:
        "python {input.script:q} --images {params.sources:q} --settings {params.settings:q} --apart {input.apart:q} "
        "--output {output.images:q} --threads {threads} &> {log:q}"


rule prepare_data_set:
    """Cut the pictures that codecs are compared on."""
    input:
        pictures_of("data_sets", "data_set"),
        script="scripts/prepare_comparison_set.py",
        code=library("prepare_comparison_set"),
    output:
        images="results/data_sets/{data_set}/images.csv",
    log:
        "results/logs/prepare_data_set/{data_set}.log",
    benchmark:
        "results/benchmarks/prepare_data_set/{data_set}.tsv"
    conda:
        "../../envs/imaging.yaml"
    threads: 1
    resources:
        mem_mb=more_memory,
        runtime=60,
    params:
        sources=sources_of("data_sets", "data_set"),
        settings=data_set_settings,
    shell:
        "python {input.script:q} --images {params.sources:q} --settings {params.settings:q} --output {output.images:q} "
        "&> {log:q}"


rule train_codec:
    """Train a learned codec."""
    input:
        images=codec_pictures,
        script="scripts/train_dcn.py",
        code=lambda wildcards: library("train_dcn", codec_network(wildcards)),
    output:
        model="results/codecs/{codec}/model.keras",
        training="results/codecs/{codec}/training.csv",
        record="results/codecs/{codec}/record.json",
    log:
        "results/logs/train_codec/{codec}.log",
    benchmark:
        "results/benchmarks/train_codec/{codec}.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    threads: config["threads"]["training"]
    resources:
        mem_mb=more_memory,
        runtime=codec_minutes,
        gpu=training_gpus(),
    params:
        settings=codec_settings,
        seed=lambda wildcards: config["codecs"][wildcards.codec]["seed"],
        checkpoints="results/checkpoints/codecs/{codec}",
        curves="results/tensorboard/codecs/{codec}",
    shell:
        "python {input.script:q} --images {input.images:q} --settings {params.settings:q} --seed {params.seed:q} "
        "--output {output.model:q} --checkpoints {params.checkpoints:q} --tensorboard {params.curves:q} "
        "--threads {threads} &> {log:q}"


rule profile_standard:
    """Measure a standard codec on a data set, at all its qualities."""
    input:
        images="results/data_sets/{data_set}/images.csv",
        script="scripts/profile_codec.py",
        code=library("profile_codec"),
    output:
        profile="results/profiles/{data_set}/{standard}.json",
    log:
        "results/logs/profile_standard/{data_set}/{standard}.log",
    benchmark:
        "results/benchmarks/profile_standard/{data_set}/{standard}.tsv"
    wildcard_constraints:
        standard=standards(),
    conda:
        "../../envs/tensorflow.yaml"
    threads: config["threads"]["evaluation"]
    resources:
        mem_mb=more_memory,
        runtime=240,
    params:
        images=subpath(input.images, parent=True),
    shell:
        "python {input.script:q} --images {params.images:q} --codec {wildcards.standard:q} "
        "--data-set {wildcards.data_set:q} --processes {threads} --output {output.profile:q} &> {log:q}"


rule profile_codec:
    """Measure a learned codec on a data set, through its bit-stream."""
    input:
        images="results/data_sets/{data_set}/images.csv",
        model="results/codecs/{codec}/model.keras",
        script="scripts/profile_codec.py",
        code=lambda wildcards: library("profile_codec", codec_network(wildcards)),
    output:
        profile="results/profiles/{data_set}/{codec}.json",
    log:
        "results/logs/profile_codec/{data_set}/{codec}.log",
    benchmark:
        "results/benchmarks/profile_codec/{data_set}/{codec}.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    threads: config["threads"]["evaluation"]
    resources:
        mem_mb=more_memory,
        runtime=240,
    params:
        images=subpath(input.images, parent=True),
    shell:
        "python {input.script:q} --images {params.images:q} --codec {input.model:q} --name {wildcards.codec:q} "
        "--data-set {wildcards.data_set:q} --threads {threads} --output {output.profile:q} &> {log:q}"
