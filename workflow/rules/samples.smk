"""What figures show of photographs and networks, measured by programs with networks."""


rule sample_pipelines:
    """Develop one validation photograph with each pre-trained ISP."""
    input:
        images=example_images,
        models=isp_models,
        script="scripts/sample_pipelines.py",
        code=lambda wildcards: library("sample_pipelines", *example_networks(wildcards)),
    output:
        sample="results/evaluation/{experiment}/pipelines.npz",
    log:
        "results/logs/sample_pipelines/{experiment}.log",
    benchmark:
        "results/benchmarks/sample_pipelines/{experiment}.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    threads: config["threads"]["evaluation"]
    resources:
        mem_mb=more_memory,
        runtime=20,
    params:
        models=named_models,
    shell:
        "python {input.script:q} --images {input.images:q} {params.models:q} --output {output.sample:q} "
        "--threads {threads} &> {log:q}"


rule sample_difference:
    """Develop one photograph with a plain and an optimised ISP."""
    input:
        images=example_images,
        isp=example_isp,
        run=example_run,
        script="scripts/sample_difference.py",
        code=lambda wildcards: library(
            "sample_difference", *optimised_networks(wildcards)
        ),
    output:
        sample="results/evaluation/{experiment}/difference.npz",
    log:
        "results/logs/sample_difference/{experiment}.log",
    benchmark:
        "results/benchmarks/sample_difference/{experiment}.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    threads: config["threads"]["evaluation"]
    resources:
        mem_mb=more_memory,
        runtime=20,
    shell:
        "python {input.script:q} --images {input.images:q} --plain {input.isp:q} --optimised {input.run:q} "
        "--output {output.sample:q} --threads {threads} &> {log:q}"


rule sample_manipulations:
    """Manipulate one photograph in each way."""
    input:
        images=example_images,
        script="scripts/sample_manipulations.py",
        code=library("sample_manipulations"),
    output:
        sample="results/evaluation/{experiment}/manipulations.npz",
    log:
        "results/logs/sample_manipulations/{experiment}.log",
    benchmark:
        "results/benchmarks/sample_manipulations/{experiment}.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    threads: config["threads"]["evaluation"]
    resources:
        mem_mb=more_memory,
        runtime=20,
    params:
        manipulations=example_manipulations,
    shell:
        "python {input.script:q} --images {input.images:q} --manipulations {params.manipulations:q} "
        "--output {output.sample:q} --threads {threads} &> {log:q}"


rule sample_spectra:
    """Send patches through every codec, and compare their spectra."""
    input:
        images=example_images,
        models=archives_of(all_tuned),
        script="scripts/sample_spectra.py",
        code=lambda wildcards: library("sample_spectra", *tuned_networks(wildcards)),
    output:
        sample="results/evaluation/{experiment}/spectra.npz",
    log:
        "results/logs/sample_spectra/{experiment}.log",
    benchmark:
        "results/benchmarks/sample_spectra/{experiment}.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    threads: config["threads"]["evaluation"]
    resources:
        mem_mb=more_memory,
        runtime=60,
    params:
        models=named_archives(all_tuned),
        patch=lambda wildcards: 2
        * config["protocols"][experiment(wildcards)["protocol"]]["patch"],
    shell:
        "python {input.script:q} --images {input.images:q} {params.models:q} --patch {params.patch:q} "
        "--output {output.sample:q} --threads {threads} &> {log:q}"


rule sample_codec_example:
    """Code one photograph with a codec before and after it was fine-tuned."""
    input:
        images=example_images,
        isp=example_isp,
        models=archives_of(example_tuned),
        script="scripts/sample_codec_example.py",
        code=lambda wildcards: library(
            "sample_codec_example", *tuned_networks(wildcards)
        ),
    output:
        sample="results/evaluation/{experiment}/codec_example.npz",
    log:
        "results/logs/sample_codec_example/{experiment}.log",
    benchmark:
        "results/benchmarks/sample_codec_example/{experiment}.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    threads: config["threads"]["evaluation"]
    resources:
        mem_mb=more_memory,
        runtime=20,
    params:
        models=named_archives(example_tuned),
    shell:
        "python {input.script:q} --images {input.images:q} --isp {input.isp:q} {params.models:q} "
        "--output {output.sample:q} --threads {threads} &> {log:q}"


rule describe_networks:
    """List the layers of a standard pipeline and of the one that replaces it, or of a learned codec."""
    input:
        script="scripts/describe_networks.py",
        code=lambda wildcards: library(
            "describe_networks", *dict(drawn_networks(wildcards))
        ),
    output:
        sample="results/evaluation/{subject}/{drawing}.json",
    log:
        "results/logs/describe_networks/{subject}/{drawing}.log",
    benchmark:
        "results/benchmarks/describe_networks/{subject}/{drawing}.tsv"
    wildcard_constraints:
        drawing="pipeline_steps|architecture",
    conda:
        "../../envs/tensorflow.yaml"
    threads: 1
    resources:
        mem_mb=more_memory,
        runtime=10,
    params:
        networks=named_networks,
    shell:
        "python {input.script:q} {params.networks:q} --output {output.sample:q} --threads {threads} &> {log:q}"
