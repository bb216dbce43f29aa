"""A grid without Snakemake: the workflow's files, from the workflow's configuration."""

import json
from pathlib import Path

import pytest
import yaml

import run_grid
import simulate_raw
from neural_imaging.base.errors import UserError

ROOT = Path(__file__).resolve().parents[2]
RUN = (
    "forensics/cvpr2019/camera~simulated/isp~UNet/channel~jpeg50/lambda_isp~{}/lambda_codec~none/signature~none/run~{}"
)


@pytest.fixture
def work(tmp_path, monkeypatch):
    """A folder to work in, with the project's configurations; gives a function that changes the small one."""
    (tmp_path / "config").symlink_to(ROOT / "config")
    monkeypatch.chdir(tmp_path)

    def configuration(change=lambda content: None):
        content = yaml.safe_load((ROOT / "config/smoke.yaml").read_text(encoding="utf-8"))
        # Four runs are enough.
        del content["experiments"]["cvpr2019"]["signature"]
        change(content)
        path = tmp_path / "grid.yaml"
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        return ["--configfile", str(path), "--experiment", "cvpr2019"]

    return configuration


@pytest.fixture
def pretend(monkeypatch):
    """Programs write their outputs and compute nothing; gives the list of their calls, and those that shall fail."""
    calls, failing = [], set()

    def take(step, broken, threads):
        calls.append((step.program, step.outputs[0]))
        if step.outputs[0] in failing:
            raise UserError(f"{step.program}: no such luck")
        for output in step.outputs:
            Path(output).parent.mkdir(parents=True, exist_ok=True)
            given = dict(zip(step.arguments, step.arguments[1:], strict=False))
            settings, seed = json.loads(given["--settings"]), int(given.get("--run", given.get("--seed", 0)))
            weight = given.get("--lambda-isp")
            weights = {"lambda_isp": weight if weight == "fan-only" else float(weight)} if weight else {}
            Path(output).write_text(json.dumps({"settings": settings | weights, "seed": seed}), encoding="utf-8")

    monkeypatch.setattr(run_grid, "take", take)
    return calls, failing


def test_what_there_is_to_do_is_said(work, capsys):
    run_grid.main([*work(), "--dry-run", "--run", "1"])
    steps = "simulate_raw, prepare_data, train_isp, train_forensics, evaluate_forensics"
    assert capsys.readouterr().out.splitlines() == [
        f"{RUN.format(weight, 1)}: {steps}" for weight in ("fan-only", 0.001)
    ]
    assert not Path("results").exists()


def test_what_is_there_is_not_made_again(work, pretend, capsys):
    calls, _ = pretend
    run_grid.main([*work(), "--lambda", "fan-only", "--run", "0"])
    assert [program for program, _ in calls] == [
        "simulate_raw", "prepare_data", "train_isp", "train_forensics", "evaluate_forensics",
    ]  # fmt: skip
    calls.clear()
    run_grid.main([*work(), "--lambda", "fan-only"])
    assert calls == [
        ("train_forensics", f"results/{RUN.format('fan-only', 1)}/model.keras"),
        ("evaluate_forensics", f"results/{RUN.format('fan-only', 1)}/evaluation.json"),
    ]
    assert f"1 of 2: {RUN.format('fan-only', 0)}: was there" in capsys.readouterr().out


def test_runs_that_fail_are_passed_over_and_named(work, pretend, capsys):
    calls, failing = pretend
    failing.add(f"results/{RUN.format('fan-only', 0)}/model.keras")
    with pytest.raises(SystemExit) as ended:
        run_grid.main(work())
    assert ended.value.code == 1
    assert [program for program, _ in calls].count("evaluate_forensics") == 3
    assert capsys.readouterr().err.endswith(
        f"{RUN.format('fan-only', 0)}: train_forensics: no such luck\n1 of 4 runs failed\n"
    )


def test_results_of_other_settings_are_named_and_kept(work, pretend, capsys):
    run_grid.main(work())
    capsys.readouterr()

    def more(content):
        content["protocols"]["cvpr2019"]["epochs"] = 5

    run_grid.main([*work(more), "--run", "0", "--lambda", "0.001", "--dry-run"])
    assert "finished, but was made with epochs 4; the configuration asks for 5" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        run_grid.main([*work(more), "--run", "0", "--lambda", "0.001"])
    assert (
        "was made with epochs 4; the configuration asks for 5. Remove the run to make it anew"
        in capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["--experiment", "cvpr2018"], r"no such experiment \(did you mean 'cvpr2019'\?\)"),
        (["--isp", "DNet"], "isp DNet: there is no such run; there are UNet"),
        (["--configfile", "missing.yaml"], "missing.yaml: no such settings file"),
    ],
)
def test_what_there_is_not_is_refused(work, given, message):
    with pytest.raises(UserError, match=message):
        run_grid.main([*work(), *given])


def test_mistakes_in_the_configuration_are_those_of_the_workflow(work):
    with pytest.raises(UserError, match=r"configuration: protocols\.cvpr2019: unknown key 'epoch'"):
        run_grid.main(work(lambda content: content["protocols"]["cvpr2019"].update(epoch=3)))


def test_a_step_that_failed_is_not_tried_for_every_run(work, monkeypatch, capsys):
    tried = []

    def broken(arguments):
        tried.append("simulate_raw")
        raise OSError("broken")

    monkeypatch.setattr(simulate_raw, "main", broken)
    with pytest.raises(SystemExit):
        run_grid.main(work())
    assert tried == ["simulate_raw"]
    assert capsys.readouterr().err.count("simulate_raw failed before: OSError: broken") == 3
