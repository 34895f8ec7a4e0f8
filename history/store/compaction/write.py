"""Write one sorted file of many, and compare it with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from history.sql import quoted
from history.store import (
    admit,
    checksum,
    left_out,
    read_groups,
    relations,
    rivals,
    run_file,
    same_rows,
)
from history.store import compacted as compacted_files
from history.store import ledger as ledger_files
from history.store.compacted import Compacted, Original, Thinned
from history.store.ledger import Ledger, in_ledger
from history.words.errors import BrokenDataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import duckdb

    from history.store.compaction.years import Group, Source

_ORDER: Final = (
    *("suite", "benchmark", "params", "variant", "metric", "item", "started_at", "run_id"),
    *("position", "item_values", "content"),
)
"""Rows of one series, or of one utterance, lie together; rows of runs come first."""
_LEFT: Final = (
    f"case when is_thinned then {compacted_files.WITHOUT_ITEM_SAMPLES} else item_samples end"
)


class Written(NamedTuple):
    """A whole file beside the ledger that holds what the group does."""

    name: str
    path: Path
    thinned: Mapping[str, Thinned]
    """What was thinned now, by run."""


def chosen(group: Group) -> dict[str, Source]:
    """Run to the file that its rows are taken from; others tell the same of it."""
    found: dict[str, Source] = {}
    for source in sorted(group.sources, key=lambda one: (not one.is_compacted, one.file)):
        for run_id in source.ids:
            found.setdefault(run_id, source)
    return found


def write(
    connection: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    group: Group,
    thin_on: str,
    scratch: Path,
) -> Written:
    """Write the rows of the group into one file below ``scratch``, and compare it with them.

    ``thin_on`` is the day of today when item samples go, else empty. The connection is to a
    database in memory. Raises BrokenDataError when the file does not hold what they do, and
    duckdb.Error when it cannot be written.
    """
    taken = chosen(group)
    columns = _gather(connection, ledger, taken, is_thinning=bool(thin_on))
    instead = {"item_samples": _LEFT} if "item_samples" in columns else {}
    expected = _by_run(connection, "gathered", columns, instead)
    thinned = _thinned(connection, columns, thin_on) if thin_on and instead else {}
    made = _made(connection, ledger, group, taken, thinned)
    name = made.named(ledger_files.name_of(group.runs))
    target = scratch / name
    target.parent.mkdir(parents=True, exist_ok=True)
    if instead:
        connection.execute(f"update gathered set item_samples = {_LEFT}")  # noqa: S608
    _copy(connection, columns, made, target)
    connection.execute("drop table gathered")
    (stated,) = checksum.stated(connection, [target]).values()
    source = left_out.rows_with_all("read_parquet($file)", list(stated.columns))
    found = _by_run(connection, source, columns, {}, {"file": str(target)})
    faults = admit.load_alone(connection, Ledger(scratch, ledger.limits), [name])
    connection.execute(f"drop table {relations.LOADED}")
    if found != expected or faults:
        why = faults[0].reason if faults else "holds other rows"
        raise BrokenDataError(
            f"{len(group.sources)} run files were not compacted: the file made of them {why}; "
            "nothing was changed."
        )
    return Written(name, target, thinned)


def _gather(
    connection: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    taken: Mapping[str, Source],
    *,
    is_thinning: bool,
) -> dict[str, str]:
    """Fill the table ``gathered``; its columns with their types, but for our own mark."""
    connection.execute(
        "create or replace temp table taken as select unnest($paths) as filename,"
        " unnest($runs) as run_id, unnest($thinned) as is_thinned",
        {
            "paths": [str(ledger.path(source.file)) for source in taken.values()],
            "runs": list(taken),
            "thinned": [is_thinning and run_id in taken[run_id].to_thin for run_id in taken],
        },
    )
    paths = sorted({str(ledger.path(source.file)) for source in taken.values()})
    read = "read_parquet($paths, union_by_name = true, filename = true)"
    described = connection.execute(f"describe from {read}", {"paths": paths}).fetchall()
    source = left_out.rows_with_all(read, [row[0] for row in described])
    connection.execute(
        "create or replace temp table gathered as select files.* exclude (filename), is_thinned"  # noqa: S608
        f" from {source} as files join taken using (filename, run_id)",
        {"paths": paths},
    )
    described = connection.execute("describe gathered").fetchall()
    return {name: kind for name, kind, *_ in described if name != "is_thinned"}


def _by_run(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    columns: Iterable[str],
    instead: Mapping[str, str],
    parameters: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Run to the hash of its rows."""
    rows = connection.execute(
        f"select run_id, {checksum.rows_hash(columns, instead)} from {source}"  # noqa: S608
        " group by run_id order by run_id",
        parameters or {},
    ).fetchall()
    return dict(rows)


