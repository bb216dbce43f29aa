"""Every headline claim of the papers beside what was measured here."""


rule tabulate_headline:
    """Put every headline claim beside its published number, with spread, protocol and verdict."""
    input:
        **headline_tables(),
        published=expand("config/published/{name}.csv", name=PUBLISHED),
        paper="config/paper.yaml",
        defaults="config/config.yaml",
        script="scripts/tabulate_headline.py",
        code=library("tabulate_headline"),
    output:
        table="results/tables/headline.csv",
        page=report(
            "results/tables/headline.html",
            caption="../report/headline.rst",
            category="0. Headline claims",
            labels={"result": "claims of the papers", "kind": "table"},
        ),
        short="results/tables/headline_short.html",
        typeset=multiext("results/tables/headline", ".md", ".tex"),
    log:
        "results/logs/tabulate_headline.log",
    benchmark:
        "results/benchmarks/tabulate_headline.tsv"
    conda:
        "../../envs/plotting.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        configuration=headline_configuration,
        tables=headline_options,
    shell:
        "python {input.script:q} --configuration {params.configuration:q} --paper {input.paper:q} {params.tables:q} "
        "--output {output.table:q} --short {output.short:q} &> {log:q}"
