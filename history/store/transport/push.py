"""Append run files to the branch of a record, safely with concurrent pushes.

A run file is immutable and its name is its own, so there is nothing to merge: what the branch lacks
is put on top of its newest commit, and when somebody else was faster, on top of theirs.
"""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Final, NamedTuple

from history.store.ledger import Damaged, Ledger
from history.store.transport import manifest, notes
from history.store.transport.branch import RecordBranch
from history.store.transport.claims import Incoming
from history.store.transport.laid_out import lay_out
from history.store.transport.manifest import Removal
from history.store.transport.outcome import Pushed
from history.store.transport.plan import nothing, plan
from history.store.transport.redaction import without_secret
from history.vcs import git
from history.words import temporary
from history.words.errors import BrokenDataError, BrokenEnvironmentError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from history.store.transport.branch import Stored

_ATTEMPTS: Final = 40
_LONGEST_WAIT_S: Final = 4.0
_LOOKS: Final = 5
"""Times that a ledger is looked at in which files go away."""
_REFUSALS: Final = 4
"""Times that a remote which nobody else changed may refuse before it is an error."""


class Change(NamedTuple):
    """What a commit puts onto the branch, and what it takes off."""

    blobs: Mapping[str, str]
    """Path in the branch to blob."""
    removed: tuple[str, ...]
    message: str


def push(ledger: Ledger, remote: str, branch: str) -> Pushed:
    """Append every sound file below the ledger's folder that the branch lacks.

    Files may lie any number of folders down. Raises BrokenEnvironmentError when the remote cannot
    be read or refuses, and BrokenDataError when the branch was rewritten.
    """
    with temporary.scratch() as scratch:
        record = RecordBranch(scratch / "record.git", remote, branch)
        incoming, refused = _gathered(ledger, record)
        planned = nothing()

        def change(head: str) -> Change | None:
            nonlocal planned
            held = record.files(head)
            _refuse_other_work(record, held)
            vouched = _vouched(record, held, scratch, ledger)
            planned = plan(record, held, vouched, incoming, scratch)
            message = _message(len(planned.added), len(planned.replaced))
            blobs = {**vouched, **planned.blobs}
            removed = tuple(f"{manifest.RUNS}{name}" for name in planned.replaced)
            return Change(blobs, removed, message) if blobs else None

        attempts = put_on_top(record, change)
        return Pushed(
            added=tuple(sorted(planned.added)),
            known=planned.known,
            refused=(*refused, *planned.refused),
            left_out=tuple(planned.left_out),
            attempts=attempts,
            replaced=tuple(sorted(planned.replaced)),
        )


def _message(added: int, replaced: int) -> str:
    if not added:
        return "Note what the record holds"
    instead = f" in the place of {replaced}" if replaced else ""
    return f"Append {added} run file{'' if added == 1 else 's'}{instead}"


def remove(remote: str, branch: str, name: str, reason: str) -> None:
    """Take a run file off the record on purpose; that it was there, and why it went, stays said.

    Raises UsageError when the record has no such file, and otherwise like ``push``.
    """
    with temporary.scratch() as scratch:
        record = RecordBranch(scratch / "record.git", remote, branch)

        def change(head: str) -> Change | None:
            path = f"{manifest.RUNS}{name}"
            held = record.files(head)
            if path not in held:
                names = {found for one in held if (found := manifest.name_of(one))}
                other = notes.read(record, held).stands_for(name, names)
                raise UsageError(
                    f'the branch {branch} has no run file "{name}".',
                    hint=f"It was compacted into {other}, from which no run can be taken alone; "
                    "`soundmark history exclude` leaves one out of everything."
                    if other
                    else "",
                )
            said = record.keep_text(Removal(file=name, reason=reason).text())
            return Change({manifest.removal_path(name): said}, (path,), f"Remove {name}")

        put_on_top(record, change)


