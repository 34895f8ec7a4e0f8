"""Pull a record from its branch into a ledger, and refuse one with lost or changed files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from history.store import admit, checksum, memory, same_rows
from history.store.admission import shape
from history.store.ledger import SUFFIX, Damaged, Ledger
from history.store.transport import manifest, notes, superseded
from history.store.transport.branch import RecordBranch
from history.store.transport.laid_out import lay_out
from history.store.transport.outcome import Pulled
from history.store.transport.push import refuse_rewritten
from history.store.transport.redaction import without_secret
from history.words import temporary
from history.words.errors import BrokenDataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from history.store.transport.branch import Stored
    from history.store.transport.manifest import Entry, Sound
    from history.store.transport.notes import Notes

_KEPT: Final = (manifest.RUNS, manifest.ENTRIES, manifest.REMOVED, manifest.COMPACTED)
"""Never changed on the branch. Run files alone may be removed, with a reason."""


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
    told = notes.read(record, held)
    _refuse_changed(record, record.first_contents(head), held, told)
    vouched = _vouched(record, held, told)
    wanted, left_out, broken = _wanted(held, vouched, told, ledger)
    added, known, faulty = _copy(record, wanted, vouched, told, ledger)
    bad = {fault.file for fault in faulty}
    compacted = (told.by_file.keys() & wanted.keys()) | set(added.compacted)
    let_go = superseded.let_go(ledger, compacted - bad, told)
    if not broken and not faulty:
        record.remember(head)
    is_vouched = bool(vouched)
    return Pulled(
        added=added.names,
        known=known,
        left_out=(*left_out, *(() if is_vouched else faulty)),
        broken=(*broken, *(faulty if is_vouched else ())),
        replaced=let_go.replaced,
        complete=let_go.complete,
    )


class _Vouched(NamedTuple):
    """What the record says of a run file."""

    entry: Entry
    runs: frozenset[str]
    """Those whose entry names it."""


class _Added(NamedTuple):
    names: tuple[str, ...]
    compacted: tuple[str, ...]
    """Those of them that took the place of others."""


def _refuse_changed(
    record: RecordBranch, first: Mapping[str, str], held: Mapping[str, Stored], told: Notes
) -> None:
    """Raise BrokenDataError when something is gone, or is not what it was when it came."""
    wrong = []
    there = _accounted_for(held)
    for path, blob in sorted(first.items()):
        if not path.startswith(_KEPT):
            continue
        said = Damaged(path, "")
        if path in held:
            if held[path].blob != blob:
                wrong.append(f"{said.name} was changed")
        elif not told.stands_for(manifest.name_of(path), there):
            wrong.append(f"{said.name} is gone")
    if wrong:
        more = f" and {len(wrong) - 8} more" if len(wrong) > 8 else ""
        raise BrokenDataError(
            f"the branch {record.name} does not hold what it once did: "
            f"{', '.join(wrong[:8])}{more}; nothing was copied.",
            hint="Bring it back (git revert). A run file is taken away on purpose with "
            "`soundmark history push --remove FILE --reason WHY`.",
        )


def _accounted_for(held: Mapping[str, Stored]) -> set[str]:
    """Names of run files that are there, or were taken away on purpose."""
    there = {name for path in held if (name := manifest.name_of(path))}
    start, end = len(manifest.REMOVED), len(".json")
    return there | {
        f"{path[start:-end]}{SUFFIX}"
        for path in held
        if path.startswith(manifest.REMOVED) and path.endswith(".json")
    }


def _vouched(record: RecordBranch, held: Mapping[str, Stored], told: Notes) -> dict[str, _Vouched]:
    """Run file to what is known of it."""
    stored = {path: one for path, one in held.items() if manifest.run_of(path) and one.is_regular}
    runs: dict[str, set[str]] = {}  # of one content are all runs of one file
    for path, one in stored.items():
        runs.setdefault(one.blob, set()).add(manifest.run_of(path))
    alike = {one.blob: one for one in stored.values()}
    found = {name: _Vouched(note.entry, frozenset()) for name, note in told.by_file.items()}
    for blob, content in record.read(alike):
        entry = manifest.read_entry(content)
        if entry is not None:
            found[entry.file] = _Vouched(entry, frozenset(runs[blob]))
    return found


def _wanted(
    held: Mapping[str, Stored], vouched: Mapping[str, _Vouched], told: Notes, ledger: Ledger
) -> tuple[dict[str, Stored], list[Damaged], list[Damaged]]:
    """Files to be had by name, those that are none of the record, those that are missing."""
    wanted: dict[str, Stored] = {}
    left_out: list[Damaged] = []
    broken: list[Damaged] = []
    for path, one in held.items():
        if not path.startswith(manifest.RUNS):
            continue
        name = manifest.name_of(path)
        is_vouched = name in vouched
        fault = shape.outside(name, one.size_bytes, ledger.limits, is_regular=one.is_regular)
        if not fault and vouched and not is_vouched:
            fault = "was never taken onto the record; `soundmark history push` does that"
        if fault:
            (broken if is_vouched else left_out).append(Damaged(path, fault))
        else:
            wanted[name] = one
    there = _accounted_for(held)
    for name in sorted(vouched.keys() - wanted.keys()):
        if not told.stands_for(name, there):
            path = f"{manifest.RUNS}{name}"
            broken.append(Damaged(path, "is in the manifest and not on the branch"))
    return wanted, left_out, broken


def _copy(
    record: RecordBranch,
    wanted: Mapping[str, Stored],
    vouched: Mapping[str, _Vouched],
    told: Notes,
    ledger: Ledger,
) -> tuple[_Added, int, list[Damaged]]:
    """Put the files into the ledger that it lacks; names, how many it had, what is wrong."""
    there = [name for name in sorted(wanted) if ledger.path(name).exists()]
    faults = list(_other_content(record, there, wanted, vouched, ledger))
    lacking = {name: wanted[name] for name in sorted(wanted) if name not in set(there)}
    added: list[str] = []
    compacted: list[str] = []
    if lacking:
        ledger.folder.mkdir(parents=True, exist_ok=True)
        with (
            temporary.scratch(temporary.WRITING, ledger.folder) as scratch,
            memory.connected() as connection,
        ):
            beside = Ledger(scratch, ledger.limits)
            lay_out(record, lacking, beside)
            for one in manifest.look_at(connection, beside, tuple(lacking)):
                if isinstance(one, Damaged):
                    faults.append(one)
                    continue
                fault = _unlike(one, wanted, vouched, told)
                if fault:
                    faults.append(Damaged(one.name, fault))
                    continue
                ledger.take(one.name, beside.path(one.name))
                added.append(one.name)
                if one.made.originals:
                    compacted.append(one.name)
    known = len(there) - sum(fault.file in there for fault in faults)
    return _Added(tuple(added), tuple(compacted)), known, faults


def _unlike(
    one: Sound, wanted: Mapping[str, Stored], vouched: Mapping[str, _Vouched], told: Notes
) -> str:
    """What the record says otherwise of a file, or of those that it took the place of."""
    if one.name in vouched and vouched[one.name].entry.sha256 != one.entry.sha256:
        return "is not what the manifest says it is"
    listed = {original.file: original for original in one.made.originals}
    for name, before in vouched.items():
        if name in wanted or told.stands_for(name, wanted) != one.name:
            continue
        lacking = sorted(before.runs.difference(one.ids))
        if lacking:
            return f"lacks run {lacking[0][:8]}, which {name} held, whose place it took"
        said = listed.get(name)
        if said is None:
            continue
        entry = before.entry
        is_same = (said.bytes, said.sha256) == (entry.bytes, entry.sha256)
        if not is_same or entry.rows_sha256 not in {"", said.rows_sha256}:
            return f"was made of another {name} than the record had"
    return ""


def _other_content(
    record: RecordBranch,
    names: Sequence[str],
    wanted: Mapping[str, Stored],
    vouched: Mapping[str, _Vouched],
    ledger: Ledger,
) -> Iterable[Damaged]:
    blobs = record.blobs([ledger.path(name) for name in names])
    for name, blob in zip(names, blobs, strict=True):
        if blob != wanted[name].blob and not _is_packed_otherwise(name, vouched, ledger):
            yield Damaged(name, "is in the ledger with other content than on the branch")


def _is_packed_otherwise(name: str, vouched: Mapping[str, _Vouched], ledger: Ledger) -> bool:
    """Whether a compacted file here has the rows of that on the record, of another version."""
    import duckdb

    if name not in vouched:
        return False
    path = ledger.path(name)
    try:
        with memory.connected() as connection:
            if admit.load_alone(connection, ledger, [name]):
                return False
            (stated,) = checksum.stated(connection, [path]).values()
            return bool(stated.compacted) and same_rows.is_of(
                connection, path, vouched[name].entry.rows_sha256
            )
    except duckdb.Error:
        return False
