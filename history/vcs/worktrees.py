"""Check out commits beside the working tree, which is never touched, and remove them again.

Every worktree is locked with a reason that names its process. So the next run recognises and
removes what a killed run left, wherever it is.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Self

import psutil

from history.vcs import commits, git, lineage
from history.vcs.git import GitError
from history.words import temporary
from history.words.errors import BrokenEnvironmentError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from history.words.records import Commit

_TREES: Final = f"{temporary.SCRATCH}trees-"
_OWNER: Final = "soundmark"
"""First word of the lock's reason; the process and its start time follow."""
_QUIET: Final = ("-c", "core.hooksPath=/dev/null", "-c", "gc.auto=0", "-c", "advice.detachedHead=0")
"""Disables the hooks of the project in our checkouts."""
_POINTER: Final = b"version https://git-lfs.github.com/spec/"
_ROOM_BYTES: Final = 64 * 2**20
"""Least free space for builds, beside the files themselves."""


class Base(NamedTuple):
    """The base of a duet."""

    commit: Commit
    asked: str
    """The revision as requested."""
    is_merge_base: bool
    """Whether this is the merge base, not the revision itself."""


class Tree(NamedTuple):
    """A commit that is checked out in a folder of its own."""

    folder: Path
    commit: Commit
    remarks: tuple[str, ...]
    """Files of the commit that are missing in it; one sentence each."""


def base_of(path: Path, head: str, revision: str) -> Base:
    """The merge base of head and a revision.

    Raises UsageError when there is none, and BrokenEnvironmentError where only this clone, which
    is shallow, does not reach back to it.
    """
    named = commits.resolve(path, revision)
    sha = commits.merge_base(path, head, named.sha)
    if sha is not None:
        return Base(commits.resolve(path, sha), revision, is_merge_base=sha != named.sha)
    if lineage.is_shallow(path):
        raise BrokenEnvironmentError(
            f"this clone is shallow, and does not reach back to where HEAD and {revision} parted.",
            hint=commits.WHOLE_HISTORY,
        )
    raise UsageError(
        f"HEAD and {revision} have no commit in common.", hint="Name a revision of this history."
    )


def top(path: Path) -> Path:
    """The root of the working tree. Raises UsageError outside of a repository."""
    if not git.has_repository(path):
        raise UsageError(
            "two commits can only be measured in a git repository, and there is none here.",
            hint="Go into a checkout of the project.",
        )
    return Path(git.run(path, "rev-parse", "--show-toplevel").rstrip("\n"))


def top_of(path: Path) -> Path | None:
    """The root of the working tree, or None outside of a repository."""
    text = git.run_or_empty(path, "rev-parse", "--show-toplevel").rstrip("\n")
    return Path(text).resolve() if text else None


def files(folder: Path) -> tuple[str, ...]:
    """Files of a working tree that git does not ignore, sorted; those of submodules as well.

    Relative to the folder, and only those below it; what git ignores is left out.
    """
    found: set[str] = set()
    text = git.run(folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, text.split("\0")):
        place = folder / name
        if place.is_dir() and not place.is_symlink():
            inner = files(place) if (place / ".git").exists() else ()
            found.update(f"{name.rstrip('/')}/{one}" for one in inner)
        else:
            found.add(name)
    return tuple(sorted(found))


