"""Histories of github-action-benchmark, written by hand after published ones."""

import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from history.formats import take_in
from history.formats.github_action_benchmark import GithubActionBenchmark
from history.formats.interface import Context
from history.words.errors import ImportRefusedError, UsageError
from history.words.metrics import Direction
from soundmark import main
from tests.history.formats.builders import COMMIT, CONTEXT, SHARED

FORMAT = GithubActionBenchmark()
DATE_MS = 1_767_604_000_000


def result(**changes):
    return {"name": "decode", "value": 3904, "range": "± 7", "unit": "ns/iter"} | changes


def entry(*results, sha="a" * 40, tool="cargo", date=DATE_MS, **commit):
    about = {
        "id": sha,
        "message": "Decode faster\n\nMore.",
        "timestamp": "2026-01-05T10:00:00+01:00",
    }
    return {"commit": about | commit, "date": date, "tool": tool, "benches": list(results)}


def data_js(prefix="window.BENCHMARK_DATA = ", end="", **suites):
    return prefix + json.dumps({"lastUpdate": DATE_MS, "entries": suites}, indent=2) + end


def read(tmp_path, text, context=CONTEXT):
    (tmp_path / "data.js").write_text(text)
    assert FORMAT.recognise(text)
    found = take_in.read(FORMAT, tmp_path / "data.js", context)
    named = [one.row for one in found.refused] + [one.row for one in found.left_out]
    assert len(set(named)) == len(named)
    return found


def only(found):
    ((point,),) = [record.points for record in found.records]
    return point


def test_an_entry_is_a_run_at_its_commit(tmp_path):
    found = read(tmp_path, data_js(Rust=[entry(result())]))
    (record,) = found.records
    assert record.run.commit.sha == "a" * 40
    assert record.run.commit.subject == "Decode faster"
    assert record.run.commit.time == datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert record.run.started_at == datetime.fromtimestamp(DATE_MS / 1000, tz=UTC)
    assert record.run.machine.name == "ci"
    point = only(found)
    assert (point.suite, point.benchmark, point.metric) == ("Rust", "decode", "operation_time")
    assert point.outcome.value == pytest.approx(3904e-9)
    assert '"range" of 1 result left out' in found.flagged[0]


@pytest.mark.parametrize(
    ("prefix", "end"),
    [("", ""), ("window.BENCHMARK_DATA=", ";\n"), ("\n window.BENCHMARK_DATA = ", "")],
)
def test_the_prefix_may_be_missing_or_written_otherwise(tmp_path, prefix, end):
    assert read(tmp_path, data_js(prefix, end, Rust=[entry(result())])).rows_taken == 1


def test_several_runs_of_a_commit_stay_several(tmp_path):
    runs = [entry(result(value=v), date=DATE_MS + v) for v in (3, 4, 5)]
    found = read(tmp_path, data_js(Rust=runs, Python=[entry(result(value=6))]))
    assert len({record.run.run_id for record in found.records}) == 4
    assert len({record.run.commit.sha for record in found.records}) == 1


def test_an_entry_that_stands_twice_is_taken_once_and_named(tmp_path):
    twin = entry(result(), result(name="other"))
    found = read(tmp_path, data_js(Rust=[twin, twin]))
    assert [one.row for one in found.left_out] == [3, 4]
    assert "the same entry stands from row 1 on" in found.left_out[0].reason
    assert len(found.records) == 1


def test_values_may_be_text(tmp_path):
    assert only(read(tmp_path, data_js(S=[entry(result(value="1,234.5"))]))).outcome.value == (
        pytest.approx(1234.5e-9)
    )


@pytest.mark.parametrize("value", [None, "fast", "NaN", float("nan"), float("inf"), True, [1]])
def test_what_is_no_finite_number_is_refused_with_its_name(tmp_path, value):
    found = read(tmp_path, data_js(S=[entry(result(value=value), result(name="good"))]))
    assert [(one.row, '"decode": value: expected' in one.reason) for one in found.refused] == [
        (1, True)
    ]
    assert found.rows_taken == 1


@pytest.mark.parametrize(
    ("tool", "unit", "metric", "direction"),
    [
        ("customBiggerIsBetter", "x", "value", Direction.HIGHER),
        ("customSmallerIsBetter", "x", "value", Direction.LOWER),
        ("customSmallerIsBetter", "points", "value", Direction.LOWER),
        ("pytest", "points", "value", Direction.NONE),
        ("cargo", "", "value", Direction.NONE),
        ("customBiggerIsBetter", "MB", "value", Direction.LOWER),
        ("customSmallerIsBetter", "frames/s", "value", Direction.HIGHER),
        ("customSmallerIsBetter", "tokens/s", "tokens_per_second", None),
        ("jmh", "ops/s", "throughput", None),
        ("pytest", "sec", "operation_time", None),
        ("pytest", "iter/sec", "throughput", None),
    ],
)
def test_the_unit_says_which_way_is_better_before_a_custom_tool(
    tmp_path, tool, unit, metric, direction
):
    point = only(read(tmp_path, data_js(S=[entry(result(unit=unit), tool=tool)])))
    assert (point.metric, point.direction) == (metric, direction)


def test_a_tool_and_a_unit_that_disagree_are_named(tmp_path):
    text = data_js(S=[entry(result(unit="ops/s"), tool="jmh"), entry(result(unit="%"), sha="b")])
    flagged = " ".join(read(tmp_path, text).flagged)
    assert 'the tool jmh stands for lower is better, and the unit "ops/s" for higher' in flagged
    assert 'unit "%" does not say which way is better' in flagged


