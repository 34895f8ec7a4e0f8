"""Build the report of a commit's page: everything that was measured there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from site_gen.pages import run_points
from site_gen.pages.run import MOST_ROWS

if TYPE_CHECKING:
    from history.read.runs import Run
    from history.words.records import Commit
    from site_gen.pages.events import EventPart
    from site_gen.pages.failing import Failures
    from site_gen.pages.run import Brief, RunReport
    from site_gen.pages.run_points import Number


@dataclass(frozen=True, eq=False)
class CommitReport:
    """Everything on a commit's page."""

    commit: Commit
    runs: tuple[Run, ...]
    listed: tuple[RunReport, ...]
    """Its runs whose numbers are listed; empty for older commits."""
    failing: Failures
    """Benchmarks that failed here or were measured only before."""
    changes: tuple[EventPart, ...]
    """Changes that begin here, with their present estimates; empty for older commits."""
    brief: tuple[Brief, ...]
    """Their brief form for older commits."""
    before: Commit | None
    after: Commit | None

    @property
    def verdicts(self) -> dict[str, tuple[tuple[str, int], ...]]:
        """By id of a run, its verdicts in a list; empty for older commits."""
        return {one.run.run_id: one.verdicts for one in self.listed}

    @cached_property
    def _newest(self) -> dict[str, Number]:
        """By series, its newest point here: a run may have been repeated."""
        return {key: one for report in self.listed for key, one in report.by_series.items()}

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """Rows of the points, those that need attention first; at most MOST_ROWS."""
        return run_points.ordered(self._newest.values())[:MOST_ROWS]

    @property
    def words(self) -> tuple[str, ...]:
        """The statuses that points of it have."""
        return tuple(dict.fromkeys(one.status for one in self.numbers))

    @property
    def more(self) -> int:
        """Number of points beyond that limit."""
        return len(self._newest) - len(self.numbers)

    @property
    def has_long_runs(self) -> bool:
        """Whether the page of one of its runs has no room for all of its points either."""
        return any(one.more for one in self.listed)

    @property
    def repeated(self) -> int:
        """Number of points that a later run at this commit measured again."""
        return sum(len(one.points) for one in self.listed) - len(self._newest)

    @property
    def unlisted(self) -> int:
        """Number of runs whose numbers are on no page."""
        return len(self.runs) - len(self.listed)

    @property
    def plain(self) -> object:
        """All inputs of the page as plain data, or None: unchanged ones need no rendering."""
        points = tuple(one.plain for one in self.listed)
        if self.failing or self.changes or None in points:
            return None
        return self.commit, self.runs, points, self.brief, self.before, self.after
