"""Who does independent work changes how long it takes, and nothing else."""

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from history import workers
from history.detect.step_detector import StepDetector
from history.words.errors import BrokenEnvironmentError, UsageError
from tests import clusters
from tests.history.detect.builders import noisy, stepped


def square(number):
    return number * number, os.getpid()


def fail(number):
    raise ValueError(number)


class Dying(StepDetector):
    """Ends the process that first asks it about a certain series, once."""

    def __init__(self, marker):
        self.marker = str(marker)

    def detect(self, observations, minimum_effect=0.02):
        if observations.values[0] < 0:
            try:
                Path(self.marker).touch(exist_ok=False)
            except FileExistsError:
                pass
            else:
                os._exit(1)
            observations = type(observations)(-observations.values)
        return super().detect(observations, minimum_effect)


def test_answers_come_in_the_order_of_the_items_from_several_processes():
    found = list(workers.Processes(2, fewest=1).in_order(square, range(200)))
    assert [answer for answer, _ in found] == [number * number for number in range(200)]
    assert os.getpid() not in {process for _, process in found}


def test_a_few_items_and_work_that_cannot_be_sent_are_done_here():
    processes = workers.Processes(2)
    assert {process for _, process in processes.in_order(square, range(9))} == {os.getpid()}
    unsendable = workers.Processes(2, fewest=1).in_order(lambda one: (one, os.getpid()), [1, 2])
    assert list(unsendable) == [(1, os.getpid()), (2, os.getpid())]


def test_an_error_of_the_work_is_raised_here():
    with pytest.raises(ValueError, match=r"^0$"):
        list(workers.Processes(2, fewest=1).in_order(fail, range(100)))


def test_changes_that_processes_find_are_those_that_this_one_finds():
    from history.detect import Observations

    seen = [Observations(stepped(60, 30, seed=k) if k % 2 else noisy(60, seed=k)) for k in range(9)]
    work = StepDetector().detect
    here = list(workers.Here().in_order(work, seen))
    assert repr(list(workers.Processes(2, fewest=1).in_order(work, seen))) == repr(here)
    assert any(one.changes for one in here)


def test_an_executor_holds_inside_of_its_block_only():
    class Backwards(workers.Here):
        def in_order(self, work, items):
            return map(work, reversed(items))

    with workers.using(Backwards()):
        assert list(workers.in_order(abs, [1, -2])) == [2, 1]
    assert list(workers.in_order(abs, [1, -2])) == [1, 2]


@pytest.mark.parametrize("text", ["dask", "dask://", "dask://host", "dask://host:x", "spark://a:1"])
def test_a_name_of_no_executor_is_refused(text):
    with pytest.raises(UsageError, match="dask://HOST:PORT"):
        workers.named(text)


@pytest.fixture
def cluster(tmp_path):
    """Scheduler and two workers, each a process; gives the address and the workers."""
    with clusters.of_two_workers(tmp_path) as started:
        yield started


@pytest.mark.nightly
def test_a_cluster_that_loses_a_worker_midway_finds_the_same_bytes(cluster, tmp_path):
    from history.detect import Observations

    address, processes = cluster
    seen = [Observations(stepped(60, 30, seed=k)) for k in range(200)]
    seen[100] = Observations(-seen[100].values)
    (tmp_path / "alone").touch()
    here = list(workers.Here().in_order(Dying(tmp_path / "alone").detect, seen))
    there = workers.named(f"dask://{address}")
    found = list(there.in_order(Dying(tmp_path / "marker").detect, seen))
    assert repr(found).encode() == repr(here).encode()
    assert any(one.changes for one in found)
    for process in processes:
        if process.poll() is not None:
            break
    else:
        assert any(process.wait(60) == 1 for process in processes), "no worker was lost"
    assert sum(process.poll() is None for process in processes) == 1


@pytest.mark.nightly
def test_a_scheduler_that_does_not_answer_is_named():
    pytest.importorskip("distributed")
    with pytest.raises(BrokenEnvironmentError, match=r"127\.0\.0\.1:9"):
        list(workers.named("dask://127.0.0.1:9").in_order(square, [1]))


def test_without_the_extra_the_refusal_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(BrokenEnvironmentError) as refused:
        list(workers.named("dask://127.0.0.1:9").in_order(square, [1]))
    assert "soundmark[cluster]" in refused.value.hint


class WithoutPackages:
    """A cluster whose workers lack the package of the work, which they say as it is sent."""

    def __init__(self, *_address, **_how):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        pass

    def run(self, asked):
        return {"tcp://127.0.0.1:1": asked()}

    def scatter(self, *_work, **_how):
        raise Exception("No module named 'mine'")  # noqa: TRY002 - as distributed does


def test_work_that_no_worker_can_import_is_named_with_what_they_need(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", SimpleNamespace(Client=WithoutPackages))
    with pytest.raises(BrokenEnvironmentError, match="No module named 'mine'") as refused:
        list(workers.named("dask://127.0.0.1:9").in_order(square, [1]))
    assert "packages of your detector" in refused.value.hint
