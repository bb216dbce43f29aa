"""RAW files and pictures become training sets."""


rule simulate_raw:
    """Photograph scenes with a simulated camera, as DNG files."""
    input:
        script="scripts/simulate_raw.py",
        cameras=ancient("resources/cameras.yaml"),
    output:
        raws=directory("results/raw/{camera}"),
    log:
        "results/logs/simulate_raw/{camera}.log",
    benchmark:
        "results/benchmarks/simulate_raw/{camera}.tsv"
    wildcard_constraints:
        camera=either(cameras.named(config, "simulated")),
    conda:
        "../../envs/imaging.yaml"
    threads: config["threads"]["data"]
    params:
        code=library("simulate_raw"),
        profile=at("cameras/{camera}/profile"),
        settings=settings(jobs.scenes, "camera"),
        known=settings(cameras.known, "camera"),
    shell:
        "python {input.script:q} --profile {params.profile:q} --cameras {input.cameras:q} "
        "--settings {params.settings:q} --output {output.raws:q} --threads {threads} &> {log:q}"


rule download_raw:
    """Fetch photographs of a public collection. What has come before a cut stays in results/downloads."""
    input:
        # Photographs do not change with the program that fetches them.
        script=ancient("scripts/download_raw.py"),
    output:
        raws=directory("results/raw/{camera}"),
    log:
        "results/logs/download_raw/{camera}.log",
    benchmark:
        "results/benchmarks/download_raw/{camera}.tsv"
    wildcard_constraints:
        camera=either(cameras.named(config, *cameras.DOWNLOADED)),
    # Machines of a cluster often have no way to the Internet; the one that Snakemake runs on has.
    localrule: True
    conda:
        "../../envs/imaging.yaml"
    params:
        source=at("cameras/{camera}/source"),
        settings=settings(cameras.download_settings, "camera"),
    shell:
        "python {input.script:q} --source {params.source:q} --settings {params.settings:q} "
        "--downloads results/downloads/{wildcards.camera:q} --output {output.raws:q} &> {log:q}"


rule prepare_data:
    """Read a camera's RAW files into stacks and developed targets, and list each file found."""
    input:
        raws=configured(jobs.raws, "camera"),
        script="scripts/prepare_data.py",
        cameras=ancient("resources/cameras.yaml"),
    output:
        images="results/data/{camera}/images.csv",
    log:
        "results/logs/prepare_data/{camera}.log",
    benchmark:
        "results/benchmarks/prepare_data/{camera}.tsv"
    wildcard_constraints:
        camera=either(cameras.named(config, *cameras.RAW)),
    conda:
        "../../envs/imaging.yaml"
    threads: config["threads"]["data"]
    params:
        code=library("prepare_data"),
        folder=configured(jobs.photographs, "camera"),
        settings=settings(cameras.data_settings, "camera"),
        known=settings(cameras.known, "camera"),
        cameras=option("--cameras", "cameras"),
    shell:
        "python {input.script:q} --source {params.folder:q} --settings {params.settings:q} {params.cameras:q} "
        "--output {output.images:q} --threads {threads} &> {log:q}"


use rule prepare_data as prepare_pictures with:
    """Take a folder of developed pictures for a training set without RAW, and list each file found."""
    input:
        script="scripts/prepare_pictures.py",
    log:
        "results/logs/prepare_pictures/{camera}.log",
    benchmark:
        "results/benchmarks/prepare_pictures/{camera}.tsv"
    wildcard_constraints:
        camera=either(cameras.named(config, "pictures")),
    params:
        code=library("prepare_pictures"),
        cameras=[],
