"""Remove points from an import that the history has already.

A file that grew is imported again as a whole, and an export may come back; a point is known when
its series, commit and value are there as often as the file has them.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from history import sql
from history.store import packing
from history.store.batch import series_id

if TYPE_CHECKING:
    import duckdb

    from history.store.batch import Batch, Ints


def left_out(connection: duckdb.DuckDBPyConnection, batch: Batch) -> Batch:
    """The runs that have points which the history lacks, with these points."""
    fresh = _fresh(connection, batch)
    kept = batch if fresh is None else batch.take(fresh)
    before, after = np.diff(batch.points_of_runs()), np.diff(kept.points_of_runs())
    bounds = kept.points_of_runs()
    runs = list(kept.runs)
    for place in np.flatnonzero((after > 0) & (after < before)).tolist():
        # Other content, so another run.
        points = packing.points_of(kept, int(bounds[place]), int(bounds[place + 1]))
        run = runs[place]
        content = run.run_id.encode() + b"".join(map(msgspec.json.encode, points))
        run_id = sha256(content).hexdigest()[: len(run.run_id)]
        runs[place] = msgspec.structs.replace(run, run_id=run_id)
    return replace(kept, runs=tuple(runs)).of_runs(np.flatnonzero(after > 0).tolist())


def _fresh(connection: duckdb.DuckDBPyConnection, batch: Batch) -> Ints | None:
    """Places of the points that the history lacks; None when it lacks all."""
    shas = sorted({run.commit.sha for run in batch.runs})
    about = {"shas": shas}
    if not connection.execute(sql.query("measured_commits"), about).fetchall():
        return None
    places = {sha: place for place, sha in enumerate(shas)}
    of_run = np.array([places[run.commit.sha] for run in batch.runs], dtype=np.int64)
    series, series_of = batch.series()
    connection.register(
        "incoming_values",
        {
            "place": np.arange(len(batch), dtype=np.int64),
            "series": series_of,
            "sha": of_run[batch.run],
            "value": batch.value,
        },
    )
    try:
        ids = [series_id(label, machine) for label, machine in series]
        found = connection.execute(sql.query("fresh_points"), about | {"series": ids}).fetchnumpy()
    finally:
        connection.unregister("incoming_values")
    return np.asarray(found["place"], dtype=np.int64)
