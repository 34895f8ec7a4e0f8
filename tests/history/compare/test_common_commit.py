"""Two machines are compared where both were measured last."""

import numpy as np

from history.compare.common_commit import newest
from history.compare.select import Side
from tests.history.judge.builders import facts, trend, trends

HERE, THERE = Side("machine box", machine="box"), Side("machine laptop", machine="laptop")
WITHOUT = frozenset({"machine"})


def measured(nights, machine, **about):
    """A series with points in these nights."""
    runs = np.array(nights)
    return trend(np.ones(runs.size), machine=machine, series_id=machine, runs=runs, **about)


def history(*series):
    return trends(*series, runs=[facts(night) for night in range(8)])


def run_at(night):
    return f"{night:032x}"


def test_the_newest_night_of_both_is_taken_on_each():
    known = history(measured([0, 3, 7], "box"), measured([0, 3, 5], "laptop"))
    found = newest(known, HERE, THERE, WITHOUT)
    assert found == {"box": run_at(3), "laptop": run_at(3)}


def test_without_a_common_night_nothing_is_taken():
    known = history(measured([0, 1], "box"), measured([2, 3], "laptop"))
    assert newest(known, HERE, THERE, WITHOUT) == {}


def test_other_work_is_not_common():
    known = history(measured([0], "box"), measured([0], "laptop", benchmark="other"))
    assert newest(known, HERE, THERE, WITHOUT) == {}
