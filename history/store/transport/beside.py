"""A small mutable text stored on a record beside its run files.

It is no result: `pull` does not copy it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from history.store.transport.branch import RecordBranch
from history.store.transport.push import Change, put_on_top
from history.store.transport.redaction import without_secret
from history.words import temporary
from history.words.errors import BrokenDataError

if TYPE_CHECKING:
    from history.store.transport.objects.place import Place


def on_branch(remote: str, branch: str, path: str) -> bytes | None:
    """What stands at that path of the branch; None where nothing does.

    Raises BrokenEnvironmentError when the remote cannot be read, and BrokenDataError when there is
    no such branch.
    """
    with temporary.scratch() as scratch:
        record = RecordBranch(scratch / "record.git", remote, branch)
        if not record.tips().head:
            raise _no_branch(remote, branch)
        stored = record.files(record.fetch(light=True)).get(path)
        if stored is None or not stored.is_regular:
            return None
        return next(content for _, content in record.read({path: stored}))


def keep_on_branch(remote: str, branch: str, path: str, text: str, message: str) -> None:
    """Put it there, whatever stood at that path; without a commit where it says the same.

    Raises BrokenEnvironmentError when the remote cannot be read or refuses, and BrokenDataError
    when there is no such branch or it was rewritten.
    """
    with temporary.scratch() as scratch:
        record = RecordBranch(scratch / "record.git", remote, branch)

        def change(head: str) -> Change | None:
            if not head:
                raise _no_branch(remote, branch)
            blob, held = record.keep_text(text), record.files(head).get(path)
            if held is not None and held.blob == blob:
                return None
            return Change({path: blob}, (), message)

        put_on_top(record, change)


def among_objects(place: Place, path: str) -> bytes | None:
    """The same of a bucket, server or folder. Raises BrokenEnvironmentError."""
    found = place.found(path)
    return place.get(path) if found is not None and found.is_regular else None


def _no_branch(remote: str, branch: str) -> BrokenDataError:
    return BrokenDataError(
        f"{without_secret(remote)} has no branch {branch}.",
        hint="The first `soundmark history push` makes it.",
    )
