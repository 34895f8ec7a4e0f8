"""Find the line in which a program says why it failed, and the last ones it said."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_BYTES: Final = 2**20
"""A program that printed more than this is read from here to its end."""
_LETTERS: Final = 200
_TOLD: Final = 20
"""Lines that are told where the one that says why may say too little."""
_ASSERTED: Final = re.compile(r"E\s{2,}(\S.*)")
"""How pytest marks the lines of an error."""
_ERROR: Final = re.compile(
    r"\w(Error|Exception)\b|(?i:\b(error|fatal)\s*[:[(!]|\b(panicked|aborted)\b)"
)
"""Not every line that speaks of errors, such as a word error rate, reports one."""
_TEST: Final = re.compile(r"(?:FAILED|ERROR) (\S+::\S+)")


def why(outputs: Iterable[Path]) -> str:
    """The first line that tells of an error, else the last line; empty where nothing was printed.

    ``outputs`` in the order in which they are asked.
    """
    texts = [_lines(path) for path in outputs]
    spoken = [lines for lines in texts if lines]
    for lines in spoken:
        if error := _first_error(lines):
            return f"its first error: {error[:_LETTERS]}{_failed_tests(lines)}"
    return f"its last line: {spoken[0][-1][:_LETTERS]}" if spoken else ""


def end_of(outputs: Iterable[Path]) -> tuple[str, ...]:
    """The last lines of the first output that has any."""
    texts = (_lines(path) for path in outputs)
    return next((tuple(lines[-_TOLD:]) for lines in texts if lines), ())


def _lines(path: Path) -> list[str]:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _BYTES))
        text = file.read().decode("utf-8", "replace")
    return [line.strip() for line in text.splitlines() if line.strip()]


def _first_error(lines: list[str]) -> str:
    asserted = next((found.group(1) for line in lines if (found := _ASSERTED.match(line))), "")
    told = (line for line in lines if _ERROR.search(line))
    return asserted or next(told, "")


def _failed_tests(lines: list[str]) -> str:
    names = [found.group(1) for line in lines if (found := _TEST.match(line))]
    if not names:
        return ""
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f" ({names[0]}{more})"