def test_a_series_that_changes_its_prefix_stays_one(tmp_path):
    units = {"ns/iter": 5000, "us/iter": 5, "ms/iter": 0.005}
    runs = [entry(result(unit=u, value=v), sha=u) for u, v in units.items()]
    found = read(tmp_path, data_js(S=runs))
    values = [point.outcome.value for record in found.records for point in record.points]
    assert values == [pytest.approx(5e-6)] * 3


def test_a_series_that_gets_another_unit_is_refused_from_there(tmp_path):
    runs = [entry(result(unit=u), sha=u) for u in ("MB", "kB", "%")]
    found = read(tmp_path, data_js(S=runs))
    assert [one.row for one in found.refused] == [3]
    assert 'its series is kept in "B"' in found.refused[0].reason


def test_a_second_value_behind_the_unit_is_a_benchmark_of_its_own(tmp_path):
    found = read(
        tmp_path, data_js(S=[entry(result(unit="ns/op\t         4.000 misses/op"), tool="go")])
    )
    (record,) = found.records
    assert {point.benchmark: point.outcome.value for point in record.points} == {
        "decode": pytest.approx(3904e-9),
        "decode - misses/op": 4.0,
    }


def test_a_name_that_comes_twice_in_an_entry_is_refused_the_second_time(tmp_path):
    found = read(tmp_path, data_js(S=[entry(result(), result(value=1))]))
    assert [one.row for one in found.refused] == [2]


def test_times_of_zero_are_named(tmp_path):
    found = read(tmp_path, data_js(S=[entry(result(value=0))]))
    assert any('1 time of 0 or less, the first of "decode"' in said for said in found.flagged)


def test_entries_that_are_none_are_refused_and_counted(tmp_path):
    whole = entry(result())
    found = read(
        tmp_path,
        data_js(
            S=[3, {"commit": {}}, whole | {"commit": None}, whole | {"benches": []}],
            T="none",
            U=[whole | {"date": 1_767_604_000}, whole | {"date": "soon"}, whole],
        ),
    )
    assert (found.rows_read, found.rows_taken) == (8, 1)
    assert [one.row for one in found.left_out] == [4]
    reasons = {one.row: one.reason for one in found.refused}
    assert '"commit" and "benches"' in reasons[1]
    assert 'a commit with "id"' in reasons[3]
    assert '"T": expected a list' in reasons[5]
    assert "expected milliseconds since 1970, found 1767604000" in reasons[6]


def test_a_commit_without_a_time_has_that_of_its_run_and_is_named(tmp_path):
    found = read(tmp_path, data_js(S=[entry(result(), timestamp=None)]))
    assert found.records[0].run.commit.time == found.records[0].run.started_at
    assert any("1 commit without a time" in said for said in found.flagged)


@pytest.mark.parametrize("length", [40, 200, 400])
def test_a_file_that_is_cut_off_is_no_empty_history(tmp_path, length):
    with pytest.raises(ImportRefusedError, match="found its end in the middle"):
        read(tmp_path, data_js(S=[entry(result())])[:length])


@pytest.mark.parametrize(
    "text", ['window.BENCHMARK_DATA = {"entries": []}', "window.BENCHMARK_DATA = 3"]
)
def test_a_file_without_entries_says_what_was_expected(tmp_path, text):
    with pytest.raises(ImportRefusedError, match='expected an object with "entries"'):
        read(tmp_path, text)


def test_a_list_of_a_custom_tool_is_one_run_at_the_named_commit(tmp_path):
    rows = [result(unit="Percent", extra="of what"), result(name="peak", unit="MB", value="12")]
    found = read(tmp_path, json.dumps(rows))
    (record,) = found.records
    assert record.run.commit == COMMIT
    decode, peak = record.points
    assert (decode.suite, decode.direction) == ("Benchmark", Direction.NONE)
    assert (peak.outcome.value, peak.direction) == (12e6, Direction.LOWER)
    named = read(tmp_path, json.dumps(rows), Context(commit=COMMIT, suite="size"))
    assert {point.suite for point in named.records[0].points} == {"size"}
    with pytest.raises(UsageError, match="does not say which commit"):
        read(tmp_path, json.dumps(rows), Context())


def test_a_file_read_twice_gives_the_same_runs(tmp_path):
    text = data_js(S=[entry(result()), entry(result(), date=DATE_MS + 1)])
    first, second = (read(tmp_path, text).records for _ in range(2))
    assert first == second


def test_a_history_that_grew_gives_only_what_is_new(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    runs = [entry(result(value=v), date=DATE_MS + v, sha=f"{v}" * 40) for v in range(1, 5)]
    said = []
    for upto in (2, 4, 4):
        (tmp_path / "data.js").write_text(data_js(S=runs[:upto]))
        done = CliRunner().invoke(main, ["import", FORMAT.name, "data.js"])
        assert done.exit_code == 0, done.output
        said.append(done.stdout.partition("points: ")[2].strip())
    assert said == ["2 new, 0 already there", "2 new, 2 already there", "0 new, 4 already there"]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real files are not here")
def test_a_published_history_is_read_whole(tmp_path):
    text = (SHARED / "github-action-benchmark/data.js").read_text()
    found = read(tmp_path, text)
    assert (found.rows_read, found.rows_taken, len(found.records)) == (1199, 1199, 116)
