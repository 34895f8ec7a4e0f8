"""What the cells of a row may hold."""

import pytest

from history.formats.csv import plain
from history.words.records import Failed
from tests.history.formats.csv.test_csv import file, points, read, row

__all__ = ["file"]


def test_compact_dates_are_refused_with_both_readings(file):
    (refused,) = read(file(row(), row(commit_time="20260105"))).refused
    assert "1970-08-23T11:48:25+00:00 as seconds" in refused.reason
    assert "2026-01-05T00:00:00+00:00 as a date" in refused.reason


@pytest.mark.parametrize("time", ["202601051200", "20260105120000", "1767225600000", "2026010512"])
def test_digits_that_are_no_seconds_of_this_century_are_refused(file, time):
    (refused,) = read(file(row(), row(commit_time=time))).refused
    assert refused.reason.startswith(f'commit_time: "{time}" is') or "after 2100" in refused.reason


def test_seconds_long_ago_are_taken_with_a_note(file):
    imported = read(file(row(commit_time="2026")))
    assert imported.records[0].run.commit.time.year == 1970
    assert "seconds before 1990" in imported.flagged[0]


@pytest.mark.parametrize("column", ["value", "samples", "low"])
def test_a_number_too_large_says_what_it_is(file, column):
    (refused,) = read(file(row(**{column: "1e400"}), row(commit="b"), extra=("low",))).refused
    assert refused.reason == (
        f'{column}: expected a finite number, found "1e400", which is larger than any (1.8e308)'
    )


@pytest.mark.parametrize("value", ["0,532", "12,34", "1.234,56"])
def test_a_decimal_comma_is_refused_and_thousands_are_not(file, value):
    imported = read(file(row(value=value), row(value="12,345.5")))
    assert [one.row for one in imported.refused] == [2]
    assert "write a point, not a comma" in imported.refused[0].reason
    assert points(imported)[0].outcome.value == pytest.approx(12.3455)


@pytest.mark.parametrize(
    ("low", "high"), [("13", "14"), ("10", "12"), ("13", ""), ("", "12"), ("14", "11")]
)
def test_an_interval_that_does_not_contain_its_value_is_refused(file, low, high):
    path = file(row(), row(low=low, high=high, commit="b"), extra=("low", "high"))
    (refused,) = read(path).refused
    assert (
        refused.reason == f"low, high: the interval [{low}, {high}] does not contain the value 12.5"
    )


def test_a_stated_value_does_not_borrow_the_interval_of_the_samples(file):
    (point,) = points(read(file(row(value="99", samples="1;2;3;4;5;6;7"))))
    assert (point.outcome.low, point.outcome.interval) == (None, "")
    (point,) = points(read(file(row(value="4", samples="1;2;3;4;5;6;7"))))
    assert (point.outcome.aggregate, point.outcome.interval) == ("median", "order-statistics")


def test_samples_that_are_no_numbers_are_left_out_and_counted(file):
    imported = read(file(row(value="", samples="1;nan;3"), row(samples="1;;2", commit="b")))
    assert [point.outcome.n for point in points(imported)] == [2, 2]
    assert imported.flagged == (
        "2 samples without a finite number left out, in 2 rows, first 2, 3",
    )


def test_a_row_is_named_by_its_line_after_cells_of_several_lines(file):
    imported = read(file(row(params="text=a\nb"), row(value="x")))
    assert [one.row for one in imported.refused] == [4]


def test_tens_of_thousands_of_samples_are_one_cell(file):
    many = ";".join(["1.23456789"] * 20_000)
    (point,) = points(read(file(row(value="", samples=many))))
    assert point.outcome.n == 20_000


def test_a_row_that_did_not_succeed_says_so(file):
    cells = {"status": "failed", "reason": "killed", "value": ""}
    imported = read(file(row(**cells), row(status="failed", reason=""), extra=("status", "reason")))
    (point,) = points(imported)
    assert point.outcome == Failed(reason="killed")
    assert "exclude each other" in imported.refused[0].reason


def test_the_variant_may_stand_in_one_column_or_in_several(file):
    path = file(
        row(variant="runtime=torch;device=cpu"),
        row(variant="runtime=torch", device="cpu", commit="b"),
        row(variant="runtime=torch", runtime="onnxruntime"),
        row(variant="colour=red"),
        extra=("variant", "device", "runtime"),
    )
    imported = read(path)
    assert {point.variant.text() for point in points(imported)} == {"runtime=torch;device=cpu"}
    assert [one.row for one in imported.refused] == [4, 5]


def test_a_file_that_goes_while_it_is_read_is_left_to_who_opens_it_again(tmp_path):
    (tmp_path / "a.csv").write_text("suite,value\ns,1\n")
    with (tmp_path / "a.csv").open("rb") as opened:
        (tmp_path / "a.csv").unlink()
        assert plain.read(tmp_path / "a.csv", opened, ["suite", "value"]) is None
