"""RAW files become training sets."""


rule simulate_raw:
    """Photograph scenes with a simulated camera, as DNG files."""
    input:
        script="scripts/simulate_raw.py",
        code=library("simulate_raw"),
        cameras="config/cameras.yaml",
    output:
        raws=directory("results/raw/{camera}"),
    log:
        "results/logs/simulate_raw/{camera}.log",
    benchmark:
        "results/benchmarks/simulate_raw/{camera}.tsv"
    conda:
        "../../envs/imaging.yaml"
    threads: config["threads"]["data"]
    resources:
        mem_mb=more_memory,
        runtime=30,
    params:
        profile=lambda wildcards: config["cameras"][wildcards.camera]["profile"],
        settings=scene_settings,
    shell:
        "python {input.script} --profile {params.profile:q} --cameras {input.cameras} --settings {params.settings:q} "
        "--output {output.raws} --threads {threads} &> {log}"


rule prepare_data:
    """Read a camera's RAW files into stacks and developed targets, and list each file found."""
    input:
        unpack(simulated_raws),
        script="scripts/prepare_data.py",
        code=library("prepare_data"),
    output:
        images="results/data/{camera}/images.csv",
    log:
        "results/logs/prepare_data/{camera}.log",
    benchmark:
        "results/benchmarks/prepare_data/{camera}.tsv"
    conda:
        "../../envs/imaging.yaml"
    threads: config["threads"]["data"]
    resources:
        mem_mb=more_memory,
        runtime=120,
    params:
        folder=raw_folder,
        settings=data_settings,
    shell:
        "python {input.script} --source {params.folder:q} --settings {params.settings:q} "
        "--output {output.images} --threads {threads} &> {log}"
