import json
import math
from pathlib import Path

import pytest
from click.testing import CliRunner

from history.formats.asv import Asv
from history.formats.interface import Context, SeriesKind
from history.words.errors import ImportRefusedError, UsageError
from history.words.metrics import Direction
from history.words.records import Failed, Invalid, Measured, Skipped, series_id
from soundmark import main

SAMPLES = Path(__file__).parents[1] / "samples" / "asv"
COLUMNS = [
    "result", "params", "version", "started_at", "duration", "stats_ci_99_a", "stats_ci_99_b",
    "stats_q_25", "stats_q_75", "stats_number", "stats_repeat", "samples", "profile",
]  # fmt: skip
TIME = {"type": "time", "unit": "seconds", "param_names": [], "params": []}


def history(root, *files, benchmarks=None, machine="ci"):
    """A results folder, written after asv's documentation of its files."""
    (root / machine).mkdir(parents=True, exist_ok=True)
    if benchmarks is not None:
        (root / "benchmarks.json").write_text(json.dumps({**benchmarks, "version": 2}))
    (root / machine / "machine.json").write_text(json.dumps({"machine": machine, "version": 1}))
    for number, content in enumerate(files):
        text = content if isinstance(content, str) else json.dumps(content)
        (root / machine / f"{number:08x}-virtualenv-py3.11.json").write_text(text)
    return root


def file(results, commit="a" * 40, date=1_767_225_600_000, machine="ci", **more):
    return {
        "commit_hash": commit, "env_name": "virtualenv-py3.11", "date": date,
        "params": {"machine": machine, "python": "3.11", "cpu": "Some CPU", "num_cpu": "4"},
        "python": "3.11", "requirements": {}, "env_vars": {},
        "result_columns": COLUMNS, "results": results, "durations": {}, "version": 2,
    } | more  # fmt: skip


def read(root, context=None):
    return Asv().read(root, context or Context())


def points(found):
    return [point for record in found.records for point in record.points]


def test_a_history_of_the_real_tool_is_read_whole():
    found = read(SAMPLES)
    assert (found.rows_read, found.refused, found.left_out) == (15, (), ())
    (record,) = found.records
    assert record.run.commit.sha == "7f73e2e72956edfda875a2b2e9489a166ed67c9a"
    assert record.run.commit.time.isoformat() == "2026-11-29T05:41:58+00:00"
    assert record.run.machine.name == "ci"
    assert record.run.environment == {"hardware": {"cpu model": "Example CPU", "cores": 2}}
    kinds = {(one.benchmark, one.metric, one.unit, one.direction) for one in record.points}
    assert ("speech.time_plain", "operation_time", "s", None) in kinds
    assert ("speech.peakmem_list", "peak_rss", "B", None) in kinds
    assert ("speech.mem_list", "object_size", "B", Direction.LOWER) in kinds
    assert ("speech.track_words", "track_words", "words/s", Direction.HIGHER) in kinds
    assert ("speech.track_odd", "track_odd", "furlongs", Direction.NONE) in kinds
    outcomes = {
        (one.params["audio_s"], one.params["device"]): one.outcome
        for one in record.points
        if one.benchmark == "speech.Mel.time_fails"
    }
    assert len(outcomes["1", "cpu"].samples) == 10
    assert isinstance(outcomes["1", "cuda"], Skipped)
    assert isinstance(outcomes["10", "cpu"], Failed)
    (bare,) = (one for one in record.points if one.benchmark == "speech.track_bare")
    assert isinstance(bare.outcome, Invalid)


def test_the_project_folder_leads_to_its_results(tmp_path):
    results = history(tmp_path / "kept", file({"time_a": [[1.0]]}), benchmarks={"time_a": TIME})
    configuration = '{\n  // where they go\n  "results_dir": "kept",\n}'
    (tmp_path / "asv.conf.json").write_text(configuration)
    assert points(read(tmp_path)) == points(read(results))
    assert len(points(read(tmp_path))) == 1


