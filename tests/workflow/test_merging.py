"""Results of two machines, disjoint parts of a grid, become one folder of results without anything trained again."""

import os
import re
import shutil

import pytest
import yaml

# What docs/cluster.md leaves behind.
LEFT = ("tables", "figures", "logs")
CAMERAS = ("here", "there")


def configuration(checkout, content, *names):
    """Write the smoke configuration's first experiment with these cameras; gives its path in the checkout."""
    (camera,) = content["cameras"].values()
    content["cameras"] = dict.fromkeys(names, camera)
    content["experiments"] = {"cvpr2019": content["experiments"]["cvpr2019"]}
    content["experiments"]["cvpr2019"] |= {"cameras": list(names), "runs": 1}
    content["experiments"]["cvpr2019"]["examples"]["camera"] = names[0]
    content["experiments"]["cvpr2019"].pop("published")
    content["differentiable_jpeg"]["camera"] = names[0]
    for part in (
        "codec_studies",
        "codecs",
        "data_sets",
        "pictures",
        "transfer",
        "robustness",
        "localisation",
        "attacks",
    ):
        content.pop(part)
    content["channels"] = {"jpeg50": content["channels"]["jpeg50"]}
    content["protocols"] = {"cvpr2019": content["protocols"]["cvpr2019"]}
    (checkout.folder / "config/merged.yaml").write_text(
        yaml.safe_dump({**content, "inherits": False}), encoding="utf-8"
    )
    return "config/merged.yaml"


def finish(checkout, config, text):
    """Let Snakemake take every result of a configuration for made; each file has this text."""
    asked = ("--configfile", config, "--cores", "1")
    summary = checkout.snakemake("--summary", *asked)
    assert summary.returncode == 0, summary.stderr
    for line in summary.stdout.splitlines()[1:]:
        path = checkout.folder / line.split("\t")[0]
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.parent.name == "raw":
            path.mkdir()
        else:
            path.write_text(text)
    done = checkout.snakemake("--touch", "--forceall", *asked)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def merged(new_checkout, smoke_content):
    """A checkout with the results of one machine, and those of the other copied into it as docs/cluster.md says."""
    here, there = (new_checkout(name) for name in CAMERAS)
    for checkout, name in ((there, "there"), (here, "here")):
        finish(checkout, configuration(checkout, smoke_content(), name), name)
    for path in sorted((there.folder / "results").rglob("*")):
        place = path.relative_to(there.folder)
        if path.is_file() and place.parts[1] not in LEFT:
            (here.folder / place.parent).mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, here.folder / place)
            # The other machine's files may be older than our programs.
            os.utime(here.folder / place, (1_500_000_000, 1_500_000_000))
    return here


def test_merged_models_are_not_trained_again(merged, smoke_content):
    config = configuration(merged, smoke_content(), *CAMERAS)
    before = {path: path.read_bytes() for path in (merged.folder / "results").rglob("model.keras")}
    assert len({path.read_bytes() for path in before}) == 2
    done = merged.snakemake("--cores", "1", "--configfile", config, "--touch", "models")
    assert done.returncode == 0, done.stderr
    jobs = merged.plan(config=config)
    assert not [rule for rule in jobs if re.match("train_|prepare_|simulate_", rule)], jobs
    # The tables are those of both machines now.
    assert {"tabulate_forensics", "tabulate_isps"} <= jobs.keys()
    assert before == {path: path.read_bytes() for path in before}
