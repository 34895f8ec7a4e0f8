from dataclasses import replace
from datetime import UTC, datetime

import pytest

from history.formats import runs
from history.formats.interface import Parsed, Refused
from history.formats.outcomes import measured
from history.words.errors import UsageError
from history.words.records import Commit, Machine, Point
from tests.history.formats.builders import COMMIT, CONTEXT


def point(metric="total_time", value=1.0, **changes):
    return Point(suite="x", benchmark="b", metric=metric, outcome=measured([value]), **changes)


PARSED = Parsed(points=(point(),), rows_read=1)


def imported(parsed, context=CONTEXT):
    return runs.imported(parsed, context, "tool", "a.json")


def test_one_text_is_one_run_and_the_same_run_every_time():
    first, again = imported(PARSED), imported(PARSED)
    (record,) = first.records
    assert record.run.run_id == again.records[0].run.run_id
    assert (record.run.commit, record.run.source) == (COMMIT, "import tool")


def test_another_value_is_another_run():
    other = imported(replace(PARSED, points=(point(value=2.0),)))
    assert other.records[0].run.run_id != imported(PARSED).records[0].run.run_id


def test_the_commit_in_a_file_comes_before_the_callers():
    own = Commit(sha="b" * 40, time=datetime(2026, 1, 1, tzinfo=UTC))
    assert imported(replace(PARSED, commit=own)).records[0].run.commit == own


def test_the_callers_machine_comes_before_the_one_in_the_file():
    found = replace(PARSED, machine=Machine(name="other"))
    assert imported(found).records[0].run.machine.name == "ci"
    assert imported(found, replace(CONTEXT, machine="")).records[0].run.machine.name == "other"
    assert imported(PARSED, replace(CONTEXT, machine="")).records[0].run.machine.name == "unknown"


def test_without_any_commit_it_says_how_to_name_one():
    with pytest.raises(UsageError, match=r"a.json: .* --commit"):
        imported(PARSED, replace(CONTEXT, commit=None))


def test_the_callers_suite_stands_for_all_points():
    (record,) = imported(PARSED, replace(CONTEXT, suite="mine")).records
    assert [one.suite for one in record.points] == ["mine"]


def test_a_series_that_comes_twice_counts_once_and_says_so():
    found = imported(replace(PARSED, points=(point(), point(value=2.0), point("rtf"))))
    assert [one.outcome.value for one in found.records[0].points] == [1.0, 1.0]
    assert found.flagged == ("b: total_time comes twice; the first one counts",)


def test_no_points_are_no_run_but_keep_their_counts():
    found = imported(Parsed(points=(), rows_read=2, refused=(Refused(1, "no"), Refused(2, "no"))))
    assert (found.records, found.rows_read, len(found.refused)) == ((), 2, 2)


def test_several_texts_are_one_and_the_first_says_what_only_one_can():
    other = Parsed(points=(point("rtf"),), rows_read=3, flagged=("odd",), commit=COMMIT)
    both = runs.merged([replace(PARSED, flagged=("odd",)), other])
    assert ([one.metric for one in both.points], both.rows_read) == (["total_time", "rtf"], 4)
    assert (both.flagged, both.commit) == (("odd",), None)
    assert runs.merged([]).points == ()
