"""Build the report of a run's page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from site_gen.pages import health, run_points

if TYPE_CHECKING:
    from collections.abc import Mapping

    from history.items.quantiles import OverItems
    from history.read.item_quantiles import Which
    from history.read.runs import Run
    from site_gen.pages.events import EventPart
    from site_gen.pages.run_points import Number, Point
    from site_gen.pages.series_row import SeriesRow

MOST_ROWS: Final = 600
"""Most rows of a page, about 350 kB, those that need attention first. The downloads have all."""


@dataclass(frozen=True, slots=True)
class Brief:
    """An event in words that later runs do not change."""

    address: str
    words: str


@dataclass(frozen=True, eq=False)
class RunReport:
    """Everything on a run's page."""

    run: Run
    counts: tuple[tuple[str, int], ...]
    points: tuple[Point, ...]
    """Points that are shown; none of older runs, see ``runs.FULL_RUNS``."""
    baselines: tuple[float, ...]
    """The median baseline of each of them; NaN without one."""
    rows: Mapping[str, SeriesRow]
    """By series, the row of those whose newest point is in this run."""
    begins: tuple[tuple[str, str], ...]
    """Series that change here, each with its verdict."""
    total: int
    """Number of points, shown or not."""
    changes: tuple[EventPart, ...]
    """Changes that begin here, with their present estimates; empty for older runs."""
    brief: tuple[Brief, ...]
    """The same for older runs."""
    calibration: health.Calibration | None
    news: tuple[str, ...]
    """Changes of its environment."""
    facts: tuple[tuple[str, str], ...]
    """The environment without fields shown elsewhere on the page."""
    limits: tuple[tuple[str, str], ...]
    """Targets of that day -> limits."""
    quantiles: Mapping[Which, OverItems]
    """Quantiles of its times over items."""

    @cached_property
    def by_series(self) -> dict[str, Number]:
        """The points in words by series, in the order of the pages of suites."""
        begins = dict(self.begins)
        return {
            point[1].series_id: run_points.number(
                point,
                baseline,
                self.quantiles,
                self.rows.get(point[1].series_id),
                begins.get(point[1].series_id, ""),
            )
            for point, baseline in zip(self.points, self.baselines, strict=True)
        }

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """These rows, those that need attention first; at most MOST_ROWS."""
        return run_points.ordered(self.by_series.values())[:MOST_ROWS]

    @property
    def more(self) -> int:
        """Number of points beyond that limit."""
        return len(self.by_series) - len(self.numbers)

    @property
    def verdicts(self) -> tuple[tuple[str, int], ...]:
        """Verdicts of the run in a list: failures and changes, else "nothing new"."""
        order = run_points.ORDER
        absent = [(word, number) for word, number in self.counts if word in {"failed", "invalid"}]
        begun = Counter(word for _, word in self.begins)
        said = (*absent, *sorted(begun.items(), key=lambda one: order.get(one[0], len(order))))
        return tuple(said) or (("nothing new", 0),)

    @cached_property
    def warned(self) -> tuple[health.Warned, ...]:
        """Warnings of sampling."""
        return health.warned(self.points)

    @property
    def plain(self) -> object:
        """All inputs of the page as plain data, or None: unchanged ones need no rendering."""
        if self.changes or self.rows:
            return None
        known = (self.counts, self.total, self.brief, self.calibration, self.news, self.facts)
        spread = tuple(sorted(self.quantiles.items()))
        points = map(run_points.plain, self.points, self.baselines)
        return self.run, *known, spread, tuple(points)

    @property
    def words(self) -> tuple[str, ...]:
        """The statuses that points of it have."""
        return tuple(word for word, _ in self.counts)
