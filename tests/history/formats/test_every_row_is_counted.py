"""Rows read are those taken, left out and refused, whatever a file holds and whoever reads it."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from history.formats import registry, take_in
from history.formats.csv import Csv, columns
from history.formats.interface import Recognises
from tests.history.formats.builders import CONTEXT
from tests.history.formats.texts import BAD, GOOD, ODD, OTHER_TOOLS


def csv_text(kinds):
    out = io.StringIO()
    writer = csv.DictWriter(out, columns.FIRST)
    writer.writeheader()
    for k, kind in enumerate(kinds):
        if kind == ODD:
            out.write("1,2\r\n")
            continue
        value = "1.5" if kind == GOOD else "0,532"
        writer.writerow(
            dict.fromkeys(columns.FIRST, "")
            | {"suite": "s", "benchmark": f"b{k}", "metric": "total_time", "value": value,
               "machine": "m", "commit": "c", "commit_time": "2026-01-01"}
        )  # fmt: skip
    return out.getvalue()


def lines_text(kinds):
    rows = {
        GOOD: '{"soundmark": 1, "metrics": {"total_time": 0.5}}',
        BAD: '{"soundmark": 1, "metrics": {"total_time": {"value": 1, "unit": "MB"}}}',
        ODD: '{"soundmark": 1, "metrics": {"tot',
    }
    return "\n".join(rows[kind] for kind in kinds)


def alignment_text(kinds):
    good = {"utterance_id": "", "forward_ms": 1.0, "total_ms": 2.0, "duration_ms": 1000}
    return "\n".join(
        "{ cut"
        if kind == ODD
        else json.dumps(
            good | {"utterance_id": f"u{k}", **({"total_ms": "x"} if kind == BAD else {})}
        )
        for k, kind in enumerate(kinds)
    )


def files_text(kinds):
    return json.dumps([
        3 if kind == ODD
        else {"file": f"{k}.wav", "duration_s": 4.0, "rtf": 0.25,
              "end_to_end_s": 1.0 if kind == GOOD else "1,5"}
        for k, kind in enumerate(kinds)
    ])  # fmt: skip


def matrix_text(kinds):
    rows = {GOOD: "a{k},fp32,1.5,100", BAD: "a{k},fp32,0,100", ODD: "a{k}"}
    body = "\n".join(rows[kind].format(k=k) for k, kind in enumerate(kinds))
    return f"implementation,precision,time_s,ram_mb\n{body}"


def tts_text(kinds):
    return json.dumps({"results": [
        3 if kind == ODD
        else {"input": f"i{k}", "wall_clock_ms": 5.0 if kind == GOOD else None}
        for k, kind in enumerate(kinds)
    ]})  # fmt: skip


def hyperfine_text(kinds):
    return json.dumps({"results": [
        3 if kind == ODD
        else {"command": f"run {k}", "mean": 1.0, "times": [1.0 if kind == GOOD else "fast"]}
        for k, kind in enumerate(kinds)
    ]})  # fmt: skip


def pytest_text(kinds):
    return json.dumps({"machine_info": {}, "commit_info": {}, "benchmarks": [
        3 if kind == ODD
        else {"fullname": f"t.py::t{k}", "stats": {"median": 1.0 if kind == GOOD else "fast"}}
        for k, kind in enumerate(kinds)
    ]})  # fmt: skip


def google_text(kinds):
    return json.dumps({"context": {}, "benchmarks": [
        3 if kind == ODD
        else {"name": f"BM_{k}", "run_type": "iteration", "time_unit": "ns", "cpu_time": 5.0,
              "real_time": 5.0 if kind == GOOD else "fast"}
        for k, kind in enumerate(kinds)
    ]})  # fmt: skip


def bench(k, kind):
    if kind == ODD:
        return 3
    return {"name": f"b{k}", "unit": "ns/iter", "value": 5 if kind == GOOD else "fast"}


def list_text(kinds):
    return json.dumps([bench(k, kind) for k, kind in enumerate(kinds)])


def bmf_text(kinds):
    values = {GOOD: {"latency": {"value": 5}}, BAD: {"latency": {"value": "fast"}}, ODD: 3}
    return json.dumps({f"b{k}": values[kind] for k, kind in enumerate(kinds)})


def data_js_text(kinds):
    """Two results an entry, the entries in two suites by turns."""
    suites: dict[str, list[object]] = {"a": [], "b": []}
    for k in range(0, len(kinds), 2):
        benches = [bench(k + j, kind) for j, kind in enumerate(kinds[k : k + 2])]
        commit = {"id": f"{k}" * 40, "timestamp": "2026-01-05T10:00:00+01:00", "message": "m"}
        suites["ab"[k // 2 % 2]].append(
            {"commit": commit, "date": 1767604000000 + k, "tool": "cargo", "benches": benches}
        )
    return f"window.BENCHMARK_DATA = {json.dumps({'lastUpdate': 1, 'entries': suites})}"


def asv_text(kinds):
    rows = {GOOD: [[1.0]], BAD: [["fast"]], ODD: 3}
    return json.dumps({
        "version": 2, "commit_hash": "a", "date": 1_767_225_600_000, "result_columns": ["result"],
        "results": {f"time_{k}": rows[kind] for k, kind in enumerate(kinds)},
    })  # fmt: skip


TEXTS = {
    "asv": asv_text,
    "csv": csv_text,
    "soundmark-lines": lines_text,
    "alignment-jsonl": alignment_text,
    "whisper-results": files_text,
    "whisper-results matrix": matrix_text,
    "tts-json": tts_text,
    "hyperfine": hyperfine_text,
    "pytest-benchmark": pytest_text,
    "google-benchmark": google_text,
    "bmf": bmf_text,
    "github-action-benchmark": data_js_text,
    "github-action-benchmark list": list_text,
    **OTHER_TOOLS,
}
ELSEWHERE = {
    "criterion": "a folder",
    "json": "a table, in test_csv_round_trip",
    "lifecycle-json": "a method at once",
    "parquet": "a table, in test_csv_round_trip",
}
"""Readers with tests of their own counts, because their files have another shape."""


def adds_up(found, rows):
    named = [one.row for one in (*found.refused, *found.left_out)]
    assert found.rows_read == rows == found.rows_taken + len(named)
    assert len(set(named)) == len(named), "a row stands in one list at most"
    assert found.rows_taken >= 0
    assert all(one.reason for one in (*found.refused, *found.left_out))


@settings(deadline=None, max_examples=15)
@pytest.mark.parametrize("name", TEXTS)
@given(kinds=st.lists(st.sampled_from([GOOD, GOOD, BAD, ODD]), min_size=1, max_size=12))
def test_rows_of_a_file_are_taken_or_named(tmp_path_factory, name, kinds):
    path = tmp_path_factory.mktemp("rows") / "results"
    path.write_text(TEXTS[name](kinds))
    format_ = registry.find(name.partition(" ")[0], registry.IMPORT)
    found = take_in.read(format_, path, CONTEXT)
    adds_up(found, len(kinds))
    assert found.rows_taken == kinds.count(GOOD)
    assert bool(found.records) == (GOOD in kinds)


def twice(name):
    if "matrix" in name:
        return f"{matrix_text([GOOD])}\na0,fp32,1.5,100"
    text = TEXTS[name]([GOOD])
    if name == "catch2":
        row = text.partition('<TestCase name="all">')[2].partition("</TestCase>")[0]
        return text.replace(row, row * 2)
    if name in LINES:
        return f"{text}\n{text}" if name == "iai" else f"{text}\n{text.splitlines()[-1]}"
    whole = json.loads(text)
    rows = whole if isinstance(whole, list) else next(value for value in whole.values() if value)
    rows.append(rows[0])
    return json.dumps(whole)


LINES = {"cargo-bench", "cargo-criterion", "criterion-text", "divan", "iai"}
"""Whose last line, or block, is a row."""
REPEATS = {
    "csv", "soundmark-lines", "alignment-jsonl", "google-benchmark", "github-action-benchmark",
    "asv", "bmf", "gnu-time", "go-bench", "optimum-benchmark", "whisper-apr",
}  # fmt: skip
"""Where a row that comes again is a repeat, another run or a better line: tested with them."""


@pytest.mark.parametrize("name", sorted(set(TEXTS) - REPEATS))
def test_a_row_that_comes_twice_is_taken_once_and_named(tmp_path, name):
    (tmp_path / "results").write_text(twice(name))
    format_ = registry.find(name.partition(" ")[0], registry.IMPORT)
    found = take_in.read(format_, tmp_path / "results", CONTEXT)
    adds_up(found, 2)
    assert found.rows_taken == 1


@pytest.mark.parametrize("name", TEXTS)
def test_a_file_is_recognised_by_its_own_reader_alone(name):
    text = TEXTS[name]([GOOD, GOOD])
    able = registry.Ability[Recognises]((Recognises,), "recognised")
    known = [one for one in registry.names(able) if registry.find(one, able).recognise(text)]
    assert known == [name.partition(" ")[0]]


def test_every_reader_is_here():
    readers = set(registry.names(registry.IMPORT))
    assert {name.partition(" ")[0] for name in TEXTS} | set(ELSEWHERE) == readers


def test_an_export_counts_too(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text(csv_text([GOOD, GOOD]))
    adds_up(Csv().read(path, CONTEXT), 2)
