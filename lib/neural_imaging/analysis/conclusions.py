"""What can be concluded from an analysis, and what cannot, in plain sentences."""

import numpy as np

from neural_imaging.analysis import photographs, undecidable

# Before what was found in a photo that did not come as those that the network knows.
_UNKNOWN = "Nothing can be concluded: the network does not know photos of this kind. "
_MEANINGS = {
    "native": "developed and sent, and nothing else",
    "sharpen": "sharpened",
    "gaussian": "blurred",
    "median": "smoothed by a median filter",
    "jpeg": "saved as a JPEG before it was sent",
    "resample": "made smaller, and larger again",
    "awgn": "noise was added",
}
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


def meanings(classes):
    """What classes stand for, in words, by name; those that are manipulations of a user's own are left out."""
    return {name: _MEANINGS[name] for name in classes if name in _MEANINGS}


def finding(analysis):
    """What was found, as one sentence."""
    mean = analysis.mean
    if mean is None:
        return f"Nothing can be said: every window is too {_reasons(analysis.states)} to tell."
    count, guess = int(analysis.judged.sum()), 100 / len(mean)
    best = stands_out(mean)
    foreign = is_foreign(analysis)
    of = "in one window" if count == 1 else f"in the mean of {count:,} windows"
    if best is None:
        best = int(np.argmax(mean))
        name, share = analysis.classes[best], f"{100 * mean[best]:.0f} % {of}"
        text = f"The network cannot tell: no class stands out. The most likely, “{name}”, has {share}"
        return f"{_UNKNOWN if foreign else ''}{text}; a guess has {guess:.0f} %."
    what = f"“{analysis.classes[best]}” most likely: {100 * mean[best]:.0f} % {of}; a guess has {guess:.0f} %."
    return f"{_UNKNOWN}If it were of that kind: {what}" if foreign else f"The network finds {what}"


def is_foreign(analysis):
    """Whether the file shows that the photo did not come through the channel that the network knows, or not as it is.

    That a file could have come through it says little: many do that never did.
    """
    wanted, jpeg = analysis.judge.jpeg_table, analysis.photograph.jpeg
    if wanted is None or not analysis.photograph.facts or analysis.photograph.judged_as == photographs.DEVELOPED:
        return False
    return jpeg is None or not jpeg.tables or not np.array_equal(jpeg.tables[0], wanted)


def short(analysis):
    """What was found, in a few words for a list."""
    if analysis.mean is None:
        return f"too {_reasons(analysis.states)} to tell"
    best = stands_out(analysis.mean)
    where = " (not of its channel: a guess)" if is_foreign(analysis) else ""
    if best is None:
        return f"no class stands out{where}"
    return f"{analysis.classes[best]} {100 * analysis.mean[best]:.0f} %{where}"


def percent(accuracy):
    """An accuracy, as `stated.Stated` has it, in words."""
    value, low, high = accuracy
    return f"{value:.0f} %" + ("" if low is None else f" ({low:.0f} to {high:.0f} % with 95 % confidence)")


def _left_out(analysis):
    left = int((~analysis.judged).sum())
    if not left or analysis.mean is None:
        return []
    windows = "windows is" if left == 1 else "windows are"
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
    jpeg = analysis.photograph.jpeg
    if is_foreign(analysis):
        if jpeg is None or not jpeg.tables:
            return ["That channel ends with a JPEG, and this file is none: it was saved again since, or never came so."]
        return [
            f"The file's JPEG table (quality about {jpeg.qualities[0][0]}) is not that of this channel: it was saved "
            "again since, or never came through it."
        ]
    if analysis.judge.jpeg_table is None or jpeg is None:
        return []
    return ["The file's JPEG table is that of this channel, as of any file that was saved at this quality."]


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
    if is_foreign(analysis):
        return "How sure it is says nothing here: its probabilities are calibrated for photos of its own channel."
    return (
        f"Its probabilities are calibrated (temperature {temperature:.2f}): on the photos of its evaluation they are "
        "as often right as they say."
    )
