"""Refuse an import whose runs are in the history under another commit name or machine.

This happens when an imported file is imported again with or without a ``--map``, beside a
repository that knows the whole hashes, or with or without ``--machine``. Every point would be
stored twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from history import sql
from history.formats import commit_names
from history.formats.runs import UNKNOWN
from history.report.wording.numbers import counted
from history.store.batch import series_id
from history.words.commit_names import called
from history.words.errors import ImportRefusedError
from history.words.records import Machine

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    import duckdb

    from history.store.batch import Batch
    from history.words.records import Run


class _Held(NamedTuple):
    """A run of the history."""

    run_key: int
    run_id: str
    sha: str
    file: str
    time: int
    """When it began, in microseconds."""


def check(
    connection: duckdb.DuckDBPyConnection,
    before: Sequence[Run],
    batch: Batch,
    fresh: Iterable[Run],
    name: str,
) -> None:
    """Raise ImportRefusedError where a run of the file ``name`` is known at another commit.

    ``before`` are the runs of ``batch`` as the file names their commits, ``fresh`` those of which
    the history lacks something. One is known where an import from the same source has any of its
    series at another commit, and came from a file that named the commit alike: it may have grown
    since. A run that was left out of the history does not count.
    """
    lacking = {run.commit.sha for run in fresh}
    places = [at for at, run in enumerate(batch.runs) if run.commit.sha in lacking]
    found = _renamed(connection, before, batch, places)
    if found:
        at = min(found)
        raise ImportRefusedError(
            f"{name}: {_part(len(found), len(places))} in the history"
            f" already, under other names of their commits, such as {called(found[at].sha)} for"
            f" {called(batch.runs[at].commit.sha)}; nothing was taken, since every point would be"
            " there twice.",
            hint="Import it under the names it had, with or without --map as before; or take"
            f" {found[at].file} out of the ledger, let its runs go with `soundmark history sync"
            ' --allow-fewer-runs "commits were renamed"`, and import it again.',
        )


def check_machines(
    connection: duckdb.DuckDBPyConnection, batch: Batch, fresh: Iterable[Run], name: str
) -> None:
    """Raise ImportRefusedError where a run of ``name`` is known on another machine.

    One of the two is the machine of results that name none: two that have names may both have
    measured the same. A run is known when one of its commit, beginning and source has all its
    numbers.
    """
    lacking = {_beginning(run) for run in fresh}
    places = [at for at, run in enumerate(batch.runs) if _beginning(run) in lacking]
    found: dict[int, tuple[_Held, Machine]] = {}
    for machine, held in _on_machines(connection, [batch.runs[at] for at in places]).items():
        pairs = [
            (at, one.run_key)
            for at in places
            for one in held.get(_beginning(batch.runs[at]), ())
            if (batch.runs[at].machine.name == UNKNOWN) != (machine.name == UNKNOWN)
        ]
        by_key = {one.run_key: one for group in held.values() for one in group}
        for at, key in _with_numbers(connection, batch, pairs, machine):
            found[at] = by_key[key], machine
    if found:
        at = min(found)
        one, machine = found[at]
        raise ImportRefusedError(
            f"{name}: {_part(len(found), len(places))} in the history"
            f' already, on the machine "{machine.name}" instead of'
            f' "{batch.runs[at].machine.name}", such as that of {called(one.sha)}; nothing was'
            " taken, since every point would be there twice.",
            hint="Import it with or without --machine as before; or take"
            f" {one.file} out of the ledger, let its runs go with `soundmark history sync"
            ' --allow-fewer-runs "the machine was named"`, and import it again.',
        )


def _part(found: int, of: int) -> str:
    """``1 of 3 new runs stands``, ``2 of 3 new runs stand``."""
    return f"{found} of {counted(of, 'new run')} {'stands' if found == 1 else 'stand'}"


def _beginning(run: Run) -> tuple[str, str, int]:
    return run.commit.sha, run.source, _microseconds(run.started_at)


def _on_machines(
    connection: duckdb.DuckDBPyConnection, runs: Sequence[Run]
) -> dict[Machine, dict[tuple[str, str, int], list[_Held]]]:
    """Machine to the runs of the history there that any of these may be, by their beginning."""
    about = {
        "shas": sorted({run.commit.sha for run in runs}),
        "sources": sorted({run.source for run in runs}),
        "times": sorted({_microseconds(run.started_at) for run in runs}),
        "unknown": UNKNOWN,
        "nameless": sorted({run.machine.name != UNKNOWN for run in runs}),
    }
    found: dict[Machine, dict[tuple[str, str, int], list[_Held]]] = {}
    for row in connection.execute(sql.query("imports_on_others"), about).fetchall():
        held, source = _Held(*row[:5]), row[5]
        machine = Machine(**dict(zip(Machine.__struct_fields__, row[6:], strict=True)))
        group = found.setdefault(machine, {})
        group.setdefault((held.sha, source, held.time), []).append(held)
    return found


def _renamed(
    connection: duckdb.DuckDBPyConnection,
    before: Sequence[Run],
    batch: Batch,
    places: Sequence[int],
) -> dict[int, _Held]:
    """Place of a run to one of the history, of the same commit under another name."""
    shas = {before[at].commit.sha for at in places}
    marks = {sha: commit_names.name_mark(sha) for sha in shas}
    about = {
        "sources": sorted({before[at].source for at in places}),
        "before": sorted(marks),
        "marks": sorted(marks.values()),
        "digits": commit_names.MARK_DIGITS,
    }
    rows = connection.execute(sql.query("imports_elsewhere"), about).fetchall()
    by_key = {row[0]: _Held(*row) for row in rows}
    named: dict[str, list[_Held]] = {}
    for one in by_key.values():
        for name in (one.sha, one.run_id[-commit_names.MARK_DIGITS :]):
            named.setdefault(name, []).append(one)
    pairs = [
        (at, one.run_key)
        for at in places
        for name in (before[at].commit.sha, marks[before[at].commit.sha])
        for one in named.get(name, ())
        if one.sha != batch.runs[at].commit.sha
    ]
    return {at: by_key[key] for at, key in _with_series(connection, batch, pairs)}


def _with_series(
    connection: duckdb.DuckDBPyConnection, batch: Batch, pairs: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Those pairs, of the place of a run and the key of one of the history, that share a series."""
    if not pairs:
        return []
    series, series_of = batch.series()
    connection.register("incoming_series", {"run": batch.run, "series": series_of})
    try:
        about = {
            "series": [series_id(label, machine) for label, machine in series],
            "places": [at for at, _ in pairs],
            "runs": [key for _, key in pairs],
        }
        return connection.execute(sql.query("series_elsewhere"), about).fetchall()
    finally:
        connection.unregister("incoming_series")


def _with_numbers(
    connection: duckdb.DuckDBPyConnection,
    batch: Batch,
    pairs: Sequence[tuple[int, int]],
    machine: Machine,
) -> list[tuple[int, int]]:
    """Those pairs, of the place of a run and the key of one of the history, that tell the same.

    The numbers of the batch are looked for on this machine instead of on their own.
    """
    if not pairs:
        return []
    series, series_of = batch.series()
    columns = {"run": batch.run, "series": series_of, "value": batch.value}
    connection.register("incoming_values", {key: np.array(one) for key, one in columns.items()})
    try:
        about = {
            "series": [series_id(label, machine) for label, _ in series],
            "places": [at for at, _ in pairs],
            "runs": [key for _, key in pairs],
        }
        return connection.execute(sql.query("told_elsewhere"), about).fetchall()
    finally:
        connection.unregister("incoming_values")


def _microseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1e6)
