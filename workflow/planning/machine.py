"""How fast a machine trains: measured here, or read from the file of one where it was measured."""

import contextlib
import importlib.util
import json
import subprocess
import sys

from neural_imaging.base import cards, files, runtime
from neural_imaging.base.errors import UserError
from planning import checkout

# What a file of rates has, and of which type.
_FACTS = {"cores": int, "threads": int, "side_by_side": int, "backend": str, "card": (str, type(None)), "seconds": dict}


def measured(parts, threads, trainings, own_card=False):
    """Measure the machine, with as many programs at work as trainings will be.

    Args:
        parts: names of parts, see `planning.work`.
        threads: of each training, as configured.
        trainings: how many there will be in all.
        own_card: each has a graphics card of its own, where there are any.

    Returns:
        A dict: "cores" of the machine, "threads" of a training, how many are "side_by_side", the "backend", its "card"
        (None where there is none), and "seconds" of each part.

    Raises:
        UserError: there is nothing to compute with.
    """
    runtime.require_backend()
    if importlib.util.find_spec("keras") is None:
        raise runtime.MissingBackendError("Keras is not installed")
    print(f"measuring {len(parts)} parts of trainings: about a minute on an idle machine", file=sys.stderr)
    cores = runtime.processors()
    threads = min(threads, cores)
    together = 1 if own_card and cards.visible() else max(1, min(cores // threads, trainings, len(parts)))
    # Those that take longest are apart.
    parts = sorted(parts, key=lambda part: '"network"' not in part)
    command = [sys.executable, checkout.ROOT / "workflow/measure.py", "--threads", str(threads)]
    with contextlib.ExitStack() as stack:
        programs = [stack.enter_context(_started(command)) for _ in range(together)]
        for number, program in enumerate(programs):
            # While one measures some parts, the others are busy with other ones, as trainings are.
            program.stdin.write(json.dumps(parts[number::together]))
            program.stdin.close()
        answers = [program.stdout.read() for program in programs]
        codes = [program.wait() for program in programs]
    if any(codes):
        raise SystemExit(max(codes))  # It said why.
    facts = [json.loads(answer.splitlines()[-1]) for answer in answers]
    seconds = {part: value for each in facts for part, value in each["seconds"].items()}
    chosen = {"cores": cores, "threads": threads, "side_by_side": together}
    return {**chosen, "backend": facts[0]["backend"], "card": facts[0]["card"], "seconds": seconds}


@contextlib.contextmanager
def _started(command):
    """A program that does not outlive this one."""
    program = subprocess.Popen(list(map(str, command)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield program
    finally:
        if program.poll() is None:
            program.kill()
            program.wait()


def read(path, parts):
    """The rates that `measured` found on another machine, from the file that they were written to.

    Raises:
        UserError: no such file, or one that lacks some of the parts.
    """
    rates = files.read_json(path)
    wrong = not isinstance(rates, dict) or not all(
        key in rates and isinstance(rates[key], kind) for key, kind in _FACTS.items()
    )
    numbers = () if wrong else (*rates["seconds"].values(), rates["cores"], rates["threads"])
    if wrong or not all(type(number) in (int, float) and number > 0 for number in numbers):
        raise UserError(f"{path}: holds no rates of a machine; workflow/plan.py --measure writes such a file")
    if missing := [part for part in parts if part not in rates["seconds"]]:
        raise UserError(
            f"{path}: has no rate of {len(missing)} of {len(parts)} parts of this configuration, such as {missing[0]}; "
            "measure that machine again with the same configuration"
        )
    return rates


def words(rates):
    """A machine in a line."""
    card = rates["card"] or "no graphics card"
    several = "thread" if rates["threads"] == 1 else "threads"
    return (
        f"{rates['cores']} cores, {card}, {rates['backend']}; measured with {rates['side_by_side']} side by side, "
        f"{rates['threads']} {several} each"
    )