class Worktrees:
    """Checkouts that are removed at the end of the block."""

    def __init__(self, path: Path) -> None:
        """Nothing is made before the first checkout."""
        self._top = top(path)
        self._folder: Path | None = None
        self._made: list[Path] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for place in list(self._made):
            self.remove(place)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def folder(self) -> Path:
        """The folder of the checkouts, outside the working tree.

        Inside it, files that are searched upwards, such as ``node_modules``, would be found in the
        working tree by both sides.
        """
        if self._folder is None:
            self._folder = temporary.folder(_TREES).resolve()
        return self._folder

    def check_out(self, commit: Commit, name: str) -> Tree:
        """Check a commit out in a folder of this name.

        Raises BrokenEnvironmentError where there is no room, or where git cannot give all files.
        """
        place = self.folder / name
        self._make_sure_of_room(commit)
        process = psutil.Process()
        owner = f"{_OWNER} {process.pid} {process.create_time():.2f}"
        self._made.append(place)
        self._run(
            self._top,
            *("worktree", "add", "--quiet", "--detach", "--lock", "--reason", owner),
            *(str(place), commit.sha),
        )
        remarks = [*self._submodules(place), *_pointers(place)]
        return Tree(place, commit, tuple(remarks))

    def remove(self, place: Path) -> None:
        """Remove a checkout, with everything built in it."""
        _remove(self._top, place)
        self._made.remove(place)

    def _make_sure_of_room(self, commit: Commit) -> None:
        needed = _bytes_of(self._top, commit.sha) + _ROOM_BYTES
        free = shutil.disk_usage(self.folder).free
        if free < needed:
            raise BrokenEnvironmentError(
                f"no room for a checkout of {commit.sha[:12]}: it needs {needed / 1e6:.0f} MB and "
                f"room to build, {self.folder.parent} has {free / 1e6:.0f} MB left.",
                hint="Make room, or set TMPDIR to a folder with more of it.",
            )

    def _submodules(self, place: Path) -> Iterator[str]:
        """Check out the submodules that the working tree has, from its own copies of them."""
        if not (place / ".gitmodules").is_file():
            return
        text = git.run(
            place, "config", "--file", ".gitmodules", "--get-regexp", r"^submodule\..*\.path$"
        )
        common = Path(git.run(place, "rev-parse", "--git-common-dir").rstrip("\n"))
        for line in text.splitlines():
            key, _, inner = line.partition(" ")
            name = key.removeprefix("submodule.").removesuffix(".path")
            copy = (place / common / "modules" / name).resolve()
            if not copy.is_dir():
                yield (
                    f"the submodule {inner} is not checked out, as in the working tree: "
                    f"`git submodule update --init {inner}` brings it."
                )
                continue
            try:
                self._run(
                    place,
                    *("-c", "protocol.file.allow=always", "-c", f"submodule.{name}.url={copy}"),
                    *("submodule", "update", "--init", "--recursive", "--", inner),
                )
            except GitError as error:
                raise BrokenEnvironmentError(
                    f"the submodule {inner} cannot be checked out: {error.message}",
                    hint=f"Bring its commits here: `git -C {inner} fetch --all`.",
                ) from None

    def _run(self, path: Path, *arguments: str) -> None:
        try:
            git.run(path, *_QUIET, *arguments)
        except GitError as error:
            if "No space left on device" in error.message:
                raise BrokenEnvironmentError(
                    f"there is no room left in {self.folder.parent} for a checkout.",
                    hint="Make room, or set TMPDIR to a folder with more of it.",
                ) from None
            raise


def sweep(path: Path) -> tuple[str, ...]:
    """Remove worktrees of killed runs; returns their folders."""
    root = top(path)
    swept = []
    place = ""
    for line in git.run(root, "worktree", "list", "--porcelain").splitlines():
        word, _, rest = line.partition(" ")
        if word == "worktree":
            place = rest
        elif word == "locked" and rest.startswith(f"{_OWNER} ") and not _lives(rest):
            folder = Path(place)
            _remove(root, folder)
            if folder.parent.name.startswith(temporary.SCRATCH):
                shutil.rmtree(folder.parent, ignore_errors=True)
            swept.append(place)
    return tuple(swept)


def _lives(owner: str) -> bool:
    """Whether the process that locked a worktree is still running."""
    try:
        _, pid, started = owner.split(" ")
        return abs(psutil.Process(int(pid)).create_time() - float(started)) < 1.0
    except (ValueError, psutil.Error):
        return False


def _remove(root: Path, place: Path) -> None:
    with contextlib.suppress(GitError):
        git.run(root, *_QUIET, "worktree", "remove", "--force", "--force", str(place))
    if place.exists():
        # Files that a build made unwritable, or that git did not expect.
        _make_writable(place)
        shutil.rmtree(place, ignore_errors=True)
        with contextlib.suppress(GitError):
            git.run(root, *_QUIET, "worktree", "remove", "--force", "--force", str(place))


def _make_writable(place: Path) -> None:
    for folder, _, _ in os.walk(place):
        with contextlib.suppress(OSError):
            Path(folder).chmod(0o700)


def _bytes_of(path: Path, sha: str) -> int:
    """Size of all files of a commit; what LFS or a submodule would add is not known."""
    text = git.run(path, "ls-tree", "-r", "-l", "--full-tree", sha)
    sizes = (line.split(None, 4)[3] for line in text.splitlines())
    return sum(int(size) for size in sizes if size.isdigit())


def _pointers(place: Path) -> Iterator[str]:
    """Files of Git LFS of which only the pointer is there."""
    if not any("filter=lfs" in path.read_text("utf-8", "replace") for path in _attributes(place)):
        return
    names = git.run(place, "ls-files", "-z").split("\0")
    bare = [name for name in filter(None, names) if _is_pointer(place / name)]
    if bare:
        yield (
            f"{len(bare)} files of Git LFS are pointers only, {bare[0]} among them: install "
            "git-lfs and `git lfs fetch --all`, or name them in `input_files` to take the head's."
        )


def _attributes(place: Path) -> Iterator[Path]:
    for name in git.run(place, "ls-files", "-z", "*.gitattributes").split("\0"):
        if name and (place / name).is_file():
            yield place / name


def _is_pointer(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_POINTER)) == _POINTER
    except OSError:
        return False
