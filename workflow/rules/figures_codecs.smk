"""What fine-tuning for forensics does to the pictures that codecs give."""


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


rule plot_spectra:
    """What codecs do to spectra."""
    input:
        sample="results/evaluation/{experiment}/spectra.npz",
        script="scripts/plot_spectra.py",
        code=library("plot_spectra"),
    output:
        pdf="results/figures/{experiment}/spectra.pdf",
        png=report(
            "results/figures/{experiment}/spectra.png",
            caption="../report/spectra.rst",
            category=paper,
            subcategory="{experiment}",
            labels={"result": "spectra of codecs", "kind": "figure"},
        ),
    log:
        "results/logs/plot_spectra/{experiment}.log",
    benchmark:
        "results/benchmarks/plot_spectra/{experiment}.tsv"
    conda:
        "../../envs/plotting.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    shell:
        "python {input.script:q} --sample {input.sample:q} --output {output.pdf:q} &> {log:q}"


rule plot_codec_example:
    """One photograph after a codec and its fine-tuned versions, with spectra."""
    input:
        sample="results/evaluation/{experiment}/codec_example.npz",
        script="scripts/plot_codec_example.py",
        code=library("plot_codec_example"),
    output:
        pdf="results/figures/{experiment}/codec_example.pdf",
        png=report(
            "results/figures/{experiment}/codec_example.png",
            caption="../report/codec_example.rst",
            category=paper,
            subcategory="{experiment}",
            labels={"result": "example and its spectra", "kind": "figure"},
        ),
    log:
        "results/logs/plot_codec_example/{experiment}.log",
    benchmark:
        "results/benchmarks/plot_codec_example/{experiment}.tsv"
    conda:
        "../../envs/plotting.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    shell:
        "python {input.script:q} --sample {input.sample:q} --output {output.pdf:q} &> {log:q}"
