"""Compute the counts of overview, SLA, regressions, badges and feed, once for all.

A regression counts once per benchmark, event and status, as it has one row on the page of all; a
target counts once per series; a verdict and a failure count once per series.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from history import addresses
from history.report.wording import standing
from site_gen.pages import failing, findings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from site_gen.pages.context import Context


class Link(NamedTuple):
    """A count in words, and the address of exactly the rows it counts."""

    words: str
    address: str
    """Below the root of the site; begins with ``#`` on the front page itself."""


_REGRESSIONS: Final = {"open": "open", "suspected": "suspect"}
"""Count -> section of the page of all changes."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts."""

    open_: int
    """Confirmed regressions."""
    open_series: int
    open_events: int
    """Events that have any."""
    suspected: int
    """Suspected regressions and improvements."""
    targets: Mapping[str, int]
    """Status on the SLA page -> number of targets, in the order of that page."""
    newly_failing: int
    """Series."""
    still_failing: int

    @property
    def regressions_words(self) -> str:
        """``12 open, 1 suspected``."""
        return standing.regressions(self.open_, self.suspected)

    @property
    def targets_words(self) -> str:
        """``12 of 18 held, 1 fail, 4 missing``."""
        return standing.targets(self.targets)

    @property
    def failing_words(self) -> str:
        """``18 newly failing (series)``; empty when nothing fails."""
        return standing.failing(self.newly_failing, self.still_failing)

    @property
    def words(self) -> str:
        """All of them in one line."""
        return standing.together(
            self.regressions_words,
            self.failing_words,
            self.targets_words if self.every_target else "",
        )

    @property
    def regressions_links(self) -> tuple[Link, ...]:
        """``12 open`` and ``1 suspected``; nothing where there is none."""
        return tuple(
            Link(one.words, f"{addresses.REGRESSIONS}/#{_REGRESSIONS[one.what]}")
            for one in standing.regressions_parts(self.open_, self.suspected)
        )

    @property
    def targets_links(self) -> tuple[Link, ...]:
        """``12 of 18 held``, ``1 fail`` and ``4 missing``."""
        parts = standing.targets_parts(self.targets)
        rows = [addresses.only(one.what) if self.targets.get(one.what) else "all" for one in parts]
        return tuple(
            Link(one.words, f"{addresses.SLA}/#{row}") for one, row in zip(parts, rows, strict=True)
        )

    @property
    def failing_links(self) -> tuple[Link, ...]:
        """``18 newly failing`` and ``2 still failing``; nothing where nothing fails."""
        return tuple(
            Link(one.words, f"#{one.what.replace(' ', '-')}")
            for one in standing.failing_parts(self.newly_failing, self.still_failing)
        )

    @property
    def held(self) -> int:
        """Targets that are met."""
        return self.targets.get("pass", 0)

    @property
    def every_target(self) -> int:
        """Rows of the SLA page."""
        return sum(self.targets.values())

    @property
    def regressions_tone(self) -> str:
        """bad, warn or good."""
        return "bad" if self.open_ else "warn" if self.suspected else "good"

    @property
    def targets_tone(self) -> str:
        """Bad when a target is broken, warn when one is not known to be met."""
        if self.targets.get("fail"):
            return "bad"
        return "good" if self.held == self.every_target else "warn"

    @property
    def failing_tone(self) -> str:
        """bad, warn or good."""
        return "bad" if self.newly_failing else "warn" if self.still_failing else "good"


def tally(context: Context) -> Tally:
    """The counts of one history, from the rows that the pages show."""
    rows = findings.regressions(context)
    failures = failing.now(context)
    return Tally(
        open_=len(rows.open_),
        open_series=sum(1 + len(one.others) for one in rows.open_),
        open_events=len({one.change.event for one in rows.open_}),
        suspected=len(rows.suspects),
        targets=Counter(one.status for one in findings.targets(context)),
        newly_failing=failures.new_series,
        still_failing=failures.still_series,
    )
