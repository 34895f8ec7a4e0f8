"""Work out what the page of one commit says: everything that was measured there, by all runs."""

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
    """Those of its runs whose numbers pages list; none of older commits."""
    failing: Failures
    """What was not measured here though it was before, or failed at once."""
    changes: tuple[EventPart, ...]
    """What begins here, with sizes, which every night estimates anew; empty for older commits."""
    brief: tuple[Brief, ...]
    """The same for older commits."""
    before: Commit | None
    after: Commit | None

    @property
    def verdicts(self) -> dict[str, tuple[tuple[str, int], ...]]:
        """By id of a run, what a list says of it; empty for older commits."""
        return {one.run.run_id: one.verdicts for one in self.listed}

    @cached_property
    def _newest(self) -> dict[str, Number]:
        """By series, its newest point here: a run may have been repeated."""
        return {key: one for report in self.listed for key, one in report.by_series.items()}

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """The points in words, what asks for somebody first; at most MOST_ROWS."""
        return run_points.ordered(self._newest.values())[:MOST_ROWS]

    @property
    def words(self) -> tuple[str, ...]:
        """The statuses that points of it have."""
        return tuple(dict.fromkeys(one.status for one in self.numbers))

    @property
    def more(self) -> int:
        """Points for which there is no room."""
        return len(self._newest) - len(self.numbers)

    @property
    def has_long_runs(self) -> bool:
        """Whether the page of one of its runs has no room for all of its points either."""
        return any(one.more for one in self.listed)

    @property
    def repeated(self) -> int:
        """Points that a later run at this commit has anew."""
        return sum(len(one.points) for one in self.listed) - len(self._newest)

    @property
    def unlisted(self) -> int:
        """Runs whose numbers are on no page."""
        return len(self.runs) - len(self.listed)

    @property
    def plain(self) -> object:
        """All that the page is made of as plain data, or None: then it tells if the page is new."""
        points = tuple(one.plain for one in self.listed)
        if self.failing or self.changes or None in points:
            return None
        return self.commit, self.runs, points, self.brief, self.before, self.after
