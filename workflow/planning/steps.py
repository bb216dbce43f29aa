"""What has to be made for a run, each step one call of a program: for a grid without Snakemake (scripts/run_grid.py).

Programs, settings and paths are those of the rules in workflow/rules, so that either takes up what the other has made.
"""

from dataclasses import dataclass
from pathlib import Path

from planning import cameras, codecs, grid, jobs

CAMERAS = "resources/cameras.yaml"


@dataclass(frozen=True)
class Step:
    """A call of a program.

    Attributes:
        program: its name, without folder and ending.
        arguments: texts.
        outputs: files and folders that are there once it is done.
        networks: names of the networks in it.
        needs: steps that come before.
    """

    program: str
    arguments: tuple
    outputs: tuple
    networks: tuple = ()
    needs: tuple = ()

    @property
    def done(self):
        """Whether everything that it makes is there."""
        return all(Path(output).exists() for output in self.outputs)


class Steps:
    """The steps of a configuration.

    Args:
        config: the configuration, checked.
        threads: processor threads of trainings and evaluations.
    """

    def __init__(self, config, threads):
        self._config, self._threads = config, threads
        self._learned = codecs.learned_channels(config)

    def run(self, protocol, run):
        """Training and evaluation of a run, from its texts by column (see `grid.points`).

        Returns:
            (training, evaluation), two `Step`; the second needs the first.
        """
        training = self._joint_training(protocol, run)
        folder, images = f"results/{grid.run_path(protocol, run)}", self._images(run["camera"])
        output = f"{folder}/evaluation.json"
        arguments = ("--model", f"{folder}/model.keras", "--images", images)
        arguments += ("--settings", jobs.as_json(jobs.evaluation(self._config, protocol)))
        arguments += ("--labels", jobs.as_json(jobs.labels(run)), "--output", output, "--threads", str(self._threads))
        return training, Step("evaluate_forensics", arguments, (output,), training.networks, (training,))

    def _joint_training(self, protocol, run):
        config, path = self._config, grid.run_path(protocol, run)
        camera, isp, channel = run["camera"], run["isp"], run["channel"]
        needs, networks = [self._training_set(camera), self._isp(camera, isp)], [config["isps"][isp]["model"], "FAN"]
        arguments = ("--images", self._images(camera), "--isp-model", f"results/isp/{camera}/{isp}/model.keras")
        for column in ("lambda_isp", "lambda_codec", "signature", "run"):
            arguments += (f"--{column.replace('_', '-')}", run[column])
        if channel in self._learned:
            codec = self._learned[channel]
            needs, networks = [*needs, self._codec(codec)], [*networks, config["codecs"][codec]["model"]]
            arguments += ("--codec-model", f"results/codecs/{codec}/model.keras")
        settings = jobs.forensic(config, protocol, channel)
        return self._training("train_forensics", path, arguments, settings, networks, needs)

    def _training(self, program, path, arguments, settings, networks, needs):
        """A training of which results, checkpoints and curves are at a path below their folders."""
        arguments += ("--settings", jobs.as_json(settings), "--output", f"results/{path}/model.keras")
        arguments += ("--checkpoints", f"results/checkpoints/{path}", "--tensorboard", f"results/tensorboard/{path}")
        outputs = tuple(f"results/{path}/{name}" for name in ("model.keras", "training.csv", "record.json"))
        return Step(program, (*arguments, "--threads", str(self._threads)), outputs, tuple(networks), tuple(needs))

    def _isp(self, camera, name):
        isp = self._config["isps"][name]
        known = isp.get("cameras", [camera])
        path = f"shared_isp/{name}" if "cameras" in isp else f"isp/{camera}/{name}"
        arguments = ("--images", *map(self._images, known), "--seed", str(isp["seed"]))
        needs, settings = map(self._training_set, known), jobs.isp(self._config, name)
        training = self._training("train_isp", path, arguments, settings, (isp["model"],), needs)
        if "cameras" not in isp:
            return training
        folder = f"results/isp/{camera}/{name}"
        arguments = ("--model", f"results/{path}/model.keras", "--camera", camera, "--output", f"{folder}/model.keras")
        outputs = (f"{folder}/model.keras", f"{folder}/record.json")
        return Step("set_camera", arguments, outputs, training.networks, (training,))

    def _codec(self, name):
        codec = self._config["codecs"][name]
        pictures = self._config["pictures"][codec["pictures"]]
        folder, tables = f"results/pictures/{codec['pictures']}", codecs.tables_of_cameras(pictures)
        made = tuple(f"{folder}/{file}" for file in ("images.csv", "pictures.npy"))
        sources = [*pictures.get("folders", []), *tables]
        settings = jobs.as_json(codecs.pictures_settings(self._config, codec["pictures"]))
        apart = tuple(map(self._data_set, codecs.compared_on(self._config, codec["pictures"])))
        arguments = ("--images", *sources, "--settings", settings, "--apart", *(step.outputs[0] for step in apart))
        arguments += ("--output", made[0], *self._data_threads())
        needs = (*map(self._training_set, pictures.get("cameras", [])), *apart)
        prepared = Step("prepare_codec_data", arguments, made, needs=needs)
        arguments = ("--images", made[0], "--seed", str(codec["seed"]))
        settings = codecs.training_settings(self._config, name)
        return self._training("train_dcn", f"codecs/{name}", arguments, settings, (codec["model"],), (prepared,))

    def _data_set(self, name):
        compared, output = self._config["data_sets"][name], f"results/data_sets/{name}/images.csv"
        sources = [*compared.get("folders", []), *codecs.tables_of_cameras(compared)]
        settings = jobs.as_json(codecs.data_set_settings(self._config, name))
        arguments = ("--images", *sources, "--settings", settings, "--output", output)
        needs = tuple(map(self._training_set, compared.get("cameras", [])))
        return Step("prepare_comparison_set", arguments, (output,), needs=needs)

    def _training_set(self, camera):
        source, output = self._config["cameras"][camera]["source"], self._images(camera)
        settings = jobs.as_json(cameras.data_settings(self._config, camera))
        end = ("--settings", settings, "--output", output, *self._data_threads())
        if source in cameras.OWN:
            folder, needs = cameras.own_folder(self._config["cameras"][camera]), ()
        else:
            folder, needs = f"results/raw/{camera}", (self._photographs(camera),)
        if source == "pictures":
            return Step("prepare_pictures", ("--source", folder, *end), (output,))
        return Step("prepare_data", ("--source", folder, "--cameras", CAMERAS, *end), (output,), needs=needs)

    def _photographs(self, camera):
        one, output = self._config["cameras"][camera], f"results/raw/{camera}"
        if one["source"] == "simulated":
            arguments = ("--profile", one["profile"], "--cameras", CAMERAS)
            arguments += ("--settings", jobs.as_json(jobs.scenes(self._config, camera)), "--output", output)
            # The folder is there before the program ends; the listing in it is written last.
            return Step("simulate_raw", (*arguments, *self._data_threads()), (f"{output}/scenes.csv",))
        settings = jobs.as_json(cameras.download_settings(self._config, camera))
        arguments = ("--source", one["source"], "--settings", settings)
        arguments += ("--downloads", f"results/downloads/{camera}", "--output", output)
        return Step("download_raw", arguments, (f"{output}/photographs.csv",))

    @staticmethod
    def _images(camera):
        return f"results/data/{camera}/images.csv"

    def _data_threads(self):
        return ("--threads", str(self._config["threads"]["data"]))


def pending(step):
    """What is left to do for a step, itself last: what is there is not made again, whatever it was made from."""
    found = {}

    def add(one):
        if not one.done:
            for need in one.needs:
                add(need)
            found.setdefault(one.outputs, one)

    add(step)
    return list(found.values())