def test_the_folder_of_one_machine_and_a_single_file_are_read_as_well(tmp_path):
    root = history(tmp_path, file({"track_a": [[1.0]]}), benchmarks={"track_a": {"unit": "ms"}})
    (single,) = (root / "ci").glob("0*.json")
    assert points(read(root / "ci")) == points(read(single)) == points(read(root))
    assert points(read(root))[0].unit == "s"


def test_a_timing_keeps_its_median_quartiles_and_repeats_and_no_interval_of_99_percent(tmp_path):
    row = [[1.5], [], "v", 1_767_225_700_000, 2.0, [1.0], [2.0], [1.25], [1.75], [10], [12]]
    found = read(history(tmp_path, file({"time_a": row}), benchmarks={"time_a": TIME}))
    (point,) = points(found)
    assert point.outcome == Measured(value=1.5, n=12, aggregate="median", q1=1.25, q3=1.75)
    assert any(text.startswith("1 interval of 99 % left out") for text in found.flagged)
    assert found.records[0].run.started_at.timestamp() == 1_767_225_700


def test_quartiles_that_are_no_numbers_are_none(tmp_path):
    row = [[1.5], [], "v", 0, 2.0, [None], [None], [10**400], ["x"], [10], [12]]
    found = read(history(tmp_path, file({"time_a": row}), benchmarks={"time_a": TIME}))
    assert points(found)[0].outcome == Measured(value=1.5, n=12, aggregate="median")


def test_a_unit_is_converted_to_its_base_and_another_one_has_no_direction(tmp_path):
    about = {"track_a": {"type": "track", "unit": "ms"}, "track_b": {"type": "track", "unit": ""}}
    found = read(history(tmp_path, file({"track_a": [[5]], "track_b": [[5]]}), benchmarks=about))
    a, b = points(found)
    assert (a.outcome.value, a.unit, a.direction) == (pytest.approx(0.005), "s", Direction.LOWER)
    assert (b.outcome.value, b.unit, b.direction) == (5.0, "", Direction.NONE)
    assert any("1 benchmark without a known unit, such as track_b" in t for t in found.flagged)


def test_another_version_of_a_benchmark_is_another_series(tmp_path):
    files = [
        file({"time_a": [[1.0], [], version * 64]}, commit=commit * 40)
        for version, commit in (("1", "a"), ("2", "b"), ("2", "c"))
    ]
    found = read(history(tmp_path, *files, benchmarks={"time_a": {**TIME, "version": "2" * 64}}))
    machine = found.records[0].run.machine
    assert len({series_id(point, machine) for point in points(found)}) == 2
    assert [point.variant.features for point in points(found)] == [
        "version 11111111", "version 22222222", "version 22222222",
    ]  # fmt: skip
    assert any("1 benchmark in several versions" in text for text in found.flagged)


def test_a_benchmark_that_is_gone_is_kept_and_counted(tmp_path):
    results = {"old.time_a": [[1.0], [["'x'", "'y'"]][:0]], "old.speed": [[2.0]]}
    found = read(history(tmp_path, file(results), benchmarks={}))
    time, other = points(found)
    assert (time.metric, time.unit) == ("operation_time", "s")
    assert (other.metric, other.unit, other.direction) == ("speed", "", Direction.NONE)
    assert any(text.startswith("2 benchmarks not in benchmarks.json") for text in found.flagged)


def test_parameters_that_changed_are_numbered_and_quotes_stay_where_they_tell_apart(tmp_path):
    about = {"time_a": {**TIME, "param_names": ["one"], "params": [["1"]]}}
    results = {"time_a": [[1.0, 2.0], [["1", "'1'"], ["<f at 0x7f00>"]]]}
    found = read(history(tmp_path, file(results), benchmarks=about))
    assert [point.params for point in points(found)] == [
        {"param1": "1", "param2": "<f>"}, {"param1": "'1'", "param2": "<f>"},
    ]  # fmt: skip


