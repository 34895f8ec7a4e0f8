"""Read the samples of the newest points of every series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from history import sql

if TYPE_CHECKING:
    import duckdb

    from history.read.view import View

Samples = Mapping[str, Sequence[tuple[int, Sequence[float] | NDArray[np.float64]]]]
"""Series id to (position of the run, samples in base units) of its newest points, oldest first."""


def read(
    connection: duckdb.DuckDBPyConnection, view: View, newest: int
) -> dict[str, list[tuple[int, NDArray[np.float64]]]]:
    """Samples of so many newest measured points of each series that has any."""
    names = {series.series_key: series.series_id for series in view.series}
    columns = connection.execute(sql.query("samples"), {"newest": newest}).fetchnumpy()
    rows = zip(*(columns[name] for name in ("series_key", "run_key", "samples")), strict=True)
    found: dict[str, list[tuple[int, NDArray[np.float64]]]] = {}
    for series_key, run_key, values in rows:
        if run_key in view.positions and series_key in names:
            found.setdefault(names[series_key], []).append((view.positions[run_key], values))
    return found
