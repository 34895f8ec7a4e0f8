import json

import pytest

from history.formats import take_in
from history.formats.pytest_benchmark import PytestBenchmark
from tests.history.formats.builders import CONTEXT, SHARED, outcome

FORMAT = PytestBenchmark()

FILE = {
    "machine_info": {"node": "anns-laptop", "cpu": {"brand_raw": "AMD EPYC 7763", "count": 4}},
    "commit_info": {"id": "b" * 40, "time": "2026-03-01T10:00:00+01:00", "dirty": True},
    "benchmarks": [
        {
            "fullname": "tests/test_mel.py::test_mel[10]", "name": "test_mel[10]",
            "params": {"seconds": 10},
            "stats": {"median": 0.5, "rounds": 3, "ops": 2.0, "data": [0.4, 0.5, 0.6]},
        },
        {
            "fullname": "tests/test_mel.py::test_load", "params": None,
            "stats": {"median": 0.2, "rounds": 9, "min": 0.1, "max": 0.9, "q1": 0.15, "q3": 0.3},
        },
    ],
    "datetime": "2026-03-02T00:00:00",
}  # fmt: skip


def test_rounds_become_samples_and_parameters_leave_the_name():
    found = FORMAT.parse(json.dumps(FILE))
    first = outcome(found, "operation_time", "tests/test_mel.py::test_mel", seconds="10")
    assert first.samples == (0.4, 0.5, 0.6)
    stated = outcome(found, "operation_time", "tests/test_mel.py::test_load")
    assert (stated.value, stated.n, stated.q1, stated.samples) == (0.2, 9, 0.15, ())


def test_the_file_knows_its_commit_and_says_when_the_tree_was_dirty():
    found = FORMAT.parse(json.dumps(FILE))
    assert found.commit.sha == "b" * 40
    assert found.commit.dirty
    assert "working tree differed" in found.flagged[0]


def test_the_machine_is_named_after_its_processor_and_not_its_owner(tmp_path):
    found = FORMAT.parse(json.dumps(FILE))
    assert found.machine.name == "epyc-7763-4c-0g"
    (tmp_path / "b.json").write_text(json.dumps(FILE))
    imported = take_in.read(FORMAT, tmp_path / "b.json", CONTEXT)
    assert imported.records[0].run.machine.name == "ci"  # the caller's word counts


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real files are not here")
@pytest.mark.parametrize("name", ["old_2015", "with_commit_info"])
def test_real_files_are_recognised_and_read(name):
    text = (SHARED / f"pytest-benchmark/{name}.json").read_text()
    assert FORMAT.recognise(text[:65536])
    found = FORMAT.parse(text)
    assert found.points
    assert found.refused == ()
