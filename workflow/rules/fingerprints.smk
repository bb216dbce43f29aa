"""What pipelines do to sensor fingerprints."""


rule simulate_device:
    """Photograph flat fields and scenes with a single device of a simulated camera."""
    input:
        script="scripts/simulate_raw.py",
        cameras=ancient("resources/cameras.yaml"),
    output:
        raws=directory("results/devices/{device}"),
    log:
        "results/logs/simulate_device/{device}.log",
    benchmark:
        "results/benchmarks/simulate_device/{device}.tsv"
    wildcard_constraints:
        device=either(map(str, fingerprints.numbers(config))),
    conda:
        "../../envs/imaging.yaml"
    # Devices are made side by side.
    threads: 1
    params:
        code=library("simulate_raw"),
        profile=fingerprints.profile(config),
        settings=settings(fingerprints.scenes),
        iso=fingerprints.iso(config),
        known=settings(fingerprints.known),
    shell:
        "python {input.script:q} --profile {params.profile:q} --cameras {input.cameras:q} --device {wildcards.device:q} "
        "{params.iso:q} --settings {params.settings:q} --output {output.raws:q} --threads {threads} &> {log:q}"


rule evaluate_fingerprints:
    """Estimate fingerprints behind each pipeline, and look for them behind all."""
    input:
        devices=fingerprints.made(config),
        models=fingerprints.models(config, LEARNED),
        script="scripts/evaluate_fingerprints.py",
    output:
        test="results/fingerprints/{channel}/fingerprints.json",
        table="results/fingerprints/{channel}/fingerprints.csv",
    log:
        "results/logs/evaluate_fingerprints/{channel}.log",
    benchmark:
        "results/benchmarks/evaluate_fingerprints/{channel}.tsv"
    wildcard_constraints:
        channel=either(fingerprints.channels(config)),
    conda:
        "../../envs/tensorflow.yaml"
    threads: config["threads"]["evaluation"]
    params:
        code=library("evaluate_fingerprints", *fingerprints.of_networks(config)),
        devices=fingerprints.sources(config),
        pipelines=[
            f"--pipeline={name}={text}"
            for name, text in fingerprints.pipelines(config, LEARNED).items()
        ],
        bases=settings(lambda config: fingerprints.bases(config, LEARNED)),
        channel=settings(fingerprints.channel, "channel"),
        settings=settings(fingerprints.settings),
    shell:
        "python {input.script:q} {params.devices:q} {params.pipelines:q} --bases {params.bases:q} "
        "--channel {params.channel:q} --channel-name {wildcards.channel:q} --settings {params.settings:q} "
        "--output {output.test:q} --threads {threads} &> {log:q}"


rule tabulate_fingerprints:
    """Gather the tests: a line a pair of pipelines, channel and size of patches; what pipelines change; and ROC curves."""
    input:
        tests=fingerprints.files(config),
        published=at("fingerprints/published"),
        script="scripts/tabulate.py",
    output:
        table="results/tables/fingerprints.csv",
        page=page("results/tables/fingerprints.html", "fingerprints"),
        changes="results/tables/fingerprints_changes.csv",
        changes_page=page(
            "results/tables/fingerprints_changes.html", "fingerprints_changes"
        ),
        curves="results/tables/fingerprints_roc.csv",
        typeset=typeset("fingerprints", "fingerprints_changes"),
    log:
        "results/logs/tabulate_fingerprints.log",
    benchmark:
        "results/benchmarks/tabulate_fingerprints.tsv"
    conda:
        "../../envs/plotting.yaml"
    params:
        code=library(catalogue.TABLES["fingerprints"]),
        published=option("--published", "published"),
    shell:
        "python {input.script:q} fingerprints --tests {input.tests:q} {params.published:q} --output {output.table:q} "
        "--changes {output.changes:q} --curves {output.curves:q} &> {log:q}"
