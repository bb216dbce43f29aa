"""Tables become figures: each from one table, by one script."""


rule plot_scatter_psnr:
    """Accuracy against PSNR over λ."""
    input:
        table="results/tables/{experiment}_runs.csv",
        script="scripts/plot_scatter_psnr.py",
        code=library("plot_scatter_psnr"),
    output:
        pdf="results/figures/{experiment}/scatter_psnr.pdf",
        png=report(
            "results/figures/{experiment}/scatter_psnr.png",
            caption="../report/scatter_psnr.rst",
            category=paper,
            subcategory="{experiment}",
            labels={"result": "accuracy against PSNR", "kind": "figure"},
        ),
    log:
        "results/logs/plot_scatter_psnr/{experiment}.log",
    benchmark:
        "results/benchmarks/plot_scatter_psnr/{experiment}.tsv"
    conda:
        "../../envs/plotting.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    shell:
        "python {input.script:q} --table {input.table:q} --output {output.pdf:q} &> {log:q}"


rule plot_scatter_ssim:
    """Accuracy against SSIM over λ."""
    input:
        table="results/tables/{experiment}_runs.csv",
        script="scripts/plot_scatter_ssim.py",
        code=library("plot_scatter_ssim"),
    output:
        pdf="results/figures/{experiment}/scatter_ssim.pdf",
        png=report(
            "results/figures/{experiment}/scatter_ssim.png",
            caption="../report/scatter_ssim.rst",
            category=paper,
            subcategory="{experiment}",
            labels={"result": "accuracy against SSIM", "kind": "figure"},
        ),
    log:
        "results/logs/plot_scatter_ssim/{experiment}.log",
    benchmark:
        "results/benchmarks/plot_scatter_ssim/{experiment}.tsv"
    conda:
        "../../envs/plotting.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    shell:
        "python {input.script:q} --table {input.table:q} --output {output.pdf:q} &> {log:q}"


rule plot_whole_and_patchwise:
    """Accuracy patch by patch, as in the papers, beside that of whole photographs."""
    input:
        table="results/tables/{experiment}.csv",
        runs="results/tables/{experiment}_runs.csv",
        script="scripts/plot_whole_and_patchwise.py",
        code=library("plot_whole_and_patchwise"),
    output:
        pdf="results/figures/{experiment}/whole_and_patchwise.pdf",
        png=report(
            "results/figures/{experiment}/whole_and_patchwise.png",
            caption="../report/whole_and_patchwise.rst",
            category=paper,
            subcategory="{experiment}",
            labels={"result": "patches and whole photographs", "kind": "figure"},
        ),
    log:
        "results/logs/plot_whole_and_patchwise/{experiment}.log",
    benchmark:
        "results/benchmarks/plot_whole_and_patchwise/{experiment}.tsv"
    conda:
        "../../envs/plotting.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    shell:
        "python {input.script:q} --table {input.table:q} --runs {input.runs:q} --output {output.pdf:q} &> {log:q}"


rule plot_progress:
    """Accuracy and PSNR over the training."""
    input:
        table="results/tables/{experiment}_progress.csv",
        script="scripts/plot_progress.py",
        code=library("plot_progress"),
    output:
        pdf="results/figures/{experiment}/progress.pdf",
        png=report(
            "results/figures/{experiment}/progress.png",
            caption="../report/progress.rst",
            category=paper,
            subcategory="{experiment}",
            labels={"result": "training progress", "kind": "figure"},
        ),
    log:
        "results/logs/plot_progress/{experiment}.log",
    benchmark:
        "results/benchmarks/plot_progress/{experiment}.tsv"
    conda:
        "../../envs/plotting.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    shell:
        "python {input.script:q} --table {input.table:q} --output {output.pdf:q} &> {log:q}"


rule plot_confusion:
    """Confusion matrices over λ."""
    input:
        table="results/tables/{experiment}_confusion.csv",
        script="scripts/plot_confusion.py",
        code=library("plot_confusion"),
    output:
        pdf="results/figures/{experiment}/confusion.pdf",
        png=report(
            "results/figures/{experiment}/confusion.png",
            caption="../report/confusion.rst",
            category=paper,
            subcategory="{experiment}",
            labels={"result": "confusion matrices", "kind": "figure"},
        ),
    log:
        "results/logs/plot_confusion/{experiment}.log",
    benchmark:
        "results/benchmarks/plot_confusion/{experiment}.tsv"
    conda:
        "../../envs/plotting.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    shell:
        "python {input.script:q} --table {input.table:q} --output {output.pdf:q} &> {log:q}"


rule plot_published:
    """Our trade-off beside the published one."""
    input:
        table="results/tables/{experiment}_published.csv",
        script="scripts/plot_published.py",
        code=library("plot_published"),
    output:
        pdf="results/figures/{experiment}/published.pdf",
        png=report(
            "results/figures/{experiment}/published.png",
            caption="../report/published.rst",
            category=paper,
            subcategory="{experiment}",
            labels={"result": "beside published values", "kind": "figure"},
        ),
    log:
        "results/logs/plot_published/{experiment}.log",
    benchmark:
        "results/benchmarks/plot_published/{experiment}.tsv"
    conda:
        "../../envs/plotting.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    shell:
        "python {input.script:q} --table {input.table:q} --output {output.pdf:q} &> {log:q}"


rule plot_differentiable_jpeg:
    """Differentiable JPEG against libjpeg over qualities."""
    input:
        table="results/tables/differentiable_jpeg.csv",
        script="scripts/plot_differentiable_jpeg.py",
        code=library("plot_differentiable_jpeg"),
    output:
        pdf="results/figures/{experiment}/differentiable_jpeg.pdf",
        png=report(
            "results/figures/{experiment}/differentiable_jpeg.png",
            caption="../report/differentiable_jpeg.rst",
            category=paper,
            subcategory="{experiment}",
            labels={"result": "differentiable JPEG", "kind": "figure"},
        ),
    log:
        "results/logs/plot_differentiable_jpeg/{experiment}.log",
    benchmark:
        "results/benchmarks/plot_differentiable_jpeg/{experiment}.tsv"
    conda:
        "../../envs/plotting.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    shell:
        "python {input.script:q} --table {input.table:q} --output {output.pdf:q} &> {log:q}"


rule plot_rate_distortion_accuracy:
    """Accuracy and SSIM over the rate of JPEG and learned codecs."""
    input:
        table="results/tables/{experiment}.csv",
        script="scripts/plot_rate_distortion_accuracy.py",
        code=library("plot_rate_distortion_accuracy"),
    output:
        pdf="results/figures/{experiment}/rate_distortion_accuracy.pdf",
        png=report(
            "results/figures/{experiment}/rate_distortion_accuracy.png",
            caption="../report/rate_distortion_accuracy.rst",
            category=paper,
            subcategory="{experiment}",
            labels={"result": "accuracy over rate", "kind": "figure"},
        ),
    log:
        "results/logs/plot_rate_distortion_accuracy/{experiment}.log",
    benchmark:
        "results/benchmarks/plot_rate_distortion_accuracy/{experiment}.tsv"
    conda:
        "../../envs/plotting.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    shell:
        "python {input.script:q} --table {input.table:q} --output {output.pdf:q} &> {log:q}"
