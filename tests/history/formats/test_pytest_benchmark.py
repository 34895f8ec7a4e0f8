import json
import math

import pytest

from history.formats import take_in
from history.formats.pytest_benchmark import PytestBenchmark
from history.words.records import Failed
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


@pytest.mark.parametrize("sha", ["", " ", None, 7])
def test_a_commit_without_a_hash_is_none(sha):
    info = {"id": sha, "time": "2026-03-01T10:00:00+01:00"}
    assert FORMAT.parse(json.dumps(FILE | {"commit_info": info})).commit is None


def test_the_machine_is_named_after_its_processor_and_not_its_owner(tmp_path):
    found = FORMAT.parse(json.dumps(FILE))
    assert found.machine.name == "epyc-7763-4c-0g"
    (tmp_path / "b.json").write_text(json.dumps(FILE))
    imported = take_in.read(FORMAT, tmp_path / "b.json", CONTEXT)
    assert imported.records[0].run.machine.name == "ci"  # the caller's word counts


def rows(*found):
    """A file of benchmarks with one round each: (name, parameters, id, further fields)."""
    benchmarks = [
        {"fullname": f"t.py::{name}", "name": name, "params": params, "param": id_}
        | {"stats": {"median": 0.5, "rounds": 1}, **more}
        for name, params, id_, more in found
    ]
    return json.dumps(FILE | {"benchmarks": benchmarks})


def test_an_object_goes_by_its_id_and_never_by_where_it_lay_in_memory():
    found = []
    for address in ("0x7f01", "0x7f02"):
        how = f"UNSERIALIZABLE[<function fast at {address}>]"
        found.append(
            FORMAT.parse(
                rows(
                    ("test_one[fast]", {"how": how}, "fast", {}),
                    ("test_two[50-fast]", {"width": 50, "how": how}, "50-fast", {}),
                    ("test_old[fast]", {"how": how}, None, {}),
                )
            )
        )
    assert found[0].points == found[1].points
    assert [(point.benchmark, point.params) for point in found[0].points] == [
        ("t.py::test_one", {"how": "fast"}),
        ("t.py::test_two", {"width": "50", "how": "fast"}),
        ("t.py::test_old", {"how": "fast"}),
    ]


def test_where_the_parts_of_an_id_cannot_be_told_the_whole_id_stands():
    table = {"a": "UNSERIALIZABLE[<A object at 0x1>]", "b": "UNSERIALIZABLE[<B object at 0x2>]"}
    found = FORMAT.parse(rows(("test_x[one-two-3]", table | {"k": 3}, "one-two-3", {})))
    assert found.points[0].params == {"a": "one", "b": "two", "k": "3"}
    found = FORMAT.parse(rows(("test_x[x-one-two-3]", table | {"k": 3}, "x-one-two-3", {})))
    assert found.points[0].params == {"k": "3", "id": "x-one-two-3"}


def test_an_address_in_an_id_is_cut_and_what_cannot_be_told_apart_then_is_refused():
    ids = ["<A object at 0x7f01>", "<A object at 0x7f02>"]
    found = FORMAT.parse(
        rows(*((f"test_x[{one}]", {"a": f"UNSERIALIZABLE[{one}]"}, one, {}) for one in ids))
    )
    assert [point.params for point in found.points] == [{"a": "<A object>"}]
    assert [refused.row for refused in found.refused] == [2]


def test_two_files_of_one_name_stay_two():
    clips = ["/data/clean/clip1.wav", "/data/noisy/clip1.wav", "/data/clean/clip2.wav"]
    found = FORMAT.parse(rows(*((f"test_c[{one}]", {"clip": one}, one, {}) for one in clips)))
    assert [point.params["clip"] for point in found.points] == [
        "clean/clip1.wav",
        "noisy/clip1.wav",
        "clip2.wav",
    ]
    assert found.refused == ()


@pytest.mark.parametrize("id_", ["[1, 2]", None])
def test_brackets_in_an_id_are_no_part_of_the_name(id_):
    (point,) = FORMAT.parse(rows(("test_text[[1, 2]]", {"text": [1, 2]}, id_, {}))).points
    assert (point.benchmark, point.params) == ("t.py::test_text", {"text": "[1, 2]"})


def test_numbers_of_extra_info_are_metrics_and_the_rest_is_named():
    info = {"frames": 300, "tokens_per_second": 12.5, "model": "tiny", "good": True}
    found = FORMAT.parse(rows(("test_x", None, None, {"extra_info": info | {"rtf": math.nan}})))
    assert (outcome(found, "frames").value, outcome(found, "tokens_per_second").value) == (
        300,
        12.5,
    )
    assert len(found.points) == 3
    assert [text.split('"')[1] for text in found.flagged[:3]] == ["model", "good", "rtf"]


PRINTED = """
=========================== short test summary info ============================
FAILED t.py::test_b - ValueError: gone
FAILED t.py::test_k[2] - ValueError: two
FAILED t.py::test_new - AssertionError
ERROR t.py::test_many[1-2]
3 failed, 3 passed in 0.10s
"""


def test_a_test_that_failed_after_its_benchmark_is_a_failed_point():
    found = FORMAT.parse_partial(
        rows(
            ("test_a", None, None, {}),
            ("test_b", None, None, {}),
            ("test_k[1]", {"k": 1}, "1", {}),
        ),
        "b.json",
        PRINTED,
    )
    assert outcome(found, "operation_time", "t.py::test_a").value == 0.5
    assert outcome(found, "operation_time", "t.py::test_b") == Failed(reason="ValueError: gone")
    assert outcome(found, "operation_time", "t.py::test_k", k="1").value == 0.5
    assert outcome(found, "operation_time", "t.py::test_k", k="2") == Failed(
        reason="ValueError: two"
    )
    assert outcome(found, "operation_time", "t.py::test_new") == Failed(reason="AssertionError")
    assert found.flagged[0] == "t.py::test_many[1-2] failed and has no point: the test failed"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real files are not here")
@pytest.mark.parametrize("name", ["old_2015", "with_commit_info"])
def test_real_files_are_recognised_and_read(name):
    text = (SHARED / f"pytest-benchmark/{name}.json").read_text()
    assert FORMAT.recognise(text[:65536])
    found = FORMAT.parse(text)
    assert found.points
    assert found.refused == ()
