"""Work on many files in a few processes; a file that crashes its process costs no more than itself."""

import itertools

from tqdm import tqdm

from neural_imaging.base import errors
from neural_imaging.imaging.workers import Crash, Workers


def in_order(work, tasks, count, limit, allowed=lambda under_way: True, **bar):
    """Give the results of tasks in the order of the tasks, however they come.

    Args:
        work: importable function of a task, which gives the entries of a file's row.
        tasks: iterator; the next one is taken when a process is free for it.
        count: processes.
        limit: seconds for a task.
        allowed: whether the next task may start, of how many that have been started are not given yet.
        bar: of the progress bar, as tqdm takes it.
    """
    tasks, started, done = enumerate(tasks), 0, {}
    with Workers(work, count, limit) as pool, tqdm(disable=None, **bar) as progress:
        for place in itertools.count():
            while True:
                while pool.free and allowed(started - place) and (task := next(tasks, None)):
                    pool.start(*task)
                    started += 1
                if place in done or not pool.running:
                    break
                done.update(pool.finished())
            if place not in done:
                return
            yield _row(done.pop(place))
            progress.update()


def _row(result):
    if isinstance(result, Crash):
        return {"status": "refused", "reason": f"reading it {result}"}
    # Of a file that vanished, or a link that leads nowhere, programs say in their own words that there is none.
    if isinstance(result, OSError | MemoryError | errors.UserError):
        return {"status": "refused", "reason": f"cannot be read ({errors.reason(result)})"}
    if isinstance(result, Exception):
        raise result
    return result
