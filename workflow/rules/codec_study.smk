"""Measurements of codecs become tables."""

CODECS = "codec_studies/{study}/codecs"
CUT = "codec_studies/{study}/channelwise/data_set"


rule tabulate_rate_distortion:
    """Average rate and distortion over each data set, ours beside the published."""
    input:
        profiles=configured(studies.profiles, "study"),
        published=at("codec_studies/{study}/published/rate_distortion"),
        script="scripts/tabulate.py",
    output:
        table="results/tables/{study}_rate_distortion.csv",
        page=page(
            "results/tables/{study}_rate_distortion.html", "rate_distortion_table"
        ),
        curves="results/tables/{study}_rate_distortion_curves.csv",
        averages="results/tables/{study}_rate_distortion_averages.csv",
        typeset=typeset("{study}_rate_distortion"),
    log:
        "results/logs/tabulate_rate_distortion/{study}.log",
    benchmark:
        "results/benchmarks/tabulate_rate_distortion/{study}.tsv"
    conda:
        "../../envs/plotting.yaml"
    params:
        code=library(catalogue.TABLES["rate_distortion"]),
        join=configured(studies.joined, "study"),
        published=option("--published", "published"),
    shell:
        "python {input.script:q} rate_distortion --profiles {input.profiles:q} {params.join:q} {params.published:q} "
        "--output {output.table:q} --curves {output.curves:q} --averages {output.averages:q} &> {log:q}"


rule tabulate_bd_rates:
    """How many bits each codec saves against JPEG at equal quality."""
    input:
        profiles=configured(studies.profiles, "study"),
        script="scripts/tabulate.py",
    output:
        table="results/tables/{study}_bd_rate.csv",
        page=page("results/tables/{study}_bd_rate.html", "bd_rate"),
        images="results/tables/{study}_bd_rate_images.csv",
        typeset=typeset("{study}_bd_rate"),
    log:
        "results/logs/tabulate_bd_rates/{study}.log",
    benchmark:
        "results/benchmarks/tabulate_bd_rates/{study}.tsv"
    conda:
        "../../envs/plotting.yaml"
    params:
        code=library(catalogue.TABLES["bd_rates"]),
        join=configured(studies.joined, "study"),
    shell:
        "python {input.script:q} bd_rates --profiles {input.profiles:q} {params.join:q} --output {output.table:q} "
        "--per-image {output.images:q} &> {log:q}"


rule measure_channelwise:
    """Compare coding a latent channel by channel with coding it as a whole."""
    input:
        images=collected(DATA_SET, data_set=CUT),
        models=collected(CODEC, codec=CODECS),
        published=at("codec_studies/{study}/published/channelwise"),
        script="scripts/measure_channelwise.py",
    output:
        table="results/tables/{study}_channelwise.csv",
        page=page("results/tables/{study}_channelwise.html", "channelwise"),
        patches="results/tables/{study}_channelwise_patches.csv",
        typeset=typeset("{study}_channelwise"),
    log:
        "results/logs/measure_channelwise/{study}.log",
    benchmark:
        "results/benchmarks/measure_channelwise/{study}.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    threads: config["threads"]["evaluation"]
    params:
        code=library("measure_channelwise", configured(studies.networks, "study")),
        images=collected("results/data_sets/{data_set}", data_set=CUT),
        models=collected(f"--model={{codec}}={CODEC}", codec=CODECS),
        sizes=at("codec_studies/{study}/channelwise/sizes"),
        published=option("--published", "published"),
    shell:
        "python {input.script:q} --images {params.images:q} {params.models:q} --sizes {params.sizes:q} "
        "{params.published:q} --patches {output.patches:q} --output {output.table:q} --threads {threads} &> {log:q}"


rule measure_codec_runtime:
    """Take the time of learned codecs. Other jobs on the machine make it longer."""
    input:
        models=collected(CODEC, codec=CODECS),
        published=at("codec_studies/{study}/published/runtime"),
        script="scripts/measure_codec_runtime.py",
    output:
        table="results/tables/{study}_codec_runtime.csv",
        page=page("results/tables/{study}_codec_runtime.html", "codec_runtime"),
        typeset=typeset("{study}_codec_runtime"),
    log:
        "results/logs/measure_codec_runtime/{study}.log",
    benchmark:
        "results/benchmarks/measure_codec_runtime/{study}.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    # As many as any job has, so that on one machine hardly any runs beside it.
    threads: max(config["threads"].values())
    params:
        code=library("measure_codec_runtime", configured(studies.networks, "study")),
        models=collected(f"--model={{codec}}={CODEC}", codec=CODECS),
        most=at("codec_studies/{study}/runtime/images"),
        repeats=at("codec_studies/{study}/runtime/repeats"),
        published=option("--published", "published"),
    shell:
        "python {input.script:q} {params.models:q} --count {params.most:q} --repeats {params.repeats:q} "
        "{params.published:q} --output {output.table:q} --threads {threads} &> {log:q}"


rule measure_entropy_estimation:
    """Compare the differentiable entropy estimate with the true entropy, for both kernels."""
    input:
        script="scripts/measure_entropy_estimation.py",
    output:
        table="results/tables/{study}_entropy_estimation.csv",
        page=page(
            "results/tables/{study}_entropy_estimation.html", "entropy_estimation"
        ),
        typeset=typeset("{study}_entropy_estimation"),
    log:
        "results/logs/measure_entropy_estimation/{study}.log",
    benchmark:
        "results/benchmarks/measure_entropy_estimation/{study}.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    threads: config["threads"]["evaluation"]
    params:
        code=library("measure_entropy_estimation"),
    shell:
        "python {input.script:q} --output {output.table:q} --threads {threads} &> {log:q}"
