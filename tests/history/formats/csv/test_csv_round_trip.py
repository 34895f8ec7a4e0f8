"""What ``export csv`` writes, ``import csv`` makes the same history of; JSON and Parquet too."""

from __future__ import annotations

import csv
import io
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from history.formats import recognition
from history.formats.csv import Csv, reading
from history.formats.interface import Context
from history.formats.outcomes import measured
from history.formats.shortening import shortened
from history.formats.take_in import import_file
from history.formats.typed_tables import Json, Parquet
from history.project.workspace import open_workspace
from history.words.errors import ImportRefusedError
from history.words.records import (
    VARIANT_KEYS,
    Commit,
    Failed,
    Invalid,
    Machine,
    Measured,
    Point,
    Qualifier,
    Run,
    RunRecord,
    Skipped,
    Variant,
)

TABLES: dict[str, Csv | Json | Parquet] = {"csv": Csv(), "json": Json(), "parquet": Parquet()}

text = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=12
).filter(lambda found: found.strip() == found == shortened(found))
"""None of them holds a path of a computer, such as \\\\host\\x: an import takes those away."""
number = st.floats(min_value=1e-9, max_value=1e12)
samples = st.lists(number, min_size=1, max_size=8)
outcome = st.one_of(
    samples.map(measured),
    samples.map(lambda found: Measured(value=min(found), n=9, aggregate="min")),
    st.tuples(number, st.floats(0, 1), st.sampled_from(Qualifier)).map(
        lambda made: Measured(
            value=made[0],
            n=3,
            aggregate="mean",
            low=made[0] * made[1],
            high=made[0] * (1 + made[1]),
            interval="student",
            qualifier=made[2],
        )
    ),
    text.map(lambda reason: Skipped(reason=reason)),
    text.map(lambda reason: Failed(reason=reason)),
    st.tuples(text, samples).map(lambda made: Invalid(reason=made[0], samples=tuple(made[1]))),
)
variant = st.dictionaries(st.sampled_from(VARIANT_KEYS), text, max_size=3).map(
    lambda values: Variant(**values)
)
machine = st.builds(
    Machine,
    name=st.sampled_from(["box", "gh-runner"]),
    cpu_model=st.sampled_from(["", "EPYC 7763"]),
    cores=st.integers(0, 8),
    gpu=st.sampled_from(["", "H100"]),
)
metric = st.sampled_from(
    [("total_time", ""), ("peak_rss", ""), ("rtf", ""), ("sparkle", "s/op"), ("glow", "widgets")]
)
point = st.tuples(text, st.dictionaries(text, text, max_size=2), variant, metric, outcome)


@st.composite
def history(draw):
    """A few runs with a few points each, several at some commits."""
    records = []
    for number, (day, where) in enumerate(
        draw(st.lists(st.tuples(st.integers(1, 3), machine), min_size=1, max_size=4))
    ):
        time = datetime(2026, 1, day, tzinfo=UTC)
        found: dict[object, Point] = {}
        for benchmark, params, how, (name, unit), what in draw(
            st.lists(point, min_size=1, max_size=4)
        ):
            made = Point(
                suite="s",
                benchmark=benchmark,
                params=params,
                variant=how,
                metric=name,
                unit=unit,
                outcome=what,
                fingerprint=draw(st.sampled_from(["", "f1"])),
            )
            key = (benchmark, tuple(sorted(params.items())), how, name)
            found.setdefault(key, made)
        run = Run(
            run_id=f"{number:032x}",
            started_at=time + timedelta(minutes=number),
            commit=Commit(
                sha=f"{day:040x}", time=time, parents=(f"{day - 1:040x}",), subject="it, is"
            ),
            machine=where,
        )
        records.append(RunRecord(run=run, points=tuple(found.values())))
    return records


def exported(workspace, path):
    with workspace.reading() as connection:
        Csv().write(connection, path)
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    for row in rows:  # what says who wrote it, and where it stands
        for column in ("run_id", "origin"):
            del row[column]
    return sorted(rows, key=lambda row: sorted(row.items()))


