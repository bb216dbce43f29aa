"""Accuracy over runs, over channels, and on other pictures."""


rule plot_boxplot:
    """Accuracy over λ as boxes over the runs."""
    input:
        table="results/tables/{experiment}_runs.csv",
        script="scripts/plot_boxplot.py",
        code=library("plot_boxplot"),
    output:
        pdf="results/figures/{experiment}/boxplot.pdf",
        png=report(
            "results/figures/{experiment}/boxplot.png",
            caption="../report/boxplot.rst",
            category=paper,
            subcategory="{experiment}",
            labels={"result": "accuracy over λ", "kind": "figure"},
        ),
    log:
        "results/logs/plot_boxplot/{experiment}.log",
    benchmark:
        "results/benchmarks/plot_boxplot/{experiment}.tsv"
    conda:
        "../../envs/plotting.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    shell:
        "python {input.script:q} --table {input.table:q} --output {output.pdf:q} &> {log:q}"


rule plot_channels:
    """Accuracy over the channels."""
    input:
        table="results/tables/{experiment}_runs.csv",
        script="scripts/plot_channels.py",
        code=library("plot_channels"),
    output:
        pdf="results/figures/{experiment}/channels.pdf",
        png=report(
            "results/figures/{experiment}/channels.png",
            caption="../report/channels.rst",
            category=paper,
            subcategory="{experiment}",
            labels={"result": "accuracy over channels", "kind": "figure"},
        ),
    log:
        "results/logs/plot_channels/{experiment}.log",
    benchmark:
        "results/benchmarks/plot_channels/{experiment}.tsv"
    conda:
        "../../envs/plotting.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        settings=channel_settings,
    shell:
        "python {input.script:q} --table {input.table:q} --settings {params.settings:q} --output {output.pdf:q} "
        "&> {log:q}"


rule plot_transfer:
    """Accuracy on other kinds of pictures than those that were trained on."""
    input:
        table="results/tables/transfer.csv",
        script="scripts/plot_transfer.py",
        code=library("plot_transfer"),
    output:
        pdf="results/figures/transfer/transfer.pdf",
        png=report(
            "results/figures/transfer/transfer.png",
            caption="../report/transfer.rst",
            category=OF_CODECS,
            subcategory="transfer",
            labels={"result": "transfer to other pictures", "kind": "figure"},
        ),
    log:
        "results/logs/plot_transfer.log",
    benchmark:
        "results/benchmarks/plot_transfer.tsv"
    conda:
        "../../envs/plotting.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    shell:
        "python {input.script:q} --table {input.table:q} --output {output.pdf:q} &> {log:q}"
