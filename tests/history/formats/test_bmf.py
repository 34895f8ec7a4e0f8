"""Bencher Metric Format, written by hand after published files."""

import json

import pytest
from click.testing import CliRunner

from history.formats import kinds_told, take_in
from history.formats.bmf import Bmf
from history.formats.csv import Csv
from history.formats.github_action_benchmark import GithubActionBenchmark
from history.formats.interface import Context
from history.words.errors import ImportRefusedError, UsageError
from history.words.metrics import Direction
from soundmark import main
from tests.history.formats.builders import COMMIT, CONTEXT, SHARED

FORMAT = Bmf()


def bmf(**measures):
    return json.dumps({"tests::decode": measures})


def read(tmp_path, text, units=None, directions=None):
    (tmp_path / "bmf.json").write_text(text)
    assert FORMAT.recognise(text)
    context = Context(commit=COMMIT, machine="ci", units=units or {}, directions=directions or {})
    return take_in.read(FORMAT, tmp_path / "bmf.json", context)


def only(found):
    ((point,),) = [record.points for record in found.records]
    return point


@pytest.mark.parametrize(
    ("measure", "metric", "value"),
    [
        ("latency", "operation_time", 3247e-9),
        ("Latency", "operation_time", 3247e-9),
        ("throughput", "throughput", 3247.0),
        ("Build Time", "build_time", 3247.0),
        ("build-time", "build_time", 3247.0),
        ("file-size", "file_size", 3247.0),
    ],
)
def test_a_built_in_measure_has_a_unit_by_its_name(tmp_path, measure, metric, value):
    point = only(read(tmp_path, bmf(**{measure: {"value": 3247}})))
    assert (point.suite, point.benchmark, point.metric) == ("bencher", "tests::decode", metric)
    assert point.outcome.value == pytest.approx(value)
    assert point.direction in {Direction.LOWER, Direction.HIGHER}


def test_a_measure_of_ones_own_is_refused_until_its_unit_is_said(tmp_path):
    text = bmf(**{"Max Bytes": {"value": 9}, "latency": {"value": 1}})
    found = read(tmp_path, text)
    assert [one.row for one in found.refused] == [1]
    assert "say that of this measure with --unit max_bytes=UNIT" in found.refused[0].reason
    told = read(tmp_path, text, units={"max_bytes": "kB"})
    point = told.records[0].points[0]
    assert (point.metric, point.unit, point.outcome.value) == ("max_bytes", "B", 9e3)
    assert point.direction is Direction.LOWER


def test_a_direction_is_the_callers_or_the_units_and_never_guessed(tmp_path):
    text = bmf(blocks={"value": 9})
    without = read(tmp_path, text, units={"blocks": "count"})
    assert only(without).direction is Direction.NONE
    assert "--direction blocks=lower" in without.flagged[0]
    one = read(tmp_path, text, {"Blocks": "count"}, {"blocks": Direction.LOWER})
    assert only(one).direction is Direction.LOWER
    every = read(tmp_path, text, {"": "count"}, {"": Direction.HIGHER})
    assert only(every).direction is Direction.HIGHER


def test_what_is_said_of_all_does_not_change_what_a_measure_says_itself(tmp_path):
    text = bmf(latency={"value": 5}, blocks={"value": 9})
    found = read(tmp_path, text, {"": "count"}, {"": Direction.HIGHER})
    time, blocks = found.records[0].points
    assert (time.unit, time.outcome.value, time.direction) == ("s", 5e-9, Direction.LOWER)
    assert blocks.direction is Direction.HIGHER


def test_the_unit_of_a_built_in_measure_can_be_said_otherwise(tmp_path):
    text = bmf(latency={"value": 5})
    assert only(read(tmp_path, text, units={"latency": "ms"})).outcome.value == 5e-3
    wrong = read(tmp_path, text, units={"latency": "MB"})
    assert 'is measured in "s", found the unit "MB"' in wrong.refused[0].reason


def test_a_registered_metric_keeps_its_direction(tmp_path):
    found = read(tmp_path, bmf(latency={"value": 5}), directions={"latency": Direction.HIGHER})
    assert only(found).direction is Direction.LOWER
    assert "the registry holds" in found.flagged[0]


def test_bounds_are_no_interval_and_are_counted(tmp_path):
    found = read(tmp_path, bmf(latency={"value": 5, "lower_value": 1, "upper_value": 9}))
    assert (only(found).outcome.low, only(found).outcome.high) == (None, None)
    assert "lower_value and upper_value of 1 value left out" in found.flagged[0]


@pytest.mark.parametrize("ending", ["_bencher_ignore", "BencherIgnore", "-bencher-ignore"])
def test_the_ending_that_tells_bencher_to_ignore_is_cut_and_named(tmp_path, ending):
    found = read(tmp_path, json.dumps({f"decode{ending}": {"latency": {"value": 1}}}))
    assert only(found).benchmark == "decode"
    assert "ignore" in found.flagged[0]


