"""Decide which incoming run files a record lacks, and which it must refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from history.store import admit
from history.store.ledger import Damaged
from history.store.transport import claims as record_claims
from history.store.transport import manifest, notes
from history.store.transport.claims import Claims, Incoming

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from history.store.transport.branch import RecordBranch, Stored


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
    replaced: list[str]
    """Names of run files that compacted ones among the added take the place of."""


def nothing() -> Plan:
    """A plan to be filled."""
    return Plan({}, [], 0, [], [], [])


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
    made = nothing()
    entries = {path: one.blob for path, one in held.items() if manifest.run_of(path)} | dict(
        vouched
    )
    told = notes.read(record, held)
    claims = Claims(record, held, entries, told, {}, scratch)
    known = 0
    # Compacted files first, so that files of which they tell are known when their turn comes.
    for one in sorted(incoming, key=lambda each: not each.sound.made.originals):
        name, path = one.sound.name, f"{manifest.RUNS}{one.sound.name}"
        there = made.blobs.get(path) or (held[path].blob if path in held else "")
        own = record.keep_text(one.sound.entry.text())
        if manifest.removal_path(name) in held:
            known += 1
            continue
        if one.sound.is_correction and held and not there:
            made.left_out.append(Damaged(one.sound.file, admit.LATE))
            continue
        fault = record_claims.fault(one, there, own, claims)
        if fault:
            made.refused.append(Damaged(one.sound.file, fault))
            continue
        paths = [manifest.entry_path(run_id) for run_id in one.sound.ids]
        fresh = {entry: own for entry in paths if entry not in entries}
        is_replaced = name in told.replaced_by or name in made.replaced
        is_lost = not there and not is_replaced and own in {entries.get(entry) for entry in paths}
        replaced = [] if there else record_claims.contained(one, claims)
        entries |= fresh
        made.blobs.update(fresh)
        if there or not (fresh or is_lost or replaced):
            known += 1  # also where it only repeats what other files tell
            continue
        claims.fresh[name] = one.path
        _add(record, made, one, replaced)
    return made._replace(known=known)


def _add(record: RecordBranch, made: Plan, one: Incoming, replaced: Sequence[str]) -> None:
    """Put the file on the branch, with a note where it takes the place of others."""
    name = one.sound.name
    made.blobs[f"{manifest.RUNS}{name}"] = one.blob
    made.added.append(name)
    if replaced:
        note = _note(one, replaced)
        made.blobs[manifest.note_path(name)] = record.keep_text(note.text())
        made.replaced.extend(replaced)


def _note(one: Incoming, replaced: Sequence[str]) -> manifest.Note:
    entry = one.sound.entry
    return manifest.Note(
        file=entry.file,
        bytes=entry.bytes,
        sha256=entry.sha256,
        rows_sha256=entry.rows_sha256,
        is_thinned=bool(one.sound.made.thinned),
        runs=one.sound.ids,
        replaced=tuple(sorted(replaced)),
    )
