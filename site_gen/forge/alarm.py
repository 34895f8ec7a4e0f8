"""Keep one issue open while the published site is stale.

An issue that a person closes stays closed until the site has been fresh again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from history.report.wording import posting as wording
from site_gen.forge import issues
from site_gen.forge.errors import ForgeError
from site_gen.forge.issues import Wanted
from site_gen.forge.mark import OPEN, RESOLVED, Mark

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from history.report.review.links import Links
    from site_gen.forge.interface import Forge, Issue

_NOT_THERE: Final = frozenset({404, 410})


@dataclass(frozen=True, slots=True)
class Published:
    """The age of the published site."""

    url: str
    newest: datetime | None
    """When its newest run began; None where no site is there."""
    days: float
    """Age from which it is stale."""

    def is_stale(self, now: datetime) -> bool:
        """Whether the site is stale."""
        return self.newest is None or now - self.newest > timedelta(days=self.days)


def ask(url: str, days: float, links: Callable[[], Links]) -> Published | None:
    """The age of the site at an address; None for a site without runs.

    Raises ForgeError when it is unknown, as without a network.
    """
    try:
        found = links()
    except ForgeError as error:
        if error.status in _NOT_THERE:
            return Published(url, None, days)
        raise
    return Published(url, found.newest_run, days) if found.newest_run else None


def keep(forge: Forge, name: str, site: Published, now: datetime) -> list[str]:
    """Open, close or leave the issue; returns lines about what was done."""
    key = f"{name}.alarm"
    mark, issue = issues.ours(forge, key).get(key, (None, None))
    if site.newest is not None and not site.is_stale(now):
        return _end(forge, mark, issue, site.newest) if mark and issue else []
    text = wording.silence(site.url, site.newest, site.days)
    wanted = Wanted(key, wording.silence_title(site.days), Mark(key).on(text), is_open=True)
    if mark is None or issue is None:
        return [issues.open_new(forge, wanted)]
    return issues.update(forge, mark, issue, wanted)


def _end(forge: Forge, mark: Mark, issue: Issue, newest: datetime) -> list[str]:
    """Close the issue. One that a person closed is only marked, so that it may open again."""
    if mark.state != OPEN:
        return []
    _, _, text = issue.body.partition("\n")
    body = Mark(mark.key, state=RESOLVED).on(f"{wording.silence_over(newest)}\n\n{text}")
    forge.edit_issue(issue.number, title=issue.title, body=body, is_open=False)
    return [f"issue #{issue.number}: closed"]
