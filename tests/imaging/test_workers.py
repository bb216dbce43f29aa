import os
import signal
import time

import pytest

from neural_imaging.imaging import workers


def _do(task):
    if task == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if task == "hang":
        time.sleep(60)
    if task == "raise":
        raise ValueError("no good")
    return task.upper()


@pytest.fixture(scope="module")
def results():
    found, waiting = {}, ["a", "crash", "b", "raise", "c", "d"]
    with workers.Workers(_do, 2, limit=30) as pool:
        while waiting or pool.running:
            while waiting and pool.free:
                pool.start(waiting[0], waiting.pop(0))
            found |= dict(pool.finished())
    return found


def test_other_tasks_are_done_beside_a_crash(results):
    assert {task: results[task] for task in "abcd"} == {"a": "A", "b": "B", "c": "C", "d": "D"}


def test_a_crash_is_a_result_that_says_how(results):
    assert isinstance(results["crash"], workers.Crash)
    assert "SIGSEGV" in str(results["crash"])


def test_an_exception_comes_back_as_the_result(results):
    assert isinstance(results["raise"], ValueError)


def test_a_hang_is_stopped_at_the_limit(monkeypatch):
    monkeypatch.setattr(workers, "_START", 3)
    with workers.Workers(_do, 1, limit=0.5) as pool:
        pool.start("hang", "hang")
        ((key, result),) = pool.finished()
    assert key == "hang"
    assert "more than 0.5 seconds" in str(result)
