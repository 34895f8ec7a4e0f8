"""Decide whether the memory of a repeated method leaks, in the newest and earlier nights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from history import sql
from history.stats import leak

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from history.read.series import Series
    from history.read.view import View
    from history.words.key import SeriesKey

NIGHTS: Final = 30
"""Number of newest measured nights that are judged."""
RATE: Final = "rss_growth_rate"
CONTROL: Final = "control"
"""The benchmark that leaks deliberately, to prove the instrument."""

Nightly = dict[str, dict[int, tuple[tuple[float, ...], float]]]
"""Series id -> position of the run -> resident memory after each iteration, and model bytes."""


@dataclass(frozen=True, slots=True)
class MemoryRow:
    """One method: its memory growth over iterations."""

    key: SeriesKey
    """Key of its growth rate."""
    verdict: leak.LeakVerdict
    ground: leak.Ground
    rate: float
    """Bytes per iteration (Theil-Sen)."""
    low: float | None
    high: float | None
    floor: float
    """Bytes per iteration below which growth is no leak."""
    naive: float
    """(last - first) / n, for comparison only."""
    n: int
    """Iterations."""
    nights: int
    """Number of judged nights."""
    leaking_nights: int
    since: str
    """First commit of the present leak; empty when there is none."""
    commit: str
    series_id: str

    @property
    def is_control(self) -> bool:
        """Whether it leaks deliberately."""
        return self.key.benchmark == CONTROL


def read(connection: duckdb.DuckDBPyConnection, view: View) -> Nightly:
    """Memory over the iterations of the newest nights of every method.

    As of a commit, all nights are searched.
    """
    nights = NIGHTS if view.as_of is None else None
    found: Nightly = {}
    rows = connection.execute(sql.query("memory"), {"nights": nights}).fetchall()
    for series_id, run_key, rss, model_bytes in rows:
        if rss and run_key in view.positions:
            night = found.setdefault(series_id, {})
            night[view.positions[run_key]] = (tuple(rss), model_bytes or 0.0)
    return found


def judge(
    view: View, nightly: Mapping[str, Mapping[int, tuple[tuple[float, ...], float]]]
) -> tuple[MemoryRow, ...]:
    """One row per method whose memory was read; nights in commit order, the newest last."""
    rows = []
    for series in view.series:
        nights = nightly.get(series.series_id, {})
        judged = [
            (int(place), leak.judge(*nights[int(place)]))
            for place in series.runs[series.measured][-NIGHTS:]
            if int(place) in nights
        ]
        if judged:
            rows.append(_row(view, series, judged))
    return tuple(rows)


def _row(view: View, series: Series, judged: list[tuple[int, leak.Leak]]) -> MemoryRow:
    place, newest = judged[-1]
    since = ""
    for earlier, one in reversed(judged):
        if one.verdict is not leak.LeakVerdict.LEAK:
            break
        since = view.runs[earlier].commit.sha
    slope = newest.slope
    return MemoryRow(
        key=series.key,
        verdict=newest.verdict,
        ground=newest.ground,
        rate=float("nan") if slope is None else slope.slope,
        low=None if slope is None else slope.low,
        high=None if slope is None else slope.high,
        floor=newest.floor,
        naive=newest.naive,
        n=newest.n,
        nights=len(judged),
        leaking_nights=sum(one.verdict is leak.LeakVerdict.LEAK for _, one in judged),
        since=since,
        commit=view.runs[place].commit.sha,
        series_id=series.series_id,
    )