@pytest.mark.parametrize(
    ("metric", "said"),
    [
        (3, 'expected an object with "value"'),
        ([], 'expected an object with "value"'),
        ({}, "expected a number, found null"),
        ({"lower_value": 1}, "expected a number, found null"),
        ({"value": "fast"}, "expected a number"),
        ({"value": float("nan")}, "expected a finite number"),
    ],
)
def test_a_measure_without_a_number_is_refused_with_its_name(tmp_path, metric, said):
    found = read(tmp_path, bmf(latency=metric, throughput={"value": 1}))
    assert [one.row for one in found.refused] == [1]
    assert said in found.refused[0].reason
    assert '"tests::decode": "latency"' in found.refused[0].reason
    assert found.rows_taken == 1


def test_a_benchmark_without_measures_is_refused(tmp_path):
    text = '{"a": {"latency": {"value": 1}}, "b": {}, "c": 3}'
    reasons = {one.row: one.reason for one in read(tmp_path, text).refused}
    assert reasons == {
        2: '"b": expected measures, found no measure',
        3: '"c": expected measures, found 3',
    }


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ('{"a": {"latency": {"value": 1}}, "a": {"latency": {"value": 2}}}', 2),
        ('{"a": {"latency": {"value": 1}, "latency": {"value": 2}}}', 2),
        ('{"a": {"latency": {"value": 1}, "Latency": {"value": 2}}}', 2),
        ('{"a": {"latency": {"value": 1, "value": 2}}, "b": {"latency": {"value": 1}}}', 1),
    ],
)
def test_what_stands_twice_is_refused_and_never_lost(tmp_path, text, row):
    found = read(tmp_path, text)
    assert [one.row for one in found.refused] == [row]
    assert (found.rows_read, found.rows_taken) == (2, 1)


def test_a_file_that_is_cut_off_says_so(tmp_path):
    with pytest.raises(ImportRefusedError, match="found its end in the middle"):
        read(tmp_path, bmf(latency={"value": 3247})[:-3])


def test_a_file_without_benchmarks_is_refused(tmp_path):
    (tmp_path / "x.json").write_text("[1]")
    with pytest.raises(ImportRefusedError, match="expected an object of benchmarks"):
        take_in.read(FORMAT, tmp_path / "x.json", CONTEXT)


def test_a_command_suite_reads_the_built_in_measures():
    found = FORMAT.parse(bmf(latency={"value": 5}, blocks={"value": 1}), "out.json")
    assert [point.metric for point in found.points] == ["operation_time"]
    assert [one.row for one in found.refused] == [2]


def test_what_was_said_of_a_measure_that_did_not_come_is_named(tmp_path):
    found = read(tmp_path, bmf(latency={"value": 5}), units={"bytes": "B"})
    assert "--unit bytes=...: nothing of that name is in the file" in found.flagged


def test_units_and_directions_are_told_of_one_measure_or_of_all():
    assert kinds_told.units(FORMAT, ("max_bytes=B", "count", "ratio=")) == {
        "max_bytes": "B",
        "": "count",
        "ratio": "",
    }
    assert kinds_told.directions(FORMAT, ("x=higher",)) == {"x": Direction.HIGHER}


@pytest.mark.parametrize(
    ("format_", "told", "said"),
    [
        (Csv(), ("lower",), "--direction is of no use here"),
        (FORMAT, ("up",), 'expected lower or higher, found "up"'),
        (FORMAT, ("=lower",), 'expected a measure before "="'),
        (FORMAT, ("a=lower", "a=higher"), 'two things of "a"'),
    ],
)
def test_a_direction_that_cannot_be_used_is_refused(format_, told, said):
    with pytest.raises(UsageError, match=said):
        kinds_told.directions(format_, told)


def test_github_action_benchmark_states_its_units():
    with pytest.raises(UsageError, match="--unit is of no use here"):
        kinds_told.units(GithubActionBenchmark(), ("s",))


def test_the_command_takes_unit_and_direction(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.js").write_text(
        'window.BENCHMARK_DATA = {"entries": {"s": [{"commit": {"id": "c"}, "date": 1767604000000,'
        ' "tool": "go", "benches": [{"name": "a", "unit": "points", "value": 3}]}]}}'
    )
    done = CliRunner().invoke(
        main, ["import", "github-action-benchmark", "data.js", "--direction", "points=higher"]
    )
    assert done.exit_code == 0, done.output
    assert "1 rows read" in done.output or "1 row read" in done.output
    assert "no direction" not in done.output
    wrong = CliRunner().invoke(
        main, ["import", "github-action-benchmark", "data.js", "--direction", "up"]
    )
    assert wrong.exit_code == 2


@pytest.mark.skipif(not SHARED.is_dir(), reason="the published files are not here")
def test_published_files_are_read_whole(tmp_path):
    folder = SHARED / "bencher-tool-output/json"
    for name in ("report_bmf_mixed", "report_latency"):
        found = read(tmp_path, (folder / f"{name}.json").read_text())
        assert (found.rows_read, found.rows_taken) == (3, 3)
    blocks = (folder / "report_dhat.json").read_text()
    assert read(tmp_path, blocks).rows_taken == 0
    assert read(tmp_path, blocks, units={"": "count"}).rows_taken == 6
