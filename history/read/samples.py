"""Read the samples of the newest points of every series, and of given points."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from history import sql

if TYPE_CHECKING:
    import duckdb

    from history.read.view import View

Samples = Mapping[str, Sequence[tuple[int, Sequence[float] | NDArray[np.float64]]]]
"""Series id -> (position of the run, samples in base units) of its newest points, oldest first."""

SamplesAt = Mapping[tuple[str, int], NDArray[np.float64]]
"""(series id, position of the run) -> samples in base units."""


def read(
    connection: duckdb.DuckDBPyConnection, view: View, newest: int
) -> dict[str, list[tuple[int, NDArray[np.float64]]]]:
    """Samples of the newest measured points, at most ``newest``, of each series that has any."""
    names = {series.series_key: series.series_id for series in view.series}
    columns = connection.execute(sql.query("samples"), {"newest": newest}).fetchnumpy()
    rows = zip(*(columns[name] for name in ("series_key", "run_key", "samples")), strict=True)
    found: dict[str, list[tuple[int, NDArray[np.float64]]]] = {}
    for series_key, run_key, values in rows:
        if run_key in view.positions and series_key in names:
            found.setdefault(names[series_key], []).append((view.positions[run_key], values))
    return found


def read_at(
    connection: duckdb.DuckDBPyConnection, view: View, points: Iterable[tuple[str, int]]
) -> dict[tuple[str, int], NDArray[np.float64]]:
    """Samples of points, given by series id and position of the run, where they exist."""
    keys = {series.series_id: series.series_key for series in view.series}
    asked = {
        (keys[series_id], view.runs[position].run_key): (series_id, position)
        for series_id, position in points
        if series_id in keys
    }
    if not asked:
        return {}
    wanted = {"series_keys": [one for one, _ in asked], "run_keys": [one for _, one in asked]}
    columns = connection.execute(sql.query("samples_at"), wanted).fetchnumpy()
    rows = zip(*(columns[name] for name in ("series_key", "run_key", "samples")), strict=True)
    return {asked[int(series), int(run)]: np.asarray(values) for series, run, values in rows}
