"""A branch of a git remote as a store of files: listed, read and added to without a working tree.

Objects go straight into the index of a repository that has no working tree, so nothing that the
branch holds (a symbolic link, a name with ``..``) ever meets the file system.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from history.store.transport.redaction import hidden, without_secret
from history.vcs import git
from history.words.errors import BrokenDataError, BrokenEnvironmentError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_FETCHED: Final = "refs/soundmark/fetched"
_REGULAR: Final = "100644"
_AT_ONCE_BYTES: Final = 64 * 1024 * 1024
"""How much of the branch is in memory together."""


class Stored(NamedTuple):
    """A file of the branch."""

    mode: str
    blob: str
    """Hash that git gives the content."""
    size_bytes: int
    """-1 where it was not asked for."""

    @property
    def is_regular(self) -> bool:
        """Whether it is a plain file, not a link, a program or another repository."""
        return self.mode == _REGULAR


class Tips(NamedTuple):
    """Where the remote stands; each is empty where there is nothing."""

    head: str
    """Newest commit of the branch."""
    mark: str
    """Commit of the newest push by us: the branch never leaves it behind."""


class RecordBranch:
    """One branch of one remote, through a bare repository of our own."""

    def __init__(self, repository: Path, remote: str, name: str) -> None:
        """The repository is made if need be. Raises like ``git.run``."""
        self.repository = repository
        self.remote = remote
        self.name = name
        self.head_ref = f"refs/heads/{name}"
        self.mark_ref = f"refs/soundmark/{name}"
        if not (repository / "HEAD").is_file():
            repository.mkdir(parents=True, exist_ok=True)
            self._git("init", "--quiet", "--bare")
        self._git("config", "remote.origin.url", remote)

    def tips(self) -> Tips:
        """Where the remote stands now. Raises BrokenEnvironmentError when it cannot be reached."""
        try:
            listed = self._git("ls-remote", "origin", self.head_ref, self.mark_ref)
        except git.GitError as error:
            raise BrokenEnvironmentError(
                f"the remote {without_secret(self.remote)} cannot be read: {self._said(error)}.",
                hint="Check the address and the rights.",
            ) from None
        found = {ref: sha for sha, _, ref in (line.partition("\t") for line in listed.splitlines())}
        return Tips(found.get(self.head_ref, ""), found.get(self.mark_ref, ""))

    def fetch(self, *, light: bool = False) -> str:
        """Get the branch as it is now, and return its newest commit.

        ``light`` gets the newest commit alone, and no content before it is asked for.
        """
        if light:
            self._git("config", "remote.origin.promisor", "true")
            self._git("config", "remote.origin.partialclonefilter", "blob:none")
        options = ("--depth=1", "--filter=blob:none") if light else ()
        try:
            self._git(
                "fetch", "--quiet", "--no-tags", *options, "origin", f"+{self.head_ref}:{_FETCHED}"
            )
        except git.GitError as error:
            raise BrokenEnvironmentError(
                f"the branch {self.name} cannot be fetched: {self._said(error)}."
            ) from None
        return self._git("rev-parse", _FETCHED).strip()

    def holds(self, commit: str, head: str) -> bool:
        """Whether the branch at ``head`` still has ``commit`` among its ancestors."""
        if commit == head:
            return True
        try:
            if self._git("rev-parse", "--is-shallow-repository").strip() == "true":
                self._git(
                    "fetch", "--quiet", "--no-tags", "--unshallow", "--filter=blob:none", "origin",
                    f"+{self.head_ref}:{_FETCHED}",
                )  # fmt: skip
            self._git("merge-base", "--is-ancestor", commit, head)
        except git.GitError:
            return False
        return True

    def files(self, head: str, *, sizes: bool = False) -> dict[str, Stored]:
        """Path to what stands there; with ``sizes`` only of a branch that was fetched whole."""
        if not head:
            return {}
        long = ("--long",) if sizes else ()
        found = {}
        for line in self._git("ls-tree", "-r", "-z", *long, head).split("\0"):
            about, _, path = line.partition("\t")
            if path:
                mode, _, blob, *size = about.split()
                found[path] = Stored(mode, blob, int(size[0]) if size and size[0].isdigit() else -1)
        return found

    def first_contents(self, head: str) -> dict[str, str]:
        """Path to the blob it had when it first came onto the branch, of everything that ever did.

        Only of a branch that was fetched whole.
        """
        raw = self._git(
            "log", "--raw", "--no-abbrev", "--no-renames", "-z", "--format=", "--reverse", "-m",
            "--diff-filter=A", head,
        )  # fmt: skip
        parts = iter(raw.split("\0"))
        found: dict[str, str] = {}
        for about in parts:
            fields = about.strip().split()
            if len(fields) == 5:  # modes, blobs and status; the path is the next part
                found.setdefault(next(parts), fields[3])
        return found

    def read(self, blobs: Mapping[str, Stored]) -> Iterator[tuple[str, bytes]]:
        """Path and content of each; little of it is in memory at a time."""
        batch: list[tuple[str, Stored]] = []
        size_bytes = 0
        for path, stored in blobs.items():
            batch.append((path, stored))
            size_bytes += max(stored.size_bytes, 1024)
            if size_bytes > _AT_ONCE_BYTES:
                yield from self._read(batch)
                batch, size_bytes = [], 0
        if batch:
            yield from self._read(batch)

    def _read(self, batch: Sequence[tuple[str, Stored]]) -> Iterator[tuple[str, bytes]]:
        wanted = "".join(f"{stored.blob}\n" for _, stored in batch).encode()
        answer = git.run_bytes(self.repository, "cat-file", "--batch", stdin=wanted)
        start = 0
        for path, stored in batch:
            end = answer.index(b"\n", start)
            fields = answer[start:end].split()
            if len(fields) != 3 or fields[0].decode() != stored.blob:
                raise BrokenDataError(f"{path!r} of the branch {self.name} cannot be read.")
            size_bytes = int(fields[2])
            yield path, answer[end + 1 : end + 1 + size_bytes]
            start = end + 2 + size_bytes

    def keep(self, files: Sequence[Path]) -> list[str]:
        """Put these files into the repository; the blob of each."""
        return self._hashed(files, "-w")

    def blobs(self, files: Sequence[Path]) -> list[str]:
        """The blob that each of these files would be."""
        return self._hashed(files)

    def keep_text(self, text: str) -> str:
        """Put a text into the repository; its blob."""
        return self._git("hash-object", "-w", "--stdin", stdin=text).strip()

    def _hashed(self, files: Sequence[Path], *options: str) -> list[str]:
        if not files:
            return []
        paths = "".join(f"{file.resolve()}\n" for file in files)
        return self._git(
            "hash-object", *options, "--stdin-paths", "--no-filters", stdin=paths
        ).split()

    def commit(
        self, head: str, added: Mapping[str, str], removed: Sequence[str], message: str
    ) -> str:
        """A commit on top of ``head`` with these blobs at these paths, and without the removed."""
        index = {"GIT_INDEX_FILE": str(self.repository / "soundmark-index")}
        self._git("read-tree", head or "--empty", env=index)
        lines = [f"{_REGULAR} {blob}\t{path}\0" for path, blob in sorted(added.items())]
        lines += [f"0 {'0' * 40}\t{path}\0" for path in sorted(removed)]
        self._git("update-index", "-z", "--index-info", stdin="".join(lines), env=index)
        tree = self._git("write-tree", "--missing-ok", env=index).strip()
        parent = ("-p", head) if head else ()
        return self._git("commit-tree", tree, *parent, "-m", message, env=self._who()).strip()

    def push(self, commit: str, seen: Tips) -> str:
        """Put the branch onto this commit; an empty text, or what git says when it does not.

        It does not when somebody else pushed since the tips were ``seen``.
        """
        lease = f"--force-with-lease={self.mark_ref}:{seen.mark}"
        try:
            self._git(
                "push", "--quiet", "--atomic", lease, "origin",
                f"{commit}:{self.head_ref}", f"{commit}:{self.mark_ref}",
            )  # fmt: skip
        except git.GitError as error:
            return self._said(error)
        return ""

    def push_without_mark(self, commit: str) -> str:
        """The same for a remote that keeps nothing but branches and tags."""
        try:
            self._git("push", "--quiet", "origin", f"{commit}:{self.head_ref}")
        except git.GitError as error:
            return self._said(error)
        return ""

    def remembered(self) -> str:
        """The commit that was remembered last; empty if none was."""
        return git.run_or_empty(
            self.repository, "rev-parse", "--verify", "--quiet", f"refs/soundmark/seen/{self.name}"
        ).strip()

    def remember(self, commit: str) -> None:
        """Keep a commit for the next time, in this repository."""
        self._git("update-ref", f"refs/soundmark/seen/{self.name}", commit)

    def _who(self) -> dict[str, str]:
        """Whose commits they are, where nobody has said so."""
        if git.run_or_empty(self.repository, "config", "user.email").strip():
            return {}
        fallback = {"NAME": "soundmark", "EMAIL": "soundmark@localhost"}
        return {
            f"GIT_{role}_{key}": value
            for role in ("AUTHOR", "COMMITTER")
            for key, value in fallback.items()
            if not os.environ.get(f"GIT_{role}_{key}")
        }

    def _said(self, error: git.GitError) -> str:
        return hidden(_first(error), self.remote)

    def _git(
        self, *arguments: str, stdin: str | None = None, env: Mapping[str, str] | None = None
    ) -> str:
        own = {"GIT_DIR": str(self.repository), "GIT_TERMINAL_PROMPT": "0"}
        return git.run(self.repository, *arguments, stdin=stdin, env=own | dict(env or {}))


def check_name(branch: str) -> None:
    """Raises UsageError for what git takes for no name of a branch."""
    try:
        git.run(Path.cwd(), "check-ref-format", f"refs/heads/{branch}")
        is_fit = not branch.startswith("-")
    except git.GitError:
        is_fit = False
    if not is_fit:
        raise UsageError(
            f'--branch: expected the name of a branch, found "{branch}".',
            hint="Use letters, digits, - and _, with / between parts.",
        )


def _first(error: git.GitError) -> str:
    """The line of what git says that tells most."""
    lines = [line.strip() for line in error.message.splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(("fatal:", "error:", "!"))]
    return (telling or lines or ["git failed"])[0].removeprefix("fatal: ").rstrip(".")
