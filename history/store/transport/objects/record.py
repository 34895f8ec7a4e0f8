"""The parts of a record in an object store, and the check that none was lost.

Nothing can be written on condition everywhere, nor two objects at once. So the name of a run file
and of its entry says what they hold: whoever writes the same name writes the same bytes, and no
writer ever replaces what another one wrote. A run file is on the record once its entry is there,
which is written last. Each entry names the entries that were newest when it was written; one that
is gone is missed for as long as a later one stands.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from history.store import ledger as ledger_files
from history.store.ledger import Damaged
from history.store.transport import manifest
from history.store.transport.manifest import Entry
from history.words.errors import BrokenDataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from history.store.transport.objects.place import Found, Place

FOLDERS: Final = tuple(
    folder.rstrip("/") for folder in (manifest.ENTRIES, manifest.RUNS, manifest.REMOVED)
)
"""In the order in which they are looked at: a run file was there before its entry, and what says
that it was taken off was there before it went. So whoever writes meanwhile leaves no gap."""
_DIGITS: Final = 32
"""Of a hash within a name: 128 bits, too many to be met by chance or by trying."""
_STEM: Final = r"(?P<stem>\d{4}/\d{2}/[A-Za-z0-9][A-Za-z0-9.-]*)"
_FILE: Final = re.compile(rf"{manifest.RUNS}{_STEM}\.(?P<hash>[0-9a-f]{{32}})\.parquet")
_NOTED: Final = re.compile(rf"{manifest.ENTRIES}{_STEM}\.(?P<hash>[0-9a-f]{{32}})\.json")
_SHOWN: Final = 8


class Noted(Entry, frozen=True, kw_only=True):
    """What is known of a run file since it was taken onto the record, and of what was before."""

    runs: tuple[str, ...] = ()
    """Ids of its runs, sorted."""
    after: tuple[str, ...] = ()
    """Paths of the entries that none had named when this one was written."""


class Record(NamedTuple):
    """A record as it is now."""

    place: Place
    objects: Mapping[str, Found]
    """Path to what stands there."""
    entries: Mapping[str, Noted]
    """Path to entry, of those that are sound."""
    texts: Mapping[str, str]
    """Path to the text of the same."""
    changed: tuple[str, ...]
    """Paths of entries that do not hold what their name says."""

    def is_removed(self, name: str) -> bool:
        """Whether every file of that name in a ledger was taken off on purpose."""
        return manifest.removal_path(name) in self.objects

    def is_off(self, entry: Entry) -> bool:
        """Whether this file was taken off on purpose, alone or with others of its name."""
        return self.is_removed(entry.file) or self.is_removed(content_name(entry))

    def has_file(self, entry: Entry) -> bool:
        """Whether a run file is there, as long as its entry says."""
        found = self.objects.get(file_path(entry))
        return found is not None and found.is_regular and found.size_bytes in {-1, entry.bytes}

    def newest(self) -> tuple[str, ...]:
        """Paths of the entries that none names, sorted."""
        named = {path for entry in self.entries.values() for path in entry.after}
        return tuple(sorted(self.entries.keys() - named))

    def missing(self, remembered: Collection[str] = ()) -> tuple[str, ...]:
        """Paths of entries that are gone, sorted: others name them, or we remember them."""
        named = {path for entry in self.entries.values() for path in entry.after}
        gone = (named | set(remembered)) - self.entries.keys() - set(self.changed)
        return tuple(sorted(path for path in gone if not self.is_removed(file_of_entry(path))))


def content_name(entry: Entry) -> str:
    """The name of a run file with what it holds."""
    stem = entry.file.removesuffix(ledger_files.SUFFIX)
    return f"{stem}.{entry.sha256[:_DIGITS]}{ledger_files.SUFFIX}"


def file_path(entry: Entry) -> str:
    """Where the run file of an entry stands."""
    return f"{manifest.RUNS}{content_name(entry)}"


def entry_path(entry: Noted) -> str:
    """Where an entry stands."""
    stem = entry.file.removesuffix(ledger_files.SUFFIX)
    return f"{manifest.ENTRIES}{stem}.{_hash(entry.text())}.json"


def file_of_entry(path: str) -> str:
    """The name in a ledger of the run file that an entry at this path is about; empty if none."""
    found = _NOTED.fullmatch(path)
    return f"{found['stem']}{ledger_files.SUFFIX}" if found else ""


def file_of_object(path: str) -> str:
    """The name in a ledger of the run file that stands at this path; empty if it is none."""
    found = _FILE.fullmatch(path)
    return f"{found['stem']}{ledger_files.SUFFIX}" if found else ""


def read(place: Place, known: Mapping[str, str] | None = None) -> Record:
    """The record as it is now; entries whose text is ``known`` are not read again.

    Raises BrokenEnvironmentError when any of it cannot be read.
    """
    objects = place.listed(FOLDERS)
    texts = {
        path: text
        for path, text in (known or {}).items()
        if path in objects and objects[path].size_bytes == len(text.encode()) and _read(path, text)
    }
    record = _made(place, objects, texts)
    while late := _came_late(record):
        record = _made(place, objects | late, texts)
    return record


def _made(place: Place, objects: Mapping[str, Found], texts: dict[str, str]) -> Record:
    """A record of these objects; texts of entries that are not there are read and added."""
    paths = [path for path in sorted(objects) if file_of_entry(path)]
    regular = [path for path in paths if objects[path].is_regular]
    for path, content in place.read([path for path in regular if path not in texts]):
        texts[path] = content.decode(errors="replace")
    entries = {path: entry for path in regular if (entry := _read(path, texts[path])) is not None}
    changed = tuple(path for path in paths if path not in entries)
    return Record(place, objects, entries, {path: texts[path] for path in entries}, changed)


def _came_late(record: Record) -> dict[str, Found]:
    """Entries that others name and a listing missed, since they came while it was made."""
    found = {}
    for path in record.missing():
        about = record.place.found(path)
        if about is not None:
            found[path] = about
    return found


def _read(path: str, text: str) -> Noted | None:
    """The entry with this text; None when it is not the one that its name says."""
    found = _NOTED.fullmatch(path)
    if found is None or found["hash"] != _hash(text):
        return None
    try:
        entry = msgspec.json.decode(text, type=Noted)
    except (msgspec.DecodeError, RecursionError):
        return None
    return entry if entry_path(entry) == path else None


def refuse_other_work(record: Record) -> None:
    """Raise UsageError when something else than a record lies there."""
    others = manifest.other_work(record.objects)
    if others:
        raise UsageError(
            f"{record.place.shown} is no record: it holds {others}, and no run file; nothing was "
            "pushed.",
            hint="Name a folder of its own below it; it is made if it is not there.",
        )


def refuse_lost(record: Record, remembered: Collection[str] = ()) -> None:
    """Raise BrokenDataError when an entry is gone or was changed."""
    changed = [path for path in record.changed if not record.is_removed(file_of_entry(path))]
    wrong = [f"{Damaged(path, '').name} was changed" for path in changed]
    wrong += [f"{Damaged(path, '').name} is gone" for path in record.missing(remembered)]
    if wrong:
        more = f" and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
        raise BrokenDataError(
            f"{record.place.shown} does not hold what it once did: {', '.join(wrong[:_SHOWN])}"
            f"{more}; nothing was copied.",
            hint="Bring it back (most stores can keep old versions), or say once that a run file "
            "is gone on purpose: `soundmark history push REMOTE --remove FILE --reason WHY`.",
        )


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:_DIGITS]
