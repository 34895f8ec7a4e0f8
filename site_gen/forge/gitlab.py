"""GitLab's REST API, as far as it is used here; gitlab.com and a GitLab of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NoReturn
from urllib.parse import quote

import msgspec

from site_gen.forge.errors import ForgeError
from site_gen.forge.http import Http
from site_gen.forge.interface import Check, Comment, Conclusion, ForgeKind, Issue, PullRequest

PER_PAGE: Final = 100
MOST_LETTERS: Final = 1_000_000
MOST_LETTERS_OF_A_STATUS: Final = 255
_STATES: Final = {
    Conclusion.SUCCESS: "success",
    Conclusion.NEUTRAL: "success",  # a status has no such state, and a failed one stops the merge
    Conclusion.FAILURE: "failed",
    Conclusion.ACTION_REQUIRED: "failed",
}


class _User(msgspec.Struct):
    username: str = ""


class _MergeRequest(msgspec.Struct):
    iid: int
    state: str
    sha: str | None = None


class _Note(msgspec.Struct):
    id: int
    body: str
    author: _User


class _Issue(msgspec.Struct):
    iid: int
    title: str
    state: str
    author: _User
    description: str | None = None


class GitLab:
    """One project there."""

    most_letters: int = MOST_LETTERS

    def __init__(self, http: Http, repository: str, author: str) -> None:
        """``repository`` is the path or the number of the project."""
        self._http = http
        self._author = author
        self._root = f"/projects/{quote(repository, safe='')}"

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def me(self) -> str:
        """Login under which this token writes."""
        if not self._author:
            self._author = self._http.get("/user", _User).username
        return self._author

    def pull_request(self, number: int) -> PullRequest:
        """The pull request of this number."""
        return _merge_request(
            self._http.get(f"{self._root}/merge_requests/{number}", _MergeRequest)
        )

    def open_pull_requests(self) -> Iterator[PullRequest]:
        """All open pull requests, the last changed first."""
        pages = self._http.pages(
            f"{self._root}/merge_requests",
            list[_MergeRequest],
            state="opened",
            order_by="updated_at",
            per_page=PER_PAGE,
        )
        return (_merge_request(one) for page in pages for one in page)

    def merged_with(self, sha: str) -> tuple[PullRequest, ...]:
        """The merged requests that have this commit."""
        path = f"{self._root}/repository/commits/{quote(sha, safe='')}/merge_requests"
        pages = self._http.pages(path, list[_MergeRequest], state="merged", per_page=PER_PAGE)
        return tuple(_merge_request(one) for page in pages for one in page)

    def comments(self, number: int) -> Iterator[Comment]:
        """All notes below a merge request, the oldest first."""
        pages = self._http.settled(
            f"{self._root}/merge_requests/{number}/notes",
            list[_Note],
            sort="asc",
            order_by="created_at",
            per_page=PER_PAGE,
        )
        return (_comment(one) for page in pages for one in page)

    def add_comment(self, number: int, body: str) -> Comment:
        """Write a comment."""
        path = f"{self._root}/merge_requests/{number}/notes"
        return _comment(self._http.send("POST", path, {"body": body}, _Note))

    def edit_comment(self, number: int, comment: int, body: str) -> None:
        """Replace the text of a comment."""
        path = f"{self._root}/merge_requests/{number}/notes/{comment}"
        self._http.send("PUT", path, {"body": body}, _Note)

    def delete_comment(self, number: int, comment: int) -> None:
        """Remove a comment."""
        self._http.delete(f"{self._root}/merge_requests/{number}/notes/{comment}")

    def set_check(self, check: Check) -> bool:
        """Set the status of that name; GitLab keeps one a commit, and no order of jobs with it."""
        body = {
            "state": _STATES[check.conclusion],
            "name": check.name,
            "description": check.title[:MOST_LETTERS_OF_A_STATUS],
        } | ({"target_url": check.url} if check.url else {})
        try:
            path = f"{self._root}/statuses/{check.head_sha}"
            self._http.send("POST", path, body, dict[str, Any])
        except ForgeError as error:
            # GitLab refuses to set the state that is set already.
            if error.status != 400 or "Cannot transition status" not in error.message:
                raise
        return True

    def issues(self, label: str) -> Iterator[Issue]:
        """The issues with that label, open and closed."""
        pages = self._http.pages(
            f"{self._root}/issues", list[_Issue], labels=label, scope="all", per_page=PER_PAGE
        )
        return (_issue(one) for page in pages for one in page)

    def open_issue(self, title: str, body: str, label: str) -> Issue:
        """Open an issue."""
        sent = {"title": title, "description": body, "labels": label}
        return _issue(self._http.send("POST", f"{self._root}/issues", sent, _Issue))

    def edit_issue(self, number: int, *, title: str, body: str, is_open: bool) -> None:
        """Replace title, text and state of an issue."""
        event = "reopen" if is_open else "close"
        sent = {"title": title, "description": body, "state_event": event}
        self._http.send("PUT", f"{self._root}/issues/{number}", sent, _Issue)

    def artifact(self, run: int, name: str, most_bytes: int) -> NoReturn:  # noqa: ARG002 - as others
        """Raise ForgeError: a job of a fork runs in the fork's project, which we cannot read."""
        raise ForgeError(
            f'artifact "{name}" of run {run}: GitLab hands on no artifact of a fork.',
            hint="Let a member run the pipeline in this project, or name the file with --artifact.",
        )


GITLAB: Final = ForgeKind(client=GitLab, usual_url="https://gitlab.com/api/v4")


def _merge_request(one: _MergeRequest) -> PullRequest:
    return PullRequest(
        number=one.iid,
        head_sha=one.sha or "",
        is_open=one.state == "opened",
        is_merged=one.state == "merged",
    )


def _comment(one: _Note) -> Comment:
    return Comment(id=one.id, author=one.author.username, body=one.body)


def _issue(one: _Issue) -> Issue:
    return Issue(
        number=one.iid,
        author=one.author.username,
        title=one.title,
        body=one.description or "",
        is_open=one.state == "opened",
    )
