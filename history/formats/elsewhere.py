"""Refuse an import whose runs stand in the history already, at other names of their commits.

It happens when a file that was imported comes again with a ``--map``, without the one it had, or
beside a repository that knows the whole hashes: every point would be there twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from history import sql
from history.formats import commit_names
from history.report.wording.numbers import counted
from history.store.batch import series_id
from history.words.commit_names import called
from history.words.errors import ImportRefusedError

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
            f"{name}: {len(found)} of {counted(len(places), 'new run')} stand in the history"
            f" already, under other names of their commits, such as {called(found[at].sha)} for"
            f" {called(batch.runs[at].commit.sha)}; nothing was taken, since every point would be"
            " there twice.",
            hint="Import it under the names it had, with or without --map as before; or take"
            f" {found[at].file} out of the ledger, let its runs go with `soundmark history sync"
            ' --allow-fewer-runs "commits were renamed"`, and import it again.',
        )


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
    if not pairs:
        return {}
    series, series_of = batch.series()
    columns = {"run": batch.run, "series": series_of, "value": batch.value}
    connection.register("incoming_values", {key: np.array(one) for key, one in columns.items()})
    try:
        about = {
            "series": [series_id(label, machine) for label, machine in series],
            "places": [at for at, _ in pairs],
            "runs": [key for _, key in pairs],
        }
        rows = connection.execute(sql.query("told_elsewhere"), about).fetchall()
    finally:
        connection.unregister("incoming_values")
    return {at: by_key[key] for at, key in rows}


def _microseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1e6)
