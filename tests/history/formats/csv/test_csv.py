import csv
import io
from functools import partial

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from history.formats.csv import Csv
from history.formats.csv.columns import FIRST as REQUIRED
from history.formats.interface import Context, Refused
from history.formats.take_in import import_file
from history.project.workspace import open_workspace
from history.words.errors import ImportRefusedError
from history.words.records import Invalid, Measured, Origin, Skipped
from soundmark import main

HEADER = ",".join(REQUIRED)


def row(**cells):
    defaults = {
        "suite": "alignment",
        "benchmark": "utterances",
        "params": "size=mini",
        "metric": "total_time",
        "unit": "ms",
        "direction": "lower",
        "machine": "box",
        "commit": "a1",
        "commit_time": "2026-01-01T00:00:00Z",
        "value": "12.5",
        "samples": "",
    }
    return defaults | cells


def written(folder, *rows, extra=()):
    path = folder / "results.csv"
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, [*REQUIRED, *extra])
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def file(tmp_path):
    return partial(written, tmp_path)


def read(path, **context):
    return Csv().read(path, Context(**context))


def points(imported):
    return [point for record in imported.records for point in record.points]


def test_a_row_is_a_point_in_base_units(file):
    imported = read(file(row(samples="12.4;12.5;12.7")))
    (point,) = points(imported)
    assert point.params == {"size": "mini"}
    assert point.unit == "s"
    assert isinstance(point.outcome, Measured)
    assert point.outcome.value == pytest.approx(0.0125)
    assert point.outcome.samples == pytest.approx((0.0124, 0.0125, 0.0127))
    assert imported.records[0].run.origin is Origin.IMPORTED


@pytest.mark.parametrize(
    "time", ["2026-01-01T00:00:00Z", "2026-01-01", "1767225600", "1767225600.0"]
)
def test_a_commit_time_is_iso_8601_or_epoch_seconds(file, time):
    (record,) = read(file(row(commit_time=time))).records
    assert record.run.commit.time.isoformat() == "2026-01-01T00:00:00+00:00"


def test_rows_of_one_commit_and_machine_make_one_run(file):
    imported = read(file(row(), row(metric="forward_time"), row(commit="b2"), row(machine="other")))
    assert len(imported.records) == 3


def test_a_series_that_comes_twice_at_a_commit_is_two_runs(file):
    imported = read(file(row(value="1"), row(value="2")))
    assert [record.run.commit.sequence for record in imported.records] == [0, 1]


def test_an_empty_value_is_an_absence(file):
    (point,) = points(read(file(row(value=""))))
    assert point.outcome == Skipped(reason="no value in this row")


@pytest.mark.parametrize("value", ["nan", "inf", "-Infinity"])
def test_a_value_that_is_no_number_makes_the_point_invalid(file, value):
    (point,) = points(read(file(row(value=value))))
    assert isinstance(point.outcome, Invalid)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"value": "fast"}, 'value: expected a number, found "fast"'),
        ({"commit_time": "yesterday"}, "commit_time: expected ISO 8601 or epoch seconds"),
        ({"direction": "sideways"}, 'direction: expected lower, higher or none, found "sideways"'),
        ({"benchmark": ""}, "benchmark is empty"),
        ({"samples": "1;x"}, 'samples: expected numbers joined by ";", found "1;x"'),
    ],
)
def test_a_bad_row_is_refused_with_its_line_and_the_others_go_on(file, cells, reason):
    imported = read(file(row(), row(**cells), row(commit="b2")))
    assert imported.rows_read == 3
    assert len(points(imported)) == 2
    (refused,) = imported.refused
    assert refused.row == 3
    assert refused.reason.startswith(reason)


def test_a_missing_column_is_named(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("suite,benchmark,value\na,b,1\n")
    with pytest.raises(ImportRefusedError, match="lacks the columns params, metric, unit"):
        read(path)


def test_a_stated_direction_against_the_registry_is_flagged(file):
    imported = read(file(row(direction="higher")))
    assert imported.flagged == (
        "total_time is stated as higher is better, the registry says lower; the registry holds",
    )


def test_variant_columns_and_intervals_are_taken_when_present(file):
    path = file(row(runtime="torch", low="12", high="13"), extra=("runtime", "low", "high"))
    (point,) = points(read(path))
    assert point.variant.runtime == "torch"
    assert point.outcome.low == pytest.approx(0.012)
    assert point.outcome.interval == "stated"


text = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\\;="), min_size=1
).filter(lambda found: found.strip() == found)
number = st.floats(allow_nan=False, allow_infinity=False, width=32)