def test_a_benchmark_that_failed_as_a_whole_fails_in_each_of_its_ways(tmp_path):
    about = {"time_a": {**TIME, "param_names": ["n"]}}
    found = read(history(tmp_path, file({"time_a": [None, [["1", "2"]]]}), benchmarks=about))
    assert [type(point.outcome) for point in points(found)] == [Failed, Failed]


def test_the_environment_is_part_of_the_series_and_no_path_of_it(tmp_path):
    given = {
        "python": "/home/somebody/v/bin/python3.11",
        "requirements": {"numpy": "2.1", "cython": None},
        "env_vars": {"THREADS": "1"},
    }
    found = read(history(tmp_path, file({"time_a": [[1.0]]}, **given), benchmarks={"time_a": TIME}))
    assert points(found)[0].variant.runtime == "python 3.11, cython, numpy 2.1, THREADS=1"


def test_machines_keep_their_names_and_are_never_put_into_one(tmp_path):
    history(tmp_path, file({"time_a": [[1.0]]}), benchmarks={"time_a": TIME})
    history(tmp_path, file({"time_a": [[2.0]]}, machine="big"), machine="big")
    assert {record.run.machine.name for record in read(tmp_path).records} == {"ci", "big"}
    with pytest.raises(UsageError, match="found 2: big, ci"):
        read(tmp_path, Context(machine="one"))


def test_runs_come_in_the_order_of_their_commits(tmp_path):
    files = [file({"time_a": [[1.0]]}, commit=name * 40, date=date) for name, date in
             (("a", 3_000), ("b", 1_000), ("c", 2_000))]  # fmt: skip
    found = read(history(tmp_path, *files, benchmarks={"time_a": TIME}))
    assert [record.run.commit.sha[0] for record in found.records] == ["b", "c", "a"]


def test_the_first_format_is_read_as_the_second(tmp_path):
    old = {
        "commit_hash": "a" * 40, "date": 1_767_225_600_000, "version": 1, "python": "2.7",
        "params": {"machine": "ci", "python": "2.7", "numpy": "1.8"},
        "benchmark_version": {"time_b": "v1"}, "started_at": {"time_b": 1_767_225_700_000},
        "results": {
            "time_a": 0.5,
            "time_b": {
                "result": [1.0, None], "params": [["1", "2"]],
                "stats": [{"ci_99": [0.5, 1.5], "q_25": 0.75, "q_75": 1.25, "repeat": 10}, None],
            },
            "time_c": None,
            "time_d": {"result": math.nan},
        },
    }  # fmt: skip
    about = {"time_b": {**TIME, "param_names": ["n"]}}
    found = read(history(tmp_path, old, benchmarks=about))
    assert (found.rows_read, found.refused) == (5, ())
    a, b, failed, c, d = points(found)
    assert a.outcome == Measured(value=0.5, n=1)
    assert b.outcome == Measured(value=1.0, n=10, aggregate="median", q1=0.75, q3=1.25)
    assert (b.params, b.variant.features) == ({"n": "1"}, "version v1")
    assert [type(one.outcome) for one in (failed, c, d)] == [Failed, Failed, Skipped]
    assert a.variant.runtime == "python 2.7, numpy 1.8"


