"""Read commits by git."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from history.vcs import branch as branches
from history.vcs import git, lineage
from history.vcs.git import GitError, has_repository
from history.words.errors import UsageError
from history.words.records import Commit

if TYPE_CHECKING:
    from pathlib import Path

# Unit separator: cannot occur in a subject line that git prints.
_SEPARATOR: Final = "\x1f"
_FORMAT: Final = _SEPARATOR.join(("%H", "%ct", "%P", "%s"))
UNVERSIONED: Final = "unversioned"
_MOST_NAMES: Final = 200
WHOLE_HISTORY: Final = (
    "Fetch the whole history: `fetch-depth: 0` of actions/checkout, `GIT_DEPTH: 0` on GitLab, "
    "`fetchDepth: 0` on Azure, or `git fetch --unshallow`."
)


def current_commit(path: Path) -> Commit:
    """The commit that is checked out at this folder, with its lineage.

    Without a repository a commit is made from the clock: its hash starts with ``unversioned-``, so
    such runs still have an order. The branch of a detached head is taken from the CI service.
    Raises UsageError in a repository that has no commit yet, and BrokenEnvironmentError in one that
    git cannot or will not read.
    """
    if not has_repository(path):
        now = datetime.now(tz=UTC).replace(microsecond=0)
        return Commit(
            sha=f"{UNVERSIONED}-{now:%Y%m%dT%H%M%SZ}",
            time=now,
            subject="not under version control",
        )
    try:
        git.run(path, "log", "-1", "--no-show-signature", "--format=%H")
    except GitError as error:
        if "does not have any commits yet" not in error.message:
            raise git.refusal(error) from None
        raise UsageError(
            "this repository has no commits yet, and results are kept by commit.",
            hint="Commit your work (`git commit`), then measure again.",
        ) from None
    branch = git.run(path, "branch", "--show-current").strip() or branches.of_detached_head()
    tag = git.run_or_empty(path, "describe", "--tags", "--exact-match", "HEAD").strip()
    # Untracked files rarely affect a measurement, and are common.
    dirty = bool(git.run(path, "status", "--porcelain", "--untracked-files=no").strip())
    return _describe(path, "HEAD", branch=branch, tag=tag, dirty=dirty)


class Remark(NamedTuple):
    """A problem with the order of a commit."""

    seen: str
    fix: str

    def __str__(self) -> str:
        """Both as one paragraph."""
        return f"{self.seen} {self.fix}"


def remarks(path: Path, commit: Commit) -> tuple[Remark, ...]:
    """Problems with the order of this commit, with what to do about each."""
    if is_unversioned(commit.sha):
        seen = "there is no git repository here: only their times say which run comes after which."
        return (Remark(seen, "`git init` and a first commit give each a place."),)
    found = []
    if lineage.is_shallow(path):
        seen = (
            "this clone is shallow: which commits come before this one is not known, and what it "
            "is to be judged against may not be found."
        )
        found.append(Remark(seen, WHOLE_HISTORY))
    if not commit.branch and not commit.tag:
        seen = "no branch is checked out here, and no variable of a CI service names one."
        fix = "Only its ancestors tell to which line of commits a run belongs: keep their history."
        found.append(Remark(seen, fix))
    return tuple(found)


def is_unversioned(sha: str) -> bool:
    """Whether a commit was made from the clock, without a repository."""
    return sha.startswith(f"{UNVERSIONED}-")


def resolve(path: Path, revision: str) -> Commit:
    """The commit of a branch, tag or hash. Raises UsageError when git does not know it."""
    if not has_repository(path):
        raise UsageError(
            f'"{revision}" cannot be looked up: there is no git repository here.',
            hint="Stand in a checkout of the project.",
        )
    try:
        sha = git.run(path, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").strip()
    except GitError:
        raise UsageError(
            f'git knows no commit called "{revision}" here.',
            hint="Name a branch, a tag or a hash; in a shallow clone fetch more history first.",
        ) from None
    return _describe(path, sha)


def names(path: Path) -> tuple[str, ...]:
    """Names of commits: HEAD, branches and tags, newest first."""
    listed = git.run_or_empty(
        path, "for-each-ref", "--sort=-creatordate", f"--count={_MOST_NAMES}",
        "--format=%(refname:short)", "refs/heads", "refs/tags",
    )  # fmt: skip
    return ("HEAD", *listed.split()) if listed else ()


def merge_base(path: Path, one: str, other: str) -> str | None:
    """Hash of the best common ancestor, or None when there is none (or the clone is shallow)."""
    return git.run_or_empty(path, "merge-base", one, other).strip() or None


def first_parents(path: Path, revision: str, limit: int = 1000) -> tuple[str, ...]:
    """Hashes from the revision backwards along first parents, newest first."""
    text = git.run(path, "rev-list", "--first-parent", f"--max-count={limit}", revision, "--")
    return tuple(text.split())


def commits_in(path: Path, commit_range: str) -> tuple[Commit, ...]:
    """Commits of a range such as ``v1.0..main`` along first parents, oldest first."""
    try:
        text = git.run(path, "rev-list", "--first-parent", "--reverse", commit_range, "--")
    except GitError as error:
        raise UsageError(
            f'git cannot read the range "{commit_range}": {error.message.rstrip(".")}.',
            hint=_reach(path) if "~" in commit_range else "",
        ) from None
    return tuple(_describe(path, sha) for sha in text.split())


def _reach(path: Path) -> str:
    """How far back a range from HEAD may begin."""
    count = int(git.run_or_empty(path, "rev-list", "--first-parent", "--count", "HEAD") or 0)
    if count < 2:
        return "HEAD has no commit before it." if count else ""
    return f"HEAD has {count - 1} commits before it: HEAD~{count - 1}..HEAD is as far as it goes."


def hashes_in(path: Path, previous: str, last: str, most: int) -> tuple[str, ...] | None:
    """Hashes after ``previous`` up to ``last`` along first parents, newest first.

    None when git does not know them, when ``previous`` is no ancestor of ``last``, or when there
    are more than ``most``.
    """
    if not _has_ancestor(path, last, previous):
        return None
    text = git.run_or_empty(
        path, "rev-list", "--first-parent", f"--max-count={most + 1}", f"{previous}..{last}", "--"
    )
    found = tuple(text.split())
    return found if 0 < len(found) <= most else None


def _has_ancestor(path: Path, sha: str, ancestor: str) -> bool:
    """Whether git knows both, and one is an ancestor of the other."""
    known = git.run_or_empty(path, "rev-parse", "--verify", "--quiet", f"{ancestor}^{{commit}}")
    return bool(known.strip()) and merge_base(path, ancestor, sha) == known.strip()


def past(path: Path, sha: str) -> Commit:
    """A commit that is not checked out, as a run at its time would have recorded it.

    It has its tag, and the current branch if it is an ancestor of that.
    """
    found = resolve(path, sha)
    tag = git.run_or_empty(path, "describe", "--tags", "--exact-match", sha).strip()
    branch = ""
    if merge_base(path, sha, "HEAD") == found.sha:
        branch = git.run(path, "branch", "--show-current").strip() or branches.of_detached_head()
    return msgspec.structs.replace(found, tag=tag, branch=branch)


def remote_url(path: Path) -> str:
    """Web address of the ``origin`` remote without credentials, or an empty text."""
    url = git.run_or_empty(path, "config", "--get", "remote.origin.url").strip()
    if match := re.fullmatch(r"ssh://(?:[^@/]*@)?([^:/]+)(?::\d+)?/(.+)", url):
        url = f"https://{match.group(1)}/{match.group(2)}"
    if url.startswith("git@") and ":" in url:
        host, _, rest = url.removeprefix("git@").partition(":")
        url = f"https://{host}/{rest}"
    if not url.startswith(("https://", "http://")):
        return ""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}".removesuffix(".git").rstrip("/")


def is_tracked(path: Path, name: str) -> bool:
    """Whether git tracks that file of the folder; False without a repository."""
    return bool(git.run_or_empty(path, "ls-files", "--", name).strip())


def _describe(
    path: Path, revision: str, *, branch: str = "", tag: str = "", dirty: bool = False
) -> Commit:
    try:
        text = git.run(
            path, "log", "-1", "--no-show-signature", f"--format={_FORMAT}", revision, "--"
        )
        sha, time, _, subject = text.rstrip("\n").split(_SEPARATOR, 3)
        known = lineage.before(path, sha)
        count = 0  # not known where git cannot count to the first commit
        if not lineage.is_shallow(path):
            count = int(git.run(path, "rev-list", "--count", "--first-parent", sha, "--"))
    except GitError as error:
        raise git.refusal(error) from None
    return Commit(
        sha=sha,
        time=datetime.fromtimestamp(int(time), tz=UTC),
        sequence=count,
        parents=known.get(sha, ()),
        lineage=tuple((one, *parents) for one, parents in known.items()),
        subject=subject,
        branch=branch,
        tag=tag,
        dirty=dirty,
    )