def _thinned(
    connection: duckdb.DuckDBPyConnection, columns: Iterable[str], day: str
) -> dict[str, Thinned]:
    told = [name for name in rivals.TOLD if name in set(columns)]
    changed = f"row = 'item' and item_samples is distinct from {_LEFT}"
    rows = connection.execute(
        f"select run_id, count(*) filter ({changed}), {checksum.rows_hash(told)} from gathered"  # noqa: S608
        " where is_thinned group by run_id order by run_id"
    ).fetchall()
    return {
        run_id: Thinned(on=day, rows=count, told_sha256=told_sha256)
        for run_id, count, told_sha256 in rows
    }


def _made(
    connection: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    group: Group,
    taken: Mapping[str, Source],
    thinned: Mapping[str, Thinned],
) -> Compacted:
    """What the file says of its origin."""
    originals: dict[str, Original] = {}

    def add(one: Original, source: Source) -> None:
        is_copy = one.is_copy or any(taken[run_id] is not source for run_id in one.runs)
        known = originals.get(one.file)
        if known is None or (known.is_copy and not is_copy):
            originals[one.file] = Original(
                file=one.file, bytes=one.bytes, sha256=one.sha256, rows_sha256=one.rows_sha256,
                runs=one.runs, rows_version=one.rows_version, is_copy=is_copy,
            )  # fmt: skip

    before: dict[str, Thinned] = {}
    paths = [ledger.path(source.file) for source in group.sources]
    stated = checksum.stated(connection, paths)
    rows_sha256 = same_rows.of_files(connection, stated)
    for source, path in zip(group.sources, paths, strict=True):
        add(
            Original(
                file=in_ledger(source.file), bytes=source.size_bytes,
                sha256=checksum.of_file(path), rows_sha256=rows_sha256[str(path)],
                runs=tuple(sorted(source.ids)), rows_version=stated[str(path)].version,
            ),
            source,
        )  # fmt: skip
        for one in source.made.originals:
            add(one, source)
        before |= {run: one for run, one in source.made.thinned.items() if taken[run] is source}
    return Compacted(
        originals=tuple(originals[name] for name in sorted(originals)),
        thinned=dict(sorted((before | dict(thinned)).items())),
    )


def _copy(
    connection: duckdb.DuckDBPyConnection,
    columns: Mapping[str, str],
    made: Compacted,
    target: Path,
) -> None:
    told = ", ".join(f"bool_and({left_out.is_empty(name)})" for name in columns)
    (absent,) = connection.execute(f"select {told} from gathered").fetchall()  # noqa: S608
    kept = [name for name, is_absent in zip(columns, absent, strict=True) if not is_absent]
    names = ", ".join(quoted.name(name) for name in kept)
    order = ", ".join(f"{name} nulls first" for name in _ORDER if name in columns)
    groups = read_groups.of_all(connection, "gathered", columns)
    said = {
        checksum.COLUMNS_KEY: read_groups.hashes(groups)[""],
        checksum.COMPACTED_KEY: made.text(),
    }
    metadata = ", ".join(f"{key}: {quoted.text(value)}" for key, value in said.items())
    connection.execute(
        f"copy (select {names} from gathered order by"  # noqa: S608
        f" row in ('run', 'duet') desc, row desc, {order}) to $target"
        f" ({run_file.PARQUET}, kv_metadata {{{metadata}}})",
        {"target": str(target)},
    )
