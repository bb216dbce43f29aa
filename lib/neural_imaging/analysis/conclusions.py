"""What can be concluded from an analysis, and what cannot, in plain sentences."""

import numpy as np

from neural_imaging.analysis import photographs, undecidable

# A class stands out where its odds are so many times those of a guess.
_ODDS = 2


def stands_out(mean):
    """Place of the class that stands out in probabilities of a picture; None where none does."""
    best, guess = int(np.argmax(mean)), 1 / len(mean)
    odds = mean[best] / max(1 - mean[best], np.finfo(float).tiny)
    return best if odds >= _ODDS * guess / (1 - guess) else None


def sentences(analysis):
    """List of texts: what was found; whether the network knows such photos; how sure it is, and where it ends."""
    parts = [finding(analysis), _origin(analysis), *_tables(analysis), _accuracy(analysis), _sureness(analysis)]
    parts += _left_out(analysis)
    classes = ", ".join(analysis.classes)
    parts.append(
        f"The network chooses among {classes} alone, whatever was done to the photo. Its answer is a hint and no "
        f"proof, and “{analysis.classes[0]}” does not say that the photo shows what happened."
    )
    return parts


def finding(analysis):
    """What was found, as one sentence."""
    mean = analysis.mean
    if mean is None:
        return f"Nothing can be said: every window is too {_reasons(analysis.states)} to tell."
    count, guess = int(analysis.judged.sum()), 100 / len(mean)
    best = stands_out(mean)
    of = "in one window" if count == 1 else f"in the mean of {count:,} windows"
    if best is None:
        best = int(np.argmax(mean))
        return (
            f"The network cannot tell: no class stands out. The most likely, “{analysis.classes[best]}”, has "
            f"{100 * mean[best]:.0f} % {of}; a guess has {guess:.0f} %."
        )
    text = f"The network finds “{analysis.classes[best]}” most likely: {100 * mean[best]:.0f} % {of}"
    return f"{text}; a guess has {guess:.0f} %."


def short(analysis):
    """What was found, in a few words for a list."""
    if analysis.mean is None:
        return f"too {_reasons(analysis.states)} to tell"
    best = stands_out(analysis.mean)
    if best is None:
        return "no class stands out"
    return f"{analysis.classes[best]} {100 * analysis.mean[best]:.0f} %"


def percent(accuracy):
    """An accuracy, as `stated.Stated` has it, in words."""
    value, low, high = accuracy
    return f"{value:.0f} %" + ("" if low is None else f" ({low:.0f} to {high:.0f} % with 95 % confidence)")


def _left_out(analysis):
    left = int((~analysis.judged).sum())
    if not left or analysis.mean is None:
        return []
    windows = "window is" if left == 1 else "windows are"
    return [f"{left:,} of {analysis.states.size:,} {windows} too {_reasons(analysis.states)} to tell, and not counted."]


def _reasons(states):
    there = [name for place, name in enumerate(undecidable.STATES) if place and (states == place).any()]
    return " or too ".join(there)


def _origin(analysis):
    """Whether the photo came as those came that the network has learned from."""
    steps = ", ".join(analysis.judge.steps)
    if analysis.photograph.judged_as == photographs.DEVELOPED:
        return (
            f"The RAW file was developed by the model's camera and sent through its channel ({steps}), as in its "
            "evaluation. With a sensor of another kind it is outside of what the network has learned: there answers "
            "can be wrong and look sure."
        )
    if not steps:
        return (
            "What the network has learned from is not known. This photo may be outside of it: there answers can be "
            "wrong and look sure."
        )
    return (
        f"The network has learned from photos of one camera behind one channel ({steps}). This photo is probably from "
        "elsewhere: there its answers were not measured, and can be wrong and look sure."
    )


def _tables(analysis):
    """Where the channel ends with a JPEG, the file's own table says more."""
    wanted, jpeg = analysis.judge.jpeg_table, analysis.photograph.jpeg
    if wanted is None or not analysis.photograph.facts or analysis.photograph.judged_as == photographs.DEVELOPED:
        return []
    if jpeg is None or not jpeg.tables:
        return ["That channel ends with a JPEG, and this file is none: it did not come through it as it is."]
    if np.array_equal(jpeg.tables[0], wanted):
        return ["The file's JPEG table is that of this channel."]
    return [
        f"The file's JPEG table (quality about {jpeg.qualities[0][0]}) is not that of this channel: it did not come "
        "through it."
    ]


def _accuracy(analysis):
    stated, guess = analysis.judge.stated, 100 / len(analysis.classes)
    if stated.accuracy is None:
        why = f" ({stated.problem})" if stated.problem else ""
        return f"How often the network is right is not known: no evaluation or card of it is here{why}."
    return (
        f"On photos of its own camera behind its own channel, it names the right class of {percent(stated.accuracy)} "
        f"of the windows, says {stated.source}; a guess is right for {guess:.0f} %."
    )


def _sureness(analysis):
    temperature = analysis.judge.stated.temperature
    if temperature is None:
        return "Its probabilities are not calibrated: it may be more or less sure than it is right."
    return (
        f"Its probabilities are calibrated (temperature {temperature:.2f}): on the photos of its evaluation they are "
        "as often right as they say."
    )
