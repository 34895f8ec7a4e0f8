"""Make the second hash anew of rows that stand in a relation, see ``column_hash``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from history.sql import quoted
from history.store import column_hash
from history.store.batch import Lists
from history.store.column_hash import NumberLists, Numbers

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray

    from history.store.batch import Ints


_AT_ONCE: Final = 250_000
"""Rows whose numbers are in memory together."""
_NO_LIST: Final = np.empty(0, dtype=np.int64)


class Group(NamedTuple):
    """Rows of one file that say the same of their run."""

    file: str
    run_id: str
    """Empty where it is NULL, which no run file may have."""
    digest: bytes


def of_files(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    columns: Mapping[str, str],
    files: Sequence[str],
) -> list[Group]:
    """The groups of these files, of a relation with these columns and ``filename``."""
    numbers = [name for name, kind in columns.items() if column_hash.kind_of(name, kind)]
    counted = ", ".join(f"count({quoted.name(name)})" for name in numbers)
    counts = connection.execute(
        f"select filename, count(*), {counted or '0'} from {source}"  # noqa: S608
        " where filename in (select unnest($files)) group by filename order by filename",
        {"files": list(files)},
    ).fetchall()
    found: list[Group] = []
    for some in _parts(counts):
        present = [name for place, name in enumerate(numbers, 2) if any(one[place] for one in some)]
        found += _groups(connection, source, columns, [one[0] for one in some], present)
    return found


def of_all(
    connection: duckdb.DuckDBPyConnection, source: str, columns: Mapping[str, str]
) -> list[Group]:
    """The groups of all rows of a relation with these columns, as if they were one file."""
    whole = f"(select *, '' as filename from {source})"  # noqa: S608
    return of_files(connection, whole, columns, [""])


def hashes(groups: Sequence[Group]) -> dict[str, str]:
    """File to the hash of its rows."""
    of_file: dict[str, list[bytes]] = {}
    for one in groups:
        of_file.setdefault(one.file, []).append(one.digest)
    return {file: column_hash.of_groups(digests) for file, digests in of_file.items()}


def _parts(counts: Sequence[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    """Files that are looked at together."""
    some: list[tuple[Any, ...]] = []
    rows = 0
    for one in counts:
        if some and rows + one[1] > _AT_ONCE:
            yield some
            some, rows = [], 0
        some.append(one)
        rows += one[1]
    if some:
        yield some


def _groups(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    columns: Mapping[str, str],
    files: Sequence[str],
    numbers: Sequence[str],
) -> list[Group]:
    of_group = f"{column_hash.group_text(columns)} as group_text"
    # Texts of items are long and seldom come twice, so none of them is kept.
    text = column_hash.row_text(columns)
    of_row = f"if(row = 'item', sha256({text}), {text}) as row_text, row = 'item' as is_hashed"
    chosen = f"from {source} where filename in (select unnest($files))"
    about = {"files": list(files)}
    for table, of_it in (
        ("hashed_groups", f"filename, run_id, {of_group}"),
        ("hashed_rows", of_row),
    ):
        connection.execute(
            f"create or replace temp table {table} as"  # noqa: S608
            f" select row_number() over () - 1 as place, * from (select distinct {of_it} {chosen})",
            about,
        )
    groups = connection.execute(
        "select filename, coalesce(run_id, ''), group_text from hashed_groups order by place"
    ).fetchall()
    told = "select row_text, is_hashed from hashed_rows order by place"
    texts = connection.execute(told).fetchall()
    listed = "".join(f", {quoted.name(name)} as n{place}" for place, name in enumerate(numbers))
    fetched = connection.execute(
        "select hashed_groups.place as of_group, hashed_rows.place as of_row"  # noqa: S608
        f" {''.join(f', n{place}' for place in range(len(numbers)))}"
        f" from (select filename, {of_group}, {of_row}{listed} {chosen}) as rows"
        " join hashed_groups using (filename, group_text) join hashed_rows using (row_text)",
        about,
    ).fetchnumpy()
    for table in ("hashed_groups", "hashed_rows"):
        connection.execute(f"drop table {table}")
    rows = column_hash.Rows(
        groups=[_sha256(text) for _, _, text in groups],
        names=[bytes.fromhex(text) if is_hashed else _sha256(text) for text, is_hashed in texts],
        group=_places(fetched["of_group"]),
        name=_places(fetched["of_row"]),
        columns={
            name: _column(np.asanyarray(fetched[f"n{place}"]), columns[name])
            for place, name in enumerate(numbers)
        },
    )
    digests = zip(groups, column_hash.of_rows(rows), strict=True)
    return [Group(file, run_id, digest) for (file, run_id, _), digest in digests]


def _places(fetched: Any) -> Ints:  # noqa: ANN401 - whatever DuckDB gives a column as
    return np.ma.getdata(np.asanyarray(fetched)).astype(np.int64)


def _sha256(text: str) -> bytes:
    return sha256(text.encode()).digest()


def _column(fetched: NDArray[Any], kind: str) -> Numbers | NumberLists:
    there = ~np.ma.getmaskarray(fetched)
    values = np.ma.getdata(fetched)
    if not kind.endswith("[]"):
        return Numbers(values, there)
    lists = [
        values[place] if is_there else _NO_LIST for place, is_there in enumerate(there.tolist())
    ]
    starts = np.concatenate([[0], np.cumsum([one.size for one in lists])]).astype(np.int64)
    whole = np.concatenate([np.ma.getdata(one) for one in lists] or [_NO_LIST])
    flat = whole.astype(np.float64) if kind == "DOUBLE[]" else whole.astype(np.int64)
    filled = np.ones(flat.size, dtype=np.bool_)
    for place in (place for place, one in enumerate(lists) if np.ma.isMaskedArray(one)):
        filled[starts[place] : starts[place + 1]] = ~np.ma.getmaskarray(lists[place])
    return NumberLists(Lists(flat, starts), there, filled)