@pytest.mark.parametrize(
    ("damaged", "said"),
    [
        ('{"commit_hash": "a', "found its end in the middle"),
        ("[1]", 'expected an object with "results"'),
        (file({}, version=3), "expected version 1 or 2 of asv's files, found 3"),
        (file({}, commit_hash=""), 'expected "commit_hash"'),
        (file({}, commit_hash=["a"]), 'expected "commit_hash", found ["a"]'),
        (file({"time_\ud800": [[1.0]]}), "surrogate"),
        (file({"time_b": [[10**400]]}), "which is larger than any"),
        (file({" ": [[1.0]]}), "expected the name of a benchmark"),
        (file({}, date=None), "date: expected a number, found null"),
        (file({"time_b": [[1.0]]}, result_columns=[["result"]]), "expected a list with at most"),
        (file({"time_b": [None, [["1"] * 1000] * 4]}), "expected at most 100000 combinations"),
        (
            file({"time_b": [[1.0], [], "v", 0, 0, [1], [1], [1], [1], [1], [1e300]]}),
            "stats_repeat: expected a count, found 1e+300",
        ),
        (file({}, date="soon"), "date: expected a number"),
        (file({}, date=1e300), "date: expected milliseconds"),
        (file({"time_b": [[1.0, 2.0]]}), "expected 1 values, one each way, found 2"),
        (file({"time_b": [[1.0], "x"]}), "params: expected a list of lists"),
        (file({"time_b": 1.0}), "expected a list with at most as many cells"),
        (file({"time_b": [["fast"]]}), "result: expected a number"),
        (file({"time_b": [[True]]}), "result: expected a number"),
    ],
)
def test_what_is_damaged_is_refused_by_name_and_the_rest_is_taken(tmp_path, damaged, said):
    root = history(tmp_path, file({"time_a": [[1.0]]}), damaged, benchmarks={"time_a": TIME})
    found = read(root)
    assert (found.rows_read, found.rows_taken, len(points(found))) == (2, 1, 1)
    assert found.refused[0].row == 2
    assert "ci/00000001-virtualenv-py3.11.json" in found.refused[0].reason
    assert said in found.refused[0].reason


def test_a_combination_that_comes_twice_is_taken_once(tmp_path):
    found = read(history(tmp_path, file({"time_a": [[1.0, 2.0], [["f", "f"]]]}), benchmarks={}))
    assert (found.rows_read, found.rows_taken) == (2, 1)


def test_a_damaged_list_of_benchmarks_stops_the_import(tmp_path):
    root = history(tmp_path, file({"time_a": [[1.0]]}))
    (root / "benchmarks.json").write_text('{"time_a": ')
    with pytest.raises(ImportRefusedError, match=r"benchmarks\.json: expected JSON"):
        read(root)


def test_a_unit_that_is_not_that_of_the_series_is_refused(tmp_path):
    about = {"track_a": {"type": "track", "unit": "words/s"}}
    root = history(tmp_path, file({"track_a": [[5]]}), benchmarks=about)
    found = read(root)
    series = series_id(points(found)[0], found.records[0].run.machine)
    known = {series: SeriesKind("furlongs", "none")}
    refused = read(root, Context(series=known))
    assert (refused.rows_taken, len(refused.refused)) == (0, 1)
    assert 'kept in "furlongs"' in refused.refused[0].reason


def test_a_history_that_is_imported_again_takes_only_what_is_new(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()
    root = history(tmp_path / "results", file({"time_a": [[1.0]]}), benchmarks={"time_a": TIME})
    first = runner.invoke(main, ["import", "asv", str(root)])
    assert "1 point: 1 new, 0 already there" in first.output
    later = file({"time_a": [[2.0]], "time_b": [None]}, commit="b" * 40, date=1_767_312_000_000)
    (root / "ci" / "later.json").write_text(json.dumps(later))
    again = runner.invoke(main, ["import", "asv", str(root)])
    assert "3 rows read, 3 taken, 0 left out, 0 refused; 3 points: 2 new, 1 already" in again.output
    assert again.exit_code == 0


def test_a_folder_without_results_and_a_file_of_something_else_are_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    nothing = CliRunner().invoke(main, ["import", "asv", "empty"])
    assert nothing.exit_code == 3
    assert "there are no results in it; expected the results folder of asv" in nothing.output
    other = CliRunner().invoke(main, ["import", "asv", str(SAMPLES / "ci" / "machine.json")])
    assert other.exit_code == 3
    assert "this is not asv" in other.output
