"""Make DataFrames whose columns have the same names and types whether they have rows or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from history import sql
from history.report import rows as for_programs
from history.report.output import cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import duckdb
    from numpy.typing import NDArray

    from history.judge.changes import ChangeRow

_MOMENTS: Final = frozenset({"commit_time", "started_at"})
_WHOLE: Final = frozenset({"index", "n_after"})
_NUMBERS: Final = frozenset(
    {"change", "change_low", "change_high", "before", "after"}
    | {"minimum_detectable_change", "minimum_detectable_step"}
)
_LISTS: Final = frozenset({"samples", "cpu", "preempted", "rounds", "processes"})
_YES_OR_NO: Final = frozenset({"output_changed"})


def answered(
    connection: duckdb.DuckDBPyConnection, query: str, values: Mapping[str, Any]
) -> pd.DataFrame:
    """What a query of ours answers."""
    frame = connection.execute(sql.query(query), dict(values)).df()
    # A column of texts that has none has no type of its own.
    untyped = [
        name for name, kind in frame.dtypes.items() if kind == np.object_ and name not in _LISTS
    ]
    return _in_utc(frame.astype(dict.fromkeys(untyped, "str")))


def of_samples(connection: duckdb.DuckDBPyConnection, series: list[str] | None) -> pd.DataFrame:
    """One row per sample. What is said of its point is kept once, as categories."""
    points = answered(connection, "frame_samples", {"series": series})
    sizes = points["samples"].map(len).to_numpy(dtype=np.int64)
    about = points.drop(columns=sorted(_LISTS))
    texts = [name for name in about.columns if name not in _MOMENTS]
    frame = about.astype(dict.fromkeys(texts, "category")).loc[points.index.repeat(sizes)]
    return frame.reset_index(drop=True).assign(
        index=np.concatenate([np.arange(size) for size in [0, *sizes]]),
        value=_of_each(points["samples"], sizes, np.nan),
        cpu_s=_of_each(points["cpu"], sizes, np.nan),
        preempted=_named(points["preempted"], sizes),
        round=_of_each(points["rounds"], sizes, 0),
        process=_of_each(points["processes"], sizes, 0),
    )


def of_changes(changes: Iterable[ChangeRow]) -> pd.DataFrame:
    """Changes with the columns of ``soundmark regressions --format csv``."""
    rows = [for_programs.change(row) for row in changes]
    columns = {name: [row[name] for row in rows] for name in for_programs.REGRESSIONS}
    return pd.DataFrame({name: _column(name, values) for name, values in columns.items()})


def _column(name: str, values: list[Any]) -> pd.Series[Any]:
    if name in _MOMENTS:
        return pd.Series(pd.to_datetime(values, utc=True)).dt.as_unit("us")
    if name in _WHOLE:
        return pd.Series(values, dtype="int64")
    if name in _NUMBERS:
        return pd.Series(values, dtype="float64")
    if name in _YES_OR_NO:
        return pd.Series(values, dtype="bool")
    return pd.Series([cell(value) for value in values], dtype="str")


def _of_each(
    lists: pd.Series[Any], sizes: NDArray[np.int64], otherwise: float
) -> NDArray[np.float64 | np.int64]:
    """(samples,) the entries of each point's list, or ``otherwise`` where it has none."""
    flat = np.full(sizes.sum(), otherwise)
    for start, size, own in zip(_starts(sizes), sizes.tolist(), lists, strict=True):
        if isinstance(own, np.ndarray) and own.size == size:
            flat[start : start + size] = own
    return flat


def _named(lists: pd.Series[Any], sizes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(samples,) whether the list of its point names the place of a sample."""
    flat = np.zeros(sizes.sum(), dtype=bool)
    for start, own in zip(_starts(sizes), lists, strict=True):
        if isinstance(own, np.ndarray):
            flat[start + own] = True
    return flat


def _starts(sizes: NDArray[np.int64]) -> list[int]:
    starts: list[int] = (np.cumsum(sizes) - sizes).tolist()
    return starts


def _in_utc(frame: pd.DataFrame) -> pd.DataFrame:
    moments = [name for name in frame.columns if name in _MOMENTS]
    return frame.assign(
        **{name: frame[name].dt.as_unit("us").dt.tz_localize("UTC") for name in moments}
    )
