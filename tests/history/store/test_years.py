"""Which run files become one: pure rules about what they hold."""

from datetime import UTC, datetime

import pytest

from history.store.admission.limits import Limits
from history.store.compacted import Compacted, Original, Thinned
from history.store.compaction.years import (
    Source,
    absorbed,
    finished,
    grouped,
    kept_apart,
    year_of,
)
from history.store.ledger import Named

HASH = "0" * 64


def source(name, *runs, rows=1, is_compacted=False, thinned=(), to_thin=()):
    original = Original(file="2025/01/x.parquet", bytes=1, sha256=HASH, rows_sha256=HASH, runs=())
    made = Compacted(
        originals=(original,) if is_compacted else (),
        thinned={run: Thinned(on="2026-01-01", rows=1, told_sha256=HASH) for run in thinned},
    )
    return Source(
        file=f"2025/01/{name}.parquet",
        size_bytes=1,
        rows=rows,
        samples=0,
        unpacked_bytes=0,
        pages=frozenset(("run", run) for run in runs),
        runs=tuple(Named(datetime(2025, 1, 1, tzinfo=UTC), run, "c", "box") for run in runs),
        to_thin=dict.fromkeys(to_thin, 1),
        made=made,
    )


def names(sources):
    return [one.file.split("/")[-1].removesuffix(".parquet") for one in sources]


@pytest.mark.parametrize(
    ("file", "year"),
    [
        ("2025/01/a.parquet", 2025),
        ("job/7/2024/12/a.parquet", 2024),
        ("a.parquet", None),
        ("2025/a.parquet", None),
        ("2025/01/../a.parquet", None),
    ],
)
def test_the_year_of_a_file_stands_in_its_name(file, year):
    assert year_of(file) == year


def test_only_years_before_this_one_are_over():
    files = ("2024/01/a.parquet", "x/2025/01/a.parquet", "2026/01/a.parquet", "stray.parquet")
    assert finished(files, 2026) == (2024, 2025)


def test_files_go_into_the_first_group_that_holds_them():
    late, full, part = source("a", "1"), source("b", "2", rows=9), source("c", "3", rows=5)
    groups = grouped([late, full, part], Limits(rows=9))
    assert [names(group.sources) for group in groups] == [["a", "c"], ["b"]]


def test_what_has_a_page_counts_once_in_a_group():
    same = [source("a", "1"), source("b", "1"), source("c", "2")]
    assert [names(group.sources) for group in grouped(same, Limits(pages=1))] == [["a", "b"], ["c"]]


def test_a_compacted_file_takes_up_whatever_it_holds():
    whole = source("whole", "1", "2", "3", is_compacted=True)
    part = source("part", "1", "2", is_compacted=True)
    other = source("other", "3", "4")
    found = absorbed([source("single", "2"), part, other, whole])
    assert {file: sorted(names(taken)) for file, taken in found.items()} == {
        whole.file: ["part", "single"]
    }


def test_of_two_compacted_files_of_the_same_runs_one_stays():
    one, other = source("a", "1", is_compacted=True), source("b", "1", is_compacted=True)
    assert {file: names(taken) for file, taken in absorbed([other, one]).items()} == {
        one.file: ["b"]
    }


def test_complete_files_stay_apart_from_a_thinned_one():
    thinned = source("thin", "1", "2", is_compacted=True, thinned=("1", "2"))
    complete, without = source("full", "1", to_thin=("1",)), source("none", "2")
    assert names(kept_apart([thinned, complete, without])) == ["full"]
