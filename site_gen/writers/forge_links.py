"""Addresses of commits, ranges, pull requests and issues at the forge of a repository."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from history import addresses
from history.report.wording import events
from site_gen.writers.text import safe_url

if TYPE_CHECKING:
    from history.judge.events import Event

_HEX = re.compile(r"[0-9a-f]{7,64}")


class ForgeLinks:
    """The addresses of one repository, whose own address tells the kind of forge.

    All are empty without a web address of the repository.
    """

    def __init__(self, repository: str) -> None:
        """``repository`` is text from outside."""
        self._base = safe_url(repository).rstrip("/")
        self._is_gitlab = "gitlab" in self._base
        self._is_github = "github" in self._base

    def commit(self, sha: str) -> str:
        """A commit; empty for what is no hash."""
        return f"{self._base}/commit/{sha}" if self._base and _HEX.fullmatch(sha) else ""

    def compare(self, before: str, after: str) -> str:
        """What lies between two commits; empty where one of them is no hash."""
        if not self._base or not (_HEX.fullmatch(before) and _HEX.fullmatch(after)):
            return ""
        return f"{self._base}/compare/{before}...{after}"

    def pull_request(self, number: int) -> str:
        """A pull request. Gitea and Forgejo lead there from the issue of its number."""
        kind = "pull" if self._is_github else "issues"
        way = "-/merge_requests" if self._is_gitlab else kind
        return f"{self._base}/{way}/{number}" if self._base else ""

    def issues(self, event: Event) -> tuple[str, str]:
        """Lists the issues about an event, and opens one."""
        if not self._base:
            return "", ""
        title = addresses.query(f"{events.title(event)} (event {event.event_id})")
        if self._is_gitlab:
            at = f"{self._base}/-/issues"
            return f"{at}?search={event.event_id}", f"{at}/new?issue[title]={title}"
        at = f"{self._base}/issues"
        return f"{at}?q={event.event_id}", f"{at}/new?title={title}"
