"""The used part of GitHub's API and events; unknown fields are ignored."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from site_gen.forge import interface

MARK: Final = "soundmark:"
"""Prefix of the external id of our checks; the order of their job follows."""


class User(msgspec.Struct):
    """An account; a bot's login ends in ``[bot]``."""

    login: str = ""
    type: str = ""
    """``User`` or ``Bot``."""


class Repository(msgspec.Struct):
    """Known by ``owner/name``."""

    full_name: str = ""
    default_branch: str = ""


class Head(msgspec.Struct):
    """The commit that a pull request would bring; no repository where its fork was deleted."""

    sha: str
    ref: str = ""
    repo: Repository | None = None


class Base(msgspec.Struct):
    """The branch that a pull request would change."""

    ref: str = ""


class Pull(msgspec.Struct):
    """A pull request."""

    number: int
    head: Head
    base: Base | None = None
    state: str = "open"
    merged_at: str | None = None


class Comment(msgspec.Struct):
    """A comment; no user where the account was deleted."""

    id: int
    body: str | None = None
    user: User | None = None


class CheckRun(msgspec.Struct):
    """A check."""

    id: int
    external_id: str | None = None


class CheckRuns(msgspec.Struct):
    """One page of checks."""

    check_runs: list[CheckRun]


class Issue(msgspec.Struct):
    """An issue, or a pull request where it says so."""

    number: int
    title: str
    state: str
    body: str | None = None
    user: User | None = None
    pull_request: dict[str, Any] | None = None


class CommentEvent(msgspec.Struct):
    """The event that tells of a comment below an issue or a pull request."""

    action: str
    comment: Comment
    issue: Issue
    repository: Repository


class Permission(msgspec.Struct):
    """What an account may do: ``admin``, ``write``, ``read`` or ``none``."""

    permission: str


class Artifact(msgspec.Struct):
    """A zip that a job uploaded."""

    id: int
    name: str
    size_in_bytes: int
    expired: bool = False


class Artifacts(msgspec.Struct):
    """One page of artifacts."""

    artifacts: list[Artifact]


def pull_request(one: Pull) -> interface.PullRequest:
    """As every forge has it."""
    return interface.PullRequest(
        number=one.number,
        head_sha=one.head.sha,
        head_repository=one.head.repo.full_name if one.head.repo else "",
        head_branch=one.head.ref,
        base_branch=one.base.ref if one.base else "",
        is_open=one.state == "open",
        is_merged=one.merged_at is not None,
    )


def comment(one: Comment) -> interface.Comment:
    """As every forge has it."""
    author = one.user.login if one.user else ""
    return interface.Comment(id=one.id, author=author, body=one.body or "")


def issue(one: Issue) -> interface.Issue:
    """As every forge has it."""
    return interface.Issue(
        number=one.number,
        author=one.user.login if one.user else "",
        title=one.title,
        body=one.body or "",
        is_open=one.state == "open",
    )


def order(one: CheckRun) -> int:
    """Of the job that wrote it; 0 where that is not known."""
    digits = (one.external_id or "").removeprefix(MARK)
    return int(digits) if digits.isdigit() else 0
