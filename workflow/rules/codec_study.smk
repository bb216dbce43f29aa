"""Measurements of codecs become tables and figures."""


rule tabulate_rate_distortion:
    """Average rate and distortion over each data set, ours beside the published."""
    input:
        profiles=study_profiles,
        published=codec_published("rate_distortion"),
        script="scripts/tabulate_rate_distortion.py",
        code=library("tabulate_rate_distortion"),
    output:
        table="results/tables/{study}_rate_distortion.csv",
        page=report(
            "results/tables/{study}_rate_distortion.html",
            caption="../report/rate_distortion_table.rst",
            category=paper,
            subcategory="{study}",
            labels={"result": "rate and distortion", "kind": "table"},
        ),
        curves="results/tables/{study}_rate_distortion_curves.csv",
        averages="results/tables/{study}_rate_distortion_averages.csv",
        typeset=multiext("results/tables/{study}_rate_distortion", ".md", ".tex"),
    log:
        "results/logs/tabulate_rate_distortion/{study}.log",
    benchmark:
        "results/benchmarks/tabulate_rate_distortion/{study}.tsv"
    conda:
        "../../envs/plotting.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        join=joined_codecs,
        published=lambda wildcards, input: (
            ["--published", *input.published] if input.published else []
        ),
    shell:
        "python {input.script:q} --profiles {input.profiles:q} {params.join:q} {params.published:q} "
        "--output {output.table:q} --curves {output.curves:q} --averages {output.averages:q} &> {log:q}"


rule tabulate_bd_rates:
    """How many bits each codec saves against JPEG at equal quality."""
    input:
        profiles=study_profiles,
        script="scripts/tabulate_bd_rates.py",
        code=library("tabulate_bd_rates"),
    output:
        table="results/tables/{study}_bd_rate.csv",
        page=report(
            "results/tables/{study}_bd_rate.html",
            caption="../report/bd_rate.rst",
            category=paper,
            subcategory="{study}",
            labels={"result": "BD-rates", "kind": "table"},
        ),
        images="results/tables/{study}_bd_rate_images.csv",
        typeset=multiext("results/tables/{study}_bd_rate", ".md", ".tex"),
    log:
        "results/logs/tabulate_bd_rates/{study}.log",
    benchmark:
        "results/benchmarks/tabulate_bd_rates/{study}.tsv"
    conda:
        "../../envs/plotting.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        join=joined_codecs,
    shell:
        "python {input.script:q} --profiles {input.profiles:q} {params.join:q} --output {output.table:q} "
        "--per-image {output.images:q} &> {log:q}"


rule tabulate_channelwise:
    """Compare coding a latent channel by channel with coding it as a whole."""
    input:
        images=data_set_of("channelwise"),
        models=codec_models,
        published=codec_published("channelwise"),
        script="scripts/tabulate_channelwise.py",
        code=lambda wildcards: library(
            "tabulate_channelwise", *study_networks(wildcards)
        ),
    output:
        table="results/tables/{study}_channelwise.csv",
        page=report(
            "results/tables/{study}_channelwise.html",
            caption="../report/channelwise.rst",
            category=paper,
            subcategory="{study}",
            labels={"result": "channel-wise entropy coding", "kind": "table"},
        ),
        patches="results/tables/{study}_channelwise_patches.csv",
        typeset=multiext("results/tables/{study}_channelwise", ".md", ".tex"),
    log:
        "results/logs/tabulate_channelwise/{study}.log",
    benchmark:
        "results/benchmarks/tabulate_channelwise/{study}.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    threads: config["threads"]["evaluation"]
    resources:
        mem_mb=more_memory,
        runtime=60,
    params:
        images=subpath(input.images, parent=True),
        models=named_codecs,
        sizes=lambda wildcards: study(wildcards)["channelwise"]["sizes"],
        published=lambda wildcards, input: (
            ["--published", *input.published] if input.published else []
        ),
    shell:
        "python {input.script:q} --images {params.images:q} {params.models:q} --sizes {params.sizes:q} "
        "{params.published:q} --patches {output.patches:q} --output {output.table:q} --threads {threads} &> {log:q}"


rule measure_codec_runtime:
    """Take the time of learned codecs. Other jobs on the machine make it longer."""
    input:
        models=codec_models,
        published=codec_published("runtime"),
        script="scripts/measure_codec_runtime.py",
        code=lambda wildcards: library(
            "measure_codec_runtime", *study_networks(wildcards)
        ),
    output:
        table="results/tables/{study}_codec_runtime.csv",
        page=report(
            "results/tables/{study}_codec_runtime.html",
            caption="../report/codec_runtime.rst",
            category=paper,
            subcategory="{study}",
            labels={"result": "run time of codecs", "kind": "table"},
        ),
        typeset=multiext("results/tables/{study}_codec_runtime", ".md", ".tex"),
    log:
        "results/logs/measure_codec_runtime/{study}.log",
    benchmark:
        "results/benchmarks/measure_codec_runtime/{study}.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    threads: threads_for_timing()
    resources:
        mem_mb=more_memory,
        runtime=60,
    params:
        models=named_codecs,
        most=lambda wildcards: study(wildcards)["runtime"]["images"],
        repeats=lambda wildcards: study(wildcards)["runtime"]["repeats"],
        published=lambda wildcards, input: (
            ["--published", *input.published] if input.published else []
        ),
    shell:
        "python {input.script:q} {params.models:q} --count {params.most:q} --repeats {params.repeats:q} "
        "{params.published:q} --output {output.table:q} --threads {threads} &> {log:q}"


