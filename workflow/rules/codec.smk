"""Learned codecs are trained, and measured beside the standards."""

PICTURES = "results/pictures/{pictures}/images.csv"


rule prepare_codec_data:
    """Crop and resize the pictures that codecs learn from, and list each one found."""
    input:
        cameras=collected(CAMERA, camera="pictures/{pictures}/cameras"),
        # Pictures that codecs are compared on are not learned from.
        apart=collect(DATA_SET, data_set=configured(codecs.compared_on, "pictures")),
        script="scripts/prepare_codec_data.py",
    output:
        images="results/pictures/{pictures}/images.csv",
        pictures="results/pictures/{pictures}/pictures.npy",
    log:
        "results/logs/prepare_codec_data/{pictures}.log",
    benchmark:
        "results/benchmarks/prepare_codec_data/{pictures}.tsv"
    conda:
        "../../envs/imaging.yaml"
    threads: config["threads"]["data"]
    params:
        code=library("prepare_codec_data"),
        folders=at("pictures/{pictures}/folders"),
        settings=settings(codecs.pictures_settings, "pictures"),
    shell:
        "python {input.script:q} --images {params.folders:q} {input.cameras:q} --settings {params.settings:q} "
        "--apart {input.apart:q} --output {output.images:q} --threads {threads} &> {log:q}"


rule prepare_comparison_set:
    """Cut the pictures that codecs are compared on."""
    input:
        cameras=collected(CAMERA, camera="data_sets/{data_set}/cameras"),
        script="scripts/prepare_comparison_set.py",
    output:
        images="results/data_sets/{data_set}/images.csv",
    log:
        "results/logs/prepare_comparison_set/{data_set}.log",
    benchmark:
        "results/benchmarks/prepare_comparison_set/{data_set}.tsv"
    conda:
        "../../envs/imaging.yaml"
    params:
        code=library("prepare_comparison_set"),
        folders=at("data_sets/{data_set}/folders"),
        settings=settings(codecs.data_set_settings, "data_set"),
    shell:
        "python {input.script:q} --images {params.folders:q} {input.cameras:q} --settings {params.settings:q} "
        "--output {output.images:q} &> {log:q}"


use rule train_isp as train_dcn with:
    """Train a learned codec."""
    input:
        images=collected(PICTURES, pictures="codecs/{codec}/pictures"),
        script="scripts/train_dcn.py",
    output:
        model="results/codecs/{codec}/model.keras",
        training="results/codecs/{codec}/training.csv",
        record="results/codecs/{codec}/record.json",
    log:
        "results/logs/train_dcn/{codec}.log",
    benchmark:
        "results/benchmarks/train_dcn/{codec}.tsv"
    resources:
        runtime=minutes(cost.codec_minutes, "codec"),
        gpu=GPUS,
    params:
        code=library("train_dcn", at("codecs/{codec}/model")),
        settings=settings(codecs.training_settings, "codec"),
        seed=at("codecs/{codec}/seed"),
        checkpoints="results/checkpoints/codecs/{codec}",
        curves="results/tensorboard/codecs/{codec}",


rule profile_codec:
    """Measure a standard codec on a data set at all its qualities, or a learned one through its bit-stream."""
    input:
        images="results/data_sets/{data_set}/images.csv",
        model=branch(at("codecs/{codec}"), then=CODEC, otherwise=[]),
        script="scripts/profile_codec.py",
    output:
        profile="results/profiles/{data_set}/{codec}.json",
    log:
        "results/logs/profile_codec/{data_set}/{codec}.log",
    benchmark:
        "results/benchmarks/profile_codec/{data_set}/{codec}.tsv"
    wildcard_constraints:
        codec=either([*codecs.section(config, "codecs"), *codecs.standards(config)]),
    conda:
        "../../envs/tensorflow.yaml"
    threads: config["threads"]["evaluation"]
    params:
        code=library("profile_codec", at("codecs/{codec}/model")),
        images=subpath(input.images, parent=True),
        codec=lambda wildcards, input: input.model or wildcards.codec,
        # Standards share out the pictures, a network its work.
        share=branch(at("codecs/{codec}"), then="threads", otherwise="processes"),
    shell:
        "python {input.script:q} --images {params.images:q} --codec {params.codec:q} --name {wildcards.codec:q} "
        "--data-set {wildcards.data_set:q} --{params.share:q} {threads} --output {output.profile:q} &> {log:q}"
