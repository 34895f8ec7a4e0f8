"""The facts that a webhook has received, so that nothing is sent twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from history.words import temporary
from history.words.errors import BrokenDataError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from history.store.transport.shared import SharedRecord

FOLDER: Final = "notices"
FORMAT: Final = 1


class Known(msgspec.Struct, frozen=True):
    """One fact as last sent."""

    state: str
    title: str


class Memory(msgspec.Struct, frozen=True):
    """All sent facts by key."""

    format: int = FORMAT
    told: dict[str, Known] = {}

    def text(self) -> str:
        """The content of its file; deterministic."""
        return msgspec.json.format(msgspec.json.encode(self, order="sorted")).decode() + "\n"

    def after(self, changes: Mapping[str, Known | None]) -> Memory:
        """The memory with these facts added; None removes one."""
        told = dict(self.told) | dict(changes)
        return Memory(FORMAT, {key: known for key, known in told.items() if known is not None})


class Keeper(Protocol):
    """Storage of a memory."""

    def read(self) -> Memory | None:
        """The memory; None when nothing was ever sent."""

    def keep(self, memory: Memory) -> None:
        """Store it."""


class FolderKeeper:
    """Stores it in a local file."""

    def __init__(self, folder: Path, name: str) -> None:
        """The folder need not exist yet."""
        self._file = folder / FOLDER / f"{name}.json"

    def read(self) -> Memory | None:
        """Raises BrokenDataError for a file that is no memory."""
        try:
            content = self._file.read_bytes()
        except FileNotFoundError:
            return None
        return decode(content, str(self._file))

    def keep(self, memory: Memory) -> None:
        """Write it whole or not at all. Raises OSError."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        beside = self._file.with_name(temporary.name(temporary.MAKING))
        beside.write_text(memory.text(), encoding="utf-8")
        beside.replace(self._file)


class RecordKeeper:
    """Stores it beside the run files of a shared record."""

    def __init__(self, record: SharedRecord, name: str) -> None:
        """Nothing is asked of the record yet."""
        self._record, self._name = record, name
        self._path = f"{FOLDER}/{name}.json"

    def read(self) -> Memory | None:
        """Raises as the record does, and BrokenDataError for what is no memory."""
        content = self._record.text_beside(self._path)
        return None if content is None else decode(content, f"{self._path} of {self._record.name}")

    def keep(self, memory: Memory) -> None:
        """Raises as the record does."""
        self._record.keep_beside(self._path, memory.text(), f"Note what {self._name} was told")


def decode(content: bytes, where: str) -> Memory:
    """The memory that a file holds. Raises BrokenDataError."""
    try:
        found = msgspec.json.decode(content, type=Memory)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise BrokenDataError(
            f"{where}: expected what was told before, found something else; nothing was told.",
            hint="Remove it to begin anew: what is open then is told once more.",
        ) from None
    if found.format != FORMAT:
        raise BrokenDataError(
            f"{where}: expected format {FORMAT}, found {found.format}; nothing was told.",
            hint="A newer soundmark wrote it: use that one.",
        )
    return found
