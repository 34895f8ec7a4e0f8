"""Pull a record from an object store into a ledger, and refuse one that has lost an entry."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

import msgspec

from history.store import checksum, memory, rivals
from history.store.admission import shape
from history.store.ledger import Damaged, Ledger
from history.store.transport import manifest
from history.store.transport.objects import record as records
from history.store.transport.outcome import Pulled
from history.words import temporary
from history.words.errors import BrokenDataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from history.store.transport.objects.place import Place
    from history.store.transport.objects.record import Noted, Record

_AT_ONCE: Final = 64
_AT_ONCE_BYTES: Final = 64 * 1024 * 1024
"""How much of the record is in memory together, but for a single larger file."""


def pull(ledger: Ledger, place: Place, memory: Path) -> Pulled:
    """Copy the run files of the record that the ledger lacks, each looked at before it counts.

    ``memory`` is a file of our own that tells the next pull which entries there were. Raises
    BrokenEnvironmentError when any of the place cannot be listed or read, and BrokenDataError when
    there is no record, or when an entry that it held is gone or was changed; then nothing is
    copied.
    """
    remembered = _remembered(memory)
    record = records.read(place, remembered)
    if not (record.entries or record.changed or remembered):
        raise BrokenDataError(
            f"there is no record at {place.shown}.",
            hint="The first `soundmark history push` makes it; look at the address.",
        )
    records.refuse_lost(record, remembered)
    _remember(memory, record)
    usable, broken = _usable(record, ledger)
    there = [name for name in usable if ledger.path(name).exists()]
    broken += _other_content(record, there, ledger)
    broken += _at_odds(record, usable)
    bad = {fault.file for fault in broken}
    known = sum(name not in bad for name in there)
    lacking = [entries[0] for name, entries in usable.items() if name not in {*there, *bad}]
    added, faulty = _copy(record, lacking, ledger)
    return Pulled(tuple(added), known, tuple(_strangers(record, ledger)), (*broken, *faulty))


def _usable(record: Record, ledger: Ledger) -> tuple[dict[str, list[Noted]], list[Damaged]]:
    """Name to the contents that can be had of it, and the files that cannot.

    There is one content of a name, unless two pushed it at the same time.
    """
    usable: dict[str, list[Noted]] = {}
    broken = []
    contents = {records.file_path(entry): entry for entry in record.entries.values()}
    for path, entry in sorted(contents.items()):
        if record.is_off(entry):
            continue
        found = record.objects.get(path)
        if found is None:
            fault = "is in the manifest and not on the record"
        elif not record.has_file(entry) and found.is_regular:
            fault = f"holds {found.size_bytes} bytes and not {entry.bytes}, as it was pushed"
        else:
            size_bytes = max(found.size_bytes, entry.bytes)
            fault = shape.outside(
                entry.file, size_bytes, ledger.limits, is_regular=found.is_regular
            )
        if fault:
            broken.append(Damaged(path, fault))
        else:
            usable.setdefault(entry.file, []).append(entry)
    return usable, broken


def _other_content(record: Record, names: Iterable[str], ledger: Ledger) -> Iterator[Damaged]:
    pushed: dict[str, set[str]] = {}
    for entry in record.entries.values():
        pushed.setdefault(entry.file, set()).add(entry.sha256)
    for name in names:
        if checksum.of_file(ledger.path(name)) not in pushed[name]:
            yield Damaged(name, "is in the ledger with other content than on the record")


def _at_odds(record: Record, usable: Mapping[str, Sequence[Noted]]) -> Iterator[Damaged]:
    """Names of which two pushed contents at the same time that do not tell the same."""
    several = {name: entries for name, entries in usable.items() if len(entries) > 1}
    for name, entries in several.items():
        with temporary.scratch() as scratch:
            copies = []
            for entry in entries:
                copies.append(scratch / f"{entry.sha256}.parquet")
                copies[-1].write_bytes(record.place.get(records.file_path(entry)))
            for other in copies[1:]:
                if rivals.fault(copies[0], other, entries[0].runs, ""):
                    all_ = ", ".join(records.content_name(entry) for entry in entries)
                    yield Damaged(
                        name,
                        "was pushed at one time with contents that tell different things; take "
                        "all but one off with `soundmark history push REMOTE --remove FILE "
                        f"--reason WHY`: {all_}",
                    )
                    break


def _copy(
    record: Record, lacking: Sequence[Noted], ledger: Ledger
) -> tuple[list[str], list[Damaged]]:
    """Put these files into the ledger, each looked at; the names, and what is wrong."""
    added: list[str] = []
    faults: list[Damaged] = []
    if not lacking:
        return added, faults
    ledger.folder.mkdir(parents=True, exist_ok=True)
    for batch in _batches(lacking):
        entries = {entry.file: entry for entry in batch}
        with (
            temporary.scratch(temporary.WRITING, ledger.folder) as scratch,
            memory.connected() as connection,
        ):
            beside = Ledger(scratch, ledger.limits)
            contents = record.place.read([records.file_path(entry) for entry in batch])
            for (_, content), entry in zip(contents, batch, strict=True):
                beside.path(entry.file).parent.mkdir(parents=True, exist_ok=True)
                beside.path(entry.file).write_bytes(content)
            for one in manifest.look_at(connection, beside, tuple(entries)):
                if isinstance(one, Damaged):
                    faults.append(one)
                elif entries[one.name].sha256 != one.entry.sha256:
                    faults.append(Damaged(one.name, "is not what the manifest says it is"))
                else:
                    ledger.take(one.name, beside.path(one.name))
                    added.append(one.name)
    return sorted(added), faults


def _batches(entries: Sequence[Noted]) -> Iterator[list[Noted]]:
    batch: list[Noted] = []
    for entry in entries:
        if batch and (
            len(batch) == _AT_ONCE or sum(one.bytes for one in batch) + entry.bytes > _AT_ONCE_BYTES
        ):
            yield batch
            batch = []
        batch.append(entry)
    if batch:
        yield batch


def _strangers(record: Record, ledger: Ledger) -> Iterator[Damaged]:
    """What lies within the record and was never taken onto it."""
    ours = {records.file_path(entry) for entry in record.entries.values()}
    ours |= record.entries.keys() | set(record.changed)
    for path, found in record.objects.items():
        if path in ours or not path.startswith((manifest.RUNS, manifest.ENTRIES)):
            continue
        if path.startswith(manifest.ENTRIES):
            yield Damaged(path, "is no entry of a run file")
            continue
        name = records.file_of_object(path)
        fault = shape.outside(name, found.size_bytes, ledger.limits, is_regular=found.is_regular)
        if not record.is_removed(name):
            yield Damaged(
                path,
                fault
                or "has no entry: its push was stopped or goes on, or it was put there by hand; "
                "`soundmark history push` of that file takes it onto the record",
            )


def _remembered(memory: Path) -> dict[str, str]:
    """Path to text of the entries that the last pull saw; nothing if there was none."""
    try:
        return msgspec.json.decode(memory.read_bytes(), type=dict[str, str])
    except (OSError, msgspec.DecodeError):
        return {}


def _remember(memory: Path, record: Record) -> None:
    """Keep the entries for the next pull; without room it is as if this had been the first."""
    beside = memory.with_name(temporary.name(temporary.MAKING))
    with suppress(OSError):
        memory.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(msgspec.json.encode(dict(record.texts)))
        beside.replace(memory)
