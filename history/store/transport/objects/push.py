"""Append run files to a record in an object store, safely with concurrent pushes."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from history.store import admit, rivals
from history.store.ledger import Damaged
from history.store.transport import manifest
from history.store.transport.manifest import Removal
from history.store.transport.objects import record as records
from history.store.transport.objects.record import Noted
from history.store.transport.outcome import Pushed
from history.words import temporary
from history.words.errors import BrokenDataError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from history.store.ledger import Ledger
    from history.store.transport.manifest import Sound
    from history.store.transport.objects.place import Place
    from history.store.transport.objects.record import Record


def push(ledger: Ledger, place: Place) -> Pushed:
    """Append every sound file below the ledger's folder that the record lacks.

    Files may lie any number of folders down. Raises BrokenEnvironmentError when the place cannot
    be read or written, BrokenDataError when the record has lost something, and UsageError when the
    place holds something else.
    """
    sound, refused = manifest.sorted_out(ledger)
    record = records.read(place)
    records.refuse_other_work(record)
    records.refuse_lost(record)
    added: list[str] = []
    left_out: list[Damaged] = []
    known = 0
    with temporary.scratch() as scratch:
        claims = _Claims(record, scratch)
        newest = record.newest()
        for one in sound:
            path = ledger.path(one.file)
            if record.is_off(one.entry) or claims.is_there(one):
                known += 1
            elif claims.is_vouched(one):  # its file was lost, or its last push was stopped
                place.put(records.file_path(one.entry), path.read_bytes())
                added.append(one.name)
            elif one.is_correction and record.entries and not claims.of_name[one.name]:
                left_out.append(Damaged(one.file, admit.LATE))
            elif fault := claims.fault(one, path):
                refused.append(Damaged(one.file, fault))
            elif claims.repeats(one):
                known += 1
            else:
                entry = _noted(one, newest)
                place.put(records.file_path(entry), path.read_bytes())
                place.put(records.entry_path(entry), entry.text().encode())
                newest = (records.entry_path(entry),)
                claims.take(entry, path)
                added.append(one.name)
    return Pushed(tuple(sorted(added)), known, tuple(refused), tuple(left_out), attempts=1)


def remove(place: Place, name: str, reason: str) -> None:
    """Take a run file off the record on purpose; that it was there, and why it went, stays said.

    Raises UsageError when the record never had such a file, and otherwise like ``push``.
    """
    record = records.read(place)
    alone = f"{manifest.RUNS}{name}"  # one of several contents of a name
    files = [
        path
        for path in record.objects
        if records.file_of_object(path) == name or (path == alone and records.file_of_object(path))
    ]
    notes = [*record.entries, *record.changed, *record.missing()]
    if not files and name not in map(records.file_of_entry, notes):
        raise UsageError(f'{place.shown} has no run file "{Damaged(name, "").name}".')
    said = Removal(file=name, reason=reason).text()
    place.put(manifest.removal_path(name), said.encode())
    for path in files:
        place.delete(path)


def _noted(one: Sound, newest: tuple[str, ...]) -> Noted:
    return Noted(
        file=one.entry.file,
        bytes=one.entry.bytes,
        sha256=one.entry.sha256,
        rows_sha256=one.entry.rows_sha256,
        runs=() if one.is_correction else one.ids,
        after=newest,
    )


class _Claims:
    """What the record says about who tells of a run."""

    def __init__(self, record: Record, scratch: Path) -> None:
        """Files of the record are copied into the scratch folder to be read."""
        self.of_name: defaultdict[str, list[Noted]] = defaultdict(list)
        self._record = record
        self._scratch = scratch
        self._of_run: defaultdict[str, list[Noted]] = defaultdict(list)
        self._here: dict[str, Path] = {}
        """Path in the record to where its content can be read."""
        for entry in record.entries.values():
            if not record.is_off(entry):
                self._note(entry)

    def _note(self, entry: Noted) -> None:
        self.of_name[entry.file].append(entry)
        for run_id in entry.runs:
            self._of_run[run_id].append(entry)

    def take(self, entry: Noted, path: Path) -> None:
        """Count an entry that was just written, of a file that lies there."""
        self._note(entry)
        self._here[records.file_path(entry)] = path

    def is_vouched(self, one: Sound) -> bool:
        """Whether the record has an entry of this very file."""
        return any(entry.sha256 == one.entry.sha256 for entry in self.of_name[one.name])

    def is_there(self, one: Sound) -> bool:
        """Whether it is on the record, with its content as far as a listing tells."""
        is_here = records.file_path(one.entry) in self._here
        return self.is_vouched(one) and (is_here or self._record.has_file(one.entry))

    def repeats(self, one: Sound) -> bool:
        """Whether other files tell of all its runs already."""
        return not one.is_correction and all(self._of_run[run_id] for run_id in one.ids)

    def fault(self, one: Sound, path: Path) -> str:
        """Why a sound file must not be put on the record; empty when it may."""
        if self.of_name[one.name]:
            return "is on the record with other content"
        others = {
            records.file_path(entry): entry for run_id in one.ids for entry in self._of_run[run_id]
        }
        for entry in others.values():
            shared = [run_id for run_id in one.ids if run_id in entry.runs]
            other = self._content(entry)
            if other is None:
                return f"tells of run {shared[0][:8]} again, whose file {entry.file} is gone"
            fault = rivals.fault(path, other, shared, f"{entry.file} on the record")
            if fault:
                return fault
        return ""

    def _content(self, entry: Noted) -> Path | None:
        """A file of the record where it can be read; None when the record has none."""
        path = records.file_path(entry)
        if path not in self._here:
            if not self._record.has_file(entry):
                return None
            copy = self._scratch / f"{entry.sha256}.parquet"
            try:
                copy.write_bytes(self._record.place.get(path))
            except BrokenDataError:
                return None
            self._here[path] = copy
        return self._here[path]