@given(benchmark=text, suite=text, value=number, samples=st.lists(number, max_size=5))
def test_any_text_and_any_number_come_through(benchmark, suite, value, samples):
    out = io.StringIO()
    writer = csv.DictWriter(out, REQUIRED)
    writer.writeheader()
    joined = ";".join(map(repr, samples))
    writer.writerow(
        row(
            suite=suite, benchmark=benchmark, unit="", metric="m", value=repr(value), samples=joined
        )
    )
    from history.formats.csv.reading import Reading

    imported = Reading(Context()).read("x.csv", csv.reader(io.StringIO(out.getvalue())))
    assert not imported.refused
    (point,) = points(imported)
    assert (point.suite, point.benchmark) == (suite, benchmark)
    assert point.outcome.value == value
    assert point.outcome.samples == tuple(samples)


@pytest.fixture
def soundmark(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        return CliRunner().invoke(main, list(arguments))

    return run


@pytest.fixture
def stored(soundmark, tmp_path, prepared):
    """Commands in a folder whose history has the point of one row."""
    prepared(of_one_row, tmp_path)
    return soundmark


def of_one_row(folder):
    written(folder, row())
    kept = open_workspace(
        history=folder / ".soundmark" / "history.duckdb", ledger=folder / ".soundmark" / "runs"
    )
    import_file(kept, Csv(), folder / "results.csv", Context())


def test_importing_twice_adds_nothing_twice(soundmark, file):
    path = file(row(), row(commit="b2"))
    first = soundmark("import", "csv", str(path))
    assert "2 rows read, 2 taken, 0 left out, 0 refused; 2 points: 2 new" in first.output
    again = soundmark("import", "csv", str(path))
    assert again.output.endswith("2 points: 0 new, 2 already there\n")


def test_a_file_that_grew_adds_only_what_is_new(stored, file):
    path = file(row(), row(metric="forward_time"), row(commit="b2"))
    grown = stored("import", "csv", str(path))
    assert grown.output.endswith("3 points: 2 new, 1 already there\n")
    counted = stored("history", "query", "select count(*) as n from points", "--format", "csv")
    assert counted.output == "n\n3\n"


def test_a_file_of_another_format_is_refused_with_how_it_begins(soundmark, tmp_path):
    other = tmp_path / "data.js"
    other.write_text("window.BENCHMARK_DATA = {}")
    result = soundmark("import", "csv", str(other))
    assert result.exit_code == 3
    assert "data.js: this is not csv" in result.output
    assert 'it starts with "window.BENCHMARK_DATA' in result.output


def test_a_file_of_which_nothing_can_be_taken_is_refused(soundmark, file):
    result = soundmark("import", "csv", str(file(row(value="x"))))
    assert result.exit_code == 3
    assert "none of its 1 rows can be taken; row 2: value: expected a number" in result.output


def test_a_query_is_read_only(stored):
    result = stored("history", "query", "delete from points")
    assert result.exit_code == 2
    assert "read-only" in result.output
    outside = stored("history", "query", "select * from read_csv('results.csv')")
    assert outside.exit_code == 2


def test_a_run_is_shown_by_its_commit(stored):
    shown = stored("history", "show", "a1")
    assert "import csv" in shown.output
    assert "12.5 ms" in shown.output
    missing = stored("history", "show", "zz")
    assert missing.exit_code == 2
    assert "history list" in missing.output


def test_a_sync_names_a_damaged_file_and_keeps_the_rest(stored, file, tmp_path):
    stored("import", "csv", str(file(row(commit="b2"))))
    bad = min((tmp_path / ".soundmark" / "runs").rglob("*.parquet"))
    bad.write_bytes(bad.read_bytes()[:100])
    result = stored("history", "sync", "--rebuild", "--allow-fewer-runs", "the file was cut")
    assert result.exit_code == 3
    assert bad.name in result.output
    counted = stored("history", "query", "select count(*) as n from runs", "--format", "csv")
    assert counted.stdout == "n\n1\n"


def test_samples_need_no_column(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text(
        "suite,benchmark,params,metric,unit,direction,machine,commit,commit_time,value\n"
        "s,b,,total_time,s,lower,m,c1,2026-01-01,0.5\n"
    )
    assert points(read(path))[0].outcome.value == 0.5


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (HEADER.replace("metric", "metrics"), "lacks the column metric; it has suite"),
        (HEADER.replace(",", ";"), "expected commas between columns, found semicolons"),
        (HEADER.replace(",", "\t"), "expected commas between columns, found tabs"),
        (f"{HEADER},unit", "the column unit stands more than once"),
    ],
)
def test_a_wrong_header_is_told_by_its_columns(soundmark, tmp_path, header, message):
    (tmp_path / "x.csv").write_text(f"{header}\n")
    result = soundmark("import", "csv", "x.csv")
    assert (result.exit_code, message in result.output) == (3, True), result.output


