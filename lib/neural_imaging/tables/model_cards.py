"""Cards of trained models, for readers who have the model and nothing else: what it learned from, can do, and cannot.

A card is Markdown, and all its numbers are those of records: what these do not say is left out.
"""

import fnmatch
import json
from collections import Counter
from pathlib import Path

from neural_imaging.base import files, records
from neural_imaging.base.errors import UserError
from neural_imaging.study.grid import FAN_ONLY
from neural_imaging.tables import card_results, typeset

CODEC, PIPELINE, JOINT = "codec", "pipeline", "joint model"
# What models are, by the kinds of their records.
_KINDS = {"train_dcn": CODEC, "train_isp": PIPELINE, "set_camera": PIPELINE, "train_forensics": JOINT}
_LICENCES = ("pictures", "source", "licence")
# Settings that a card has, of those in the record.
_SHOWN = (
    "camera", "model", "settings", "fan", "manipulations", "channel", "trainable", "lambda_isp", "lambda_codec",
    "signature_strength", "isp_loss", "loss", "margin", "patch", "batch", "epochs", "steps", "learning_rate",
    "precision",
)  # fmt: skip
_USE = {
    CODEC: """    l3ic compress photo.png -m {name}
    l3ic decompress photo.l3ic -o back.png
""",
    PIPELINE: """```python
import neural_imaging as ni

picture = ni.develop("photo.dng", "{name}")  # uint8, (height, width, 3)
```
""",
    JOINT: """```python
import neural_imaging as ni

table = ni.classify("photo.jpg", ni.load("{name}"))
print(table)  # probabilities: of the whole picture in the first row, then of its windows
```
""",
}
_CANNOT = {
    CODEC: [
        "Pictures lose detail, and what is lost is made up: do not compress what is to be measured or judged.",
        "A file is decompressed by the very codec that made it. It names that codec by a hash of its weights.",
        "Processors of another kind round sums in another way: a decompressed pixel may differ by a grey level.",
        "It has one quality. Pictures that are unlike those it learned from may need more bits, or look worse.",
    ],
    PIPELINE: [
        "It imitates one target, the library's own development: it is no better than that, and has no choices.",
        "It knows the colours and the noise of one camera. Photographs of others get wrong colours.",
    ],
    JOINT: [
        "It chooses among its classes alone, whatever was done to a picture: its probabilities are no proof.",
        "It knows one channel. Behind another quality, size or crop it may be as good as chance: see the table of "
        "conditions, where there is one.",
        "It has seen photographs of one camera. What it makes of pictures from elsewhere was not measured here.",
    ],
}
_TRACES = "Its accuracy is that of photographs that went through its own {}, which leaves traces. Others have none."


def card(name, archive, model, images, licences, evaluation=None, robustness=None, photographs=None, profiles=()):
    """The card of a model, as text.

    Args:
        name: what the model is called.
        archive: the file that is handed out, whose hash the card has.
        model: the run's own model, which the archive was made of; its record.json lies beside it.
        images: list of `images.csv` that it learned from.
        licences: table of pictures, patterns of their sources and licences (`resources/licences.csv`).
        evaluation, robustness: `evaluation.json` and `robustness.json` of a joint model.
        photographs: `evaluation.csv` of a camera pipeline.
        profiles: profiles of a codec, and of JPEG on the same pictures.

    Raises:
        UserError: a file is missing or damaged, or of another model.
    """
    model = Path(model)
    record = records.read(model.with_name(records.NAME))
    kind = _KINDS.get(record.get("kind"))
    if kind is None:
        raise UserError(f"{model.with_name(records.NAME)}: not the record of a trained model")
    _check_images(record, images, model)
    results = []
    for path, describe in ((evaluation, card_results.evaluated), (robustness, card_results.tested)):
        if path is not None:
            _check_measured(path, model)
            results += describe(path)
    if photographs is not None:
        results += card_results.developed(photographs)
    if profiles:
        results += card_results.compressed(profiles, record.get("weights_hash", ""))
    learned = " and ".join(_optimised(record["settings"])) if kind == JOINT else ""
    cannot = [*_CANNOT[kind], *([_TRACES.format(learned)] if learned else [])]
    sections = {
        "How to use it": _USE[kind].format(name=name),
        "What it learned from": _pictures(images, licences),
        "Settings": _settings(record),
        "Results": "\n".join(results),
        "What it cannot do": "".join(f"* {line}\n" for line in cannot),
        "The file": _file(archive, model, record),
    }
    parts = [f"# {name}\n", f"{_what(kind, record)}\n"]
    return "\n".join([*parts, *(f"## {title}\n\n{text}" for title, text in sections.items() if text)])


