"""Whether forensic networks find which region of a photograph was forged, as tables.

Pixels are measured in each photograph (`pixels`), and means are over photographs; "forged or not" is asked of whole
photographs too, whose score is the highest value of their map. A gain is that of the area under the ROC curve of pixels
over the forensic network alone ("fan-only", "basic" with a learned codec, no signature) of the same camera, pipeline,
channel and number, on the same photographs with the same regions.
"""

import numpy as np
import pandas as pd

from neural_imaging.base.errors import UserError
from neural_imaging.tables import (
    detection,
    localisation_files,
    pixels,
    robustness_table,
    statistics,
    tables,
    transfer_table,
    typeset,
)

TEST = "localisation.json"
POINT = robustness_table.POINT
GAIN, CONTROL, OVER = "gain", localisation_files.CONTROL, "over_control"
CHANCE = 0.5
# Measures of pixels, then of whole photographs, by their names in `detection`.
IMAGE = {"image_auc": "auc", "average_precision": "average_precision", "tpr_at_1_percent": "tpr_at_1_percent"}
MEASURES = (*pixels.MEASURES, CONTROL, OVER, *IMAGE)
_ABOUT = ["region", "manipulation", "isp_of_region", "splice", "photographs", "untouched", "window", "stride", "share"]
_NUMBERS = [f"{measure}{end}" for measure in (*MEASURES, GAIN) for end in ("", "_low", "_high")]
# A line a run and region; and a line a grid point and region, over its runs.
COLUMNS = [*POINT, "run", *_ABOUT, *_NUMBERS, "above_chance", "f1_everywhere"]
GAINS = [
    *POINT, *_ABOUT, "runs", "interval_over", *_NUMBERS, "gain_over", "paired_runs", "above", "above_chance",
    "f1_everywhere",
]  # fmt: skip
# What readers see: (heading, sign)
_SHOWN = {
    "auc": ("AUC (%)", False),
    OVER: ("Over control (points)", True),
    "f1": ("F1 (%)", False),
    "best_f1": ("Best F1 (%)", False),
    "iou": ("IoU (%)", False),
    "average_precision": ("AP, photograph (%)", False),
    "tpr_at_1_percent": ("Found at 1 % false alarms (%)", False),
    GAIN: ("Gain in AUC (points)", True),
}
_CHANCE = "Above chance"


class Result:
    """What was measured of one run.

    Attributes:
        point: texts of `POINT`, in their order.
        run: its number.
        regions: mappings of `evaluation.localisation.results` by name.
    """

    def __init__(self, point, run, content):
        self.point, self.run, self.content = point, run, content
        self.regions = {each["name"]: each for each in content["regions"]}

    @property
    def baseline(self):
        """The grid point at which the forensic network alone learns."""
        return robustness_table.baseline(self.point)

    def values(self, region, measure):
        """A measure of pixels in each photograph; None where it is not known."""
        line = self.regions[region]
        if measure == OVER:
            return np.subtract(line["auc"], line[CONTROL]) if line[CONTROL] else None
        return np.asarray(line[measure], float) if line[measure] else None

    def image(self, region):
        """Measures of "forged or not", their values in samples of photographs, and sources of these."""
        line, untouched = self.regions[region], self.content["untouched"]
        if not untouched["image"]:
            return None
        source = {
            name: each for part in (untouched, line) for name, each in zip(part["image"], part["source"], strict=True)
        }
        number = {name: place for place, name in enumerate(source)}
        scores = np.array([*untouched["score"], *line["score"]])
        positive = np.repeat([False, True], [len(untouched["score"]), len(line["score"])])
        photographs = [number[name] for name in (*untouched["image"], *line["image"])]
        counts = statistics.photographs_drawn(list(source.values()))
        # A sample may have none of either.
        with np.errstate(divide="ignore", invalid="ignore"):
            often = detection.drawn(scores, positive, photographs, counts)
        return detection.ranked(scores, positive), often, list(source.values())


def tabulate(*, trained, tests, output, gains):
    """Write both tables (see `table` and `summary`)."""
    found = read(trained, tests)
    typeset.write(table(found), output, run_cells)
    typeset.write(summary(found), gains, cells)


def read(trained, root):
    """The tests of all runs, a list of `Result`.

    Args:
        trained: list of mappings of "protocol" and "grid", see `grid.points`.
        root: folder of `<protocol>/<run>/localisation.json`.

    Raises:
        UserError: a test is missing or damaged, or was made of other photographs or regions than the others of its
            camera, pipeline and channel.
    """
    found, alike = [], {}
    for path, place, run in tables.tested(trained, root, TEST):
        test = Result(place, run, localisation_files.read(path))
        told = [
            test.content["window"],
            test.content["stride"],
            [[each[name] for name in ("name", "manipulation", "image", "share")] for each in test.regions.values()],
        ]
        if alike.setdefault(test.baseline, told) != told:
            raise UserError(
                f"{path}: has other photographs, regions or windows than the runs beside it; test them again"
            )
        found.append(test)
    return found


def table(found):
    """One line a run and region (`COLUMNS`): shares from 0 to 1, gains as differences of these.

    Intervals (`_low`, `_high`) are 95 % by bootstrap over the photographs. `control` is the area that the map of the
    untouched photograph has with the same mask, and `over_control` what the forgery adds to it in each photograph.
    `above_chance` says whether the interval of `auc` lies above 0.5, "yes" or "no"; `f1_everywhere` is the F1 of a
    map that marks all. `average_precision` is of as many untouched photographs as forged ones, so that a guess has 0.5.
    """
    by_run = {(test.point, test.run): test for test in found}
    lines = []
    for test in found:
        base = by_run.get((test.baseline, test.run))
        bases = [base] if base is not None and base is not test else []
        for region in test.regions:
            line = dict(zip(POINT, test.point, strict=True)) | {"run": test.run}
            lines.append(line | _line([test], bases, region))
    return pd.DataFrame(lines, columns=COLUMNS)


