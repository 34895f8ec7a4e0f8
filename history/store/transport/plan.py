"""Decide which of the run files that came in a record lacks, and which it must refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from history.store import admit, rivals
from history.store.ledger import Damaged, Ledger
from history.store.transport import manifest
from history.store.transport.branch import Stored
from history.store.transport.laid_out import lay_out

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from history.store.transport.branch import RecordBranch
    from history.store.transport.manifest import Sound


class Incoming(NamedTuple):
    """A sound run file that came in, and the blob it is in the repository."""

    sound: Sound
    blob: str
    path: Path


class Plan(NamedTuple):
    """What is to be put on the branch."""

    blobs: dict[str, str]
    """Path in the branch to blob."""
    added: list[str]
    """Names of the run files among them."""
    known: int
    refused: list[Damaged]
    left_out: list[Damaged]
    """Corrections of earlier versions, which count no more when they come new."""


def plan(
    record: RecordBranch,
    held: Mapping[str, Stored],
    vouched: Mapping[str, str],
    incoming: Sequence[Incoming],
    scratch: Path,
) -> Plan:
    """What the branch that holds these paths lacks of the files that came in.

    ``vouched`` are entries that are about to be added for files it holds already.
    """
    made = Plan({}, [], 0, [], [])
    entries = {path: one.blob for path, one in held.items() if manifest.run_of(path)} | dict(
        vouched
    )
    claims = _Claims(record, held, entries, {}, scratch / "others")
    known = 0
    for one in incoming:
        name, path = one.sound.name, f"{manifest.RUNS}{one.sound.name}"
        there = made.blobs.get(path) or (held[path].blob if path in held else "")
        own = record.keep_text(one.sound.entry.text())
        if manifest.removal_path(name) in held:
            known += 1
            continue
        if one.sound.is_correction and held and not there:
            made.left_out.append(Damaged(one.sound.file, admit.LATE))
            continue
        fault = _fault(one, there, own, claims)
        if fault:
            made.refused.append(Damaged(one.sound.file, fault))
            continue
        paths = [manifest.entry_path(run_id) for run_id in one.sound.ids]
        fresh = {entry: own for entry in paths if entry not in entries}
        is_lost = not there and own in {entries.get(entry) for entry in paths}
        entries |= fresh
        made.blobs.update(fresh)
        if there or not (fresh or is_lost):
            known += 1  # also where it only repeats what other files tell
        else:
            made.blobs[path] = one.blob
            made.added.append(name)
            claims.fresh[name] = one.path
    return made._replace(known=known)


class _Claims(NamedTuple):
    """What the record says about who tells of a run."""

    record: RecordBranch
    held: Mapping[str, Stored]
    entries: Mapping[str, str]
    """Path of an entry to its blob."""
    fresh: dict[str, Path]
    """Files that are about to be added, by name."""
    folder: Path
    """Where files of the record are laid out to be read."""


def _fault(one: Incoming, there: str, own: str, claims: _Claims) -> str:
    """Why a sound file must not be put on the record; empty when it may."""
    if there:
        return "" if there == one.blob else "is on the record with other content"
    by_entry: dict[str, list[str]] = {}
    for run_id in one.sound.ids:
        blob = claims.entries.get(manifest.entry_path(run_id), own)
        if blob != own:
            by_entry.setdefault(blob, []).append(run_id)
    for blob, run_ids in by_entry.items():
        path = manifest.entry_path(run_ids[0])
        ((_, content),) = claims.record.read({path: Stored("100644", blob, -1)})
        entry = manifest.read_entry(content)
        if entry is None:
            return f"tells of run {run_ids[0][:8]}, whose entry on the record cannot be read"
        other = _content(entry.file, claims)
        if other is None:
            return f"tells of run {run_ids[0][:8]} again, whose file {entry.file} is gone"
        different = _different(one.path, other, run_ids)
        if different:
            return f"tells other things of run {different[:8]} than {entry.file} on the record"
    return ""


def _content(name: str, claims: _Claims) -> Path | None:
    """A file of the record where it can be read; None when the record has none."""
    if name in claims.fresh:
        return claims.fresh[name]
    stored = claims.held.get(f"{manifest.RUNS}{name}")
    if stored is None or not stored.is_regular:
        return None
    others = Ledger(claims.folder)
    lay_out(claims.record, {name: stored}, others)
    return others.path(name)


def _different(one: Path, other: Path, run_ids: Sequence[str]) -> str:
    """The first run of which two files tell different things; empty when there is none."""
    import duckdb

    with duckdb.connect() as connection:
        told = rivals.told(connection, [str(one), str(other)], run_ids)
    for run_id in run_ids:
        if told.get((run_id, str(one))) != told.get((run_id, str(other))):
            return run_id
    return ""