def _check_measured(path, model):
    """Refuse what was measured of another model."""
    if files.sha256(model) not in (records.read(path).get("inputs") or {}).values():
        raise UserError(f"{path}: was not made of {model} as it is now; evaluate it again")


def _check_images(record, images, model):
    """Some listing of pictures must be one that the record names; a joint model's codec has learned from others."""
    hashes = {*(record.get("inputs") or {}).values(), *(record.get("trained_on") or {}).values()}
    if not hashes & set(map(files.sha256, images)):
        raise UserError(f"{', '.join(map(str, images))}: {model} was trained on other pictures; train it again")


def _what(kind, record):
    settings = record["settings"]
    if kind == CODEC:
        features = settings.get("settings", {}).get("n_features")
        network = settings["model"] + ("" if features is None else f" with {features} features")
        return f"A learned codec ({network}): it makes small files of pictures, and pictures of these files."
    if kind == PIPELINE:
        return f"A camera pipeline ({settings['model']}): a network that develops RAW photographs."
    classes = ", ".join(["native", *settings["manipulations"]])
    learned = " and ".join(_optimised(settings))
    beside = f"trained together with its {learned}" if learned else "trained alone, behind a camera that stays as it is"
    return f"A forensic network that tells what was done to a photograph ({classes}), {beside}."


def _optimised(settings):
    """Parts beside the forensic network that have learned, in words."""
    weights = {"lambda_isp": "camera pipeline", "lambda_codec": "codec", "signature_strength": "signature"}
    return [part for key, part in weights.items() if settings.get(key, FAN_ONLY) not in (FAN_ONLY, "basic", "none")]


def _pictures(images, licences):
    """A line for each kind of pictures: how many to train on and for validation, and their licence."""
    known = files.read_rows(licences, _LICENCES)
    if not known:
        raise UserError(f"{licences}: no table of {', '.join(_LICENCES)}")
    counts, sources = Counter(), {}
    for row in (row for table in images for row in _used(table)):
        origin = row.get("photograph") or row.get("source") or row.get("image") or row.get("file", "")
        kind = next((entry for entry in known if fnmatch.fnmatchcase(origin, entry["source"])), None)
        key = ("others", "not known to this card") if kind is None else (kind["pictures"], kind["licence"])
        counts[key, row["split"]] += 1
        sources.setdefault(key, set()).add(origin)
    lines = [
        [key[0], str(len(origins)), *(str(counts[key, split]) for split in ("train", "validation")), key[1]]
        for key, origins in sorted(sources.items())
    ]
    headings = ["Pictures", "Different ones", "Parts to train on", "Parts for validation", "Licence"]
    return f"{typeset.markdown(headings, lines)}\nAll parts of one picture are on one side.\n"


def _used(table):
    rows = files.read_rows(table, ("status", "split"))
    if not rows:
        raise UserError(f"{table}: not the images.csv of a training set")
    return [row for row in rows if row["status"] == "used"]


def _settings(record):
    """Settings of the training in short, a line each."""
    shown = {key: record["settings"][key] for key in _SHOWN if record["settings"].get(key) not in (None, {}, [])}
    # The patterns of the colour filters that a pipeline was trained on are no setting, but it is for these alone.
    shown |= {key: record[key] for key in ("cfa", "seed") if record.get(key) is not None}
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in shown.items()}
    return "".join(f"* `{key}`: `{text}`\n" for key, text in texts.items())


def _file(archive, model, record):
    size = Path(archive).stat().st_size / 1e6
    # Of a training that went on after a stop the record has the last part's time alone.
    timed = record["kind"] != "set_camera" and not record.get("resumed") and "duration_seconds" in record
    versions = ", ".join(f"{package} {version}" for package, version in (record.get("versions") or {}).items())
    facts = {
        "SHA-256": files.sha256(archive),
        "size": f"{size:.2f} MB, without the optimizer's state",
        "weights": f"those of the run's model with SHA-256 {files.sha256(model)}",
        "codec's hash": record.get("weights_hash") or record.get("codec_hash"),
        "commit": record.get("commit"),
        "versions": versions,
        "training": f"{record['duration_seconds'] / 60:.1f} minutes" if timed else None,
        "licence": "MIT",
    }
    return "".join(f"* {name}: {fact}\n" for name, fact in facts.items() if fact)
