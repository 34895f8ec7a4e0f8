"""Post the nightly's events: issues, and comments on merged pull requests.

Both are off until the configuration switches them on.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from history import addresses
from history.report.wording import posting as wording
from history.vcs import commits
from history.words.errors import UsageError
from site_gen.forge import comment, issues
from site_gen.forge.mark import Mark

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from history.judge.events import Event
    from history.judge.judge import Judgement
    from history.project.tables import ReportTable
    from history.report.review.links import Links
    from site_gen.forge.interface import Forge

MOST_COMMITS: Final = 30
"""Largest range whose pull requests are queried; `soundmark bisect` is for longer ones."""


@dataclass(frozen=True, slots=True)
class Merged:
    """The pull requests merged between two commits."""

    numbers: tuple[int, ...] = ()
    is_all: bool = False
    """Whether every commit of the range came with one of them."""


class Nightly:
    """The events of one night, and the forge to post them to."""

    def __init__(
        self, forge: Forge, table: ReportTable, judged: Judgement, root: Path, links: Links
    ) -> None:
        """``root`` is the folder of the repository, whose git knows the ranges."""
        self._forge, self._table, self._links = forge, table, links
        self._judged, self._root = judged, root
        self._merged = cache(self._ask)

    def tell(self) -> list[str]:
        """Post what is switched on; returns lines about it. Raises UsageError when nothing is."""
        if not (self._table.issues or self._table.nightly):
            raise UsageError(
                "soundmark.toml: neither report.issues nor report.nightly is set, so nothing was "
                "posted.",
                hint="Write `issues = true` or `nightly = true` into the table [report].",
            )
        said = []
        if self._table.issues:
            said += issues.keep(self._forge, self._table.name, self._judged.events, self._text)
        if self._table.nightly:
            for event in filter(issues.is_worth, self._judged.events):
                said += self._answer(event)
        return said or ["nothing to tell: nothing has changed since the last time"]

    def _text(self, event: Event) -> str:
        merged = self._merged(event).numbers if issues.is_worth(event) else ()
        return wording.told(event, self._url(event), merged)

    def _url(self, event: Event) -> str:
        """Its own page; an event of one change is a row on the page of all."""
        row = addresses.change(event.changes[0].episode)
        return self._links.of(addresses.event(event.event_id)) or self._links.of(row)

    def _answer(self, event: Event) -> list[str]:
        """Comment once on the one pull request that the range holds; several are named."""
        merged = self._merged(event)
        if len(merged.numbers) != 1 or not merged.is_all:
            return []
        (number,) = merged.numbers
        key = issues.key(self._table.name, event)
        if comment.found(self._forge, number, key):
            return []
        text = wording.nightly(event, self._night, self._url(event))
        self._forge.add_comment(number, Mark(key).on(text))
        return [f"pull request #{number}: told about the event {event.event_id}"]

    @property
    def _night(self) -> datetime:
        return max(run.started_at for run in self._judged.history.runs)

    def _ask(self, event: Event) -> Merged:
        """The pull requests that brought the commits of the range."""
        shas = commits.hashes_in(self._root, event.previous_commit, event.commit, MOST_COMMITS)
        if event.is_rerun or shas is None:
            return Merged()
        brought = [self._forge.merged_with(sha) for sha in shas]
        numbers = {one.number for found in brought for one in found}
        return Merged(tuple(sorted(numbers)), is_all=all(brought))
