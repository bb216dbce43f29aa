"""Trained models become presets, which come with the library."""


rule make_preset:
    """Make a preset of a run's model, and its card from the run's records."""
    input:
        configured(presets.inputs, "preset"),
        model=collect(
            "{folder}/model.keras", folder=configured(presets.folder, "preset")
        ),
        record=collect(
            "{folder}/record.json", folder=configured(presets.folder, "preset")
        ),
        licences="resources/licences.csv",
        script="scripts/make_preset.py",
    output:
        model="results/presets/{preset}.keras",
        card="results/presets/{preset}.md",
    log:
        "results/logs/make_preset/{preset}.log",
    benchmark:
        "results/benchmarks/make_preset/{preset}.tsv"
    conda:
        "../../envs/tensorflow.yaml"
    params:
        code=library("make_preset", configured(presets.networks, "preset")),
        files=configured(presets.options, "preset"),
    shell:
        "python {input.script:q} {wildcards.preset:q} --model {input.model:q} {params.files:q} "
        "--licences {input.licences:q} --output {output.model:q} &> {log:q}"
