"""Replace a block of a foreign text file, between two marking lines.

Nothing outside of the marks changes, byte by byte, and the block has the line ends of its marks.
"""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Final, NamedTuple

from history.words import temporary
from history.words.errors import BrokenEnvironmentError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

BEGIN: Final = "<!-- soundmark table -->"
END: Final = "<!-- /soundmark table -->"
_LINE: Final = rb"^[ \t]*%s[ \t]*(?P<end>\r\n|\n|\r|\Z)"
_BEGIN: Final = re.compile(_LINE % re.escape(BEGIN.encode()), re.MULTILINE)
_END: Final = re.compile(_LINE % re.escape(END.encode()), re.MULTILINE)


class Block(NamedTuple):
    """A file around its block."""

    before: bytes
    """Up to the end of the line that begins it."""
    inside: bytes
    after: bytes
    """From the line that ends it on."""
    line_end: bytes

    def has(self, text: str) -> bool:
        """Whether it holds this text already."""
        return self.inside == self._written(text)

    def content(self, text: str) -> bytes:
        """The whole file with this text in the block."""
        return self.before + self._written(text) + self.after

    def _written(self, text: str) -> bytes:
        """Blank lines around it: some readers of Markdown take no table right below a comment."""
        return f"\n{text.strip()}\n\n".encode().replace(b"\n", self.line_end)


def read(file: Path) -> Block:
    """The file and its block. Raises UsageError where it has no marks, or more than one pair."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{file} cannot be read: {error.strerror}.", hint="--into expects a file that is there."
        ) from None
    begins, ends = list(_BEGIN.finditer(content)), list(_END.finditer(content))
    if len(begins) != 1 or len(ends) != 1 or ends[0].start() < begins[0].end():
        raise UsageError(
            f"{file}: expected one line {BEGIN} and below it one line {END}, found "
            f"{_found(content, begins)} and {_found(content, ends)}; nothing was changed.",
            hint=f"Paste these two lines where the table belongs:\n{BEGIN}\n{END}",
        )
    (begin,), (end,) = begins, ends
    return Block(
        content[: begin.end()],
        content[begin.end() : end.start()],
        content[end.start() :],
        begin["end"],
    )


def write(file: Path, content: bytes) -> None:
    """Replace the file, whole or not at all; a link stays one. Raises BrokenEnvironmentError."""
    target = file.resolve()
    beside = target.with_name(temporary.name(temporary.MAKING))
    try:
        beside.write_bytes(content)
        shutil.copymode(target, beside)
        beside.replace(target)
    except OSError as error:
        raise BrokenEnvironmentError(f"{file} cannot be written: {error.strerror}.") from None
    finally:
        beside.unlink(missing_ok=True)


def _found(content: bytes, marks: list[re.Match[bytes]]) -> str:
    lines = [str(content.count(b"\n", 0, mark.start()) + 1) for mark in marks]
    if not lines:
        return "none"
    return f"{'line' if len(lines) == 1 else 'lines'} {', '.join(lines)}"
