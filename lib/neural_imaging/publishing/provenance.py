"""Where numbers come from: the records of a results folder, with the commit and the command behind each."""

import shlex
from pathlib import Path

from neural_imaging.base import records
from neural_imaging.base.errors import UserError
from neural_imaging.study import grid
from neural_imaging.tables import evaluation_files, tables, verification

EVALUATION, ROBUSTNESS = "evaluation.json", "robustness.json"


class Provenance:
    """The records of a results folder.

    Args:
        results: folder of results.
        configuration: the workflow's file of configuration that made them; "" for the defaults.

    Attributes:
        contents: record by its path in the folder, such as "isp/simulated/INet/record.json".

    Raises:
        UserError: the folder has no records, or a damaged one.
    """

    def __init__(self, results, configuration=""):
        self.results = Path(results)
        self._options = ["--configfile", str(configuration)] if configuration else []
        paths = verification.records_of(self.results)
        self.contents = {path.relative_to(self.results).as_posix(): records.read(path) for path in paths}

    def command(self, file):
        """The command that makes a file of the results, in the folder around them."""
        return shlex.join(["snakemake", "--cores", "1", *self._options, "--", f"results/{file}"])

    def made(self, record):
        """What a record is the record of: the model beside it, or itself."""
        path = Path(record)
        return path.with_name("model.keras").as_posix() if path.name == records.NAME else record

    def groups(self):
        """Paths of records by what they are of: "isp", or of a protocol's runs "forensics/cvpr2019"."""
        found = {}
        for record in self.contents:
            first, second, *_ = record.split("/")
            found.setdefault(f"{first}/{second}" if "~" in record else first, []).append(record)
        return found

    def runs(self, folder, file=EVALUATION):
        """Records of this name of a protocol's runs, in a folder such as "forensics/cvpr2019", by `key`."""
        found = {}
        for record in self.contents:
            if record.startswith(f"{folder}/") and record.endswith(f"/{file}"):
                found[key(labels(record))] = record
        return found

    def facts(self, record, called):
        """What pages say of a record that is `called` so, as JSON types: its seed and commit, and the command."""
        content = self.contents[record]
        trained = self.contents.get("/".join([*record.split("/")[:-1], records.NAME]), content)
        return {
            "name": called,
            "record": f"records/{record}",
            "seed": trained.get("seed"),
            "commit": content.get("commit"),
            "command": self.command(record),
        }

    def matrices(self, record):
        """(classes, confusion in percent of each true class by what was looked at) of an evaluation or a test."""
        content = self.contents[record]
        if record.endswith(ROBUSTNESS):
            counts = {each["name"]: each.get("confusion") for each in content["conditions"]}
        else:
            counts = {
                f"{view}, {shown}": content[view][codec]["confusion"]
                for view in ("whole", "cropped", "patchwise")
                for codec, shown in zip(evaluation_files.codecs(content), ("differentiable", grid.REAL), strict=True)
            }
        return content["classes"], {look: _percent(matrix) for look, matrix in counts.items() if matrix}


def labels(record):
    """What the folders of a path say of a run, as tables spell it."""
    point = dict(part.split("~", 1) for part in record.split("/") if "~" in part)
    if set(point) != set(grid.KEYS):
        raise UserError(f"{record}: not the path of a run: it must name {', '.join(grid.KEYS)}")
    return tables.labels(point)


def key(line):
    """A run's labels as a key; `line` is a mapping with them, such as a line of a table of runs."""
    return tuple(str(line[name]) for name in grid.KEYS)


def name(record):
    """What readers see of a run, from its record's path: "simulated, INet, jpeg50, λ = 0.1, run 1"."""
    point = labels(record)
    learns = [f"λ = {point['lambda_isp']}" if point["lambda_isp"] != grid.FAN_ONLY else grid.FAN_ONLY]
    learns += [] if point["lambda_codec"] == grid.NONE else [f"λ of the codec {point['lambda_codec']}"]
    learns += [] if point["signature"] == grid.NONE else [f"signature {point['signature']}"]
    return ", ".join([point["camera"], point["isp"], point["channel"], *learns, f"run {point['run']}"])


def _percent(matrix):
    return [[round(100 * count / sum(counts), 2) if sum(counts) else 0.0 for count in counts] for counts in matrix]