def test_a_column_that_an_option_stands_for_may_be_missing(soundmark, tmp_path):
    cells = row()
    del cells["machine"], cells["suite"]
    (tmp_path / "x.csv").write_text(f"{','.join(cells)}\n{','.join(cells.values())}\n")
    result = soundmark("import", "csv", "x.csv", "--suite", "s", "--machine", "box")
    assert result.exit_code == 0, result.output


def test_a_header_in_quotes_is_one(soundmark, tmp_path):
    path = tmp_path / "x.csv"
    with path.open("w", newline="") as out:
        writer = csv.DictWriter(out, list(row()), quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerow(row())
    assert soundmark("import", "csv", "x.csv").exit_code == 0


class TestUnits:
    """A series has one unit, and a registered metric its own."""

    def test_a_registered_metric_in_another_unit_is_refused_with_its_row(self, file):
        imported = read(file(row(), row(metric="peak_rss", unit="ms")))
        assert imported.refused == (
            Refused(3, 'peak_rss: is measured in "B", found the unit "ms"'),
        )

    def test_a_series_keeps_the_unit_of_its_first_row(self, file):
        rows = [
            row(metric="hum", unit=unit, commit=f"c{k}")
            for k, unit in enumerate(["ns/iter", "us/iter", "ops/s", ""])
        ]
        imported = read(file(*rows))
        assert [point.outcome.value for point in points(imported)] == [
            pytest.approx(12.5e-9), pytest.approx(12.5e-6),
        ]  # fmt: skip
        assert [one.row for one in imported.refused] == [4, 5]
        assert 'kept in "s/iteration", found the unit "ops/s"' in imported.refused[0].reason

    def test_the_history_is_held_to_its_units_too(self, soundmark, file):
        soundmark("import", "csv", str(file(row(metric="hum", unit="ns/iter"))))
        rows = (
            row(metric="hum", unit="B", commit="b"),
            row(metric="hum", unit="us/iter", commit="c"),
        )
        result = soundmark("import", "csv", str(file(*rows)))
        assert "2 rows read, 1 taken, 0 left out, 1 refused" in result.output
        assert 'row 2 refused: hum: its series is kept in "s/iteration"' in result.output

    def test_another_prefix_is_no_improvement(self, soundmark, file):
        def days(first, value, unit):
            return [
                row(
                    metric="hum", unit=unit, direction="", value=str(value + k % 3 * value / 1000),
                    commit=f"c{first + k}", commit_time=f"2026-01-{first + k:02}",
                )
                for k in range(15)
            ]  # fmt: skip

        soundmark("import", "csv", str(file(*days(1, 990, "ns/iter"))))
        soundmark("import", "csv", str(file(*days(16, 1.1, "us/iter"))))
        result = soundmark("regressions", "--format", "csv")
        (found,) = csv.DictReader(io.StringIO(result.output))
        assert (found["direction"], found["status"]) == ("regression", "confirmed")
        assert float(found["change"]) == pytest.approx(0.111, abs=0.003)
        assert found["unit"] == "s/iteration"


def test_another_direction_than_that_of_the_series_is_said(soundmark, file):
    hum = {"metric": "hum", "unit": "x"}
    soundmark("import", "csv", str(file(row(**hum, direction="lower"))))
    rows = (row(**hum, direction="higher", commit="b"), row(**hum, direction="lower", commit="c"))
    result = soundmark("import", "csv", str(file(*rows)))
    assert "hum of utterances is stated as higher is better, and its series as lower" in (
        result.output
    )
    assert result.output.count("note:") == 1


def test_a_parameter_that_comes_twice_is_refused(file):
    imported = read(file(row(), row(params="a=1;b=2;a=3"), row(params=r"a=1;a\;a=2", commit="b")))
    assert [(one.row, one.reason) for one in imported.refused] == [
        (3, "params: a stands more than once")
    ]
