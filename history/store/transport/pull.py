"""Get a record from its branch into a ledger, and refuse one that has lost or changed anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from history.store.ledger import Damaged, Ledger
from history.store.transport import manifest
from history.store.transport.branch import RecordBranch, without_secret
from history.store.transport.laid_out import lay_out
from history.store.transport.push import refuse_rewritten
from history.words import temporary
from history.words.errors import BrokenDataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from history.store.transport.branch import Stored
    from history.store.transport.manifest import Entry


class Pulled(NamedTuple):
    """What became of the files of the branch."""

    added: tuple[str, ...]
    """Names of files that the ledger lacked, sorted."""
    known: int
    """Files that the ledger had already."""
    left_out: tuple[Damaged, ...]
    """Files that were never taken onto the record: put there by hand, or no run files."""
    broken: tuple[Damaged, ...]
    """Files of the record that cannot be had: not what they were, or other ones in the ledger."""


def pull(ledger: Ledger, remote: str, branch: str, repository: Path) -> Pulled:
    """Copy the run files of the branch that the ledger lacks, each looked at before it counts.

    ``repository`` is a folder of our own in which the branch is kept between two calls. Raises
    BrokenEnvironmentError when the remote cannot be read, and BrokenDataError when there is no
    such branch, when it was rewritten, or when a file it held is gone or was changed; then nothing
    is copied.
    """
    record = RecordBranch(repository, remote, branch)
    seen = record.tips()
    for before in (seen.mark, record.remembered()):
        if before and not seen.head:
            refuse_rewritten(record, before, "")
    if not seen.head:
        raise BrokenDataError(
            f"{without_secret(remote)} has no branch {branch}.",
            hint="The first `soundmark history push` makes it.",
        )
    head = record.fetch()
    for before in (seen.mark, record.remembered()):
        refuse_rewritten(record, before, head)
    held = record.files(head, sizes=True)
    _refuse_changed(record, record.first_contents(head), held)
    entries = _entries(record, held)
    wanted, left_out, broken = _wanted(held, entries, ledger)
    added, known, faulty = _copy(record, wanted, entries, ledger)
    if not broken and not faulty:
        record.remember(head)
    is_vouched = bool(entries)
    return Pulled(
        added=added,
        known=known,
        left_out=(*left_out, *(() if is_vouched else faulty)),
        broken=(*broken, *(faulty if is_vouched else ())),
    )


def _refuse_changed(
    record: RecordBranch, first: Mapping[str, str], held: Mapping[str, Stored]
) -> None:
    """Raise BrokenDataError when something is gone, or is not what it was when it came."""
    wrong = []
    for path, blob in sorted(first.items()):
        if not path.startswith((manifest.RUNS, manifest.ENTRIES, manifest.REMOVED)):
            continue
        said = Damaged(path, "")
        if path in held:
            if held[path].blob != blob:
                wrong.append(f"{said.name} was changed")
        elif manifest.removal_path(manifest.name_of(path)) not in held:
            wrong.append(f"{said.name} is gone")
    if wrong:
        more = f" and {len(wrong) - 8} more" if len(wrong) > 8 else ""
        raise BrokenDataError(
            f"the branch {record.name} does not hold what it once did: "
            f"{', '.join(wrong[:8])}{more}; nothing was copied.",
            hint="Bring it back (git revert). A run file is taken away on purpose with "
            "`soundmark history push --remove FILE --reason WHY`.",
        )


def _entries(record: RecordBranch, held: Mapping[str, Stored]) -> dict[str, Entry]:
    """Run file to what is known of it."""
    stored = {path: one for path, one in held.items() if manifest.run_of(path) and one.is_regular}
    alike = {one.blob: path for path, one in stored.items()}  # runs of one file have one content
    found = {}
    for _, content in record.read({path: stored[path] for path in alike.values()}):
        entry = manifest.read_entry(content)
        if entry is not None:
            found[entry.file] = entry
    return found


def _wanted(
    held: Mapping[str, Stored], entries: Mapping[str, Entry], ledger: Ledger
) -> tuple[dict[str, Stored], list[Damaged], list[Damaged]]:
    """Files to be had by name, those that are none of the record, those that are missing."""
    wanted: dict[str, Stored] = {}
    left_out: list[Damaged] = []
    broken: list[Damaged] = []
    for path, one in held.items():
        if not path.startswith(manifest.RUNS):
            continue
        name = manifest.name_of(path)
        is_vouched = name in entries
        if not name:
            fault = "has no name of a run file"
        elif not one.is_regular:
            fault = "is no regular file"
        elif one.size_bytes > ledger.limits.file_bytes:
            fault = f"holds {one.size_bytes} bytes, more than history.limits.file_bytes allows"
        elif entries and not is_vouched:
            fault = "was never taken onto the record; `soundmark history push` does that"
        else:
            wanted[name] = one
            continue
        (broken if is_vouched else left_out).append(Damaged(path, fault))
    for name in sorted(entries.keys() - wanted.keys()):
        path = f"{manifest.RUNS}{name}"
        if path not in held and manifest.removal_path(name) not in held:
            broken.append(Damaged(path, "is in the manifest and not on the branch"))
    return wanted, left_out, broken


def _copy(
    record: RecordBranch,
    wanted: Mapping[str, Stored],
    entries: Mapping[str, Entry],
    ledger: Ledger,
) -> tuple[tuple[str, ...], int, list[Damaged]]:
    """Put the files into the ledger that it lacks; names, how many it had, what is wrong."""
    import duckdb

    there = [name for name in sorted(wanted) if ledger.path(name).exists()]
    faults = list(_other_content(record, there, wanted, ledger))
    lacking = {name: wanted[name] for name in sorted(wanted) if name not in set(there)}
    added = []
    if lacking:
        ledger.folder.mkdir(parents=True, exist_ok=True)
        with (
            temporary.scratch(temporary.WRITING, ledger.folder) as scratch,
            duckdb.connect() as connection,
        ):
            beside = Ledger(scratch, ledger.limits)
            lay_out(record, lacking, beside)
            for one in manifest.look_at(connection, beside, tuple(lacking)):
                if isinstance(one, Damaged):
                    faults.append(one)
                elif one.name in entries and entries[one.name].sha256 != one.entry.sha256:
                    faults.append(Damaged(one.name, "is not what the manifest says it is"))
                else:
                    ledger.take(one.name, beside.path(one.name))
                    added.append(one.name)
    return tuple(added), len(there) - sum(fault.file in there for fault in faults), faults


def _other_content(
    record: RecordBranch, names: Iterable[str], wanted: Mapping[str, Stored], ledger: Ledger
) -> Iterable[Damaged]:
    names = list(names)
    blobs = record.blobs([ledger.path(name) for name in names])
    for name, blob in zip(names, blobs, strict=True):
        if blob != wanted[name].blob:
            yield Damaged(name, "is in the ledger with other content than on the branch")
