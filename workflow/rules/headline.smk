"""Every headline claim of the papers beside what was measured here."""


rule tabulate_headline:
    """Put every headline claim beside its published number, with spread, protocol and verdict."""
    input:
        list(headline.tables(config).values()),
        headline.profiles(config),
        published=expand("resources/published/{name}.csv", name=headline.PUBLISHED),
        paper="config/paper.yaml",
        defaults="config/config.yaml",
        script="scripts/tabulate.py",
    output:
        table=headline.TABLE,
        page=page("results/tables/headline.html", "headline"),
        short="results/tables/headline_short.html",
        lines=headline.LINES,
        typeset=typeset("headline"),
    log:
        "results/logs/tabulate_headline.log",
    benchmark:
        "results/benchmarks/tabulate_headline.tsv"
    conda:
        "../../envs/plotting.yaml"
    params:
        code=library(catalogue.TABLES["headline"]),
        configuration=settings(headline.protocol),
        tables=headline.options(config),
    shell:
        "python {input.script:q} headline --configuration {params.configuration:q} --paper {input.paper:q} "
        "--published resources/published {params.tables:q} --output {output.table:q} --short {output.short:q} "
        "--lines {output.lines:q} &> {log:q}"
