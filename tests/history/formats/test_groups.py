"""Rows of one file are divided into runs by commit, machine and what the tool calls a run."""

from datetime import UTC, datetime

from history.formats import groups
from history.formats.fields import RefuseError
from history.formats.groups import About
from history.words.records import Commit, Machine
from tests.history.builders import point
from tests.history.formats.builders import CONTEXT

OLD, NEW = (Commit(sha=name * 40, time=datetime(2026, day, 1, tzinfo=UTC)) for name, day in
            (("a", 1), ("b", 2)))  # fmt: skip
BOX = Machine(name="box")


def about(row):
    if row is None:
        raise RefuseError("no row")
    commit, run, _ = row
    return About(commit, BOX, None, run)


def points(row):
    if row[2] == "odd":
        raise RefuseError("odd")
    yield point(benchmark=row[2])


def imported(*rows):
    return groups.imported(rows, about, points, CONTEXT, ("tool", "a.json"))


def test_every_row_is_in_the_run_of_its_commit_and_runs_are_in_order_of_time():
    found = imported((NEW, "1", "x"), (OLD, "1", "x"), (NEW, "1", "y"), (NEW, "2", "x"))
    assert [
        (record.run.commit.sha[0], [one.benchmark for one in record.points])
        for record in found.records
    ] == [("a", ["x"]), ("b", ["x", "y"]), ("b", ["x"])]
    assert (found.rows_read, found.refused) == (4, ())


def test_rows_that_cannot_be_taken_are_counted_in_order():
    found = imported((NEW, "1", "odd"), None, (NEW, "1", "x"), (NEW, "1", "x"))
    assert [(one.row, one.reason) for one in found.refused] == [
        (1, "odd"), (2, "no row"), (4, "x, runtime=torch, total_time: stands in row 3 already"),
    ]  # fmt: skip
    assert (found.rows_read, found.rows_taken) == (4, 1)


def test_no_row_is_no_run():
    assert imported().records == ()
    assert imported().rows_read == 0
