"""Find the compacted file that replaced a run file of a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from history.store.transport import manifest

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from history.store.transport.branch import RecordBranch, Stored
    from history.store.transport.manifest import Note


class Notes(NamedTuple):
    """What a record says of its compacted files."""

    by_file: Mapping[str, Note]
    replaced_by: Mapping[str, tuple[str, ...]]
    """Name of a file that was replaced to those that took its place."""

    def stands_for(self, name: str, there: Container[str]) -> str:
        """The first of ``there`` that holds what this file did; empty when there is none."""
        todo, seen = [name], set()
        while todo:
            one = todo.pop(0)
            if one in there:
                return one
            if one not in seen:
                seen.add(one)
                todo += self.replaced_by.get(one, ())
        return ""


def read(record: RecordBranch, held: Mapping[str, Stored]) -> Notes:
    """The notes among these paths."""
    stored = {
        path: one
        for path, one in held.items()
        if path.startswith(manifest.COMPACTED) and one.is_regular
    }
    by_file = {}
    for path, content in record.read(stored):
        note = manifest.read_note(content)
        if note is not None and manifest.note_path(note.file) == path:
            by_file[note.file] = note
    replaced_by: dict[str, tuple[str, ...]] = {}
    for note in by_file.values():
        for name in note.replaced:
            replaced_by[name] = (*replaced_by.get(name, ()), note.file)
    return Notes(by_file, replaced_by)
