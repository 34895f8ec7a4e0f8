"""The interface of a forge; each implementation is a file beside this one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from history.report.review.annotations import Annotation
from site_gen.forge.http import Http


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """A request to merge: GitHub's pull request, GitLab's merge request."""

    number: int
    head_sha: str
    head_repository: str = ""
    """``owner/name``; empty where it was deleted, and on GitLab, where no job asks for it."""
    head_branch: str = ""
    base_branch: str = ""
    """The branch that it would change; empty where no job asks for it."""
    is_open: bool = True
    is_merged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One comment below a pull request."""

    id: int
    author: str
    body: str


class Conclusion(StrEnum):
    """The conclusion of a check."""

    SUCCESS = "success"
    FAILURE = "failure"
    NEUTRAL = "neutral"
    """Neither good nor bad."""
    ACTION_REQUIRED = "action_required"
    """A person has to act before there is a result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A line beside a commit, by whose name a branch can be protected."""

    name: str
    head_sha: str
    conclusion: Conclusion
    title: str
    """One line."""
    text: str
    """Markdown."""
    order: int = 0
    """Order of its job: a later job may replace it, an earlier one may not."""
    url: str = ""
    """Link to details; may be empty."""
    annotations: tuple[Annotation, ...] = ()
    """Annotations of source lines, for a forge that has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One issue of the repository."""

    number: int
    author: str
    title: str
    body: str
    is_open: bool


class Forge(Protocol):
    """One repository on one forge. Every method raises ForgeError where the forge refuses."""

    most_letters: int
    """Longest comment, in characters."""

    def close(self) -> None:
        """Close the connections."""

    def me(self) -> str:
        """Login under which this token writes."""

    def pull_request(self, number: int) -> PullRequest:
        """The pull request of this number. Raises GoneError where there is none."""

    def open_pull_requests(self) -> Iterator[PullRequest]:
        """All open pull requests, the last changed first."""

    def merged_with(self, sha: str) -> tuple[PullRequest, ...]:
        """The merged pull requests that brought this commit to the default branch."""

    def comments(self, number: int) -> Iterator[Comment]:
        """All comments below a pull request or issue, the oldest first."""

    def add_comment(self, number: int, body: str) -> Comment:
        """Write a comment. Raises UnsureError where no answer says whether it is there."""

    def edit_comment(self, number: int, comment: int, body: str) -> None:
        """Replace the text of a comment. Raises GoneError where it was deleted meanwhile."""

    def delete_comment(self, number: int, comment: int) -> None:
        """Remove a comment; one that is gone already is no error."""

    def set_check(self, check: Check) -> bool:
        """Put a check beside the commit; False where a later job has put one there."""

    def issues(self, label: str) -> Iterator[Issue]:
        """The issues with that label, open and closed."""

    def open_issue(self, title: str, body: str, label: str) -> Issue:
        """Open an issue. Raises UnsureError where no answer says whether it is there."""

    def edit_issue(self, number: int, *, title: str, body: str, is_open: bool) -> None:
        """Replace title, text and state of an issue."""

    def artifact(self, run: int, name: str, most_bytes: int) -> bytes:
        """The zip that a job of that run uploaded. Raises TooLargeError, mostly before reading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgeKind:
    """One kind of forge: its client, address and authentication."""

    client: Callable[[Http, str, str], Forge]
    """Creates the client of a repository; the last argument is the author of our comments, empty to
    query it.
    """
    usual_url: str = ""
    """Address of its API; empty where each installation has its own."""
    scheme: str = "Bearer"
    """Scheme before the token in the header ``Authorization``."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers of every request beside the token."""
