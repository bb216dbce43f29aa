"""What the SLURM profile asks of a cluster. `make test-slurm` runs the workflow through a real one."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PROFILE = ROOT / "profiles/slurm"

pytest.importorskip("snakemake_executor_plugin_slurm", reason="needs the SLURM plugin of requirements.txt")


@pytest.fixture(scope="module")
def dry_run(starter, tmp_path_factory):
    """What Snakemake tells in a dry run with the profile, for a user's file with these entries."""

    def dry_run(configfile, **cluster):
        folder = tmp_path_factory.mktemp("cluster")
        content = yaml.safe_load((PROFILE / "cluster.yaml").read_text(encoding="utf-8"))
        (folder / "cluster.yaml").write_text(yaml.safe_dump(content | cluster), encoding="utf-8")
        for part in ("config", "resources", "scripts"):
            (folder / part).symlink_to(ROOT / part)
        command = ["-n", "--workflow-profile", PROFILE, "--configfile", configfile, "--directory", folder]
        with pytest.MonkeyPatch.context() as patched:
            patched.setenv("NEURAL_IMAGING_CLUSTER", str(folder / "cluster.yaml"))
            done = starter.run([*map(str, command)], ROOT, 300)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    return dry_run


def resources(told):
    """Resources of each rule in such a dry run."""
    return dict(re.findall(r"^rule (\w+):\n(?:    .*\n)*?    resources: (.*)$", told, re.MULTILINE))


@pytest.fixture(scope="module")
def asked(dry_run):
    """What is asked for where the user's file says nothing."""
    return resources(dry_run("config/smoke.yaml"))


def test_an_empty_file_asks_for_no_partition(asked):
    assert not [rule for rule, found in asked.items() if re.search("partition|account|constraint", found)]


def test_trainings_have_a_partition_of_their_own(dry_run):
    cluster = {"account": "imaging", "partition": "short", "gpu_partition": "gpus", "gpu_constraint": "a100"}
    asked = resources(dry_run("config/smoke.yaml", **cluster))
    assert "slurm_partition=gpus" in asked["train_forensics"]
    assert "constraint=a100" in asked["train_isp"]
    assert "slurm_account=imaging" in asked["train_dcn"]
    assert "slurm_partition=short" in asked["tabulate_forensics"]
    assert "constraint" not in asked["tabulate_forensics"]


def test_every_training_is_told_before_its_time_ends(asked):
    trainings = [rule for rule in asked if rule.startswith("train_")]
    assert {"train_isp", "train_dcn", "train_forensics"} <= set(trainings)
    assert all(("--signal=TERM@" in asked[rule]) == (rule in trainings) for rule in asked)


def rules():
    """Names of the workflow's rules."""
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "workflow/rules").glob("*.smk"))
    return set(re.findall(r"^(?:rule|use rule \w+ as) (\w+)(?::| with:)", text, re.MULTILINE))


def test_every_rule_asks_for_memory_and_time():
    asked = yaml.safe_load((PROFILE.parent / "default/config.yaml").read_text(encoding="utf-8"))["set-resources"]
    assert asked.keys() == rules()
    # That of trainings depends on their settings.
    for rule, resources in asked.items():
        assert resources.keys() == ({"mem_mb"} if rule.startswith("train_") else {"mem_mb", "runtime"}), rule


def test_a_cluster_is_asked_for_what_the_default_profile_says(asked):
    assert "mem_mb=4000" in asked["train_forensics"]
    assert re.search(r"mem_mb=2000.*runtime=20\b", asked["tabulate_headline"])


def test_grouped_rules_are_rules_of_the_workflow():
    content = yaml.safe_load((PROFILE / "config.yaml").read_text(encoding="utf-8"))
    grouped = dict(entry.split("=") for entry in content["groups"])
    assert grouped.keys() <= rules()
    assert set(grouped.values()) == {entry.split("=")[0] for entry in content["group-components"]}
    assert not [rule for rule in grouped if rule.startswith("train_")]
    short = {rule for rule in rules() if rule.startswith(("plot", "sample", "describe_", "evaluate_"))}
    assert short <= grouped.keys()


@pytest.mark.parametrize(("cores", "threads"), [(4, 4), (8, 6)])
def test_a_job_has_no_more_processors_than_a_node(dry_run, tmp_path, smoke_content, cores, threads):
    content = smoke_content()
    content["threads"]["training"] = 6
    (tmp_path / "config.yaml").write_text(yaml.safe_dump({**content, "inherits": False}), encoding="utf-8")
    told = dry_run(tmp_path / "config.yaml", cores=cores)
    (training,) = set(re.findall(r"^rule train_forensics:\n(?:    .*\n)*?    threads: (\d+)$", told, re.MULTILINE))
    assert int(training) == threads
