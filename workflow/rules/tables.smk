"""Evaluations become tables."""


rule tabulate_forensics:
    """Gather an experiment's evaluations: one line a run, and means with spreads."""
    input:
        evaluations=lambda wildcards: run_files(wildcards.experiment, "evaluation.json"),
        trainings=lambda wildcards: run_files(wildcards.experiment, "training.csv"),
        script="scripts/tabulate_forensics.py",
        code=library("tabulate_forensics"),
    output:
        summary="results/tables/{experiment}.csv",
        summary_page=report(
            "results/tables/{experiment}.html",
            caption="../report/summary.rst",
            category=paper,
            subcategory="{experiment}",
            labels={"result": "summary", "kind": "table"},
        ),
        runs="results/tables/{experiment}_runs.csv",
        runs_page=report(
            "results/tables/{experiment}_runs.html",
            caption="../report/runs.rst",
            category=paper,
            subcategory="{experiment}",
            labels={"result": "runs", "kind": "table"},
        ),
        confusion="results/tables/{experiment}_confusion.csv",
        confusion_page=report(
            "results/tables/{experiment}_confusion.html",
            caption="../report/confusion.rst",
            category=paper,
            subcategory="{experiment}",
            labels={"result": "confusion matrices", "kind": "table"},
        ),
        progress="results/tables/{experiment}_progress.csv",
        progress_page=report(
            "results/tables/{experiment}_progress.html",
            caption="../report/progress.rst",
            category=paper,
            subcategory="{experiment}",
            labels={"result": "training progress", "kind": "table"},
        ),
        photographs="results/tables/{experiment}_photographs.csv",
        typeset=multiext(
            "results/tables/{experiment}",
            ".md",
            ".tex",
            "_runs.md",
            "_runs.tex",
            "_confusion.md",
            "_confusion.tex",
        ),
    log:
        "results/logs/tabulate_forensics/{experiment}.log",
    benchmark:
        "results/benchmarks/tabulate_forensics/{experiment}.tsv"
    conda:
        "../../envs/plotting.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        root=lambda wildcards: f"results/forensics/{experiment(wildcards)['protocol']}",
        grid=grid_settings,
    shell:
        "python {input.script:q} --root {params.root:q} --grid {params.grid:q} --runs {output.runs:q} "
        "--summary {output.summary:q} --confusion {output.confusion:q} --progress {output.progress:q} "
        "--photographs {output.photographs:q} &> {log:q}"


rule tabulate_published:
    """Put published numbers beside ours."""
    input:
        summary="results/tables/{experiment}.csv",
        confusion="results/tables/{experiment}_confusion.csv",
        published=lambda wildcards: published(wildcards)["tradeoff"],
        published_confusion=lambda wildcards: published(wildcards)["confusion"],
        script="scripts/tabulate_published.py",
        code=library("tabulate_published"),
    output:
        table="results/tables/{experiment}_published.csv",
        page=report(
            "results/tables/{experiment}_published.html",
            caption="../report/published.rst",
            category=paper,
            subcategory="{experiment}",
            labels={"result": "beside published values", "kind": "table"},
        ),
        confusion="results/tables/{experiment}_published_confusion.csv",
        confusion_page=report(
            "results/tables/{experiment}_published_confusion.html",
            caption="../report/published.rst",
            category=paper,
            subcategory="{experiment}",
            labels={
                "result": "confusion matrices beside published values",
                "kind": "table",
            },
        ),
        typeset=multiext(
            "results/tables/{experiment}_published",
            ".md",
            ".tex",
            "_confusion.md",
            "_confusion.tex",
        ),
    log:
        "results/logs/tabulate_published/{experiment}.log",
    benchmark:
        "results/benchmarks/tabulate_published/{experiment}.tsv"
    conda:
        "../../envs/plotting.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        camera=lambda wildcards: published(wildcards)["camera"],
        isp=lambda wildcards: published(wildcards)["isp"],
        channel=lambda wildcards: published(wildcards)["channel"],
    shell:
        "python {input.script:q} --summary {input.summary:q} --published {input.published:q} --output {output.table:q} "
        "--camera {params.camera:q} --isp {params.isp:q} --channel {params.channel:q} --confusion {input.confusion:q} "
        "--published-confusion {input.published_confusion:q} --confusion-output {output.confusion:q} &> {log:q}"


rule tabulate_isps:
    """PSNR and SSIM of every trained ISP of every camera."""
    input:
        evaluations=trained_isps("evaluation.csv"),
        records=trained_isps("record.json"),
        script="scripts/tabulate_isps.py",
        code=library("tabulate_isps"),
    output:
        table="results/tables/isps.csv",
        page=report(
            "results/tables/isps.html",
            caption="../report/isps.rst",
            category=paper,
            subcategory="pipelines",
            labels={"result": "trained pipelines", "kind": "table"},
        ),
        typeset=multiext("results/tables/isps", ".md", ".tex"),
    log:
        "results/logs/tabulate_isps.log",
    benchmark:
        "results/benchmarks/tabulate_isps.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        folders=[str(Path(record).parent) for record in trained_isps("record.json")],
    shell:
        "python {input.script:q} --models {params.folders:q} --output {output.table:q} &> {log:q}"


rule compare_jpeg:
    """Differentiable JPEG against libjpeg over qualities, on a camera's developed photographs."""
    input:
        images=f"results/data/{config['differentiable_jpeg']['camera']}/images.csv",
        script="scripts/compare_jpeg.py",
        code=library("compare_jpeg"),
    output:
        table="results/tables/differentiable_jpeg.csv",
        page=report(
            "results/tables/differentiable_jpeg.html",
            caption="../report/differentiable_jpeg.rst",
            category=paper,
            subcategory="differentiable JPEG",
            labels={"result": "PSNR over qualities", "kind": "table"},
        ),
    log:
        "results/logs/compare_jpeg.log",
    benchmark:
        "results/benchmarks/compare_jpeg.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    threads: config["threads"]["evaluation"]
    resources:
        mem_mb=more_memory,
        runtime=60,
    params:
        settings=jpeg_settings(),
    shell:
        "python {input.script:q} --images {input.images:q} --settings {params.settings:q} --output {output.table:q} "
        "--threads {threads} &> {log:q}"
