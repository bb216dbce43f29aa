"""What `snakemake -n` plans: the whole path, one figure, and what a change makes necessary."""

import os
import time

import pytest
import yaml


@pytest.mark.parametrize("config", ["config/config.yaml", "config/smoke.yaml"])
def test_the_whole_path_is_planned(checkout, config):
    content = yaml.safe_load((checkout.folder / config).read_text(encoding="utf-8"))
    runs = sum(len(grid["lambda_isp"]) * grid["runs"] for grid in content["experiments"].values())
    jobs = checkout.plan(config=config)
    assert jobs["train_forensics"] == jobs["evaluate_forensics"] == runs
    assert {"simulate_raw", "prepare_data", "train_isp", "tabulate_forensics", "plot_scatter_psnr"} <= jobs.keys()
    assert jobs["evaluate_isp"] == jobs["train_isp"]
    assert jobs["tabulate_isps"] == 1


def test_the_papers_grid_is_planned_in_full(checkout):
    # benchmarks/planning.py tells how long it takes.
    jobs = checkout.plan(config="config/paper.yaml")
    assert jobs["train_forensics"] == 4 * 3 * 11 * 10
    assert jobs["train_isp"] == 4 * 3


@pytest.mark.parametrize("target", ["data", "models", "figures", "tables", "cvpr2019"])
def test_each_named_target_is_planned(checkout, target):
    assert "prepare_data" in checkout.plan(target)


def test_one_figure_plans_only_what_it_needs(checkout):
    jobs = checkout.plan("results/figures/cvpr2019/pipelines.pdf")
    assert jobs == {"simulate_raw": 1, "prepare_data": 1, "train_isp": 2, "sample_pipelines": 1, "plot_pipelines": 1}


def test_own_raw_files_need_no_simulation(checkout):
    def own_camera(content):
        content["cameras"]["simulated"] = {"source": "folder", "path": "not/there/yet", "train": 3, "validation": 1}

    assert "simulate_raw" not in checkout.plan(config=checkout.configuration(own_camera))


class TestAfterAChange:
    """Results are there; then one thing changes."""

    def test_nothing_is_planned_without_one(self, finished):
        assert finished.plan() == {}

    def change(self, checkout, file):
        """Add a line to a file, some time after the results were made."""
        path = checkout.folder / file
        path.write_text(path.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
        later = time.time() + 10
        os.utime(path, (later, later))

    def test_a_plotting_module_reruns_its_figure_only(self, finished):
        self.change(finished, "lib/neural_imaging/figures/confusion.py")
        assert finished.plan() == {"plot_confusion": 1, "all": 1}

    def test_the_forensic_network_reruns_what_has_one(self, finished):
        self.change(finished, "lib/neural_imaging/models/fan.py")
        jobs = finished.plan()
        assert jobs["train_forensics"] == jobs["evaluate_forensics"] == 4
        assert not {"train_isp", "prepare_data", "sample_pipelines", "compare_jpeg"} & jobs.keys()

    def test_one_isp_reruns_what_has_it(self, finished):
        self.change(finished, "lib/neural_imaging/models/isp/inet.py")
        jobs = finished.plan()
        assert jobs["train_isp"] == 1
        assert "train_forensics" not in jobs

    def test_a_setting_of_the_evaluation_trains_nothing(self, finished):
        def more_patches(content):
            content["protocols"]["cvpr2019"]["evaluation"]["patches"] = 12

        jobs = finished.plan(config=finished.configuration(more_patches))
        assert jobs["evaluate_forensics"] == 4
        assert "train_forensics" not in jobs

    def test_another_lambda_trains_only_its_own_runs(self, finished):
        def one_more(content):
            content["experiments"]["cvpr2019"]["lambda_isp"].append(0.5)

        assert finished.plan(config=finished.configuration(one_more))["train_forensics"] == 2
