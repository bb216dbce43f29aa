"""What `snakemake -n` plans: the whole path, one figure, and what a change makes necessary."""

import os
import time

import pytest

from neural_imaging.study import channel_facts, overlay

# Of codecs as they were trained, without any forensic network.
CODEC_FIGURES = ("rate_distortion", "crops", "entropy_estimation")


@pytest.mark.parametrize("config", ["config/config.yaml", "config/smoke.yaml"])
def test_the_whole_path_is_planned(checkout, config):
    content = overlay.read(checkout.folder / config, checkout.folder / overlay.DEFAULTS)
    experiments, learned = (
        content["experiments"].values(),
        {name for name, channel in content["channels"].items() if channel_facts.learned(channel) is not None},
    )
    runs = 0
    for experiment in experiments:
        points = len(experiment["lambda_isp"]) * experiment["runs"]
        own = len(learned.intersection(experiment["channels"]))
        runs += points * (len(experiment["channels"]) - own)
        # A signature is learned where nothing else learns.
        runs += experiment["runs"] * (len(experiment.get("signature", ["none"])) - 1) * len(experiment["channels"])
        runs += points * own * len(experiment.get("lambda_codec", ["basic"]))
    jobs = checkout.plan(config=config)
    assert jobs["train_forensics"] == jobs["evaluate_forensics"] == runs
    assert {"simulate_raw", "prepare_data", "train_isp", "tabulate_forensics", "plot"} <= jobs.keys()
    assert jobs["evaluate_isp"] == jobs["train_isp"]
    assert jobs["tabulate_isps"] == 1


# Other files plan data, models, experiments and transfer.
@pytest.mark.parametrize("target", ["figures", "tables"])
def test_each_named_target_is_planned(checkout, target):
    assert "prepare_data" in checkout.plan(target)


def test_one_figure_plans_only_what_it_needs_and_leaves_no_file(new_checkout):
    planned = new_checkout("planned")
    jobs = planned.plan("results/figures/cvpr2019/pipelines.pdf")
    assert jobs == {"simulate_raw": 1, "prepare_data": 1, "train_isp": 2, "sample": 1, "plot": 1}
    assert not (planned.folder / "results").exists()


def test_own_raw_files_need_no_simulation(checkout, tmp_path):
    def own_camera(content):
        content["cameras"]["simulated"] = {"source": "folder", "path": str(tmp_path), "train": 3, "validation": 1}

    assert "simulate_raw" not in checkout.plan(config=checkout.configuration(own_camera))


def test_a_folder_that_is_not_there_ends_with_one_line_and_code_2(checkout):
    def own_camera(content):
        content["cameras"]["simulated"] = {"source": "folder", "path": "not/there", "train": 3, "validation": 1}

    done = checkout.snakemake("-n", "--configfile", checkout.configuration(own_camera))
    assert done.returncode == 2
    assert "configuration: cameras.simulated.path: no folder not/there" in done.stderr


def test_pictures_without_raw_take_the_place_of_raw_files(checkout, tmp_path):
    def pictures(content):
        for section in (
            "pictures",
            "codecs",
            "data_sets",
            "codec_studies",
            "transfer",
            "robustness",
            "localisation",
            "attacks",
        ):
            del content[section]
        del content["experiments"]["iclr2020"], content["channels"]["4c"]
        content["cameras"] = {"rgb": {"source": "pictures", "path": str(tmp_path), "train": 3, "validation": 1}}
        content["isps"] = {"ONet": {**content["isps"]["UNet"], "model": "ONet", "settings": {}}}
        experiment = content["experiments"]["cvpr2019"]
        experiment |= {"cameras": ["rgb"], "isps": ["ONet"], "lambda_isp": ["fan-only"]}
        experiment["examples"] |= {"camera": "rgb", "isp": "ONet", "pipelines": ["ONet"], "lambda_isp": "fan-only"}
        del experiment["published"]
        content["differentiable_jpeg"]["camera"] = "rgb"

    jobs = checkout.plan(config=checkout.configuration(pictures))
    assert jobs["prepare_pictures"] == jobs["train_isp"] == 1
    assert not {"simulate_raw", "prepare_data"} & jobs.keys()


