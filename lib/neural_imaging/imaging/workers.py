"""Processes that may crash or hang on one task without harm to the others: LibRaw meets damaged files."""

import contextlib
import itertools
import multiprocessing
import os
import signal
import time
from multiprocessing.connection import wait

from tqdm import tqdm

from neural_imaging.base import errors

_START = 120  # Seconds for a process to start and import; machines under load are slow.


class Crash(Exception):
    """A task ended with its process; the message says how."""


class Workers:
    """A few processes that run one importable function on one task at a time each.

    They start with the first tasks; one whose task takes more than `limit` seconds is killed.
    """

    def __init__(self, function, count, limit):
        self._function, self._count, self._limit = function, count, limit
        self._context = multiprocessing.get_context("spawn")
        self._idle, self._busy = [], {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for worker in [*self._idle, *self._busy.values()]:
            worker.stop()

    @property
    def running(self):
        """How many tasks are under way."""
        return len(self._busy)

    @property
    def free(self):
        """How many tasks could be started now."""
        return self._count - len(self._busy)

    def start(self, key, task):
        """Start a task; `finished` will give its key. Only while `free` is above zero."""
        worker = self._idle.pop() if self._idle else None
        if worker is None or not worker.process.is_alive():
            worker = _Worker(self._context, self._function)
        worker.give(key, task, self._limit)
        self._busy[worker.pipe] = worker

    def finished(self):
        """Wait until at least one task is done: a list of (key, result).

        The result of a task that raised is its exception, and `Crash` of one whose process died or was killed.
        """
        remaining = min(worker.deadline for worker in self._busy.values()) - time.monotonic()
        ready = wait(list(self._busy), timeout=max(0, remaining))
        done = []
        for pipe, worker in list(self._busy.items()):
            if pipe in ready:
                result = self._collect(worker)
            elif worker.deadline <= time.monotonic() and not pipe.poll():
                worker.stop()
                result = Crash(f"took more than {self._limit:g} seconds and was stopped")
            else:
                continue
            del self._busy[pipe]
            done.append((worker.key, result))
        return done

    def _collect(self, worker):
        try:
            result = worker.pipe.recv()
        except (EOFError, ConnectionError):
            worker.stop()
            return Crash(f"crashed its process ({_exit(worker.process.exitcode)})")
        self._idle.append(worker)
        return result


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


class _Worker:
    def __init__(self, context, function):
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(function, theirs), daemon=True)
        with _single_threaded():
            self.process.start()
        theirs.close()
        self._fresh = True
        self.key = self.deadline = None

    def give(self, key, task, limit):
        self.key = key
        self.deadline = time.monotonic() + limit + (_START if self._fresh else 0)
        self._fresh = False
        self.pipe.send(task)

    def stop(self):
        self.pipe.close()
        self.process.kill()
        self.process.join()


@contextlib.contextmanager
def _single_threaded():
    """Processes started here use one thread: together they use the processors that the run was given."""
    before = dict(os.environ)
    os.environ["OMP_NUM_THREADS"] = "1"
    try:
        yield
    finally:
        del os.environ["OMP_NUM_THREADS"]
        os.environ.update(before)


def _serve(function, pipe):
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # The parent decides what an interrupt means.
    while True:
        try:
            task = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            result = function(task)
        except Exception as error:
            result = error
        try:
            pipe.send(result)
        except OSError:
            return  # The parent is gone.


def _exit(code):
    if code is None or code >= 0:
        return f"exit code {code}"
    names = {number.value: number.name for number in signal.Signals}
    return f"signal {names.get(-code, -code)}"
