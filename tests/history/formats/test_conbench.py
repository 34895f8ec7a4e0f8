"""Results of Conbench, written by hand after its documentation."""

import json

import pytest

from history.formats import take_in
from history.formats.conbench import Conbench
from history.formats.interface import Context
from history.words.errors import UsageError
from history.words.records import Failed
from tests.history.formats.builders import CONTEXT

FORMAT = Conbench()

CONBENCH = {
    "run_id": "r1", "batch_id": "b1", "timestamp": "2026-01-05T10:00:00Z",
    "tags": {"name": "mel", "frames": 100, "suite": "features"},
    "context": {"language": "C++", "nested": {"a": 1}}, "info": {"compiler": "gcc"},
    "github": {"repository": "https://example.com/a", "commit": "a" * 40},
    "machine_info": {"name": "box", "cpu_model_name": "Xeon", "cpu_thread_count": "8"},
    "stats": {"data": [1.0, None, 3.0], "unit": "s", "times": [], "mean": 2.0},
}  # fmt: skip


def read(tmp_path, data, context=CONTEXT):
    (tmp_path / "a.json").write_text(data if isinstance(data, str) else json.dumps(data))
    return take_in.read(FORMAT, tmp_path / "a.json", context)


def test_results_of_conbench_are_runs_by_commit_and_machine(tmp_path):
    later = CONBENCH | {"github": {"commit": "c" * 40}, "timestamp": "2026-01-06T10:00:00Z"}
    found = read(tmp_path, [later, CONBENCH, CONBENCH | {"tags": {"name": "fft"}}], Context())
    assert [len(one.points) for one in found.records] == [2, 1]
    first = found.records[0]
    assert (first.run.commit.sha, first.run.machine.name) == ("a" * 40, "box")
    point = first.points[0]
    assert (point.suite, point.benchmark, point.params) == ("features", "mel", {"frames": "100"})
    assert point.variant.features == "language=C++"
    assert point.outcome.samples == (1.0, 3.0)


def test_results_of_conbench_may_stand_one_a_line(tmp_path):
    text = f"{json.dumps(CONBENCH)}\n{{ cut\n"
    found = read(tmp_path, text)
    assert (found.rows_read, found.rows_taken, found.refused[0].row) == (2, 1, 2)


def test_an_error_of_conbench_is_a_failed_point(tmp_path):
    bad = CONBENCH | {"stats": None, "error": {"stack_trace": "Traceback\nValueError: no"}}
    (record,) = read(tmp_path, bad).records
    assert record.points[0].outcome == Failed(reason="ValueError: no")


def test_an_error_of_conbench_that_says_nothing_is_a_failed_point(tmp_path):
    bad = CONBENCH | {"stats": None, "error": {"stack_trace": " \n "}}
    (record,) = read(tmp_path, bad).records
    assert record.points[0].outcome == Failed(reason="it failed")


def test_results_without_a_commit_need_one(tmp_path):
    bare = {key: value for key, value in CONBENCH.items() if key != "github"}
    with pytest.raises(UsageError, match="does not say which commit"):
        read(tmp_path, bare, Context())