def test_a_pipeline_of_several_cameras_is_trained_once_and_set_to_each(checkout):
    def several(content):
        del content["experiments"]["iclr2020"], content["transfer"]
        content["cameras"]["other"] = {**content["cameras"]["simulated"], "profile": "EOS5D"}
        content["cameras"]["third"] = {**content["cameras"]["simulated"], "profile": "D7000"}
        auto = {"model": "ClassicISP", "settings": {"c_filters": [4]}, "cameras": ["simulated", "other", "third"]}
        content["isps"]["auto"] = {**content["isps"]["UNet"], **auto}
        experiment = content["experiments"]["cvpr2019"]
        experiment |= {"cameras": ["simulated", "other"], "isps": ["auto"]}
        experiment["examples"] |= {"isp": "auto", "pipelines": ["auto"]}
        experiment["published"]["isp"] = "auto"

    jobs = checkout.plan(config=checkout.configuration(several))
    assert jobs["train_shared_isp"] == 1
    assert jobs["set_camera"] == 2
    assert jobs["prepare_data"] == 3
    assert "train_isp" not in jobs


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
        assert finished.plan() == {"plot": 1, "all": 1}

    def test_what_all_figures_share_draws_them_and_computes_nothing(self, finished):
        self.change(finished, "lib/neural_imaging/figures/style.py")
        jobs = finished.plan()
        assert jobs["plot"] > 20
        # Targets are named too.
        assert not [name for name in jobs if "_" in name]

    def test_the_forensic_network_reruns_what_has_one(self, finished):
        self.change(finished, "lib/neural_imaging/models/fan.py")
        jobs = finished.plan()
        assert jobs["train_forensics"] == jobs["evaluate_forensics"] == 9
        assert jobs["evaluate_fan"] == 2
        without = [f"results/figures/cvpr2019/{name}.pdf" for name in ("pipelines", "manipulations")]
        without += [f"results/figures/iclr2020/{name}.pdf" for name in CODEC_FIGURES]
        without += [f"results/tables/{name}.csv" for name in ("isps", "differentiable_jpeg", "iclr2020_bd_rate")]
        assert finished.plan("data", *without) == {}

    def test_one_isp_reruns_what_has_it(self, finished):
        self.change(finished, "lib/neural_imaging/models/isp/inet.py")
        jobs = finished.plan()
        assert jobs["train_isp"] == 1
        assert "train_forensics" not in jobs

    def test_a_setting_of_the_evaluation_trains_nothing(self, finished):
        def more_patches(content):
            content["protocols"]["cvpr2019"]["evaluation"]["patches"] = 12

        jobs = finished.plan(config=finished.configuration(more_patches))
        assert jobs["evaluate_forensics"] == 6
        assert "train_forensics" not in jobs

    def test_another_lambda_trains_only_its_own_runs(self, finished):
        def one_more(content):
            content["experiments"]["cvpr2019"]["lambda_isp"].append(0.5)

        assert finished.plan(config=finished.configuration(one_more))["train_forensics"] == 2

    def test_the_coder_of_bit_streams_trains_nothing(self, finished):
        self.change(finished, "lib/neural_imaging/coding/fse.py")
        assert not {"train_forensics", "train_dcn"} & finished.plan().keys()

    def test_a_codec_that_is_trained_anew_reruns_only_what_has_it(self, finished):
        def longer(content):
            content["codecs"]["4c"]["training"] = {**content["codecs"]["4c"]["training"], "epochs": 3}

        jobs = finished.plan(config=finished.configuration(longer))
        assert jobs["train_dcn"] == 1
        assert jobs["train_forensics"] == 2

    def test_another_weight_of_the_codec_trains_only_its_own_runs(self, finished):
        def one_more(content):
            content["experiments"]["iclr2020"]["lambda_codec"].append(0.5)

        jobs = finished.plan(config=finished.configuration(one_more))
        assert jobs["train_forensics"] == 1
        assert "train_dcn" not in jobs

    def test_a_signature_is_learned_where_the_pipeline_stays_as_it_is(self, finished):
        def signed(content):
            content["experiments"]["cvpr2019"]["signature"].append(1.5)

        assert finished.plan("cvpr2019", config=finished.configuration(signed))["train_forensics"] == 2