rule measure_entropy_estimation:
    """Compare the differentiable entropy estimate with the true entropy, for both kernels."""
    input:
        script="scripts/measure_entropy_estimation.py",
        code=library("measure_entropy_estimation"),
    output:
        table="results/tables/{study}_entropy_estimation.csv",
        page=report(
            "results/tables/{study}_entropy_estimation.html",
            caption="../report/entropy_estimation.rst",
            category=paper,
            subcategory="{study}",
            labels={"result": "entropy estimation", "kind": "table"},
        ),
        typeset=multiext("results/tables/{study}_entropy_estimation", ".md", ".tex"),
    log:
        "results/logs/measure_entropy_estimation/{study}.log",
    benchmark:
        "results/benchmarks/measure_entropy_estimation/{study}.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    threads: config["threads"]["evaluation"]
    resources:
        mem_mb=more_memory,
        runtime=30,
    shell:
        "python {input.script:q} --output {output.table:q} --threads {threads} &> {log:q}"


rule sample_codec_crops:
    """Code a few pictures with a learned codec, and with JPEG at the nearest SSIM and rate."""
    input:
        images=data_set_of("examples"),
        model=example_codec,
        script="scripts/sample_codec_crops.py",
        code=lambda wildcards: library("sample_codec_crops", *study_networks(wildcards)),
    output:
        sample="results/evaluation/{study}/crops.npz",
    log:
        "results/logs/sample_codec_crops/{study}.log",
    benchmark:
        "results/benchmarks/sample_codec_crops/{study}.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    threads: config["threads"]["evaluation"]
    resources:
        mem_mb=more_memory,
        runtime=30,
    params:
        images=subpath(input.images, parent=True),
        name=lambda wildcards: study(wildcards)["examples"]["codec"],
        most=lambda wildcards: study(wildcards)["examples"]["images"],
        crop=lambda wildcards: study(wildcards)["examples"]["side"],
    shell:
        "python {input.script:q} --images {params.images:q} --model {params.name:q}={input.model:q} "
        "--count {params.most:q} --crop {params.crop:q} --output {output.sample:q} --threads {threads} &> {log:q}"


rule plot_rate_distortion:
    """Draw SSIM over bits a pixel, a panel a data set."""
    input:
        table="results/tables/{study}_rate_distortion_curves.csv",
        points="results/tables/{study}_rate_distortion_averages.csv",
        published=codec_published("rate_distortion"),
        script="scripts/plot_rate_distortion.py",
        code=library("plot_rate_distortion"),
    output:
        pdf="results/figures/{study}/rate_distortion.pdf",
        png=report(
            "results/figures/{study}/rate_distortion.png",
            caption="../report/rate_distortion.rst",
            category=paper,
            subcategory="{study}",
            labels={"result": "rate and distortion", "kind": "figure"},
        ),
    log:
        "results/logs/plot_rate_distortion/{study}.log",
    benchmark:
        "results/benchmarks/plot_rate_distortion/{study}.tsv"
    conda:
        "../../envs/plotting.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        published=lambda wildcards, input: (
            ["--published", *input.published] if input.published else []
        ),
    shell:
        "python {input.script:q} --table {input.table:q} --points {input.points:q} {params.published:q} "
        "--output {output.pdf:q} &> {log:q}"


rule plot_entropy_estimation:
    """Draw the error of the entropy estimate for both kernels."""
    input:
        table="results/tables/{study}_entropy_estimation.csv",
        script="scripts/plot_entropy_estimation.py",
        code=library("plot_entropy_estimation"),
    output:
        pdf="results/figures/{study}/entropy_estimation.pdf",
        png=report(
            "results/figures/{study}/entropy_estimation.png",
            caption="../report/entropy_estimation.rst",
            category=paper,
            subcategory="{study}",
            labels={"result": "entropy estimation", "kind": "figure"},
        ),
    log:
        "results/logs/plot_entropy_estimation/{study}.log",
    benchmark:
        "results/benchmarks/plot_entropy_estimation/{study}.tsv"
    conda:
        "../../envs/plotting.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    shell:
        "python {input.script:q} --table {input.table:q} --output {output.pdf:q} &> {log:q}"


rule plot_codec_crops:
    """Draw crops of a learned codec beside JPEG's."""
    input:
        sample="results/evaluation/{study}/crops.npz",
        script="scripts/plot_codec_crops.py",
        code=library("plot_codec_crops"),
    output:
        pdf="results/figures/{study}/crops.pdf",
        png=report(
            "results/figures/{study}/crops.png",
            caption="../report/codec_crops.rst",
            category=paper,
            subcategory="{study}",
            labels={"result": "crops beside JPEG", "kind": "figure"},
        ),
    log:
        "results/logs/plot_codec_crops/{study}.log",
    benchmark:
        "results/benchmarks/plot_codec_crops/{study}.tsv"
    conda:
        "../../envs/plotting.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    shell:
        "python {input.script:q} --sample {input.sample:q} --output {output.pdf:q} &> {log:q}"