def summary(found):
    """One line a grid point and region (`GAINS`), over runs and photographs.

    `above` says in how many of the `paired_runs` the gain is above 0.
    """
    points, lines = {}, []
    for test in found:
        points.setdefault(test.point, {})[test.run] = test
    for point, runs in points.items():
        tests = [runs[run] for run in sorted(runs)]
        bases = {} if tests[0].baseline == point else points.get(tests[0].baseline, {})
        paired = [bases[test.run] for test in tests if test.run in bases]
        for region in tests[0].regions:
            lines.append(dict(zip(POINT, point, strict=True)) | _line(tests, paired, region))
    return pd.DataFrame(lines, columns=GAINS).astype({"paired_runs": "Int64", "above": "Int64"})


def run_cells(table):
    """Headings and lines of text of the table of runs: each number with its interval in one cell."""
    return _cells(table, "run", "Run")


def cells(gains):
    """Headings and lines of text of the gains."""
    return _cells(gains, "runs", "Runs")


def described(content):
    """What a test of one run found, as text: a table of the regions, and what was passed over.

    A caution stands before it where pictures take the place of an optimised camera's.
    """
    headings, lines = _cells(lines_of(content))
    text = transfer_table.caution(content) + typeset.markdown(headings, lines)
    text += (
        f"\nwindows of {content['window']} received pixels, one every {content['stride']}: regions and gaps that are "
        "smaller are not resolved\n"
    )
    text += "".join(f"left out: {bad['name']}: {bad['reason']}\n" for bad in content["left_out"])
    return text + "".join(f"passed over: {bad['file']}: {bad['reason']}\n" for bad in content["refused"])


def lines_of(content):
    """The lines of `table` that one test of a run gives, without what says which run it is."""
    own = table([Result(("",) * len(POINT), 0, content)])
    return own.drop(columns=[*POINT, "run", *(f"{GAIN}{end}" for end in ("", "_low", "_high"))])


def _above(estimate):
    """Whether an area under the ROC curve is above chance, in words."""
    if np.isnan(estimate.low):
        return "no interval"
    return _words(estimate.low > CHANCE)


def _words(fact):
    return "yes" if fact else "no"


def _line(tests, bases, region):
    """What lines of both tables say of a region, over runs and those that they are compared with."""
    first = tests[0].regions[region]
    line = {
        "region": region, "manipulation": first["manipulation"], "isp_of_region": first["isp"],
        "splice": _words(first["splice"]), "photographs": len(first["image"]), "runs": len(tests),
        "untouched": len(tests[0].content["untouched"]["image"]),
        **{name: tests[0].content[name] for name in ("window", "stride")},
        "share": float(np.mean(first["share"])),
        "f1_everywhere": float(np.mean([2 * share / (1 + share) for share in first["share"]])),
    }  # fmt: skip
    for measure in (*pixels.MEASURES, CONTROL, OVER):
        values = [test.values(region, measure) for test in tests]
        if all(each is not None for each in values):
            limits = (-1, 1) if measure == OVER else (0, 1)
            estimate = statistics.bootstrap(values, *limits, first["source"])
            line |= _parts(measure, estimate)
            line |= {"interval_over": estimate.over, "above_chance": _above(estimate)} if measure == "auc" else {}
    images = [test.image(region) for test in tests]
    if None not in images:
        for measure, name in IMAGE.items():
            values, drawn = ([each[part][name] for each in images] for part in (0, 1))
            line |= _parts(measure, statistics.bootstrap_measure(values, drawn, 0, 1, images[0][2]))
    paired = {base.run for base in bases}
    line["paired_runs"] = len(paired)
    if paired:
        own = [test.values(region, "auc") for test in tests if test.run in paired]
        estimate = statistics.bootstrap(
            np.subtract(own, [base.values(region, "auc") for base in bases]), sources=first["source"]
        )
        line |= {**_parts(GAIN, estimate), "gain_over": estimate.over, "above": estimate.above}
    return line


def _cells(table, *of_run):
    """Headings and lines of text; `of_run` are the column and the heading of runs, where there are any."""
    keys = []
    if of_run:
        keys = [*(["protocol"] if table["protocol"].nunique() > 1 else []), *typeset.labels(table)]
    shown = {name: form for name, form in _SHOWN.items() if name in table}
    lines = []
    for line in table.to_dict("records"):
        numbers = [
            typeset.interval(*(line[f"{name}{end}"] for end in ("", "_low", "_high")), 100, sign=sign)
            for name, (_, sign) in shown.items()
        ]
        about = [*(str(line[key]) for key in keys), *(str(line[name]) for name in of_run[:1]), line["region"]]
        lines.append([*about, numbers[0], line["above_chance"], *numbers[1:]])
    names = {"protocol": "Protocol", **{name: typeset.LABELS[name] for name in tables.GROUP}}
    headings = [*(names[key] for key in keys), *of_run[1:], "Region"]
    first, *others = (heading for heading, _ in shown.values())
    return [*headings, first, _CHANCE, *others], lines


def _parts(name, estimate):
    return {name: estimate.mean, f"{name}_low": estimate.low, f"{name}_high": estimate.high}