def examples(number):
    return settings(
        max_examples=number,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(autouse=True, scope="module")
def _short_files_too():
    """The reader of long files takes these, too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "SHORT_BYTES", 0)
        yield


@examples(3)
@given(history())
def test_an_export_that_comes_back_is_the_same_history(records):
    comes_back(records)


@pytest.mark.nightly
@examples(30)
@given(history())
def test_an_export_of_any_history_that_comes_back_is_the_same(records):
    comes_back(records)


@pytest.mark.parametrize("name", ["json", "parquet"])
def test_a_table_that_comes_back_is_the_same_history(name):
    by_table = examples(1)(given(history())(lambda records: comes_back(records, name)))
    by_table()


def comes_back(records, name="csv"):
    format_ = TABLES[name]
    with tempfile.TemporaryDirectory() as folder:
        here, there = (
            open_workspace(None, Path(folder, name, "h.duckdb"), Path(folder, name, "runs"))
            for name in ("here", "there")
        )
        here.append(records)
        before = exported(here, Path(folder, "before.csv"))
        first = Path(folder, "it's [first].table")
        with here.reading() as connection:
            format_.write(connection, first)
        done = import_file(there, format_, first, Context())
        assert done.imported.refused == ()
        assert done.imported.rows_taken == len(before) == done.points_added
        assert exported(there, Path(folder, "second.csv")) == before
        # And into the history it is from, it brings nothing.
        assert import_file(here, format_, first, Context()).points_added == 0


@pytest.mark.parametrize("name", ["json", "parquet"])
def test_every_row_of_a_table_is_counted_and_told_by_its_own_reader_alone(tmp_path, name):
    rows = [
        f"select 'id' as series_id, 's' as suite, '{benchmark}' as benchmark, '' as params,"
        f" 'total_time' as metric, '{unit}' as unit, 'lower' as direction, 'm' as machine,"
        " 'c1' as commit, timestamp '2026-01-01' as commit_time, 0.1 as value,"
        f" [0.1, {second}] as samples"
        for benchmark, unit, second in zip(
            ("good", "odd", "fine"), ("s", "B", "ms"), ("0.1", "0.1", "'nan'::double"), strict=True
        )
    ]
    path = tmp_path / "x"
    kind = "json, array true" if name == "json" else "parquet"
    duckdb.sql(f"copy ({' union all '.join(rows)}) to '{path}' (format {kind})")
    found = TABLES[name].read(path, Context())
    assert (found.rows_read, found.rows_taken) == (3, 2)
    assert [one.row for one in found.refused] == [2]
    assert found.flagged == ("1 sample without a finite number left out, in 1 row, first 3",)
    (fits,) = recognition.recognise([path]).taken
    assert fits.format_.name == name


def test_a_table_without_our_columns_is_refused_with_their_names(tmp_path):
    duckdb.sql(f"copy (select 1 as suite, 2 as b) to '{tmp_path}/x.parquet'")
    with pytest.raises(ImportRefusedError, match="the header lacks the columns benchmark, params"):
        Parquet().read(tmp_path / "x.parquet", Context())


@pytest.mark.parametrize(("name", "text"), [("json", '[{"suite": 1'), ("parquet", "PAR1 and no")])
def test_a_damaged_table_is_refused(tmp_path, name, text):
    (tmp_path / "x").write_text(text)
    with pytest.raises(ImportRefusedError, match="x: "):
        TABLES[name].read(tmp_path / "x", Context())


def test_the_records_are_the_same_too(tmp_path):
    how = Variant(implementation="ours;=x", device="cpu")
    made = Point(
        suite="s", benchmark="b", metric="total_time", params={"a;b": "c=d"}, variant=how,
        outcome=measured([0.25, 0.5, 0.125, 0.75, 1.0, 0.3]),
    )  # fmt: skip
    time = datetime(2026, 1, 1, tzinfo=UTC)
    where = Machine(name="box", cpu_model="EPYC", cores=4)
    run = Run(run_id="1" * 32, started_at=time, commit=Commit(sha="c1", time=time), machine=where)
    workspace = open_workspace(None, tmp_path / "h.duckdb", tmp_path / "runs")
    workspace.append([RunRecord(run=run, points=(made,))])
    with workspace.reading() as connection:
        Csv().write(connection, tmp_path / "x.csv")
    (record,) = Csv().read(tmp_path / "x.csv", Context()).records
    (back,) = record.points
    assert msgspec.structs.replace(back, unit="", direction=None) == made
    assert (record.run.machine, record.run.commit.sha) == (where, "c1")


def test_json_of_other_bytes_than_utf_8_says_which(tmp_path):
    (tmp_path / "a.json").write_bytes(b'\x81{"suite": "s", "v\xe4lue": 1}]')
    with pytest.raises(ImportRefusedError, match=r"a\.json: expected UTF-8 text, found byte 0x"):
        Json().read(tmp_path / "a.json", Context())
