"""The interface of a shared record: a branch of a git remote, or objects at an address."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Protocol

from history.store.transport import beside
from history.store.transport import pull as git_pull
from history.store.transport import push as git_push
from history.store.transport.address import address, is_place
from history.store.transport.branch import check_name
from history.store.transport.objects import pull as objects_pull
from history.store.transport.objects import push as objects_push
from history.store.transport.objects.place import Place

if TYPE_CHECKING:
    from pathlib import Path

    from history.store.ledger import Ledger
    from history.store.transport.outcome import Pulled, Pushed


class SharedRecord(Protocol):
    """A record that run files are carried to and from."""

    has_branches: bool

    @property
    def name(self) -> str:
        """What it is called when it is spoken of; without secrets."""

    def push(self, ledger: Ledger) -> Pushed:
        """Append what it lacks of the ledger."""

    def pull(self, ledger: Ledger, cache: Path) -> Pulled:
        """Copy what the ledger lacks of it; the folder ``cache`` remembers it for the next time."""

    def remove(self, name: str, reason: str) -> None:
        """Take a run file off on purpose."""

    def text_beside(self, path: str) -> bytes | None:
        """A small text that stands there beside the run files; None where there is none."""

    def keep_beside(self, path: str, text: str, message: str) -> None:
        """Put it there, whatever stood at that path; ``message`` says why where that is kept."""


class BranchRecord:
    """A record on a branch of a git remote."""

    has_branches = True

    def __init__(self, remote: str, branch: str) -> None:
        """Raises UsageError for what is no name of a branch."""
        check_name(branch)
        self._remote = remote
        self._branch = branch

    @property
    def name(self) -> str:
        """The branch."""
        return self._branch

    def push(self, ledger: Ledger) -> Pushed:
        """Append, see ``transport.push``."""
        return git_push.push(ledger, self._remote, self._branch)

    def pull(self, ledger: Ledger, cache: Path) -> Pulled:
        """Copy, see ``transport.pull``."""
        repository = cache / f"record-{_known_as(f'{self._remote} {self._branch}')}.git"
        return git_pull.pull(ledger, self._remote, self._branch, repository)

    def remove(self, name: str, reason: str) -> None:
        """Take off, see ``transport.push``."""
        git_push.remove(self._remote, self._branch, name, reason)

    def text_beside(self, path: str) -> bytes | None:
        """Read it, see ``transport.beside``."""
        return beside.on_branch(self._remote, self._branch, path)

    def keep_beside(self, path: str, text: str, message: str) -> None:
        """Put it there in one commit, see ``transport.beside``."""
        beside.keep_on_branch(self._remote, self._branch, path, text, message)


class ObjectsRecord:
    """A record in a bucket, on a server or in a folder."""

    has_branches = False

    def __init__(self, remote: str) -> None:
        """Raises BrokenEnvironmentError when a driver is missing."""
        self._place = Place(remote)

    @property
    def name(self) -> str:
        """The address, without secrets."""
        return self._place.shown

    def push(self, ledger: Ledger) -> Pushed:
        """Append, see ``objects.push``."""
        return objects_push.push(ledger, self._place)

    def pull(self, ledger: Ledger, cache: Path) -> Pulled:
        """Copy, see ``objects.pull``."""
        memory = cache / f"record-{_known_as(self._place.shown)}.json"
        return objects_pull.pull(ledger, self._place, memory)

    def remove(self, name: str, reason: str) -> None:
        """Take off, see ``objects.push``."""
        objects_push.remove(self._place, name, reason)

    def text_beside(self, path: str) -> bytes | None:
        """Read it, see ``transport.beside``."""
        return beside.among_objects(self._place, path)

    def keep_beside(self, path: str, text: str, message: str) -> None:  # noqa: ARG002 - no commits
        """Put it there, whole or not at all."""
        self._place.put(path, text.encode())


def at(remote: str, branch: str, project: Path) -> SharedRecord:
    """The record at an address, at a folder seen from ``project``, or at a remote it names.

    ``branch`` is where a git remote has it. Raises UsageError for an empty remote or branch, and
    BrokenEnvironmentError when fsspec or its driver is missing.
    """
    where = address(remote, project)
    return ObjectsRecord(where) if is_place(where) else BranchRecord(where, branch)


def _known_as(record: str) -> str:
    return sha256(record.encode()).hexdigest()[:16]
