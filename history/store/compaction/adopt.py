"""Replace single run files by their compacted file in a database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from history import sql
from history.store import admit, known_files
from history.store import compacted as compacted_files
from history.store.admission import shape
from history.store.ledger import in_ledger

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import duckdb

    from history.store.compacted import Compacted
    from history.store.ledger import Ledger

_COMPARED: Final = ("adopted_runs", "adopted_points", "adopted_duet_points")
_ITEMS: Final = "adopted_items"


def found(
    connection: duckdb.DuckDBPyConnection, ledger: Ledger, gone: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Compacted files of the ledger to those of the files gone that they took the place of.

    They list them with the bytes that the database knows, and hold what it has of them: what is
    told otherwise is no compaction, and is left to whoever makes the database anew.
    """
    if not gone:
        return {}
    made = _compacted(connection, ledger)
    known = known_files.read(connection)
    altered = {bad.file for bad in known_files.altered(known, ledger)}
    candidates: dict[str, tuple[str, ...]] = {}
    left = set(gone)
    for file, one in made.items():
        listed = {original.file: (original.bytes, original.sha256) for original in one.originals}
        fitting = sorted(name for name in left if listed.get(in_ledger(name)) == known.get(name))
        if fitting and file not in altered:
            candidates[file] = tuple(fitting)
            left -= set(fitting)
    if not candidates:
        return {}
    damaged = admit.load_alone(connection, ledger, list(candidates))
    sound = candidates.keys() - {bad.file for bad in damaged}
    return {
        file: names
        for file, names in candidates.items()
        if file in sound and _is_the_same(connection, ledger, file, names, made[file])
    }


def follow(
    connection: duckdb.DuckDBPyConnection, ledger: Ledger, file: str, gone: Sequence[str]
) -> None:
    """Put the compacted file in the place of those that are gone; inside a transaction.

    That it was taken in itself is for the caller to note, if it was not before.
    """
    made = compacted_files.of(connection, [ledger.path(file)])
    thinned = [run_id for one in made.values() for run_id in one.thinned]
    names = {"file": file, "gone": list(gone)}
    for table in ("runs", "duets"):
        connection.execute(
            f"update {table} set file = $file where file in (select unnest($gone))",  # noqa: S608
            names,
        )
    connection.execute(
        "delete from ledger_files where file in (select unnest($gone))", {"gone": list(gone)}
    )
    connection.execute(
        "update ledger_files set runs = (select count(*) from run_ids where file = $file)"
        " where file = $file",
        {"file": file},
    )
    if thinned:
        connection.execute(
            f"update items set item_samples = {compacted_files.WITHOUT_ITEM_SAMPLES}"  # noqa: S608
            " where run_key in (select run_key from runs where file = $file"
            " and run_id in (select unnest($thinned)))",
            {"file": file, "thinned": thinned},
        )


def _compacted(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> dict[str, Compacted]:
    def said(files: Sequence[str]) -> dict[str, Compacted]:
        of_paths = compacted_files.of(connection, [ledger.path(file) for file in files])
        named: Mapping[str, str] = {str(ledger.path(file)): file for file in files}
        return {named[path]: one for path, one in of_paths.items()}

    told, _ = shape.each(said, ledger, ledger.files())
    return dict(sorted(told.items()))


def _is_the_same(
    connection: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    file: str,
    gone: Sequence[str],
    made: Compacted,
) -> bool:
    """Whether the loaded file tells of every run of the files gone what the database has."""
    about = {"path": str(ledger.path(file)), "gone": list(gone)}
    parameters = dict.fromkeys(_COMPARED, about) | {_ITEMS: about | {"thinned": list(made.thinned)}}
    return not any(
        connection.execute(sql.query(query), some).fetchall() for query, some in parameters.items()
    )
