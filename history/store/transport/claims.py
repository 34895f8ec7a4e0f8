"""Compare an incoming run file with the same runs on a record."""

from __future__ import annotations

from hashlib import sha1
from typing import TYPE_CHECKING, Final, NamedTuple

from history.store import memory, rivals, same_rows
from history.store.ledger import Ledger
from history.store.transport import manifest
from history.store.transport.branch import RecordBranch, Stored
from history.store.transport.laid_out import lay_out
from history.store.transport.manifest import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from history.store.compacted import Original
    from history.store.transport.manifest import Sound
    from history.store.transport.notes import Notes

_ONE_BY_ONE: Final = 8
"""Files of the record that are fetched each alone; more are fetched with the whole branch."""


class Incoming(NamedTuple):
    """A sound run file that came in, and the blob it is in the repository."""

    sound: Sound
    blob: str
    path: Path


class Claims(NamedTuple):
    """What the record says about who tells of a run."""

    record: RecordBranch
    held: Mapping[str, Stored]
    entries: Mapping[str, str]
    """Path of an entry to its blob."""
    notes: Notes
    fresh: dict[str, Path]
    """Files that are about to be added, by name."""
    scratch: Path
    """Where files of the record are laid out to be read."""


def fault(one: Incoming, there: str, own: str, claims: Claims) -> str:
    """Why a sound file must not be put on the record; empty when it may.

    ``there`` is the blob that the record has under its name, ``own`` the one of its entry.
    """
    if there:
        is_same = there == one.blob or _tells_the_same(one, claims)
        return "" if is_same else "is on the record with other content"
    known, unknown = _told_by(one, own, claims)
    for blob, content in claims.record.read({blob: _stored(blob) for blob in unknown}):
        entry = manifest.read_entry(content)
        if entry is None:
            return f"tells of run {unknown[blob][0][:8]}, whose entry on the record cannot be read"
        known.setdefault(entry.file, []).extend(unknown[blob])
    if not known:
        return ""
    others: dict[str, tuple[str, list[str]]] = {}
    there_are = _on_branch(claims) | claims.fresh.keys()
    for file, run_ids in known.items():
        other = claims.notes.stands_for(file, there_are)
        if not other:
            return f"tells of run {run_ids[0][:8]} again, whose file {file} is gone"
        others.setdefault(other, (file, []))[1].extend(run_ids)
    contents = _contents(others, claims)
    for other, (file, run_ids) in others.items():
        different = rivals.fault(one.path, contents[other], run_ids, f"{file} on the record")
        if different:
            return different
    return ""


def contained(one: Incoming, claims: Claims) -> list[str]:
    """Run files of the record whose runs a compacted file without a fault holds as they do.

    A thinned file is not replaced by one that still has samples.
    """
    made, ids = one.sound.made, set(one.sound.ids)
    if not made.originals:
        return []
    names = {
        original.file
        for original in made.originals
        if all(manifest.entry_path(run_id) in claims.entries for run_id in original.runs)
    }
    for note in claims.notes.by_file.values():
        if ids.issuperset(note.runs) and (made.thinned or not note.is_thinned):
            names.add(note.file)
    return sorted((names & _on_branch(claims)) - {one.sound.name})


def _told_by(
    one: Incoming, own: str, claims: Claims
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Files of the record that tell of its runs and are to be read, and blobs of such entries.

    Not those of which the entry says that they hold the rows that a compacted file was made of, as
    was made anew from what it holds.
    """
    expected = _expected(one.sound.made.originals)
    known: dict[str, list[str]] = {}
    unknown: dict[str, list[str]] = {}
    for run_id in one.sound.ids:
        blob = claims.entries.get(manifest.entry_path(run_id), own)
        if blob == own:
            continue
        original = expected.get(blob)
        if original is None or run_id not in original.runs:
            unknown.setdefault(blob, []).append(run_id)
        elif original.is_copy or run_id in one.sound.made.thinned:
            known.setdefault(original.file, []).append(run_id)
    return known, unknown


def _expected(originals: Iterable[Original]) -> dict[str, Original]:
    """The blob that the entry of each has; files of earlier versions stated no hash of rows."""
    found = {}
    for one in originals:
        for rows_sha256 in (one.rows_sha256, ""):
            entry = Entry(
                file=one.file, bytes=one.bytes, sha256=one.sha256, rows_sha256=rows_sha256
            )
            content = entry.text().encode()
            name = sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False)
            found[name.hexdigest()] = one
    return found


def _tells_the_same(one: Incoming, claims: Claims) -> bool:
    """Whether the compacted file of its name on the record has the same rows, packed otherwise."""
    note = claims.notes.by_file.get(one.sound.name)
    if note is not None:
        return _has_rows(one, note.rows_sha256)
    if not one.sound.made.originals:
        return False
    blobs = {claims.entries.get(manifest.entry_path(run_id), "") for run_id in one.sound.ids}
    stored = {blob: _stored(blob) for blob in blobs if blob}
    entries = [manifest.read_entry(content) for _, content in claims.record.read(stored)]
    return any(
        entry is not None and entry.file == one.sound.name and _has_rows(one, entry.rows_sha256)
        for entry in entries
    )


def _has_rows(one: Incoming, rows_sha256: str) -> bool:
    """Whether its rows have this hash, which may be of another version than its own."""
    if rows_sha256 == one.sound.entry.rows_sha256:
        return True
    with memory.connected() as connection:
        return same_rows.is_of(connection, one.path, rows_sha256)


def _on_branch(claims: Claims) -> set[str]:
    """Names of the run files there."""
    return {
        name
        for path, stored in claims.held.items()
        if (name := manifest.name_of(path)) and stored.is_regular
    }


def _contents(names: Iterable[str], claims: Claims) -> dict[str, Path]:
    """Files of the record where they can be read."""
    wanted = [name for name in names if name not in claims.fresh]
    stored = {name: claims.held[f"{manifest.RUNS}{name}"] for name in wanted}
    others = Ledger(claims.scratch / "others")
    record = claims.record
    if len(stored) > _ONE_BY_ONE:
        record = RecordBranch(claims.scratch / "whole.git", record.remote, record.name)
        record.fetch()
    lay_out(record, stored, others)
    return {name: others.path(name) for name in wanted} | {
        name: claims.fresh[name] for name in names if name in claims.fresh
    }


def _stored(blob: str) -> Stored:
    return Stored("100644", blob, -1)
