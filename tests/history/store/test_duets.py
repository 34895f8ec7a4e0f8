"""A duet is kept beside the runs: it can be looked at, and no trend ever meets it."""

import json
from datetime import timedelta

import duckdb
import msgspec
import numpy as np
import pytest
from click.testing import CliRunner

from history import sql
from history.compare import stored_duets
from history.compare.duet import IDENTICAL
from history.compare.results import ComparisonVerdict
from history.read import view
from history.store import migrate
from history.store.verify import verify
from history.words.records import (
    Commit,
    Failed,
    Measured,
    Point,
    RunKind,
    RunRecord,
    Side,
    Skipped,
)
from soundmark import main
from tests.history.builders import START, record
from tests.history.compare.duets import taken
from tests.history.judge.builders import workspace as made_of

BASE = Commit(sha="b" * 40, time=START, subject="before")
HEAD = "c" * 40


def sided(change=1.05, benchmark="decode", metric="wall_time"):
    values = 0.05 * np.exp(np.random.default_rng(1).normal(0, 0.005, (12, 4)))
    sides = taken(values.round(9).tolist(), [True, False] * 6, change=change)
    return [
        Point(
            suite="cli",
            benchmark=benchmark,
            metric=metric,
            side=side,
            outcome=Measured(
                value=float(np.median(one.samples)),
                n=len(one.samples),
                samples=tuple(one.samples),
                rounds=tuple(one.rounds),
                processes=tuple(one.processes),
            ),
        )
        for side, one in zip((Side.BASE, Side.HEAD), sides, strict=True)
    ]


def absent(base, head, benchmark):
    return [
        Point(suite="cli", benchmark=benchmark, metric="wall_time", side=side, outcome=outcome)
        for side, outcome in ((Side.BASE, base), (Side.HEAD, head))
    ]


def duet_of(*points, night=1):
    plain = record(HEAD, night=night, run="duet")
    run = msgspec.structs.replace(plain.run, kind=RunKind.DUET, base=BASE, source="duet")
    return RunRecord(run=run, points=points)


DUET = duet_of(
    *sided(),
    *absent(Failed(reason="no such option"), Failed(reason="no such option"), "encode"),
    *absent(Skipped(reason=IDENTICAL), Skipped(reason=IDENTICAL), "mel"),
)


@pytest.fixture
def history(tmp_path, prepared):
    return made_of(prepared(a_run_and_a_duet, tmp_path))


def a_run_and_a_duet(folder):
    made_of(folder, record(HEAD)).append([DUET])


def ask(history, query):
    with history.reading() as connection:
        return connection.execute(query).fetchall()


def command(history, *words):
    places = ["--history", str(history.history_file), "--ledger", str(history.ledger.folder)]
    return CliRunner().invoke(main, [*words, *places])


def test_a_duet_comes_back_as_it_was_measured(history):
    with history.reading() as connection:
        found = stored_duets.judged(connection, DUET.run.run_id, "box")
    assert [line.verdict for line in found.lines] == [
        ComparisonVerdict.REGRESSION,
        ComparisonVerdict.NOT_COMPARABLE,
        ComparisonVerdict.IDENTICAL,
    ]
    assert found.lines[0].pairs == 24
    assert found.lines[0].ratio == pytest.approx(1.05, abs=0.005)


def test_no_trend_and_no_list_of_runs_ever_meets_a_duet(history):
    only = [(record(HEAD).run.run_id,)]
    assert ask(history, "select run_id from runs") == only
    assert ask(history, "select distinct run_id from trend") == only
    assert ask(history, "select distinct suite from series") == [("alignment",)]
    with history.reading() as connection:
        read = view.read(connection)
    assert [run.run_id for run in read.runs] == [only[0][0]]
    assert {one.key.suite for one in read.series} == {"alignment"}


def test_a_reader_of_run_files_who_knows_no_duets_sees_none(history):
    files = str(history.ledger.folder / "**" / "*.parquet")
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select row, count(*) from read_parquet(?, union_by_name = true)"
            " where row in ('run', 'point', 'item', 'exclusion') group by row order by row",
            [files],
        ).fetchall()
    assert rows == [("point", 1), ("run", 1)]


def test_a_duet_is_appended_once(history):
    assert history.append([DUET]).known == 1


def test_a_duet_survives_a_rebuild_and_counts_as_a_run(history):
    before = ask(history, "from duet_points")
    history.history_file.unlink()
    assert history.sync().runs_total == 2
    assert ask(history, "from duet_points") == before


def test_a_history_that_took_a_duet_for_an_empty_file_reads_it_again(history, tmp_path):
    old = tmp_path / "old.duckdb"
    (file,) = (name for name in history.ledger.files() if HEAD[:12] in name and "02T" in name)
    with duckdb.connect(str(old)) as connection:
        connection.execute(
            "create table migrations (number integer, name varchar, applied_at timestamp)"
        )
        for number, name, text in sql.migrations():
            if name not in {"duets", "ci_url"}:
                connection.execute(text)
                connection.execute(
                    "insert into migrations values (?, ?, now()::timestamp)", [number, name]
                )
        connection.execute("insert into ledger_files values (?, 1, 0, null)", [file])
        migrate.migrate(connection)
        assert connection.execute("select * from ledger_files").fetchall() == []


def test_a_history_with_a_duet_verifies_and_a_lost_point_is_found(history):
    with history.reading() as connection:
        assert verify(connection, history.ledger).problems == ()
    with history.writing() as connection:
        connection.execute("delete from duet_points where side = 'base'")
        (problem,) = verify(connection, history.ledger).problems
    assert "holds 1 runs and 6 points, the history has 1 and 3 of it" in problem


def test_the_list_tells_a_duet_by_what_it_was_measured_against(history):
    text = command(history, "history", "list").output
    assert "against" in text
    assert "bbbbbbbbbbbb" in text
    listed = json.loads(command(history, "history", "list", "--format", "json").output)
    assert [(row["kind"], row["base"]) for row in listed] == [
        ("duet", "b" * 40),
        ("collection", ""),
    ]


def test_a_list_without_duets_has_no_column_for_them(tmp_path):
    plain = made_of(tmp_path, record(HEAD))
    assert "against" not in command(plain, "history", "list").output


def test_show_tells_the_verdict_of_a_duet(history):
    text = command(history, "history", "show", DUET.run.run_id[:8]).output
    assert "1 regression, 1 not comparable, 1 identical program; noise of this job: ±" in text
    assert "both sides" not in text
    (shown,) = json.loads(
        command(history, "history", "show", DUET.run.run_id, "--format", "json").output
    )
    assert shown["base"] == "b" * 40
    assert [one["verdict"] for one in shown["points"]] == [
        "regression",
        "not comparable",
        "identical program",
    ]


def test_a_duet_cannot_be_left_out_of_trends_that_it_is_no_part_of(history):
    done = command(history, "history", "exclude", DUET.run.run_id, "--reason", "busy")
    assert done.exit_code == 2
    assert "is a duet" in done.output


def test_a_duet_of_a_later_night_leaves_the_newest_point_alone(history):
    moment = ask(history, "select max(started_at) from duets")[0][0]
    assert moment > ask(history, "select max(started_at) from runs")[0][0]
    assert ask(history, "select commit_sha, started_at from latest") == [
        (HEAD, (START + timedelta(hours=1)).replace(tzinfo=None))
    ]
