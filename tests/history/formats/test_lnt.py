"""A report of LNT, written by hand after its documentation, and a published one."""

import json

import pytest

from history.formats import take_in
from history.formats.interface import Context
from history.formats.lnt import Lnt
from history.words.errors import ImportRefusedError, UsageError
from history.words.metrics import Direction
from history.words.records import Failed, Skipped
from tests.history.formats.builders import CONTEXT, SHARED

FORMAT = Lnt()


def read(tmp_path, data, context=CONTEXT):
    (tmp_path / "a.json").write_text(data if isinstance(data, str) else json.dumps(data))
    return take_in.read(FORMAT, tmp_path / "a.json", context)


def test_lnt_has_fields_with_units_and_others_that_are_told(tmp_path):
    report = {
        "format_version": "2", "machine": {"name": "box"},
        "run": {"start_time": "2026-01-05T10:00:00", "llvm_project_revision": "265649"},
        "tests": [{"name": "sort", "execution_time": [1.0, 3.0], "score": 5, "own": 7, "hash": "x"},
                  {"name": "bad", "execution_time": 1.0, "execution_status": 1},
                  {"name": "known", "compile_time": 1.0, "compile_status": 2}],
    }  # fmt: skip
    context = Context(units={"own": "ms"}, directions={"own": Direction.LOWER})
    found = read(tmp_path, report, context)
    (record,) = found.records
    assert (record.run.commit.sha, record.run.machine.name) == ("265649", "box")
    points = {(one.benchmark, one.metric): one for one in record.points}
    assert points["sort", "execution_time"].outcome.samples == (1.0, 3.0)
    assert points["sort", "score"].direction == Direction.HIGHER
    own = points["sort", "own"]
    assert (own.unit, own.outcome.value, own.direction) == ("s", 7e-3, Direction.LOWER)
    assert isinstance(points["bad", "execution_time"].outcome, Failed)
    assert isinstance(points["known", "compile_time"].outcome, Skipped)


def test_lnt_of_another_version_is_refused():
    with pytest.raises(ImportRefusedError, match=r'expected version 2 .* found "1"'):
        FORMAT.parse(json.dumps({"format_version": "1", "tests": []}))


@pytest.mark.parametrize("revision", ["", " ", None])
def test_a_report_of_lnt_without_a_revision_needs_a_commit(tmp_path, revision):
    report = {
        "format_version": "2", "tests": [{"name": "sort", "execution_time": 1.0}],
        "run": {"start_time": "2026-01-05T10:00:00", "llvm_project_revision": revision},
    }  # fmt: skip
    with pytest.raises(UsageError, match="does not say which commit"):
        read(tmp_path, report, Context())


@pytest.mark.skipif(not SHARED.is_dir(), reason="the published files are not here")
def test_published_files_are_taken():
    path = SHARED / "lnt/report-example.json"
    assert FORMAT.recognise(path.read_text())
    found = take_in.read(FORMAT, path, CONTEXT)
    assert (found.rows_read, found.rows_taken) == (2, 2)