def refuse_rewritten(record: RecordBranch, before: str, head: str) -> None:
    """Raise BrokenDataError when the branch has left behind a commit that it once had."""
    if before and not (head and record.holds(before, head)):
        raise BrokenDataError(
            f"the branch {record.name} of {without_secret(record.remote)} was rewritten: it no "
            f"longer holds {before[:12]}, to which run files were appended.",
            hint="If that was a mistake, fetch that commit and push it onto the branch again. If "
            f"it was meant, `git push --force REMOTE BRANCH:{record.mark_ref}` says so once.",
        )


def _refuse_other_work(record: RecordBranch, held: Mapping[str, Stored]) -> None:
    """Raise UsageError when the branch is there, and is for something else than a record."""
    others = manifest.other_work(held)
    if others:
        raise UsageError(
            f"the branch {record.name} of {without_secret(record.remote)} is no record: it holds "
            f"{others}, and no run file; nothing was pushed.",
            hint="Name a branch of its own with --branch; it is made if it is not there.",
        )


def _gathered(ledger: Ledger, record: RecordBranch) -> tuple[list[Incoming], list[Damaged]]:
    """Sound files, kept in the repository, and the others.

    Looks again when one of them has gone in the meantime: somebody is compacting.
    """
    import duckdb

    for left in reversed(range(_LOOKS)):
        files = ledger.files()
        try:
            sound, refused = manifest.sorted_out(ledger)
            blobs = record.keep([ledger.path(one.file) for one in sound])
        except (OSError, duckdb.Error, git.GitError):
            if not left or all(ledger.path(file).exists() for file in files):
                raise
            continue
        if not left or all(ledger.path(file).is_symlink() or ledger.path(file).exists()
                           for file in files):  # fmt: skip
            break
    incoming = [
        Incoming(one, blob, ledger.path(one.file)) for one, blob in zip(sound, blobs, strict=True)
    ]
    return incoming, refused


def put_on_top(record: RecordBranch, change: Callable[[str], Change | None]) -> int:
    """Make the change on top of whatever is the newest commit, until it is there; the attempts.

    ``change`` is given that commit, and None says that nothing is to be done. Raises
    BrokenEnvironmentError when the remote cannot be read or refuses.
    """
    refusals = 0
    for attempt in range(1, _ATTEMPTS + 1):
        seen = record.tips()
        head = record.fetch(light=True) if seen.head else ""
        refuse_rewritten(record, seen.mark, head)
        made = change(head)
        if made is None:
            return attempt
        commit = record.commit(head, made.blobs, made.removed, made.message)
        problem = record.push(commit, seen)
        if problem and record.tips() == seen:
            refusals += 1
            problem = record.push_without_mark(commit)
            if problem and refusals == _REFUSALS:
                raise BrokenEnvironmentError(
                    f"the remote {without_secret(record.remote)} refuses: {problem}.",
                    hint="Check the rights: the rules of the branch must let this job push, and "
                    "its token must write. Nothing was appended; the next push takes these run "
                    "files along.",
                )
        if not problem:
            return attempt
        # Jitter, so that two rivals do not meet again.
        time.sleep(random.uniform(0, min(_LONGEST_WAIT_S, 0.1 * 2**attempt)))
    raise BrokenEnvironmentError(
        f"others pushed to {record.name} each of {_ATTEMPTS} times; nothing was appended.",
        hint="Try again: the next push takes these run files along.",
    )


def _vouched(
    record: RecordBranch, held: Mapping[str, Stored], scratch: Path, ledger: Ledger
) -> dict[str, str]:
    """Entries for a branch of before, which has run files and no manifest: those that are sound."""
    if any(manifest.run_of(path) for path in held):
        return {}
    stored = {
        name: one
        for path, one in held.items()
        if (name := manifest.name_of(path)) and one.is_regular
    }
    if not stored:
        return {}
    whole = RecordBranch(scratch / "whole.git", record.remote, record.name)
    whole.fetch()
    before = Ledger(scratch / "before", ledger.limits)
    lay_out(whole, stored, before)
    sound, _ = manifest.sorted_out(before)
    found: dict[str, str] = {}
    for one in sound:
        blob = record.keep_text(one.entry.text())
        found |= {manifest.entry_path(run_id): blob for run_id in one.ids}
    return found
