"""Gitea and Forgejo: similar to GitHub's API, with statuses instead of checks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Final, NoReturn
from urllib.parse import quote

from site_gen.forge import github_shapes as shapes
from site_gen.forge.errors import ForgeError, GoneError
from site_gen.forge.github import GitHub
from site_gen.forge.interface import Check, Conclusion, ForgeKind, Issue, PullRequest

PER_PAGE: Final = 50
"""Default page size of an installation."""
_STATES: Final = {
    Conclusion.SUCCESS: "success",
    Conclusion.NEUTRAL: "success",  # a status has no such state
    Conclusion.FAILURE: "failure",
    Conclusion.ACTION_REQUIRED: "failure",
}


class Gitea(GitHub):
    """One repository there."""

    _page: ClassVar[dict[str, int]] = {"limit": PER_PAGE}

    def me(self) -> str:
        """Login under which this token writes."""
        if not self._author:
            self._author = self._http.get("/user", shapes.User).login
        return self._author

    def merged_with(self, sha: str) -> tuple[PullRequest, ...]:
        """The merged pull request that brought this commit."""
        try:
            path = f"{self._root}/commits/{quote(sha, safe='')}/pull"
            found = shapes.pull_request(self._http.get(path, shapes.Pull))
        except GoneError:
            return ()
        return (found,) if found.is_merged else ()

    def set_check(self, check: Check) -> bool:
        """Set the status of that name; the newest one counts, whichever job it is of."""
        body = {
            "state": _STATES[check.conclusion],
            "context": check.name,
            "description": check.title,
            "target_url": check.url,
        }
        path = f"{self._root}/statuses/{check.head_sha}"
        self._http.send("POST", path, body, dict[str, Any])
        return True

    def issues(self, label: str) -> Iterator[Issue]:  # noqa: ARG002 - labels have numbers there
        """The issues that we opened, open and closed."""
        pages = self._http.pages(
            f"{self._root}/issues",
            list[shapes.Issue],
            state="all",
            type="issues",
            created_by=self.me(),
            **self._page,
        )
        return (shapes.issue(one) for page in pages for one in page)

    def open_issue(self, title: str, body: str, label: str) -> Issue:  # noqa: ARG002 - as above
        """Open an issue, without a label."""
        sent = {"title": title, "body": body}
        return shapes.issue(self._http.send("POST", f"{self._root}/issues", sent, shapes.Issue))

    def artifact(self, run: int, name: str, most_bytes: int) -> NoReturn:  # noqa: ARG002 - as others
        """Raise ForgeError: Gitea starts no job after another one."""
        raise ForgeError(
            f'artifact "{name}" of run {run}: Gitea hands on no artifact of a fork.',
            hint="Name the file with --artifact.",
        )


GITEA: Final = ForgeKind(client=Gitea, scheme="token")
