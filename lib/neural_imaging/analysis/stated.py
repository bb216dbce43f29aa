"""What is known of a trained model: how often it is right, and the temperature that makes it as sure as it may be.

A run has it in the files beside its model, a preset in its card.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from neural_imaging import presets
from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.tables import card_results, evaluation_files

EVALUATION = "evaluation.json"


@dataclass(frozen=True)
class Stated:
    """What a model's card or evaluation says.

    Attributes:
        source: where it stands; "" where nothing is known.
        accuracy: share of windows whose class it names, in percent, and its 95 % interval's ends, which may be None;
            None if not known. It is that of whole photographs of the model's camera behind its channel.
        temperature: of its probabilities, see `tables.calibration.temperature`; None where none is known.
        problem: why files beside a model were not used; "" where nothing was wrong.
    """

    source: str = ""
    accuracy: tuple | None = None
    temperature: float | None = None
    problem: str = ""


NOTHING = Stated()


def find(path):
    """What is `Stated` of the model in an archive."""
    path = Path(path)
    if path.parent == presets.FOLDER:
        return _of_card(path)
    evaluation = path.with_name(EVALUATION)
    if not evaluation.is_file():
        return NOTHING
    try:
        return _of_evaluation(evaluation, path)
    except UserError as error:
        return Stated(problem=str(error))


def _of_card(path):
    if not path.with_suffix(".md").is_file():
        return NOTHING
    text = presets.card(path.stem)
    cell = re.search(rf"^\| *{card_results.ACCURACY}[^|]*\|([^|]*)\|", text, re.MULTILINE)
    temperature = re.search(rf"^{card_results.TEMPERATURE}: (\d+\.\d+)", text, re.MULTILINE)
    numbers = [float(text) for text in re.findall(r"\d+\.?\d*", cell[1] if cell else "")]
    return Stated(
        f"the card of the preset {path.stem}" if numbers or temperature else "",
        (*numbers, None, None)[:3] if numbers else None,
        float(temperature[1]) if temperature else None,
    )


def _of_evaluation(evaluation, model):
    content = evaluation_files.read(evaluation, {})
    if files.sha256(model) not in (content.get("inputs") or {}).values():
        raise UserError(f"{evaluation.name} beside the model is of other weights")
    accuracy, temperature = card_results.accuracy(content), card_results.temperature(evaluation)
    return Stated(f"{evaluation.name} beside the model", accuracy, temperature)
