"""GitHub's REST API, as far as it is used here; github.com and GitHub Enterprise Server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final
from urllib.parse import quote

from site_gen.forge import github_shapes as shapes
from site_gen.forge.errors import ForgeError, GoneError, TooLargeError
from site_gen.forge.http import Http
from site_gen.forge.interface import Check, Comment, ForgeKind, Issue, PullRequest

API_VERSION: Final = "2022-11-28"
ACTIONS_BOT: Final = "github-actions[bot]"
"""Login of a workflow's token, which may not query its own login."""
PER_PAGE: Final = 100
MOST_LETTERS: Final = 65_536
MOST_LETTERS_OF_A_CHECK: Final = 65_535


class GitHub:
    """One repository there."""

    most_letters: int = MOST_LETTERS
    _page: ClassVar[dict[str, int]] = {"per_page": PER_PAGE}

    def __init__(self, http: Http, repository: str, author: str) -> None:
        """``repository`` is ``owner/name``; ``author`` whom our comments are by, empty to ask."""
        self._http = http
        self._author = author
        self._root = f"/repos/{quote(repository)}"

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def me(self) -> str:
        """Login under which this token writes: as configured, as the forge says, or the bot."""
        if not self._author:
            try:
                self._author = self._http.get("/user", shapes.User).login
            except ForgeError as error:
                if error.status != 403:
                    raise
                self._author = ACTIONS_BOT
        return self._author

    def pull_request(self, number: int) -> PullRequest:
        """The pull request of this number."""
        return shapes.pull_request(self._http.get(f"{self._root}/pulls/{number}", shapes.Pull))

    def open_pull_requests(self) -> Iterator[PullRequest]:
        """All that are open.

        Asked of the list and not of the commit: GitHub knows no pull request of a commit that only
        a fork has.
        """
        pages = self._http.pages(
            f"{self._root}/pulls", list[shapes.Pull], state="open", **self._page
        )
        return (shapes.pull_request(one) for page in pages for one in page)

    def merged_with(self, sha: str) -> tuple[PullRequest, ...]:
        """The merged pull requests that brought this commit to the default branch."""
        path = f"{self._root}/commits/{quote(sha, safe='')}/pulls"
        pages = self._http.pages(path, list[shapes.Pull], **self._page)
        found = (shapes.pull_request(one) for page in pages for one in page)
        return tuple(one for one in found if one.is_merged)

    def comments(self, number: int) -> Iterator[Comment]:
        """All comments below a pull request or issue, the oldest first."""
        path = f"{self._root}/issues/{number}/comments"
        pages = self._http.settled(path, list[shapes.Comment], **self._page)
        return (shapes.comment(one) for page in pages for one in page)

    def add_comment(self, number: int, body: str) -> Comment:
        """Write a comment."""
        path = f"{self._root}/issues/{number}/comments"
        return shapes.comment(self._http.send("POST", path, {"body": body}, shapes.Comment))

    def edit_comment(self, number: int, comment: int, body: str) -> None:  # noqa: ARG002 - GitLab's
        """Replace the text of a comment."""
        path = f"{self._root}/issues/comments/{comment}"
        self._http.send("PATCH", path, {"body": body}, shapes.Comment)

    def delete_comment(self, number: int, comment: int) -> None:  # noqa: ARG002 - GitLab's
        """Remove a comment."""
        self._http.delete(f"{self._root}/issues/comments/{comment}")

    def set_check(self, check: Check) -> bool:
        """Replace our check of that name beside the commit, or make it."""
        path = f"{self._root}/commits/{check.head_sha}/check-runs"
        found = self._http.get(
            path, shapes.CheckRuns, check_name=check.name, filter="latest", **self._page
        ).check_runs
        ours = [one for one in found if (one.external_id or "").startswith(shapes.MARK)]
        if any(shapes.order(one) > check.order for one in ours):
            return False
        body: dict[str, Any] = {
            "name": check.name,
            "status": "completed",
            "conclusion": check.conclusion.value,
            "external_id": f"{shapes.MARK}{check.order}",
            "output": {"title": check.title, "summary": check.text[:MOST_LETTERS_OF_A_CHECK]},
        } | ({"details_url": check.url} if check.url else {})
        if ours:
            path = f"{self._root}/check-runs/{max(one.id for one in ours)}"
            self._http.send("PATCH", path, body, shapes.CheckRun)
        else:
            # Only a new one gets annotations: of one that is edited they add up.
            notes = [one._asdict() for one in check.annotations]
            output = {"output": body["output"] | {"annotations": notes}} if notes else {}
            sent = body | output | {"head_sha": check.head_sha}
            self._http.send("POST", f"{self._root}/check-runs", sent, shapes.CheckRun)
        return True

    def issues(self, label: str) -> Iterator[Issue]:
        """The issues with that label, open and closed, without pull requests."""
        path = f"{self._root}/issues"
        pages = self._http.pages(path, list[shapes.Issue], state="all", labels=label, **self._page)
        return (shapes.issue(one) for page in pages for one in page if one.pull_request is None)

    def open_issue(self, title: str, body: str, label: str) -> Issue:
        """Open an issue."""
        sent = {"title": title, "body": body, "labels": [label]}
        return shapes.issue(self._http.send("POST", f"{self._root}/issues", sent, shapes.Issue))

    def edit_issue(self, number: int, *, title: str, body: str, is_open: bool) -> None:
        """Replace title, text and state of an issue."""
        sent = {"title": title, "body": body, "state": "open" if is_open else "closed"}
        self._http.send("PATCH", f"{self._root}/issues/{number}", sent, shapes.Issue)

    def permission(self, login: str) -> str:
        """What an account may do in the repository: ``admin``, ``write``, ``read`` or ``none``."""
        path = f"{self._root}/collaborators/{quote(login, safe='')}/permission"
        try:
            return self._http.get(path, shapes.Permission).permission
        except GoneError:
            return "none"

    def start(self, workflow: str, branch: str, inputs: Mapping[str, str]) -> None:
        """Start a workflow of that branch. Raises GoneError where it cannot be started."""
        path = f"{self._root}/actions/workflows/{quote(workflow, safe='')}/dispatches"
        self._http.tell(path, {"ref": branch, "inputs": dict(inputs)})

    def artifact(self, run: int, name: str, most_bytes: int) -> bytes:
        """The newest artifact of that name that a job of that run uploaded."""
        path = f"{self._root}/actions/runs/{run}/artifacts"
        found = self._http.get(path, shapes.Artifacts, name=name, **self._page).artifacts
        there = [one for one in found if one.name == name and not one.expired]
        if not there:
            raise ForgeError(
                f'run {run} has no artifact called "{name}", or it has expired.',
                hint="Look at the log of the job that measured.",
                status=404,
            )
        newest = max(there, key=lambda one: one.id)
        if newest.size_in_bytes > most_bytes:
            raise TooLargeError(
                f'the artifact "{name}" of run {run}: expected at most {most_bytes} bytes, found '
                f"{newest.size_in_bytes}. It was not read.",
                hint="Upload nothing but what `soundmark report` wrote.",
            )
        return self._http.download(f"{self._root}/actions/artifacts/{newest.id}/zip", most_bytes)


GITHUB: Final = ForgeKind(
    client=GitHub,
    usual_url="https://api.github.com",
    headers={"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": API_VERSION},
)
