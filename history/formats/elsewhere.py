"""Refuse an import whose runs stand in the history already, at other names of their commits.

It happens when a file that was imported comes again with a ``--map``, without the one it had, or
beside a repository that knows the whole hashes: every point would be there twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from history import sql
from history.report.wording.numbers import counted
from history.store.batch import series_id
from history.words.errors import ImportRefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import duckdb

    from history.store.batch import Batch
    from history.words.records import Run


def check(
    connection: duckdb.DuckDBPyConnection, batch: Batch, runs: Sequence[Run], name: str
) -> None:
    """Raise ImportRefusedError where a run of the file ``name`` is known at another commit.

    It is known when all its numbers stand in one run of an import that began at the same time, at
    a commit of which the file tells nothing. ``batch`` has what the history lacks of the ``runs``
    of the file. A run that was left out of the history does not count.
    """
    times = [_microseconds(run.started_at) for run in batch.runs]
    shas = sorted({run.commit.sha for run in runs})
    about = {"times": sorted(set(times)), "shas": shas}
    rows = connection.execute(sql.query("imports_at_times"), about).fetchall()
    known = {run_key: (sha, file) for run_key, sha, file in rows}
    if not known:
        return
    series, series_of = batch.series()
    columns = {"run": batch.run, "series": series_of, "value": batch.value}
    connection.register("incoming_values", {key: np.array(one) for key, one in columns.items()})
    try:
        ids = [series_id(label, machine) for label, machine in series]
        about = {"series": ids, "times": times, "runs": list(known)}
        found = connection.execute(sql.query("told_elsewhere"), about).fetchall()
    finally:
        connection.unregister("incoming_values")
    if found:
        run, run_key = found[0]
        sha, file = known[run_key]
        count = len({one for one, _ in found})
        raise ImportRefusedError(
            f"{name}: {count} of {counted(len(batch.runs), 'new run')} stand in the history"
            f" already, under other names of their commits, such as {sha[:12]} for"
            f" {batch.runs[run].commit.sha[:12]}; nothing was taken, since every point would be"
            " there twice.",
            hint="Import it under the names it had, with or without --map as before; or take"
            f" {file} out of the ledger, let its runs go with `soundmark history sync"
            ' --allow-fewer-runs "commits were renamed"`, and import it again.',
        )


def _microseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1e6)
