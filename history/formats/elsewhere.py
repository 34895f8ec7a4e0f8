"""Refuse an import whose runs stand in the history already, at another name of commit or machine.

It happens when a file that was imported comes again with a ``--map``, without the one it had, or
beside a repository that knows the whole hashes; or with ``--machine`` when it had none, or the
other way round: every point would be there twice.
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
    the history lacks something. One is known where a run of the history has its numbers under the
    name that it had, or the id that it would have under another name. A run that was left out of
    the history does not count.
    """
    lacking = {run.commit.sha for run in fresh}
    places = [at for at, run in enumerate(batch.runs) if run.commit.sha in lacking]
    held = _held(connection, [before[at] for at in places], batch.runs)
    if not held:
        return
    found = _by_id(held, before, places) | _by_numbers(connection, held, before, batch, places)
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


def _held(
    connection: duckdb.DuckDBPyConnection, before: Sequence[Run], now: Sequence[Run]
) -> list[_Held]:
    """The runs of the history that any of these may be."""
    about = {
        "before": sorted({run.commit.sha for run in before}),
        "times": sorted({_microseconds(run.started_at) for run in before}),
        "shas": sorted({run.commit.sha for run in now}),
    }
    rows = connection.execute(sql.query("imports_elsewhere"), about).fetchall()
    return [_Held(*row) for row in rows]


def _by_id(held: Sequence[_Held], before: Sequence[Run], places: Sequence[int]) -> dict[int, _Held]:
    """Place of a run to the one that is it under another name."""
    at_time: dict[int, list[_Held]] = {}
    for one in held:
        at_time.setdefault(one.time, []).append(one)
    return {
        at: one
        for at in places
        for one in at_time.get(_microseconds(before[at].started_at), ())
        if one.run_id == commit_names.renamed_id(before[at], one.sha)
    }


def _by_numbers(
    connection: duckdb.DuckDBPyConnection,
    held: Sequence[_Held],
    before: Sequence[Run],
    batch: Batch,
    places: Sequence[int],
) -> dict[int, _Held]:
    """Place of a run to one at the commit that it had before, with all its numbers."""
    by_key = {one.run_key: one for one in held}
    under: dict[str, list[int]] = {}
    for one in held:
        under.setdefault(one.sha, []).append(one.run_key)
    pairs = [(at, key) for at in places for key in under.get(before[at].commit.sha, ())]
    return {at: by_key[key] for at, key in _with_numbers(connection, batch, pairs)}


def _with_numbers(
    connection: duckdb.DuckDBPyConnection,
    batch: Batch,
    pairs: Sequence[tuple[int, int]],
    machine: Machine | None = None,
) -> list[tuple[int, int]]:
    """Those pairs, of the place of a run and the key of one of the history, that tell the same.

    With a ``machine`` the numbers of the batch are looked for there instead of on their own.
    """
    if not pairs:
        return []
    series, series_of = batch.series()
    columns = {"run": batch.run, "series": series_of, "value": batch.value}
    connection.register("incoming_values", {key: np.array(one) for key, one in columns.items()})
    try:
        about = {
            "series": [series_id(label, machine or own) for label, own in series],
            "places": [at for at, _ in pairs],
            "runs": [key for _, key in pairs],
        }
        return connection.execute(sql.query("told_elsewhere"), about).fetchall()
    finally:
        connection.unregister("incoming_values")


def _microseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1e6)
