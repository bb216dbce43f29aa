"""Evaluations become tables."""

PIPELINES = experiments.pipelines(config)


rule tabulate_forensics:
    """Gather an experiment's evaluations: one line a run, and means with spreads."""
    input:
        evaluations=configured(experiments.files, "experiment", file="evaluation.json"),
        trainings=configured(experiments.files, "experiment", file="training.csv"),
        script="scripts/tabulate.py",
    output:
        summary="results/tables/{experiment}.csv",
        summary_page=page("results/tables/{experiment}.html", "summary"),
        runs="results/tables/{experiment}_runs.csv",
        runs_page=page("results/tables/{experiment}_runs.html", "runs"),
        confusion="results/tables/{experiment}_confusion.csv",
        confusion_page=page("results/tables/{experiment}_confusion.html", "confusion"),
        progress="results/tables/{experiment}_progress.csv",
        progress_page=page("results/tables/{experiment}_progress.html", "progress"),
        photographs="results/tables/{experiment}_photographs.csv",
        typeset=typeset("{experiment}", "{experiment}_runs", "{experiment}_confusion"),
    log:
        "results/logs/tabulate_forensics/{experiment}.log",
    benchmark:
        "results/benchmarks/tabulate_forensics/{experiment}.tsv"
    conda:
        "../../envs/plotting.yaml"
    params:
        code=library(catalogue.TABLES["forensics"]),
        root=configured(experiments.root, "experiment"),
        grid=settings(experiments.axes, "experiment"),
    shell:
        "python {input.script:q} forensics --root {params.root:q} --grid {params.grid:q} --runs {output.runs:q} "
        "--summary {output.summary:q} --confusion {output.confusion:q} --progress {output.progress:q} "
        "--photographs {output.photographs:q} &> {log:q}"


rule tabulate_detection:
    """How well an experiment's runs tell manipulated windows from native ones, and whether they know how well."""
    input:
        evaluations=configured(experiments.files, "experiment", file="evaluation.json"),
        probabilities=configured(
            experiments.files, "experiment", file="probabilities.npz"
        ),
        script="scripts/tabulate.py",
    output:
        table="results/tables/{experiment}_detection.csv",
        page=page("results/tables/{experiment}_detection.html", "detection"),
        typeset=typeset("{experiment}_detection"),
        curves="results/tables/{experiment}_detection_curves.csv",
    log:
        "results/logs/tabulate_detection/{experiment}.log",
    benchmark:
        "results/benchmarks/tabulate_detection/{experiment}.tsv"
    conda:
        "../../envs/plotting.yaml"
    params:
        code=library(catalogue.TABLES["detection"]),
        root=configured(experiments.root, "experiment"),
        grid=settings(experiments.axes, "experiment"),
    shell:
        "python {input.script:q} detection --root {params.root:q} --grid {params.grid:q} --output {output.table:q} "
        "--curves {output.curves:q} &> {log:q}"


rule tabulate_published:
    """Put published numbers beside ours."""
    input:
        summary="results/tables/{experiment}.csv",
        confusion="results/tables/{experiment}_confusion.csv",
        published=at("experiments/{experiment}/published/tradeoff"),
        published_confusion=at("experiments/{experiment}/published/confusion"),
        script="scripts/tabulate.py",
    output:
        table="results/tables/{experiment}_published.csv",
        page=page("results/tables/{experiment}_published.html", "published"),
        confusion="results/tables/{experiment}_published_confusion.csv",
        confusion_page=page(
            "results/tables/{experiment}_published_confusion.html",
            "published_confusion",
            "published",
        ),
        typeset=typeset("{experiment}_published", "{experiment}_published_confusion"),
    log:
        "results/logs/tabulate_published/{experiment}.log",
    benchmark:
        "results/benchmarks/tabulate_published/{experiment}.tsv"
    conda:
        "../../envs/plotting.yaml"
    params:
        code=library(catalogue.TABLES["published"]),
        camera=at("experiments/{experiment}/published/camera"),
        isp=at("experiments/{experiment}/published/isp"),
        channel=at("experiments/{experiment}/published/channel"),
    shell:
        "python {input.script:q} published --summary {input.summary:q} --published {input.published:q} "
        "--output {output.table:q} --camera {params.camera:q} --isp {params.isp:q} --channel {params.channel:q} "
        "--confusion {input.confusion:q} --published-confusion {input.published_confusion:q} "
        "--confusion-output {output.confusion:q} &> {log:q}"


rule tabulate_isps:
    """PSNR and SSIM of every trained ISP of every camera."""
    input:
        evaluations=expand("{folder}/evaluation.csv", folder=PIPELINES),
        records=expand("{folder}/record.json", folder=PIPELINES),
        script="scripts/tabulate.py",
    output:
        table="results/tables/isps.csv",
        page=page("results/tables/isps.html", "isps"),
        typeset=typeset("isps"),
    log:
        "results/logs/tabulate_isps.log",
    benchmark:
        "results/benchmarks/tabulate_isps.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    params:
        code=library(catalogue.TABLES["isps"]),
        folders=PIPELINES,
    shell:
        "python {input.script:q} isps --models {params.folders:q} --output {output.table:q} &> {log:q}"


rule compare_jpeg:
    """Differentiable JPEG against libjpeg over qualities, on a camera's developed photographs."""
    input:
        images=f"results/data/{config['differentiable_jpeg']['camera']}/images.csv",
        script="scripts/compare_jpeg.py",
    output:
        table="results/tables/differentiable_jpeg.csv",
        page=page("results/tables/differentiable_jpeg.html", "differentiable_jpeg"),
    log:
        "results/logs/compare_jpeg.log",
    benchmark:
        "results/benchmarks/compare_jpeg.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    threads: config["threads"]["evaluation"]
    params:
        code=library("compare_jpeg"),
        settings=settings(jobs.jpeg),
    shell:
        "python {input.script:q} --images {input.images:q} --settings {params.settings:q} --output {output.table:q} "
        "--threads {threads} &> {log:q}"
