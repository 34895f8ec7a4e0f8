"""What a webhook was told last of each thing, so that nothing is told twice."""

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
    """One thing as it was told last."""

    state: str
    title: str


class Memory(msgspec.Struct, frozen=True):
    """Everything that was told, by the key of what it is about."""

    format: int = FORMAT
    told: dict[str, Known] = {}

    def text(self) -> str:
        """The content of the file that keeps it: the same for the same."""
        return msgspec.json.format(msgspec.json.encode(self, order="sorted")).decode() + "\n"

    def after(self, changes: Mapping[str, Known | None]) -> Memory:
        """With these told as well; None forgets one."""
        told = dict(self.told) | dict(changes)
        return Memory(FORMAT, {key: known for key, known in told.items() if known is not None})


class Keeper(Protocol):
    """Where a memory is kept."""

    def read(self) -> Memory | None:
        """What was told; None where nothing ever was."""

    def keep(self, memory: Memory) -> None:
        """Remember it for the next time."""


class FolderKeeper:
    """In a file of this computer."""

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
    """Beside the run files of a record that many share."""

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
