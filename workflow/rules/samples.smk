"""What figures show of photographs and networks, measured by programs with networks."""


rule sample:
    """Send photographs through the networks that a figure compares."""
    input:
        images=configured(samples.of, "subject", "sample", part="images"),
        models=configured(samples.of, "subject", "sample", part="models"),
        script="scripts/sample_{sample}.py",
    output:
        sample="results/evaluation/{subject}/{sample}.npz",
    log:
        "results/logs/sample/{subject}/{sample}.log",
    benchmark:
        "results/benchmarks/sample/{subject}/{sample}.tsv"
    wildcard_constraints:
        sample=either(samples.SAMPLES),
    conda:
        "../../envs/tensorflow.yaml"
    threads: config["threads"]["evaluation"]
    params:
        code=library(
            "sample_{sample}",
            configured(samples.of, "subject", "sample", part="networks"),
        ),
        options=configured(samples.of, "subject", "sample", part="options"),
    shell:
        "python {input.script:q} {params.options:q} --output {output.sample:q} --threads {threads} &> {log:q}"


rule describe_networks:
    """List the layers of a standard pipeline and of the one that replaces it, or of a learned codec."""
    input:
        script="scripts/describe_networks.py",
    output:
        sample="results/evaluation/{subject}/{sample}.json",
    log:
        "results/logs/describe_networks/{subject}/{sample}.log",
    benchmark:
        "results/benchmarks/describe_networks/{subject}/{sample}.tsv"
    wildcard_constraints:
        sample="pipeline_steps|architecture",
    conda:
        "../../envs/tensorflow.yaml"
    params:
        code=library(
            "describe_networks",
            configured(samples.drawn, "subject", "sample", part="networks"),
        ),
        networks=configured(samples.drawn, "subject", "sample", part="options"),
    shell:
        "python {input.script:q} {params.networks:q} --output {output.sample:q} --threads {threads} &> {log:q}"
