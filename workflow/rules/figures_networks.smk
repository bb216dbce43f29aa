"""The system and its networks, drawn from the configuration and from the built models."""


rule plot_system:
    """From RAW photographs to the forensic network, as the experiment is configured."""
    input:
        script="scripts/plot_system.py",
        code=library("plot_system"),
    output:
        pdf="results/figures/{experiment}/system.pdf",
        png=report(
            "results/figures/{experiment}/system.png",
            caption="../report/system.rst",
            category=paper,
            subcategory="{experiment}",
            labels={"result": "system", "kind": "figure"},
        ),
    log:
        "results/logs/plot_system/{experiment}.log",
    benchmark:
        "results/benchmarks/plot_system/{experiment}.tsv"
    conda:
        "../../envs/plotting.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        settings=system_settings,
    shell:
        "python {input.script:q} --settings {params.settings:q} --output {output.pdf:q} &> {log:q}"


rule describe_pipelines:
    """List the layers of a standard pipeline and of the one that replaces it."""
    input:
        script="scripts/describe_networks.py",
        code=lambda wildcards: library(
            "describe_networks", "ClassicISP", *example_networks(wildcards)
        ),
    output:
        sample="results/evaluation/{experiment}/pipeline_steps.json",
    log:
        "results/logs/describe_pipelines/{experiment}.log",
    benchmark:
        "results/benchmarks/describe_pipelines/{experiment}.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    threads: 1
    resources:
        mem_mb=more_memory,
        runtime=10,
    params:
        networks=example_layers,
    shell:
        "python {input.script:q} {params.networks:q} --output {output.sample:q} --threads {threads} &> {log:q}"


rule describe_codec:
    """List the layers of a learned codec."""
    input:
        script="scripts/describe_networks.py",
        code=lambda wildcards: library("describe_networks", *study_networks(wildcards)),
    output:
        sample="results/evaluation/{study}/architecture.json",
    log:
        "results/logs/describe_codec/{study}.log",
    benchmark:
        "results/benchmarks/describe_codec/{study}.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    threads: 1
    resources:
        mem_mb=more_memory,
        runtime=10,
    params:
        networks=example_codec_layers,
    shell:
        "python {input.script:q} {params.networks:q} --output {output.sample:q} --threads {threads} &> {log:q}"


rule plot_pipeline_steps:
    """A standard pipeline's steps, and the network that replaces them."""
    input:
        networks="results/evaluation/{experiment}/pipeline_steps.json",
        script="scripts/plot_pipeline_steps.py",
        code=library("plot_pipeline_steps"),
    output:
        pdf="results/figures/{experiment}/pipeline_steps.pdf",
        png=report(
            "results/figures/{experiment}/pipeline_steps.png",
            caption="../report/pipeline_steps.rst",
            category=paper,
            subcategory="{experiment}",
            labels={"result": "neural against standard pipeline", "kind": "figure"},
        ),
    log:
        "results/logs/plot_pipeline_steps/{experiment}.log",
    benchmark:
        "results/benchmarks/plot_pipeline_steps/{experiment}.tsv"
    conda:
        "../../envs/plotting.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    shell:
        "python {input.script:q} --networks {input.networks:q} --output {output.pdf:q} &> {log:q}"


rule plot_architecture:
    """Encoder, quantiser and decoder of a learned codec."""
    input:
        networks="results/evaluation/{study}/architecture.json",
        script="scripts/plot_architecture.py",
        code=library("plot_architecture"),
    output:
        pdf="results/figures/{study}/architecture.pdf",
        png=report(
            "results/figures/{study}/architecture.png",
            caption="../report/architecture.rst",
            category=paper,
            subcategory="{study}",
            labels={"result": "codec architecture", "kind": "figure"},
        ),
    log:
        "results/logs/plot_architecture/{study}.log",
    benchmark:
        "results/benchmarks/plot_architecture/{study}.tsv"
    conda:
        "../../envs/plotting.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    shell:
        "python {input.script:q} --networks {input.networks:q} --output {output.pdf:q} &> {log:q}"
